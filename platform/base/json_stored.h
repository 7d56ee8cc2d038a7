// A part of a stored text: only the members that are wanted are built, the others are stepped over.
#pragma once

#include <initializer_list>
#include <string_view>

#include "platform/base/json.h"

namespace json {

// The top-level members with these names, in the text's order. Throws as parse_stored() does.
[[nodiscard]] Object parse_stored(
    std::string_view text, std::initializer_list<std::string_view> wanted
);

}  // namespace json
