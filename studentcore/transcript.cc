#include "studentcore/transcript.h"

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/base/clock.h"
#include "platform/base/decimal.h"
#include "platform/pdf/pdf.h"
#include "platform/view/formats.h"

namespace studentcore {
namespace {

constexpr std::string_view nothing = "–";

const json::Object& default_words() {
    static const json::Object words{
        {"transcript", "Transcript of records"},
        {"report", "Class report"},
        {"student", "Student"},
        {"code", "Student code"},
        {"course_code", "Course code"},
        {"program", "Programme"},
        {"status", "Status"},
        {"issued", "Issued"},
        {"term", "Term"},
        {"lecturer", "Lecturer"},
        {"gpa", "Grade point average"},
        {"average", "Average percent"},
        {"credits", "Credits"},
        {"students", "Students"},
        {"course", "Course"},
        {"percent", "Percent"},
        {"grade", "Grade"},
        {"points", "Points"},
        {"open", "No marks yet:"},
        {"attendance", "Attendance"},
        {"present", "Present"},
        {"absent", "Absent"},
        {"late", "Late"},
        {"rate", "Rate"},
        {"scale", "How grades are given"},
        {"from", "from {percent}%"},
        {"below", "below {percent}%"},
        {"distribution", "Distribution of grades"},
        {"roster", "Roster"},
        {"empty", "Nobody is enrolled in this course."},
        {"no_results", "There are no results yet."},
        {"page", "Page {page} of {pages}"},
    };
    return words;
}

// The model with what is read from it again and again.
struct Paper {
    const json::Object& model;
    json::Object none;

