// What a store needs to know of an item: its key, the attributes that its indexes use, one
// attribute of the stored text, and whether conditions hold. Shared by the adapters; pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/json.h"
#include "platform/table/table.h"

namespace table {

// The JSON text of a top-level member of an item that json::write made, or nullopt. Reads over
// everything else without building a tree.
[[nodiscard]] std::optional<std::string_view> find_member(
    std::string_view text, std::string_view name
);

// An index attribute's text. Anything but a text that is not empty keeps the item out of the index:
// DynamoDB refuses an empty text there.
[[nodiscard]] std::optional<std::string_view> index_text(
    const json::Object& item, std::string_view attribute
);

// The instant in epoch seconds at which an item of this table expires, if it does.
[[nodiscard]] std::optional<std::int64_t> expires_at(
    const Schema& schema, const json::Object& item
);

// The item's key; throws base::Error{internal} when it has none.
[[nodiscard]] Key key_of(const Schema& schema, const json::Object& item);
// Throws base::Error{internal} when the key can't be one of this table.
void check_key(const Schema& schema, const Key& key);

// Whether all conditions hold on what is there (nullopt: no item).
[[nodiscard]] bool holds(
    const std::vector<Condition>& conditions, std::optional<std::string_view> found
);

}  // namespace table
