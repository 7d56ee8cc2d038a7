#include "platform/socketio/engine_packet.h"

#include <utility>

#include "platform/base/random.h"
#include "platform/socketio/deflate.h"
#include "platform/socketio/frame.h"

namespace engine_io {
namespace {

constexpr std::size_t compress_bytes_max = 4 * 1024 * 1024;

}  // namespace

Packet Packet::text(Type type, std::string_view data) {
    return text_of(static_cast<char>(type), data);
}

Packet Packet::text_of(char type, std::string_view text) {
    std::string whole;
    whole.reserve(text.size() + 1);
    whole.push_back(type);
    whole.append(text);
    Packet packet;
    std::string frame;
    websocket::append_frame(frame, websocket::Opcode::text, whole);
    packet.header_ = static_cast<std::uint8_t>(websocket::header_size(whole.size()));
    packet.frame_ = std::make_shared<const std::string>(std::move(frame));
    return packet;
}

Packet Packet::binary(std::string_view data) {
    Packet packet;
    std::string frame;
    websocket::append_frame(frame, websocket::Opcode::binary, data);
    packet.binary_ = true;
    packet.header_ = static_cast<std::uint8_t>(websocket::header_size(data.size()));
    packet.frame_ = std::make_shared<const std::string>(std::move(frame));
    return packet;
}

void Packet::compress() {
    if (compressed_ || payload().size() > compress_bytes_max) return;
    const std::string smaller = websocket::deflate_message(payload());
    if (smaller.size() >= payload().size()) return;
    std::string frame;
    const auto opcode = binary_ ? websocket::Opcode::binary : websocket::Opcode::text;
    websocket::append_frame(frame, opcode, smaller, true, true);
    compressed_ = std::make_shared<const std::string>(std::move(frame));
}

std::string_view Packet::payload() const { return std::string_view(*frame_).substr(header_); }

std::expected<Incoming, std::string_view> decode_packet(std::string_view text) {
    if (text.empty()) return std::unexpected("empty packet");
    const char type = text.front();
    text.remove_prefix(1);
    if (type == 'b') {
        Incoming packet{.type = Type::message, .binary = true, .data = {}};
        if (!base::base64_decode(text, packet.data)) return std::unexpected("malformed base64");
        return packet;
    }
    if (type < '0' || type > '6') return std::unexpected("unknown packet type");
    return Incoming{.type = static_cast<Type>(type), .binary = false, .data = std::string(text)};
}

std::expected<std::vector<Incoming>, std::string_view> decode_payload(std::string_view body) {
    std::vector<Incoming> packets;
    while (true) {
        const std::size_t end = body.find(separator);
        auto packet = decode_packet(body.substr(0, end));
        if (!packet) return std::unexpected(packet.error());
        if (packets.size() >= payload_packets_max) return std::unexpected("too many packets");
        packets.push_back(std::move(*packet));
        if (end == std::string_view::npos) return packets;
        body.remove_prefix(end + 1);
    }
}

void append_payload(std::string& out, const Packet& packet) {
    if (!out.empty()) out.push_back(separator);
    if (packet.is_binary()) {
        out.push_back('b');
        out += base::base64(packet.payload());
    } else {
        out += packet.payload();
    }
}

}  // namespace engine_io
