#include "studentcore/transcript_model.h"

#include <algorithm>
#include <map>
#include <utility>

#include "studentcore/grades.h"
#include "studentcore/results.h"

namespace studentcore {
namespace {

using base::Decimal;

json::Array scale_with_points(const Policy& policy) {
    json::Array rows;
    for (const auto& step : grade_scale) {
        rows.emplace_back(json::Object{
            {"grade", step.letter},
            {"from", step.least},
            {"meaning", step.meaning},
            {"points", json::Number{policy.points_of(step.letter).plain()}},
        });
    }
    return rows;
}

json::Array exams_of(const StudentRecords& records, std::string_view course_id) {
    json::Array rows;
    for (const auto& result : records.results) {
        if (result.text("course_id") != course_id) continue;
        json::Object row;
        for (const auto* const name : {"exam_type", "marks", "max_marks"})
            if (const auto* value = result.find(name)) row.set(name, *value);
        rows.emplace_back(std::move(row));
    }
    return rows;
}

// Terms in the college's order; those that it no longer lists come last.
json::Array terms_in_order(std::map<std::string, json::Array> by_term, const College& college) {
    json::Array terms;
    const auto add = [&](const std::string& name, json::Array& courses) {
        if (!courses.empty())
            terms.emplace_back(json::Object{{"name", name}, {"courses", std::move(courses)}});
        courses.clear();
    };
    for (const auto& term : college.terms)
        if (const auto there = by_term.find(term.name); there != by_term.end())
            add(there->first, there->second);
    for (auto& [name, courses] : by_term) add(name, courses);
    return terms;
}

struct Sheet {
    std::int64_t present = 0;
    std::int64_t absent = 0;
    std::int64_t late = 0;
    std::vector<const json::Object*> results;
};

json::Object sheet_row(const json::Object& enrolment, const Sheet& sheet, const Policy& policy) {
    json::Object row{
        {"student_code", enrolment.text("student_code")},
        {"full_name", enrolment.text("student_name")},
        {"present", sheet.present},
        {"absent", sheet.absent},
        {"late", sheet.late},
    };
    if (const auto rate = attendance_rate(sheet.present, sheet.late, sheet.absent))
        row.set("rate", json::Number{rate->text(1)});
    json::Array results;
    std::vector<ExamMarks> exams;
    for (const auto* result : sheet.results) {
        results.emplace_back(json::Object{
            {"exam_type", result->text("exam_type")}, {"marks", *result->find("marks")}
        });
        exams.push_back(
            {.exam_type = result->text("exam_type"),
             .marks = Decimal::parse(result->text("marks")).value_or(Decimal{}),
             .max_marks = Decimal::parse(result->text("max_marks")).value_or(Decimal{})}
        );
    }
    row.set("results", std::move(results));
    if (const auto grade = course_grade(exams, policy)) {
        row.set("percent", json::Number{grade->percent.text(2)});
        row.set("grade", grade->letter);
    }
    return row;
}

// The exams that the class has marks in: the college's order, then any other.
json::Array exams_held(const std::vector<json::Object>& results, const College& college) {
    std::vector<std::string> names;
    const auto add = [&](std::string_view name) {
        if (std::ranges::find(names, name) == names.end()) names.emplace_back(name);
    };
    for (const auto& type : college.exam_types) {
        const bool held = std::ranges::any_of(results, [&](const json::Object& result) {
            return result.text("exam_type") == type.name;
        });
        if (held) add(type.name);
    }
    for (const auto& result : results) add(result.text("exam_type"));
    json::Array held;
    for (const auto& name : names) held.emplace_back(name);
    return held;
}

}  // namespace

json::Object transcript_model(
    const StudentRecords& records, const College& college, const std::string& today
) {
    const auto policy = policy_of(college);
    const auto courses = courses_with_marks(records);
    std::vector<CourseMarks> marks;
    for (const auto& course : courses) marks.push_back(course.marks);
    const auto average = average_of(marks, policy);
    std::map<std::string, json::Array> by_term;
    json::Array open;
    for (std::size_t at = 0; at < courses.size(); ++at) {
        const auto& course = courses[at];
        const auto& grade = average.courses[at];
        if (!grade) {
            open.emplace_back(course.course_name);
            continue;
        }
        const auto* const record = records.course(course.course_id);
        by_term[std::string(record == nullptr ? "" : record->text("term"))].emplace_back(
            json::Object{
                {"course_name", course.course_name},
                {"credits", json::Number{course.marks.credits.plain()}},
                {"percent", json::Number{grade->percent.text(2)}},
                {"grade", grade->letter},
                {"points", json::Number{grade->points.plain()}},
                {"results", exams_of(records, course.course_id)},
            }
        );
    }
    json::Object person;
    for (const auto* const name : {"full_name", "student_code", "program", "status"})
        person.set(name, records.student.text(name));
    json::Object overall{{"credits", json::Number{average.credits.plain()}}};
    if (average.percent) {
        overall.set("percent", json::Number{average.percent->text(2)});
        overall.set("gpa", json::Number{average.gpa->text(2)});
    }
    return {
        {"college", college.name},
        {"generated_on", today},
        {"student", std::move(person)},
        {"terms", terms_in_order(std::move(by_term), college)},
        {"average", std::move(overall)},
        {"open", std::move(open)},
        {"attendance", attendance_by_course(records)},
        {"scale", scale_with_points(policy)},
    };
}

json::Object class_report_model(
    const ClassRecords& records, const College& college, const std::string& today
) {
    const auto policy = policy_of(college);
    std::map<std::string, Sheet, std::less<>> sheets;
    for (const auto& record : records.attendance) {
        auto& sheet = sheets[std::string(json::peek(record.text, "student_id").value_or(""))];
        const auto status = json::peek(record.text, "status").value_or("");
        sheet.present += status == "Present" ? 1 : 0;
        sheet.absent += status == "Absent" ? 1 : 0;
        sheet.late += status == "Late" ? 1 : 0;
    }
    for (const auto& result : records.results)
        sheets[std::string(result.text("student_id"))].results.push_back(&result);
    json::Array roster;
    std::vector<std::string> letters;
    for (const auto& enrolment : records.enrolments) {
        auto row = sheet_row(enrolment, sheets[std::string(enrolment.text("student_id"))], policy);
        if (row.contains("grade")) letters.emplace_back(row.text("grade"));
        roster.emplace_back(std::move(row));
    }
    json::Object course;
    for (const auto* const name : {"course_name", "course_code", "faculty_name", "credits"})
        if (const auto* value = records.course.find(name)) course.set(name, *value);
    return {
        {"college", college.name},
        {"generated_on", today},
        {"course", std::move(course)},
        {"term", records.course.text("term")},
        {"exam_types", exams_held(records.results, college)},
        {"roster", std::move(roster)},
        {"distribution", distribution_of(letters)},
    };
}

}  // namespace studentcore
