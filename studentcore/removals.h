// Removing a student or a course together with all that belongs to it, in two phases.
//
// A record that still has attendance, results or enrolments is first marked `deleting`: with that
// it leaves the lists, the counts and every answer. Then an outbox job removes what belongs to it
// in chunks, each whole, and the record last. The job may be killed at any point and run again: it
// goes on from what is still there. It stops when the mark has been taken back (undos.h), also in the
// middle: each chunk is written on condition that the mark is still there.
//
// Enrolments go first, with their roster stamps: after that nobody can save a mark for them. Each chunk
// is in the log as a part of the deletion's entry, whose id is the mark's `removal` and the job's
// `entry`.
//
// Outbox: "remove_student" → remove_student, "remove_course" → remove_course, "remove_marks" →
// remove_marks (what a student who left a course had there), "remove_lecturer" → remove_lecturer
// (takes a deleted user out of the courses).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/json.h"
#include "platform/base/task.h"
#include "platform/journal/journal.h"
#include "platform/table/table.h"
#include "platform/web/call.h"

namespace studentcore {

// How many records belong to a student or a course.
struct Belongings {
    std::size_t attendance = 0;
    std::size_t results = 0;
    std::size_t enrolments = 0;
    [[nodiscard]] bool none() const { return attendance + results + enrolments == 0; }
};
// `index` is "student_id-index" or "course_id-index".
[[nodiscard]] base::Task<Belongings> belongings_of(
    table::Store* store, std::string index, std::string id
);
// What was recorded for one student in one course.
struct Marks {
    std::vector<json::Object> attendance;
    std::vector<json::Object> results;
    [[nodiscard]] bool none() const { return attendance.empty() && results.empty(); }
};
[[nodiscard]] base::Task<Marks> marks_of(
    table::Store* store, std::string student_id, std::string course_id
);
// The student without the course among the enrolled ones.
[[nodiscard]] json::Object without_course(json::Object record, std::string_view course_id);
// 409 that says how many there are, in words and as facts.
[[nodiscard]] base::Error still_has(std::string_view what, const Belongings& belongings);
// cascade=true in the query or in a page's form.
[[nodiscard]] bool wants_cascade(const web::Call& call);
// Whether the stored record is marked `deleting`.
[[nodiscard]] bool is_going(std::string_view text);

// The course without that user among its lecturers.
[[nodiscard]] json::Object without_lecturer(json::Object course, std::string_view user_id);
// The record with that mark, and without what lists it.
[[nodiscard]] json::Object marked_as_going(
    json::Object record, std::string_view entry_id, std::int64_t now_ms
);

class Removals {
  public:
    explicit Removals(journal::Journal& journal) : journal_(journal) {}

    [[nodiscard]] base::Task<> remove_student(json::Object payload);
    [[nodiscard]] base::Task<> remove_course(json::Object payload);
    [[nodiscard]] base::Task<> remove_marks(json::Object payload);
    [[nodiscard]] base::Task<> remove_lecturer(json::Object payload);

  private:
    // What is being removed, and what must still hold with each chunk.
    struct Target {
        table::SchemaRef table = nullptr;  // of the record that the conditions are on
        std::string key;
        std::vector<table::Condition> conditions;
        std::string index;  // by which its belongings are found
        std::string id;
        std::string course_id;  // only what is of this course, unless it is ""
        std::string entry;      // that it is part of
    };
    // nullopt when the mark has been taken back.
    [[nodiscard]] base::Task<std::optional<Target>> target_of(
        table::SchemaRef table, std::string id, std::string entry
    );
    [[nodiscard]] base::Task<> remove_all(
        table::SchemaRef table, std::string id, std::string entry
    );
    // One pass over what belongs to the record: how many records it found.
    [[nodiscard]] base::Task<std::size_t> drain_enrolments(Target target);
    [[nodiscard]] base::Task<std::size_t> drain_marks(table::SchemaRef table, Target target);
    [[nodiscard]] base::Task<> remove_last(Target target);

    journal::Journal& journal_;
};

}  // namespace studentcore
