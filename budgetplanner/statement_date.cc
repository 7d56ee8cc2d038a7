#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "budgetplanner/statement.h"
#include "budgetplanner/statement_read.h"
#include "platform/base/clock.h"
#include "platform/base/text.h"

namespace budgetplanner {
namespace {

constexpr int day_of_month_max = 31;
constexpr int months = 12;
constexpr std::size_t date_bytes_max = 64;

bool digit(char c) { return c >= '0' && c <= '9'; }
bool letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           static_cast<unsigned char>(c) >= 0x80;
}

// Beginnings of the months' names, folded, in the languages of common exports; longer ones first
// where one begins another.
constexpr std::array<std::pair<std::string_view, int>, 38> month_names = {{
    {"juin", 6}, {"juil", 7}, {"jan", 1},  {"ene", 1},  {"gen", 1},  {"sty", 1},  {"feb", 2},
    {"fev", 2},  {"lut", 2},  {"mar", 3},  {"mrz", 3},  {"mrt", 3},  {"maa", 3},  {"apr", 4},
    {"avr", 4},  {"abr", 4},  {"kwi", 4},  {"may", 5},  {"mai", 5},  {"mei", 5},  {"mag", 5},
    {"maj", 5},  {"jun", 6},  {"giu", 6},  {"jul", 7},  {"lug", 7},  {"aug", 8},  {"ago", 8},
    {"aou", 8},  {"sep", 9},  {"set", 9},  {"oct", 10}, {"okt", 10}, {"out", 10}, {"ott", 10},
    {"nov", 11}, {"dec", 12}, {"dez", 12},
}};

int month_of(std::string_view word) {
    const std::string folded = base::folded(word);
    for (const auto& [start, month] : month_names)
        if (folded.starts_with(start)) return month;
    return folded.starts_with("dic") ? months : 0;
}

// The time of day goes, wherever it stands: what has a colon, and what clings to it.
std::string without_time(std::string_view text) {
    std::string out;
    std::size_t at = 0;
    while (at < text.size()) {
        std::size_t end = text.find_first_of(" \t,", at);
        if (end == std::string_view::npos) end = text.size();
        std::string_view word = text.substr(at, end - at);
        const std::size_t t = word.find('T');
        if (t != std::string_view::npos && t > 0 && digit(word[t - 1])) word = word.substr(0, t);
        if (!word.contains(':')) (out += word) += ' ';
        at = end + 1;
    }
    return out;
}

struct Token {
    std::string_view text;
    bool number;
};

// Runs of digits and runs of letters; at most six, as more is no date.
std::optional<std::vector<Token>> tokens_of(std::string_view text) {
    std::vector<Token> tokens;
    for (std::size_t i = 0; i < text.size();) {
        const bool number = digit(text[i]);
        if (!number && !letter(text[i])) {
            if (!std::string_view(" \t-./'#").contains(text[i])) return std::nullopt;
            ++i;
            continue;
        }
        const std::size_t start = i;
        while (i < text.size() && (number ? digit(text[i]) : letter(text[i]))) ++i;
        tokens.push_back({.text = text.substr(start, i - start), .number = number});
        if (tokens.size() > 6) return std::nullopt;
    }
    return tokens;
}

int value_of(std::string_view digits) {
    int value = 0;
    for (const char c : digits) value = value * 10 + (c - '0');
    return value;
}

// 20260503, 03052026 and 260503 are cut into their three parts; the year's place tells the cut.
std::optional<DateParts> cut(std::string_view run) {
    DateParts parts;
    std::array<std::size_t, 3> lengths = {2, 2, 2};
    if (run.size() == 14) run = run.substr(0, 8);
    if (run.size() == 8) {
        const int front = value_of(run.substr(0, 4));
        lengths = front >= 1900 && front < 2200 ? std::array<std::size_t, 3>{4, 2, 2}
                                                : std::array<std::size_t, 3>{2, 2, 4};
    } else if (run.size() != 6) {
        return std::nullopt;
    }
    for (std::size_t i = 0, at = 0; i < 3; at += lengths[i], ++i) {
        parts.numbers[i] = value_of(run.substr(at, lengths[i]));
        parts.digits[i] = static_cast<int>(lengths[i]);
    }
    return parts;
}

int year_of(int number, int digits) {
    // "099" is a program's count from 1900; of two digits the years since 1970 are meant.
    if (digits == 3) return 1900 + number;
    if (digits > 2) return number;
    return number + (number < 70 ? 2000 : 1900);
}

std::string padded(int number, int width) {
    std::string text = std::to_string(number);
    if (static_cast<int>(text.size()) < width)
        text.insert(0, static_cast<std::size_t>(width) - text.size(), '0');
    return text;
}

std::optional<std::string> day(int year, int month, int day_of_month) {
    std::string text = padded(year, 4) + "-" + padded(month, 2) + "-" + padded(day_of_month, 2);
    if (!base::is_date(text)) return std::nullopt;
    return text;
}

// Day and year beside a month's name: the year has more digits, or stands behind.
std::optional<std::string> with_month_name(const DateParts& parts) {
    const bool year_front = parts.digits[0] > 2;
    const std::size_t year = year_front ? 0 : 1;
    return day(
        year_of(parts.numbers[year], parts.digits[year]), parts.month, parts.numbers[1 - year]
    );
}

}  // namespace

