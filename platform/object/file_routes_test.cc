// Signed addresses on a real server: what they let in and out, and what not.
#include "platform/object/file_routes.h"

#include <functional>
#include <memory>
#include <string>

#include "platform/http/server_test.h"
#include "platform/object/object_conformance.h"

namespace object::conformance {
namespace {

constexpr std::size_t upload_max = 50'000;

class Routes : public testing::Test {
  protected:
    Routes() {
        routes.add_to(server.router);
        server.start();
    }
    ~Routes() override {
        server.server->stop();
        server.server->wait();
    }
    std::string address(const std::string& key, GetLink link = {}) {
        return testing::run(objects.presign_get(key, std::move(link)));
    }
    http::test::Reply get(
        const std::string& target, const std::string& headers = "", const char* method = "GET"
    ) const {
        http::test::Client client(server.port());
        return client.ask(
            std::string(method) + " " + target + " HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n",
            std::string(method) == "HEAD"
        );
    }
    void put(const std::string& key, std::string bytes, const std::string& type) {
        (void)testing::run(objects.put(key, std::move(bytes), type));
    }
    PostForm form(const std::string& type = "image/png", std::size_t most = 40'000) {
        return testing::run(
            objects.presign_post("incoming/1", {.type = type, .bytes_max = most, .seconds = 300})
        );
    }
    static std::string field(const std::string& name, const std::string& value) {
        return "--XX\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value +
               "\r\n";
    }
    static std::string body_of(const PostForm& form, const std::string& bytes) {
        std::string body;
        for (const auto& [name, value] : form.fields) body += field(name, value);
        return body +
               "--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n"
               "Content-Type: text/html\r\n\r\n" +
               bytes + "\r\n--XX--\r\n";
    }
    static std::string head_of_post(std::size_t size) {
        return "POST /objects HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(size) +
               "\r\nContent-Type: multipart/form-data; boundary=XX\r\n\r\n";
    }
    http::test::Reply post(const std::string& body) const {
        http::test::Client client(server.port());
        return client.ask(head_of_post(body.size()) + body);
    }
    bool kept_nothing() {
        return testing::run(objects.list("", "", 10)).heads.empty() &&
               std::filesystem::is_empty(opened.directory.path() / "objects" / "uploads");
    }

