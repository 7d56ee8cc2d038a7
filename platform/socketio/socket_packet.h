// Socket.IO 5 packets: text and binary parts to trees and back. Pure, no input or output.
//
// Binary arguments stay where they were in the tree as {"_placeholder":true,"num":n} and their
// bytes are Payload::attachments[n]; encode() numbers them anew, in the order of the tree, so that
// a part of what came can be sent on. bytes_of() tells whether a value is such a place.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/json.h"
#include "platform/socketio/engine_packet.h"

namespace socketio {

enum class Type : char {
    connect = '0',
    disconnect = '1',
    event = '2',
    ack = '3',
    connect_error = '4',
    binary_event = '5',
    binary_ack = '6',
};

struct Payload {
    json::Array values{};
    std::vector<std::string> attachments{};

    // Keeps the bytes and gives the value that stands for them: values.push_back(add(bytes)).
    json::Value add(std::string bytes);
    // The bytes that the value stands for; null when it is an ordinary value.
    [[nodiscard]] const std::string* bytes_of(const json::Value& value) const;
};

struct Packet {
    Type type = Type::event;  // event and ack also for the binary ones
    std::string name_space = "/";
    std::optional<std::uint64_t> id;
    std::optional<json::Value> data;  // of connect and connect_error
    Payload payload;                  // of event (the first value is the name) and ack
};

struct PacketLimits {
    std::size_t attachments_max = 64;
    std::size_t attachment_bytes_max = 4'000'000;  // of one packet together
    std::size_t name_space_bytes_max = 128;
    json::Limits json{};
};

// Joins the parts of a packet, for one connection. An error ends the connection: parts that follow
// would be misread.
class Decoder {
  public:
    explicit Decoder(PacketLimits limits = {}) : limits_(limits) {}
    using Result = std::expected<std::optional<Packet>, std::string_view>;  // nullopt: more to come
    Result text(std::string_view text);
    Result binary(std::string bytes);

  private:
    PacketLimits limits_;
    std::optional<Packet> waiting_;
    std::size_t attachments_due_ = 0;
    std::size_t attachment_bytes_ = 0;
};

// The packets of the transport, in order: the text, then its attachments.
using Encoded = std::vector<engine_io::Packet>;
[[nodiscard]] Encoded encode(
    Type type, std::string_view name_space, std::optional<std::uint64_t> id, const Payload& payload
);
[[nodiscard]] Encoded encode_event(
    std::string_view name_space, std::string_view event, const Payload& arguments,
    std::optional<std::uint64_t> id = {}
);
// `arguments` is JSON text, values separated by commas; "" for none.
[[nodiscard]] engine_io::Packet encode_event_text(
    std::string_view name_space, std::string_view event, std::string_view arguments
);
// Connect, disconnect, connect_error; `data` is JSON text, "" for none.
[[nodiscard]] engine_io::Packet encode_control(
    Type type, std::string_view name_space, std::string_view data = {}
);

}  // namespace socketio
