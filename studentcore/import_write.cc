#include "studentcore/import_write.h"

#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/run.h"
#include "studentcore/access.h"
#include "studentcore/bulk.h"
#include "studentcore/follow_ups.h"
#include "studentcore/tables.h"

namespace studentcore {
namespace {

using State = PlannedRow::State;
// Of the store's 100: the entry's own, and what follows from changes, are beside it.
constexpr std::size_t operations_a_chunk = 90;
constexpr std::size_t event_bytes = 320;  // of the log entry, for one record
// More gain nothing, and keep others' writes waiting behind them.
constexpr std::size_t chunks_at_once = 160;

std::string event_noun(const table::Schema& table) {
    if (&table == &attendance_table) return "attendance";
    return table.name.substr(0, table.name.size() - 1);
}

// What is told of a chunk: one event a course or student group, to those who may read it.
void tell_of_chunk(journal::Transaction& change, const table::Schema& table) {
    if (&table == &users_table) return;
    std::map<std::string, json::Array> by_course;
    std::map<std::string, std::vector<std::string>> students;
    json::Array all;
    bool added = false;
    for (const auto& one : change.entry().changes) {
        if (one.table != &table || !one.after) continue;
        added = added || !one.before;
        const std::string course_id(one.after->text("course_id"));
        json::Object item;
        for (const auto name :
             {"attendance_id", "result_id", "student_id", "course_id", "status", "grade"})
            if (const auto* value = one.after->find(name); value != nullptr) item.set(name, *value);
        if (course_id.empty() || &table == &courses_table) {
            all.emplace_back(std::move(item));
        } else {
            by_course[course_id].emplace_back(std::move(item));
            students[course_id].emplace_back(one.after->text("student_id"));
        }
    }
    const std::string noun = event_noun(table);
    const bool is_attendance = &table == &attendance_table;
    const std::string verb = !added ? "_updated" : is_attendance ? "_marked" : "_added";
    if (&table == &enrolments_table) {
        change.tell({"student_updated", {"admin", "faculty"}, {}});
        return;
    }
    if (!all.empty()) change.tell({noun + verb, course_rooms(), {{"items", std::move(all)}}});
    for (auto& [course_id, items] : by_course)
        change.tell(
            {noun + verb,
             marks_rooms(course_id, students[course_id]),
             {{"course_id", course_id}, {"items", std::move(items)}}}
        );
}

// What one transaction takes.
struct Chunk {
    journal::Transaction change;
    std::size_t operations = journal::own_operations;
    std::size_t bytes = 0;
    // Enrolments, by student: the list of courses is read when the chunk is written.
    std::vector<std::pair<std::string, std::vector<PlannedRow*>>> students;

    [[nodiscard]] bool empty() const { return change.entry().changes.empty() && students.empty(); }
    [[nodiscard]] bool takes(std::size_t more_operations, std::size_t more_bytes) const {
        return empty() || (operations + more_operations <= operations_a_chunk &&
                           bytes + more_bytes <= journal::entry_bytes_max);
    }
};

// Outbox items that follow_changes may add for it, at most.
std::size_t follow_ups_of(const journal::Change& change) {
    if (change.table != &students_table && change.table != &users_table &&
        change.table != &courses_table)
        return 0;
    if (change.before) return 3;
    return change.after->contains("user_id") ? 1 : 0;
}

class PlanWriter {
  public:
    PlanWriter(
        journal::Journal& journal, journal::Actor actor, Plan& plan, const std::string& import_id
    )
        : journal_(journal),
          actor_(std::move(actor)),
          plan_(plan),
          subject_("import:" + import_id),
          next_row_(plan.rows.begin()) {
        if (plan.table != &enrolments_table) return;
        for (auto& row : plan.rows)
            if (is_ready(row))
                by_student_[std::string(row.after->text("student_id"))].push_back(&row);
        next_student_ = by_student_.begin();
    }

    // Writes one chunk after the other until there are no more; several of these run at once.
    base::Task<> write_chunks() {
        while (auto chunk = next()) {
            auto written = write(std::move(*chunk));
            co_await std::move(written);
        }
    }

