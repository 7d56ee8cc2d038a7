// Every table of StudentCore, declared once: names, keys, attributes and indexes.
//
// The five of the paper (users, students, courses, attendance, results), enrolments beside them,
// and the journal's system table. From these come the storage, the checks of what is sent, the API
// document and the CSV columns. All records also carry `version` and `updated_at`, kept by the
// journal.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "platform/base/json.h"
#include "platform/table/schema.h"

namespace studentcore {

extern const table::Schema users_table;
extern const table::Schema students_table;
extern const table::Schema courses_table;
extern const table::Schema attendance_table;
extern const table::Schema results_table;
extern const table::Schema enrolments_table;

// In the order in which they can be filled: what is referred to stands first.
[[nodiscard]] const std::vector<table::SchemaRef>& record_tables();
// The above and the system table: what the store is opened with.
[[nodiscard]] const std::vector<table::SchemaRef>& all_tables();

// Lists over all students read the name-index of these shards and merge them, so that no index
// partition is hot; which one a student is in follows from the id.
inline constexpr int name_shards = 4;
[[nodiscard]] std::string shard_of(std::string_view id);
[[nodiscard]] std::vector<std::string> all_shards();
// Sets what those lists go by: the shard, and the name without case and accents, so that Émilie
// stands between Emil and Emma. A student who is being deleted is in no list. The journal calls it.
void place_in_lists(json::Object& student_item);

// The partition of the system table whose sort keys are the courses that a user teaches.
[[nodiscard]] std::string teaches_partition(std::string_view user_id);

// What is wrong with the name of a day's session, "" when nothing is.
[[nodiscard]] std::string_view wrong_session(std::string_view text);

// The keys of records that must not exist twice, by what makes them the same (UUIDv5).
[[nodiscard]] std::string attendance_key(
    std::string_view student_id, std::string_view course_id, std::string_view date,
    std::string_view session
);
[[nodiscard]] std::string result_key(
    std::string_view student_id, std::string_view course_id, std::string_view exam_type
);
[[nodiscard]] std::string enrolment_key(std::string_view student_id, std::string_view course_id);

// Whose change log a record belongs to: "student:<id>", "course:<id>" (attendance, results), …
[[nodiscard]] std::string subject_of(const table::Schema& table, const json::Object& item);

}  // namespace studentcore
