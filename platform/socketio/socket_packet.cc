#include "platform/socketio/socket_packet.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace socketio {
namespace {

constexpr std::array<std::string_view, 6> reserved_events = {
    "connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Takes leading digits; nullopt when there are none or too many.
std::optional<std::uint64_t> take_number(std::string_view& text) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc()) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return number;
}

// The number of a placeholder as it was written; null for any other value.
const json::Value* placeholder(const json::Value& value) {
    const json::Object* object = value.object();
    if (object == nullptr || !object->truth("_placeholder")) return nullptr;
    static const json::Value none;
    const json::Value* number = object->find("num");
    return number == nullptr ? &none : number;
}

std::optional<std::size_t> number_of(const json::Value& value) {
    const json::Number* number = value.number();
    if (number == nullptr) return std::nullopt;
    std::string_view text = number->text;
    const auto index = take_number(text);
    return text.empty() ? index : std::nullopt;
}

json::Value place(std::size_t number) {
    json::Object object;
    object.append_new("_placeholder", json::Value(true));
    object.append_new("num", json::Value(std::uint64_t{number}));
    return json::Value(std::move(object));
}

// Whether each placeholder names an attachment; makes them plain ones.
bool settle_places(json::Value& value, std::size_t attachments) {
    if (const json::Value* written = placeholder(value)) {
        const auto number = number_of(*written);
        if (!number || *number >= attachments) return false;
        value = place(*number);
        return true;
    }
    if (json::Array* array = value.array())
        return std::ranges::all_of(*array, [&](json::Value& item) {
            return settle_places(item, attachments);
        });
    if (json::Object* object = value.object())
        return std::ranges::all_of(*object, [&](json::Object::Member& member) {
            return settle_places(member.second, attachments);
        });
    return true;
}

bool is_event(const json::Array& values) {
    if (values.empty()) return false;
    if (values.front().number() != nullptr) return true;
    const std::string* name = values.front().string();
    return name != nullptr &&
           std::ranges::find(reserved_events, *name) == std::ranges::end(reserved_events);
}

// Puts the parsed data where its type keeps it; false when it is none of that type.
bool accept_data(Packet& packet, std::optional<json::Value> data) {
    switch (packet.type) {
        case Type::connect:
            if (data && data->object() == nullptr) return false;
            packet.data = std::move(data);
            return true;
        case Type::disconnect:
            return !data;
        case Type::connect_error:
            if (!data || (data->object() == nullptr && data->string() == nullptr)) return false;
            packet.data = std::move(data);
            return true;
        default:
            break;
    }
    if (!data || data->array() == nullptr) return false;
    packet.payload.values = std::move(*data->array());
    return packet.type == Type::ack || is_event(packet.payload.values);
}

// Takes "/name," off the front; "/" when there is none. A query is no part of the name.
bool take_name_space(std::string_view& text, std::string& name, std::size_t bytes_max) {
    if (!text.starts_with('/')) return true;
    const std::size_t end = text.find(',');
    const std::string_view whole = text.substr(0, end);
    if (whole.size() > bytes_max) return false;
    name = whole.substr(0, whole.find('?'));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    return true;
}

std::string head(
    char type, std::size_t attachments, std::string_view name_space, std::optional<std::uint64_t> id
) {
    std::string text(1, type);
    if (attachments > 0) text += std::to_string(attachments) + "-";
    if (name_space != "/") {
        text += name_space;
        text += ',';
    }
    if (id) text += std::to_string(*id);
    return text;
}

// The value with its places numbered anew, and the attachments in that order.
json::Value renumbered(
    const json::Value& value, const Payload& payload, std::vector<const std::string*>& order
) {
    if (const std::string* bytes = payload.bytes_of(value)) {
        order.push_back(bytes);
        return place(order.size() - 1);
    }
    if (const json::Array* array = value.array()) {
        json::Array copy;
        copy.reserve(array->size());
        for (const json::Value& item : *array) copy.push_back(renumbered(item, payload, order));
        return json::Value(std::move(copy));
    }
    if (const json::Object* object = value.object()) {
        json::Object copy;
        for (const auto& [name, item] : *object)
            copy.append_new(name, renumbered(item, payload, order));
        return json::Value(std::move(copy));
    }
    return value;
}

// `list` is the JSON array's text without its brackets.
Encoded assemble(
    Type type, std::string_view name_space, std::optional<std::uint64_t> id, std::string_view list,
    const std::vector<const std::string*>& attachments
) {
    char mark = static_cast<char>(type);
    if (!attachments.empty()) mark = static_cast<char>(mark + 3);
    std::string text = head(mark, attachments.size(), name_space, id);
    text.reserve(text.size() + list.size() + 2);
    text += '[';
    text += list;
    text += ']';
    Encoded packets;
    packets.reserve(1 + attachments.size());
    packets.push_back(engine_io::Packet::text(engine_io::Type::message, text));
    for (const std::string* bytes : attachments)
        packets.push_back(engine_io::Packet::binary(*bytes));
    return packets;
}

