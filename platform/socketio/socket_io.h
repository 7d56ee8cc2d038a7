// A Socket.IO 5 server: namespaces, events both ways with acknowledgements, rooms, and a hub that
// any thread may send through.
//
//   socketio::Server io(http, router, {});
//   io.add_namespace({
//       .name = "/",
//       .admit = [&](socketio::ConnectPtr request) { return sessions.admit(std::move(request)); },
//       .on_connect = [](const socketio::SocketPtr& socket) { socket->emit("hello"); },
//       .events = {{"ping", [](socketio::Event event) { event.ack({}); }}},
//   });
//   io.emit("/", {"admin", "course:7"}, "result_added", R"({"result_id":"…"})");
//
// Add namespaces before the http::Server starts. Destroy the Server after http::Server::wait() has
// returned and before the http::Server goes. Handlers run on the socket's I/O thread and must not
// block it; events of one socket begin in the order in which they came.
#pragma once

#include <any>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/json.h"
#include "platform/base/task.h"
#include "platform/http/router.h"
#include "platform/http/server.h"
#include "platform/socketio/engine_io.h"
#include "platform/socketio/socket_packet.h"

namespace socketio {

class Client;
struct State;

// A request to join a namespace, before anyone said yes.
struct Connect {
    std::string name_space;
    json::Object auth;  // what the client sent along, {} when nothing
    std::shared_ptr<const engine_io::Handshake> handshake;
};
using ConnectPtr = std::shared_ptr<const Connect>;

// Who it is, and the rooms it is in from the first moment on. The identity stands last: were it first, clang would try
// to make an Accepted of a whole Admission by it.
struct Accepted {
    std::vector<std::string> rooms{};
    std::any identity{};
};
struct ConnectError {
    std::string message;
    std::optional<json::Value> data{};
};
using Admission = std::expected<Accepted, ConnectError>;

enum class NoAck : std::uint8_t { timed_out, disconnected };
using AckResult = std::expected<Payload, NoAck>;

// One client in one namespace. The members that act may be called from any thread, and take effect
// soon when it is not the socket's own; rooms() only on its own. Kept alive by who holds it, it
// does nothing more once it is disconnected.
class Socket : public std::enable_shared_from_this<Socket> {
  public:
    Socket(
        std::shared_ptr<State> state, std::weak_ptr<Client> client, ConnectPtr connect,
        unsigned thread
    );
    ~Socket();
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;

    [[nodiscard]] const std::string& id() const { return id_; }
    [[nodiscard]] const std::string& name_space() const { return connect_->name_space; }
    [[nodiscard]] const json::Object& auth() const { return connect_->auth; }
    [[nodiscard]] const engine_io::Handshake& handshake() const { return *connect_->handshake; }
    [[nodiscard]] unsigned thread() const { return thread_; }
    // What admit() said; null when it said another type.
    template <class T>
    [[nodiscard]] const T* identity() const {
        return std::any_cast<T>(&identity_);
    }

    void emit(std::string_view event, const Payload& arguments = {});
    // Asks the client; `answered` is called once, on the socket's thread.
    void ask(
        std::string_view event, const Payload& arguments, std::int64_t timeout_ms,
        std::function<void(AckResult)> answered
    );
    // The same to be awaited, on the socket's thread.
    static base::Task<AckResult> request(
        std::shared_ptr<Socket> socket, std::string event, Payload arguments,
        std::int64_t timeout_ms
    );
    void join(std::string room);
    void leave(std::string room);
    [[nodiscard]] const std::vector<std::string>& rooms() const { return rooms_; }
    // To all sockets of the room in this namespace, but not to this one.
    void to(const std::string& room, std::string_view event, const Payload& arguments = {});
    // Out of the namespace; with `transport`, closes the connection too.
    void disconnect(bool transport = false);
    // Runs a coroutine on the socket's thread, such as one that request()s. Call it there.
    void spawn(base::Task<> task);

  private:
    friend class Client;
    friend struct State;
    struct Question {
        std::function<void(AckResult)> answered;
        engine_io::Threads::Timer timer = 0;
    };
    void send(const Encoded& packets);
    void run(std::function<void(Socket&)> work);
    void answer(std::uint64_t id, AckResult result);

    const std::shared_ptr<State> state_;
    const std::weak_ptr<Client> client_;
    const ConnectPtr connect_;
    const std::string id_;
    const unsigned thread_;
    std::any identity_;
    std::vector<std::string> rooms_;
    std::map<std::uint64_t, Question> questions_;
    std::uint64_t questions_asked_ = 0;
    std::uint64_t mark_ = 0;  // the last broadcast that reached it
    bool connected_ = false;
};
using SocketPtr = std::shared_ptr<Socket>;

struct Event {
    SocketPtr socket;
    std::string name;
    Payload arguments;
    // Answers; only the first call counts, from any thread. Does nothing when the client wants no
    // answer, see wants_ack.
    std::function<void(const Payload&)> ack;
    bool wants_ack = false;
};
using Handler = std::function<void(Event)>;

struct Namespace {
    std::string name = "/";
    // Instead of the name: takes every namespace that no other one has by name and this accepts.
    std::function<bool(std::string_view)> matches{};
    // Whether the client may join; everyone when empty. A base::Error refuses with its text.
    std::function<base::Task<Admission>(ConnectPtr)> admit{};
    std::function<void(const SocketPtr&)> on_connect{};
    // Called while the socket is still in its rooms. The reason is one of Socket.IO's words.
    std::function<void(const SocketPtr&, std::string_view reason)> on_disconnect{};
    std::map<std::string, Handler, std::less<>> events{};  // others are ignored
};

struct Options {
    std::string path = "/socket.io/";
    engine_io::Options engine{};
    std::int64_t connect_timeout_ms = 45'000;  // for the first namespace joined
    std::size_t namespaces_max = 8;            // of one client
    std::size_t questions_max = 100;           // unanswered, of one socket
    PacketLimits packets{};
};

class Server {
  public:
    Server(http::Server& http, http::Router& router, Options options);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    void add_namespace(Namespace name_space);

    // The hub. Each socket of the namespace that is in at least one of the rooms gets the event
    // once; without rooms, all do. `arguments` is JSON text, values separated by commas. The event
    // is encoded once. Events of one thread arrive in the order in which it sent them. Thread-safe.
    void emit(
        std::string_view name_space, std::vector<std::string> rooms, std::string_view event,
        std::string_view arguments
    );
    void emit(
        std::string_view name_space, std::vector<std::string> rooms, std::string_view event,
        const Payload& arguments
    );
    // Ends the connections of the sockets in the room, also of those that are being admitted to it.
    // The clients don't come back by themselves. Thread-safe.
    void disconnect_rooms(std::string_view name_space, const std::string& room);

    [[nodiscard]] std::size_t count() const;        // sockets, in all namespaces
    [[nodiscard]] std::size_t connections() const;  // clients, whether in a namespace or not
    // Takes no new clients and says goodbye to those there are; they will try again elsewhere or
    // later. http::Server::stop() does it too. Thread-safe.
    void stop();

  private:
    std::shared_ptr<State> state_;
    std::unique_ptr<engine_io::Server> engine_;
};

}  // namespace socketio
