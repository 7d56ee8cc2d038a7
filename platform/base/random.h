// Unpredictable bytes and the identifiers made of them. Bytes come from the operating system
// (getrandom). Thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace base {

[[nodiscard]] std::string random_bytes(std::size_t count);
// URL-safe base64 without padding, of that many random bytes.
[[nodiscard]] std::string random_token(std::size_t bytes = 32);

// RFC 9562. v7 sorts by time, and ids made by one process in one millisecond sort in the order made.
[[nodiscard]] std::string uuid_v7(std::int64_t now_ms);
[[nodiscard]] std::string uuid_v5(std::string_view name);  // in this project's own name space
[[nodiscard]] bool is_uuid(std::string_view text);         // 36 characters, lower case, any version

[[nodiscard]] std::string base64url(std::string_view bytes);
[[nodiscard]] std::string base64(std::string_view bytes);
[[nodiscard]] bool base64_decode(std::string_view text, std::string& out);     // standard, padded
[[nodiscard]] bool base64url_decode(std::string_view text, std::string& out);  // no padding
[[nodiscard]] std::string hex(std::string_view bytes);

}  // namespace base
