#include "platform/object/key.h"

#include "platform/base/error.h"
#include "platform/base/text.h"

namespace object {
namespace {

constexpr std::size_t file_name_bytes_max = 255;

// Letters, digits, what is beyond ASCII, and these; a leading dot would hide the file.
bool is_plain(char c, bool first) {
    constexpr std::string_view others = "-_.=+,@()!'";
    if (c == '.' && first) return false;
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z') || others.find(c) != std::string_view::npos;
}

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

}  // namespace

std::string file_name(std::string_view segment) {
    static constexpr char digits[] = "0123456789ABCDEF";
    std::string out;
    for (const char c : segment) {
        if (is_plain(c, out.empty())) {
            out += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        out += '%';
        out += digits[byte >> 4U];
        out += digits[byte & 15U];
    }
    return out;
}

std::optional<std::string> segment_of(std::string_view name) {
    std::string out;
    for (std::size_t i = 0; i < name.size(); ++i) {
        if (name[i] != '%') {
            out += name[i];
            continue;
        }
        if (i + 2 >= name.size()) return std::nullopt;
        const int high = hex_value(name[i + 1]);
        const int low = hex_value(name[i + 2]);
        if (high < 0 || low < 0) return std::nullopt;
        out += static_cast<char>(high * 16 + low);
        i += 2;
    }
    // Only what file_name() makes, so that no two files are one object.
    if (file_name(out) != name) return std::nullopt;
    return out;
}

std::string key_error(std::string_view key) {
    if (key.empty() || key.size() > key_bytes_max) return "A key has 1 to 1,024 bytes.";
    if (!base::is_utf8(key)) return "A key is text in UTF-8.";
    for (const char c : key)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F || c == '\\')
            return "A key holds no control characters and no backslash.";
    if (base::has_control(key)) return "A key holds no control characters and no backslash.";
    const auto segments = base::split(key, '/');
    if (segments.size() > key_segments_max) return "A key has at most 8 parts between slashes.";
    for (const std::string_view segment : segments) {
        if (segment.empty() || segment == "." || segment == "..")
            return "A key is no path: it begins and ends without a slash, and no part of it is "
                   "empty, . or ..";
        if (file_name(segment).size() > file_name_bytes_max)
            return "A part of the key is too long.";
    }
    return {};
}

void check_key(std::string_view key) {
    if (std::string error = key_error(key); !error.empty())
        throw base::Error::invalid("key", std::move(error));
}

}  // namespace object
