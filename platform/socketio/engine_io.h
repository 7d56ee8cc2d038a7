// An Engine.IO 4 server: sessions over HTTP polling and WebSocket, with upgrade and heartbeat.
//
// A session lives on the I/O thread that made it, and so does its Listener. Polling requests and
// WebSockets that arrive on other threads are handed over. The session id is unguessable and tells
// the thread. All limits are in Options. A client whose Origin is neither this host nor listed is
// refused, as the browser sends the cookies of this host whoever asks.
//
//   engine_io::Server echo(http, router, "/engine.io/", {}, [](const engine_io::SessionPtr&
//   session) {
//       return std::make_shared<Echo>(session);
//   });
//
// Make it before the http::Server starts; destroy it after that has stopped and before it goes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/http/router.h"
#include "platform/http/server.h"
#include "platform/socketio/engine_packet.h"
#include "platform/socketio/threads.h"

namespace engine_io {

struct Options {
    std::int64_t ping_interval_ms = 25'000;
    std::int64_t ping_timeout_ms = 20'000;
    std::int64_t upgrade_timeout_ms = 10'000;
    std::int64_t linger_ms = 10'000;  // a closed polling session waits so long for its last GET
    std::size_t payload_bytes_max = 1'000'000;       // a polling body, a WebSocket message
    std::size_t buffer_bytes_max = 4 * 1024 * 1024;  // that wait for one client
    std::size_t sessions_max = 20'000;
    // Origins that may connect besides this host's own, as "https://example.org"; "*" for all.
    std::vector<std::string> cors_origins{};
    bool websocket_compression = true;
    std::size_t compress_bytes_min = 1024;  // smaller messages are sent plain
};

// The request that made a session, as far as anyone may want to know it later.
struct Handshake {
    std::vector<std::pair<std::string, std::string>> headers;
    std::string target;
    std::string remote_address;
    bool secure = false;
    [[nodiscard]] std::string_view header(std::string_view name) const;  // "" when absent
    [[nodiscard]] std::string_view cookie(std::string_view name) const;
};

// Why a session ended, in the words that Socket.IO has for it.
namespace reason {
inline constexpr std::string_view transport_close = "transport close";
inline constexpr std::string_view transport_error = "transport error";
inline constexpr std::string_view ping_timeout = "ping timeout";
inline constexpr std::string_view parse_error = "parse error";
inline constexpr std::string_view forced_close = "forced close";
inline constexpr std::string_view shutting_down = "server shutting down";
}  // namespace reason

class Session;
using SessionPtr = std::shared_ptr<Session>;

// What becomes of a session. Called on its thread.
class Listener {
  public:
    virtual ~Listener() = default;
    virtual void message(bool binary, std::string data) = 0;
    virtual void closed(std::string_view reason) = 0;  // once; nothing follows
};

// May give null to refuse; then the session is closed.
using Accept = std::function<std::shared_ptr<Listener>(const SessionPtr&)>;

struct State;  // of a Server, shared with its sessions

class Server {
  public:
    // `path` begins and ends with a slash.
    Server(
        http::Server& http, http::Router& router, std::string path, Options options, Accept accept
    );
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    [[nodiscard]] Threads& threads();
    [[nodiscard]] const Options& options() const;
    [[nodiscard]] std::size_t count() const;  // open sessions
    // Compresses the packet if it is worth it and somebody would take it compressed.
    void prepare(Packet& packet) const;
    // No new sessions; closes those there are. Stopping the http::Server does it too.
    void stop();

  private:
    std::shared_ptr<State> state_;
};

}  // namespace engine_io
