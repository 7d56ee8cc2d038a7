// Results: marks in an exam, with the percent and grade that the server computes from them.
//
// One result a student, course and exam type: the key follows from them. What a client sends as
// grade or percent is ignored. Only enrolled students, only the course's lecturers and the office;
// a whole class is one durable write (marks.h).
//
// GET    /api/results                          Results::list          by student_id, course_id
// POST   /api/results                          Results::create        admin, faculty
// GET    /api/results/{result_id}              Results::one
// PUT    /api/results/{result_id}              Results::replace       admin, faculty
// PATCH  /api/results/{result_id}              Results::patch         admin, faculty
// DELETE /api/results/{result_id}              Results::remove        admin, faculty
// GET    /api/students/{student_id}/results    Results::of_student
// GET    /api/courses/{course_id}/results      Results::class_view    also the page
// POST   /api/courses/{course_id}/results      Results::save_class    also the page's form
// GET    /results                              Results::choose        page: which class
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/json.h"
#include "platform/base/task.h"
#include "platform/http/response.h"
#include "platform/journal/journal.h"
#include "platform/table/schema.h"
#include "platform/web/call.h"
#include "studentcore/courses.h"
#include "studentcore/marks.h"
#include "studentcore/settings.h"

namespace studentcore {

class Results {
  public:
    Results(journal::Journal& journal, const Settings& settings, Courses& courses)
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
        web::Call call, std::string course_id, std::string exam_type
    );

    journal::Journal& journal_;
    table::Store& store_;
    const Settings& settings_;
    Courses& courses_;
};

// A result to store, with its percent and grade. Pure. Also what an import checks its rows with.
[[nodiscard]] std::expected<json::Object, base::FieldErrors> checked_result(
    const json::Object& sent, const json::Object& before, table::Mode mode, const College& college
);

// The whole class as it was sent, checked: {"exam_type", "max_marks", "results": [{"student_id",
// "marks": number or null, "version"?}]} or a form's exam_type, max_marks, marks.<student_id>,
// version.<student_id>; null or "" removes a result. Pure; throws base::Error that names every
// wrong row, as "results[3].marks".
[[nodiscard]] ClassSave results_of_class(
    const json::Object& sent, std::string course_id, const College& college
);

// How many of each grade, all seven of them, best first: [{grade, meaning, count}].
[[nodiscard]] json::Array distribution_of(const std::vector<std::string>& letters);
// [{grade, least, meaning}], best first.
[[nodiscard]] json::Array scale_model();

}  // namespace studentcore
