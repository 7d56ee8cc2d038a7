// The students: list, search, one record, and every change of it.
//
// A list follows the name-index (all shards merged) or a programme's index; its total comes from
// the kept counters. One record is sent as it is stored. What belongs to a student is found
// elsewhere: enrolments.h, attendance, results.
//
// GET    /api/students                 list     (admin, faculty); page /students
// POST   /api/students                 create   (admin); form POST /students
// GET    /api/students/{student_id}    get      (all; a student only their own)
// PUT    /api/students/{student_id}    replace  (admin); form POST /students/{student_id}
// PATCH  /api/students/{student_id}    patch    (admin)
// DELETE /api/students/{student_id}    remove   (admin; ?cascade=true); form POST …/delete
//
// The form changes what it sends and leaves the rest.
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

class Students {
  public:
    Students(journal::Journal& journal, Settings& settings)
        : journal_(journal), settings_(settings) {}

    [[nodiscard]] base::Task<http::Response> list(web::Call call);
    [[nodiscard]] base::Task<http::Response> create(web::Call call);
    [[nodiscard]] base::Task<http::Response> get(web::Call call);
    [[nodiscard]] base::Task<http::Response> replace(web::Call call);
    [[nodiscard]] base::Task<http::Response> patch(web::Call call);
    [[nodiscard]] base::Task<http::Response> remove(web::Call call);

    // The record, unless it is not there or is being removed.
    [[nodiscard]] base::Task<std::optional<json::Object>> find(std::string student_id);
    // The student whose sign-in the user is; "" for none.
    [[nodiscard]] base::Task<std::string> student_of(std::string user_id);

  private:
    struct Filter {
        std::string program;
        std::string status;
        std::string student_code;
        std::string q;
        [[nodiscard]] bool any() const {
            return !program.empty() || !status.empty() || !student_code.empty() || !q.empty();
        }
    };
    struct Found {
        std::vector<table::Record> records;
        std::string cursor;
        std::optional<std::int64_t> total;
    };
    [[nodiscard]] Filter filter_of(const web::Call& call, const web::List& list) const;
    [[nodiscard]] base::Task<Found> by_index(web::List list, Filter filter);
    [[nodiscard]] base::Task<Found> by_words(web::List list, Filter filter);
    [[nodiscard]] base::Task<Found> by_code(Filter filter);
    [[nodiscard]] base::Task<std::optional<std::int64_t>> total_of(Filter filter);
    [[nodiscard]] json::Object page_model(
        const web::Call& call, const web::List& list, const Filter& filter, Found found
    ) const;

    // The checked record with the programme's listed spelling and a sign-in that exists.
    [[nodiscard]] base::Task<json::Object> checked_record(
        const web::Call* call, json::Object sent, json::Object before, table::Mode mode
    );
    [[nodiscard]] base::Task<> check_sign_in(std::string user_id, std::string student_id);
    [[nodiscard]] base::Task<http::Response> edit(web::Call call, table::Mode mode);

    journal::Journal& journal_;
    Settings& settings_;
};

// The college's programmes, to choose from.
[[nodiscard]] json::Array program_choices(const College& college);
// The request's own path and query with this one parameter changed, and from the first page.
[[nodiscard]] std::string page_with(
    const web::Call& call, std::string_view parameter, std::string_view value
);
// The same for the next page.
[[nodiscard]] std::string next_page(const web::Call& call, std::string_view cursor);
// A page of records that were found at once: the cursor is how many came before.
[[nodiscard]] std::size_t offset_of(std::string_view cursor);

}  // namespace studentcore
