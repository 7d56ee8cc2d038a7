// What is recorded of a student, read and counted.
#include <algorithm>
#include <utility>

#include "platform/base/error.h"
#include "platform/base/json_stored.h"
#include "platform/base/text.h"
#include "studentcore/access.h"
#include "studentcore/marks.h"
#include "studentcore/student_summary.h"
#include "studentcore/tables.h"

namespace studentcore {
namespace {

using base::Decimal;

base::Task<std::vector<json::Object>> items_of(table::Store* store, table::Query query) {
    const auto records = co_await all_of(store, std::move(query));
    std::vector<json::Object> items;
    items.reserve(records.size());
    for (const auto& record : records) items.push_back(record.item());
    co_return items;
}

base::Task<std::vector<json::Object>> courses_of(
    table::Store* store, std::vector<std::string> ids
) {
    std::ranges::sort(ids);
    const auto [first, last] = std::ranges::unique(ids);
    ids.erase(first, last);
    std::vector<table::Key> keys;
    for (auto& id : ids) keys.push_back({std::move(id), {}});
    if (keys.size() > table::query_limit_max) keys.resize(table::query_limit_max);
    std::vector<json::Object> courses;
    if (keys.empty()) co_return courses;
    const auto found = co_await store->get_many(&courses_table, std::move(keys));
    for (const auto& record : found)
        if (record) courses.push_back(record->item());
    co_return courses;
}

// A stored text attribute; the quick way, or by parsing where it has escapes.
std::string text_of(const table::Record& record, std::string_view name) {
    if (const auto quick = json::peek(record.text, name)) return std::string(*quick);
    return std::string(record.item().text(name));
}

// Leaves what concerns the courses that the lecturer teaches.
void keep_taught(StudentRecords& records, std::string_view user_id) {
    std::erase_if(records.courses, [&](const json::Object& course) {
        return !teaches(course, user_id);
    });
    const auto foreign = [&](std::string_view course_id) {
        return records.course(course_id) == nullptr;
    };
    std::erase_if(records.enrolments, [&](const json::Object& enrolment) {
        return foreign(enrolment.text("course_id"));
    });
    std::erase_if(records.results, [&](const json::Object& result) {
        return foreign(result.text("course_id"));
    });
    std::erase_if(records.attendance, [&](const table::Record& record) {
        return foreign(text_of(record, "course_id"));
    });
}

}  // namespace

const json::Object* StudentRecords::course(std::string_view course_id) const {
    const auto found = std::ranges::find_if(courses, [&](const json::Object& one) {
        return one.text("course_id") == course_id;
    });
    return found == courses.end() ? nullptr : &*found;
}

base::Task<StudentRecords> records_of(
    table::Store* store, web::Identity who, std::string student_id
) {
    require_read_student(who, student_id);
    const auto found = co_await store->get(&students_table, {student_id, {}});
    StudentRecords records;
    if (found) records.student = found->item();
    if (!found || records.student.contains("deleting"))
        throw base::Error::not_found("There is no such student.");
    auto enrolled = index_query(&enrolments_table, "student_id-index", student_id);
    records.enrolments = co_await items_of(store, std::move(enrolled));
    auto examined = index_query(&results_table, "student_id-index", student_id);
    records.results = co_await items_of(store, std::move(examined));
    auto newest = index_query(&attendance_table, "student_id-index", student_id);
    newest.descending = true;
    records.attendance = co_await all_of(store, std::move(newest));
    std::vector<std::string> ids;
    for (const auto& one : records.enrolments) ids.emplace_back(one.text("course_id"));
    for (const auto& one : records.results) ids.emplace_back(one.text("course_id"));
    if (is_faculty(who))
        for (const auto& one : records.attendance) ids.push_back(text_of(one, "course_id"));
    records.courses = co_await courses_of(store, std::move(ids));
    if (is_faculty(who)) keep_taught(records, who.user_id);
    std::ranges::stable_sort(records.results, {}, [](const json::Object& result) {
        return std::pair{base::folded(result.text("course_name")), result.text("exam_type")};
    });
    co_return records;
}

Policy policy_of(const College& college) {
    Policy policy;
    for (const auto& type : college.exam_types) policy.weights.emplace_back(type.name, type.weight);
    policy.points = college.grade_points;
    return policy;
}

std::vector<CourseOfStudent> courses_with_marks(const StudentRecords& records) {
    std::vector<MarkFacts> enrolled;
    for (const auto& one : records.enrolments)
        enrolled.push_back({one.text("course_id"), one.text("course_name"), {}, {}, {}});
    std::vector<MarkFacts> examined;
    for (const auto& one : records.results)
        examined.push_back(
            {one.text("course_id"), one.text("course_name"), one.text("exam_type"),
             one.text("marks"), one.text("max_marks")}
        );
    std::vector<CreditFacts> credits;
    for (const auto& one : records.courses)
        credits.push_back({one.text("course_id"), one.text("credits")});
    return courses_with_marks(enrolled, examined, credits);
}

std::optional<Decimal> attendance_rate(
    std::int64_t present, std::int64_t late, std::int64_t absent
) {
    return Decimal(100 * (present + late), 0).over(Decimal(present + late + absent, 0), 1);
}

json::Array attendance_by_course(const StudentRecords& records) {
    std::vector<json::Picked> picked;
    std::vector<DayFacts> newest_first;
    picked.reserve(records.attendance.size());
    for (const auto& record : records.attendance) {
        const auto& day = picked.emplace_back(
            record.text,
            std::initializer_list<std::string_view>{
                "course_id", "course_name", "date", "session", "status"
            }
        );
        newest_first.push_back({day[0], day[1], day[2], day[3], day[4]});
    }
    return attendance_by_course(std::move(newest_first));
}

}  // namespace studentcore
