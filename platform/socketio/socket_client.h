// What the Socket.IO server keeps: its state a thread, and one Client for each connection.
// Internal.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "platform/socketio/engine_session.h"
#include "platform/socketio/socket_io.h"

namespace socketio {

using Sockets = std::unordered_set<Socket*>;

// An application's callback that throws is a bug of its own; it must not end the others' sockets.
void guarded(std::string_view what, const std::function<void()>& call);

// The texts of the packets of a broadcast and whom they are for.
struct Broadcast {
    std::string name_space;
    std::vector<std::string> rooms;
    Encoded packets;
    const Socket* except = nullptr;  // only compared
};

struct Joined {  // the sockets of one namespace on one thread
    Sockets all;
    std::unordered_map<std::string, Sockets> rooms;
};

struct State : std::enable_shared_from_this<State> {
    explicit State(Options the_options) : options(std::move(the_options)) {}

    struct Ended {
        std::uint64_t serial = 0;
        std::string name_space;
        std::string room;
    };
    struct Local {
        std::unordered_map<std::string, Joined> joined;
        std::uint64_t serial = 0;  // of broadcasts and of ended rooms
        // Rooms that were ended while somebody was being admitted, who may be about to join one.
        std::vector<Ended> ended;
        std::size_t admitting = 0;
    };

    [[nodiscard]] Local& here();
    [[nodiscard]] const Namespace* find(std::string_view name) const;
    [[nodiscard]] engine_io::Threads& threads() const { return engine->threads(); }
    void broadcast(Broadcast broadcast);
    void deliver(const Broadcast& broadcast);
    void end_room(const std::string& name_space, const std::string& room);
    void enter(Socket& socket, const std::string& room);
    void part(Socket& socket, const std::string& room);

    const Options options;
    engine_io::Server* engine = nullptr;  // of the Server, which outlives all use
    std::vector<std::unique_ptr<Namespace>> namespaces;
    std::vector<Local> locals;
    std::atomic<std::size_t> count = 0;
};

class Client final : public engine_io::Listener, public std::enable_shared_from_this<Client> {
  public:
    Client(std::shared_ptr<State> state, engine_io::Session& session);
    ~Client() override;
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    void begin();
    void message(bool binary, std::string data) override;
    void closed(std::string_view reason) override;

    void send(const Encoded& packets);
    // Takes the socket out of its namespace and tells the application.
    void drop(const SocketPtr& socket, std::string_view reason);
    void close();

  private:
    void handle(Packet packet);
    void connect(Packet packet);
    void event(const SocketPtr& socket, Packet packet);
    void admitted(
        const Namespace& name_space, const ConnectPtr& connect, Admission admission,
        std::uint64_t since
    );
    void refuse(const std::string& name_space, const ConnectError& error);
    [[nodiscard]] SocketPtr find(std::string_view name_space) const;
    static base::Task<> admit(
        std::weak_ptr<Client> weak, std::shared_ptr<State> state, const Namespace* name_space,
        ConnectPtr connect
    );

    std::shared_ptr<State> state_;
    engine_io::Session* session_;  // owns this; null once closed
    Decoder decoder_;
    std::vector<SocketPtr> sockets_;
    std::vector<std::string> pending_;  // namespaces being admitted to
    engine_io::Threads::Timer connect_timer_ = 0;
};

}  // namespace socketio
