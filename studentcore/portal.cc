#include "studentcore/portal.h"

#include <string>
#include <utility>

#include "platform/base/error.h"
#include "studentcore/access.h"
#include "studentcore/marks.h"
#include "studentcore/tables.h"

namespace studentcore {
namespace {

constexpr std::size_t announcements_shown = 3;
constexpr std::size_t recent_shown = 10;

}  // namespace

base::Task<http::Response> Portal::me(web::Call call) {
    if (!is_student(call.who)) {
        if (!call.is_api()) co_return http::redirect("/");
        throw base::Error(base::Code::forbidden, "This page is for students.");
    }
    // Signed in as a student whose record is not there (yet).
    if (call.who.own_record.empty())
        throw base::Error::not_found("No student record belongs to this sign-in. Ask the office.");
    auto model = co_await summary_.model(call, call.who.own_record, true);
    model.set("announcements", co_await announcements_.newest(call.who, announcements_shown));
    auto query = index_query(&attendance_table, "student_id-index", call.who.own_record);
    query.descending = true;
    query.limit = recent_shown;
    const auto page = co_await store_.query(std::move(query));
    json::Array recent;
    for (const auto& record : page.records) {
        const auto item = record.item();
        recent.emplace_back(json::Object{
            {"date", item.text("date")},
            {"course_name", item.text("course_name")},
            {"status", item.text("status")},
        });
    }
    model.set("recent", std::move(recent));
    co_return call.show("me", std::move(model));
}

}  // namespace studentcore
