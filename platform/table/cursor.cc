#include "platform/table/cursor.h"

#include <cstddef>

#include "platform/base/error.h"
#include "platform/base/random.h"

namespace table {
namespace {

constexpr std::size_t length_bytes = 4;

void append_number(std::string& out, std::size_t number) {
    for (int shift = 24; shift >= 0; shift -= 8)
        out += static_cast<char>((number >> static_cast<unsigned>(shift)) & 0xffU);
}

std::uint32_t number_at(std::string_view bytes, std::size_t at) {
    std::uint32_t number = 0;
    for (std::size_t i = at; i < at + length_bytes; ++i)
        number = number << 8U | static_cast<unsigned char>(bytes[i]);
    return number;
}

[[noreturn]] void refuse() {
    throw base::Error::invalid("cursor", "This is no cursor of this list; start again without it.");
}

// Takes one text from the front of the bytes.
std::string take(std::string_view& bytes) {
    if (bytes.size() < length_bytes) refuse();
    const std::size_t length = number_at(bytes, 0);
    bytes.remove_prefix(length_bytes);
    if (bytes.size() < length) refuse();
    std::string text(bytes.substr(0, length));
    bytes.remove_prefix(length);
    return text;
}

}  // namespace

std::uint32_t list_id(std::string_view table, std::string_view index, bool descending) {
    std::uint32_t hash = 2166136261U;  // FNV-1a
    const auto mix = [&](std::string_view text) {
        for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
        hash = hash * 16777619U;
    };
    mix(table);
    mix(index);
    mix(descending ? "down" : "up");
    return hash;
}

std::string cursor_of(std::uint32_t list, const Place& place) {
    std::string bytes;
    append_number(bytes, list);
    for (const std::string* text : {&place.sort, &place.partition, &place.key_sort}) {
        append_number(bytes, text->size());
        bytes += *text;
    }
    return base::base64url(bytes);
}

Place place_of(std::uint32_t list, std::string_view cursor) {
    std::string decoded;
    if (!base::base64url_decode(cursor, decoded) || decoded.size() < length_bytes) refuse();
    std::string_view bytes = decoded;
    if (number_at(bytes, 0) != list) refuse();
    bytes.remove_prefix(length_bytes);
    Place place;
    place.sort = take(bytes);
    place.partition = take(bytes);
    place.key_sort = take(bytes);
    if (!bytes.empty() || place.partition.empty()) refuse();
    return place;
}

}  // namespace table
