// Reading attendance and results: lists by student, course or day, and single records.
#include <algorithm>
#include <utility>

#include "platform/base/clock.h"
#include "platform/base/error.h"
#include "platform/base/random.h"
#include "studentcore/access.h"
#include "studentcore/marks.h"
#include "studentcore/tables.h"

namespace studentcore {
namespace {

using base::Error;

// What a list is asked for. Empty texts: not asked.
struct Filter {
    std::string student_id;
    std::string course_id;
    std::string date;
    std::string from;
    std::string until;
};

std::string day_of_query(const web::Call& call, std::string_view name) {
    auto day = call.request.query(name).value_or("");
    if (!day.empty() && !base::is_date(day))
        throw Error::invalid(std::string(name), "Give a day as YYYY-MM-DD.");
    return day;
}

std::string id_of_query(const web::Call& call, std::string_view name) {
    auto id = call.request.query(name).value_or("");
    if (!id.empty() && !base::is_uuid(id))
        throw Error::invalid(std::string(name), "This must be the id of a record.");
    return id;
}

Filter filter_of(const web::Call& call, std::string student_id, bool dated) {
    Filter filter{
        .student_id = std::move(student_id),
        .course_id = id_of_query(call, "course_id"),
        .date = {},
        .from = {},
        .until = {},
    };
    if (filter.student_id.empty()) filter.student_id = id_of_query(call, "student_id");
    if (dated) {
        filter.date = day_of_query(call, "date");
        filter.from = day_of_query(call, "from");
        filter.until = day_of_query(call, "until");
    }
    if (!is_student(call.who)) return filter;
    if (filter.student_id.empty()) filter.student_id = call.who.own_record;
    require_read_student(call.who, filter.student_id);
    return filter;
}

table::Query query_of(const Filter& filter, table::SchemaRef schema, const web::List& list) {
    table::Query query;
    query.table = schema;
    query.limit = list.limit;
    query.cursor = list.cursor;
    query.descending = list.descending;
    if (!filter.student_id.empty()) {
        query.index = "student_id-index";
        query.partitions = {filter.student_id};
    } else if (!filter.course_id.empty()) {
        query.index = "course_id-index";
        query.partitions = {filter.course_id};
    } else {
        query.index = "attendance_date-index";
        query.partitions = {filter.date};
        return query;
    }
    if (!filter.date.empty()) {
        query.prefix = filter.date;
        return query;
    }
    if (!filter.from.empty()) query.from = filter.from;
    if (!filter.until.empty()) query.until = base::add_days(filter.until, 1);
    return query;
}

bool is_of(const table::Record& record, std::string_view attribute, std::string_view value) {
    return json::peek(record.text, attribute).value_or("") == value;
}

// Leaves what the lecturer may see of a page that spans courses.
base::Task<> keep_taught(table::Store* store, std::string user_id, table::Page* page) {
    std::vector<std::string> ids;
    for (const auto& record : page->records)
        ids.emplace_back(json::peek(record.text, "course_id").value_or(""));
    const auto taught = co_await taught_among(store, std::move(user_id), std::move(ids));
    std::erase_if(page->records, [&](const table::Record& record) {
        return std::ranges::find(taught, json::peek(record.text, "course_id").value_or("")) ==
               taught.end();
    });
}

}  // namespace

base::Task<http::Response> list_marks(
    web::Call call, table::Store* store, table::SchemaRef schema, std::string student_id
) {
    const bool dated = schema == &attendance_table;
    const auto filter = filter_of(call, std::move(student_id), dated);
    if (filter.student_id.empty() && filter.course_id.empty() && filter.date.empty()) {
        throw Error::invalid(
            "student_id", dated ? "Ask for one student_id, course_id or date."
                                : "Ask for one student_id or course_id."
        );
    }
    std::vector<std::string_view> sorts;
    if (dated) sorts = {"date", "-date"};
    const auto list = call.list(sorts);
    if (is_faculty(call.who) && !filter.course_id.empty())
        (void)co_await course_for_marks(store, call.who, filter.course_id, "course_id");
    auto page = co_await store->query(query_of(filter, schema, list));
    if (!filter.student_id.empty() && !filter.course_id.empty()) {
        std::erase_if(page.records, [&](const table::Record& record) {
            return !is_of(record, "course_id", filter.course_id);
        });
    }
    if (is_faculty(call.who) && filter.course_id.empty())
        co_await keep_taught(store, call.who.user_id, &page);
    co_return web::Call::items(page.records, page.cursor);
}

base::Task<table::Record> readable_mark(
    table::Store* store, web::Identity who, table::SchemaRef schema, std::string key
) {
    auto record = co_await store->get(schema, {std::move(key), {}});
    const bool theirs =
        record && (!is_student(who) || is_of(*record, "student_id", who.own_record));
    if (!theirs) throw Error::not_found("There is no such record.");
    if (is_faculty(who)) {
        co_await require_write_record(
            store, who, std::string(json::peek(record->text, "course_id").value_or(""))
        );
    }
    co_return std::move(*record);
}

base::FieldErrors moved(
    const json::Object& before, const json::Object& after,
    const std::vector<std::string_view>& fixed
) {
    base::FieldErrors errors;
    for (const auto name : fixed) {
        if (before.text(name) == after.text(name)) continue;
        errors.push_back(
            {std::string(name), "This cannot change: delete the record and enter another."}
        );
    }
    return errors;
}

}  // namespace studentcore
