// Attendance: who was there, class by class.
//
// One record a student, course, date and session: the key follows from them, so that a double mark
// cannot be written. A whole class is one durable write (marks.h). Only enrolled students, no
// future date (by the college's own calendar), only the course's lecturers and the office.
//
// GET    /api/attendance                          Attendance::list          by student, course, date
// POST   /api/attendance                          Attendance::create        admin, faculty
// GET    /api/attendance/{attendance_id}          Attendance::one
// PUT    /api/attendance/{attendance_id}          Attendance::replace       admin, faculty
// PATCH  /api/attendance/{attendance_id}          Attendance::patch         admin, faculty
// DELETE /api/attendance/{attendance_id}          Attendance::remove        admin, faculty
// GET    /api/students/{student_id}/attendance    Attendance::of_student
// GET    /api/courses/{course_id}/attendance      Attendance::class_view    also the page
// POST   /api/courses/{course_id}/attendance      Attendance::save_class    also the page's form
// GET    /attendance                              Attendance::choose        page: which class
#pragma once

#include <string>
#include <string_view>

#include "platform/base/json.h"
#include "platform/base/task.h"
#include "platform/http/response.h"
#include "platform/journal/journal.h"
#include "platform/web/call.h"
#include "studentcore/courses.h"
#include "studentcore/marks.h"
#include "studentcore/settings.h"

namespace studentcore {

class Attendance {
  public:
    Attendance(journal::Journal& journal, const Settings& settings, Courses& courses)
        : journal_(journal), store_(journal.store()), settings_(settings), courses_(courses) {}

    [[nodiscard]] base::Task<http::Response> list(web::Call call);
    [[nodiscard]] base::Task<http::Response> of_student(web::Call call);
    [[nodiscard]] base::Task<http::Response> create(web::Call call);
    [[nodiscard]] base::Task<http::Response> one(web::Call call);
    [[nodiscard]] base::Task<http::Response> replace(web::Call call);
    [[nodiscard]] base::Task<http::Response> patch(web::Call call);
    [[nodiscard]] base::Task<http::Response> remove(web::Call call);
    [[nodiscard]] base::Task<http::Response> class_view(web::Call call);
    [[nodiscard]] base::Task<http::Response> save_class(web::Call call);
    [[nodiscard]] base::Task<http::Response> choose(web::Call call);

  private:
    [[nodiscard]] base::Task<http::Response> change(web::Call call, table::Mode mode);
    [[nodiscard]] base::Task<json::Object> class_model(
        web::Call call, std::string course_id, std::string date, std::string session
    );

    journal::Journal& journal_;
    table::Store& store_;
    const Settings& settings_;
    Courses& courses_;
};

// The whole class as it was sent, checked: {"date", "session", "marks": [{"student_id", "status",
// "version"?}]} or a form's date, session, mark.<student_id>, version.<student_id>. Pure; throws
// base::Error that names every wrong row, as "marks[3].status".
[[nodiscard]] ClassSave attendance_of_class(
    const json::Object& sent, std::string course_id, std::string_view today
);

}  // namespace studentcore
