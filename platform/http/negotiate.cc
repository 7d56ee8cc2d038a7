#include "platform/http/negotiate.h"

#include <charconv>

#include "platform/http/ascii.h"

namespace http {
namespace {

// "q=0", "q=0.000" refuse; any other quality accepts.
bool refused(std::string_view parameters) {
    while (!parameters.empty()) {
        const std::string_view parameter = take_until(parameters, ';');
        if (parameter.size() < 3 || !same_text(parameter.substr(0, 2), "q=")) continue;
        return parameter.substr(2).find_first_not_of("0.") == std::string_view::npos;
    }
    return false;
}

std::optional<std::size_t> number(std::string_view digits) {
    std::size_t value = 0;
    const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (code != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
    return value;
}

}  // namespace

bool accepts_gzip(std::string_view accept_encoding) {
    bool any = false;
    while (!accept_encoding.empty()) {
        std::string_view item = take_until(accept_encoding, ',');
        const std::string_view coding = take_until(item, ';');
        if (same_text(coding, "gzip") || same_text(coding, "x-gzip")) return !refused(item);
        if (coding == "*") any = !refused(item);
    }
    return any;
}

bool compressible(std::string_view content_type) {
    const std::string_view type = trim_blanks(content_type.substr(0, content_type.find(';')));
    return type.starts_with("text/") || type == "application/json" || type.ends_with("+json") ||
           type.ends_with("+xml") || type == "application/javascript" || type == "application/xml";
}

std::optional<ByteRange> parse_range(std::string_view range, std::size_t size) {
    const std::size_t equals = range.find('=');
    if (equals == std::string_view::npos ||
        !same_text(trim_blanks(range.substr(0, equals)), "bytes"))
        return std::nullopt;
    const std::string_view spec = trim_blanks(range.substr(equals + 1));
    const std::size_t dash = spec.find('-');
    if (dash == std::string_view::npos) return std::nullopt;
    const std::string_view from = spec.substr(0, dash);
    const std::string_view to = spec.substr(dash + 1);
    if (from.empty()) {  // the last so many bytes
        const auto count = number(to);
        if (!count) return std::nullopt;
        const std::size_t taken = *count < size ? *count : size;
        return ByteRange{.first = size - taken, .count = taken};
    }
    const auto first = number(from);
    if (!first) return std::nullopt;
    std::size_t last = size == 0 ? 0 : size - 1;
    if (!to.empty()) {
        const auto end = number(to);
        if (!end || *end < *first) return std::nullopt;
        last = *end < last ? *end : last;
    }
    if (*first >= size) return ByteRange{};
    return ByteRange{.first = *first, .count = last - *first + 1};
}

}  // namespace http
