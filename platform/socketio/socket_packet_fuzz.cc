// Socket.IO packets: a text and, after each line feed, an attachment. What can be read is written
// and read again, and then written to the same bytes.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "platform/socketio/socket_packet.h"

namespace {

using socketio::Decoder;
using socketio::Encoded;
using socketio::Packet;

Encoded encoded(const Packet& packet) {
    return socketio::encode(packet.type, packet.name_space, packet.id, packet.payload);
}

bool same(const Encoded& one, const Encoded& other) {
    if (one.size() != other.size()) return false;
    for (std::size_t i = 0; i < one.size(); ++i)
        if (one[i].payload() != other[i].payload()) return false;
    return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view rest(reinterpret_cast<const char*>(data), size);
    const auto take_line = [&rest] {
        const std::size_t end = rest.find('\n');
        const std::string_view line = rest.substr(0, end);
        rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
        return line;
    };
    Decoder decoder;
    auto packet = decoder.text(take_line());
    while (packet && !*packet && !rest.empty()) packet = decoder.binary(std::string(take_line()));
    if (!packet || !*packet) return 0;
    const Packet& read = **packet;
    if (read.type != socketio::Type::event && read.type != socketio::Type::ack) return 0;
    const Encoded first = encoded(read);
    Decoder again;
    auto second = again.text(first.front().payload().substr(1));
    for (std::size_t i = 1; i < first.size() && second; ++i)
        second = again.binary(std::string(first[i].payload()));
    if (!second || !*second || !same(first, encoded(**second))) std::abort();
    return 0;
}
