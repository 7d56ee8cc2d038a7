#include "studentcore/student_summary.h"

#include <algorithm>
#include <utility>

#include "platform/base/error.h"
#include "studentcore/access.h"
#include "studentcore/marks.h"
#include "studentcore/tables.h"
#include "studentcore/timeline.h"

namespace studentcore {
namespace {

constexpr std::size_t timeline_on_page = 30;

// Absent (null) while nothing is recorded.
json::Value average_model(const std::vector<CourseOfStudent>& courses, const Policy& policy) {
    std::vector<CourseMarks> marks;
    for (const auto& course : courses) marks.push_back(course.marks);
    const auto average = average_of(marks, policy);
    if (!std::ranges::any_of(average.courses, [](const auto& one) { return one.has_value(); }))
        return nullptr;
    json::Array open;
    for (std::size_t at = 0; at < courses.size(); ++at) {
        if (average.courses[at]) continue;
        open.emplace_back(json::Object{
            {"course_id", courses[at].course_id}, {"course_name", courses[at].course_name}
        });
    }
    json::Object model;
    if (average.percent) {
        model.set("percent", json::Number{average.percent->text(2)});
        model.set("grade", average.letter);
        model.set("meaning", meaning_of(average.letter));
        model.set("gpa", json::Number{average.gpa->text(2)});
    }
    model.set("credits", json::Number{average.credits.plain()});
    model.set("open", std::move(open));
    return model;
}

json::Value overall_rate(const json::Array& by_course) {
    std::int64_t present = 0;
    std::int64_t absent = 0;
    std::int64_t late = 0;
    for (const auto& row : by_course) {
        present += row.object()->integer("present");
        absent += row.object()->integer("absent");
        late += row.object()->integer("late");
    }
    const auto rate = attendance_rate(present, late, absent);
    return rate ? json::Value(json::Number{rate->text(1)}) : json::Value(nullptr);
}

json::Array courses_model(const StudentRecords& records) {
    json::Array rows;
    for (const auto& enrolment : records.enrolments) {
        json::Object row{
            {"enrolment_id", enrolment.text("enrolment_id")},
            {"course_id", enrolment.text("course_id")},
            {"course_name", enrolment.text("course_name")},
        };
        if (const auto* course = records.course(enrolment.text("course_id"))) {
            for (const auto* const name : {"term", "credits", "schedule", "faculty_name"})
                if (const auto* value = course->find(name)) row.set(name, *value);
        }
        rows.emplace_back(std::move(row));
    }
    return rows;
}

json::Object rights_of(const web::Identity& who, const json::Object& person) {
    const bool all = is_admin(who);
    return {
        {"edit", all},
        {"delete", all},
        {"enrol", all},
        {"sign_in_link", all},
        {"transcript", all || who.own_record == person.text("student_id")},
    };
}

}  // namespace

base::Task<json::Array> StudentSummary::other_courses(std::vector<json::Object> enrolments) {
    const auto all = co_await courses_.courses_in(settings_.current_term());
    json::Array others;
    for (const auto& course : all) {
        const bool enrolled = std::ranges::any_of(enrolments, [&](const json::Object& one) {
            return one.text("course_id") == course.text("course_id");
        });
        if (enrolled) continue;
        others.emplace_back(json::Object{
            {"course_id", course.text("course_id")},
            {"course_name", course.text("course_name")},
            {"term", course.text("term")},
        });
    }
    co_return others;
}

base::Task<json::Object> StudentSummary::model(web::Call call, std::string student_id, bool full) {
    StudentRecords records;
    StudentFigures figures;
    if (full) {
        records = co_await records_of(&journal_.store(), call.who, student_id);
        figures = figures_of(records);
    } else {
        figures = co_await figures_of(&journal_.store(), call.who, student_id);
    }
    const auto college = settings_.current();
    auto average = average_model(figures.courses, policy_of(*college));
    auto rate = overall_rate(figures.attendance);
    const auto rights = rights_of(call.who, figures.student);
    json::Object model{
        {"student", table::shown(students_table, figures.student)},
        {"average", std::move(average)},
        {"attendance_rate", std::move(rate)},
        {"attendance", std::move(figures.attendance)},
        {"full", full},
        {"can", rights},
    };
    if (full) {
        json::Array results;
        for (const auto& result : records.results) results.emplace_back(result);
        model.set("results", std::move(results));
        model.set("courses", courses_model(records));
    }
    if (call.is_api()) co_return model;
    if (rights.truth("edit")) {
        json::Array programs;
        for (const auto& program : college->programs) programs.emplace_back(program);
        model.set("programs", std::move(programs));
        model.set("form", std::move(figures.student));
        if (call.problem) model.set("edit_open", true);
    }
    if (full) {
        if (rights.truth("enrol"))
            model.set("other_courses", co_await other_courses(records.enrolments));
        auto timeline =
            co_await timeline_of(&journal_, call.who, &records, student_id, {}, timeline_on_page);
        model.set("timeline", std::move(timeline.items));
    }
    co_return model;
}

base::Task<http::Response> StudentSummary::summary(web::Call call) {
    const bool full = call.is_api() || call.request.query("show").value_or("") == "all";
    auto shown = co_await model(call, call.id("student_id"), full);
    co_return call.show("student", std::move(shown));
}

base::Task<http::Response> StudentSummary::timeline(web::Call call) {
    const auto student_id = call.id("student_id");
    require_read_student(call.who, student_id);
    const auto list = call.list({});
    const auto found = co_await journal_.store().get(&students_table, {student_id, {}});
    // The office may read on in the log of a student who is gone.
    if (!found && !is_admin(call.who)) throw base::Error::not_found("There is no such student.");
    StudentRecords records;
    if (found && !found->item().contains("deleting"))
        records = co_await records_of(&journal_.store(), call.who, student_id);
    auto timeline =
        co_await timeline_of(&journal_, call.who, &records, student_id, list.cursor, list.limit);
    co_return http::json({
        {"items", std::move(timeline.items)},
        {"cursor", timeline.cursor.empty() ? json::Value(nullptr) : json::Value(timeline.cursor)},
    });
}

}  // namespace studentcore
