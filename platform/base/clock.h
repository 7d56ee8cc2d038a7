// The time, from one place, so that tests can set it.
//
// Instants are milliseconds since 1970-01-01T00:00:00Z; dates are "YYYY-MM-DD" in UTC unless a time
// zone is named. Thread-safe.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace base {

class Clock {
  public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual std::int64_t now_ms() const = 0;
    [[nodiscard]] std::int64_t now_s() const { return now_ms() / 1000; }
};

class SystemClock final : public Clock {
  public:
    [[nodiscard]] std::int64_t now_ms() const override;
};

// "2026-11-22T11:59:03.123Z" (RFC 3339), and back, from any offset; else a sentence that says how.
[[nodiscard]] std::string timestamp(std::int64_t ms);
[[nodiscard]] std::expected<std::int64_t, std::string> parse_timestamp(std::string_view text);

// "2026-11-22" of an instant in UTC, or in an IANA time zone (by ICU; "UTC" is quick).
[[nodiscard]] std::string date_of(std::int64_t ms, std::string_view time_zone = "UTC");
// The instant of a minute of the day (0 to 1439) there. Of a time that comes twice, the first; of one that
// clocks skip, as many minutes later.
[[nodiscard]] std::int64_t instant_of(
    std::string_view date, int minute, std::string_view time_zone = "UTC"
);
// Whether the text is a real calendar day, as YYYY-MM-DD from 1900 to 2199.
[[nodiscard]] bool is_date(std::string_view text);
// Whether ICU knows the IANA time zone.
[[nodiscard]] bool is_time_zone(std::string_view name);
// The three take dates that is_date() accepts; of anything else: the text itself, 0, 0.
[[nodiscard]] std::string add_days(std::string_view date, int days);
[[nodiscard]] int days_between(std::string_view from, std::string_view to);
[[nodiscard]] int weekday(std::string_view date);  // 0 Monday … 6 Sunday

}  // namespace base
