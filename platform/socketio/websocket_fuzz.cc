// Frames from a client: whatever comes, in whatever pieces, the reader keeps to its limits, and what
// it reads does not depend on where the pieces end. The first byte says how long they are.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "platform/base/text.h"
#include "platform/socketio/deflate.h"
#include "platform/socketio/frame.h"

namespace {

constexpr std::size_t message_bytes_max = 4096;

bool read(std::string_view bytes, std::size_t piece, std::vector<websocket::Message>& messages) {
    websocket::Reader reader({.message_bytes_max = message_bytes_max, .deflate = true});
    for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size())))
        if (!reader.read(bytes.substr(0, piece), messages)) return false;
    return true;
}

void require(bool holds) {
    if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    std::vector<websocket::Message> whole;
    std::vector<websocket::Message> pieces;
    const bool read_whole = read(bytes, bytes.size(), whole);
    require(read_whole == read(bytes, 1 + data[0] % 16U, pieces));
    require(whole.size() == pieces.size());
    for (std::size_t i = 0; i < whole.size(); ++i) {
        const websocket::Message& message = whole[i];
        require(message.data == pieces[i].data && message.opcode == pieces[i].opcode);
        require(message.data.size() <= message_bytes_max);
        if (message.opcode == websocket::Opcode::text) require(base::is_utf8(message.data));
    }
    (void)websocket::inflate_message(bytes, message_bytes_max);
    (void)websocket::negotiate_deflate(bytes);
    (void)websocket::accept_key(bytes);
    return 0;
}
