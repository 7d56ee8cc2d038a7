// The ceiling to compare with: a bare Beast server, 480 bytes, without any of the headers, checks or
// records of ours; each thread has its own io_context and acceptor. hello_bench PORT [THREADS]
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
#include <thread>
#include <vector>

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
    const int threads = count > 2 ? std::atoi(arguments[2]) : 1;
    const Tcp::endpoint endpoint(
        asio::ip::make_address("127.0.0.1"), static_cast<unsigned short>(port)
    );
    using ReusePort = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;
    std::vector<std::jthread> running;
    for (int i = 0; i < threads; ++i)
        running.emplace_back([endpoint] {
            asio::io_context io(1);
            Tcp::acceptor acceptor(io, endpoint.protocol());
            acceptor.set_option(Tcp::acceptor::reuse_address(true));
            acceptor.set_option(ReusePort(true));
            acceptor.bind(endpoint);
            acceptor.listen();
            asio::co_spawn(io, accept(std::move(acceptor)), asio::detached);
            io.run();
        });
}
