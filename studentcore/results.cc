#include "studentcore/results.h"

#include <algorithm>
#include <utility>

#include "platform/base/error.h"
#include "platform/base/random.h"
#include "platform/base/text.h"
#include "studentcore/access.h"
#include "studentcore/choose_class.h"
#include "studentcore/grades.h"
#include "studentcore/tables.h"

namespace studentcore {
namespace {

using base::Decimal;
using base::Error;

constexpr int marks_decimals = 2;

std::string unknown_exam(const College& college) {
    std::string known;
    for (const auto& type : college.exam_types) known += (known.empty() ? "" : ", ") + type.name;
    return "The college has no such exam; it has " + known + ".";
}

Decimal amount(const json::Object& item, std::string_view name) {
    return Decimal::parse(item.text(name)).value_or(Decimal{});
}

// An amount with at most two decimals, of a number or its text; nullopt when it is none.
std::optional<Decimal> amount_in(const json::Object& sent, std::string_view name) {
    const auto read = Decimal::parse(base::trimmed(sent.text(name)));
    if (!read || read->rounded(marks_decimals) != *read) return std::nullopt;
    return read;
}

void set_grade(json::Object& item, const Grade& grade) {
    item.set("percent", json::Number{grade.percent.text(2)});
    item.set("grade", grade.letter);
}

// {"results": [...]}, or a form's version.<student_id> with marks.<student_id> beside it. The
// values hold the marks as sent; results_of_class checks them.
std::vector<ClassRow> rows_in(const json::Object& sent) {
    std::vector<ClassRow> rows;
    const auto row = [&](std::string_view student_id, std::string_view marks, std::string field) {
        rows.push_back(
            {.student_id = std::string(student_id),
             .field = std::move(field),
             .values = {},
             .version = {}}
        );
        if (!base::trimmed(marks).empty()) rows.back().values.set("marks", marks);
    };
    if (const auto* results = sent.find("results")) {
        if (results->array() == nullptr)
            throw Error::invalid("results", "This is a list of {student_id, marks}.");
        for (std::size_t at = 0; at < results->array()->size(); ++at) {
            const auto* result = (*results->array())[at].object();
            const auto field = "results[" + std::to_string(at) + "]";
            if (result == nullptr || !result->contains("marks"))
                throw Error::invalid(
                    field, "This is {student_id, marks}; marks null removes them."
                );
            const auto& marks = *result->find("marks");
            if (!marks.is_null() && marks.number() == nullptr && marks.string() == nullptr)
                throw Error::invalid(
                    field + ".marks", "This must be a number, or null to remove the result."
                );
            row(result->text("student_id"), result->text("marks"), field);
            rows.back().version = version_in(*result, "version", field + ".version");
        }
        return rows;
    }
    // An empty field of a form does not come: a version without marks is a result that was cleared.
    constexpr std::string_view prefix = "version.";
    for (const auto& [name, value] : sent) {
        if (!name.starts_with(prefix)) continue;
        const auto student_id = name.substr(prefix.size());
        const auto field = "marks." + student_id;
        const auto marks = sent.text(field);
        const auto version = version_in(sent, name, field).value_or(0);
        if (marks.empty() && version == 0) continue;
        row(student_id, marks, field);
        rows.back().version = version;
    }
    return rows;
}

// The row's marks as they are stored, with percent and grade; an error's text otherwise.
std::optional<std::string> grade_row(ClassRow& row, const Decimal& max_marks) {
    const auto marks = amount_in(row.values, "marks");
    if (!marks) return "Marks are a number with at most two decimals.";
    const auto grade = grade_of(*marks, max_marks);
    if (!grade) return "Marks go from 0 to " + max_marks.plain() + ".";
    row.values.set("marks", json::Number{marks->text()});
    set_grade(row.values, *grade);
    return std::nullopt;
}

json::Object roster_row(const json::Object& enrolment, const json::Object* record) {
    json::Object row{
        {"student_id", enrolment.text("student_id")},
        {"student_code", enrolment.text("student_code")},
        {"student_name", enrolment.text("student_name")},
        {"marks", nullptr},
        {"percent", nullptr},
        {"grade", nullptr},
        {"result_id", nullptr},
        {"version", 0},
    };
    if (record == nullptr) return row;
    for (const auto* const name : {"marks", "percent", "grade", "result_id", "version"})
        if (const auto* value = record->find(name)) row.set(name, *value);
    return row;
}

// What a class reached in one exam.
struct Exam {
    std::vector<json::Object> records;
    std::vector<std::string> letters;
    std::vector<ExamMarks> marks;  // views into records
};

base::Task<Exam> exam_of(table::Store* store, std::string course_id, std::string exam_type) {
    const auto records = co_await all_of(
        store, index_query(&results_table, "course_id-index", std::move(course_id))
    );
    Exam exam;
    for (const auto& record : records) {
        auto item = record.item();
        if (item.text("exam_type") != exam_type) continue;
        exam.letters.emplace_back(item.text("grade"));
        exam.marks.push_back(
            {.exam_type = {}, .marks = amount(item, "marks"), .max_marks = amount(item, "max_marks")
            }
        );
        exam.records.push_back(std::move(item));
    }
    co_return exam;
}

}  // namespace

std::expected<json::Object, base::FieldErrors> checked_result(
    const json::Object& sent, const json::Object& before, table::Mode mode, const College& college
) {
    auto item = table::checked(results_table, sent, before, mode);
    if (!item) return item;
    base::FieldErrors errors;
    if (!before.empty()) errors = moved(before, *item, {"student_id", "course_id", "exam_type"});
    const auto* const type = college.exam_type(item->text("exam_type"));
    if (type != nullptr)
        item->set("exam_type", type->name);
    else if (before.empty())
        errors.push_back({"exam_type", unknown_exam(college)});
    const auto max_marks = amount(*item, "max_marks");
    const auto grade = grade_of(amount(*item, "marks"), max_marks);
    if (grade)
        set_grade(*item, *grade);
    else
        errors.push_back({"marks", "Marks go from 0 to " + max_marks.plain() + "."});
    if (!errors.empty()) return std::unexpected(std::move(errors));
    return item;
}

ClassSave results_of_class(
    const json::Object& sent, std::string course_id, const College& college
) {
    ClassSave save{
        .kind = &result_kind,
        .course_id = std::move(course_id),
        .common = {},
        .marked_by = {},
        .key = {},
        .rows = rows_in(sent),
    };
    const auto* const type = college.exam_type(base::trimmed(sent.text("exam_type")));
    if (type == nullptr) throw Error::invalid("exam_type", unknown_exam(college));
    const auto max_marks = amount_in(sent, "max_marks");
    if (!max_marks || max_marks->units() <= 0 || *max_marks > Decimal(100'000, 0))
        throw Error::invalid(
            "max_marks", "Give a number from 0.01 to 100000 with at most two decimals."
        );
    if (save.rows.empty()) throw Error::invalid("results", "Give marks for at least one student.");
    if (save.rows.size() > class_rows_max)
        throw Error::invalid("results", "At most 1000 students can be saved at once.");
    base::FieldErrors errors;
    for (auto& row : save.rows) {
        if (!base::is_uuid(row.student_id))
            errors.push_back({row.field + ".student_id", "This must be the id of a student."});
        if (row.values.empty()) continue;
        // A form's field is the row's own; in JSON it is a member of the row.
        const auto field = row.field.starts_with("marks.") ? row.field : row.field + ".marks";
        if (auto wrong = grade_row(row, *max_marks)) errors.push_back({field, std::move(*wrong)});
    }
    if (!errors.empty()) throw Error::invalid(std::move(errors));
    save.common = {{"exam_type", type->name}, {"max_marks", json::Number{max_marks->text()}}};
    save.key = [course = save.course_id, exam = type->name](std::string_view student_id) {
        return result_key(student_id, course, exam);
    };
    return save;
}

json::Array distribution_of(const std::vector<std::string>& letters) {
    json::Array rows;
    for (const auto& step : grade_scale) {
        rows.emplace_back(json::Object{
            {"grade", step.letter},
            {"meaning", step.meaning},
            {"count", static_cast<std::int64_t>(std::ranges::count(letters, step.letter))},
        });
    }
    return rows;
}

json::Array scale_model() {
    json::Array rows;
    for (const auto& step : grade_scale) {
        rows.emplace_back(
            json::Object{{"grade", step.letter}, {"least", step.least}, {"meaning", step.meaning}}
        );
    }
    return rows;
}

base::Task<http::Response> Results::list(web::Call call) {
    return list_marks(std::move(call), &store_, &results_table, {});
}

base::Task<http::Response> Results::of_student(web::Call call) {
    auto student_id = call.id("student_id");
    require_read_student(call.who, student_id);
    return list_marks(std::move(call), &store_, &results_table, std::move(student_id));
}

base::Task<http::Response> Results::create(web::Call call) {
    const auto college = settings_.current();
    auto item = checked_result(call.body(&results_table), {}, table::Mode::create, *college);
    if (!item) throw Error::invalid(std::move(item.error()));
    item->set(
        "result_id",
        result_key(item->text("student_id"), item->text("course_id"), item->text("exam_type"))
    );
    return create_mark(std::move(call), &store_, &result_kind, std::move(*item));
}

base::Task<http::Response> Results::one(web::Call call) {
    auto record = co_await readable_mark(&store_, call.who, &results_table, call.id("result_id"));
    const std::string version(json::peek_number(record.text, "version").value_or(""));
    co_return web::Call::record(std::move(record.text), version);
}

base::Task<http::Response> Results::change(web::Call call, table::Mode mode) {
    const auto record =
        co_await readable_mark(&store_, call.who, &results_table, call.id("result_id"));
    auto before = record.item();
    const auto sent = call.body(&results_table);
    call.check_version(before, sent);
    const auto college = settings_.current();
    auto after = checked_result(sent, before, mode, *college);
    if (!after) throw Error::invalid(std::move(after.error()));
    co_return co_await change_mark(
        std::move(call), &result_kind, std::move(before), std::move(*after)
    );
}

base::Task<http::Response> Results::replace(web::Call call) {
    return change(std::move(call), table::Mode::replace);
}
base::Task<http::Response> Results::patch(web::Call call) {
    return change(std::move(call), table::Mode::patch);
}

base::Task<http::Response> Results::remove(web::Call call) {
    auto key = call.id("result_id");
    return remove_mark(std::move(call), &store_, &result_kind, std::move(key));
}

base::Task<json::Object> Results::class_model(
    web::Call call, std::string course_id, std::string exam_type
) {
    auto course = co_await course_for_marks(&store_, call.who, course_id, {});
    const auto roster = co_await roster_of(&store_, course_id);
    const auto exam = co_await exam_of(&store_, course_id, exam_type);
    json::Array rows;
    for (const auto& enrolment : roster) {
        const auto found = std::ranges::find_if(exam.records, [&](const json::Object& record) {
            return record.text("student_id") == enrolment.text("student_id");
        });
        rows.emplace_back(roster_row(enrolment, found == exam.records.end() ? nullptr : &*found));
    }
    const auto college = settings_.current();
    json::Object model{
        {"course", std::move(course)},
        {"exam_type", exam_type},
        {"exam_types", exam_type_names(*college)},
        {"max_marks",
         exam.records.empty() ? json::Value(100) : *exam.records.front().find("max_marks")},
        {"roster", std::move(rows)},
        {"distribution", distribution_of(exam.letters)},
        {"scale", scale_model()},
        {"entered", static_cast<std::int64_t>(exam.records.size())},
        {"total", static_cast<std::int64_t>(roster.size())},
        {"can", json::Object{{"write", true}}},
    };
    if (const auto mean = course_grade(exam.marks, {}))
        model.set("average", json::Number{mean->percent.text(2)});
    co_return model;
}

base::Task<http::Response> Results::class_view(web::Call call) {
    auto course_id = call.id("course_id");
    const auto college = settings_.current();
    // A form that was refused is shown for the exam that it was sent for.
    const auto asked =
        call.request.query("exam_type").value_or(std::string(call.typed.text("exam_type")));
    const auto* const listed = college->exam_type(asked);
    std::string exam_type = listed != nullptr ? listed->name : asked;
    if (asked.empty() && !college->exam_types.empty()) exam_type = college->exam_types.front().name;
    auto model = co_await class_model(call, std::move(course_id), std::move(exam_type));
    if (const auto saved = call.request.query("saved"); saved && !call.is_api())
        model.set("saved", *saved);
    lay_typed_over(call, "marks.", "marks", &model);
    co_return call.show("class_results", std::move(model));
}

base::Task<http::Response> Results::save_class(web::Call call) {
    const auto course_id = call.id("course_id");
    (void)co_await course_for_marks(&store_, call.who, course_id, {});
    const auto college = settings_.current();
    auto save = results_of_class(call.body(), course_id, *college);
    const std::string exam_type(save.common.text("exam_type"));
    const auto rows = save.rows;
    const auto saved = co_await studentcore::save_class(&journal_, call.actor(), std::move(save));
    json::Array items;
    for (std::size_t at = 0; at < saved.items.size(); ++at) {
        const auto& item = saved.items[at];
        json::Object row{{"student_id", rows[at].student_id}};
        for (const auto* const name : {"result_id", "marks", "percent", "grade", "version"})
            if (const auto* value = item.find(name)) row.set(name, *value);
        items.emplace_back(std::move(row));
    }
    json::Object answer{
        {"saved", static_cast<std::int64_t>(saved.saved)}, {"items", std::move(items)}
    };
    if (call.is_api()) {
        const auto exam = co_await exam_of(&store_, course_id, exam_type);
        answer.set("distribution", distribution_of(exam.letters));
    }
    co_return class_answer(
        call, saved, course_id, answer,
        "/courses/" + course_id + "/results?exam_type=" + http::percent_encode(exam_type)
    );
}

base::Task<http::Response> Results::choose(web::Call call) {
    auto model = co_await classes_to_choose(&journal_, &settings_, &courses_, call);
    co_return call.show("results", std::move(model));
}

}  // namespace studentcore
