// A part of a stored text: only the members that are wanted are built, the others are stepped over.
#pragma once

#include <array>
#include <cstddef>
#include <forward_list>
#include <initializer_list>
#include <string>
#include <string_view>

#include "platform/base/json.h"

namespace json {

// The top-level members with these names, in the text's order. Throws as parse_stored() does.
[[nodiscard]] Object parse_stored(
    std::string_view text, std::initializer_list<std::string_view> wanted
);

// The texts of a few top-level members (strings and numbers), found in one pass and not copied: views
// into the stored text, which must stay where it is. Throws as parse_stored() does.
//   const json::Picked mark(record.text, {"course_id", "status"});
//   if (mark[1] == "Absent") …
class Picked {
  public:
    static constexpr std::size_t names_max = 6;
    Picked(std::string_view text, std::initializer_list<std::string_view> names);
    ~Picked() = default;
    Picked(const Picked&) = delete;
    Picked& operator=(const Picked&) = delete;
    Picked(Picked&&) noexcept = default;
    Picked& operator=(Picked&&) noexcept = default;

    // By the place of its name; "" for what is not there or is neither string nor number.
    [[nodiscard]] std::string_view operator[](std::size_t name) const { return texts_[name]; }

  private:
    std::array<std::string_view, names_max> texts_;
    std::forward_list<std::string> made_;  // those that have escapes
};

}  // namespace json
