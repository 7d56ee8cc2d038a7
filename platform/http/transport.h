// The bytes of one connection, plain or by TLS. Used on the connection's I/O thread only.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <tuple>

#include "platform/base/task.h"

namespace http {

using ErrorCode = boost::system::error_code;
using IoResult = std::tuple<ErrorCode, std::size_t>;

class Transport {
  public:
    static constexpr std::size_t broken = static_cast<std::size_t>(-1);

    // Plain when `tls` is null.
    Transport(boost::asio::ip::tcp::socket socket, std::shared_ptr<boost::asio::ssl::context> tls);

    [[nodiscard]] bool secure() const { return stream_.has_value(); }
    [[nodiscard]] base::Task<bool> handshake();
    [[nodiscard]] base::Task<IoResult> read_some(char* into, std::size_t size);
    // Both texts by one system call, as much as the socket takes without waiting: the bytes taken,
    // or `broken`. TLS takes 0.
    [[nodiscard]] std::size_t try_write(std::string_view first, std::string_view second = {});
    [[nodiscard]] base::Task<bool> write(std::string_view bytes);
    // Tells the peer that nothing follows; it may still be read from.
    [[nodiscard]] base::Task<> end();

    void cancel();  // pending reads and writes end with an error
    void close();
    [[nodiscard]] bool open() const { return socket_.is_open(); }
    [[nodiscard]] auto executor() { return socket_.get_executor(); }

  private:
    boost::asio::ip::tcp::socket socket_;
    std::shared_ptr<boost::asio::ssl::context> tls_;
    std::optional<boost::asio::ssl::stream<boost::asio::ip::tcp::socket&>> stream_;
};

}  // namespace http
