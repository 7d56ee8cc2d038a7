#include "platform/http/answer.h"

#include <gtest/gtest.h>
#include <libdeflate.h>

#include <memory>

#include "platform/http/negotiate.h"

namespace http {
namespace {

std::string gunzip(std::string_view bytes) {
    const std::unique_ptr<libdeflate_decompressor, void (*)(libdeflate_decompressor*)> reader(
        libdeflate_alloc_decompressor(), libdeflate_free_decompressor
    );
    std::string out(1 << 20, '\0');
    std::size_t size = 0;
    const auto result = libdeflate_gzip_decompress(
        reader.get(), bytes.data(), bytes.size(), out.data(), out.size(), &size
    );
    EXPECT_EQ(result, LIBDEFLATE_SUCCESS);
    out.resize(size);
    return out;
}

class Composed : public testing::Test {
  protected:
    Composed() { data_.id = "0123456789abcdef"; }
    void ask(std::string_view name, std::string_view value) {
        data_.headers.emplace_back(name, value);
    }
    Answer compose_it() {
        return compose(response_, Request(data_), {.common = &common_}, head_, scratch_);
    }
    bool has(std::string_view line) const {
        return head_.find("\r\n" + std::string(line) + "\r\n") != std::string::npos;
    }
    bool names(std::string_view name) const {
        return head_.find("\r\n" + std::string(name) + ":") != std::string::npos;
    }

