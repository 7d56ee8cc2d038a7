// A small blocking client for tests and measurements: HTTP requests and WebSocket frames on a plain
// socket, with the protocols written out by the caller. Not for anything else.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/socketio/frame.h"

namespace socketio::testing {

inline constexpr int patience_s = 10;

class Line {  // one TCP connection
  public:
    explicit Line(std::uint16_t port) : descriptor_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const timeval patience{.tv_sec = patience_s, .tv_usec = 0};
        ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        const int on = 1;
        ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        if (::connect(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
            ::close(descriptor_);
            throw std::runtime_error("can't connect");
        }
    }
    ~Line() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    Line(const Line&) = delete;
    Line& operator=(const Line&) = delete;
    Line(Line&& other) noexcept
        : descriptor_(std::exchange(other.descriptor_, -1)), unread_(std::move(other.unread_)) {}
    Line& operator=(Line&&) = delete;

    void write(std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) throw std::runtime_error("can't send");
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
    }
    // False at the end of the stream; throws when nothing comes for too long.
    bool read_more() {
        std::array<char, 16384> buffer;
        const ssize_t got = ::recv(descriptor_, buffer.data(), buffer.size(), 0);
        if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            throw std::runtime_error("nothing came");
        if (got <= 0) return false;
        unread_.append(buffer.data(), static_cast<std::size_t>(got));
        return true;
    }
    std::string& unread() { return unread_; }
    [[nodiscard]] int descriptor() const { return descriptor_; }

  private:
    int descriptor_;
    std::string unread_;
};

struct Reply {
    int status = 0;
    std::string head;
    std::string body;
};

inline std::string request_text(
    std::string_view method, std::string_view target, std::string_view body,
    std::string_view headers
) {
    std::string text =
        std::string(method) + " " + std::string(target) + " HTTP/1.1\r\nHost: test\r\n";
    text += headers;
    if (method == "POST" || !body.empty())
        text += "Content-Type: text/plain;charset=UTF-8\r\nContent-Length: " +
                std::to_string(body.size()) + "\r\n";
    return text + "\r\n" + std::string(body);
}

// Reads one answer that says its length, as polling answers do.
inline Reply read_reply(Line& line) {
    Reply reply;
    std::string& unread = line.unread();
    std::size_t end = std::string::npos;
    while ((end = unread.find("\r\n\r\n")) == std::string::npos)
        if (!line.read_more()) throw std::runtime_error("closed before it answered");
    reply.head = unread.substr(0, end + 2);
    reply.status = std::stoi(reply.head.substr(9, 3));
    unread.erase(0, end + 4);
    if (reply.status == 101) return reply;
    std::string lower = reply.head;
    for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    const std::size_t at = lower.find("content-length: ");
    const std::size_t size = at == std::string::npos ? 0 : std::stoul(lower.substr(at + 16));
    while (unread.size() < size)
        if (!line.read_more()) throw std::runtime_error("closed within its answer");
    reply.body = unread.substr(0, size);
    unread.erase(0, size);
    return reply;
}

inline Reply request(
    std::uint16_t port, std::string_view method, std::string_view target,
    std::string_view body = {}, std::string_view headers = {}
) {
    Line line(port);
    line.write(request_text(method, target, body, headers));
    return read_reply(line);
}

// The value of "sid" in an open or connect packet.
inline std::string sid_in(std::string_view packet) {
    const std::size_t at = packet.find("\"sid\":\"");
    if (at == std::string_view::npos) throw std::runtime_error("no sid in " + std::string(packet));
    packet.remove_prefix(at + 7);
    return std::string(packet.substr(0, packet.find('"')));
}

class WebSocket {
  public:
    explicit WebSocket(std::uint16_t port, std::string_view target, std::string_view headers = {})
        : line_(port),
          reader_({.role = websocket::Role::client, .message_bytes_max = 8'000'000, .deflate = true}
          ) {
        std::string all =
            "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
        all += headers;
        line_.write(request_text("GET", target, {}, all));
        answer_ = read_reply(line_);
        feed();
    }
    // Both protocols open, Engine.IO's open packet read.
    static WebSocket open(
        std::uint16_t port, std::string_view path, std::string_view headers = {}
    ) {
        WebSocket socket(port, std::string(path) + "?EIO=4&transport=websocket", headers);
        if (!socket.upgraded()) throw std::runtime_error("refused: " + socket.answer_.head);
        socket.open_packet_ = socket.next().value_or("");
        return socket;
    }

    [[nodiscard]] bool upgraded() const { return answer_.status == 101; }
    [[nodiscard]] const Reply& answer() const { return answer_; }
    [[nodiscard]] const std::string& open_packet() const { return open_packet_; }
    [[nodiscard]] Line& line() { return line_; }

    void send(std::string_view text) { frame(websocket::Opcode::text, text); }
    void send_binary(std::string_view bytes) { frame(websocket::Opcode::binary, bytes); }
    void frame(websocket::Opcode opcode, std::string_view payload, bool final = true) {
        std::string bytes;
        websocket::append_frame(bytes, opcode, payload, final, false, mask);
        line_.write(bytes);
    }
    // Frames were read that nobody has taken yet: a poll does not tell of them.
    [[nodiscard]] bool holds_frames() const { return !messages_.empty(); }
    // The next frame of any kind; nullopt at the end of the stream.
    std::optional<websocket::Message> next_frame() {
        while (messages_.empty()) {
            if (!line_.read_more()) return std::nullopt;
            feed();
        }
        websocket::Message message = std::move(messages_.front());
        messages_.pop_front();
        return message;
    }
    // The next message, pings of Engine.IO answered on the way; nullopt once closed.
    std::optional<std::string> next() {
        while (auto message = next_frame()) {
            if (message->opcode == websocket::Opcode::close) {
                close_code = websocket::close_code(message->data).value_or(0);
                return std::nullopt;
            }
            if (message->opcode == websocket::Opcode::text && message->data == "2" &&
                answer_pings) {
                send("3");
                continue;
            }
            return std::move(message->data);
        }
        return std::nullopt;
    }

    bool answer_pings = true;
    std::uint16_t close_code = 0;
    static constexpr std::array<unsigned char, 4> mask = {0x12, 0xAB, 0x00, 0xFF};

  private:
    void feed() {
        if (!upgraded()) return;
        std::vector<websocket::Message> read;
        if (!reader_.read(std::exchange(line_.unread(), {}), read))
            throw std::runtime_error("the server broke the WebSocket protocol");
        for (websocket::Message& message : read) messages_.push_back(std::move(message));
    }

    Line line_;
    Reply answer_;
    websocket::Reader reader_;
    std::deque<websocket::Message> messages_;
    std::string open_packet_;
};

}  // namespace socketio::testing
