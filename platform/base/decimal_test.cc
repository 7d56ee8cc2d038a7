#include "platform/base/decimal.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace {

using base::Decimal;

Decimal of(std::string_view text) { return Decimal::parse(text).value(); }

TEST(Decimal, KeepsItsScale) {
    for (const char* text :
         {"0", "7", "-7", "12.50", "-0.05", "0.000000001", "999999999999999999",
          "123456789.123456789"})
        EXPECT_EQ(of(text).text(), text);
    EXPECT_EQ(of("12.50").plain(), "12.5");
    EXPECT_EQ(of("100").plain(), "100");
    EXPECT_EQ(of("100.000").plain(), "100");
    EXPECT_EQ(of("0.00").plain(), "0");
}

TEST(Decimal, WhatIsNoPlainNumberIsRefused) {
    for (const char* text :
         {"", "-", ".", ".5", "5.", "1e2", " 1", "1 ", "+1", "--1", "1.2.3", "1,5", "0x1",
          "1234567890123456789", "0.1234567890", "nan", "1-"})
        EXPECT_FALSE(Decimal::parse(text)) << text;
}

TEST(Decimal, ComparesByAmount) {
    EXPECT_EQ(of("1.50"), of("1.5"));
    EXPECT_EQ(of("-0"), of("0.000"));
    EXPECT_LT(of("-1"), of("0.1"));
    EXPECT_GT(of("100"), of("99.999999999"));
    EXPECT_LT(of("999999999999999998"), of("999999999999999999"));
}

TEST(Decimal, RoundsHalfAwayFromZero) {
    EXPECT_EQ(of("2.345").text(2), "2.35");
    EXPECT_EQ(of("-2.345").text(2), "-2.35");
    EXPECT_EQ(of("2.344").text(2), "2.34");
    EXPECT_EQ(of("2.5").text(0), "3");
    EXPECT_EQ(of("1").text(2), "1.00");
    EXPECT_EQ(of("999999999999999999").text(3), "999999999999999999.000");
    EXPECT_EQ(of("0.995").rounded(2), of("1"));
}

TEST(Decimal, CountsExactly) {
    EXPECT_EQ(of("0.1").plus(of("0.2")), of("0.3"));
    EXPECT_EQ(of("10").minus(of("0.01")), of("9.99"));
    EXPECT_EQ(of("1.1").times(of("1.1")), of("1.21"));
    EXPECT_EQ(of("2").over(of("3"), 4)->text(), "0.6667");
    EXPECT_EQ(of("-2").over(of("3"), 4)->text(), "-0.6667");
    EXPECT_EQ(of("37").over(of("40"), 2)->text(), "0.93");
    EXPECT_FALSE(of("1").over(of("0.00"), 2));
}

TEST(Decimal, WhatDoesNotFitIsNoNumber) {
    const Decimal most = of("999999999999999999");
    EXPECT_FALSE(most.plus(of("1")));
    EXPECT_FALSE(most.times(of("2")));
    EXPECT_FALSE(of("0.000000001").times(of("0.1")));
    EXPECT_FALSE(most.over(of("0.1"), 0));
    EXPECT_EQ(most.plus(of("0.0")), most) << "zeros take no room";
}

TEST(Decimal, LawsHoldForAnyNumbers) {
    std::mt19937_64 random(11);
    std::uniform_int_distribution<std::int64_t> units(-1'000'000'000, 1'000'000'000);
    std::uniform_int_distribution<int> scale(0, 4);
    const auto any = [&] { return Decimal(units(random), scale(random)); };
    for (int i = 0; i < 20'000; ++i) {
        const Decimal a = any();
        const Decimal b = any();
        const Decimal c = any();
        ASSERT_EQ(a.plus(b), b.plus(a));
        ASSERT_EQ(a.plus(b)->minus(b), a);
        ASSERT_EQ(a.plus(b)->plus(c), b.plus(c)->plus(a));
        ASSERT_EQ(a.times(b), b.times(a));
        ASSERT_EQ(Decimal::parse(a.text()), a);
        ASSERT_EQ(Decimal::parse(a.plain()), a);
        if (b.units() == 0) continue;
        const auto quotient = a.over(b, 6);
        if (!quotient) continue;
        // |a - q b| <= |b| / 2 / 10^6.
        const long double exact =
            static_cast<long double>(a.units()) / std::pow(10.0L, a.scale()) /
            (static_cast<long double>(b.units()) / std::pow(10.0L, b.scale()));
        ASSERT_NEAR(
            static_cast<double>(static_cast<long double>(quotient->units()) / 1e6L - exact), 0,
            0.51e-6
        );
    }
}

}  // namespace
