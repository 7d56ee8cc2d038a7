// What a student's averages and attendance rates are made of, and what comes out of it.
//
// The page of a student shows figures, not records: of each stored record only a few texts are
// looked at, where they stand. Everything here that is a view points into `texts` of the same
// figures (or into the StudentRecords that they were made from), so figures are moved, never copied.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "platform/base/json.h"
#include "platform/base/json_stored.h"
#include "platform/base/task.h"
#include "platform/table/table.h"
#include "platform/web/call.h"
#include "studentcore/grades.h"

namespace studentcore {

struct StudentRecords;

// Of an enrolment the first two.
struct MarkFacts {
    std::string_view course_id, course_name, exam_type, marks, max_marks;
};
struct DayFacts {
    std::string_view course_id, course_name, date, session, status;
};
struct CreditFacts {
    std::string_view course_id, credits;
};

// Marks by course, ready for average_of().
struct CourseOfStudent {
    std::string_view course_id;
    std::string_view course_name;
    CourseMarks marks;
};
// In the order of the courses' names.
[[nodiscard]] std::vector<CourseOfStudent> courses_with_marks(
    const std::vector<MarkFacts>& enrolled, const std::vector<MarkFacts>& examined,
    const std::vector<CreditFacts>& credits
);
// [{course_id, course_name, present, absent, late, total, rate, absent_in_a_row, warn}], by name.
[[nodiscard]] json::Array attendance_by_course(std::vector<DayFacts> newest_first);

struct StudentFigures {
    StudentFigures() = default;
    ~StudentFigures() = default;
    StudentFigures(const StudentFigures&) = delete;
    StudentFigures& operator=(const StudentFigures&) = delete;
    StudentFigures(StudentFigures&&) = default;
    StudentFigures& operator=(StudentFigures&&) = default;

    json::Object student;
    std::vector<CourseOfStudent> courses;
    json::Array attendance;

    std::vector<std::vector<table::Record>> texts;
    std::vector<json::Picked> picked;
};

// As far as the caller may see them; 404 when there is no such student, or the caller may not know
// of them.
[[nodiscard]] base::Task<StudentFigures> figures_of(
    table::Store* store, web::Identity who, std::string student_id
);
// The same of records that are there already, which must outlive the figures.
[[nodiscard]] StudentFigures figures_of(const StudentRecords& records);

}  // namespace studentcore
