// A real server on a free port and a raw client for it, for the tests of this folder.
#pragma once

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <charconv>
#include <string>
#include <string_view>
#include <utility>

#include "platform/base/clock.h"
#include "platform/http/server.h"

namespace http::test {

struct Reply {
    int status = 0;
    std::string head;  // with the status line
    std::string body;
    // "" when absent
    [[nodiscard]] std::string header(std::string_view name) const {
        std::size_t at = 0;
        while ((at = head.find("\r\n", at)) != std::string::npos) {
            at += 2;
            if (head.compare(at, name.size(), name) != 0 || head[at + name.size()] != ':') continue;
            const std::size_t value = at + name.size() + 2;
            return head.substr(value, head.find("\r\n", value) - value);
        }
        return {};
    }
};

// Bytes out, bytes in, nothing understood but the framing of replies.
class Client {
  public:
    explicit Client(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
            ADD_FAILURE() << "can't connect";
    }
    ~Client() { close(); }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    void close() {
        if (socket_ >= 0) ::close(std::exchange(socket_, -1));
    }
    void send(std::string_view bytes) const {
        while (!bytes.empty()) {
            const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) return;  // the server may have refused already
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
    }
    // Reads one reply; status 0 when the connection ended instead.
    Reply read(bool head_only = false) {
        Reply reply;
        std::size_t end = 0;
        while ((end = buffer_.find("\r\n\r\n")) == std::string::npos)
            if (!more()) return reply;
        reply.head = buffer_.substr(0, end + 2);
        buffer_.erase(0, end + 4);
        std::from_chars(reply.head.data() + 9, reply.head.data() + 12, reply.status);
        if (head_only || reply.status < 200 || reply.status == 204 || reply.status == 304)
            return reply;
        if (reply.header("Transfer-Encoding") == "chunked") return chunks(std::move(reply));
        if (const std::string length = reply.header("Content-Length"); !length.empty()) {
            const std::size_t size = std::stoul(length);
            while (buffer_.size() < size)
                if (!more()) break;
            reply.body = buffer_.substr(0, size);
            buffer_.erase(0, size);
            return reply;
        }
        while (more()) {
        }
        reply.body = std::exchange(buffer_, {});
        return reply;
    }
    Reply ask(std::string_view bytes, bool head_only = false) {
        send(bytes);
        return read(head_only);
    }
    // Whether the server has closed, with nothing more to read.
    bool at_end() { return buffer_.empty() && !more(); }
    int descriptor() const { return socket_; }

  private:
    static constexpr int patience_ms = 20'000;

    bool more() {
        pollfd ready{.fd = socket_, .events = POLLIN, .revents = 0};
        if (::poll(&ready, 1, patience_ms) != 1) {
            ADD_FAILURE() << "no answer";
            return false;
        }
        char bytes[16 * 1024];
        const ssize_t count = ::recv(socket_, bytes, sizeof bytes, 0);
        if (count <= 0) return false;
        buffer_.append(bytes, static_cast<std::size_t>(count));
        return true;
    }
    Reply chunks(Reply reply) {
        while (true) {
            std::size_t line = 0;
            while ((line = buffer_.find("\r\n")) == std::string::npos)
                if (!more()) return reply;
            const std::size_t size = std::stoul(buffer_.substr(0, line), nullptr, 16);
            while (buffer_.size() < line + 2 + size + 2)
                if (!more()) return reply;
            reply.body += buffer_.substr(line + 2, size);
            buffer_.erase(0, line + 2 + size + 2);
            if (size == 0) return reply;
        }
    }

    int socket_;
    std::string buffer_;
};

// Small limits, so that a test of a limit needs little. Add routes, then start().
class TestServer {
  public:
    TestServer() {
        config.threads = 1;
        config.access_log = false;
    }
    void start() {
        server = std::make_unique<Server>(config, router, render, clock);
        server->start();
    }
    [[nodiscard]] std::uint16_t port() const { return server->port(); }

    ServerConfig config;
    Router router;
    Server::Render render;
    base::SystemClock clock;
    std::unique_ptr<Server> server;
};

inline base::Task<Response> text_response(std::string text) {
    Response response = json_text(std::move(text));
    response.content_type = type_text;
    co_return response;
}

}  // namespace http::test
