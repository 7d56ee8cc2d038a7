#include "platform/socketio/engine_io.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "platform/base/json.h"
#include "platform/socketio/deflate.h"
#include "platform/socketio/engine_session.h"
#include "platform/socketio/test_client.h"

namespace engine_io {
namespace {

namespace client = socketio::testing;
using client::WebSocket;

class Echo final : public Listener {
  public:
    explicit Echo(SessionPtr session) : session_(std::move(session)) {}
    void message(bool binary, std::string data) override {
        if (data == "close") {
            session_->send(Packet::text(Type::message, "goodbye"));
            session_->close();
            return;
        }
        if (data == "flood") {
            const Packet large = Packet::text(Type::message, std::string(100'000, 'f'));
            for (int i = 0; i < 100; ++i) session_->send(large);
            return;
        }
        if (data == "squeeze") data = std::string(20'000, 's');
        auto packet = binary ? Packet::binary(data) : Packet::text(Type::message, data);
        if (data.size() > 10'000) packet.compress();
        session_->send(packet);
    }
    void closed(std::string_view) override { session_.reset(); }

  private:
    SessionPtr session_;
};

// A server on a free port. Long heartbeats unless a test wants to see them.
struct Served {
    explicit Served(const Options& options = {}, unsigned threads = 2)
        : server(
              config_of(threads), router,
              [](http::Request request, const base::Error& error) {
                  return http::problem(error, request.id());
              },
              clock
          ),
          engine(server, router, "/engine.io/", options, [](const SessionPtr& session) {
              return std::make_shared<Echo>(session);
          }) {
        server.start();
        port = server.port();
    }
    ~Served() {
        server.stop();
        server.wait();
    }
    Served(const Served&) = delete;
    Served& operator=(const Served&) = delete;
    static http::ServerConfig config_of(unsigned threads) {
        http::ServerConfig config;
        config.threads = threads;
        config.access_log = false;
        return config;
    }

    // Each on a connection of its own, so that they spread over the threads.
    [[nodiscard]] client::Reply get(const std::string& query, std::string_view headers = {}) const {
        return client::request(port, "GET", "/engine.io/?" + query, {}, headers);
    }
    [[nodiscard]] std::string open() const { return client::sid_in(get(polling).body); }
    [[nodiscard]] client::Reply poll(const std::string& id) const {
        return get(polling + "&sid=" + id);
    }
    [[nodiscard]] client::Reply push(const std::string& id, std::string_view body) const {
        return client::request(port, "POST", "/engine.io/?" + polling + "&sid=" + id, body);
    }

    base::SystemClock clock;
    http::Router router;
    http::Server server;
    Server engine;
    std::uint16_t port = 0;
    inline static const std::string polling = "EIO=4&transport=polling";
    inline static const std::string upgrade = "/engine.io/?EIO=4&transport=websocket&sid=";
};

std::int64_t code_in(const client::Reply& reply) {
    const auto body = json::parse(reply.body);
    return body && body->object() != nullptr ? body->object()->integer("code", -1) : -1;
}

TEST(EngineIo, AMessageIsPolledFromWhicheverThread) {
    const Served served;
    std::set<std::string> ids;
    for (int i = 0; i < 40; ++i) {
        const std::string id = served.open();
        ids.insert(id);
        ASSERT_EQ(
            served
                .push(
                    id,
                    "4one\x1e"
                    "4two"
                )
                .body,
            "ok"
        );
        EXPECT_EQ(
            served.poll(id).body,
            "4one\x1e"
            "4two"
        );
    }
    EXPECT_EQ(ids.size(), 40U);
    EXPECT_EQ(served.engine.count(), 40U);
}

TEST(EngineIo, APollWaitsForAMessage) {
    const Served served;
    const std::string id = served.open();
    client::Line line(served.port);
    line.write(client::request_text("GET", "/engine.io/?" + Served::polling + "&sid=" + id, {}, {})
    );
    ASSERT_EQ(served.push(id, "4late").body, "ok");
    EXPECT_EQ(client::read_reply(line).body, "4late");
}

TEST(EngineIo, WhatIsNoHandshakeIsRefusedWithItsCode) {
    const Served served;
    EXPECT_EQ(code_in(served.get("EIO=4&transport=carrier-pigeon")), 0);
    EXPECT_EQ(code_in(served.get(Served::polling + "&sid=nonsense")), 1);
    EXPECT_EQ(code_in(served.get(Served::polling + "&sid=AAAAAAAAAAAAAAAAAAAAff")), 1);
    EXPECT_EQ(
        code_in(client::request(served.port, "POST", "/engine.io/?" + Served::polling, "4x")), 2
    );
    EXPECT_EQ(code_in(served.get("EIO=4&transport=websocket")), 3);
    EXPECT_EQ(code_in(served.get("EIO=3&transport=polling")), 5);
    for (const std::string_view query :
         {"EIO=3&transport=websocket", "EIO=4&transport=websocket&sid=nonsense", "EIO=4",
          "EIO=4&transport=websocket&x=%zz"}) {
        const WebSocket refused(served.port, "/engine.io/?" + std::string(query));
        EXPECT_EQ(refused.answer().status, 400) << query;
    }
    EXPECT_EQ(served.engine.count(), 0U);
}

TEST(EngineIo, AForeignOriginIsRefusedUnlessListed) {
    const Served strict;
    EXPECT_EQ(strict.get(Served::polling, "Origin: https://evil.example\r\n").status, 403);
    EXPECT_EQ(strict.get(Served::polling, "Origin: https://test\r\n").status, 200);
    EXPECT_EQ(strict.get(Served::polling, "Origin: null\r\n").status, 403);
    const WebSocket foreign(
        strict.port, "/engine.io/?EIO=4&transport=websocket", "Origin: https://evil.example\r\n"
    );
    EXPECT_EQ(foreign.answer().status, 403);

    Options listed;
    listed.cors_origins = {"https://portal.example"};
    const Served open(listed);
    const auto reply = open.get(Served::polling, "Origin: https://portal.example\r\n");
    EXPECT_EQ(reply.status, 200);
    EXPECT_NE(
        reply.head.find("Access-Control-Allow-Origin: https://portal.example\r\n"),
        std::string::npos
    );
    EXPECT_NE(reply.head.find("Access-Control-Allow-Credentials: true"), std::string::npos);
    EXPECT_EQ(open.get(Served::polling, "Origin: https://evil.example\r\n").status, 403);
    const auto preflight = client::request(
        open.port, "OPTIONS", "/engine.io/", {},
        "Origin: https://portal.example\r\nAccess-Control-Request-Headers: x-token\r\n"
    );
    EXPECT_EQ(preflight.status, 204);
    EXPECT_NE(preflight.head.find("Access-Control-Allow-Headers: x-token"), std::string::npos);
}

TEST(EngineIo, AWebSocketEchoesTextAndBinary) {
    const Served served;
    auto socket = WebSocket::open(served.port, "/engine.io/");
    EXPECT_NE(socket.open_packet().find("\"upgrades\":[]"), std::string::npos);
    socket.send("4hello");
    EXPECT_EQ(socket.next(), "4hello");
    socket.send_binary(std::string_view("\0\xff", 2));
    EXPECT_EQ(socket.next(), std::string("\0\xff", 2));
    socket.frame(websocket::Opcode::text, "4he", false);
    socket.frame(websocket::Opcode::ping, "are you there");
    socket.frame(websocket::Opcode::continuation, "llo");
    const auto pong = socket.next_frame();
    ASSERT_TRUE(pong.has_value());
    EXPECT_EQ(pong->opcode, websocket::Opcode::pong);
    EXPECT_EQ(pong->data, "are you there");
    EXPECT_EQ(socket.next(), "4hello");
    socket.frame(websocket::Opcode::close, websocket::close_payload(1000, ""));
    EXPECT_EQ(socket.next(), std::nullopt);
    EXPECT_EQ(socket.close_code, 1000);
}

TEST(EngineIo, ALargeMessageGoesThroughASlowSocketWhole) {
    const Served served;
    auto socket = WebSocket::open(served.port, "/engine.io/");
    const std::string large = "4" + std::string(900'000, 'L');
    for (int i = 0; i < 4; ++i) socket.send(large);
    for (int i = 0; i < 4; ++i) EXPECT_EQ(socket.next(), large);
}

TEST(EngineIo, ManyMessagesComeBackInOrder) {
    const Served served;
    auto socket = WebSocket::open(served.port, "/engine.io/");
    for (int i = 0; i < 2000; ++i) socket.send("4" + std::to_string(i));
    for (int i = 0; i < 2000; ++i) ASSERT_EQ(socket.next(), "4" + std::to_string(i));
}

TEST(EngineIo, WhatTheProtocolForbidsEndsTheWebSocketWithItsCode) {
    const Served served;
    auto unknown = WebSocket::open(served.port, "/engine.io/");
    unknown.send("abc");
    EXPECT_EQ(unknown.next(), std::nullopt);
    auto invalid = WebSocket::open(served.port, "/engine.io/");
    invalid.send("4\xff");
    EXPECT_EQ(invalid.next(), std::nullopt);
    EXPECT_EQ(invalid.close_code, websocket::code::bad_data);
    auto unmasked = WebSocket::open(served.port, "/engine.io/");
    unmasked.line().write(
        "\x81\x01"
        "4"
    );
    EXPECT_EQ(unmasked.next(), std::nullopt);
    EXPECT_EQ(unmasked.close_code, websocket::code::protocol_error);
    Options small;
    small.payload_bytes_max = 1000;
    const Served tight(small);
    auto large = WebSocket::open(tight.port, "/engine.io/");
    large.send("4" + std::string(1000, 'x'));
    EXPECT_EQ(large.next(), std::nullopt);
    EXPECT_EQ(large.close_code, websocket::code::too_big);
    EXPECT_EQ(tight.push(tight.open(), "4" + std::string(1000, 'x')).status, 413);
}

TEST(EngineIo, WhoAgreesOnCompressionGetsCompressedFrames) {
    const Served served;
    auto socket = WebSocket::open(
        served.port, "/engine.io/", "Sec-WebSocket-Extensions: permessage-deflate\r\n"
    );
    EXPECT_NE(
        socket.answer().head.find("Sec-WebSocket-Extensions: permessage-deflate"), std::string::npos
    );
    std::string frame;
    websocket::append_frame(
        frame, websocket::Opcode::text, websocket::deflate_message("4squeeze"), true, true,
        WebSocket::mask
    );
    socket.line().write(frame);
    while (socket.line().unread().size() < 4) ASSERT_TRUE(socket.line().read_more());
    EXPECT_EQ(socket.line().unread()[0], '\xC1') << "a final text frame with RSV1";
    EXPECT_LT(socket.line().unread()[1] & 0x7F, 126) << "20,000 bytes in a short frame";
}

TEST(EngineIo, AnUpgradeLosesAndReordersNothing) {
    const Served served;
    for (int round = 0; round < 30; ++round) {
        const std::string id = served.open();
        ASSERT_EQ(served.push(id, "4early").body, "ok");
        WebSocket socket(served.port, Served::upgrade + id);
        ASSERT_TRUE(socket.upgraded());
        socket.send("2probe");
        ASSERT_EQ(socket.next(), "3probe");
        socket.send("5");
        socket.send("4after");
        EXPECT_EQ(socket.next(), "4early");
        EXPECT_EQ(socket.next(), "4after");
        EXPECT_EQ(served.poll(id).status, 400);
        WebSocket second(served.port, Served::upgrade + id);
        EXPECT_EQ(second.next(), std::nullopt);
        socket.send("4still");
        EXPECT_EQ(socket.next(), "4still");
    }
}

TEST(EngineIo, AProbeEndsTheWaitingPollAndMayGoAway) {
    const Served served;
    const std::string id = served.open();
    client::Line line(served.port);
    line.write(client::request_text("GET", "/engine.io/?" + Served::polling + "&sid=" + id, {}, {})
    );
    {
        WebSocket socket(served.port, Served::upgrade + id);
        socket.send("2probe");
        ASSERT_EQ(socket.next(), "3probe");
        EXPECT_EQ(client::read_reply(line).body, "6");
    }
    ASSERT_EQ(served.push(id, "4x").body, "ok");
    std::string got = served.poll(id).body;
    while (got == "6") got = served.poll(id).body;  // until the server knows
    EXPECT_EQ(got, "4x");
}

TEST(EngineIo, WhoDoesNotAnswerPingsIsGivenUp) {
    const Served served({.ping_interval_ms = 30, .ping_timeout_ms = 30});
    auto socket = WebSocket::open(served.port, "/engine.io/");
    socket.answer_pings = false;
    EXPECT_EQ(socket.next(), "2");
    EXPECT_EQ(socket.next(), std::nullopt);
    const std::string id = served.open();
    EXPECT_EQ(served.poll(id).body, "2");
    EXPECT_EQ(served.poll(id).body, "1");
    EXPECT_EQ(served.poll(id).status, 400);
    auto alive = WebSocket::open(served.port, "/engine.io/");
    alive.answer_pings = false;
    for (int i = 0; i < 4; ++i) {
        ASSERT_EQ(alive.next(), "2");
        alive.send("3");
    }
}

TEST(EngineIo, ClosingPollingSaysGoodbye) {
    const Served served;
    const std::string by_server = served.open();
    ASSERT_EQ(served.push(by_server, "4close").body, "ok");
    EXPECT_EQ(
        served.poll(by_server).body,
        "4goodbye\x1e"
        "1"
    );
    EXPECT_EQ(code_in(served.poll(by_server)), 1);
    const std::string by_client = served.open();
    ASSERT_EQ(served.push(by_client, "1").body, "ok");
    EXPECT_EQ(served.poll(by_client).body, "6");
    EXPECT_EQ(code_in(served.poll(by_client)), 1);
    const std::string stray = served.open();
    ASSERT_EQ(served.push(stray, "2").status, 200);
    EXPECT_EQ(code_in(served.poll(stray)), 1) << "a ping is the server's to send";
    for (const std::string_view bad : {"", "abc", "4\xff"})
        EXPECT_EQ(served.push(served.open(), bad).status, 400) << bad;
}

TEST(EngineIo, WhoDoesNotReadIsDisconnected) {
    const Served served({.buffer_bytes_max = 1'000'000});
    auto socket = WebSocket::open(served.port, "/engine.io/");
    for (int i = 0; i < 20; ++i) socket.send("4flood");
    std::size_t got = 0;
    while (const auto message = socket.next_frame()) got += message->data.size();
    EXPECT_LT(got, 200'000'000U);
    const std::string id = served.open();
    ASSERT_EQ(served.push(id, "4flood").body, "ok");
    client::Reply last;
    do last = served.poll(id);
    while (last.status == 200);
    EXPECT_EQ(code_in(last), 1);
}

TEST(EngineIo, AFullServerRefusesAndAStoppedOneSaysGoodbye) {
    Served served({.sessions_max = 2});
    auto socket = WebSocket::open(served.port, "/engine.io/");
    const std::string id = served.open();
    EXPECT_EQ(served.get(Served::polling).status, 503);
    const WebSocket refused(served.port, "/engine.io/?EIO=4&transport=websocket");
    EXPECT_EQ(refused.answer().status, 503);
    client::Line line(served.port);
    line.write(client::request_text("GET", "/engine.io/?" + Served::polling + "&sid=" + id, {}, {})
    );
    ASSERT_EQ(served.push(id, "3").body, "ok");  // the poll is there before the end comes
    served.engine.stop();
    EXPECT_EQ(client::read_reply(line).body, "1");
    EXPECT_EQ(socket.next(), std::nullopt);
    EXPECT_EQ(socket.close_code, websocket::code::going_away);
    EXPECT_EQ(served.get(Served::polling).status, 503);
}

}  // namespace
}  // namespace engine_io
