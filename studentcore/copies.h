// Renames that reach every copy: a student's name and code, a course's name, a lecturer's name.
//
// Enrolments carry the names of student and course, attendance and results copy them from there,
// and courses carry the lecturer's. After a rename an outbox job writes the name as it is now into
// each copy that differs, in chunks, each whole. It may be killed and run again, and two renames in
// a row may run in any order: each reads the current name.
//
// Outbox: "rename_student" {student_id}, "rename_course" {course_id}, "rename_lecturer" {user_id}.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/base/json.h"
#include "platform/base/task.h"
#include "platform/journal/journal.h"
#include "platform/table/table.h"

namespace studentcore {

class Copies {
  public:
    explicit Copies(journal::Journal& journal) : journal_(journal) {}

    [[nodiscard]] base::Task<> rename_student(json::Object payload);
    [[nodiscard]] base::Task<> rename_course(json::Object payload);
    [[nodiscard]] base::Task<> rename_lecturer(json::Object payload);

  private:
    // Attributes of the copy, with what they must be.
    using Names = std::vector<std::pair<std::string, std::string>>;
    [[nodiscard]] base::Task<> refresh(std::string index, std::string id, Names names);
    // One pass over a table: how many copies differed.
    [[nodiscard]] base::Task<std::size_t> refresh_table(
        table::SchemaRef table, std::string index, std::string id, Names names
    );

    journal::Journal& journal_;
};

}  // namespace studentcore
