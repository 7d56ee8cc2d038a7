#include "platform/notify/message.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

#include "platform/base/digest.h"
#include "platform/base/error.h"
#include "platform/base/random.h"
#include "platform/base/text.h"

namespace notify {
namespace {

constexpr std::size_t address_bytes_max = 254;  // RFC 5321, 4.5.3.1.3
constexpr std::size_t local_bytes_max = 64;
constexpr std::size_t line_bytes_max = 76;
constexpr std::size_t subject_bytes_max = 500;

bool is_visible(char c) { return c > 0x20 && c < 0x7F; }

std::string date_header(std::int64_t now_ms) {
    const std::chrono::sys_seconds time{std::chrono::seconds(now_ms / 1000)};
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(time - day);
    static constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::array<char, 48> text{};
    const int size = std::snprintf(
        text.data(), text.size(), "%s, %u %s %d %02d:%02d:%02d +0000",
        days[std::chrono::weekday(day).c_encoding()], static_cast<unsigned>(date.day()),
        months[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
        static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
        static_cast<int>(clock.seconds().count())
    );
    return {text.data(), static_cast<std::size_t>(size)};
}

void check_visible(std::string_view field, std::string_view value) {
    const bool good = !value.empty() && value.size() <= 900 &&
                      std::ranges::all_of(value, is_visible) &&
                      value.find_first_of("<>") == std::string_view::npos;
    if (!good)
        throw base::Error::invalid(std::string(field), "This can't stand in the head of a mail.");
}

// The bytes of the next code point.
std::size_t next_length(std::string_view text) {
    std::size_t length = 1;
    while (length < text.size() && (static_cast<unsigned char>(text[length]) & 0xC0U) == 0x80U)
        ++length;
    return length;
}

void append_part(std::string& out, std::string_view type, std::string_view text) {
    out += "Content-Type: ";
    out += type;
    out += "; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n";
    out += quoted_printable(text);
}

std::string from_header(std::string_view from) {
    const std::string_view address = address_of(from);
    if (base::has_control(from) || from.find_first_of("\t\n") != std::string_view::npos ||
        from.find('<') != from.rfind('<'))
        throw base::Error::invalid("from", "Use an address, or a name and <an address>.");
    if (const std::string error = address_error(address); !error.empty())
        throw base::Error::invalid("from", error);
    if (address.size() == from.size()) return std::string(from);
    std::string_view name = base::trimmed(from.substr(0, from.find('<')));
    if (name.size() >= 2 && name.front() == '"' && name.back() == '"')
        name = name.substr(1, name.size() - 2);
    // A comma or a dot would need quotes, which an encoded word does without.
    const bool plain = std::ranges::all_of(name, [](char c) {
        return c == ' ' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
               (c >= 'A' && c <= 'Z');
    });
    const std::string shown = plain ? std::string(name) : "=?UTF-8?B?" + base::base64(name) + "?=";
    return shown + " <" + std::string(address) + ">";
}

}  // namespace

std::string address_error(std::string_view address) {
    const std::string refused = "Use one e-mail address, such as ann@example.org.";
    const std::size_t at = address.rfind('@');
    if (at == std::string_view::npos || at == 0 || at > local_bytes_max ||
        address.size() > address_bytes_max)
        return refused;
    if (!std::ranges::all_of(address, is_visible))
        return "Mail can only be sent to addresses in plain letters, digits and signs.";
    if (address.find_first_of("<>()[]\\,;:\"") != std::string_view::npos) return refused;
    if (address.find('@') != at) return refused;
    const std::string_view local = address.substr(0, at);
    if (local.starts_with('.') || local.ends_with('.') ||
        local.find("..") != std::string_view::npos)
        return refused;
    for (const std::string_view label : base::split(address.substr(at + 1), '.')) {
        const bool good = !label.empty() && label.size() <= 63 && label.front() != '-' &&
                          label.back() != '-' && std::ranges::all_of(label, [](char c) {
                              return c == '-' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                                     (c >= 'A' && c <= 'Z');
                          });
        if (!good) return refused;
    }
    return {};
}

std::string_view address_of(std::string_view from) {
    const std::size_t open = from.rfind('<');
    if (open == std::string_view::npos || !from.ends_with('>')) return from;
    return from.substr(open + 1, from.size() - open - 2);
}

std::string quoted_printable(std::string_view text) {
    static constexpr char digits[] = "0123456789ABCDEF";
    std::string out;
    std::size_t column = 0;
    const auto append = [&](std::string_view piece) {
        if (column + piece.size() > line_bytes_max - 1) {
            out += "=\r\n";
            column = 0;
        }
        out += piece;
        column += piece.size();
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool line_end = c == '\n' || (c == '\r' && text.substr(i + 1).starts_with('\n'));
        if (line_end) {
            if (c == '\r') ++i;
            out += "\r\n";
            column = 0;
            continue;
        }
        const std::string_view after = text.substr(i + 1);
        const bool ends_line =
            after.empty() || after.starts_with('\n') || after.starts_with("\r\n");
        const bool blank = c == ' ' || c == '\t';
        // A dot or "From " at a line's start is what some servers on the way change.
        const bool risky = column == 0 && (c == '.' || text.substr(i).starts_with("From "));
        if ((is_visible(c) && c != '=' && !risky) || (blank && !ends_line)) {
            append({&c, 1});
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        const char escaped[] = {'=', digits[byte >> 4U], digits[byte & 15U]};
        append({escaped, 3});
    }
    if (column > 0) out += "\r\n";
    return out;
}

std::string header_text(std::string_view text, std::size_t column) {
    std::string clean;
    for (const char c : text.substr(0, subject_bytes_max))
        clean += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? ' ' : c;
    while (!clean.empty() && !base::is_utf8(clean)) clean.pop_back();  // cut within a code point
    const bool plain = column + clean.size() <= line_bytes_max &&
                       clean.find("=?") == std::string::npos &&
                       std::ranges::all_of(clean, [](char c) { return is_visible(c) || c == ' '; });
    if (plain) return clean;
    constexpr std::string_view begin = "=?UTF-8?B?";
    constexpr std::size_t bytes_max = 45;  // 60 in base64, with the frame below 75
    std::string out;
    std::string word;
    const auto end_word = [&] {
        if (!out.empty()) out += "\r\n ";
        out += begin;
        out += base::base64(word);
        out += "?=";
        word.clear();
    };
    std::string_view rest = clean;
    while (!rest.empty()) {
        const std::size_t length = next_length(rest);
        const std::size_t most =
            out.empty() ? bytes_max - std::min(bytes_max / 2, column) : bytes_max;
        if (word.size() + length > most) end_word();
        word += rest.substr(0, length);
        rest.remove_prefix(length);
    }
    if (!word.empty()) end_word();
    return out;
}

std::string message(const Mail& mail, std::string_view from, std::int64_t now_ms) {
    if (const std::string error = address_error(mail.to); !error.empty())
        throw base::Error::invalid("to", error);
    check_visible("message_id", mail.message_id);
    std::string out = "Date: " + date_header(now_ms) + "\r\n";
    out += "From: " + from_header(from) + "\r\n";
    out += "To: " + mail.to + "\r\n";
    out += "Message-ID: <" + mail.message_id + ">\r\n";
    out += "Subject: " + header_text(mail.subject, 9) + "\r\n";
    if (!mail.unsubscribe.empty()) {
        check_visible("unsubscribe", mail.unsubscribe);
        out += "List-Unsubscribe: <" + mail.unsubscribe + ">\r\n";
        out += "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n";
    }
    out += "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n";
    if (mail.html.empty()) {
        append_part(out, "text/plain", mail.text);
        return out;
    }
    // Quoted-printable never writes "=_", so no text can hold the boundary.
    base::Sha256 digest;
    digest.add(mail.message_id);
    const std::string boundary = "=_" + base::hex(digest.end()).substr(0, 24);
    out += "Content-Type: multipart/alternative; boundary=\"" + boundary + "\"\r\n\r\n";
    out += "--" + boundary + "\r\n";
    append_part(out, "text/plain", mail.text);
    out += "--" + boundary + "\r\n";
    append_part(out, "text/html", mail.html);
    out += "--" + boundary + "--\r\n";
    return out;
}

}  // namespace notify
