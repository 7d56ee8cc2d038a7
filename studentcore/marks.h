// What attendance and results share: the course, its roster, and the save of a whole class.
//
// Both belong to a student in a course, may be written only for an enrolled student by the course's
// lecturers and the office, and copy the enrolment's names. Functions throw base::Error: 404 or 422
// for what is not there, 403 for what is not theirs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/json.h"
#include "platform/base/task.h"
#include "platform/journal/journal.h"
#include "platform/table/table.h"
#include "platform/web/call.h"
#include "studentcore/bulk.h"

namespace studentcore {

// What differs between the two, as data.
struct MarkKind {
    table::SchemaRef table;
    std::string_view noun;                // of events: "attendance", "result"
    std::string_view added;               // the verb of a new one: "marked", "added"
    std::string_view value;               // what was noted: "status", "grade"
    std::vector<std::string_view> tells;  // what else identifies it in an event: date, exam_type …
};
extern const MarkKind attendance_kind;
extern const MarkKind result_kind;
[[nodiscard]] std::string event_name(const MarkKind& kind, std::string_view verb);

// The course, when the caller may read and write its attendance and results. `field` names the
// member of the body that holds the id (then an unknown one is 422), "" for one in the path (404).
[[nodiscard]] base::Task<json::Object> course_for_marks(
    table::Store* store, web::Identity who, std::string course_id, std::string field
);
// Ends the request unless the caller may change this stored attendance record or result.
[[nodiscard]] base::Task<> require_write_record(
    table::Store* store, web::Identity who, std::string course_id
);
// The courses of those ids that the caller teaches.
[[nodiscard]] base::Task<std::vector<std::string>> taught_among(
    table::Store* store, std::string user_id, std::vector<std::string> course_ids
);

// The enrolment, with the names to copy. Without one: 422 that says what is missing and names the
// student.
[[nodiscard]] base::Task<json::Object> require_enrolment(
    table::Store* store, std::string student_id, std::string course_id
);
// All enrolments of a course, by student name.
[[nodiscard]] base::Task<std::vector<json::Object>> roster_of(
    table::Store* store, std::string course_id
);

// The lists, single reads and removals of both tables.
//
// GET list: by student_id, course_id or (attendance) date, one of which must be given; a student
// gets their own, a lecturer those of the courses they teach.
[[nodiscard]] base::Task<http::Response> list_marks(
    web::Call call, table::Store* store, table::SchemaRef schema, std::string student_id
);
// The record, when the caller may read it; else 404 or 403.
[[nodiscard]] base::Task<table::Record> readable_mark(
    table::Store* store, web::Identity who, table::SchemaRef schema, std::string key
);
// Stores a new record (without names yet) for an enrolled student, its event and log entry: one
// write.
[[nodiscard]] base::Task<http::Response> create_mark(
    web::Call call, table::Store* store, const MarkKind* kind, json::Object item
);
[[nodiscard]] base::Task<http::Response> change_mark(
    web::Call call, const MarkKind* kind, json::Object before, json::Object after
);
[[nodiscard]] base::Task<http::Response> remove_mark(
    web::Call call, table::Store* store, const MarkKind* kind, std::string key
);
// Whether a change would make it another record: those attributes are part of its key.
[[nodiscard]] base::FieldErrors moved(
    const json::Object& before, const json::Object& after,
    const std::vector<std::string_view>& fixed
);

// One line of a class that is saved at once.
struct ClassRow {
    std::string student_id;
    std::string field;    // how an error names it: "marks[3]"
    json::Object values;  // what this row sets; empty: the record is removed
    // The version that the person saw, 0 for "not there yet". Without one the row simply holds.
    std::optional<std::int64_t> version;
};

struct ClassSave {
    const MarkKind* kind = nullptr;
    std::string course_id;
    json::Object common;    // what all rows have: date and session, or exam_type and max_marks
    std::string marked_by;  // set in what is written; "" where records have no such attribute
    std::function<std::string(std::string_view student_id)> key;
    std::vector<ClassRow> rows;
};

struct ClassSaved {
    std::size_t saved = 0;            // rows that were written; unchanged ones are not
    std::vector<json::Object> items;  // as stored now, in the order of the rows; empty: none there
    std::string entry_id;             // of the first log entry, "" when nothing changed
};

// Up to class_rows_per_write rows are one durable write; more go in chunks, each of them whole. A
// row whose student is not enrolled is 422, one that someone else changed since `version` 409, and
// then nothing of its chunk is written. Lost races are tried again.
[[nodiscard]] base::Task<ClassSaved> save_class(
    journal::Journal* journal, journal::Actor actor, ClassSave save
);
inline constexpr std::size_t class_rows_per_write = 90;
inline constexpr std::size_t class_rows_max = 1000;

// The version in a row or a form: a number, or its text; "" is 0, absent is none. 422 otherwise.
[[nodiscard]] std::optional<std::int64_t> version_in(
    const json::Object& row, std::string_view name, const std::string& field
);

// After a refused form: what was typed in each row of the model's roster, instead of what is stored.
void lay_typed_over(
    const web::Call& call, std::string_view prefix, std::string_view attribute, json::Object* model
);
// The answer to a class save: JSON with the log entry's headers, or the way back to the page.
[[nodiscard]] http::Response class_answer(
    const web::Call& call, const ClassSaved& saved, const std::string& course_id,
    const json::Object& answer, const std::string& page
);

}  // namespace studentcore