void append_list(
    std::string& list, const Payload& payload, std::vector<const std::string*>& attachments
) {
    for (const json::Value& value : payload.values) {
        if (!list.empty()) list += ',';
        if (payload.attachments.empty())
            json::append(list, value);
        else
            json::append(list, renumbered(value, payload, attachments));
    }
}

}  // namespace

json::Value Payload::add(std::string bytes) {
    attachments.push_back(std::move(bytes));
    return place(attachments.size() - 1);
}

const std::string* Payload::bytes_of(const json::Value& value) const {
    if (attachments.empty()) return nullptr;
    const json::Value* written = placeholder(value);
    if (written == nullptr) return nullptr;
    const auto number = number_of(*written);
    return number && *number < attachments.size() ? &attachments[*number] : nullptr;
}

Decoder::Result Decoder::text(std::string_view text) {
    if (waiting_) return std::unexpected("text where an attachment is due");
    if (text.empty() || text.front() < '0' || text.front() > '6')
        return std::unexpected("unknown packet type");
    const char mark = text.front();
    text.remove_prefix(1);
    const bool binary = mark >= '5';
    Packet packet;
    packet.type = static_cast<Type>(binary ? mark - 3 : mark);
    std::size_t attachments = 0;
    if (binary) {
        const auto count = take_number(text);
        if (!count || !text.starts_with('-')) return std::unexpected("malformed attachment count");
        if (*count > limits_.attachments_max) return std::unexpected("too many attachments");
        attachments = *count;
        text.remove_prefix(1);
    }
    if (!take_name_space(text, packet.name_space, limits_.name_space_bytes_max))
        return std::unexpected("namespace too long");
    if (!text.empty() && is_digit(text.front())) {
        packet.id = take_number(text);
        if (!packet.id) return std::unexpected("acknowledgement id too large");
    }
    std::optional<json::Value> data;
    if (!text.empty()) {
        auto parsed = json::parse(text, limits_.json);
        if (!parsed) return std::unexpected("malformed JSON");
        data = std::move(*parsed);
    }
    if (!accept_data(packet, std::move(data))) return std::unexpected("data of the wrong kind");
    if (attachments == 0) return packet;
    for (json::Value& value : packet.payload.values)
        if (!settle_places(value, attachments)) return std::unexpected("illegal attachments");
    waiting_ = std::move(packet);
    attachments_due_ = attachments;
    attachment_bytes_ = 0;
    return std::nullopt;
}

Decoder::Result Decoder::binary(std::string bytes) {
    if (!waiting_) return std::unexpected("attachment that nobody announced");
    attachment_bytes_ += bytes.size();
    if (attachment_bytes_ > limits_.attachment_bytes_max)
        return std::unexpected("attachments too large");
    waiting_->payload.attachments.push_back(std::move(bytes));
    if (waiting_->payload.attachments.size() < attachments_due_) return std::nullopt;
    return std::exchange(waiting_, std::nullopt);
}

Encoded encode(
    Type type, std::string_view name_space, std::optional<std::uint64_t> id, const Payload& payload
) {
    std::string list;
    std::vector<const std::string*> attachments;
    append_list(list, payload, attachments);
    return assemble(type, name_space, id, list, attachments);
}

Encoded encode_event(
    std::string_view name_space, std::string_view event, const Payload& arguments,
    std::optional<std::uint64_t> id
) {
    std::string list;
    json::append_quoted(list, event);
    std::vector<const std::string*> attachments;
    append_list(list, arguments, attachments);
    return assemble(Type::event, name_space, id, list, attachments);
}

engine_io::Packet encode_event_text(
    std::string_view name_space, std::string_view event, std::string_view arguments
) {
    std::string text = head(static_cast<char>(Type::event), 0, name_space, {});
    text.reserve(text.size() + event.size() + arguments.size() + 8);
    text += '[';
    json::append_quoted(text, event);
    if (!arguments.empty()) text += ',';
    text += arguments;
    text += ']';
    return engine_io::Packet::text(engine_io::Type::message, text);
}

engine_io::Packet encode_control(Type type, std::string_view name_space, std::string_view data) {
    std::string text = head(static_cast<char>(type), 0, name_space, {});
    text += data;
    return engine_io::Packet::text(engine_io::Type::message, text);
}

}  // namespace socketio
