// What the server counts: requests by route and status class, how long they took, bytes,
// connections.
//
// Each I/O thread counts in a block of its own, without locks; a snapshot adds the blocks up.
// Routes are named by their pattern, so that the number of series is bounded by the program.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace http {

// Upper bounds of the buckets of time, in seconds; one more bucket takes what is slower.
inline constexpr std::array seconds_bounds{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
                                           0.05,   0.1,   0.25,   0.5,   1.0,  5.0};

struct RouteNumbers {
    std::string_view method;  // "" for requests that met no route
    std::string_view route;
    std::array<std::uint64_t, 5> by_class{};                            // 1xx … 5xx
    std::array<std::uint64_t, seconds_bounds.size() + 1> by_seconds{};  // each bucket alone
    double seconds = 0;
};

struct Snapshot {
    std::vector<RouteNumbers> routes;  // those with any request
    std::uint64_t requests = 0;
    std::uint64_t bytes_in = 0;
    std::uint64_t bytes_out = 0;
    std::uint64_t connections = 0;  // accepted since the start
    std::uint64_t open = 0;
    std::uint64_t refused = 0;    // connections turned away by a limit
    std::uint64_t malformed = 0;  // requests that could not be read
    std::uint64_t timeouts = 0;
    std::uint64_t upgraded = 0;  // connections handed over to WebSocket
};

// Prometheus text format 0.0.4: http_requests_total, http_request_seconds and so on.
void append_prometheus(std::string& out, const Snapshot& snapshot);

// Written by one thread, read by any.
class Counter {
  public:
    void add(std::uint64_t count = 1) {
        value_.store(value_.load(std::memory_order_relaxed) + count, std::memory_order_relaxed);
    }
    [[nodiscard]] std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

  private:
    std::atomic<std::uint64_t> value_ = 0;
};

// The block of one thread. The last of `routes` is for requests that met no route.
class ThreadMetrics {
  public:
    explicit ThreadMetrics(std::size_t routes_count);
    void count(std::size_t route, int status, std::uint64_t nanoseconds);
    void add_to(Snapshot& snapshot) const;  // routes there are as many as here

    Counter bytes_in, bytes_out, connections, closed, refused, malformed, timeouts, upgraded;

  private:
    struct PerRoute {
        std::array<Counter, 5> by_class;
        std::array<Counter, seconds_bounds.size() + 1> by_seconds;
        Counter nanoseconds;
    };
    std::size_t count_;
    std::unique_ptr<PerRoute[]> routes_;
};

}  // namespace http
