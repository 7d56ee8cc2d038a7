#include "platform/view/catalogue.h"

#include <algorithm>

#include "platform/base/error.h"
#include "platform/base/text.h"

namespace view {

bool is_key(std::string_view text) {
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
    };
    return !text.empty() && text.front() >= 'a' && text.front() <= 'z' && text.back() != '.' &&
           text.contains('.') && std::ranges::all_of(text, allowed);
}

Texts parse_catalogue(std::string_view file, std::string_view text) {
    if (!base::is_utf8(text))
        throw base::Error(base::Code::internal, std::string(file) + " is not UTF-8.");
    Texts texts;
    std::size_t number = 0;
    for (std::string_view line : base::split(text, '\n')) {
        ++number;
        line = base::trimmed(line);
        if (line.empty() || line.starts_with('#')) continue;
        const auto wrong = [&](std::string_view why) {
            return base::Error(
                base::Code::internal,
                std::string(file) + ", line " + std::to_string(number) + ": " + std::string(why)
            );
        };
        const std::size_t equals = line.find('=');
        if (equals == std::string_view::npos) throw wrong("there is no \"=\".");
        const std::string_view key = base::trimmed(line.substr(0, equals));
        if (!is_key(key)) throw wrong("\"" + std::string(key) + "\" is no key.");
        if (!texts.emplace(key, base::trimmed(line.substr(equals + 1))).second)
            throw wrong("the key " + std::string(key) + " comes twice.");
    }
    return texts;
}

std::string html_escaped(std::string_view text) {
    std::string out;
    out.reserve(text.size() + text.size() / 8);
    for (const char c : text) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\'':
                out += "&#39;";
                break;
            default:
                out += c;
        }
    }
    return out;
}

}  // namespace view
