// A mail as the text that goes to the server: RFC 5322, MIME (RFC 2045 to 2047), RFC 8058. Pure.
//
// Text is UTF-8 in quoted-printable, lines end with CR LF and are at most 78 characters long. No value can
// begin a header of its own: line breaks and other control characters in a subject become blanks, and
// addresses that could hold any are refused before.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "platform/notify/mail.h"

namespace notify {

// `from` is an address, or "A name <address>". Throws base::Error invalid for what can't be a header.
[[nodiscard]] std::string message(const Mail& mail, std::string_view from, std::int64_t now_ms);

// The address of "A name <address>".
[[nodiscard]] std::string_view address_of(std::string_view from);

[[nodiscard]] std::string quoted_printable(std::string_view text);
// Encoded words (RFC 2047) where the text is not plain, folded.
[[nodiscard]] std::string header_text(std::string_view text, std::size_t column);

}  // namespace notify
