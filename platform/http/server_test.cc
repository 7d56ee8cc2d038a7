#include "platform/http/server.h"

#include <cstdio>
#include <stdexcept>
#include <thread>

#include "platform/base/log.h"
#include "platform/http/executor.h"
#include "platform/http/server_test.h"

namespace http {
namespace {

using test::Client;
using test::Reply;
using test::text_response;

std::string get(std::string_view path, std::string_view headers = "") {
    return "GET " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n" + std::string(headers) + "\r\n";
}
std::string post(std::string_view path, std::string_view body) {
    return "POST " + std::string(path) +
           " HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
           std::string(body);
}

base::Task<Response> three_chunks(Request) {
    Response response = json_text("");
    response.content_type = type_csv;
    auto count = std::make_shared<int>(0);
    response.chunks = [count]() -> base::Task<std::string> {
        co_return ++*count > 3 ? "" : "row " + std::to_string(*count) + "\n";
    };
    co_return response;
}

base::Task<Response> broken_chunks(Request) {
    Response response;
    auto count = std::make_shared<int>(0);
    response.chunks = [count]() -> base::Task<std::string> {
        if (++*count > 1) throw std::runtime_error("the table went away");
        co_return "row\n";
    };
    co_return response;
}

class Served : public testing::Test {
  protected:
    Served() {
        Router& router = server_.router;
        router.add(Method::get, "/hello", [](Request) { return text_response("hello"); });
        router.add(Method::get, "/large", [](Request) {
            return text_response(std::string(8'000'000, 'x'));
        });
        router.add(
            Method::post, "/echo",
            [](Request request) { return text_response(std::string(request.body())); },
            {.body_bytes_max = 300'000, .request_seconds_max = 1}
        );
        router.add(Method::get, "/who", [](Request request) {
            return text_response(
                std::string(request.remote_address()) + (request.secure() ? " secure" : " plain")
            );
        });
        router.add(Method::get, "/fails", [](Request) -> base::Task<Response> {
            throw std::runtime_error("secret detail");
        });
        router.add(Method::get, "/full", [](Request) -> base::Task<Response> {
            base::Error error(base::Code::unavailable, "Come back later.", "queue is full");
            error.retry_after_s = 7;
            throw error;
        });
        router.add(Method::get, "/chunks", three_chunks);
        router.add(Method::get, "/broken", broken_chunks);
        server_.config.header_seconds_max = 1;
        server_.config.header_bytes_max = 6000;
        server_.config.target_bytes_max = 1000;
        server_.config.headers_max = 20;
        server_.config.trusted_proxies = {"127.0.0.1"};
        server_.start();
    }
    Reply ask(std::string_view bytes) {
        Client client(server_.port());
        return client.ask(bytes);
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

TEST_F(Served, AConnectionServesManyRequests) {
    Client client(server_.port());
    for (int i = 0; i < 5; ++i) {
        const Reply reply = client.ask(get("/hello"));
        EXPECT_EQ(reply.status, 200);
        EXPECT_EQ(reply.body, "hello");
        EXPECT_EQ(reply.header("X-Request-Id").size(), 16U);
    }
    EXPECT_EQ(server_.server->numbers().connections, 1U);
}

TEST_F(Served, PipelinedRequestsAreAnsweredInOrder) {
    Client client(server_.port());
    std::string all;
    for (int i = 0; i < 300; ++i)
        all += i % 2 == 0 ? get("/hello") : post("/echo", "body " + std::to_string(i));
    std::thread sender([&] { client.send(all); });
    for (int i = 0; i < 300; ++i)
        ASSERT_EQ(client.read().body, i % 2 == 0 ? "hello" : "body " + std::to_string(i));
    sender.join();
}

TEST_F(Served, ARequestMayComeByteByByte) {
    Client client(server_.port());
    for (const char byte : "\r\n" + post("/echo", "slow but sure")) client.send({&byte, 1});
    EXPECT_EQ(client.read().body, "slow but sure");
}

TEST_F(Served, LargeBodiesGoBothWays) {
    const std::string body(250'000, 'b');
    EXPECT_EQ(ask(post("/echo", body)).body, body);
    EXPECT_EQ(ask(get("/large")).body.size(), 8'000'000U);
}

TEST_F(Served, ChunkedBodiesAreRead) {
    Client client(server_.port());
    const Reply reply = client.ask(
        "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n" +
        get("/hello")
    );
    EXPECT_EQ(reply.body, "hello world");
    EXPECT_EQ(client.read().body, "hello");
    const std::string large = std::string("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: ") +
                              "chunked\r\n\r\n30000\r\n" + std::string(0x30000, 'c') +
                              "\r\n0\r\n\r\n" + get("/hello");
    client.send(large);
    EXPECT_EQ(client.read().body.size(), 0x30000U);
    EXPECT_EQ(client.read().body, "hello");
}

TEST_F(Served, ContinueIsSaidBeforeTheBody) {
    Client client(server_.port());
    const Reply first = client.ask(
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n"
    );
    EXPECT_EQ(first.status, 100);
    EXPECT_EQ(client.ask("body").body, "body");
}

TEST_F(Served, ABodyThatIsRefusedIsNotAskedFor) {
    EXPECT_EQ(
        refused("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 300001\r\n"
                "Expect: 100-continue\r\n\r\n"),
        413
    );
    EXPECT_EQ(refused(post("/nowhere", "body")), 404);
}

TEST_F(Served, LimitsHaveTheirStatus) {
    EXPECT_EQ(refused(post("/echo", std::string(300'001, 'x'))), 413);
    EXPECT_EQ(
        refused("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nfffff\r\n"),
        413
    );
    EXPECT_EQ(refused(get("/" + std::string(1000, 'x'))), 414);
    EXPECT_EQ(refused("GET /" + std::string(7000, 'x')), 414);
    EXPECT_EQ(refused(get("/hello", "X: " + std::string(7000, 'x') + "\r\n")), 431);
    std::string headers;
    for (int i = 0; i < 20; ++i) headers += "X: y\r\n";
    EXPECT_EQ(refused(get("/hello", headers)), 431);
}

TEST_F(Served, AmbiguousRequestsAreRefusedAndEndTheConnection) {
    for (const std::string_view request :
         {"GET /hello HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "GET /hello HTTP/1.1\r\n\r\n",
          "GET /hello HTTP/1.1\nHost: a\n\n", "GET /hello HTTP/1.1\r\nHost : a\r\n\r\n",
          "GET /hello HTTP/1.1\r\nHost: a\r\n X: folded\r\n\r\n",
          "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n"
          "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /hello HTTP/1.1\r\n",
          "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
          "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\nhello\n0\n\n",
          "GET /%ff HTTP/1.1\r\nHost: a\r\n\r\n", "\x16\x03\x01\x02"})
        EXPECT_EQ(refused(request), 400) << request;
    EXPECT_EQ(refused("BREW / HTTP/1.1\r\nHost: a\r\n\r\n"), 501);
    EXPECT_EQ(refused("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n"), 501);
    EXPECT_EQ(refused("GET / HTTP/3.0\r\nHost: a\r\n\r\n"), 505);
    EXPECT_EQ(server_.server->metrics().malformed, 13U);
}

TEST_F(Served, ASlowHeadIsAnsweredByTimeout) {
    Client client(server_.port());
    EXPECT_EQ(client.ask("GET /hello HTTP/1.1\r\nHo").status, 408);
    EXPECT_TRUE(client.at_end());
}

TEST_F(Served, ASlowBodyIsAnsweredByTimeout) {
    EXPECT_EQ(refused("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf"), 408);
}

TEST_F(Served, AConnectionThatSaysNothingIsClosed) {
    Client client(server_.port());
    EXPECT_TRUE(client.at_end());
}

TEST_F(Served, HeadAndOptionsAreAnswered) {
    Client client(server_.port());
    client.send("HEAD /hello HTTP/1.1\r\nHost: a\r\n\r\n");
    const Reply head = client.read(true);
    EXPECT_EQ(head.status, 200);
    EXPECT_EQ(head.header("Content-Length"), "5");
    const Reply options = client.ask("OPTIONS /hello HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(options.status, 204);
    EXPECT_EQ(options.header("Allow"), "GET, HEAD, OPTIONS");
    const Reply all = client.ask("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(all.status, 204);
    const Reply wrong = client.ask("DELETE /hello HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(wrong.status, 405);
    EXPECT_EQ(wrong.header("Allow"), "GET, HEAD, OPTIONS");
    EXPECT_EQ(client.ask(get("/nowhere")).status, 404);
    EXPECT_EQ(client.ask(get("/hello")).status, 200);
}

TEST_F(Served, OldClientsGetWhatTheyAskFor) {
    EXPECT_EQ(refused("GET /hello HTTP/1.0\r\n\r\n"), 200);
    Client client(server_.port());
    const Reply kept = client.ask("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_EQ(kept.header("Connection"), "keep-alive");
    EXPECT_EQ(client.ask(get("/hello", "Connection: close\r\n")).header("Connection"), "close");
    EXPECT_TRUE(client.at_end());
}

TEST_F(Served, ChunksAreStreamed) {
    Client client(server_.port());
    const Reply reply = client.ask(get("/chunks"));
    EXPECT_EQ(reply.header("Transfer-Encoding"), "chunked");
    EXPECT_EQ(reply.body, "row 1\nrow 2\nrow 3\n");
    EXPECT_EQ(client.ask(get("/hello")).body, "hello");
    const Reply old = ask("GET /chunks HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_EQ(old.header("Connection"), "close");
    EXPECT_EQ(old.body, "row 1\nrow 2\nrow 3\n");
    client.send("HEAD /chunks HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(client.read(true).header("Transfer-Encoding"), "chunked");
    EXPECT_EQ(client.ask(get("/hello")).body, "hello");
}

TEST_F(Served, ChunksThatFailLeaveTheBodyOpen) {
    Client client(server_.port());
    EXPECT_EQ(client.ask(get("/broken")).body, "row\n");
    EXPECT_TRUE(client.at_end());
}

TEST_F(Served, ErrorsBecomeProblemsWithoutTheirDetail) {
    const Reply failed = ask(get("/fails"));
    EXPECT_EQ(failed.status, 500);
    EXPECT_EQ(failed.header("Content-Type"), "application/problem+json");
    EXPECT_EQ(failed.body.find("secret"), std::string::npos);
    const Reply full = ask(get("/full"));
    EXPECT_EQ(full.status, 503);
    EXPECT_EQ(full.header("Retry-After"), "7");
}

TEST_F(Served, ProxiesSayWhoTheClientIs) {
    EXPECT_EQ(ask(get("/who")).body, "127.0.0.1 plain");
    EXPECT_EQ(
        ask(get("/who",
                "X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-For: 9.9.9.9, 127.0.0.1\r\n"
                "X-Forwarded-Proto: https\r\n"))
            .body,
        "9.9.9.9 secure"
    );
}

TEST_F(Served, RequestsAreCountedByRoute) {
    static_cast<void>(ask(get("/hello")));
    static_cast<void>(ask(get("/nowhere")));
    // A request is counted once its answer is written, which may be after it was read here.
    Snapshot snapshot = server_.server->metrics();
    while (snapshot.requests < 2) snapshot = server_.server->metrics();
    ASSERT_EQ(snapshot.routes.size(), 2U);
    EXPECT_EQ(snapshot.routes[0].route, "/hello");
    EXPECT_EQ(snapshot.routes[0].by_class[1], 1U);
    EXPECT_EQ(snapshot.routes[1].route, "");
    EXPECT_EQ(snapshot.routes[1].by_class[3], 1U);
    std::string text;
    append_prometheus(text, snapshot);
    EXPECT_NE(
        text.find("http_requests_total{method=\"GET\",route=\"/hello\",status=\"2xx\"} 1\n"),
        std::string::npos
    );
    EXPECT_NE(text.find("le=\"+Inf\"} 1\n"), std::string::npos);
}

TEST(Server, RenderMakesTheErrorPages) {
    test::TestServer server;
    server.render = [](Request request, const base::Error& error) {
        return html("page about " + error.shown + std::string(request.path()), 404);
    };
    server.start();
    Client client(server.port());
    EXPECT_EQ(client.ask(get("/x")).body, "page about There is nothing at this address./x");
}

TEST(Server, ConnectionsAreLimited) {
    test::TestServer server;
    server.config.connections_per_address_max = 2;
    server.router.add(Method::get, "/", [](Request) { return text_response("hello"); });
    server.start();
    {
        Client first(server.port());
        Client second(server.port());
        EXPECT_EQ(first.ask(get("/")).status, 200);
        EXPECT_EQ(second.ask(get("/")).status, 200);
        Client third(server.port());
        EXPECT_EQ(third.read().status, 503);
        EXPECT_EQ(server.server->metrics().refused, 1U);
    }
    while (server.server->metrics().open > 0) std::this_thread::yield();
    Client again(server.port());
    EXPECT_EQ(again.ask(get("/")).status, 200);
}

TEST(Server, ClientsThatDoNotReadAreLetGo) {
    test::TestServer server;
    server.config.write_seconds_max = 1;
    server.router.add(Method::get, "/", [](Request) {
        return text_response(std::string(50'000'000, 'x'));
    });
    server.start();
    Client client(server.port());
    client.send(get("/"));
    while (server.server->metrics().timeouts == 0) std::this_thread::yield();
    while (server.server->metrics().open > 0) std::this_thread::yield();
    EXPECT_LT(client.read().body.size(), 50'000'000U);
}

TEST(Server, IdleConnectionsAreClosedWithoutAWord) {
    test::TestServer server;
    server.config.idle_seconds_max = 1;
    server.router.add(Method::get, "/", [](Request) { return text_response("hello"); });
    server.start();
    Client client(server.port());
    EXPECT_EQ(client.ask(get("/")).status, 200);
    EXPECT_TRUE(client.at_end());
    EXPECT_EQ(server.server->metrics().timeouts, 0U);
}

TEST(Server, TheAccessLogHoldsNothingPersonal) {
    std::FILE* file = std::tmpfile();
    base::flush_log();
    base::set_log_file(fileno(file));
    {
        test::TestServer server;
        server.config.access_log = true;
        server.router.add(Method::get, "/students/{student_id}", [](Request request) {
            request.data().user = "u-\"1\"";
            return text_response("hello");
        });
        server.start();
        Client client(server.port());
        const Reply reply =
            client.ask(get("/students/grace?email=grace@here", "Cookie: c=secret\r\n"));
        EXPECT_EQ(reply.status, 200);
        EXPECT_EQ(client.ask(get("/nowhere/grace")).status, 404);
    }
    base::flush_log();
    base::set_log_file(2);
    char text[4096] = "";
    ASSERT_EQ(std::fseek(file, 0, SEEK_SET), 0);
    const std::string_view log(text, std::fread(text, 1, sizeof text, file));
    std::fclose(file);
    EXPECT_NE(
        log.find(R"("method":"GET","route":"/students/{student_id}","status":200,)"), log.npos
    );
    EXPECT_NE(log.find(R"("bytes":5,"user_id":"u-\"1\""})"), log.npos);
    EXPECT_NE(log.find(R"("route":"","status":404)"), log.npos);
    for (const char* personal : {"grace", "secret", "127.0.0.1"})
        EXPECT_EQ(log.find(personal), log.npos) << personal;
}

TEST(Server, ATakenPortIsReported) {
    test::TestServer first;
    first.start();
    test::TestServer second;
    second.config.port = first.port();
    EXPECT_THROW(second.start(), base::Error);
    second.config.address = "localhost.";
    EXPECT_THROW(second.start(), base::Error);
}

TEST(Server, ThreadsShareThePortAndKnowTheirNumber) {
    test::TestServer server;
    server.config.threads = 3;
    server.router.add(Method::get, "/thread", [](Request) {
        return text_response(std::to_string(current_thread()));
    });
    server.server =
        std::make_unique<Server>(server.config, server.router, server.render, server.clock);
    std::atomic<unsigned> started = 0;
    server.server->on_thread_start([&](unsigned thread) { started += 1U << thread; });
    server.server->start();
    EXPECT_EQ(server.server->threads(), 3U);
    for (int i = 0; i < 20; ++i) {
        Client client(server.port());
        EXPECT_LT(std::stoul(client.ask(get("/thread")).body), 3U);
    }
    std::atomic<unsigned> posted = no_thread;
    server.server->post(2, [&] { posted = current_thread(); });
    while (posted == no_thread) std::this_thread::yield();
    EXPECT_EQ(posted, 2U);
    EXPECT_EQ(started, 7U);
    EXPECT_EQ(current_thread(), no_thread);
}

}  // namespace
}  // namespace http
