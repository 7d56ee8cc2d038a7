// Engine.IO 4 packets: what one is, and how a polling body carries several. Pure.
//
// A Packet is encoded once, as a WebSocket frame, and shared: a broadcast to a thousand sockets
// holds its bytes once. Polling takes the same bytes without the frame's header.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace engine_io {

enum class Type : char {
    open = '0',
    close = '1',
    ping = '2',
    pong = '3',
    message = '4',
    upgrade = '5',
    noop = '6',
};

using Bytes = std::shared_ptr<const std::string>;

class Packet {
  public:
    static Packet text(Type type, std::string_view data = {});
    static Packet message(std::string_view text) { return text_of('4', text); }
    static Packet binary(std::string_view data);  // a message
    // Adds the compressed frame, when it is smaller: for sockets that agreed on compression.
    void compress();

    [[nodiscard]] bool is_binary() const { return binary_; }
    [[nodiscard]] const Bytes& frame() const { return frame_; }
    [[nodiscard]] const Bytes& compressed_frame() const { return compressed_; }  // may be null
    [[nodiscard]] std::string_view payload() const;  // type and data; of a binary one the data
    [[nodiscard]] std::size_t size() const { return frame_->size(); }

  private:
    static Packet text_of(char type, std::string_view text);
    Bytes frame_;
    Bytes compressed_;
    std::uint8_t header_ = 0;
    bool binary_ = false;
};

struct Incoming {
    Type type = Type::message;
    bool binary = false;  // a message only
    std::string data;
};

// One packet, as in a text frame or between separators; nullopt-like unexpected: no packet.
[[nodiscard]] std::expected<Incoming, std::string_view> decode_packet(std::string_view text);
inline constexpr char separator = '\x1e';
inline constexpr std::size_t payload_packets_max = 10'000;
[[nodiscard]] std::expected<std::vector<Incoming>, std::string_view> decode_payload(
    std::string_view body
);
// Appends with the separator where one is due.
void append_payload(std::string& out, const Packet& packet);

}  // namespace engine_io
