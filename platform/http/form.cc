// Query strings and plain forms, both ways.
#include <string>
#include <utility>

#include "platform/base/error.h"
#include "platform/base/text.h"
#include "platform/http/ascii.h"
#include "platform/http/request.h"

namespace http {
namespace {

[[noreturn]] void malformed() {
    throw base::Error(base::Code::bad_request, "The form or the query is malformed.");
}

std::string decoded(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+') {
            out += ' ';
        } else if (text[i] != '%') {
            out += text[i];
        } else {
            if (i + 2 >= text.size()) malformed();
            const int high = hex_digit(text[i + 1]);
            const int low = hex_digit(text[i + 2]);
            if (high < 0 || low < 0) malformed();
            out += static_cast<char>(high * 16 + low);
            i += 2;
        }
    }
    if (out.find('\0') != std::string::npos || !base::is_utf8(out)) malformed();
    return out;
}

}  // namespace

Pairs parse_form(std::string_view body) {
    Pairs pairs;
    while (!body.empty()) {
        const std::size_t end = body.find('&');
        const std::string_view pair = body.substr(0, end);
        body = end == std::string_view::npos ? std::string_view() : body.substr(end + 1);
        if (pair.empty()) continue;
        if (pairs.size() >= form_fields_max)
            throw base::Error(base::Code::too_large, "The form has too many fields.");
        const std::size_t equals = pair.find('=');
        std::string value;
        if (equals != std::string_view::npos) value = decoded(pair.substr(equals + 1));
        pairs.emplace_back(decoded(pair.substr(0, equals)), std::move(value));
    }
    return pairs;
}

std::string percent_encode(std::string_view text) {
    static constexpr char digits[] = "0123456789ABCDEF";
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        const bool plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                           (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
        if (plain) {
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

}  // namespace http
