#include "platform/base/text.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace base {
namespace {

bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

bool is_ascii(std::string_view text) {
    return std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

// The next code point, or a negative number for a malformed one; `at` moves on.
UChar32 next_point(std::string_view text, std::size_t& at) {
    UChar32 point = 0;
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
    const std::size_t length = text.size();
    U8_NEXT(bytes, at, length, point);  // NOLINT(bugprone-inc-dec-in-conditions): inside of ICU
    return point;
}

std::string folded_ascii(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        if (is_blank(c)) {
            if (!out.empty() && out.back() != ' ') out += ' ';
        } else {
            out += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
        }
    }
    if (out.ends_with(' ')) out.pop_back();
    return out;
}

bool is_mark(UChar32 point) { return (U_GET_GC_MASK(point) & (U_GC_MN_MASK | U_GC_ME_MASK)) != 0; }

// Windows-1252 where it differs from Latin-1; the five unused bytes become U+FFFD.
constexpr std::array<char16_t, 32> windows_1252 = {
    0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD, 0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178
};

void append_point(std::string& out, char32_t point) {
    const auto put = [&](char32_t byte) { out += static_cast<char>(byte); };
    if (point < 0x80) {
        put(point);
    } else if (point < 0x800) {
        put(0xC0U | (point >> 6U));
        put(0x80U | (point & 63U));
    } else if (point < 0x10000) {
        put(0xE0U | (point >> 12U));
        put(0x80U | ((point >> 6U) & 63U));
        put(0x80U | (point & 63U));
    } else {
        put(0xF0U | (point >> 18U));
        put(0x80U | ((point >> 12U) & 63U));
        put(0x80U | ((point >> 6U) & 63U));
        put(0x80U | (point & 63U));
    }
}

std::string from_utf16(std::string_view bytes, bool little) {
    std::string out;
    out.reserve(bytes.size());
    const auto unit = [&](std::size_t i) -> char32_t {
        const auto first = static_cast<unsigned char>(bytes[i]);
        const auto second = static_cast<unsigned char>(bytes[i + 1]);
        return little ? static_cast<char32_t>(second << 8U | first)
                      : static_cast<char32_t>(first << 8U | second);
    };
    for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
        char32_t point = unit(i);
        const bool high = point >= 0xD800 && point < 0xDC00;
        const bool paired =
            high && i + 3 < bytes.size() && unit(i + 2) >= 0xDC00 && unit(i + 2) < 0xE000;
        if (paired) {
            point = 0x10000 + ((point - 0xD800) << 10U) + (unit(i + 2) - 0xDC00);
            i += 2;
        } else if (point >= 0xD800 && point < 0xE000) {
            point = 0xFFFD;
        }
        append_point(out, point);
    }
    if (bytes.size() % 2 == 1) append_point(out, 0xFFFD);
    return out;
}

}  // namespace

bool is_utf8(std::string_view text) {
    if (is_ascii(text)) return true;
    for (std::size_t at = 0; at < text.size();)
        if (next_point(text, at) < 0) return false;
    return true;
}

std::size_t length(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }));
}

std::string folded(std::string_view text) {
    if (is_ascii(text)) return folded_ascii(text);
    UErrorCode code = U_ZERO_ERROR;
    const icu::Normalizer2* kd = icu::Normalizer2::getNFKDInstance(code);
    const auto from = icu::UnicodeString::fromUTF8(
        icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size()))
    );
    // Folding may bring letters that decompose further, and decomposing letters that fold: two
    // rounds reach a fixed point.
    icu::UnicodeString whole = from;
    for (int round = 0; round < 2 && U_SUCCESS(code); ++round) {
        whole.foldCase();
        whole = kd->normalize(whole, code);
    }
    if (U_FAILURE(code)) return folded_ascii(text);
    std::string out;
    out.reserve(text.size());
    for (std::int32_t i = 0; i < whole.length();) {
        const UChar32 point = whole.char32At(i);
        i += U16_LENGTH(point);
        if (is_mark(point)) continue;
        if (u_isUWhiteSpace(point)) {
            if (!out.empty() && out.back() != ' ') out += ' ';
        } else {
            append_point(out, static_cast<char32_t>(point));
        }
    }
    if (out.ends_with(' ')) out.pop_back();
    return out;
}

