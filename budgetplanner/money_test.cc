#include "budgetplanner/money.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace budgetplanner {
namespace {

Currency currency(std::string_view code) { return Currency::find(code).value(); }
Money money(std::string_view amount, std::string_view code = "EUR") {
    return parse_money(amount, currency(code)).value();
}
std::string typed(std::string_view amount, std::string_view code = "EUR") {
    const auto read = parse_typed(amount, currency(code));
    return read ? text(*read) : "refused";
}

TEST(Money, ACurrencyHasItsIsoDecimals) {
    EXPECT_EQ(currency("EUR").decimals(), 2);
    EXPECT_EQ(currency("JPY").decimals(), 0);
    EXPECT_EQ(currency("KWD").decimals(), 3);
    EXPECT_EQ(currency("CLF").decimals(), 4);
    EXPECT_EQ(currency("RSD").decimals(), 2) << "banks write paras, though no coin is left";
    EXPECT_EQ(currency("FRF").decimals(), 2) << "old statements are in francs";
    for (const char* unknown : {"", "EU", "EURO", "eur", "ZZQ", "E1R"})
        EXPECT_FALSE(Currency::find(unknown)) << unknown;
}

TEST(Money, TextHasTheCurrencysOwnDecimals) {
    EXPECT_EQ(text(money("12.3")), "12.30");
    EXPECT_EQ(text(money("-0.05")), "-0.05");
    EXPECT_EQ(text(money("1200", "JPY")), "1200");
    EXPECT_EQ(text(money("1.5", "KWD")), "1.500");
    EXPECT_EQ(money("12.3000").minor, 1230) << "zeros behind the last place are no places";
}

TEST(Money, WhatIsTooFineOrTooLargeIsRefusedWithWords) {
    EXPECT_EQ(parse_money("1.234", currency("EUR")).error(), "Write at most 2 decimals for EUR.");
    EXPECT_EQ(
        parse_money("1.5", currency("JPY")).error(), "Write a whole number: JPY has no decimals."
    );
    EXPECT_EQ(money("10000000000000").minor, minor_max);
    EXPECT_EQ(parse_money("10000000000000.01", currency("EUR")).error(), "Write a smaller amount.");
    EXPECT_EQ(
        parse_money("99999999999999.999", currency("EUR")).error(), "Write a smaller amount."
    );
    for (const char* bad : {"", " 1", "1,5", "1e3", "--1", "1.", ".5", "abc", "\xFF"})
        EXPECT_FALSE(parse_money(bad, currency("EUR"))) << bad;
}

TEST(Money, PeopleTypeEitherMark) {
    EXPECT_EQ(typed("12,5"), "12.50");
    EXPECT_EQ(typed(" 12.50 "), "12.50");
    EXPECT_EQ(typed("1.234,50"), "1234.50");
    EXPECT_EQ(typed("1,234.50"), "1234.50");
    EXPECT_EQ(typed("1'234.50"), "1234.50");
    EXPECT_EQ(
        typed("1\xE2\x80\xAF"
              "234,50"),
        "1234.50"
    );
    EXPECT_EQ(typed("1.234.567"), "1234567.00");
    EXPECT_EQ(typed("-3"), "-3.00");
    EXPECT_EQ(
        typed("\xE2\x88\x92"
              "3,10"),
        "-3.10"
    );
    EXPECT_EQ(typed("+3"), "3.00");
    EXPECT_EQ(typed("1,234", "JPY"), "1234");
    EXPECT_EQ(typed("0.125", "KWD"), "0.125");
    EXPECT_EQ(typed("0,50"), "0.50");
}

TEST(Money, WhatCouldBeReadInTwoWaysIsRefused) {
    EXPECT_EQ(
        parse_typed("1,234", currency("EUR")).error(),
        "Write 1234 or 1.23: it is unclear which is meant."
    );
    for (const char* bad :
         {"1.234", "1,23,45", "1.2.3", "12,34.5", "1,2345.00", "1.234.56", ",", "-", "1-", "12 EUR",
          "1.234,567.8"})
        EXPECT_EQ(typed(bad), "refused") << bad;
    EXPECT_EQ(typed("1.234", "KWD"), "refused");
    EXPECT_EQ(typed(std::string(1000, '1')), "refused");
}

TEST(Money, IsShownAsTheReaderWritesIt) {
    EXPECT_EQ(shown(money("1234.5"), "de"), "1.234,50\u00A0€");
    EXPECT_EQ(shown(money("-1234.5", "USD"), "en-US"), "-$1,234.50");
    EXPECT_EQ(shown(money("1200", "JPY"), "ja"), "￥1,200");
    EXPECT_EQ(shown(money("9.99"), "no such place"), "€9.99");
    EXPECT_EQ(shown(money("12.34", "RSD"), "en"), "RSD\u00A012.34");
}

TEST(Money, TwoCurrenciesNeverAddUp) {
    EXPECT_EQ(plus(money("1.10"), money("2.20")), money("3.30"));
    EXPECT_EQ(minus(money("1.10"), money("2.20")), money("-1.10"));
    EXPECT_FALSE(plus(money("1"), money("1", "USD")));
    EXPECT_FALSE(plus(money("10000000000000"), money("0.01")));
}

TEST(Money, ARateRoundsHalfToTheEvenNeighbour) {
    const auto convert = [](std::string_view amount, std::string_view rate, const char* from,
                            const char* to) {
        return text(converted(money(amount, from), parse_rate(rate).value(), currency(to)).value());
    };
    EXPECT_EQ(convert("0.05", "0.5", "EUR", "USD"), "0.02");
    EXPECT_EQ(convert("0.07", "0.5", "EUR", "USD"), "0.04");
    EXPECT_EQ(convert("-0.05", "0.5", "EUR", "USD"), "-0.02");
    EXPECT_EQ(convert("0.051", "0.5", "KWD", "EUR"), "0.03");
    EXPECT_EQ(convert("1000", "0.0061", "JPY", "EUR"), "6.10");
    EXPECT_EQ(convert("10.01", "163.5", "EUR", "JPY"), "1637");
    EXPECT_EQ(convert("1", "0.307", "USD", "KWD"), "0.307");
    for (const char* bad : {"0", "-1", "1,5", "", "0.0000000001"})
        EXPECT_FALSE(parse_rate(bad)) << bad;
    EXPECT_FALSE(converted(money("10000000000000"), parse_rate("1.1").value(), currency("USD")));
}

TEST(Money, ASplitLosesNothing) {
    const auto parts = split(money("10"), std::vector<std::int64_t>{1, 1, 1});
    ASSERT_EQ(parts.size(), 3U);
    EXPECT_EQ(text(parts[0]), "3.34");
    EXPECT_EQ(text(parts[1]), "3.33");
    EXPECT_EQ(text(parts[2]), "3.33");
    EXPECT_TRUE(split(money("1"), {}).empty());
    EXPECT_TRUE(split(money("1"), std::vector<std::int64_t>{0, 0}).empty());
    EXPECT_TRUE(split(money("1"), std::vector<std::int64_t>{2, -1}).empty());

    std::mt19937_64 random(4);
    for (int round = 0; round < 2000; ++round) {
        const char* code = round % 3 == 0 ? "JPY" : round % 3 == 1 ? "EUR" : "KWD";
        const auto whole = of_minor(
            static_cast<std::int64_t>(random() % (2 * minor_max)) - minor_max, currency(code)
        );
        std::vector<std::int64_t> weights(random() % 9 + 1);
        for (auto& weight : weights) weight = static_cast<std::int64_t>(random() % 1000);
        weights.back() += 1;
        const auto shares = split(whole.value(), weights);
        std::int64_t sum = 0;
        for (std::size_t i = 0; i < shares.size(); ++i) {
            sum += shares[i].minor;
            if (weights[i] == 0) {
                EXPECT_EQ(shares[i].minor, 0);
            }
        }
        EXPECT_EQ(sum, whole->minor) << "round " << round;
    }
}

TEST(Money, TextAndParserAreEachOthersInverse) {
    std::mt19937_64 random(5);
    for (int round = 0; round < 2000; ++round) {
        const char* code = round % 3 == 0 ? "JPY" : round % 3 == 1 ? "EUR" : "KWD";
        const auto minor = static_cast<std::int64_t>(random() % (2 * minor_max)) - minor_max;
        const Money amount = of_minor(minor >> (random() % 50), currency(code)).value();
        EXPECT_EQ(parse_money(text(amount), amount.currency), amount);
        if (amount.currency.decimals() == 2) {
            EXPECT_EQ(parse_typed(text(amount), amount.currency), amount);
        }
        EXPECT_EQ(exactly(decimal(amount), amount.currency), amount);
    }
}

TEST(Money, PercentSaysAHundredOnlyWhenItIsReached) {
    EXPECT_EQ(percent(money("99.99"), money("100")), 99);
    EXPECT_EQ(percent(money("100"), money("100")), 100);
    EXPECT_EQ(percent(money("-1"), money("100")), -1);
    EXPECT_EQ(percent(money("10000000000000"), money("0.01")), 1'000'000);
    EXPECT_FALSE(percent(money("1"), money("0")));
    EXPECT_FALSE(percent(money("1"), money("1", "USD")));
}

}  // namespace
}  // namespace budgetplanner
