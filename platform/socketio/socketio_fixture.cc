// The server that the protocol's conformance suites are run against: socketio_fixture --port 3000
//
// "/engine.io/" echoes raw messages; "/socket.io/" has the namespaces "/", "/custom" and "/secret",
// with short heartbeats so that a suite takes seconds. Ends on SIGINT or SIGTERM.
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "platform/base/clock.h"
#include "platform/http/router.h"
#include "platform/http/server.h"
#include "platform/socketio/engine_session.h"
#include "platform/socketio/socket_io.h"

namespace {

using socketio::Event;
using socketio::Payload;
using socketio::SocketPtr;

class Echo final : public engine_io::Listener {
  public:
    explicit Echo(engine_io::SessionPtr session) : session_(std::move(session)) {}
    void message(bool binary, std::string data) override {
        session_->send(
            binary ? engine_io::Packet::binary(data)
                   : engine_io::Packet::text(engine_io::Type::message, data)
        );
    }
    void closed(std::string_view) override { session_.reset(); }

  private:
    engine_io::SessionPtr session_;
};

void tell_auth(const SocketPtr& socket) {
    socket->emit("auth", {.values = {json::Value(socket->auth())}});
}

void acknowledge(const Event& event) { event.ack(event.arguments); }

std::string room_of(const Event& event) {
    const json::Array& values = event.arguments.values;
    const std::string* room = values.empty() ? nullptr : values.front().string();
    return room == nullptr ? std::string() : *room;
}

Payload ok() { return {.values = {json::Value("ok")}}; }

void ask_back(const Event& event) {
    const SocketPtr socket = event.socket;
    socket->ask("question", event.arguments, 5000, [socket](const socketio::AckResult& answer) {
        if (answer) socket->emit("answered", *answer);
    });
}

socketio::Namespace main_namespace() {
    socketio::Namespace made{.name = "/", .on_connect = tell_auth};
    made.on_disconnect = [](const SocketPtr& socket, std::string_view) {
        for (const std::string& room : socket->rooms())
            socket->to(room, "left", {.values = {json::Value(room)}});
    };
    made.events = {
        {"message-with-ack", acknowledge},
        {"message", [](const Event& event) { event.socket->emit("message-back", event.arguments); }
        },
        {"ask-me", ask_back},
        {"join",
         [](const Event& event) {
             event.socket->join(room_of(event));
             event.ack(ok());
         }},
        {"leave",
         [](const Event& event) {
             event.socket->leave(room_of(event));
             event.ack(ok());
         }},
        {"to-room", [](const Event& event
                    ) { event.socket->to(room_of(event), "room-message", event.arguments); }},
        {"kick", [](const Event& event) { event.socket->disconnect(); }},
        {"kick-close", [](const Event& event) { event.socket->disconnect(true); }},
    };
    return made;
}

base::Task<socketio::Admission> admit_secret(socketio::ConnectPtr connect) {
    if (connect->auth.text("token") == "good") co_return socketio::Accepted{};
    json::Object data;
    data.set("reason", "token");
    co_return std::unexpected(
        socketio::ConnectError{.message = "not allowed", .data = json::Value(std::move(data))}
    );
}

int run(std::uint16_t port) {
    http::Router router;
    const base::SystemClock clock;
    http::ServerConfig config;
    config.port = port;
    config.access_log = false;
    http::Server server(
        config, router,
        [](http::Request request, const base::Error& error) {
            return http::problem(error, request.id());
        },
        clock
    );
    engine_io::Options engine{.ping_interval_ms = 300, .ping_timeout_ms = 200};
    engine.cors_origins = {"*"};
    engine_io::Server echo(
        server, router, "/engine.io/", engine,
        [](const engine_io::SessionPtr& session) { return std::make_shared<Echo>(session); }
    );
    socketio::Options options;
    options.engine = engine;
    options.connect_timeout_ms = 1000;
    socketio::Server io(server, router, options);
    io.add_namespace(main_namespace());
    io.add_namespace(
        {.name = "/custom", .on_connect = tell_auth, .events = {{"message-with-ack", acknowledge}}}
    );
    io.add_namespace({.name = "/secret", .admit = admit_secret});

    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    server.start();
    std::cout << "fixture on " << server.port() << std::endl;
    int got = 0;
    sigwait(&signals, &got);
    echo.stop();
    io.stop();
    server.stop();
    server.wait();
    return 0;
}

}  // namespace

int main(int count, char** arguments) {
    std::uint16_t port = 3000;
    for (int i = 1; i + 1 < count; ++i)
        if (std::string_view(arguments[i]) == "--port")
            port = static_cast<std::uint16_t>(std::atoi(arguments[i + 1]));
    try {
        return run(port);
    } catch (const base::Error& error) {
        std::cerr << error.shown << '\n';
        return 1;
    }
}
