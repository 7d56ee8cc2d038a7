// What a request's headers allow the answer to be: compressed, a part, or nothing new.
//
// Pure functions on header values, as lenient as RFC 9110 asks: what can't be read is ignored.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace http {

// Accept-Encoding: whether gzip is named (or "*") with a quality above 0.
[[nodiscard]] bool accepts_gzip(std::string_view accept_encoding);

// Whether a body of this type shrinks by compression: text, JSON, XML, SVG, scripts.
[[nodiscard]] bool compressible(std::string_view content_type);

// Range: one range of bytes. nullopt: none, or several, or malformed: the whole is sent.
struct ByteRange {
    std::size_t first = 0;
    std::size_t count = 0;  // 0: not satisfiable, 416
};
[[nodiscard]] std::optional<ByteRange> parse_range(std::string_view range, std::size_t size);

}  // namespace http
