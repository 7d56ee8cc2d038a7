// The settings as data: what is valid, what a page shows, what a rename does. Pure functions.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/json.h"
#include "platform/table/table.h"
#include "platform/web/call.h"
#include "studentcore/settings.h"

namespace studentcore {

inline constexpr std::size_t programs_max = 500;
inline constexpr std::size_t terms_max = 60;
inline constexpr std::size_t exam_types_max = 20;

// The body of a request: JSON, or the fields of the settings page gathered into the same shape.
[[nodiscard]] json::Object settings_sent(const web::Call& call);

struct Renamed {
    json::Object item;  // the settings after it
    std::string from;   // the listed spelling
    std::string to;
};
[[nodiscard]] std::expected<Renamed, base::FieldErrors> renamed_program(
    const json::Object& item, std::string_view from, std::string_view to
);

// The model of the settings page; `counters` are those of the group "students".
[[nodiscard]] json::Object settings_page(
    const College& college, json::Object answer, const std::vector<table::Counter>& counters,
    std::string_view today
);

}  // namespace studentcore
