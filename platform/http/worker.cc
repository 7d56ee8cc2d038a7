#include "platform/http/worker.h"

#include <sys/socket.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <random>

#include "platform/base/error.h"
#include "platform/base/log.h"
#include "platform/http/connection.h"

namespace http {
namespace {

namespace asio = boost::asio;
using Tcp = asio::ip::tcp;
constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr auto accept_pause = std::chrono::milliseconds(100);

std::int64_t steady_s() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::seconds>(now).count();
}

std::uint64_t random_seed() {
    std::random_device device;
    return (static_cast<std::uint64_t>(device()) << 32U) | device();
}

}  // namespace

bool Admission::enter(const std::string& address) {
    if (open_.fetch_add(1) >= most_) {
        open_.fetch_sub(1);
        return false;
    }
    if (most_per_address_ == 0) return true;
    const std::lock_guard lock(mutex_);
    std::size_t& count = by_address_[address];
    if (count >= most_per_address_) {
        open_.fetch_sub(1);
        return false;
    }
    ++count;
    return true;
}

void Admission::leave(const std::string& address) {
    open_.fetch_sub(1);
    if (most_per_address_ == 0) return;
    const std::lock_guard lock(mutex_);
    const auto entry = by_address_.find(address);
    if (entry != by_address_.end() && --entry->second == 0) by_address_.erase(entry);
}

std::shared_ptr<asio::ssl::context> Shared::tls() {
    const std::lock_guard lock(tls_mutex_);
    return tls_;
}

void Shared::set_tls(std::shared_ptr<asio::ssl::context> tls) {
    const std::lock_guard lock(tls_mutex_);
    tls_ = std::move(tls);
}

Worker::Worker(Shared& shared, unsigned number)
    : shared_(shared),
      number_(number),
      metrics_(shared.router.routes().size() + 1),
      common_(shared.config.content_security_policy),
      id_state_(random_seed()),
      io_(1),
      acceptor_(io_),
      timer_(io_) {}

Worker::~Worker() { join(); }

