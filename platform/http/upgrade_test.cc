#include "platform/http/upgrade.h"

#include <thread>

#include "platform/http/server_test.h"

namespace http {
namespace {

using test::Client;
using test::text_response;

constexpr std::string_view ask =
    "GET /socket/?x=1 HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\n"
    "Upgrade: WebSocket\r\n\r\n";
constexpr std::string_view accepted =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";

base::Task<> echo(std::shared_ptr<Upgraded> socket) {
    char bytes[100];
    while (true) {
        const std::size_t count = co_await socket->read_some(bytes, sizeof bytes);
        if (count == 0) co_return;
        if (!co_await socket->write({bytes, count})) co_return;
    }
}

class Sockets : public testing::Test {
  protected:
    void start(Server::Upgrade take) {
        server_.router.add(Method::get, "/socket/", [](Request) {
            return text_response("polling");
        });
        server_.server =
            std::make_unique<Server>(server_.config, server_.router, server_.render, server_.clock);
        server_.server->on_upgrade("/socket/", std::move(take));
        server_.server->start();
    }
    test::TestServer server_;
};

TEST_F(Sockets, BelongToWhoTakesThem) {
    start([](std::unique_ptr<Upgraded> taken) {
        std::shared_ptr<Upgraded> socket(std::move(taken));
        EXPECT_EQ(socket->request().target(), "/socket/?x=1");
        EXPECT_EQ(socket->request().header("upgrade"), "WebSocket");
        EXPECT_EQ(socket->thread(), 0U);
        EXPECT_EQ(socket->try_write(accepted), accepted.size());
        socket->spawn([socket] { return echo(socket); });
    });
    Client client(server_.port());
    // What came with the request is read first.
    client.send(std::string(ask) + "early");
    EXPECT_EQ(client.read(true).status, 101);
    client.send(" and late\r\n\r\n");
    EXPECT_EQ(client.read(true).head, "early and late\r\n");
    EXPECT_EQ(server_.server->metrics().upgraded, 1U);
}

TEST_F(Sockets, RequestsThatDoNotAskStayHttp) {
    start([](std::unique_ptr<Upgraded>) { ADD_FAILURE(); });
    Client client(server_.port());
    EXPECT_EQ(client.ask("GET /socket/ HTTP/1.1\r\nHost: a\r\n\r\n").body, "polling");
    EXPECT_EQ(
        client.ask("GET /socket/ HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n").body, "polling"
    );
    EXPECT_EQ(
        client
            .ask("GET /socket/ HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n")
            .body,
        "polling"
    );
}

TEST_F(Sockets, MayBeRefused) {
    start([](std::unique_ptr<Upgraded> taken) {
        std::shared_ptr<Upgraded> socket(std::move(taken));
        socket->spawn([socket]() -> base::Task<> {
            return socket->refuse(problem({base::Code::forbidden, "Sign in first."}, "x"));
        });
    });
    Client client(server_.port());
    const auto reply = client.ask(ask);
    EXPECT_EQ(reply.status, 403);
    EXPECT_EQ(reply.header("Connection"), "close");
    EXPECT_TRUE(client.at_end());
    while (server_.server->metrics().open > 0) std::this_thread::yield();
    EXPECT_EQ(server_.server->metrics().routes.at(0).by_class[3], 1U);
}

TEST_F(Sockets, EndWhenTheirOwnerGoes) {
    start([](std::unique_ptr<Upgraded>) {});
    Client client(server_.port());
    EXPECT_EQ(client.ask(ask).status, 0);
}

TEST_F(Sockets, EndReadsWhenClosed) {
    std::atomic<bool> ended = false;
    start([&](std::unique_ptr<Upgraded> taken) {
        std::shared_ptr<Upgraded> socket(std::move(taken));
        socket->spawn([socket, &ended]() -> base::Task<> {
            return [](std::shared_ptr<Upgraded> kept, std::atomic<bool>* done) -> base::Task<> {
                char byte = 0;
                EXPECT_EQ(co_await kept->read_some(&byte, 1), 0U);
                EXPECT_EQ(kept->try_write("x"), static_cast<std::size_t>(-1));
                EXPECT_FALSE(co_await kept->write("x"));
                *done = true;
            }(socket, &ended);
        });
        static_cast<void>(socket->after_ms(10, [socket] { socket->close(); }));
        socket->after_ms(20'000, [] { ADD_FAILURE(); })();
    });
    Client client(server_.port());
    client.send(ask);
    EXPECT_TRUE(client.at_end());
    while (!ended) std::this_thread::yield();
}

TEST(Stop, RunningRequestsEndAndIdleConnectionsClose) {
    test::TestServer server;
    server.config.threads = 2;
    std::atomic<bool> inside = false;
    std::atomic<bool> stopped = false;
    server.router.add(Method::get, "/", [](Request) { return text_response("hello"); });
    // Sends half, then the rest once the server has been told to stop.
    server.router.add(Method::get, "/slow", [&](Request) -> base::Task<Response> {
        return [](std::atomic<bool>* in, std::atomic<bool>* out) -> base::Task<Response> {
            *in = true;
            while (!*out) std::this_thread::yield();
            co_return json_text("finished");
        }(&inside, &stopped);
    });
    server.start();
    Client idle(server.port());
    EXPECT_EQ(idle.ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n").status, 200);
    Client running(server.port());
    running.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
    while (!inside) std::this_thread::yield();
    server.server->stop();
    stopped = true;
    EXPECT_EQ(running.read().body, "finished");
    EXPECT_TRUE(idle.at_end());
    server.server->wait();
    EXPECT_TRUE(running.at_end());
}

TEST(Stop, SocketsHaveAMomentAndWhatHangsIsLeft) {
    test::TestServer server;
    server.config.stop_seconds_max = 1;
    server.server =
        std::make_unique<Server>(server.config, server.router, server.render, server.clock);
    std::shared_ptr<Upgraded> held;
    std::atomic<int> stops = 0;
    server.server->on_upgrade("/socket/", [&](std::unique_ptr<Upgraded> taken) {
        held = std::move(taken);
        static_cast<void>(held->try_write(accepted));
    });
    server.server->on_stop([&] {
        ++stops;
        static_cast<void>(held->try_write("bye\r\n\r\n"));
    });
    server.server->start();
    Client client(server.port());
    EXPECT_EQ(client.ask(ask).status, 101);
    server.server->stop();
    EXPECT_EQ(client.read(true).head, "bye\r\n");
    EXPECT_TRUE(client.at_end());
    server.server->wait();
    EXPECT_EQ(stops, 1);
    held.reset();
}

}  // namespace
}  // namespace http
