// Text as people write it: valid UTF-8, comparable without case and accents, bounded.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace base {

[[nodiscard]] bool is_utf8(std::string_view text);
// Code points; text must be valid UTF-8.
[[nodiscard]] std::size_t length(std::string_view text);
// For search and uniqueness: NFKD, marks dropped, case folded, blanks collapsed ("  Émile  Z" -> "emile z").
[[nodiscard]] std::string folded(std::string_view text);
// The folded words of a name, each once, at most `most` of them.
[[nodiscard]] std::vector<std::string> words(std::string_view text, std::size_t most = 8);
[[nodiscard]] std::string_view trimmed(std::string_view text);
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);
// Control characters (other than tab and newline) and unpaired surrogates are never stored.
[[nodiscard]] bool has_control(std::string_view text);
// local@domain as people have it: dots only between words, a domain of two labels or more. No quoted
// parts, comments or address literals. Text must be valid UTF-8.
[[nodiscard]] bool is_email(std::string_view text);
// A newline, a tab, U+2028 or U+2029: what a name or any other text of one line never has.
[[nodiscard]] bool has_line_break(std::string_view text);
// U+202A to U+202E and U+2066 to U+2069, which show a text in another order than it is stored in.
// The joiners that Persian or Hindi need, and the plain marks of direction, are none of them.
[[nodiscard]] bool has_direction_override(std::string_view text);
// Reads bytes of an unknown encoding as UTF-8: BOM dropped, UTF-16 with BOM, UTF-8, else Windows-1252.
struct Decoded {
    std::string text;
    std::string encoding;  // "UTF-8", "UTF-16LE", "Windows-1252" …
};
[[nodiscard]] Decoded decode(std::string_view bytes);

}  // namespace base
