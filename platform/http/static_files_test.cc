#include "platform/http/static_files.h"

#include "platform/http/server_test.h"

// Made by the build.
std::span<const http::Asset> http_test_assets();  // NOLINT(misc-use-internal-linkage)

namespace http {
namespace {

using test::Reply;

class Assets : public testing::Test {
  protected:
    Assets() {
        files_.add_to(server_.router);
        files_.add_at(server_.router, "/app", "app.js");
        server_.start();
    }
    Reply get(const std::string& path, const std::string& headers = "") {
        test::Client client(server_.port());
        return client.ask("GET " + path + " HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n");
    }
    StaticFiles files_{http_test_assets()};
    test::TestServer server_;
};

TEST_F(Assets, AreKeptForEverUnderTheirVersion) {
    const Reply reply = get(files_.url("app.js"));
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.body, files_.find("app.js")->bytes);
    EXPECT_EQ(reply.header("Content-Type"), "text/javascript; charset=utf-8");
    EXPECT_EQ(reply.header("Cache-Control"), "public, max-age=31536000, immutable");
    EXPECT_TRUE(reply.body.starts_with("// A file for"));
}

TEST_F(Assets, AreAskedForAgainUnderAnyOtherAddress) {
    for (const char* path : {"/assets/old/app.js", "/assets/app.js", "/app"}) {
        const Reply reply = get(path);
        EXPECT_EQ(reply.status, 200) << path;
        EXPECT_EQ(reply.header("Cache-Control"), "private, no-cache") << path;
        EXPECT_EQ(get(path, "If-None-Match: " + reply.header("ETag") + "\r\n").status, 304);
    }
}

TEST_F(Assets, WereCompressedBeforehand) {
    const Reply reply = get(files_.url("app.js"), "Accept-Encoding: gzip\r\n");
    EXPECT_EQ(reply.header("Content-Encoding"), "gzip");
    EXPECT_EQ(reply.body, files_.find("app.js")->gzip);
    EXPECT_LT(reply.body.size(), files_.find("app.js")->bytes.size() / 2);
}

TEST_F(Assets, InFoldersAndWithoutCompressionWork) {
    const Reply reply = get(files_.url("fonts/plain.woff2"), "Accept-Encoding: gzip\r\n");
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.header("Content-Type"), "font/woff2");
    EXPECT_EQ(reply.header("Content-Encoding"), "");
    EXPECT_EQ(reply.body.size(), 300U);
}

TEST_F(Assets, UnknownOnesAreNotFound) {
    EXPECT_EQ(get("/assets/x/nothing.js").status, 404);
    EXPECT_EQ(get("/assets/" + files_.version() + "/../../app.css").status, 404);
    EXPECT_THROW(static_cast<void>(files_.url("nothing.js")), std::logic_error);
}

TEST_F(Assets, PartsAreSent) {
    const Reply reply = get(files_.url("app.js"), "Range: bytes=3-8\r\n");
    EXPECT_EQ(reply.status, 206);
    EXPECT_EQ(reply.body, "A file");
}

}  // namespace
}  // namespace http
