// Polling bodies: what can be read is written back and read again to the same packets.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "platform/socketio/engine_packet.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view body(reinterpret_cast<const char*>(data), size);
    const auto packets = engine_io::decode_payload(body);
    if (!packets) return 0;
    std::string written;
    for (const engine_io::Incoming& packet : *packets)
        append_payload(
            written, packet.binary ? engine_io::Packet::binary(packet.data)
                                   : engine_io::Packet::text(packet.type, packet.data)
        );
    const auto again = engine_io::decode_payload(written);
    if (!again || again->size() != packets->size()) std::abort();
    for (std::size_t i = 0; i < packets->size(); ++i) {
        const engine_io::Incoming& one = (*packets)[i];
        const engine_io::Incoming& other = (*again)[i];
        if (one.type != other.type || one.binary != other.binary || one.data != other.data)
            std::abort();
    }
    return 0;
}
