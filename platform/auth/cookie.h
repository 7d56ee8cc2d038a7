// The session cookie: base64url(payload) "." base64url(HMAC-SHA-256 of what stands before the dot).
//
// The payload is a JSON array; its first member is the format's number. Whoever holds the cookie
// can read it, so it holds no secret but the session itself. Pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "platform/auth/hmac.h"
#include "platform/auth/identity.h"

namespace auth {

struct Claims {
    User user;
    std::string session_id;
    std::string csrf;
    std::int64_t signed_in_s = 0;  // when the password was given
    std::int64_t issued_s = 0;     // when this cookie was made
    std::int64_t expires_s = 0;
    std::int64_t epoch = 0;  // of the user's sessions, when it was made
};

inline constexpr std::size_t cookie_bytes_max = 4000;

[[nodiscard]] std::string write_cookie(const Claims& claims, const Hmac& sign);
// nullopt unless the signature is ours. Neither time nor epoch are looked at.
[[nodiscard]] std::optional<Claims> read_cookie(std::string_view cookie, const Hmac& sign);

}  // namespace auth
