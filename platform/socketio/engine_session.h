// One Engine.IO session: what it sends, by which transport, and when it is given up. Everything
// happens on the session's own I/O thread. Internal to engine_io, but for send() and close().
#pragma once

#include <atomic>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "platform/socketio/engine_io.h"
#include "platform/socketio/websocket.h"

namespace engine_io {

// Why a request is refused, by the numbers that clients know.
enum class Refusal : std::uint8_t {
    unknown_transport = 0,
    unknown_session = 1,
    bad_handshake_method = 2,
    bad_request = 3,
    forbidden = 4,
    unsupported_version = 5,
};

// What a polling request is answered with.
struct Answer {
    std::optional<Refusal> refusal;
    std::string body;
    static Answer ok(std::string body) { return {.refusal = {}, .body = std::move(body)}; }
    static Answer refused(Refusal refusal) { return {.refusal = refusal, .body = {}}; }
};
using Reply = std::function<void(Answer)>;

using WebSocket = std::shared_ptr<websocket::Connection>;

struct State : std::enable_shared_from_this<State> {
    State(http::Server& server, std::string the_path, Options the_options, Accept the_accept);

    struct Local {
        std::unordered_map<std::string, SessionPtr> sessions;
    };
    [[nodiscard]] SessionPtr find(unsigned thread, const std::string& id);
    // Closes a connection on its own thread, where the reference goes too.
    void shut(WebSocket which, std::uint16_t code);

    Threads threads;
    const std::string path;
    const Options options;
    const Accept accept;
    std::vector<Local> locals;  // one a thread, touched on it alone
    std::atomic<std::size_t> count = 0;
    std::atomic<std::size_t> compressing = 0;  // sockets that agreed on compression
    std::atomic<bool> stopping = false;
};

class Session : public std::enable_shared_from_this<Session> {
  public:
    Session(std::shared_ptr<State> state, std::string id, unsigned thread, Handshake handshake);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    [[nodiscard]] const std::string& id() const { return id_; }
    [[nodiscard]] unsigned thread() const { return thread_; }
    [[nodiscard]] const std::shared_ptr<const Handshake>& handshake() const { return handshake_; }
    [[nodiscard]] bool open() const { return open_; }
    [[nodiscard]] bool by_websocket() const { return websocket_ != nullptr; }

    // Never ends the session within the call, so it may be called while walking over sockets.
    void send(const Packet& packet);
    // Sends what waits, then ends the session. The listener is told at once.
    void close(std::string_view reason = reason::forced_close);

    // The rest is for engine_io.cc.
    void begin(WebSocket websocket);
    void poll(Reply reply);
    void push(std::expected<std::vector<Incoming>, std::string_view> packets, const Reply& reply);
    void probe(WebSocket websocket);
    [[nodiscard]] bool may_probe() const { return open_ && !websocket_ && !probe_; }
    void websocket_received(const websocket::Connection* from, bool binary, std::string data);
    void websocket_closed(const websocket::Connection* from);
    static Packet open_packet(const State& state, std::string_view id, bool can_upgrade);

  private:
    enum class End : std::uint8_t { by_us, by_client, lost };
    void take(Incoming packet);
    void end(std::string_view reason, End how, std::uint16_t code = websocket::code::normal);
    void end_polling(End how);
    void schedule_ping();
    void expect_pong();
    void upgrade();
    void drop_probe();
    void forget();
    void write(const WebSocket& to, const Packet& packet);
    [[nodiscard]] std::string take_queue();
    [[nodiscard]] Work weakly(void (Session::*member)());
    void ping_timed_out();
    void overflowed();
    void answer_poll();

    std::shared_ptr<State> state_;
    const std::string id_;
    const unsigned thread_;
    std::shared_ptr<const Handshake> handshake_;
    std::shared_ptr<Listener> listener_;
    // References to a connection of another thread are handed to that thread, never dropped here.
    WebSocket websocket_;  // the transport; null: polling
    WebSocket probe_;      // the one that wants to become it
    bool probed_ = false;  // it was answered "3probe": polling is to pause
    bool open_ = true;
    bool lingering_ = false;  // over, but for the answer to one more GET
    bool overflowing_ = false;
    std::vector<Packet> queue_;  // waits for a poll
    std::size_t queue_bytes_ = 0;
    Reply poll_;  // waits for packets
    Threads::Timer ping_timer_ = 0;
    Threads::Timer upgrade_timer_ = 0;
};

}  // namespace engine_io
