#include <unicode/ucnv.h>
#include <unicode/ucsdet.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "budgetplanner/statement_read.h"
#include "platform/base/text.h"

namespace budgetplanner {
namespace {

constexpr std::size_t head_bytes = 2048;
constexpr std::size_t detected_bytes_max = 64 * 1024;
constexpr std::string_view utf8_bom = "\xEF\xBB\xBF";
constexpr std::string_view replacement = "\xEF\xBF\xBD";

struct CloseConverter {
    void operator()(UConverter* converter) const { ucnv_close(converter); }
};
using Converter = std::unique_ptr<UConverter, CloseConverter>;

// Bytes of a named encoding as UTF-8; nothing if ICU does not know it, or, when `strictly`, if any
// byte has no meaning in it.
std::optional<std::string> converted_from(
    const std::string& name, std::string_view bytes, bool strictly
) {
    UErrorCode status = U_ZERO_ERROR;
    const Converter converter(ucnv_open(name.c_str(), &status));
    if (U_FAILURE(status)) return std::nullopt;
    if (strictly)
        ucnv_setToUCallBack(
            converter.get(), UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &status
        );
    const icu::UnicodeString wide(
        bytes.data(), static_cast<std::int32_t>(bytes.size()), converter.get(), status
    );
    if (U_FAILURE(status)) return std::nullopt;
    std::string out;
    return wide.toUTF8String(out);
}

// Length of the well-formed UTF-8 character at the front, 0 if there is none.
std::size_t utf8_length(std::string_view text) {
    const auto lead = static_cast<unsigned char>(text.front());
    const std::size_t length = lead < 0x80                   ? 1
                               : lead >= 0xC2 && lead < 0xE0 ? 2
                               : lead >= 0xE0 && lead < 0xF0 ? 3
                               : lead >= 0xF0 && lead < 0xF5 ? 4
                                                             : 0;
    if (length == 0 || length > text.size()) return 0;
    return length == 1 || base::is_utf8(text.substr(0, length)) ? length : 0;
}

// Mostly UTF-8, with a few bytes broken on the way: those become U+FFFD. Nothing if it looks like
// another encoding, where such bytes stand alone.
std::optional<std::string> mended_utf8(std::string_view bytes) {
    std::string out;
    std::size_t good = 0;
    std::size_t bad = 0;
    while (!bytes.empty()) {
        const std::size_t length = utf8_length(bytes);
        if (length == 0) {
            out += replacement;
            ++bad;
            bytes.remove_prefix(1);
            continue;
        }
        if (length > 1) ++good;
        out += bytes.substr(0, length);
        bytes.remove_prefix(length);
    }
    if (bad > 0 && good < 4 * bad) return std::nullopt;
    return out;
}

// UTF-16 without a mark: every second byte of plain text is zero.
std::string_view utf16_by_zeros(std::string_view bytes) {
    const std::string_view head = bytes.substr(0, head_bytes);
    std::size_t even = 0;
    std::size_t odd = 0;
    for (std::size_t i = 0; i < head.size(); ++i)
        if (head[i] == '\0') ++(i % 2 == 0 ? even : odd);
    if (odd * 3 > head.size()) return "UTF-16LE";
    if (even * 3 > head.size()) return "UTF-16BE";
    return {};
}

// What ICU finds, if it is one of those that cannot be mistaken for Western text by chance.
std::string detected(std::string_view bytes) {
    UErrorCode status = U_ZERO_ERROR;
    const std::unique_ptr<UCharsetDetector, decltype(&ucsdet_close)> detector(
        ucsdet_open(&status), &ucsdet_close
    );
    const std::string head(bytes.substr(0, detected_bytes_max));
    ucsdet_setText(detector.get(), head.data(), static_cast<std::int32_t>(head.size()), &status);
    const UCharsetMatch* match = ucsdet_detect(detector.get(), &status);
    if (U_FAILURE(status) || match == nullptr) return {};
    const std::string name = ucsdet_getName(match, &status);
    const std::int32_t confidence = ucsdet_getConfidence(match, &status);
    constexpr std::array<std::string_view, 8> distinct = {"GB18030",      "EUC-JP",     "EUC-KR",
                                                          "Shift_JIS",    "Big5",       "KOI8-R",
                                                          "windows-1251", "ISO-2022-JP"};
    constexpr std::int32_t sure_enough = 40;
    if (U_FAILURE(status) || confidence < sure_enough) return {};
    return std::ranges::find(distinct, name) == distinct.end() ? std::string() : name;
}

std::string value_behind(std::string_view head, std::string_view key, std::string_view ends) {
    const std::size_t at = head.find(key);
    if (at == std::string_view::npos) return {};
    const std::string_view rest = head.substr(at + key.size());
    return std::string(base::trimmed(rest.substr(0, rest.find_first_of(ends))));
}

std::string without_zeros(std::string text) {
    std::erase(text, '\0');
    return text;
}

}  // namespace

std::string declared_encoding(std::string_view bytes) {
    const std::string_view head = bytes.substr(0, head_bytes);
    const std::size_t xml = head.find("<?xml");
    if (xml != std::string_view::npos) {
        const std::string_view declaration = head.substr(xml, head.find("?>", xml) - xml);
        for (const char quote : {'"', '\''}) {
            const std::string key = std::string("encoding=") + quote;
            const std::string value = value_behind(declaration, key, std::string_view(&quote, 1));
            if (!value.empty()) return value;
        }
        return {};
    }
    if (!head.contains("OFXHEADER")) return {};
    const std::string encoding = value_behind(head, "ENCODING:", " \r\n<");
    if (encoding == "UTF-8" || encoding == "UNICODE") return "UTF-8";
    const std::string charset = value_behind(head, "CHARSET:", " \r\n<");
    if (charset.empty() || charset == "NONE") return {};
    // "1252" is what the standard writes; others write the whole name.
    const bool number = std::ranges::all_of(charset, [](char c) { return c >= '0' && c <= '9'; });
    if (number) return (charset.starts_with("8859") ? "ISO-" : "windows-") + charset;
    return charset.starts_with("8859") ? "ISO-" + charset : charset;
}

StatementText decoded(std::string_view bytes, std::string_view declared, bool chosen) {
    const std::string name(declared);
    if (chosen) {
        if (auto text = converted_from(name, bytes, false))
            return {.text = without_zeros(std::move(*text)), .encoding = name};
    }
    if (bytes.starts_with(utf8_bom)) {
        bytes.remove_prefix(utf8_bom.size());
        auto mended = mended_utf8(bytes);
        if (mended) return {.text = without_zeros(std::move(*mended)), .encoding = "UTF-8"};
    }
    if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF")) {
        auto read = base::decode(bytes);
        return {.text = without_zeros(std::move(read.text)), .encoding = std::move(read.encoding)};
    }
    if (const auto wide = utf16_by_zeros(bytes); !wide.empty()) {
        if (auto text = converted_from(std::string(wide), bytes, false))
            return {.text = without_zeros(std::move(*text)), .encoding = std::string(wide)};
    }
    // A file that says 1252 and holds good UTF-8 is UTF-8: many banks never changed their header.
    if (base::is_utf8(bytes))
        return {.text = without_zeros(std::string(bytes)), .encoding = "UTF-8"};
    const bool says_utf8 = same_letters(declared, "utf-8") || same_letters(declared, "us-ascii") ||
                           same_letters(declared, "usascii") || same_letters(declared, "ascii");
    if (!declared.empty() && !says_utf8) {
        if (auto text = converted_from(name, bytes, true))
            return {.text = without_zeros(std::move(*text)), .encoding = name};
    }
    if (auto mended = mended_utf8(bytes))
        return {.text = without_zeros(std::move(*mended)), .encoding = "UTF-8"};
    if (std::string found = detected(bytes); !found.empty()) {
        if (auto text = converted_from(found, bytes, true))
            return {.text = without_zeros(std::move(*text)), .encoding = std::move(found)};
    }
    auto western = converted_from("windows-1252", bytes, false);
    return {.text = without_zeros(std::move(western).value_or("")), .encoding = "windows-1252"};
}

}  // namespace budgetplanner
