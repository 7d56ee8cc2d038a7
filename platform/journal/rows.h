// Rows of the system table that follow from a record: guards, search words, links. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "platform/base/json.h"
#include "platform/table/schema.h"

namespace journal {

[[nodiscard]] std::string guard_partition(
    const table::Schema& schema, std::string_view field, std::string_view folded
);
[[nodiscard]] std::string word_partition(const table::Schema& schema, std::string_view word);
[[nodiscard]] std::string word_partition_within(
    const table::Schema& schema, std::string_view scope
);
[[nodiscard]] inline std::string outbox_partition() { return "outbox"; }

// One item a search word (with all words of the record, so that a search of several words needs no
// other read) and one a link.
[[nodiscard]] std::vector<json::Object> rows_of(
    const table::Schema& schema, const json::Object& item
);
// How many those are.
[[nodiscard]] std::size_t count_rows(const table::Schema& schema, const json::Object& item);
inline constexpr std::size_t search_words_max = 8;  // of one record

}  // namespace journal
