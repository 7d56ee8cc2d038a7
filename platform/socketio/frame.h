// The WebSocket wire format (RFC 6455): handshake texts, frames in and out. Pure, no input or
// output.
//
// Reader takes bytes in whatever pieces they come and gives whole messages: it joins fragments,
// unmasks, checks UTF-8 and close codes, inflates (deflate.h), and bounds what it keeps. A failure
// carries the close code to answer with; the reader is of no use afterwards. Not thread-safe.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace websocket {

enum class Opcode : std::uint8_t {
    continuation = 0,
    text = 1,
    binary = 2,
    close = 8,
    ping = 9,
    pong = 10,
};

namespace code {
inline constexpr std::uint16_t normal = 1000;
inline constexpr std::uint16_t going_away = 1001;
inline constexpr std::uint16_t protocol_error = 1002;
inline constexpr std::uint16_t unsupported = 1003;
inline constexpr std::uint16_t no_status = 1005;
inline constexpr std::uint16_t abnormal = 1006;
inline constexpr std::uint16_t bad_data = 1007;
inline constexpr std::uint16_t policy = 1008;
inline constexpr std::uint16_t too_big = 1009;
}  // namespace code

struct Failure {
    std::uint16_t code = code::protocol_error;
    std::string_view reason;  // of static storage
};

struct Message {
    Opcode opcode = Opcode::text;
    std::string data;  // of a close: the payload, code and reason
};

enum class Role : std::uint8_t { server, client };  // a server reads masked frames only

struct ReaderOptions {
    Role role = Role::server;
    std::size_t message_bytes_max = 1'000'000;  // inflated
    bool deflate = false;                       // permessage-deflate was agreed on
};

class Reader {
  public:
    explicit Reader(ReaderOptions options) : options_(options) {}
    // Appends the messages that are complete. What follows a close frame is ignored.
    std::expected<void, Failure> read(std::string_view bytes, std::vector<Message>& messages);

  private:
    using Step = std::expected<bool, Failure>;  // true: go on
    Step take_header(std::string_view& bytes);
    Step check_header();
    Step read_lengths();
    void take_payload(std::string_view& bytes);
    std::expected<void, Failure> finish_frame(std::vector<Message>& messages);
    std::expected<void, Failure> finish_message(std::vector<Message>& messages);

    ReaderOptions options_;
    std::array<unsigned char, 14> header_{};
    std::size_t header_size_ = 0;
    std::uint64_t left_ = 0;  // bytes of the frame's payload that have not come
    std::array<unsigned char, 4> mask_{};
    unsigned mask_at_ = 0;
    bool in_payload_ = false;
    bool final_ = false;
    bool compressed_ = false;  // the message's first frame had RSV1
    bool closed_ = false;
    Opcode opcode_ = Opcode::continuation;   // of the frame
    Opcode message_ = Opcode::continuation;  // of the message being joined; continuation: none
    std::string data_;
    std::string control_;
};

// Appends one frame. A server passes no mask; a client has to.
void append_frame(
    std::string& out, Opcode opcode, std::string_view payload, bool final = true,
    bool compressed = false, std::optional<std::array<unsigned char, 4>> mask = {}
);
[[nodiscard]] std::size_t header_size(std::size_t payload_size);  // without a mask
[[nodiscard]] std::string close_payload(std::uint16_t code, std::string_view reason);
// no_status when the payload is empty; nullopt when it is malformed or the code may not be sent.
[[nodiscard]] std::optional<std::uint16_t> close_code(std::string_view payload);

// Sec-WebSocket-Accept for a Sec-WebSocket-Key; nullopt when the key is not 16 bytes in base64.
[[nodiscard]] std::optional<std::string> accept_key(std::string_view key);

}  // namespace websocket
