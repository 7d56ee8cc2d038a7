// Who is in which course: enrolling many at once, leaving, and the roster of a course.
//
// An enrolment and the student's enrolled_courses change in one transaction; many students go in
// chunks, each whole. Enrolling again is no error: what is there stays.
//
// POST   /api/students/{student_id}/enrolments   enrol_student  (admin) {"course_ids": […]}
// POST   /api/courses/{course_id}/enrolments     enrol_course   (admin) {"student_ids": […]} and/or
//                                                               {"student_codes": […]}
// GET    /api/students/{student_id}/enrolments   of_student     (admin, faculty, the student)
// GET    /api/courses/{course_id}/enrolments     of_course      (admin, faculty)
// GET    /api/enrolments/{enrolment_id}          get            (admin, faculty)
// DELETE /api/enrolments/{enrolment_id}          remove         (admin; ?cascade=true)
//
// The three that write are also forms at the pages' URLs: without /api, the last with /delete.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "platform/base/json.h"
#include "platform/base/task.h"
#include "platform/http/response.h"
#include "platform/journal/journal.h"
#include "platform/table/table.h"
#include "platform/web/call.h"

namespace studentcore {

class Enrolments {
  public:
    explicit Enrolments(journal::Journal& journal) : journal_(journal) {}

    [[nodiscard]] base::Task<http::Response> enrol_student(web::Call call);
    [[nodiscard]] base::Task<http::Response> enrol_course(web::Call call);
    [[nodiscard]] base::Task<http::Response> of_student(web::Call call);
    [[nodiscard]] base::Task<http::Response> of_course(web::Call call);
    [[nodiscard]] base::Task<http::Response> get(web::Call call);
    [[nodiscard]] base::Task<http::Response> remove(web::Call call);

    struct Enrolled {
        std::size_t added = 0;
        std::size_t already = 0;
        std::vector<json::Object> items;  // the enrolments that were added
        std::string entry_id;             // in the log, of the first write; "" for none
        std::string subject;
    };
    // Every student into every course. 422 under `field` when one of them is not there.
    [[nodiscard]] base::Task<Enrolled> enrol(
        journal::Actor actor, std::vector<std::string> student_ids,
        std::vector<std::string> course_ids
    );

  private:
    // One transaction for these students; false when someone changed one of them meanwhile.
    [[nodiscard]] base::Task<bool> enrol_chunk(
        journal::Actor actor, std::vector<std::string> student_ids,
        std::vector<json::Object> courses, Enrolled* so_far
    );
    [[nodiscard]] base::Task<std::vector<std::string>> ids_of_codes(std::vector<std::string> codes);
    [[nodiscard]] base::Task<http::Response> list_of(
        web::Call call, std::string index, std::string id
    );

    journal::Journal& journal_;
};

// The students of a course as {student_id, student_code, full_name, program, status, enrolment_id},
// by name. Students who are being removed are left out.
[[nodiscard]] base::Task<std::vector<json::Object>> roster(
    table::Store* store, std::string course_id
);

}  // namespace studentcore
