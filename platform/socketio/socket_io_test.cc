#include "platform/socketio/socket_io.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "platform/base/json.h"
#include "platform/http/executor.h"
#include "platform/socketio/test_client.h"

namespace socketio {
namespace {

namespace client = socketio::testing;

struct Identity {
    std::string user_id;
};

Payload payload(json::Array values) { return {.values = std::move(values)}; }

// Lets a test hold back an admission until it says so.
struct Latch {
    std::mutex mutex;
    std::vector<std::pair<unsigned, std::shared_ptr<engine_io::Gate>>> gates;
    std::atomic<bool> waiting = false;
};

base::Task<Admission> admit(ConnectPtr connect, Latch* latch) {
    const std::string token(connect->auth.text("token"));
    if (token == "throws")
        throw base::Error(base::Code::unauthenticated, "Sign in again.", "secret");
    if (token == "breaks") throw std::runtime_error("secret");
    if (token == "waits") {
        const auto gate = std::make_shared<engine_io::Gate>();
        {
            const std::lock_guard lock(latch->mutex);
            latch->gates.emplace_back(http::current_thread(), gate);
        }
        latch->waiting = true;
        latch->waiting.notify_all();
        co_await gate->wait();
    }
    const std::string_view cookie = connect->handshake->cookie("session");
    const std::string user(cookie.empty() ? token : cookie);
    if (user.empty()) {
        json::Object data;
        data.set("sign_in", "/login");
        co_return std::unexpected(
            ConnectError{.message = "unauthenticated", .data = json::Value(data)}
        );
    }
    co_return Accepted{.rooms = {"user:" + user, "everyone"}, .identity = Identity{user}};
}

base::Task<> ask_and_tell(SocketPtr socket) {
    const AckResult answer = co_await Socket::request(socket, "really", {}, 5000);
    socket->emit("told", answer ? *answer : payload({json::Value("no answer")}));
}

struct Served {
    explicit Served(Options options = {}, unsigned threads = 2)
        : server(
              config_of(threads), router,
              [](http::Request request, const base::Error& error) {
                  return http::problem(error, request.id());
              },
              clock
          ),
          io(server, router, std::move(options)) {
        Namespace main{.name = "/"};
        main.admit = [this](ConnectPtr connect) { return admit(std::move(connect), &latch); };
        main.on_connect = [](const SocketPtr& socket) {
            socket->emit("welcome", payload({json::Value(socket->identity<Identity>()->user_id)}));
        };
        main.on_disconnect = [this](const SocketPtr& socket, std::string_view reason) {
            for (const std::string& room : socket->rooms()) socket->to(room, "left");
            const std::lock_guard lock(mutex);
            reasons.emplace_back(reason);
        };
        main.events = {
            {"echo",
             [](const Event& event) {
                 if (event.wants_ack)
                     event.ack(event.arguments);
                 else
                     event.socket->emit("echoed", event.arguments);
             }},
            {"join",
             [](const Event& event) {
                 event.socket->join(*event.arguments.values.front().string());
                 event.ack({});
             }},
            {"leave",
             [](const Event& event) {
                 event.socket->leave(*event.arguments.values.front().string());
                 event.ack({});
             }},
            {"to",
             [](const Event& event) {
                 event.socket->to(
                     *event.arguments.values.front().string(), "said", event.arguments
                 );
             }},
            {"ask", [](const Event& event) { event.socket->spawn(ask_and_tell(event.socket)); }},
            {"impatient",
             [](const Event& event) {
                 event.socket->ask(
                     "quick", {}, 1,
                     [socket = event.socket](const AckResult& answer) {
                         socket->emit(
                             "result",
                             payload({json::Value(!answer && answer.error() == NoAck::timed_out)})
                         );
                     }
                 );
             }},
            {"twice",
             [](const Event& event) {
                 event.ack(payload({json::Value(1)}));
                 event.ack(payload({json::Value(2)}));
             }},
            {"throw", [](const Event&) { throw std::runtime_error("a bug of the application"); }},
            {"kick", [](const Event& event) { event.socket->disconnect(true); }},
        };
        io.add_namespace(std::move(main));
        io.add_namespace({.name = "", .matches = [](std::string_view name) {
                              return name.starts_with("/class-");
                          }});
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

    [[nodiscard]] client::WebSocket open(std::string_view headers = {}) const {
        return client::WebSocket::open(port, "/socket.io/", headers);
    }
    // In the main namespace, its welcome read.
    [[nodiscard]] client::WebSocket sign_in(const std::string& user) const {
        auto socket = open();
        socket.send("40{\"token\":\"" + user + "\"}");
        EXPECT_TRUE(socket.next().value_or("").starts_with("40{\"sid\":\""));
        EXPECT_EQ(socket.next(), "42[\"welcome\",\"" + user + "\"]");
        return socket;
    }

    Latch latch;
    std::mutex mutex;
    std::vector<std::string> reasons;
    base::SystemClock clock;
    http::Router router;
    http::Server server;
    Server io;
    std::uint16_t port = 0;
};

TEST(SocketIo, TheApplicationDecidesWhoMayConnect) {
    const Served served;
    auto socket = served.open();
    socket.send("40");
    EXPECT_EQ(socket.next(), R"(44{"message":"unauthenticated","data":{"sign_in":"/login"}})");
    socket.send(R"(40{"token":"throws"})");
    EXPECT_EQ(socket.next(), R"(44{"message":"Sign in again."})");
    socket.send(R"(40{"token":"breaks"})");
    EXPECT_EQ(socket.next(), R"(44{"message":"Internal error"})");
    EXPECT_EQ(served.io.count(), 0U);
    socket.send(R"(40{"token":"ann"})");
    EXPECT_TRUE(socket.next().value_or("").starts_with("40{"));
    EXPECT_EQ(socket.next(), R"(42["welcome","ann"])");
    EXPECT_EQ(served.io.count(), 1U);
    auto by_cookie = served.open("Cookie: a=b; session=bob\r\n");
    by_cookie.send("40");
    EXPECT_TRUE(by_cookie.next().value_or("").starts_with("40{"));
    EXPECT_EQ(by_cookie.next(), R"(42["welcome","bob"])");
}

TEST(SocketIo, NamespacesAreByNameOrByRule) {
    const Served served;
    auto socket = served.open();
    socket.send("40/class-7,");
    EXPECT_TRUE(socket.next().value_or("").starts_with("40/class-7,{\"sid\""));
    socket.send("40/school,");
    EXPECT_EQ(socket.next(), R"(44/school,{"message":"Invalid namespace"})");
    socket.send("42/class-7,5[\"unheard-of\"]");
    socket.send("40/class-7,");
    EXPECT_EQ(socket.next(), std::nullopt) << "connecting twice";
}

TEST(SocketIo, EventsAndAcknowledgementsGoBothWays) {
    const Served served;
    auto socket = served.sign_in("ann");
    socket.send(R"(42["echo",1,{"a":null}])");
    EXPECT_EQ(socket.next(), R"(42["echoed",1,{"a":null}])");
    socket.send(R"(4217["echo","x"])");
    EXPECT_EQ(socket.next(), R"(4317["x"])");
    socket.send(R"(451-3["echo",{"_placeholder":true,"num":0}])");
    socket.send_binary("bytes");
    EXPECT_EQ(socket.next(), R"(461-3[{"_placeholder":true,"num":0}])");
    EXPECT_EQ(socket.next(), "bytes");
    socket.send(R"(42["ask"])");
    EXPECT_EQ(socket.next(), R"(420["really"])");
    socket.send(R"(430["yes"])");
    EXPECT_EQ(socket.next(), R"(42["told","yes"])");
    socket.send(R"(430["again"])");
    socket.send(R"(42["impatient"])");
    EXPECT_EQ(socket.next(), R"(421["quick"])");
    EXPECT_EQ(socket.next(), R"(42["result",true])");
    socket.send(R"(429["twice"])");
    EXPECT_EQ(socket.next(), "439[1]");
    socket.send(R"(42["throw"])");
    socket.send(R"(42["echo","still here"])");
    EXPECT_EQ(socket.next(), R"(42["echoed","still here"])");
}

TEST(SocketIo, TheHubReachesEachSocketOfTheRoomsOnce) {
    Served served;
    std::vector<client::WebSocket> sockets;
    for (int i = 0; i < 12; ++i) sockets.push_back(served.sign_in(i % 2 == 0 ? "even" : "odd"));
    served.io.emit("/", {"user:even", "everyone", "user:nobody"}, "both", R"({"n":1})");
    served.io.emit("/", {"user:odd"}, "odd", "");
    served.io.emit("/", {}, "all", "1,2");
    served.io.emit("/other", {}, "elsewhere", "");
    for (int i = 0; i < 12; ++i) {
        EXPECT_EQ(sockets[static_cast<std::size_t>(i)].next(), R"(42["both",{"n":1}])");
        if (i % 2 != 0) {
            EXPECT_EQ(sockets[static_cast<std::size_t>(i)].next(), R"(42["odd"])");
        }
        EXPECT_EQ(sockets[static_cast<std::size_t>(i)].next(), R"(42["all",1,2])");
    }
    Payload binary;
    binary.values.push_back(binary.add("pdf"));
    served.io.emit("/", {"user:odd"}, "file", binary);
    EXPECT_EQ(sockets[1].next(), R"(451-["file",{"_placeholder":true,"num":0}])");
    EXPECT_EQ(sockets[1].next(), "pdf");
}

TEST(SocketIo, OneThreadsEventsArriveInOrder) {
    Served served;
    std::vector<client::WebSocket> sockets;
    for (int i = 0; i < 4; ++i) sockets.push_back(served.sign_in("ann"));
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 3; ++thread)
        threads.emplace_back([&served, thread] {
            for (int i = 0; i < 500; ++i)
                served.io.emit("/", {"everyone"}, std::to_string(thread), std::to_string(i));
        });
    for (std::thread& thread : threads) thread.join();
    for (auto& socket : sockets) {
        std::array<int, 3> next{};
        for (int i = 0; i < 1500; ++i) {
            const std::string event = socket.next().value_or("");
            const auto thread = static_cast<std::size_t>(event.at(4) - '0');
            ASSERT_EQ(
                event,
                "42[\"" + std::to_string(thread) + "\"," + std::to_string(next.at(thread)++) + "]"
            );
        }
    }
}

TEST(SocketIo, ARoomIsSpokenToByTheOthers) {
    Served served;
    auto ann = served.sign_in("ann");
    auto bob = served.sign_in("bob");
    auto eve = served.sign_in("eve");
    for (auto* one : {&ann, &bob, &eve}) {
        one->send(R"(421["join","club"])");
        EXPECT_EQ(one->next(), "431[]");
    }
    eve.send(R"(422["leave","club"])");
    EXPECT_EQ(eve.next(), "432[]");
    ann.send(R"(42["to","club","hello"])");
    EXPECT_EQ(bob.next(), R"(42["said","club","hello"])");
    ann.send(R"(42["echo"])");
    EXPECT_EQ(ann.next(), R"(42["echoed"])") << "and nothing before";
    eve.send(R"(42["echo"])");
    EXPECT_EQ(eve.next(), R"(42["echoed"])") << "and nothing before";
    ann.send("41");
    EXPECT_EQ(bob.next(), R"(42["left"])");
    EXPECT_EQ(bob.next(), R"(42["left"])") << "club and everyone";
}

TEST(SocketIo, APollingClientWhoUpgradesIsTheSameSocket) {
    Served served;
    for (int round = 0; round < 20; ++round) {
        const std::string query = "/socket.io/?EIO=4&transport=polling";
        const std::string id = client::sid_in(client::request(served.port, "GET", query).body);
        const std::string session = query + "&sid=" + id;
        ASSERT_EQ(client::request(served.port, "POST", session, R"(40{"token":"ann"})").body, "ok");
        std::string got;
        while (!got.contains("welcome")) got += client::request(served.port, "GET", session).body;
        served.io.emit("/", {"user:ann"}, "before", "");
        client::WebSocket socket(served.port, "/socket.io/?EIO=4&transport=websocket&sid=" + id);
        socket.send("2probe");
        ASSERT_EQ(socket.next(), "3probe");
        served.io.emit("/", {"user:ann"}, "between", "");
        socket.send("5");
        EXPECT_EQ(socket.next(), R"(42["before"])");
        EXPECT_EQ(socket.next(), R"(42["between"])");
        served.io.emit("/", {"user:ann"}, "after", "");
        EXPECT_EQ(socket.next(), R"(42["after"])");
        socket.send("41");
        socket.send("1");
        EXPECT_EQ(socket.next(), std::nullopt);
    }
}

TEST(SocketIo, EndingARoomEndsItsConnections) {
    Served served;
    auto ann = served.sign_in("ann");
    auto bob = served.sign_in("bob");
    served.io.disconnect_rooms("/", "user:ann");
    EXPECT_EQ(ann.next(), "41");
    EXPECT_EQ(ann.next(), std::nullopt);
    bob.send(R"(42["echo"])");
    EXPECT_EQ(bob.next(), R"(42["left"])") << "ann left everyone";
    EXPECT_EQ(bob.next(), R"(42["echoed"])");
    EXPECT_EQ(served.io.count(), 1U);
}

// The session ends after the check and before the socket is in the room.
TEST(SocketIo, EndingARoomAlsoStopsWhoIsBeingAdmitted) {
    Served served;
    auto socket = served.open();
    socket.send(R"(40{"token":"waits"})");
    served.latch.waiting.wait(false);
    served.io.disconnect_rooms("/", "user:waits");
    {
        const std::lock_guard lock(served.latch.mutex);
        for (const auto& [thread, gate] : served.latch.gates)
            served.server.post(thread, [gate] { gate->open(); });
    }
    EXPECT_EQ(socket.next(), R"(44{"message":"Signed out"})");
    EXPECT_EQ(served.io.count(), 0U);
}

TEST(SocketIo, WhoeverNeverConnectsIsClosed) {
    Options options;
    options.connect_timeout_ms = 30;
    const Served served(options);
    auto silent = served.open();
    EXPECT_EQ(silent.next(), std::nullopt);
    auto refused = served.open();
    refused.send("40");
    EXPECT_TRUE(refused.next().value_or("").starts_with("44"));
    EXPECT_EQ(refused.next(), std::nullopt) << "a refusal does not stop the clock";
}

TEST(SocketIo, TheReasonOfAnEndIsTold) {
    Served served;
    {
        auto gone = served.sign_in("ann");
    }
    auto left = served.sign_in("ann");
    left.send("41");
    left.send("1");
    EXPECT_EQ(left.next().value_or(R"(42["left"])"), R"(42["left"])");
    auto kicked = served.sign_in("ann");
    kicked.send(R"(42["kick"])");
    while (kicked.next()) {
    }
    auto wrong = served.sign_in("ann");
    wrong.send("4nonsense");
    while (wrong.next()) {
    }
    while (served.io.count() > 0) std::this_thread::yield();
    const std::lock_guard lock(served.mutex);
    for (const std::string_view reason :
         {"transport close", "client namespace disconnect", "server namespace disconnect",
          "parse error"})
        EXPECT_NE(std::ranges::find(served.reasons, reason), served.reasons.end()) << reason;
}

TEST(SocketIo, OneClientsNamespacesAreCounted) {
    Options options;
    options.namespaces_max = 3;
    const Served served(options);
    auto socket = served.open();
    for (int i = 0; i < 3; ++i) {
        socket.send("40/class-" + std::to_string(i) + ",");
        EXPECT_TRUE(socket.next().value_or("").starts_with("40/class-"));
    }
    socket.send("40/class-3,");
    EXPECT_EQ(socket.next(), std::nullopt);
}

TEST(SocketIo, StoppingTheServerSaysGoodbyeToAll) {
    auto served = std::make_unique<Served>();
    std::vector<client::WebSocket> sockets;
    for (int i = 0; i < 10; ++i) sockets.push_back(served->sign_in("ann"));
    (void
    )client::sid_in(client::request(served->port, "GET", "/socket.io/?EIO=4&transport=polling").body
    );
    served->server.stop();
    for (auto& socket : sockets) {
        std::optional<std::string> got;
        do got = socket.next();
        while (got == R"(42["left"])");
        EXPECT_EQ(got, std::nullopt);
        EXPECT_EQ(socket.close_code, websocket::code::going_away);
    }
    served.reset();
}

// Comes and goes from several threads while others send: for the sanitizers.
TEST(SocketIo, ManyComeAndGoWhileOthersSpeak) {
    Served served;
    std::atomic<bool> over = false;
    std::thread speaker([&] {
        while (!over) {
            served.io.emit("/", {"everyone"}, "noise", R"({"text":"noise"})");
            served.io.disconnect_rooms("/", "user:unlucky");
            std::this_thread::yield();
        }
    });
    std::vector<std::thread> visitors;
    for (int visitor = 0; visitor < 3; ++visitor)
        visitors.emplace_back([&served, visitor] {
            for (int i = 0; i < 30; ++i) {
                auto socket = served.open();
                socket.send(visitor == 0 ? R"(40{"token":"unlucky"})" : R"(40{"token":"ann"})");
                for (int events = 0; events < 20; ++events)
                    if (!socket.next()) break;
            }
        });
    for (std::thread& visitor : visitors) visitor.join();
    over = true;
    speaker.join();
}

}  // namespace
}  // namespace socketio
