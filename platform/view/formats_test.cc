#include "platform/view/formats.h"

#include <gtest/gtest.h>

namespace {

using view::Format;
using view::Place;

TEST(Formats, ADateIsWrittenAsTheReaderWritesIt) {
    EXPECT_EQ(view::format_time(Format::date, "2026-11-22", {}), "22 Nov 2026");
    EXPECT_EQ(view::format_time(Format::date, "2026-11-22", {.language = "de"}), "22. Nov. 2026");
    EXPECT_EQ(view::format_time(Format::date, "2026-11-22", {.language = "en-US"}), "Nov 22, 2026");
    EXPECT_EQ(view::format_time(Format::day, "2026-11-22", {}), "Sun, 22 Nov");
}

TEST(Formats, AnInstantIsShownInTheCollegesZone) {
    const Place kolkata{.language = "en", .time_zone = "Asia/Kolkata"};
    EXPECT_EQ(view::format_time(Format::date, "2026-11-22T20:30:00.000Z", kolkata), "23 Nov 2026");
    EXPECT_EQ(view::format_time(Format::time, "2026-11-22T20:30:00.000Z", kolkata), "02:00");
    EXPECT_EQ(
        view::format_time(Format::date_time, "2026-11-22T20:30:00.000Z", {}), "22 Nov 2026, 20:30"
    );
}

TEST(Formats, ADateHasNoZone) {
    EXPECT_EQ(
        view::format_time(
            Format::date_time, "2026-11-22", {.language = "en", .time_zone = "America/Lima"}
        ),
        "22 Nov 2026"
    );
}

TEST(Formats, WhatIsNoDateOrNumberStaysAsItIs) {
    EXPECT_EQ(view::format_time(Format::date, "soon", {}), "soon");
    EXPECT_EQ(
        view::format_time(Format::date, "2026-13-41T99:99:99Zjunk", {}), "2026-13-41T99:99:99Zjunk"
    );
    EXPECT_EQ(view::format_number("12a", {}), "12a");
    EXPECT_EQ(view::format_percent("", {}), "");
}

TEST(Formats, NumbersAreGroupedAndExact) {
    EXPECT_EQ(view::format_number("1234567.50", {}), "1,234,567.50");
    EXPECT_EQ(view::format_number("-1234567.5", {.language = "de"}), "-1.234.567,5");
    EXPECT_EQ(view::format_number("999", {}), "999");
    EXPECT_EQ(view::format_number("2.675", {}, 2), "2.68");
}

TEST(Formats, PercentsTakeTheLanguagesSign) {
    EXPECT_EQ(view::format_percent("81.250", {}), "81.25%");
    EXPECT_EQ(view::format_percent("81.25", {}, 1), "81.3%");
    EXPECT_EQ(view::format_percent("81.25", {.language = "de"}), "81,25\u00a0%");
}

}  // namespace
