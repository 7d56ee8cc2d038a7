// How a declared table lies in the SQLite file, and the statements that follow from it.
//
//   "<prefix><table>"(rowid, pk, [sk], item, [expires], <a column for each other index attribute>)
//   "<prefix><table>.key", unique, on (pk[, sk]); one index for each declared one, on
//   (partition, sort, pk[, sk]) of the items that have both, so that its order is total.
// Everything here is made once when the store opens and then only read.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "platform/table/schema.h"

namespace table::sqlite {

// One way to ask for a list: the table's own key, or a declared index.
struct Path {
    enum class Role : std::uint8_t { sort, partition, key_sort };
    std::string name;  // "" for the table's own key
    bool sorted = false;
    std::vector<Role> order;  // what its total order is made of
    // Ascending and descending. Parameter 1 is the partition, then come the lower and the upper
    // bound, a text for each of `order`. Columns: item, sort, pk, sk, [expires].
    std::array<std::string, 2> select;
    std::array<std::string, 2> whole;  // the same of a whole partition: without the bounds
    std::string create;                // "" for the table's own key
    std::string physical;              // the index's name in the file
};

struct Layout {
    Layout(const Schema& declared, std::string_view prefix);

    SchemaRef schema;
    std::string physical;  // the table's name in the file
    bool sorted = false;
    bool expires = false;
    std::vector<std::string> columns;  // index attributes that are not part of the key
    std::vector<Path> paths;           // the first is the table's own key

    std::vector<std::string> create;  // the table and its unique index
    std::string get;                  // item, [expires] by key
    std::string look;                 // rowid, item, [expires], columns… by key
    std::string insert;               // pk, [sk], item, [expires], columns…
    std::string upsert;
    std::string update;       // item, [expires], columns…, rowid
    std::string update_item;  // item, rowid: no column changes
    std::string remove;       // rowid
    std::string remove_key;   // pk, [sk]
    std::string scan;         // rowid, item, [expires] after a rowid
    std::string sweep;        // removes some that expired by then: instant, at most

    [[nodiscard]] const Path* path(std::string_view index) const;
};

}  // namespace table::sqlite
