// A place in a list, as the opaque text that a client sends back for the next page.
//
// It names the last item that was given, (sort, key), and the list that it belongs to, so that a
// cursor of another list is refused and not a silent jump. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace table {

struct Place {
    std::string sort;       // the item's sort attribute in that list, "" for none
    std::string partition;  // the item's own key
    std::string key_sort;
    bool operator==(const Place&) const = default;
};

// Identifies a list: a table, an index and a direction.
[[nodiscard]] std::uint32_t list_id(
    std::string_view table, std::string_view index, bool descending
);

[[nodiscard]] std::string cursor_of(std::uint32_t list, const Place& place);
// Throws base::Error{invalid} on "cursor" for a text that cursor_of did not make for this list.
[[nodiscard]] Place place_of(std::uint32_t list, std::string_view cursor);

}  // namespace table