    CommonHeaders common_;
    RequestData data_;
    Response response_ = json_text("{}");
    std::string head_;
    std::string scratch_;
};

TEST_F(Composed, EachAnswerHasTheCommonHeaders) {
    common_.set_time(1795348743);
    EXPECT_EQ(compose_it().body, "{}");
    EXPECT_TRUE(head_.starts_with("HTTP/1.1 200 OK\r\n"));
    EXPECT_TRUE(head_.ends_with("\r\n\r\n"));
    EXPECT_TRUE(has("Date: Sun, 22 Nov 2026 11:59:03 GMT"));
    EXPECT_TRUE(has("X-Request-Id: 0123456789abcdef"));
    EXPECT_TRUE(has("X-Content-Type-Options: nosniff"));
    EXPECT_TRUE(has("Referrer-Policy: same-origin"));
    EXPECT_TRUE(has("Cross-Origin-Opener-Policy: same-origin"));
    EXPECT_TRUE(has("Cross-Origin-Resource-Policy: same-origin"));
    EXPECT_TRUE(has("Cache-Control: no-store"));
    EXPECT_TRUE(has("Content-Type: application/json"));
    EXPECT_TRUE(has("Content-Length: 2"));
    EXPECT_TRUE(names("Permissions-Policy"));
    EXPECT_TRUE(names("Content-Security-Policy"));
    EXPECT_FALSE(names("Strict-Transport-Security"));
    EXPECT_FALSE(names("Connection"));
}

TEST_F(Composed, SecureConnectionsAreToStaySecure) {
    data_.secure = true;
    static_cast<void>(compose_it());
    EXPECT_TRUE(names("Strict-Transport-Security"));
}

TEST_F(Composed, APolicyOfTheResponseReplacesOurs) {
    response_.headers.emplace_back("Content-Security-Policy", "default-src 'self'");
    static_cast<void>(compose_it());
    EXPECT_TRUE(has("Content-Security-Policy: default-src 'self'"));
    EXPECT_EQ(head_.find("default-src 'none'"), std::string::npos);
}

TEST_F(Composed, ALineBreakInAHeaderDropsIt) {
    response_.headers.emplace_back("Location", "/a\r\nSet-Cookie: evil=1");
    static_cast<void>(compose_it());
    EXPECT_EQ(head_.find("evil"), std::string::npos);
}

TEST_F(Composed, AKnownTagIsNotSentAgain) {
    response_.etag = "\"7\"";
    response_.cache = Cache::revalidate;
    ask("If-None-Match", "\"6\", W/\"7\"");
    const Answer answer = compose_it();
    EXPECT_EQ(answer.status, 304);
    EXPECT_EQ(answer.body, "");
    EXPECT_TRUE(has("ETag: \"7\""));
    EXPECT_TRUE(has("Cache-Control: private, no-cache"));
    EXPECT_FALSE(names("Content-Length"));
    EXPECT_FALSE(names("Content-Type"));
}

TEST_F(Composed, ATagIsOnlyComparedForReads) {
    response_.etag = "\"7\"";
    data_.method = Method::put;
    ask("If-None-Match", "\"7\"");
    EXPECT_EQ(compose_it().status, 200);
}

TEST_F(Composed, LongTextIsCompressedForThoseWhoReadIt) {
    const std::string text(5000, 'x');
    response_.body = text;
    response_.etag = "\"7\"";
    static_cast<void>(compose_it());
    EXPECT_TRUE(has("Vary: Accept-Encoding"));
    EXPECT_TRUE(has("Content-Length: 5000"));
    EXPECT_TRUE(has("ETag: \"7\""));
    ask("Accept-Encoding", "gzip, deflate, br");
    const Answer answer = compose_it();
    EXPECT_TRUE(has("Content-Encoding: gzip"));
    EXPECT_TRUE(has("Vary: Accept-Encoding"));
    EXPECT_TRUE(has("ETag: W/\"7\""));
    EXPECT_TRUE(has("Content-Length: " + std::to_string(answer.body.size())));
    EXPECT_EQ(gunzip(answer.body), text);
}

TEST_F(Composed, ShortOrCompressedBodiesStayAsTheyAre) {
    ask("Accept-Encoding", "gzip");
    response_.body = std::string(1023, 'x');
    static_cast<void>(compose_it());
    EXPECT_FALSE(names("Content-Encoding"));
    response_.body = std::string(5000, 'x');
    response_.content_type = type_pdf;
    static_cast<void>(compose_it());
    EXPECT_FALSE(names("Content-Encoding"));
    response_.content_type = type_json;
    response_.compress = false;
    static_cast<void>(compose_it());
    EXPECT_FALSE(names("Content-Encoding"));
    EXPECT_FALSE(names("Vary"));
}

TEST_F(Composed, ASharedBodyMayBeCompressedBeforehand) {
    ask("Accept-Encoding", "gzip");
    const std::string text(5000, 'y');
    response_.shared_body = std::make_shared<const std::string>(text);
    response_.shared_gzip = std::make_shared<const std::string>(gzip(text));
    const Answer answer = compose_it();
    EXPECT_EQ(answer.body.data(), response_.shared_gzip->data());
    EXPECT_EQ(gunzip(answer.body), text);
}

TEST_F(Composed, OneRangeIsCutOut) {
    response_.body = "0123456789";
    ask("Range", "bytes=2-4");
    const Answer answer = compose_it();
    EXPECT_EQ(answer.status, 206);
    EXPECT_EQ(answer.body, "234");
    EXPECT_TRUE(has("Content-Range: bytes 2-4/10"));
    EXPECT_TRUE(has("Content-Length: 3"));
}

TEST_F(Composed, ARangeBehindTheEndIsRefused) {
    response_.body = "0123456789";
    ask("Range", "bytes=10-");
    EXPECT_EQ(compose_it().status, 416);
    EXPECT_TRUE(has("Content-Range: bytes */10"));
}

TEST_F(Composed, ARangeOfAnotherVersionIsIgnored) {
    response_.body = "0123456789";
    response_.etag = "\"7\"";
    ask("Range", "bytes=0-0");
    ask("If-Range", "\"6\"");
    EXPECT_EQ(compose_it().status, 200);
}

TEST_F(Composed, HeadHasTheLengthWithoutTheBody) {
    data_.method = Method::head;
    response_.body = "0123456789";
    EXPECT_EQ(compose_it().body, "");
    EXPECT_TRUE(has("Content-Length: 10"));
}

TEST_F(Composed, NoContentHasNoLength) {
    response_ = no_content();
    static_cast<void>(compose_it());
    EXPECT_FALSE(names("Content-Length"));
    EXPECT_FALSE(names("Content-Type"));
}

TEST(Response, ProblemsListTheirFields) {
    base::Error error = base::Error::invalid("marks", "Marks are at most 100.");
    error.facts.emplace_back("existing", "7");
    error.retry_after_s = 30;
    const Response response = problem(error, "abc");
    EXPECT_EQ(response.status, 422);
    EXPECT_EQ(response.content_type, type_problem);
    EXPECT_EQ(
        response.body, R"({"type":"about:blank","title":"Unprocessable Content","status":422,)"
                       R"("detail":"Marks are at most 100.",)"
                       R"("errors":[{"field":"marks","message":"Marks are at most 100."}],)"
                       R"("request_id":"abc","existing":"7"})"
    );
    ASSERT_EQ(response.headers.size(), 1U);
    EXPECT_EQ(response.headers[0].second, "30");
}

TEST(Response, CookiesAreClosed) {
    Response response;
    set_cookie(response, "session", "abc", 60, true);
    set_cookie(response, "session", "", 0, false);
    set_cookie(response, "theme", "dark", -1, false);
    EXPECT_EQ(
        response.headers[0].second,
        "session=abc; Path=/; HttpOnly; SameSite=Lax; Max-Age=60; Secure"
    );
    EXPECT_EQ(response.headers[1].second, "session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
    EXPECT_EQ(response.headers[2].second, "theme=dark; Path=/; HttpOnly; SameSite=Lax");
}

TEST(Response, TagsMatchWeakly) {
    EXPECT_TRUE(etag_matches("\"1\"", "\"1\""));
    EXPECT_TRUE(etag_matches("W/\"1\"", "\"1\""));
    EXPECT_TRUE(etag_matches(" \"0\" , \"1\"", "W/\"1\""));
    EXPECT_TRUE(etag_matches("\"a,b\", \"1\"", "\"1\""));
    EXPECT_TRUE(etag_matches("*", "\"1\""));
    EXPECT_FALSE(etag_matches("", "\"1\""));
    EXPECT_FALSE(etag_matches("\"2\"", "\"1\""));
    EXPECT_FALSE(etag_matches("1", "\"1\""));
    EXPECT_FALSE(etag_matches("\"1", "\"1\""));
    EXPECT_FALSE(etag_matches("\"1\"", ""));
    EXPECT_FALSE(etag_matches("W/", "\"1\""));
}

TEST(Negotiate, GzipIsAcceptedWhereItIsNamed) {
    EXPECT_TRUE(accepts_gzip("gzip"));
    EXPECT_TRUE(accepts_gzip("br, GZIP;q=0.5"));
    EXPECT_TRUE(accepts_gzip("*"));
    EXPECT_FALSE(accepts_gzip(""));
    EXPECT_FALSE(accepts_gzip("br, deflate"));
    EXPECT_FALSE(accepts_gzip("gzip;q=0"));
    EXPECT_FALSE(accepts_gzip("gzip; q=0.000, *"));
    EXPECT_FALSE(accepts_gzip("*;q=0"));
}

TEST(Negotiate, RangesAreReadOrIgnored) {
    const auto range = [](std::string_view text) {
        const auto read = parse_range(text, 100);
        return read ? std::to_string(read->first) + "+" + std::to_string(read->count) : "none";
    };
    EXPECT_EQ(range("bytes=0-"), "0+100");
    EXPECT_EQ(range("bytes=10-19"), "10+10");
    EXPECT_EQ(range("bytes=90-1000"), "90+10");
    EXPECT_EQ(range("bytes=-10"), "90+10");
    EXPECT_EQ(range("bytes=-1000"), "0+100");
    EXPECT_EQ(range("bytes=100-"), "0+0");
    EXPECT_EQ(range("bytes=-0").substr(range("bytes=-0").find('+')), "+0");
    for (const char* text :
         {"", "bytes", "bytes=", "bytes=-", "bytes=5-4", "bytes=0-1,3-4", "items=0-1", "bytes=a-b",
          "bytes=1-99999999999999999999"})
        EXPECT_EQ(range(text), "none") << text;
    EXPECT_EQ(parse_range("bytes=0-", 0)->count, 0U);
}

}  // namespace
}  // namespace http
