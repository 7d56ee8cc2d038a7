#include "platform/auth/password_rules.h"

#include <algorithm>
#include <unordered_set>

#include "platform/base/text.h"

namespace auth {
namespace {

constexpr std::string_view common_text =
#include "platform/auth/common_passwords.inc"
    ;

const std::unordered_set<std::string_view>& common() {
    static const std::unordered_set<std::string_view> passwords = [] {
        std::unordered_set<std::string_view> made;
        for (const std::string_view line : base::split(common_text, '\n'))
            if (!line.empty()) made.insert(line);
        return made;
    }();
    return passwords;
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80; }

// "p@ssw0rd" is "password" to whoever guesses.
std::string without_disguise(std::string_view text) {
    std::string plain(text);
    for (char& c : plain) {
        switch (c) {
            case '0':
                c = 'o';
                break;
            case '1':
            case '!':
                c = 'i';
                break;
            case '3':
                c = 'e';
                break;
            case '4':
            case '@':
                c = 'a';
                break;
            case '5':
            case '$':
                c = 's';
                break;
            case '7':
                c = 't';
                break;
            default:
                break;
        }
    }
    return plain;
}

// A common word with digits or signs around it, or a common password in disguise.
bool is_common(std::string_view text) {
    if (common().contains(text) || common().contains(without_disguise(text))) return true;
    const auto first = std::ranges::find_if(text, is_letter);
    if (first == text.end()) return false;
    std::string_view word = text.substr(static_cast<std::size_t>(first - text.begin()));
    while (!is_letter(word.back())) word.remove_suffix(1);
    return common().contains(word) || common().contains(without_disguise(word));
}

bool repeats(std::string_view text) {
    constexpr std::size_t different_least = 4;
    std::unordered_set<char> different(text.begin(), text.end());
    if (different.size() < different_least) return true;
    constexpr std::size_t period_max = 6;
    for (std::size_t period = 1; period <= period_max && period * 2 <= text.size(); ++period) {
        if (text.substr(period) == text.substr(0, text.size() - period)) return true;
    }
    return false;
}

// How many steps go to the neighbour on a keyboard's row, in the alphabet or among the digits.
bool walks(std::string_view text) {
    constexpr std::string_view rows[] = {
        "abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm"
    };
    std::size_t steps = 0;
    for (std::size_t i = 1; i < text.size(); ++i) {
        const std::string forth{text[i - 1], text[i]};
        const std::string back{text[i], text[i - 1]};
        steps += std::ranges::any_of(rows, [&](std::string_view row) {
            return row.contains(forth) || row.contains(back);
        });
    }
    return steps * 10 >= (text.size() - 1) * 8;
}

void remove_all(std::string& text, std::string_view part) {
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at))
        text.erase(at, part.size());
}

// Whether less than half of what is asked for remains once the names are taken out.
bool is_names(std::string_view text, const std::vector<std::string>& names) {
    constexpr std::size_t name_least = 3;
    std::string rest(text);
    bool found = false;
    std::vector<std::string> parts;
    for (const std::string& name : names) {
        std::string whole = base::folded(name);
        remove_all(whole, " ");
        parts.push_back(std::move(whole));
        for (std::string& word : base::words(name)) parts.push_back(std::move(word));
    }
    std::ranges::sort(parts, std::ranges::greater(), [](const std::string& part) {
        return part.size();
    });
    for (const std::string& part : parts) {
        if (part.size() < name_least || !rest.contains(part)) continue;
        found = true;
        remove_all(rest, part);
    }
    return found && base::length(rest) < password_length_least / 2;
}

std::string_view complaint(std::string_view password, const std::vector<std::string>& names) {
    if (!base::is_utf8(password) || base::has_control(password))
        return "The password has a character that can't be typed everywhere; leave it out.";
    const std::size_t length = base::length(password);
    if (length < password_length_least)
        return "Use at least 10 characters; three or four words that only you would put together "
               "are easy to remember.";
    if (length > password_length_max) return "Use at most 200 characters.";
    std::string text = base::folded(password);
    remove_all(text, " ");
    if (text.empty() || repeats(text))
        return "The password repeats itself; use several different words.";
    if (is_names(text, names))
        return "The password is little more than a name; use words that others would not guess.";
    if (is_common(text))
        return "Many people use this password, so it is tried first; choose another.";
    if (walks(text)) return "The password follows the keyboard or the alphabet; choose another.";
    return {};
}

}  // namespace

base::FieldErrors check_password(
    std::string_view password, const std::vector<std::string>& names, std::string_view field
) {
    const std::string_view why = complaint(password, names);
    if (why.empty()) return {};
    return {{.field = std::string(field), .message = std::string(why)}};
}

}  // namespace auth
