#include "platform/base/clock.h"

#include <unicode/basictz.h>
#include <unicode/timezone.h>
#include <unicode/unistr.h>

#include <memory>
#include <optional>
#include <unordered_map>

namespace base {
namespace {

constexpr std::int64_t day_ms = 86'400'000;

// The number that digits[from, from+count) stand for, or -1.
int number_at(std::string_view text, std::size_t from, std::size_t count) {
    if (from + count > text.size()) return -1;
    int value = 0;
    for (const char c : text.substr(from, count)) {
        if (c < '0' || c > '9') return -1;
        value = value * 10 + (c - '0');
    }
    return value;
}

void put_digits(char* out, int value, int count) {
    for (int i = count - 1; i >= 0; --i) {
        out[i] = static_cast<char>('0' + value % 10);
        value /= 10;
    }
}

std::int64_t floor_days(std::int64_t ms) {
    return ms >= 0 ? ms / day_ms : -((-ms + day_ms - 1) / day_ms);
}

std::optional<std::chrono::sys_days> day_of(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    const int year = number_at(text, 0, 4);
    const int month = number_at(text, 5, 2);
    const int day = number_at(text, 8, 2);
    if (year < 0 || month < 1 || day < 1) return std::nullopt;
    const std::chrono::year_month_day date(
        std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
        std::chrono::day(static_cast<unsigned>(day))
    );
    if (!date.ok()) return std::nullopt;
    return std::chrono::sys_days(date);
}

void put_date(char* out, std::int64_t days) {
    const std::chrono::year_month_day date{
        std::chrono::sys_days(std::chrono::days(static_cast<int>(days)))
    };
    put_digits(out, static_cast<int>(date.year()), 4);
    out[4] = '-';
    put_digits(out + 5, static_cast<int>(static_cast<unsigned>(date.month())), 2);
    out[7] = '-';
    put_digits(out + 8, static_cast<int>(static_cast<unsigned>(date.day())), 2);
}

std::string date_text(std::int64_t days) {
    std::string out(10, '0');
    put_date(out.data(), days);
    return out;
}

// Making a time zone reads ICU's tables, so each thread keeps those it met; few are ever named.
const icu::TimeZone* zone_of(std::string_view name) {
    constexpr std::size_t zones_max = 64;
    thread_local std::unordered_map<std::string, std::unique_ptr<icu::TimeZone>> zones;
    std::string key(name);
    const auto known = zones.find(key);
    if (known != zones.end()) return known->second.get();
    if (zones.size() >= zones_max) zones.clear();
    std::unique_ptr<icu::TimeZone> zone(
        icu::TimeZone::createTimeZone(icu::UnicodeString::fromUTF8(key))
    );
    return zones.emplace(std::move(key), std::move(zone)).first->second.get();
}

}  // namespace

std::int64_t SystemClock::now_ms() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               std::chrono::system_clock::now().time_since_epoch()
    )
        .count();
}

std::string timestamp(std::int64_t ms) {
    const std::int64_t days = floor_days(ms);
    auto rest = static_cast<int>(ms - days * day_ms);
    std::string out(24, '0');
    put_date(out.data(), days);
    out[10] = 'T';
    out[19] = '.';
    put_digits(&out[20], rest % 1000, 3);
    rest /= 1000;
    put_digits(&out[17], rest % 60, 2);
    out[16] = ':';
    put_digits(&out[14], rest / 60 % 60, 2);
    out[13] = ':';
    put_digits(&out[11], rest / 3600, 2);
    out[23] = 'Z';
    return out;
}