    Opened opened;
    FileObjects objects{
        opened.directory.path() / "objects", "a secret of the server", opened.pool, opened.clock
    };
    FileRoutes routes{objects, {.bytes_max = upload_max}};
    http::test::TestServer server;
};

TEST_F(Routes, ASignedAddressGivesTheObject) {
    const std::string bytes(700'000, 'x');
    put("receipts/u/é 1.jpg", bytes, "image/jpeg");
    const auto reply = get(address("receipts/u/é 1.jpg", {.download_name = "Beleg \"ü\".jpg"}));
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.body, bytes);
    EXPECT_EQ(reply.header("Content-Length"), "700000");
    EXPECT_EQ(reply.header("Content-Type"), "image/jpeg");
    EXPECT_EQ(
        reply.header("Content-Disposition"),
        "attachment; filename=\"Beleg ____.jpg\"; filename*=UTF-8''Beleg%20%22%C3%BC%22.jpg"
    );
    EXPECT_EQ(reply.header("X-Content-Type-Options"), "nosniff");
    EXPECT_NE(reply.header("Content-Security-Policy").find("sandbox"), std::string::npos);
    EXPECT_EQ(reply.header("Cache-Control"), "no-store");
}

TEST_F(Routes, HeadRangeAndEtagAreAnswered) {
    put("key", "0123456789", "application/pdf");
    const std::string target = address("key");
    const auto head = get(target, "", "HEAD");
    EXPECT_EQ(head.status, 200);
    EXPECT_EQ(head.header("Content-Length"), "10");
    const auto part = get(target, "Range: bytes=3-5\r\n");
    EXPECT_EQ(part.status, 206);
    EXPECT_EQ(part.body, "345");
    EXPECT_EQ(part.header("Content-Range"), "bytes 3-5/10");
    EXPECT_EQ(get(target, "Range: bytes=10-\r\n").status, 416);
    EXPECT_EQ(get(target, "Range: bytes=0-1\r\nIf-Range: \"other\"\r\n").body, "0123456789");
    EXPECT_EQ(get(target, "If-None-Match: " + head.header("ETag") + "\r\n").status, 304);
    put("empty", "", "image/png");
    EXPECT_EQ(get(address("empty")).header("Content-Length"), "0");
}

TEST_F(Routes, OnlyWhatIsSafeIsShownAndNothingIsHtml) {
    const auto disposition = [&](const std::string& type) {
        put("key", "<script>", type);
        const auto reply = get(address("key", {.shown = true}));
        return reply.header("Content-Disposition").substr(0, 6) + " " +
               reply.header("Content-Type");
    };
    EXPECT_EQ(disposition("image/png"), "inline image/png");
    EXPECT_EQ(disposition("application/pdf"), "inline application/pdf");
    for (const char* type : {"text/html", "image/svg+xml", "application/xhtml+xml", "odd"})
        EXPECT_EQ(disposition(type), "attach application/octet-stream") << type;
    EXPECT_EQ(disposition("text/csv"), "attach text/csv");
}

TEST_F(Routes, AnAddressIsGoodForOneKeyAndOneTimeOnly) {
    put("key", "x", "image/png");
    put("other", "x", "image/png");
    const std::string good = address("key", {.seconds = 300, .download_name = "a.png"});
    EXPECT_EQ(get(good).status, 200);
    EXPECT_EQ(get("/objects/key").status, 403);
    std::string another = good;
    another.replace(another.find("key"), 3, "other");
    EXPECT_EQ(get(another).status, 403);
    EXPECT_EQ(get(good + "0").status, 403);
    EXPECT_EQ(get(good + "&shown=1").status, 403);
    std::string renamed = good;
    renamed.replace(renamed.find("a.png"), 5, "b.png");
    EXPECT_EQ(get(renamed).status, 403);
    opened.clock.ms += 299'000;
    EXPECT_EQ(get(good).status, 200);
    opened.clock.ms += 1000;
    EXPECT_EQ(get(good).status, 403);
    EXPECT_EQ(get(address("nothing")).status, 404);
    EXPECT_EQ(get(address("a/b/c/d/e/f/g/h")).status, 404);
}

TEST_F(Routes, AFormPutsOneObjectOfTheTypeThatWasAgreedOn) {
    const std::string bytes = std::string("\r\n--XY\0--X", 10) + std::string(39'990, 'x');
    EXPECT_EQ(post(body_of(form(), bytes)).status, 204);
    const auto got = testing::run(objects.get("incoming/1", {}));
    ASSERT_TRUE(got);
    EXPECT_EQ(got->bytes, bytes);
    EXPECT_EQ(got->head.type, "image/png");
}

TEST_F(Routes, OneByteTooManyIsRefusedAndNothingIsKept) {
    EXPECT_EQ(post(body_of(form(), std::string(40'001, 'x'))).status, 413);
    EXPECT_TRUE(kept_nothing());
    EXPECT_EQ(
        post(body_of(form("image/png", 1'000'000), std::string(upload_max + 1, 'x'))).status, 413
    );
    EXPECT_TRUE(kept_nothing());
    EXPECT_EQ(post(body_of(form(), "")).status, 422);
    EXPECT_TRUE(kept_nothing());
}

TEST_F(Routes, FarTooMuchIsRefusedBeforeItIsRead) {
    http::test::Client client(server.port());
    EXPECT_EQ(client.ask(head_of_post(100'000'000)).status, 413);
}

TEST_F(Routes, AFormThatWasChangedIsRefused) {
    const auto changed = [&](std::size_t field, const std::string& value) {
        PostForm one = form();
        one.fields[field].second = value;
        return post(body_of(one, "bytes")).status;
    };
    EXPECT_EQ(changed(0, "incoming/2"), 403);
    EXPECT_EQ(changed(1, "text/html"), 422);
    EXPECT_EQ(changed(2, form("text/html").fields[2].second), 403);
    EXPECT_EQ(changed(3, std::string(64, '0')), 403);
    EXPECT_EQ(post(field("key", "incoming/1") + "--XX--\r\n").status, 422);
    EXPECT_EQ(post("--XX--\r\n").status, 422);
    EXPECT_EQ(post("nonsense").status, 400);
    PostForm late = form();
    opened.clock.ms += 300'000;
    EXPECT_EQ(post(body_of(late, "bytes")).status, 403);
    PostForm long_field = form();
    long_field.fields.insert(long_field.fields.begin(), {"note", std::string(9000, 'x')});
    EXPECT_EQ(post(body_of(long_field, "bytes")).status, 413);
    EXPECT_TRUE(kept_nothing());
}

TEST_F(Routes, AnUploadThatBreaksOffLeavesNothing) {
    const std::string body = body_of(form("image/png", 1'000'000), std::string(45'000, 'x'));
    {
        http::test::Client client(server.port());
        client.send(head_of_post(body.size()) + body.substr(0, body.size() - 10));
    }
    // Without its last delimiter, though the length is right.
    EXPECT_EQ(post(body.substr(0, body.size() - 10)).status, 400);
    // Another request is served after the first one's end was seen.
    EXPECT_EQ(get("/objects/key").status, 403);
    server.server->stop();
    server.server->wait();
    EXPECT_TRUE(kept_nothing());
}

}  // namespace
}  // namespace object::conformance
