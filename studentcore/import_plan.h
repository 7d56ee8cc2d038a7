// What importing a file would do, row by row, looked up but not written.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/json.h"
#include "platform/base/task.h"
#include "platform/journal/journal.h"
#include "studentcore/import_columns.h"
#include "studentcore/settings.h"

namespace studentcore {

struct PlannedRow {
    enum class State : unsigned char { added, changed, same, refused };
    std::size_t line = 0;
    State state = State::refused;
    std::string name;    // what the row is about, as a person says it
    std::string reason;  // why it is refused, or what was understood ("leading zeros restored")
    std::optional<json::Object> before;
    std::optional<json::Object> after;
};
[[nodiscard]] std::string_view word_of(PlannedRow::State state);

struct Plan {
    table::SchemaRef table = nullptr;
    Sheet sheet;  // without its rows, once planned
    std::vector<std::string> new_programs;
    std::vector<PlannedRow> rows;
    [[nodiscard]] std::size_t count(PlannedRow::State state) const;
};

// Reads what is there and decides each row. Blocks on nothing but the store; made for a worker
// thread, as a large file takes a second.
class Planner {
  public:
    Planner(journal::Journal& journal, const Settings& settings, table::SchemaRef table)
        : journal_(journal), settings_(settings), table_(table) {}

    [[nodiscard]] base::Task<Plan> plan(Sheet sheet);

  private:
    using Found = std::optional<json::Object>;
    [[nodiscard]] base::Task<> decide(const Sheet::Row* row, PlannedRow* planned);
    // The record that the row is about, if it is there; may set fields of `values` (ids, keys).
    [[nodiscard]] base::Task<Found> existing(
        const Sheet::Row* row, json::Object* values, PlannedRow* planned
    );
    [[nodiscard]] base::Task<Found> student_of(const Sheet::Row* row, PlannedRow* planned);
    [[nodiscard]] base::Task<Found> course_of(const Sheet::Row* row);
    [[nodiscard]] base::Task<Found> get(table::SchemaRef table, std::string key);
    [[nodiscard]] base::Task<> resolve_marks(
        const Sheet::Row* row, json::Object* values, PlannedRow* planned
    );
    [[nodiscard]] base::Task<> load_courses(std::string term);
    // The users that a student or course names must be there, and of a fitting role.
    [[nodiscard]] base::Task<> resolve_users(
        json::Object* item, const json::Object* before, PlannedRow* planned
    );
    void complete(json::Object& item, PlannedRow& planned);

    journal::Journal& journal_;
    const Settings& settings_;
    table::SchemaRef table_;
    std::map<std::string, json::Object, std::less<>> records_;  // by table and key
    std::map<std::string, std::string, std::less<>> courses_;   // term and folded name → id
    std::map<std::string, std::size_t, std::less<>>
        keys_seen_;  // what the file named already → line
    std::vector<std::string> new_programs_;
};

}  // namespace studentcore