std::expected<std::int64_t, std::string> parse_timestamp(std::string_view text) {
    const auto refused = [] {
        return std::unexpected(
            std::string("Use a date and time such as 2026-11-22T11:59:03Z (RFC 3339).")
        );
    };
    const auto day = day_of(text.substr(0, 10));
    if (!day || text.size() < 20 || (text[10] != 'T' && text[10] != 't')) return refused();
    const int hour = number_at(text, 11, 2);
    const int minute = number_at(text, 14, 2);
    int second = number_at(text, 17, 2);
    if (text[13] != ':' || text[16] != ':' || hour < 0 || hour > 23 || minute < 0 || minute > 59 ||
        second < 0 || second > 60)
        return refused();
    if (second == 60) second = 59;  // A leap second has no instant of its own here.
    std::size_t at = 19;
    int ms = 0;
    if (text[at] == '.') {
        int scale = 100;
        std::size_t digits = 0;
        for (++at; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, ++digits) {
            ms += (text[at] - '0') * scale;
            scale /= 10;
        }
        if (digits == 0 || digits > 9) return refused();
    }
    const std::string_view zone = text.substr(at);
    int offset_minutes = 0;
    if (zone != "Z" && zone != "z") {
        if (zone.size() != 6 || (zone[0] != '+' && zone[0] != '-') || zone[3] != ':')
            return refused();
        const int hours = number_at(zone, 1, 2);
        const int minutes = number_at(zone, 4, 2);
        if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return refused();
        offset_minutes = (hours * 60 + minutes) * (zone[0] == '-' ? -1 : 1);
    }
    const std::int64_t seconds = (hour * 60 + minute - offset_minutes) * std::int64_t{60} + second;
    return day->time_since_epoch().count() * day_ms + seconds * 1000 + ms;
}

std::string date_of(std::int64_t ms, std::string_view time_zone) {
    if (time_zone != "UTC" && !time_zone.empty()) {
        if (const icu::TimeZone* zone = zone_of(time_zone)) {
            std::int32_t raw = 0;
            std::int32_t saving = 0;
            UErrorCode code = U_ZERO_ERROR;
            zone->getOffset(static_cast<double>(ms), 0, raw, saving, code);
            if (U_SUCCESS(code)) ms += raw + saving;
        }
    }
    return date_text(floor_days(ms));
}

std::int64_t instant_of(std::string_view date, int minute, std::string_view time_zone) {
    const auto day = day_of(date);
    if (!day) return 0;
    const std::int64_t local =
        std::int64_t{day->time_since_epoch().count()} * day_ms + std::int64_t{minute} * 60'000;
    if (time_zone == "UTC" || time_zone.empty()) return local;
    const auto* zone = dynamic_cast<const icu::BasicTimeZone*>(zone_of(time_zone));
    if (zone == nullptr) return local;
    std::int32_t raw = 0;
    std::int32_t saving = 0;
    UErrorCode code = U_ZERO_ERROR;
    zone->getOffsetFromLocal(
        static_cast<double>(local), UCAL_TZ_LOCAL_FORMER, UCAL_TZ_LOCAL_FORMER, raw, saving, code
    );
    return U_SUCCESS(code) ? local - raw - saving : local;
}

bool is_date(std::string_view text) {
    return day_of(text).has_value() && text >= "1900-01-01" && text <= "2199-12-31";
}

bool is_time_zone(std::string_view name) {
    if (name.empty() || name.size() > 64) return false;
    if (name == "UTC") return true;
    const icu::TimeZone* zone = zone_of(name);
    return zone != nullptr && *zone != icu::TimeZone::getUnknown();
}

std::string add_days(std::string_view date, int days) {
    const auto day = day_of(date);
    if (!day) return std::string(date);
    return date_text(std::int64_t{day->time_since_epoch().count()} + days);
}

int days_between(std::string_view from, std::string_view to) {
    const auto first = day_of(from);
    const auto last = day_of(to);
    return first && last ? static_cast<int>((*last - *first).count()) : 0;
}

int weekday(std::string_view date) {
    const auto day = day_of(date);
    return day ? static_cast<int>(std::chrono::weekday(*day).iso_encoding()) - 1 : 0;
}

}  // namespace base
