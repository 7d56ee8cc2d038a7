// Bodies that a handler reads itself, and answers that are made while they are sent but know their length.
#include <memory>
#include <string>
#include <string_view>

#include "platform/http/server_test.h"

namespace http {
namespace {

using test::Client;
using test::Reply;
using test::text_response;

std::string get(std::string_view path) {
    return "GET " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n\r\n";
}
std::string post(std::string_view path, std::string_view body) {
    return "POST " + std::string(path) +
           " HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
           std::string(body);
}

base::Task<Response> streamed_echo(Request request) {
    std::string all;
    while (true) {
        const std::string_view piece = co_await request.read();
        if (piece.empty()) break;
        EXPECT_LE(piece.size(), 64U * 1024U);
        all += piece;
    }
    EXPECT_EQ(request.body(), "");
    Response response = json_text(std::move(all));
    response.content_type = type_text;
    co_return response;
}

// Six bytes, said to be so many.
base::Task<Response> measured_chunks(std::uint64_t said) {
    Response response = json_text("");
    response.chunks_bytes = said;
    auto count = std::make_shared<int>(0);
    response.chunks = [count]() -> base::Task<std::string> { co_return ++*count > 3 ? "" : "ab"; };
    co_return response;
}

class Streamed : public testing::Test {
  protected:
    Streamed() {
        Router& router = server_.router;
        router.add(Method::get, "/hello", [](Request) { return text_response("hello"); });
        router.add(
            Method::post, "/streamed", streamed_echo,
            {.body_bytes_max = 300'000, .request_seconds_max = 1, .streamed = true}
        );
        router.add(
            Method::post, "/unread", [](Request) { return text_response("not read"); },
            {.body_bytes_max = 300'000, .streamed = true}
        );
        router.add(Method::get, "/measured", [](Request) { return measured_chunks(6); });
        router.add(Method::get, "/short", [](Request) { return measured_chunks(9); });
        router.add(Method::get, "/long", [](Request) { return measured_chunks(5); });
        server_.start();
    }
    // The answer, and that the connection ended behind it.
    int refused(std::string_view bytes) {
        Client client(server_.port());
        const int status = client.ask(bytes).status;
        EXPECT_TRUE(client.at_end()) << bytes.substr(0, 200);
        return status;
    }
    test::TestServer server_;
};

TEST_F(Streamed, AStreamedBodyComesInPieces) {
    Client client(server_.port());
    const std::string body(250'000, 'b');
    client.send(post("/streamed", body) + post("/streamed", "short") + get("/hello"));
    EXPECT_EQ(client.read().body, body);
    EXPECT_EQ(client.read().body, "short");
    EXPECT_EQ(client.read().body, "hello");
    const std::string chunked =
        "POST /streamed HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    client.send(
        chunked + "5\r\nhello\r\n30000\r\n" + std::string(0x30000, 'c') + "\r\n0\r\n\r\n" +
        get("/hello")
    );
    EXPECT_EQ(client.read().body.size(), 0x30005U);
    EXPECT_EQ(client.read().body, "hello");
    EXPECT_EQ(client.ask(post("/streamed", "")).body, "");
    const Reply first = client.ask(
        "POST /streamed HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n"
    );
    EXPECT_EQ(first.status, 100);
    EXPECT_EQ(client.ask("body").body, "body");
}

TEST_F(Streamed, AStreamedBodyHasItsLimits) {
    EXPECT_EQ(refused("POST /streamed HTTP/1.1\r\nHost: a\r\nContent-Length: 300001\r\n\r\n"), 413);
    EXPECT_EQ(refused("POST /streamed HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf"), 408);
    const std::string chunked =
        "POST /streamed HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    EXPECT_EQ(refused(chunked + "xyz\r\n"), 400);
    EXPECT_EQ(refused(chunked + "493e1\r\n"), 413);
    const std::string half = "30d40\r\n" + std::string(200'000, 'x') + "\r\n";
    EXPECT_EQ(refused(chunked + half + half), 413);
}

TEST_F(Streamed, ABodyThatNobodyReadsEndsTheConnection) {
    Client client(server_.port());
    EXPECT_EQ(client.ask(post("/unread", std::string(200'000, 'x'))).body, "not read");
    EXPECT_TRUE(client.at_end());
}

TEST_F(Streamed, ChunksOfAKnownLengthAreMeasuredNotFramed) {
    Client client(server_.port());
    const Reply reply = client.ask(get("/measured"));
    EXPECT_EQ(reply.header("Content-Length"), "6");
    EXPECT_EQ(reply.body, "ababab");
    client.send("HEAD /measured HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(client.read(true).header("Content-Length"), "6");
    EXPECT_EQ(client.ask(get("/hello")).body, "hello");
    for (const char* path : {"/short", "/long"}) {
        Client other(server_.port());
        other.send(get(path));
        (void)other.read();
        EXPECT_TRUE(other.at_end()) << path;
    }
}

}  // namespace
}  // namespace http
