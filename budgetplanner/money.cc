#include "budgetplanner/money.h"

#include <unicode/locid.h>
#include <unicode/numberformatter.h>
#include <unicode/ucurr.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/base/decimal.h"
#include "platform/base/text.h"

namespace budgetplanner {
namespace {

__extension__ using Wide = __int128;

constexpr std::size_t typed_bytes_max = 64;
constexpr std::int64_t percent_max = 1'000'000;

// ISO 4217 where it is not two. ICU's own numbers follow what is used in cash (no paras in Serbia,
// no cents in Lebanon), and would refuse the decimals that banks do write.
constexpr std::array<std::pair<std::string_view, std::uint8_t>, 26> decimals_of = {{
    {"BHD", 3}, {"BIF", 0}, {"CLF", 4}, {"CLP", 0}, {"DJF", 0}, {"GNF", 0}, {"IQD", 3},
    {"ISK", 0}, {"JOD", 3}, {"JPY", 0}, {"KMF", 0}, {"KRW", 0}, {"KWD", 3}, {"LYD", 3},
    {"OMR", 3}, {"PYG", 0}, {"RWF", 0}, {"TND", 3}, {"UGX", 0}, {"UYI", 0}, {"UYW", 4},
    {"VND", 0}, {"VUV", 0}, {"XAF", 0}, {"XOF", 0}, {"XPF", 0},
}};

Wide power(int exponent) {
    Wide result = 1;
    for (; exponent > 0; --exponent) result *= 10;
    return result;
}

std::optional<Money> fitted(Wide minor, const Currency& currency) {
    if (minor > minor_max || minor < -minor_max) return std::nullopt;
    return Money{.minor = static_cast<std::int64_t>(minor), .currency = currency};
}

// value / by, half to even; by > 0.
Wide half_even(Wide value, Wide by) {
    const bool negative = value < 0;
    const Wide amount = negative ? -value : value;
    Wide result = amount / by;
    const Wide rest = amount % by * 2;
    if (rest > by || (rest == by && result % 2 != 0)) ++result;
    return negative ? -result : result;
}

std::string places_message(const Currency& currency) {
    const std::string code(currency.code());
    if (currency.decimals() == 0) return "Write a whole number: " + code + " has no decimals.";
    return "Write at most " + std::to_string(currency.decimals()) + " decimals for " + code + ".";
}

// What separates thousands beside the two marks: blanks of three kinds and apostrophes of two.
constexpr std::array<std::string_view, 5> group_marks = {
    " ", "\xC2\xA0", "\xE2\x80\xAF", "'", "\xE2\x80\x99"
};

std::string without_groups(std::string_view typed) {
    std::string out;
    while (!typed.empty()) {
        const auto mark = std::ranges::find_if(group_marks, [&](std::string_view group) {
            return typed.starts_with(group);
        });
        if (mark == group_marks.end()) {
            out += typed.front();
            typed.remove_prefix(1);
        } else {
            typed.remove_prefix(mark->size());
        }
    }
    return out;
}

// Thousands between `mark`s: one to three digits, then threes. The part has only digits and marks.
bool grouped_by_thousands(std::string_view whole, char mark) {
    const auto parts = base::split(whole, mark);
    if (parts.front().empty() || parts.front().size() > 3) return false;
    return std::ranges::all_of(parts.begin() + 1, parts.end(), [](std::string_view part) {
        return part.size() == 3;
    });
}

}  // namespace

std::optional<Currency> Currency::find(std::string_view code) {
    if (code.size() != 3) return std::nullopt;
    std::array<UChar, 4> wide{};
    Currency currency;
    for (std::size_t i = 0; i < 3; ++i) {
        if (code[i] < 'A' || code[i] > 'Z') return std::nullopt;
        currency.code_[i] = code[i];
        wide[i] = static_cast<UChar>(code[i]);
    }
    // Past ones too: old statements are in francs.
    UErrorCode status = U_ZERO_ERROR;
    if (ucurr_isAvailable(wide.data(), -1e15, 1e15, &status) == 0 || U_FAILURE(status))
        return std::nullopt;
    const auto* known =
        std::ranges::find(decimals_of, code, [](const auto& each) { return each.first; });
    if (known != decimals_of.end()) currency.decimals_ = known->second;
    return currency;
}

base::Decimal decimal(const Money& money) { return {money.minor, money.currency.decimals()}; }

std::string text(const Money& money) { return decimal(money).text(); }

std::string shown(const Money& money, std::string_view locale) {
    using icu::number::LocalizedNumberFormatter;
    // Making one takes longer than formatting a page of amounts with it.
    static thread_local std::map<std::pair<std::string, std::string>, LocalizedNumberFormatter>
        formatters;
    constexpr std::size_t formatters_max = 64;
    std::pair<std::string, std::string> key(money.currency.code(), locale);
    auto found = formatters.find(key);
    UErrorCode status = U_ZERO_ERROR;
    if (found == formatters.end()) {
        if (formatters.size() >= formatters_max) formatters.clear();
        const icu::CurrencyUnit unit(icu::StringPiece(key.first), status);
        const icu::Locale place = icu::Locale::forLanguageTag(key.second, status);
        auto formatter =
            icu::number::NumberFormatter::withLocale(
                U_SUCCESS(status) ? place : icu::Locale::getEnglish()
            )
                .unit(unit)
                .precision(icu::number::Precision::fixedFraction(money.currency.decimals()));
        found = formatters.emplace(std::move(key), std::move(formatter)).first;
    }
    status = U_ZERO_ERROR;
    const std::string digits = text(money);
    std::string out;
    found->second.formatDecimal(digits, status).toString(status).toUTF8String(out);
    if (U_FAILURE(status)) return digits + " " + std::string(money.currency.code());
    return out;
}

std::optional<Money> of_minor(std::int64_t minor, const Currency& currency) {
    return fitted(minor, currency);
}

std::optional<Money> exactly(const base::Decimal& amount, const Currency& currency) {
    Wide units = amount.units();
    int scale = amount.scale();
    for (; scale > currency.decimals(); --scale) {
        if (units % 10 != 0) return std::nullopt;
        units /= 10;
    }
    return fitted(units * power(currency.decimals() - scale), currency);
}

std::expected<Money, std::string> parse_money(std::string_view text, const Currency& currency) {
    const auto amount = base::Decimal::parse(text);
    if (!amount) {
        const std::string example = currency.decimals() == 0 ? "1200" : "12.50";
        return std::unexpected("Write an amount such as " + example + ".");
    }
    const auto money = exactly(*amount, currency);
    if (money) return *money;
    // Either it is too fine or too large: what rounding makes fit was too fine.
    if (exactly(amount->rounded(currency.decimals()), currency))
        return std::unexpected(places_message(currency));
    return std::unexpected(std::string("Write a smaller amount."));
}

std::expected<Money, std::string> parse_typed(std::string_view typed, const Currency& currency) {
    const std::string_view trimmed = base::trimmed(typed);
    if (trimmed.size() > typed_bytes_max)
        return std::unexpected(std::string("Write a shorter amount."));
    std::string digits = without_groups(trimmed);
    std::string sign;
    constexpr std::string_view long_minus = "\xE2\x88\x92";
    if (digits.starts_with(long_minus)) {
        digits.replace(0, long_minus.size(), "-");
    }
    if (digits.starts_with('-') || digits.starts_with('+')) {
        if (digits.front() == '-') sign = "-";
        digits.erase(0, 1);
    }
    const std::size_t last = digits.find_last_of(".,");
    if (last == std::string::npos) return parse_money(sign + digits, currency);

    const char mark = digits[last];
    const char other = mark == '.' ? ',' : '.';
    const std::string whole = digits.substr(0, last);
    const std::string fraction = digits.substr(last + 1);
    const bool mark_again = whole.contains(mark);
    const bool both = whole.contains(other);
    if (mark_again) {
        // 1.234.567: only thousands can come twice, and then there are no decimals behind.
        if (both || !grouped_by_thousands(digits, mark))
            return std::unexpected(std::string("Write an amount such as 1234.50."));
        std::erase(digits, mark);
        return parse_money(sign + digits, currency);
    }
    if (both && !grouped_by_thousands(whole, other))
        return std::unexpected(std::string("Write an amount such as 1234.50."));
    const bool thousands = !both && fraction.size() == 3 && grouped_by_thousands(digits, mark) &&
                           !whole.starts_with('0');
    if (thousands && currency.decimals() == 0) {
        return parse_money(sign + whole + fraction, currency);
    }
    if (thousands)
        return std::unexpected(
            "Write " + whole + fraction + " or " + whole + "." + fraction.substr(0, 2) +
            ": it is unclear which is meant."
        );
    std::string plain = whole;
    std::erase(plain, other);
    return parse_money(sign + plain + "." + fraction, currency);
}

std::optional<Money> plus(const Money& left, const Money& right) {
    if (left.currency != right.currency) return std::nullopt;
    return fitted(Wide{left.minor} + right.minor, left.currency);
}

std::optional<Money> minus(const Money& left, const Money& right) {
    return plus(left, negated(right));
}

Money negated(const Money& money) { return {.minor = -money.minor, .currency = money.currency}; }

std::expected<base::Decimal, std::string> parse_rate(std::string_view text) {
    const auto rate = base::Decimal::parse(text);
    if (!rate || rate->units() <= 0)
        return std::unexpected(
            std::string("Write a rate above zero with at most nine decimals, such as 1.0825.")
        );
    return *rate;
}

std::optional<Money> converted(const Money& money, const base::Decimal& rate, const Currency& to) {
    if (rate.units() <= 0) return std::nullopt;
    // 10^15 × 10^18 × 10^4 fits 128 bits.
    Wide units = Wide{money.minor} * rate.units();
    int scale = rate.scale() + money.currency.decimals() - to.decimals();
    if (scale < 0) {
        units *= power(-scale);
        scale = 0;
    }
    return fitted(half_even(units, power(scale)), to);
}

std::vector<Money> split(const Money& money, std::span<const std::int64_t> weights) {
    Wide total = 0;
    for (const std::int64_t weight : weights) {
        if (weight < 0) return {};
        total += weight;
    }
    if (total == 0) return {};
    const bool negative = money.minor < 0;
    const Wide amount = negative ? -Wide{money.minor} : Wide{money.minor};

    struct Share {
        std::size_t index;
        Wide rest;
    };
    std::vector<Money> parts;
    std::vector<Share> shares;
    std::int64_t left = static_cast<std::int64_t>(amount);
    for (std::size_t i = 0; i < weights.size(); ++i) {
        const Wide product = amount * weights[i];
        const auto minor = static_cast<std::int64_t>(product / total);
        parts.push_back({.minor = minor, .currency = money.currency});
        shares.push_back({.index = i, .rest = product % total});
        left -= minor;
    }
    std::ranges::sort(shares, [](const Share& a, const Share& b) {
        return a.rest != b.rest ? a.rest > b.rest : a.index < b.index;
    });
    for (std::size_t i = 0; left > 0; ++i, --left) ++parts[shares[i].index].minor;
    if (negative)
        for (Money& part : parts) part = negated(part);
    return parts;
}

std::optional<std::int64_t> percent(const Money& part, const Money& whole) {
    if (part.currency != whole.currency || whole.minor <= 0) return std::nullopt;
    const Wide result = Wide{part.minor} * 100 / whole.minor;
    return static_cast<std::int64_t>(std::clamp<Wide>(result, -percent_max, percent_max));
}

}  // namespace budgetplanner
