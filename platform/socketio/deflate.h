// permessage-deflate (RFC 7692) without context takeover: each message is compressed by itself, so
// that a socket keeps no window and one compressed broadcast serves all sockets.
//
// The zlib streams are kept a thread and reset for each message. Thread-safe.
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

#include "platform/socketio/frame.h"

namespace websocket {

// The payload without the 00 00 FF FF at its end.
[[nodiscard]] std::string deflate_message(std::string_view data);
// Failure bad_data when malformed, too_big when it would be longer than that.
[[nodiscard]] std::expected<std::string, Failure> inflate_message(
    std::string_view data, std::size_t bytes_max
);

struct DeflateTerms {
    bool agreed = false;
    bool compress =
        false;           // false: read compressed messages, send none (a window we don't keep to)
    std::string answer;  // the value of Sec-WebSocket-Extensions
};
// Takes the first offer in a Sec-WebSocket-Extensions header that can be met.
[[nodiscard]] DeflateTerms negotiate_deflate(std::string_view offers);

}  // namespace websocket
