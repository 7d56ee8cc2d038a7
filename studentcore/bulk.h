// Work on many records in the background: walks an index and gives the records fresh, chunk by
// chunk.
//
// An index may lag behind its table, and others may write meanwhile: so each record is read again
// by its key before it is used, and a walk is repeated until it finds nothing more to do.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/json.h"
#include "platform/base/task.h"
#include "platform/table/table.h"

namespace studentcore {

// Records changed by one transaction of a background job: with guards and words below the limit.
inline constexpr std::size_t rename_chunk = 40;
inline constexpr std::size_t drain_chunk = 80;

class Walk {
  public:
    Walk(table::Store& store, table::Query query) : store_(store), query_(std::move(query)) {}

    // The next at most `limit` records as they are now, without those that are gone; nullopt at the
    // end. May be empty before the end.
    [[nodiscard]] base::Task<std::optional<std::vector<json::Object>>> next(std::size_t limit);

  private:
    table::Store& store_;
    table::Query query_;
    bool ended_ = false;
};

[[nodiscard]] table::Query index_query(
    table::SchemaRef table, std::string index, std::string partition
);
// Everything that the query finds, page by page; its own limit counts for nothing.
[[nodiscard]] base::Task<std::vector<table::Record>> all_of(
    table::Store* store, table::Query query
);
// All records of one index partition, in its order; for what is known to be at most some thousand.
[[nodiscard]] base::Task<std::vector<table::Record>> all_of(
    table::Store* store, table::SchemaRef table, std::string index, std::string partition
);
// How many there are.
[[nodiscard]] base::Task<std::size_t> count_of(
    table::Store* store, table::SchemaRef table, std::string index, std::string partition
);

// The list of texts under that name; empty when there is none.
[[nodiscard]] json::Array texts_of(const json::Object& item, std::string_view name);
// The values of a list of texts, or of one text separated by commas, semicolons or lines.
[[nodiscard]] std::vector<std::string> strings_of(const json::Object& item, std::string_view name);

}  // namespace studentcore