  private:
    static bool is_ready(const PlannedRow& row) {
        return row.state == State::added || row.state == State::changed;
    }

    // None when all are on their way, or one has failed.
    std::optional<Chunk> next() {
        if (failed_) return std::nullopt;
        Chunk chunk{.change = {actor_, "import", subject_}};
        if (plan_.table == &enrolments_table)
            take_students(chunk);
        else
            take_rows(chunk);
        if (chunk.empty()) return std::nullopt;
        return chunk;
    }

    void take_rows(Chunk& chunk) {
        for (; next_row_ != plan_.rows.end(); ++next_row_) {
            if (!is_ready(*next_row_)) continue;
            journal::Change change{
                plan_.table, std::string(next_row_->after->text(plan_.table->key)),
                std::move(next_row_->before), std::move(next_row_->after)
            };
            const auto operations = journal::operations_of(change) + follow_ups_of(change);
            const auto bytes = journal::logged_bytes(change) + event_bytes;
            const bool fits = chunk.takes(operations, bytes);
            if (fits) {
                add(chunk.change, std::move(change));
                chunk.operations += operations;
                chunk.bytes += bytes;
                continue;
            }
            next_row_->before = std::move(change.before);
            next_row_->after = std::move(change.after);
            return;
        }
    }

    static void add(journal::Transaction& to, journal::Change change) {
        if (change.before)
            to.replace(change.table, std::move(*change.before), std::move(*change.after));
        else
            to.create(change.table, std::move(*change.after));
    }

    void take_students(Chunk& chunk) {
        for (; next_student_ != by_student_.end(); ++next_student_) {
            const auto operations = next_student_->second.size() + 1;
            if (!chunk.takes(operations, 0)) return;
            chunk.students.emplace_back(next_student_->first, std::move(next_student_->second));
            chunk.operations += operations;
        }
    }

    base::Task<> add_student(Chunk* chunk, std::string student_id, std::vector<PlannedRow*> rows) {
        const auto record = co_await journal_.store().get(&students_table, {student_id, {}});
        if (!record)
            throw base::Error::conflict("A student was deleted while the file was imported.");
        json::Object before = record->item();
        json::Object after = before;
        json::Array courses = texts_of(before, "enrolled_courses");
        for (auto* row : rows) {
            courses.emplace_back(row->after->text("course_id"));
            journal::Change change{
                plan_.table, std::string(row->after->text(plan_.table->key)),
                std::move(row->before), std::move(row->after)
            };
            add(chunk->change, std::move(change));
        }
        after.set("enrolled_courses", std::move(courses));
        chunk->change.replace(&students_table, std::move(before), std::move(after));
    }

    base::Task<> write(Chunk chunk) {
        std::optional<base::Error> failure;
        try {
            for (auto& [student_id, rows] : chunk.students)
                co_await add_student(&chunk, student_id, std::move(rows));
            tell_of_chunk(chunk.change, *plan_.table);
            follow_changes(chunk.change);
            const auto outcome = co_await journal_.commit(std::move(chunk.change));
            if (!outcome)
                failure = base::Error::conflict(
                    "Somebody changed records that the file names while it was imported."
                );
        } catch (const base::Error& error) {
            failure = error;
        }
        if (!failure) co_return;
        failed_ = true;
        throw base::Error(*failure);
    }

    journal::Journal& journal_;
    journal::Actor actor_;
    Plan& plan_;
    std::string subject_;
    std::vector<PlannedRow>::iterator next_row_;
    std::map<std::string, std::vector<PlannedRow*>> by_student_;
    std::map<std::string, std::vector<PlannedRow*>>::iterator next_student_;
    bool failed_ = false;
};

}  // namespace

void write_plan(
    journal::Journal& journal, journal::Actor actor, Plan& plan, const std::string& import_id
) {
    PlanWriter writer(journal, std::move(actor), plan, import_id);
    std::vector<base::Task<>> lanes;
    for (std::size_t lane = 0; lane < chunks_at_once; ++lane)
        lanes.push_back(writer.write_chunks());
    base::run_together(std::move(lanes), 1);
}

}  // namespace studentcore
