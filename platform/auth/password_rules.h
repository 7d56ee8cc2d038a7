// What a new password must be: long enough, and not one of those that are tried first.
//
// After NIST SP 800-63B: length counts, composition does not. Refused are passwords that are common
// (a list of some thousands, and common words with digits around them), that walk the keyboard,
// that repeat themselves, or that are little more than the names around the account. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/error.h"

namespace auth {

inline constexpr std::size_t password_length_least = 10;  // code points
inline constexpr std::size_t password_length_max = 200;

// Empty when the password will do; else one error on `field`, in words. `names` are what must not
// be (most of) the password: the user name, the person's name, the college.
[[nodiscard]] base::FieldErrors check_password(
    std::string_view password, const std::vector<std::string>& names,
    std::string_view field = "password"
);

}  // namespace auth
