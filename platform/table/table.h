// Tables of items addressed by a primary key, on SQLite or on the DynamoDB wire protocol.
//
// A Store outlives every request that uses it. Calls may come at once from any I/O thread. Reads by
// key are strongly consistent; reads by index may lag on DynamoDB. What no index answers can't be
// asked.
//   auto student = co_await store.get(&students_table, {id});
// Absence is not a failure: get() gives nullopt. A condition that does not hold is not a failure
// either: write() says which operation was refused, and nothing was written. Everything else throws
// base::Error and has changed nothing, save a timeout (Code::timeout): then it is unknown whether the
// write was made, and the caller reads before it tries again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "platform/base/json.h"
#include "platform/base/task.h"
#include "platform/table/schema.h"

namespace table {

inline constexpr std::size_t write_operations_max = 100;  // DynamoDB's limit of a transaction
inline constexpr std::size_t query_limit_max = 1000;
inline constexpr std::size_t stored_bytes_max = 400 * 1024;  // DynamoDB's limit of an item

struct Key {
    Key() = default;
    // Constructors, as g++ 12 destroys an aggregate made inside a co_await expression twice. The same
    // holds for Query, Write and Put: give them a name first, then co_await store.query(std::move(q)).
    Key(std::string of_partition, std::string of_sort = {})  // NOLINT(google-explicit-constructor)
        : partition(std::move(of_partition)), sort(std::move(of_sort)) {}
    std::string partition;
    std::string sort;  // "" where the table has no sort key
    bool operator==(const Key&) const = default;
};

// An item as stored: JSON text that can be sent as it is.
struct Record {
    std::string text;
    [[nodiscard]] json::Object item() const { return json::parse_stored(text); }
};

struct Query {
    SchemaRef table = nullptr;
    std::string index;  // "" for the table's own partition and sort key
    // One partition, or several whose items are merged by the sort attribute (at most 64).
    std::vector<std::string> partitions;
    std::optional<std::string> from;   // sort attribute >= from
    std::optional<std::string> until;  // sort attribute < until
    std::optional<std::string> prefix;
    bool descending = false;
    std::size_t limit = 50;  // at most query_limit_max
    std::string cursor;      // of the page before; a cursor that is none is 422 on "cursor"
};

struct Page {
    std::vector<Record> records;
    std::string cursor;  // "" when there is no more
};

struct Condition {
    enum class Kind : std::uint8_t { absent, present, equals, lacks };
    Kind kind = Kind::present;  // absent, present: the item; equals, lacks: one attribute of it
    std::string attribute;
    json::Value value;

    static Condition absent() { return {Kind::absent, {}, {}}; }
    static Condition present() { return {Kind::present, {}, {}}; }
    static Condition equals(std::string attribute, json::Value value) {
        return {Kind::equals, std::move(attribute), std::move(value)};
    }
    static Condition lacks(std::string attribute) {
        return {Kind::lacks, std::move(attribute), {}};
    }
};

struct Put {
    SchemaRef table = nullptr;
    json::Object item;
    std::vector<Condition> conditions;  // all must hold, on what is there before
};
struct Delete {
    SchemaRef table = nullptr;
    Key key;
    std::vector<Condition> conditions;
};
struct Check {
    SchemaRef table = nullptr;
    Key key;
    std::vector<Condition> conditions;
};
using Operation = std::variant<Put, Delete, Check>;

struct Counter {
    std::string group;
    std::string name;
    std::int64_t value = 0;  // in a write: the difference to add
};

// All or none; no item twice. Counters move with the write (on DynamoDB at most 2 s later).
struct Write {
    std::vector<Operation> operations;  // 1 to write_operations_max
    std::vector<Counter> counters;
};

struct Refused {
    std::size_t operation = 0;    // the first whose conditions did not hold
    std::optional<Record> found;  // what was there instead
};
struct Committed {
    std::uint64_t number = 0;  // grows with each commit of this process
};

class Store {
  public:
    virtual ~Store() = default;
    [[nodiscard]] virtual base::Task<std::optional<Record>> get(SchemaRef table, Key key) = 0;
    // In the order of the keys; at most query_limit_max.
    [[nodiscard]] virtual base::Task<std::vector<std::optional<Record>>> get_many(
        SchemaRef table, std::vector<Key> keys
    ) = 0;
    [[nodiscard]] virtual base::Task<Page> query(Query query) = 0;
    // Every item in the order of the engine, for export and recount; never for a list or a count.
    [[nodiscard]] virtual base::Task<Page> scan(
        SchemaRef table, std::string cursor, std::size_t limit
    ) = 0;
    // Durable when it returns.
    [[nodiscard]] virtual base::Task<std::expected<Committed, Refused>> write(Write write) = 0;
    // The kept numbers of a group, by name; zeros may be left out.
    [[nodiscard]] virtual base::Task<std::vector<Counter>> counters(std::string group) = 0;
    // Sets a group's numbers to these and forgets its others: the recount's last step.
    [[nodiscard]] virtual base::Task<> set_counters(
        std::string group, std::vector<Counter> counters
    ) = 0;
    // Grows when anything changed, so that an answer may be kept until then; 0 where the engine
    // can't tell.
    [[nodiscard]] virtual std::uint64_t commit_number() const = 0;
};

}  // namespace table
