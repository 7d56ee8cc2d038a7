// The words of the pages: one text file a language, "key = text" lines, in UTF-8.
//
// Blank lines and lines that start with # are skipped. A key is lower case with at least one dot,
// such as students.title; a key that comes twice is an error.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace view {

using Texts = std::map<std::string, std::string, std::less<>>;

[[nodiscard]] bool is_key(std::string_view text);
// Throws base::Error that names the file and line.
[[nodiscard]] Texts parse_catalogue(std::string_view file, std::string_view text);
[[nodiscard]] std::string html_escaped(std::string_view text);

}  // namespace view