std::vector<std::string> words(std::string_view text, std::size_t most) {
    std::vector<std::string> found;
    const std::string whole = folded(text);
    std::size_t start = 0;
    const auto end_word = [&](std::size_t end) {
        if (end == start || found.size() >= most) return;
        const std::string_view word = std::string_view(whole).substr(start, end - start);
        if (std::ranges::find(found, word) == found.end()) found.emplace_back(word);
    };
    for (std::size_t at = 0; at < whole.size();) {
        const std::size_t before = at;
        const UChar32 point = next_point(whole, at);
        if (point >= 0 && u_isalnum(point)) continue;
        // An apostrophe or a full stop inside a word ("o'brien", "cs.101") belongs to it.
        const bool inside = (point == '\'' || point == 0x2019 || point == '.') && before > start &&
                            at < whole.size() && whole[at] != ' ';
        if (inside) continue;
        end_word(before);
        start = at;
    }
    end_word(whole.size());
    return found;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    for (;;) {
        const std::size_t at = text.find(separator);
        parts.push_back(text.substr(0, at));
        if (at == std::string_view::npos) return parts;
        text.remove_prefix(at + 1);
    }
}

bool has_control(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if ((c < 0x20 && c != '\t' && c != '\n') || c == 0x7F) return true;
        const auto follows = [&](std::size_t n) {
            return i + n < text.size() ? static_cast<unsigned char>(text[i + n]) : 0U;
        };
        if (c == 0xC2 && follows(1) >= 0x80 && follows(1) < 0xA0) return true;  // U+0080 … U+009F
        if (c == 0xED && follows(1) >= 0xA0) return true;                       // a surrogate
    }
    return false;
}

namespace {

// Whether a code point of the bytes E2, second, least to most occurs; the text is valid UTF-8.
bool has_point(
    std::string_view text, unsigned char second, unsigned char least, unsigned char most
) {
    const std::array<char, 2> lead{'\xE2', static_cast<char>(second)};
    for (std::size_t at = 0;; at += 2) {
        at = text.find(std::string_view(lead.data(), lead.size()), at);
        if (at == std::string_view::npos || at + 2 >= text.size()) return false;
        const auto third = static_cast<unsigned char>(text[at + 2]);
        if (third >= least && third <= most) return true;
    }
}

}  // namespace

bool has_line_break(std::string_view text) {
    return text.find_first_of("\t\n\r") != std::string_view::npos ||
           has_point(text, 0x80, 0xA8, 0xA9);
}

bool has_direction_override(std::string_view text) {
    return has_point(text, 0x80, 0xAA, 0xAE) || has_point(text, 0x81, 0xA6, 0xA9);
}

Decoded decode(std::string_view bytes) {
    if (bytes.starts_with("\xEF\xBB\xBF") && is_utf8(bytes))
        return {.text = std::string(bytes.substr(3)), .encoding = "UTF-8"};
    if (bytes.starts_with("\xFF\xFE"))
        return {.text = from_utf16(bytes.substr(2), true), .encoding = "UTF-16LE"};
    if (bytes.starts_with("\xFE\xFF"))
        return {.text = from_utf16(bytes.substr(2), false), .encoding = "UTF-16BE"};
    if (is_utf8(bytes)) return {.text = std::string(bytes), .encoding = "UTF-8"};
    Decoded decoded{.text = {}, .encoding = "Windows-1252"};
    decoded.text.reserve(bytes.size() + bytes.size() / 8);
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        append_point(decoded.text, byte >= 0x80 && byte < 0xA0 ? windows_1252[byte - 0x80U] : byte);
    }
    return decoded;
}

namespace {

bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           static_cast<unsigned char>(c) >= 0x80;
}

bool is_label(std::string_view label) {
    return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
           std::ranges::all_of(label, [](char c) { return is_word(c) || c == '-'; });
}

bool is_atom(std::string_view atom) {
    return !atom.empty() && std::ranges::all_of(atom, [](char c) {
        return is_word(c) || std::string_view("!#$%&'*+-/=?^_`{|}~").contains(c);
    });
}

}  // namespace

bool is_email(std::string_view text) {
    constexpr std::size_t whole_max = 254;
    constexpr std::size_t local_max = 64;
    const std::size_t at = text.find('@');
    if (at == std::string_view::npos || at > local_max || text.size() > whole_max) return false;
    const auto labels = split(text.substr(at + 1), '.');
    const bool number =
        std::ranges::all_of(labels.back(), [](char c) { return c >= '0' && c <= '9'; });
    return std::ranges::all_of(split(text.substr(0, at), '.'), is_atom) && labels.size() >= 2 &&
           !number && std::ranges::all_of(labels, is_label);
}

}  // namespace base
