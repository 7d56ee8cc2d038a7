#include "platform/base/clock.h"

#include <gtest/gtest.h>

#include <random>

namespace {

TEST(Timestamp, IsRfc3339InUtc) {
    EXPECT_EQ(base::timestamp(0), "1970-01-01T00:00:00.000Z");
    EXPECT_EQ(base::timestamp(1'795'348'743'123), "2026-11-22T11:59:03.123Z");
    EXPECT_EQ(base::timestamp(-1), "1969-12-31T23:59:59.999Z");
    EXPECT_EQ(base::timestamp(951'782'400'000), "2000-02-29T00:00:00.000Z");
}

TEST(Timestamp, ComesBackAsItWas) {
    std::mt19937_64 random(7);
    std::uniform_int_distribution<std::int64_t> any(-2'000'000'000'000, 7'000'000'000'000);
    for (int i = 0; i < 20'000; ++i) {
        const std::int64_t ms = any(random);
        EXPECT_EQ(base::parse_timestamp(base::timestamp(ms)), ms);
    }
}

TEST(Timestamp, OffsetsAndFractionsAreRead) {
    const auto noon = base::parse_timestamp("2026-11-22T12:00:00Z");
    EXPECT_EQ(base::parse_timestamp("2026-11-22T13:30:00+01:30"), noon);
    EXPECT_EQ(base::parse_timestamp("2026-11-22T07:00:00-05:00"), noon);
    EXPECT_EQ(base::parse_timestamp("2026-11-22t12:00:00z"), noon);
    EXPECT_EQ(base::parse_timestamp("2026-11-22T12:00:00.5Z"), *noon + 500);
    EXPECT_EQ(base::parse_timestamp("2026-11-22T12:00:00.123456789Z"), *noon + 123);
}

TEST(Timestamp, AnythingElseIsRefused) {
    for (const char* text :
         {"", "2026-11-22", "2026-11-22T12:00:00", "2026-11-31T12:00:00Z", "2026-11-22T24:00:00Z",
          "2026-11-22T12:60:00Z", "2026-11-22 12:00:00Z", "2026-11-22T12:00:00.Z",
          "2026-11-22T12:00:00+0130", "2026-11-22T12:00:00Zx", "2026-11-22T12:00:61Z", "T", "x"})
        EXPECT_FALSE(base::parse_timestamp(text)) << text;
}

TEST(Clock, TheInstantOfALocalTimeFollowsTheZonesClocks) {
    const auto at = [](std::string_view date, int minute, std::string_view zone) {
        return base::timestamp(base::instant_of(date, minute, zone)).substr(0, 16);
    };
    EXPECT_EQ(at("2026-11-22", 9 * 60, "UTC"), "2026-11-22T09:00");
    EXPECT_EQ(at("2026-11-22", 9 * 60, "Europe/Berlin"), "2026-11-22T08:00");
    EXPECT_EQ(at("2026-07-22", 9 * 60, "Europe/Berlin"), "2026-07-22T07:00");
    EXPECT_EQ(at("2026-07-22", 9 * 60, "Asia/Kathmandu"), "2026-07-22T03:15");
    // Clocks skip from 2:00 to 3:00, and show 2:30 twice.
    EXPECT_EQ(at("2026-03-29", 150, "Europe/Berlin"), "2026-03-29T01:30");
    EXPECT_EQ(at("2026-10-25", 150, "Europe/Berlin"), "2026-10-25T00:30");
}

TEST(Date, OfAnInstantDependsOnTheZone) {
    const std::int64_t late = *base::parse_timestamp("2026-11-22T23:30:00Z");
    EXPECT_EQ(base::date_of(late), "2026-11-22");
    EXPECT_EQ(base::date_of(late, "Europe/Berlin"), "2026-11-23");
    EXPECT_EQ(base::date_of(late, "America/New_York"), "2026-11-22");
    EXPECT_EQ(
        base::date_of(*base::parse_timestamp("2026-07-01T22:30:00Z"), "Europe/Berlin"), "2026-07-02"
    ) << "summer time";
    EXPECT_TRUE(base::is_time_zone("Asia/Kolkata"));
    EXPECT_TRUE(base::is_time_zone("UTC"));
    EXPECT_FALSE(base::is_time_zone("Mars/Olympus"));
    EXPECT_FALSE(base::is_time_zone(""));
}

TEST(Date, OnlyRealDaysAreDates) {
    for (const char* good : {"2024-02-29", "1900-01-01", "2199-12-31", "2026-11-22"})
        EXPECT_TRUE(base::is_date(good)) << good;
    for (const char* bad :
         {"2023-02-29", "1900-02-29", "1899-12-31", "2200-01-01", "2026-13-01", "2026-00-10",
          "2026-01-00", "2026-1-1", "", "2026-11-2x", "2026/11/22", "2026-11-22 ", "-026-11-22"})
        EXPECT_FALSE(base::is_date(bad)) << bad;
}

TEST(Date, DaysAreAddedAndCounted) {
    EXPECT_EQ(base::add_days("2024-02-28", 1), "2024-02-29");
    EXPECT_EQ(base::add_days("2024-12-31", 1), "2025-01-01");
    EXPECT_EQ(base::add_days("2024-03-01", -1), "2024-02-29");
    EXPECT_EQ(base::days_between("2024-02-28", "2024-03-01"), 2);
    EXPECT_EQ(base::days_between("2024-03-01", "2024-02-28"), -2);
    std::string date = "1999-12-25";
    for (int i = 0; i < 5000; ++i) {
        const std::string next = base::add_days(date, 1);
        ASSERT_TRUE(base::is_date(next));
        ASSERT_LT(date, next);
        ASSERT_EQ(base::days_between(date, next), 1);
        ASSERT_EQ(base::weekday(next), (base::weekday(date) + 1) % 7);
        date = next;
    }
    EXPECT_EQ(base::weekday("2026-11-22"), 6) << "a Sunday";
}

TEST(SystemClock, IsAfterThisWasWritten) {
    EXPECT_GT(base::SystemClock().now_ms(), 1'700'000'000'000);
}

}  // namespace
