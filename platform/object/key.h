// Names of objects: "receipts/<user>/<expense>.jpg". Pure.
//
// A key is 1 to 1,024 bytes of UTF-8 without control characters or backslashes, in at most 8 segments, each
// of which is neither empty nor "." nor ".." and no longer than a file's name may be.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace object {

inline constexpr std::size_t key_bytes_max = 1024;
inline constexpr std::size_t key_segments_max = 8;

// "" when it may be a key, else a sentence that says why not.
[[nodiscard]] std::string key_error(std::string_view key);
// Throws base::Error invalid on "key".
void check_key(std::string_view key);

// A segment as the name of a file, and back: what a file system or a person might misread becomes %XX.
[[nodiscard]] std::string file_name(std::string_view segment);
[[nodiscard]] std::optional<std::string> segment_of(std::string_view file_name);

}  // namespace object