std::uint16_t Worker::listen(const std::string& address, std::uint16_t port) {
    ErrorCode code;
    const auto parsed = asio::ip::make_address(address, code);
    if (code)
        throw base::Error(
            base::Code::invalid, "The address to listen on, \"" + address + "\", is no IP address."
        );
    const Tcp::endpoint endpoint(parsed, port);
    if (!code) acceptor_.open(endpoint.protocol(), code);
    if (!code) acceptor_.set_option(Tcp::acceptor::reuse_address(true), code);
    if (!code) {
        // Each thread has a socket of its own on the same port; the kernel spreads the connections.
        const int on = 1;
        ::setsockopt(acceptor_.native_handle(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
        acceptor_.bind(endpoint, code);
    }
    if (!code) acceptor_.listen(1024, code);
    if (!code) return acceptor_.local_endpoint().port();
    throw base::Error(
        base::Code::unavailable,
        "The server can't listen on " + address + ", port " + std::to_string(port) + ".",
        code.message()
    );
}

void Worker::start() {
    now_s_ = steady_s();
    thread_ = std::thread([this] { run(); });
}

void Worker::run() {
    set_current_thread(number_);
    for (const auto& start : shared_.on_start) start(number_);
    schedule_sweep();
    asio::co_spawn(io_, accept(), [](const std::exception_ptr& failure) {
        if (failure) base::log(base::Level::error, "the acceptor ended");
    });
    while (true) {
        try {
            io_.run();
            return;
        } catch (const std::exception& error) {
            // Something that was posted threw: the thread goes on.
            base::log(base::Level::error, "posted work failed", {{"detail", error.what()}});
        }
    }
}

base::Task<> Worker::accept() {
    while (acceptor_.is_open()) {
        auto [code, socket] = co_await acceptor_.async_accept(as_result);
        if (!code) {
            admit(std::move(socket));
            continue;
        }
        if (code == asio::error::operation_aborted || !acceptor_.is_open()) co_return;
        if (code == asio::error::connection_aborted) continue;
        // Out of file descriptors or memory: what is open goes on, new ones wait a moment.
        base::log(base::Level::warning, "can't accept", {{"detail", code.message()}});
        asio::steady_timer pause(io_, accept_pause);
        const auto [waited] = co_await pause.async_wait(as_result);
        if (waited) co_return;
    }
}

void Worker::admit(Tcp::socket socket) {
    ErrorCode code;
    const auto peer = socket.remote_endpoint(code);
    if (code) return;  // gone already
    auto address = peer.address();
    if (address.is_v6() && address.to_v6().is_v4_mapped())
        address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
    std::string text = address.to_string();
    if (!shared_.admission.enter(text)) {
        metrics_.refused.add();
        static constexpr std::string_view busy =
            "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nRetry-After: 2\r\n"
            "Connection: close\r\n\r\n";
        if (!shared_.tls())
            ::send(socket.native_handle(), busy.data(), busy.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        return;
    }
    socket.set_option(Tcp::no_delay(true), code);
    Connection::start(
        std::make_shared<Connection>(*this, std::move(socket), std::move(text), shared_.tls())
    );
}

void Worker::add(Connection& connection) {
    metrics_.connections.add();
    connection.next = first_;
    if (first_ != nullptr) first_->previous = &connection;
    first_ = &connection;
}

void Worker::remove(Connection& connection) {
    metrics_.closed.add();
    if (connection.previous != nullptr)
        connection.previous->next = connection.next;
    else
        first_ = connection.next;
    if (connection.next != nullptr) connection.next->previous = connection.previous;
    stop_if_empty();
}

void Worker::schedule_sweep() {
    timer_.expires_after(std::chrono::seconds(1));
    timer_.async_wait([this](const ErrorCode& code) {
        if (code) return;
        schedule_sweep();
        sweep();
    });
}

void Worker::sweep() {
    now_s_ = steady_s();
    const bool over = stopping_ && now_s_ >= stop_at_s_;
    for (Connection* connection = first_; connection != nullptr;) {
        Connection* next = connection->next;
        connection->sweep(now_s_);
        if (over) connection->abort();
        connection = next;
    }
    if (over) io_.stop();
    for (const auto& tick : shared_.on_tick) tick();
}

void Worker::stop() {
    asio::post(io_, [this] { begin_stop(); });
}

void Worker::begin_stop() {
    if (std::exchange(stopping_, true)) return;
    now_s_ = steady_s();
    stop_at_s_ = now_s_ + shared_.config.stop_seconds_max;
    ErrorCode ignored;
    acceptor_.close(ignored);
    for (const auto& stop : shared_.on_stop) stop();
    for (Connection* connection = first_; connection != nullptr;) {
        Connection* next = connection->next;
        connection->stop();
        connection = next;
    }
    stop_if_empty();
}

void Worker::stop_if_empty() {
    // Also met while the io_context is destroyed, when it has been stopped already.
    if (stopping_ && first_ == nullptr && !io_.stopped()) io_.stop();
}

void Worker::join() {
    if (thread_.joinable()) thread_.join();
}

void Worker::spawn(std::function<base::Task<>()> work) {
    asio::co_spawn(io_, std::move(work), [](const std::exception_ptr& failure) {
        try {
            if (failure) std::rethrow_exception(failure);
        } catch (const base::Error& error) {
            base::log(
                base::Level::error, "background_work_failed",
                {{"cause", error.detail.empty() ? error.shown : error.detail}}
            );
        } catch (const std::exception& error) {
            base::log(base::Level::error, "background_work_failed", {{"cause", error.what()}});
        }
    });
}

void Worker::post(std::function<void()> work) { asio::post(io_, std::move(work)); }

const CommonHeaders& Worker::common_headers(std::int64_t now_ms) {
    common_.set_time(now_ms / 1000);
    return common_;
}

// SplitMix64 from a random start: unique enough to find a line in a log, and nothing secret.
void Worker::next_request_id(std::string& id) {
    static constexpr char digits[] = "0123456789abcdef";
    id_state_ += 0x9E3779B97F4A7C15U;
    std::uint64_t mixed = id_state_;
    mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9U;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBU;
    mixed ^= mixed >> 31U;
    id.resize(16);
    for (char& digit : id) {
        digit = digits[mixed & 15U];
        mixed >>= 4U;
    }
}

}  // namespace http
