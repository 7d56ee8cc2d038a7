#include "platform/http/transport.h"

#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>
#include <utility>

namespace http {
namespace {

namespace asio = boost::asio;
constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

iovec piece(std::string_view bytes) {
    return {.iov_base = const_cast<char*>(bytes.data()), .iov_len = bytes.size()};
}

}  // namespace

Transport::Transport(asio::ip::tcp::socket socket, std::shared_ptr<asio::ssl::context> tls)
    : socket_(std::move(socket)), tls_(std::move(tls)) {
    if (tls_) stream_.emplace(socket_, *tls_);
}

base::Task<bool> Transport::handshake() {
    const auto [code] =
        co_await stream_->async_handshake(asio::ssl::stream_base::server, as_result);
    co_return !code;
}

// No coroutine of its own: this gives the awaitable of the operation itself.
base::Task<IoResult> Transport::read_some(char* into, std::size_t size) {
    const auto buffer = asio::buffer(into, size);
    if (stream_) return stream_->async_read_some(buffer, as_result);
    return socket_.async_read_some(buffer, as_result);
}

std::size_t Transport::try_write(std::string_view first, std::string_view second) {
    if (stream_) return socket_.is_open() ? 0 : broken;
    const std::size_t total = first.size() + second.size();
    std::size_t sent = 0;
    while (sent < total) {
        std::array<iovec, 2> pieces{};
        std::size_t count = 0;
        if (sent < first.size()) pieces[count++] = piece(first.substr(sent));
        const std::size_t second_sent = sent < first.size() ? 0 : sent - first.size();
        if (second_sent < second.size()) pieces[count++] = piece(second.substr(second_sent));
        msghdr message{};
        message.msg_iov = pieces.data();
        message.msg_iovlen = count;
        const ssize_t taken =
            ::sendmsg(socket_.native_handle(), &message, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (taken >= 0) {
            sent += static_cast<std::size_t>(taken);
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            break;
        } else if (errno != EINTR) {
            return broken;
        }
    }
    return sent;
}

base::Task<bool> Transport::write(std::string_view bytes) {
    const auto buffer = asio::buffer(bytes.data(), bytes.size());
    if (stream_) {
        const auto [code, count] = co_await asio::async_write(*stream_, buffer, as_result);
        co_return !code;
    }
    const auto [code, count] = co_await asio::async_write(socket_, buffer, as_result);
    co_return !code;
}

base::Task<> Transport::end() {
    ErrorCode ignored;
    if (stream_) {
        const auto [code] = co_await stream_->async_shutdown(as_result);
        (void)code;  // the peer may have left already
    }
    if (socket_.is_open()) socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
}

void Transport::cancel() {
    ErrorCode ignored;
    if (socket_.is_open()) socket_.cancel(ignored);
}

void Transport::close() {
    ErrorCode ignored;
    if (socket_.is_open()) socket_.close(ignored);
}

}  // namespace http
