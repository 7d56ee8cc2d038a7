// What is recorded of a student, read and counted.
#include <algorithm>
#include <map>
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

// What a summary reads of a record; the rest of it is not built.
json::Object counted_of(const table::Record& record) {
    return json::parse_stored(
        record.text, {"course_id", "course_name", "exam_type", "marks", "max_marks", "credits",
                      "faculty", "co_faculty"}
    );
}

base::Task<std::vector<json::Object>> items_of(
    table::Store* store, table::Query query, Extent extent
) {
    const auto records = co_await all_of(store, std::move(query));
    std::vector<json::Object> items;
    items.reserve(records.size());
    for (const auto& record : records)
        items.push_back(extent == Extent::whole ? record.item() : counted_of(record));
    co_return items;
}

base::Task<std::vector<json::Object>> courses_of(
    table::Store* store, std::vector<std::string> ids, Extent extent
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
        if (record)
            courses.push_back(extent == Extent::whole ? record->item() : counted_of(*record));
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

struct Tally {
    std::string course_name;
    std::int64_t present = 0;
    std::int64_t absent = 0;
    std::int64_t late = 0;
    std::int64_t in_a_row = 0;
    bool counting = true;  // nothing but absences so far, from the newest back
};

constexpr std::int64_t warn_from = 3;

// What the tally reads of a record, found in one pass.
json::Object noted(const table::Record& record) {
    return json::parse_stored(
        record.text, {"date", "session", "course_id", "status", "course_name"}
    );
}

}  // namespace

const json::Object* StudentRecords::course(std::string_view course_id) const {
    const auto found = std::ranges::find_if(courses, [&](const json::Object& one) {
        return one.text("course_id") == course_id;
    });
    return found == courses.end() ? nullptr : &*found;
}

base::Task<StudentRecords> records_of(
    table::Store* store, web::Identity who, std::string student_id, Extent extent
) {
    require_read_student(who, student_id);
    const auto found = co_await store->get(&students_table, {student_id, {}});
    StudentRecords records;
    if (found) records.student = found->item();
    if (!found || records.student.contains("deleting"))
        throw base::Error::not_found("There is no such student.");
    auto enrolled = index_query(&enrolments_table, "student_id-index", student_id);
    records.enrolments = co_await items_of(store, std::move(enrolled), extent);
    auto examined = index_query(&results_table, "student_id-index", student_id);
    records.results = co_await items_of(store, std::move(examined), extent);
    auto newest = index_query(&attendance_table, "student_id-index", student_id);
    newest.descending = true;
    records.attendance = co_await all_of(store, std::move(newest));
    std::vector<std::string> ids;
    for (const auto& one : records.enrolments) ids.emplace_back(one.text("course_id"));
    for (const auto& one : records.results) ids.emplace_back(one.text("course_id"));
    if (is_faculty(who))
        for (const auto& one : records.attendance) ids.push_back(text_of(one, "course_id"));
    records.courses = co_await courses_of(store, std::move(ids), extent);
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
    std::vector<CourseOfStudent> courses;
    const auto entry = [&](const json::Object& record) -> CourseOfStudent& {
        const auto id = record.text("course_id");
        const auto there = std::ranges::find(courses, id, &CourseOfStudent::course_id);
        if (there != courses.end()) return *there;
        const auto* const course = records.course(id);
        const auto credits = course ? Decimal::parse(course->text("credits")) : std::nullopt;
        courses.push_back(
            {.course_id = id,
             .course_name = record.text("course_name"),
             .marks = {.course_id = id, .credits = credits.value_or(Decimal{}), .exams = {}}}
        );
        return courses.back();
    };
    for (const auto& enrolment : records.enrolments) entry(enrolment);
    for (const auto& result : records.results) {
        const auto marks = Decimal::parse(result.text("marks"));
        const auto max_marks = Decimal::parse(result.text("max_marks"));
        if (!marks || !max_marks) continue;
        entry(result).marks.exams.push_back(
            {.exam_type = result.text("exam_type"), .marks = *marks, .max_marks = *max_marks}
        );
    }
    std::ranges::stable_sort(courses, {}, [](const CourseOfStudent& course) {
        return base::folded(course.course_name);
    });
    return courses;
}

std::optional<Decimal> attendance_rate(
    std::int64_t present, std::int64_t late, std::int64_t absent
) {
    return Decimal(100 * (present + late), 0).over(Decimal(present + late + absent, 0), 1);
}

json::Array attendance_by_course(const StudentRecords& records) {
    std::vector<json::Object> newest_first;
    newest_first.reserve(records.attendance.size());
    for (const auto& record : records.attendance) newest_first.push_back(noted(record));
    // The index orders by date alone; a day may have several sessions.
    std::ranges::stable_sort(newest_first, std::greater<>{}, [](const json::Object& one) {
        return std::pair{one.text("date"), one.text("session")};
    });
    std::map<std::string, Tally, std::less<>> tallies;
    for (const auto& one : newest_first) {
        const auto course_id = one.text("course_id");
        auto found = tallies.find(course_id);
        if (found == tallies.end()) {
            found = tallies.emplace(std::string(course_id), Tally{}).first;
            found->second.course_name = one.text("course_name");
        }
        auto& tally = found->second;
        const auto status = one.text("status");
        const bool absent = status == "Absent";
        if (absent) ++tally.absent;
        if (status == "Present") ++tally.present;
        if (status == "Late") ++tally.late;
        tally.counting = tally.counting && absent;
        if (tally.counting) ++tally.in_a_row;
    }
    std::vector<std::pair<std::string, Tally>> sorted(tallies.begin(), tallies.end());
    std::ranges::stable_sort(sorted, {}, [](const auto& one) {
        return base::folded(one.second.course_name);
    });
    json::Array rows;
    for (const auto& [course_id, tally] : sorted) {
        json::Object row{
            {"course_id", course_id},   {"course_name", tally.course_name},
            {"present", tally.present}, {"absent", tally.absent},
            {"late", tally.late},       {"total", tally.present + tally.absent + tally.late},
        };
        if (const auto rate = attendance_rate(tally.present, tally.late, tally.absent))
            row.append_new("rate", json::Number{rate->text(1)});
        row.append_new("absent_in_a_row", tally.in_a_row);
        row.append_new("warn", tally.in_a_row >= warn_from);
        rows.emplace_back(std::move(row));
    }
    return rows;
}

}  // namespace studentcore
