// The ceiling to compare with: a bare Beast server, one thread, 480 bytes, without any of the
// headers, checks or records of ours. hello_bench PORT
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <cstdlib>
#include <string>

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using Tcp = asio::ip::tcp;

asio::awaitable<void> serve(Tcp::socket socket) {
    beast::tcp_stream stream(std::move(socket));
    beast::flat_buffer buffer;
    try {
        while (true) {
            beast::http::request<beast::http::string_body> request;
            co_await beast::http::async_read(stream, buffer, request, asio::use_awaitable);
            beast::http::response<beast::http::string_body> response{
                beast::http::status::ok, request.version()
            };
            response.set(beast::http::field::content_type, "application/json");
            response.keep_alive(request.keep_alive());
            response.body() = std::string(480, 'x');
            response.prepare_payload();
            co_await beast::http::async_write(stream, response, asio::use_awaitable);
            if (!response.keep_alive()) break;
        }
    } catch (const std::exception&) {
        co_return;  // the client left
    }
}

asio::awaitable<void> accept(Tcp::acceptor acceptor) {
    while (true) {
        Tcp::socket socket = co_await acceptor.async_accept(asio::use_awaitable);
        socket.set_option(Tcp::no_delay(true));
        asio::co_spawn(acceptor.get_executor(), serve(std::move(socket)), asio::detached);
    }
}

}  // namespace

int main(int count, char** arguments) {
    const int port = count > 1 ? std::atoi(arguments[1]) : 0;
    asio::io_context io(1);
    const Tcp::endpoint endpoint(
        asio::ip::make_address("127.0.0.1"), static_cast<unsigned short>(port)
    );
    asio::co_spawn(io, accept(Tcp::acceptor(io, endpoint)), asio::detached);
    io.run();
}