    [[nodiscard]] std::string word(std::string_view key) const {
        const json::Value* given = model.find("words");
        if (given != nullptr && given->object() != nullptr)
            if (const std::string_view text = given->object()->text(key); !text.empty())
                return std::string(text);
        return std::string(default_words().text(key));
    }
    [[nodiscard]] const json::Object& object(std::string_view name) const {
        const json::Value* value = model.find(name);
        return value != nullptr && value->object() != nullptr ? *value->object() : none;
    }
    [[nodiscard]] std::string language() const {
        const std::string_view language = model.text("language");
        return language.empty() ? "en" : std::string(language);
    }
    [[nodiscard]] std::string date(std::string_view text) const {
        return view::format_time(view::Format::date, text, {.language = language()});
    }
};

const json::Array& array(const json::Object& object, std::string_view name) {
    static const json::Array none;
    const json::Value* value = object.find(name);
    return value != nullptr && value->array() != nullptr ? *value->array() : none;
}

// The text, or a dash where there is none.
std::string shown(const json::Object& object, std::string_view name) {
    const std::string_view text = object.text(name);
    return std::string(text.empty() ? nothing : text);
}

// Two decimals, so that a column of them reads as one.
std::string exact(const json::Object& object, std::string_view name) {
    const auto value = base::Decimal::parse(object.text(name));
    return value ? value->text(2) : shown(object, name);
}

std::string with_percent(const json::Object& object, std::string_view name) {
    const std::string text = shown(object, name);
    return text == nothing ? text : text + "%";
}

std::string capital(std::string_view text) {
    std::string out(text);
    if (!out.empty() && out[0] >= 'a' && out[0] <= 'z') out[0] = static_cast<char>(out[0] - 32);
    return out;
}

std::string joined(std::initializer_list<std::string_view> parts) {
    std::string out;
    for (const std::string_view part : parts) {
        if (part.empty()) continue;
        if (!out.empty()) out += " · ";
        out += part;
    }
    return out;
}

pdf::Options options(const Paper& paper, const std::string& title, std::string footer) {
    const std::string_view day = paper.model.text("generated_on");
    const auto created = base::parse_timestamp(std::string(day.substr(0, 10)) + "T00:00:00Z");
    return {
        .title = title,
        .language = paper.language(),
        .created_ms = created ? *created : 0,
        .footer = std::move(footer),
        .page_words = paper.word("page"),
    };
}

// "Midterm 40/50 · Final 81/100"
std::string results_text(const json::Object& course) {
    std::string out;
    for (const json::Value& value : array(course, "results")) {
        const json::Object* result = value.object();
        if (result == nullptr) continue;
        if (!out.empty()) out += " · ";
        out += capital(result->text("exam_type")) + " " + shown(*result, "marks") + "/" +
               shown(*result, "max_marks");
    }
    return out;
}

pdf::Table term_table(const Paper& paper, const json::Object& term) {
    pdf::Table table{
        .columns =
            {{paper.word("course"), 5.2},
             {paper.word("credits"), 1, pdf::Align::end},
             {paper.word("percent"), 1.1, pdf::Align::end},
             {paper.word("grade"), 0.9, pdf::Align::end},
             {paper.word("points"), 0.9, pdf::Align::end}},
        .rows = {},
    };
    for (const json::Value& value : array(term, "courses")) {
        const json::Object* course = value.object();
        if (course == nullptr) continue;
        table.rows.push_back(
            {.cells =
                 {
                     {.text = shown(*course, "course_name"), .detail = results_text(*course)},
                     {.text = shown(*course, "credits")},
                     {.text = exact(*course, "percent")},
                     {.text = shown(*course, "grade"), .detail = {}, .tone = pdf::Tone::strong},
                     {.text = shown(*course, "points")},
                 }}
        );
    }
    return table;
}

void add_open(pdf::Document& document, const Paper& paper) {
    std::string names;
    for (const json::Value& value : array(paper.model, "open")) {
        const std::string* name = value.string();
        if (name == nullptr) continue;
        names += names.empty() ? " " : ", ";
        names += *name;
    }
    if (names.empty()) return;
    document.space(6);
    document.paragraph(paper.word("open") + names, pdf::Tone::muted);
}

void add_attendance(pdf::Document& document, const Paper& paper) {
    const json::Array& courses = array(paper.model, "attendance");
    if (courses.empty()) return;
    document.heading(2, paper.word("attendance"));
    pdf::Table table{
        .columns =
            {{paper.word("course"), 5.2},
             {paper.word("present"), 1, pdf::Align::end},
             {paper.word("absent"), 1, pdf::Align::end},
             {paper.word("late"), 1, pdf::Align::end},
             {paper.word("rate"), 1.1, pdf::Align::end}},
        .rows = {},
    };
    for (const json::Value& value : courses) {
        const json::Object* course = value.object();
        if (course == nullptr) continue;
        table.rows.push_back(
            {.cells =
                 {
                     {.text = shown(*course, "course_name")},
                     {.text = shown(*course, "present")},
                     {.text = shown(*course, "absent")},
                     {.text = shown(*course, "late")},
                     {.text = with_percent(*course, "rate")},
                 }}
        );
    }
    document.table(table);
}

std::string limit_text(const Paper& paper, std::string_view key, std::string_view percent) {
    std::string words = paper.word(key);
    if (const std::size_t at = words.find("{percent}"); at != std::string::npos)
        words.replace(at, 9, percent);
    return words;
}

// The scale beside itself: a grade a column, from the best to the worst.
void add_scale(pdf::Document& document, const Paper& paper) {
    const json::Array& scale = array(paper.model, "scale");
    if (scale.empty()) return;
    document.heading(2, paper.word("scale"));
    pdf::Table table;
    pdf::Row row;
    std::string above;
    for (const json::Value& value : scale) {
        const json::Object* grade = value.object();
        if (grade == nullptr) continue;
        const std::string from(grade->text("from"));
        const bool lowest = from.empty() || from == "0";
        table.columns.push_back({.title = shown(*grade, "grade"), .share = 1});
        row.cells.push_back({
            .text = lowest && !above.empty() ? limit_text(paper, "below", above)
                                             : limit_text(paper, "from", from),
            .detail = std::string(grade->text("meaning")),
        });
        above = from;
    }
    table.rows.push_back(std::move(row));
    document.table(table);
}

}  // namespace

std::string transcript_pdf(const json::Object& model) {
    const Paper paper{.model = model, .none = {}};
    const json::Object& student = paper.object("student");
    const json::Object& average = paper.object("average");
    const std::string title = paper.word("transcript");
    const std::string issued = paper.date(model.text("generated_on"));
    pdf::Document document(options(
        paper, title + ", " + std::string(student.text("full_name")),
        joined({model.text("college"), student.text("full_name"), student.text("student_code")})
    ));
    document.paragraph(model.text("college"), pdf::Tone::muted);
    document.heading(1, title);
    document.facts(
        {{paper.word("student"), std::string(student.text("full_name"))},
         {paper.word("code"), std::string(student.text("student_code"))},
         {paper.word("program"), std::string(student.text("program"))},
         {paper.word("status"), capital(student.text("status"))},
         {paper.word("issued"), issued}},
        3
    );
    document.space(6);
    document.figures(
        {{paper.word("gpa"), exact(average, "gpa")},
         {paper.word("average"), with_percent(average, "percent")},
         {paper.word("credits"), shown(average, "credits")}}
    );
    const json::Array& terms = array(model, "terms");
    if (terms.empty()) document.paragraph(paper.word("no_results"), pdf::Tone::muted);
    for (const json::Value& value : terms) {
        const json::Object* term = value.object();
        if (term == nullptr) continue;
        if (const std::string_view name = term->text("name"); !name.empty())
            document.heading(2, name);
        document.table(term_table(paper, *term));
    }
    add_open(document, paper);
    add_attendance(document, paper);
    add_scale(document, paper);
    return document.bytes();
}

namespace {

// The exam types in the order given, or as they come in the roster.
std::vector<std::string> exam_types(const json::Object& model) {
    std::vector<std::string> names;
    const auto add = [&](std::string_view name) {
        for (const std::string& known : names)
            if (known == name) return;
        if (!name.empty()) names.emplace_back(name);
    };
    for (const json::Value& value : array(model, "exam_types"))
        add(value.object() != nullptr   ? value.object()->text("name")
            : value.string() != nullptr ? std::string_view(*value.string())
                                        : std::string_view());
    if (!names.empty()) return names;
    for (const json::Value& student : array(model, "roster"))
        if (student.object() != nullptr)
            for (const json::Value& result : array(*student.object(), "results"))
                if (result.object() != nullptr) add(result.object()->text("exam_type"));
    return names;
}

std::string marks_in(const json::Object& student, std::string_view exam_type) {
    for (const json::Value& value : array(student, "results"))
        if (const json::Object* result = value.object();
            result != nullptr && result->text("exam_type") == exam_type)
            return shown(*result, "marks");
    return std::string(nothing);
}

pdf::Table roster_table(const Paper& paper) {
    const std::vector<std::string> exams = exam_types(paper.model);
    pdf::Table table{
        .columns =
            {{paper.word("code"), 0},
             {paper.word("student"), 1},
             {paper.word("present"), 0, pdf::Align::end},
             {paper.word("absent"), 0, pdf::Align::end},
             {paper.word("late"), 0, pdf::Align::end},
             {paper.word("rate"), 0, pdf::Align::end}},
        .rows = {},
    };
    for (const std::string& exam : exams)
        table.columns.push_back({capital(exam), 0, pdf::Align::end});
    table.columns.push_back({paper.word("percent"), 0, pdf::Align::end});
    table.columns.push_back({paper.word("grade"), 0, pdf::Align::end});
    for (const json::Value& value : array(paper.model, "roster")) {
        const json::Object* student = value.object();
        if (student == nullptr) continue;
        pdf::Row
            row{.cells = {
                    {.text = shown(*student, "student_code"), .detail = {}, .tone = pdf::Tone::muted
                    },
                    {.text = shown(*student, "full_name")},
                    {.text = shown(*student, "present")},
                    {.text = shown(*student, "absent")},
                    {.text = shown(*student, "late")},
                    {.text = with_percent(*student, "rate")},
                }};
        for (const std::string& exam : exams)
            row.cells.push_back({.text = marks_in(*student, exam)});
        row.cells.push_back({.text = exact(*student, "percent")});
        row.cells.push_back(
            {.text = shown(*student, "grade"), .detail = {}, .tone = pdf::Tone::strong}
        );
        table.rows.push_back(std::move(row));
    }
    return table;
}

void add_distribution(pdf::Document& document, const Paper& paper) {
    const json::Array& grades = array(paper.model, "distribution");
    if (grades.empty()) return;
    document.heading(2, paper.word("distribution"));
    pdf::Table table;
    pdf::Row row;
    for (const json::Value& value : grades) {
        const json::Object* grade = value.object();
        if (grade == nullptr) continue;
        table.columns.push_back({.title = shown(*grade, "grade"), .share = 1});
        row.cells.push_back({.text = shown(*grade, "count")});
    }
    table.rows.push_back(std::move(row));
    document.table(table);
}

}  // namespace

std::string class_report_pdf(const json::Object& model) {
    const Paper paper{.model = model, .none = {}};
    const json::Object& course = paper.object("course");
    const json::Array& roster = array(model, "roster");
    const std::string title = paper.word("report");
    const std::string name(course.text("course_name"));
    pdf::Document document(options(
        paper, title + ", " + name, joined({model.text("college"), name, model.text("term")})
    ));
    document.paragraph(joined({model.text("college"), title}), pdf::Tone::muted);
    document.heading(1, name);
    document.facts(
        {{paper.word("course_code"), std::string(course.text("course_code"))},
         {paper.word("term"), std::string(model.text("term"))},
         {paper.word("lecturer"), std::string(course.text("faculty_name"))},
         {paper.word("credits"), std::string(course.text("credits"))},
         {paper.word("students"), std::to_string(roster.size())},
         {paper.word("issued"), paper.date(model.text("generated_on"))}},
        3
    );
    add_distribution(document, paper);
    document.heading(2, paper.word("roster"));
    if (roster.empty())
        document.paragraph(paper.word("empty"), pdf::Tone::muted);
    else
        document.table(roster_table(paper));
    return document.bytes();
}

}  // namespace studentcore
