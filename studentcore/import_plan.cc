#include "studentcore/import_plan.h"

#include <algorithm>

#include "platform/base/decimal.h"
#include "platform/base/error.h"
#include "platform/base/random.h"
#include "platform/base/text.h"
#include "studentcore/bulk.h"
#include "studentcore/grades.h"
#include "studentcore/tables.h"

namespace studentcore {
namespace {

bool is_marks(table::SchemaRef table) {
    return table == &attendance_table || table == &results_table || table == &enrolments_table;
}

void refuse(PlannedRow& planned, std::string_view reason) {
    planned.state = PlannedRow::State::refused;
    if (!planned.reason.empty()) planned.reason += " ";
    planned.reason += reason;
}

// A reason alone refuses nothing: it may say how the row was understood.
bool is_refused(const PlannedRow& planned) { return planned.state == PlannedRow::State::refused; }

// A hash that another system made: taken as it is, and renewed at the next sign-in.
bool is_password_hash(std::string_view text) {
    return text.starts_with("$2a$") || text.starts_with("$2b$") || text.starts_with("$2y$") ||
           text.starts_with("$argon2") || text.starts_with("pbkdf2:") ||
           text.starts_with("scrypt:");
}

bool is_resolved(const table::Schema& table, std::string_view name, const json::Value& value) {
    if (name == table.key) return true;
    if (name == "password_hash")
        return value.string() != nullptr && is_password_hash(*value.string());
    return is_marks(&table) && (name == "student_name" || name == "course_name" ||
                                (name == "student_code" && table.field(name) != nullptr));
}

std::string name_of_row(const Sheet::Row& row) {
    for (const auto field :
         {"full_name", "student_name", "course_name", "student_code", "username"})
        if (const auto text = row.text(field); !text.empty()) return std::string(text);
    return row.texts.empty() ? "" : row.texts.front().second;
}

// The attributes that the journal keeps do not make a row different.
bool same_record(json::Object before, json::Object after) {
    for (const auto name : {"version", "updated_at"}) {
        before.erase(name);
        after.erase(name);
    }
    return before == after;
}

// The export's last column: attributes that no field names.
void take_more(json::Object& values, const table::Schema& table, PlannedRow& planned) {
    const std::string text(values.text("more"));
    if (table.field("more") != nullptr || !values.contains("more")) return;
    values.erase("more");
    if (text.empty()) return;
    auto parsed = json::parse(text);
    if (!parsed || parsed->object() == nullptr) {
        refuse(planned, "more: This must be a JSON object, as an export writes it.");
        return;
    }
    for (const auto& [name, value] : *parsed->object())
        if (table.field(name) == nullptr) values.set(name, value);
}

}  // namespace

std::string_view word_of(PlannedRow::State state) {
    switch (state) {
        case PlannedRow::State::added:
            return "new";
        case PlannedRow::State::changed:
            return "changed";
        case PlannedRow::State::same:
            return "same";
        case PlannedRow::State::refused:
            return "refused";
    }
    return "";
}

std::size_t Plan::count(PlannedRow::State state) const {
    return static_cast<std::size_t>(std::ranges::count(rows, state, &PlannedRow::state));
}

base::Task<Plan> Planner::plan(Sheet sheet) {
    Plan plan;
    plan.table = table_;
    plan.rows.reserve(sheet.rows.size());
    for (const auto& row : sheet.rows) {
        PlannedRow planned{
            .line = row.line,
            .state = PlannedRow::State::same,
            .name = name_of_row(row),
            .reason = {},
            .before = {},
            .after = {}
        };
        if (row.problem.empty())
            co_await decide(&row, &planned);
        else
            refuse(planned, row.problem);
        if (planned.state == PlannedRow::State::refused)
            planned.before = planned.after = std::nullopt;
        plan.rows.push_back(std::move(planned));
    }
    sheet.rows.clear();
    plan.sheet = std::move(sheet);
    plan.new_programs = std::move(new_programs_);
    co_return plan;
}

base::Task<> Planner::decide(const Sheet::Row* row, PlannedRow* planned) {
    json::Object values = table::from_texts(*table_, row->texts);
    take_more(values, *table_, *planned);
    if (is_refused(*planned)) co_return;
    Found before = co_await existing(row, &values, planned);
    if (is_refused(*planned)) co_return;
    auto checked = table::checked(
        *table_, values, before ? *before : json::Object{},
        before ? table::Mode::patch : table::Mode::create
    );
    if (!checked) {
        for (const auto& error : checked.error())
            refuse(*planned, error.field + ": " + error.message);
        co_return;
    }
    json::Object item = std::move(*checked);
    // Of what the server sets, only what was resolved above: a column can't set a grade or version.
    for (const auto& [name, value] : values)
        if (is_resolved(*table_, name, value)) item.set(name, value);
    // An empty cell of the key means the record that was found by its name.
    if (before) item.set(table_->key, before->text(table_->key));
    if (table_ == &users_table && before && before->text("role") == "admin" &&
        item.text("role") != "admin")
        refuse(*planned, "role: An admin's role is changed on the users page.");
    co_await resolve_users(&item, before ? &*before : nullptr, planned);
    complete(item, *planned);
    if (is_refused(*planned)) co_return;
    const std::string key(item.text(table_->key));
    if (const auto [there, fresh] = keys_seen_.try_emplace(key, row->line); !fresh) {
        refuse(*planned, "Line " + std::to_string(there->second) + " is about the same record.");
        co_return;
    }
    if (!before)
        planned->state = PlannedRow::State::added;
    else
        planned->state =
            same_record(*before, item) ? PlannedRow::State::same : PlannedRow::State::changed;
    planned->before = std::move(before);
    planned->after = std::move(item);
}

base::Task<Planner::Found> Planner::existing(
    const Sheet::Row* row, json::Object* values, PlannedRow* planned
) {
    if (is_marks(table_)) {
        co_await resolve_marks(row, values, planned);
        if (is_refused(*planned)) co_return std::nullopt;
        co_return co_await get(table_, std::string(values->text(table_->key)));
    }
    if (const auto id = row->text(table_->key); !id.empty()) {
        if (Found there = co_await get(table_, std::string(id))) co_return there;
        if (!base::is_uuid(id)) refuse(*planned, table_->key + ": This is not an id.");
        values->set(table_->key, id);  // an export of another installation keeps its ids
        co_return std::nullopt;
    }
    Found found;
    if (table_ == &students_table) found = co_await student_of(row, planned);
    if (table_ == &courses_table) found = co_await course_of(row);
    if (table_ == &users_table)
        if (const auto owner =
                co_await journal_.owner(table_, "username", std::string(row->text("username"))))
            found = co_await get(table_, *owner);
    if (!found) {
        // A code or name may come twice in the file before any of it is stored.
        const std::string named =
            table_ == &students_table ? std::string(row->text("student_code"))
            : table_ == &users_table
                ? std::string(row->text("username"))
                : std::string(row->text("course_name")) + "|" + std::string(row->text("term"));
        values->set(table_->key, base::uuid_v7(journal_.clock().now_ms()));
        const auto [there, fresh] = keys_seen_.try_emplace("=" + base::folded(named), row->line);
        if (!fresh && !named.empty())
            refuse(*planned, "Line " + std::to_string(there->second) + " has the same.");
    } else if (table_ == &students_table) {
        values->set("student_code", found->text("student_code"));
    }
    co_return found;
}

// Finds the student, course and enrolment that a row of attendance, results or enrolments names.
base::Task<> Planner::resolve_marks(
    const Sheet::Row* row, json::Object* values, PlannedRow* planned
) {
    const Found student = co_await student_of(row, planned);
    if (!student) refuse(*planned, "There is no such student (student_code or student_id).");
    const Found course = co_await course_of(row);
    if (!course) refuse(*planned, "There is no such course (course_id, or course_name and term).");
    if (is_refused(*planned)) co_return;
    const std::string student_id(student->text("student_id"));
    const std::string course_id(course->text("course_id"));
    for (const auto name : {"student_code", "full_name", "term"})
        if (table_->field(name) == nullptr) values->erase(name);
    values->set("student_id", student_id).set("course_id", course_id);
    values->set("student_name", student->text("full_name"));
    values->set("course_name", course->text("course_name"));
    planned->name =
        std::string(student->text("full_name")) + ", " + std::string(course->text("course_name"));
    const std::string enrolment = enrolment_key(student_id, course_id);
    if (table_ == &enrolments_table) {
        values->set("enrolment_id", enrolment).set("student_code", student->text("student_code"));
        co_return;
    }
    if (!co_await get(&enrolments_table, enrolment))
        refuse(*planned, "The student is not enrolled in the course.");
    if (table_ == &attendance_table) {
        const std::string_view session = row->text("session");
        values->set(
            "attendance_id",
            attendance_key(
                student_id, course_id, row->text("date"), session.empty() ? "1" : session
            )
        );
        if (row->text("date") > settings_.today())
            refuse(*planned, "date: This day is still to come.");
    } else {
        const auto college = settings_.current();
        const ExamType* exam = college->exam_type(row->text("exam_type"));
        if (exam == nullptr) {
            refuse(*planned, "exam_type: The college has no such exam.");
            co_return;
        }
        values->set("exam_type", exam->name);
        values->set("result_id", result_key(student_id, course_id, exam->name));
    }
}

base::Task<> Planner::resolve_users(
    json::Object* item, const json::Object* before, PlannedRow* planned
) {
    const auto named_anew = [&](std::string_view field) {
        const std::string_view user_id = item->text(field);
        return !user_id.empty() && (before == nullptr || before->text(field) != user_id);
    };
    if (table_ == &students_table && named_anew("user_id")) {
        const Found user = co_await get(&users_table, std::string(item->text("user_id")));
        if (!user || user->text("role") != "student")
            refuse(*planned, "user_id: There is no such user with the role student.");
    }
    if (table_ != &courses_table) co_return;
    if (named_anew("faculty")) {
        const Found user = co_await get(&users_table, std::string(item->text("faculty")));
        if (!user || user->text("role") == "student")
            refuse(*planned, "faculty: There is no such lecturer.");
        else
            item->set("faculty_name", user->text("full_name"));
    }
    if (item->text("faculty").empty()) item->erase("faculty_name");
    for (const auto& one : texts_of(*item, "co_faculty")) {
        const Found user = co_await get(&users_table, *one.string());
        if (!user || user->text("role") == "student")
            refuse(*planned, "co_faculty: There is no such lecturer.");
    }
}

// What the server adds to a record of this table.
void Planner::complete(json::Object& item, PlannedRow& planned) {
    if (table_ == &students_table) {
        const std::string typed(item.text("program"));
        std::string listed = settings_.current()->program(typed);
        if (listed.empty()) {
            const auto same = std::ranges::find_if(new_programs_, [&](const std::string& one) {
                return base::folded(one) == base::folded(typed);
            });
            listed = same == new_programs_.end() ? new_programs_.emplace_back(typed) : *same;
        }
        item.set("program", listed);
        place_in_lists(item);
    }
    if (table_ == &results_table) {
        const auto marks = base::Decimal::parse(item.text("marks"));
        const auto most = base::Decimal::parse(item.text("max_marks"));
        const auto grade = marks && most ? grade_of(*marks, *most) : std::nullopt;
        if (!grade) {
            refuse(planned, "marks: This must be from 0 to max_marks.");
            return;
        }
        item.set("percent", json::Number{grade->percent.text(2)}).set("grade", grade->letter);
    }
}

base::Task<Planner::Found> Planner::student_of(const Sheet::Row* row, PlannedRow* planned) {
    if (const auto id = row->text("student_id"); !id.empty())
        co_return co_await get(&students_table, std::string(id));
    std::string code(base::trimmed(row->text("student_code")));
    if (code.empty()) co_return std::nullopt;
    auto owner = co_await journal_.owner(&students_table, "student_code", code);
    // A spreadsheet takes 00123 for a number and drops its zeros.
    const bool digits = std::ranges::all_of(code, [](char c) { return c >= '0' && c <= '9'; });
    while (!owner && digits && code.size() < 10) {
        code.insert(0, "0");
        owner = co_await journal_.owner(&students_table, "student_code", code);
        if (owner) planned->reason = "Read as " + code + ": leading zeros were lost in the file.";
    }
    if (!owner) co_return std::nullopt;
    co_return co_await get(&students_table, *owner);
}

base::Task<Planner::Found> Planner::course_of(const Sheet::Row* row) {
    if (const auto id = row->text("course_id"); !id.empty())
        co_return co_await get(&courses_table, std::string(id));
    const std::string name = base::folded(row->text("course_name"));
    if (name.empty()) co_return std::nullopt;
    std::string term(base::trimmed(row->text("term")));
    if (term.empty()) term = settings_.current_term();
    co_await load_courses(term);
    const auto there = courses_.find(term + "|" + name);
    if (there == courses_.end()) co_return std::nullopt;
    co_return co_await get(&courses_table, there->second);
}

base::Task<> Planner::load_courses(std::string term) {
    if (!courses_.try_emplace(term + "|", "").second) co_return;
    const auto records =
        co_await all_of(&journal_.store(), &courses_table, "term-index", std::string(term));
    for (const auto& record : records) {
        const json::Object item = record.item();
        courses_.try_emplace(
            term + "|" + base::folded(item.text("course_name")), item.text("course_id")
        );
    }
}

base::Task<Planner::Found> Planner::get(table::SchemaRef table, std::string key) {
    const std::string name = table->name + "|" + key;
    if (const auto there = records_.find(name); there != records_.end()) co_return there->second;
    const auto record = co_await journal_.store().get(table, {std::move(key), {}});
    if (!record) co_return std::nullopt;
    json::Object item = record->item();
    if (item.contains("deleting")) co_return std::nullopt;
    // Records that rows refer to come again and again; the imported ones do not.
    if (table != table_) records_.emplace(name, item);
    co_return item;
}

}  // namespace studentcore
