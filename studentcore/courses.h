// The courses: list by term, one record, its roster, and every change of it.
//
// A course names its lecturer (faculty, whose name is copied) and co-lecturers; who teaches what is
// found through the links that the table declares, so that a lecturer's own courses are one read.
//
// GET    /api/courses                      list         (admin, faculty); page /courses
// POST   /api/courses                      create       (admin); form POST /courses
// GET    /api/courses/{course_id}          get          (admin, faculty)
// PUT    /api/courses/{course_id}          replace      (admin); form POST /courses/{course_id}
// PATCH  /api/courses/{course_id}          patch        (admin)
// DELETE /api/courses/{course_id}          remove       (admin; ?cascade=true); form POST …/delete
// GET    /api/courses/{course_id}/roster   roster_page  (admin, faculty); page /courses/{course_id}
//
// List filters: term (a name, "current", "all": the page shows the current one unless told),
// faculty (a user_id, or "me").
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/json.h"
#include "platform/base/task.h"
#include "platform/http/response.h"
#include "platform/journal/journal.h"
#include "platform/table/table.h"
#include "platform/web/call.h"
#include "studentcore/settings.h"

namespace studentcore {

class Courses {
  public:
    Courses(journal::Journal& journal, Settings& settings)
        : journal_(journal), settings_(settings) {}

    [[nodiscard]] base::Task<http::Response> list(web::Call call);
    [[nodiscard]] base::Task<http::Response> create(web::Call call);
    [[nodiscard]] base::Task<http::Response> get(web::Call call);
    [[nodiscard]] base::Task<http::Response> replace(web::Call call);
    [[nodiscard]] base::Task<http::Response> patch(web::Call call);
    [[nodiscard]] base::Task<http::Response> remove(web::Call call);
    [[nodiscard]] base::Task<http::Response> roster_page(web::Call call);

    // The record, unless it is not there or is being removed.
    [[nodiscard]] base::Task<std::optional<json::Object>> find(std::string course_id);
    // The courses that name the user as lecturer or co-lecturer, by name.
    [[nodiscard]] base::Task<std::vector<json::Object>> courses_of(std::string user_id);
    // All courses of a term, or of all terms (""), by name; at most table::query_limit_max.
    [[nodiscard]] base::Task<std::vector<json::Object>> courses_in(std::string term);
    // The lecturers to choose from, by name.
    [[nodiscard]] base::Task<std::vector<json::Object>> lecturers();

  private:
    struct Filter {
        std::string term;  // "" for all
        std::string faculty;
        std::string q;
    };
    struct Found {
        std::vector<table::Record> records;
        std::string cursor;
        std::optional<std::int64_t> total;
    };
    [[nodiscard]] Filter filter_of(const web::Call& call, const web::List& list) const;
    [[nodiscard]] base::Task<Found> by_term(web::List list, Filter filter);
    [[nodiscard]] base::Task<Found> by_keys(
        web::List list, Filter filter, std::vector<std::string> ids
    );
    [[nodiscard]] base::Task<std::vector<std::string>> taught_by(std::string user_id);
    [[nodiscard]] base::Task<json::Object> page_model(
        web::Call call, web::List list, Filter filter, Found found
    );
    [[nodiscard]] json::Array term_choices() const;

    // The checked record, with lecturers who exist and the name of the first copied.
    [[nodiscard]] base::Task<json::Object> checked_record(
        json::Object sent, json::Object before, table::Mode mode
    );
    [[nodiscard]] base::Task<http::Response> edit(web::Call call, table::Mode mode);

    journal::Journal& journal_;
    Settings& settings_;
};

}  // namespace studentcore
