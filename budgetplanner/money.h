// Money: exact amounts in minor units of one currency. No binary floating point anywhere.
//
// An amount is a count of minor units (cents) of at most 10^15 either way, so that sums of many fit
// 64 bits. A currency knows its number of decimals (ISO 4217: 0, 2, 3 or 4). What would not fit, and
// what mixes two currencies, gives nullopt, never a wrong number. In JSON an amount is the text
// "12.34", in tables a number of the same digits. Values only; safe from any thread.
//   const auto eur = Currency::find("EUR");
//   const auto price = parse_money("12.34", *eur);      // 1234 minor units
//   const auto parts = split(*price, {1, 1, 1});        // 4.12, 4.11, 4.11: nothing is lost
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/decimal.h"

namespace budgetplanner {

class Currency {
  public:
    Currency() = default;  // none: the code that ISO keeps for it, two decimals
    // By its ISO 4217 code in capitals, present or past; unknown codes and other spellings: nullopt.
    [[nodiscard]] static std::optional<Currency> find(std::string_view code);

    [[nodiscard]] std::string_view code() const { return {code_.data(), code_.size()}; }
    [[nodiscard]] int decimals() const { return decimals_; }
    auto operator<=>(const Currency&) const = default;

  private:
    std::array<char, 3> code_ = {'X', 'X', 'X'};
    std::uint8_t decimals_ = 2;
};

inline constexpr std::int64_t minor_max = 1'000'000'000'000'000;

struct Money {
    std::int64_t minor = 0;
    Currency currency;
    bool operator==(const Money&) const = default;
};

// "-12.30" with the currency's own number of decimals, "1200" where it has none.
[[nodiscard]] std::string text(const Money& money);
// As people read it: "1.234,50 €" for a German. An unknown locale is read as English.
[[nodiscard]] std::string shown(const Money& money, std::string_view locale);

// As text() writes it; fewer decimals are fine ("12", "12.3"), more only as zeros. The error is a
// sentence that says what to write instead.
[[nodiscard]] std::expected<Money, std::string> parse_money(
    std::string_view text, const Currency& currency
);
// As people type it: either mark for the decimals, thousands grouped by mark, blank or apostrophe.
// Text that could be read in two ways ("1,234" in euros) is refused.
[[nodiscard]] std::expected<Money, std::string> parse_typed(
    std::string_view text, const Currency& currency
);
// nullopt if it has more places than the currency, or is too large.
[[nodiscard]] std::optional<Money> exactly(const base::Decimal& amount, const Currency& currency);
[[nodiscard]] std::optional<Money> of_minor(std::int64_t minor, const Currency& currency);
[[nodiscard]] base::Decimal decimal(const Money& money);

[[nodiscard]] std::optional<Money> plus(const Money& left, const Money& right);
[[nodiscard]] std::optional<Money> minus(const Money& left, const Money& right);
[[nodiscard]] Money negated(const Money& money);

// A rate is units of `to` for one unit of the amount's currency, as decimal text above zero.
[[nodiscard]] std::expected<base::Decimal, std::string> parse_rate(std::string_view text);
// Half a minor unit goes to the even neighbour. nullopt: too large, or no rate above zero.
[[nodiscard]] std::optional<Money> converted(
    const Money& money, const base::Decimal& rate, const Currency& to
);

// Shares by weight whose sum is the amount: each is rounded towards zero, and what is left goes, a
// minor unit each, to the largest remainders, the earlier first. Weights are >= 0 and not all 0,
// else nothing comes back.
[[nodiscard]] std::vector<Money> split(const Money& money, std::span<const std::int64_t> weights);

// How many whole percent of `whole` the part is, rounded towards zero so that 100 is said only when
// it is reached; held to a million either way. nullopt: another currency, or a whole that is not > 0.
[[nodiscard]] std::optional<std::int64_t> percent(const Money& part, const Money& whole);

}  // namespace budgetplanner
