// The HTTP/1.1 server: one io_context a thread, each with its own acceptor (SO_REUSEPORT).
//
// It reads a request within the limits below, finds its route, awaits the handler, and writes the
// answer with the headers that every answer has: Date, X-Request-Id, Content-Security-Policy and
// the other security headers. base::Error becomes the answer that `render` makes of it. Handlers
// run on the connection's thread and must not block it. RFC 9110, 9112; TLS by OpenSSL.
//
// Memory is bounded by connections_max times what connection.h says of one: at most
// header_bytes_max, the body that the route allows, and the answer.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/clock.h"
#include "platform/base/error.h"
#include "platform/http/metrics.h"
#include "platform/http/request.h"
#include "platform/http/response.h"
#include "platform/http/router.h"

namespace http {

class Upgraded;  // a connection that left HTTP: upgrade.h

struct ServerConfig {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;        // 0: any free one, see Server::port
    unsigned threads = 0;          // 0: one a core
    std::string certificate_file;  // both set: TLS; read again on reload_tls()
    std::string key_file;
    std::vector<std::string> trusted_proxies;  // addresses or CIDR blocks
    std::size_t connections_max = 20'000;
    std::size_t connections_per_address_max = 0;  // 0: no limit
    std::size_t header_bytes_max = 16 * 1024;
    std::size_t headers_max = 64;
    std::size_t target_bytes_max = 8 * 1024;
    unsigned header_seconds_max = 10;
    unsigned idle_seconds_max = 75;
    unsigned write_seconds_max = 30;
    unsigned stop_seconds_max = 10;
    bool access_log = true;
    std::string content_security_policy;  // of pages; a strict default when empty
};

class Server {
  public:
    // What makes an answer of an error: HTML or JSON, as the request prefers.
    using Render = std::function<Response(Request, const base::Error&)>;
    // Takes over requests whose path starts with `prefix` and that ask for `Upgrade: websocket`.
    // The function runs on the connection's thread.
    using Upgrade = std::function<void(std::unique_ptr<Upgraded>)>;

    Server(ServerConfig config, const Router& router, Render render, const base::Clock& clock);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    void on_upgrade(std::string prefix, Upgrade upgrade);
    // Called on each I/O thread once before it serves, and after each idle sweep (once a second).
    void on_thread_start(std::function<void(unsigned thread)> start);
    void on_tick(std::function<void()> tick);
    // Called on each I/O thread when stopping begins: upgraded connections have two seconds left.
    void on_stop(std::function<void()> stop);

    // Binds and starts the threads; throws base::Error with a sentence when the address is taken.
    void start();
    [[nodiscard]] std::uint16_t port() const;
    [[nodiscard]] unsigned threads() const;
    // Runs `work` on I/O thread number `thread`; thread-safe.
    void post(unsigned thread, std::function<void()> work);
    // Starts a coroutine there; what it throws is logged. It is dropped when the server stops.
    void spawn(unsigned thread, std::function<base::Task<>()> work);
    // No new connections; running requests end (at most stop_seconds_max), then the threads.
    void stop();
    void wait();
    void reload_tls();  // new connections use the files as they are now

    // Metrics: all since the start.
    struct Numbers {
        std::uint64_t requests = 0, connections = 0, open = 0, bytes_out = 0;
    };
    [[nodiscard]] Numbers numbers() const;
    [[nodiscard]] Snapshot metrics() const;  // by route, for Prometheus: metrics.h

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace http
