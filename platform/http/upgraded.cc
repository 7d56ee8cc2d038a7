#include "platform/http/upgraded.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstring>
#include <exception>
#include <utility>

#include "platform/base/log.h"

namespace http {
namespace {

base::Task<std::size_t> read_from(
    std::shared_ptr<Connection> connection, char* into, std::size_t size
) {
    const std::string_view unread = connection->take_unread(size);
    if (!unread.empty()) {
        std::memcpy(into, unread.data(), unread.size());
        co_return unread.size();
    }
    if (!connection->transport().open()) co_return 0;
    const auto [code, count] = co_await connection->transport().read_some(into, size);
    connection->worker().metrics().bytes_in.add(count);
    co_return code ? 0 : count;
}

base::Task<bool> write_to(std::shared_ptr<Connection> connection, std::string_view bytes) {
    if (!connection->transport().open()) co_return false;
    connection->worker().metrics().bytes_out.add(bytes.size());
    co_return co_await connection->transport().write(bytes);
}

base::Task<> refuse_at(std::shared_ptr<Connection> connection, Response response) {
    if (!connection->transport().open()) co_return;
    // Awaited outside of the if: there, g++ 12 passes a wrong `this` through the shared pointer.
    const bool sent = co_await connection->send(&response);
    if (sent) co_await connection->transport().end();
    connection->abort();
}

void log_failure(const std::exception_ptr& failure) {
    if (!failure) return;
    try {
        std::rethrow_exception(failure);
    } catch (const std::exception& error) {
        base::log(base::Level::error, "socket failed", {{"detail", error.what()}});
    }
}

}  // namespace

UpgradedConnection::UpgradedConnection(std::shared_ptr<Connection> connection)
    : connection_(std::move(connection)) {}

UpgradedConnection::~UpgradedConnection() { connection_->abort(); }

void UpgradedConnection::count(int status) {
    if (!std::exchange(counted_, true)) connection_->finish(status);
}

Request UpgradedConnection::request() { return Request(connection_->data()); }

base::Task<std::size_t> UpgradedConnection::read_some(char* into, std::size_t size) {
    return read_from(connection_, into, size);
}

std::size_t UpgradedConnection::try_write(std::string_view bytes) {
    count(101);
    if (!connection_->transport().open()) return Transport::broken;
    const std::size_t taken = connection_->transport().try_write(bytes);
    if (taken != Transport::broken) connection_->worker().metrics().bytes_out.add(taken);
    return taken;
}

base::Task<bool> UpgradedConnection::write(std::string_view bytes) {
    count(101);
    return write_to(connection_, bytes);
}

base::Task<> UpgradedConnection::refuse(Response response) {
    count(response.status);
    return refuse_at(connection_, std::move(response));
}

void UpgradedConnection::close() { connection_->abort(); }

void UpgradedConnection::spawn(std::function<base::Task<>()> work) {
    boost::asio::co_spawn(connection_->transport().executor(), std::move(work), log_failure);
}

unsigned UpgradedConnection::thread() const { return connection_->worker().number(); }

std::function<void()> UpgradedConnection::after_ms(std::int64_t ms, std::function<void()> work) {
    auto timer = std::make_shared<boost::asio::steady_timer>(
        connection_->transport().executor(), std::chrono::milliseconds(ms)
    );
    // The flag, as cancel() may come too late for a timer that has fired but not run yet.
    auto cancelled = std::make_shared<bool>(false);
    timer->async_wait([timer, cancelled, todo = std::move(work)](const ErrorCode& code) {
        if (!code && !*cancelled) todo();
    });
    return [timer, cancelled] {
        *cancelled = true;
        timer->cancel();
    };
}

}  // namespace http
