// One I/O thread of the server: its io_context, its acceptor, its connections and what they share.
//
// Everything but post(), stop() and the metrics is used on the worker's own thread only.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "platform/base/task.h"
#include "platform/http/access_log.h"
#include "platform/http/address.h"
#include "platform/http/answer.h"
#include "platform/http/metrics.h"
#include "platform/http/server.h"

namespace http {

class Connection;

void set_current_thread(unsigned number);  // see executor.h

// Counts connections over all workers, and by address where that is limited.
class Admission {
  public:
    Admission(std::size_t most, std::size_t most_per_address)
        : most_(most), most_per_address_(most_per_address) {}
    [[nodiscard]] bool enter(const std::string& address);  // false: turn it away
    void leave(const std::string& address);

  private:
    std::size_t most_;
    std::size_t most_per_address_;  // 0: no limit
    std::atomic<std::size_t> open_ = 0;
    std::mutex mutex_;
    std::map<std::string, std::size_t> by_address_;
};

// What all workers share; fixed once the server has started, except where it says so.
struct Shared {
    Shared(
        ServerConfig settings, const Router& routes, Server::Render rendering,
        const base::Clock& time
    )
        : config(std::move(settings)),
          router(routes),
          render(std::move(rendering)),
          clock(time),
          trusted(config.trusted_proxies),
          admission(config.connections_max, config.connections_per_address_max) {}

    ServerConfig config;
    const Router& router;
    Server::Render render;
    const base::Clock& clock;
    AddressBlocks trusted;
    Admission admission;  // thread-safe
    std::vector<std::pair<std::string, Server::Upgrade>> upgrades;
    std::vector<std::function<void(unsigned)>> on_start;
    std::vector<std::function<void()>> on_tick;
    std::vector<std::function<void()>> on_stop;

    // Thread-safe; null without TLS.
    [[nodiscard]] std::shared_ptr<boost::asio::ssl::context> tls();
    void set_tls(std::shared_ptr<boost::asio::ssl::context> tls);

  private:
    std::mutex tls_mutex_;
    std::shared_ptr<boost::asio::ssl::context> tls_;
};

class Worker {
  public:
    Worker(Shared& shared, unsigned number);
    ~Worker();
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    // Binds; port 0 takes any. Throws base::Error.
    std::uint16_t listen(const std::string& address, std::uint16_t port);
    void start();
    void stop();  // thread-safe, returns at once
    void join();
    void post(std::function<void()> work);
    void spawn(std::function<base::Task<>()> work);

    [[nodiscard]] Shared& shared() { return shared_; }
    [[nodiscard]] unsigned number() const { return number_; }
    [[nodiscard]] bool stopping() const { return stopping_; }
    [[nodiscard]] const ThreadMetrics& metrics() const { return metrics_; }
    [[nodiscard]] ThreadMetrics& metrics() { return metrics_; }
    [[nodiscard]] AccessLog& access_log() { return access_log_; }
    [[nodiscard]] const CommonHeaders& common_headers(std::int64_t now_ms);
    [[nodiscard]] std::string& scratch() { return scratch_; }
    // Seconds of a steady clock as of the last sweep; deadlines count in them.
    [[nodiscard]] std::int64_t now_s() const { return now_s_; }
    void next_request_id(std::string& id);

    void add(Connection& connection);
    void remove(Connection& connection);

  private:
    base::Task<> accept();
    void admit(boost::asio::ip::tcp::socket socket);
    void run();
    void sweep();
    void schedule_sweep();
    void begin_stop();
    void stop_if_empty();

    Shared& shared_;
    unsigned number_;
    ThreadMetrics metrics_;
    AccessLog access_log_;
    CommonHeaders common_;
    std::string scratch_;
    std::uint64_t id_state_;
    std::int64_t now_s_ = 0;
    std::int64_t stop_at_s_ = 0;
    bool stopping_ = false;
    Connection* first_ = nullptr;  // a list through the connections themselves
    boost::asio::io_context io_;   // destroyed first: it holds the connections' coroutines
    boost::asio::ip::tcp::acceptor acceptor_;
    boost::asio::steady_timer timer_;
    std::thread thread_;
};

}  // namespace http