std::optional<DateParts> date_parts(std::string_view text) {
    if (text.size() > date_bytes_max) return std::nullopt;
    const std::string bare = text.contains(':') || text.contains('T') || text.contains(',')
                                 ? without_time(text)
                                 : std::string(text);
    const auto tokens = tokens_of(bare);
    if (!tokens) return std::nullopt;
    DateParts parts;
    std::size_t count = 0;
    for (const Token& token : *tokens) {
        if (token.number) {
            if (tokens->size() == 1) return cut(token.text);
            if (count == 3 || token.text.size() > 4) return std::nullopt;
            parts.numbers[count] = value_of(token.text);
            parts.digits[count++] = static_cast<int>(token.text.size());
        } else if (const int month = month_of(token.text); month != 0) {
            if (parts.month != 0) return std::nullopt;
            parts.month = month;
        }
    }
    if (count != (parts.month == 0 ? 3U : 2U)) return std::nullopt;
    return parts;
}

std::optional<std::string> date_in_order(const DateParts& parts, DateOrder order) {
    if (parts.month != 0) return with_month_name(parts);
    const auto& n = parts.numbers;
    // A year of four digits tells its place, whatever the rest of the file does.
    if (parts.digits[0] > 2 || (order == DateOrder::ymd && parts.digits[2] <= 2))
        return day(year_of(n[0], parts.digits[0]), n[1], n[2]);
    if (order == DateOrder::ymd) return std::nullopt;
    const bool day_first = order == DateOrder::dmy;
    return day(year_of(n[2], parts.digits[2]), day_first ? n[1] : n[0], day_first ? n[0] : n[1]);
}

std::optional<std::string> compact_date(std::string_view text) {
    if (text.size() < 8 || !std::ranges::all_of(text.substr(0, 8), digit)) return std::nullopt;
    return day(
        value_of(text.substr(0, 4)), value_of(text.substr(4, 2)), value_of(text.substr(6, 2))
    );
}

void DateVotes::add(const DateParts& parts, bool dotted) {
    if (parts.month != 0) return;
    const auto& n = parts.numbers;
    if (parts.digits[0] > 2 || n[0] > day_of_month_max)
        ++year_first_;
    else if (n[0] > months && n[1] <= months)
        ++day_first_;
    else if (n[1] > months && n[0] <= months)
        ++month_first_;
    else if (dotted)
        ++dotted_;
    else if (n[0] != n[1])
        ++open_;
}

DateOrder DateVotes::order(DecimalMark mark) const {
    if (year_first_ > day_first_ + month_first_) return DateOrder::ymd;
    if (day_first_ != month_first_)
        return day_first_ > month_first_ ? DateOrder::dmy : DateOrder::mdy;
    // Nothing tells. Who writes a comma for the decimals writes the day first.
    return dotted_ > 0 || mark == DecimalMark::comma ? DateOrder::dmy : DateOrder::mdy;
}

bool DateVotes::sure() const {
    const int kinds =
        (year_first_ > 0 ? 1 : 0) + (day_first_ > 0 ? 1 : 0) + (month_first_ > 0 ? 1 : 0);
    if (kinds > 1) return false;
    return kinds == 1 || open_ == 0;
}

}  // namespace budgetplanner
