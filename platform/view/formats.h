// Numbers, dates and times as the reader writes them, in the templates as {{value:x-date}} and so
// on.
//
// Input is what the models hold: "2026-11-22", "2026-11-22T11:59:03.123Z", "1234.5". What is none
// of these comes out as it is (and is escaped like all else). Thread-safe.
#pragma once

#include <string>
#include <string_view>

namespace ctemplate {
class TemplateModifier;
}

namespace view {

struct Place {
    std::string language = "en";    // BCP 47
    std::string time_zone = "UTC";  // IANA
};

enum class Format : unsigned char {
    date,      // 22 Nov 2026
    day,       // Sun, 22 Nov
    time,      // 14:05
    date_time  // 22 Nov 2026, 14:05
};

[[nodiscard]] std::string format_time(Format format, std::string_view text, const Place& place);
// Grouped, with the language's signs: "1,234.5". `decimals` < 0: as many as there are.
[[nodiscard]] std::string format_number(
    std::string_view text, const Place& place, int decimals = -1
);
// Without trailing zeros, and the language's sign: "81.5%".
[[nodiscard]] std::string format_percent(
    std::string_view text, const Place& place, int decimals = -1
);

// The one of ours that {{value:modifier}} names; null for none: x-date, x-day, x-time, x-datetime,
// x-number, x-round-2, x-percent, x-percent-whole, x-percent-to-1, x-url, x-json.
[[nodiscard]] const ctemplate::TemplateModifier* format_modifier(std::string_view modifier);
// Makes them known to ctemplate; may be called often.
void register_formats();
inline constexpr const char* place_key = "place";

}  // namespace view
