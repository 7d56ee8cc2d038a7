// One student on one page: profile, average, attendance by course, results, timeline.
//
// Read by keys and index partitions only: the student, their enrolments, attendance and results,
// and their courses at once. A lecturer sees the rows of the courses they teach; a student their
// own.
//
// GET /api/students/{student_id}/summary     StudentSummary::summary
// GET /students/{student_id}                 StudentSummary::summary     page "student"; all by ?show=all
// GET /api/students/{student_id}/timeline    StudentSummary::timeline
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/decimal.h"
#include "platform/base/json.h"
#include "platform/base/task.h"
#include "platform/http/response.h"
#include "platform/journal/journal.h"
#include "platform/web/call.h"
#include "studentcore/courses.h"
#include "studentcore/grades.h"
#include "studentcore/settings.h"
#include "studentcore/student_figures.h"

namespace studentcore {

// All that is recorded of one student, as far as the caller may see it.
struct StudentRecords {
    json::Object student;
    std::vector<json::Object> enrolments;
    std::vector<json::Object> courses;  // of the enrolments and results, those that still exist
    std::vector<json::Object> results;
    std::vector<table::Record> attendance;  // newest first

    [[nodiscard]] const json::Object* course(std::string_view course_id) const;
};
// 404 when there is no such student, or the caller may not know of them.
[[nodiscard]] base::Task<StudentRecords> records_of(
    table::Store* store, web::Identity who, std::string student_id
);

[[nodiscard]] Policy policy_of(const College& college);
// The pure functions of student_figures.h on these; views into `records`.
[[nodiscard]] std::vector<CourseOfStudent> courses_with_marks(const StudentRecords& records);
[[nodiscard]] json::Array attendance_by_course(const StudentRecords& records);

// Late is attended: 100 · (present + late) / all, one decimal; nullopt of nothing.
[[nodiscard]] std::optional<base::Decimal> attendance_rate(
    std::int64_t present, std::int64_t late, std::int64_t absent
);

class StudentSummary {
  public:
    StudentSummary(journal::Journal& journal, const Settings& settings, Courses& courses)
        : journal_(journal), settings_(settings), courses_(courses) {}

    [[nodiscard]] base::Task<http::Response> summary(web::Call call);
    [[nodiscard]] base::Task<http::Response> timeline(web::Call call);

    // The model of the page; also for whoever shows it again with a problem (a refused form). With
    // `full` it has results, courses and timeline.
    [[nodiscard]] base::Task<json::Object> model(web::Call call, std::string student_id, bool full);

  private:
    [[nodiscard]] base::Task<json::Array> other_courses(std::vector<json::Object> enrolments);

    journal::Journal& journal_;
    const Settings& settings_;
    Courses& courses_;
};

}  // namespace studentcore
