#include "studentcore/attendance.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "platform/base/clock.h"
#include "platform/base/error.h"
#include "platform/base/random.h"
#include "platform/base/text.h"
#include "studentcore/access.h"
#include "studentcore/choose_class.h"
#include "studentcore/tables.h"

namespace studentcore {
namespace {

using base::Error;

constexpr std::string_view future =
    "This day is still to come: attendance is taken when it is there.";
constexpr std::size_t session_length_max = 8;

bool is_status(std::string_view status) {
    return status == "Present" || status == "Absent" || status == "Late";
}

std::expected<json::Object, base::FieldErrors> checked_attendance(
    const json::Object& sent, const json::Object& before, table::Mode mode, std::string_view today
) {
    auto item = table::checked(attendance_table, sent, before, mode);
    if (!item) return item;
    if (item->text("date") > today)
        return std::unexpected(base::FieldErrors{{"date", std::string(future)}});
    if (!before.empty()) {
        auto errors = moved(before, *item, {"student_id", "course_id", "date", "session"});
        if (!errors.empty()) return std::unexpected(std::move(errors));
    }
    return item;
}

std::string session_in(const json::Object& sent) {
    const auto session = base::trimmed(sent.text("session"));
    if (session.empty()) return "1";
    if (!base::is_utf8(session) || base::length(session) > session_length_max)
        throw Error::invalid("session", "A session is a short text, such as 2.");
    if (const auto wrong = wrong_session(session); !wrong.empty())
        throw Error::invalid("session", std::string(wrong));
    return std::string(session);
}

// {"marks": [...]}, or a form's mark.<student_id> with version.<student_id> beside it.
std::vector<ClassRow> rows_in(const json::Object& sent) {
    std::vector<ClassRow> rows;
    const auto row = [&](std::string_view student_id, std::string_view status, std::string field) {
        rows.push_back(
            {.student_id = std::string(student_id),
             .field = std::move(field),
             .values = {{"status", status}},
             .version = {}}
        );
    };
    if (const auto* marks = sent.find("marks")) {
        if (marks->array() == nullptr)
            throw Error::invalid("marks", "This is a list of {student_id, status}.");
        for (std::size_t at = 0; at < marks->array()->size(); ++at) {
            const auto* mark = (*marks->array())[at].object();
            const auto field = "marks[" + std::to_string(at) + "]";
            if (mark == nullptr) throw Error::invalid(field, "This is {student_id, status}.");
            row(mark->text("student_id"), mark->text("status"), field);
            rows.back().version = version_in(*mark, "version", field + ".version");
        }
        return rows;
    }
    constexpr std::string_view prefix = "mark.";
    for (const auto& [name, value] : sent) {
        if (!name.starts_with(prefix) || value.string() == nullptr || value.string()->empty())
            continue;
        const auto student_id = name.substr(prefix.size());
        row(student_id, *value.string(), name);
        // A row of the form without a version had no record when the page was made.
        rows.back().version = version_in(sent, "version." + student_id, name).value_or(0);
    }
    return rows;
}

// The statuses of one day's session, and the sessions that the day has.
struct Day {
    std::vector<json::Object> records;
    std::vector<std::string> sessions;
};

base::Task<Day> day_of(
    table::Store* store, std::string course_id, std::string date, std::string session
) {
    auto query = index_query(&attendance_table, "course_id-index", std::move(course_id));
    query.prefix = std::move(date);
    const auto records = co_await all_of(store, std::move(query));
    Day day{.records = {}, .sessions = {"1", session}};
    for (const auto& record : records) {
        auto item = record.item();
        day.sessions.emplace_back(item.text("session"));
        if (item.text("session") == session) day.records.push_back(std::move(item));
    }
    std::ranges::sort(day.sessions);
    const auto [first, last] = std::ranges::unique(day.sessions);
    day.sessions.erase(first, last);
    co_return day;
}

// The sessions to choose from: those that there are, and the next.
json::Array session_choices(const std::vector<std::string>& sessions) {
    json::Array choices;
    int highest = 0;
    for (const auto& session : sessions) {
        choices.emplace_back(session);
        int number = 0;
        const auto* const end = session.data() + session.size();
        if (std::from_chars(session.data(), end, number).ptr == end)
            highest = std::max(highest, number);
    }
    choices.emplace_back(std::to_string(highest + 1));
    return choices;
}

json::Object roster_row(const json::Object& enrolment, const json::Object* record) {
    json::Object row{
        {"student_id", enrolment.text("student_id")},
        {"student_code", enrolment.text("student_code")},
        {"student_name", enrolment.text("student_name")},
        {"status", nullptr},
        {"attendance_id", nullptr},
        {"version", 0},
    };
    if (record == nullptr) return row;
    row.set("status", record->text("status"));
    row.set("attendance_id", record->text("attendance_id"));
    row.set("version", *record->find("version"));
    return row;
}

}  // namespace

ClassSave attendance_of_class(
    const json::Object& sent, std::string course_id, std::string_view today
) {
    ClassSave save{
        .kind = &attendance_kind,
        .course_id = std::move(course_id),
        .common = {},
        .marked_by = {},
        .key = {},
        .rows = rows_in(sent),
    };
    const std::string date(sent.text("date"));
    if (!base::is_date(date)) throw Error::invalid("date", "Give a day as YYYY-MM-DD.");
    if (date > today) throw Error::invalid("date", std::string(future));
    const auto session = session_in(sent);
    if (save.rows.empty()) throw Error::invalid("marks", "Mark at least one student.");
    if (save.rows.size() > class_rows_max)
        throw Error::invalid("marks", "At most 1000 students can be saved at once.");
    base::FieldErrors errors;
    for (const auto& row : save.rows) {
        if (!base::is_uuid(row.student_id))
            errors.push_back({row.field + ".student_id", "This must be the id of a student."});
        if (!is_status(row.values.text("status")))
            errors.push_back({row.field + ".status", "This is Present, Absent or Late."});
    }
    if (!errors.empty()) throw Error::invalid(std::move(errors));
    save.common = {{"date", date}, {"session", session}};
    save.key = [course = save.course_id, date, session](std::string_view student_id) {
        return attendance_key(student_id, course, date, session);
    };
    return save;
}

base::Task<http::Response> Attendance::list(web::Call call) {
    return list_marks(std::move(call), &store_, &attendance_table, {});
}

base::Task<http::Response> Attendance::of_student(web::Call call) {
    auto student_id = call.id("student_id");
    require_read_student(call.who, student_id);
    return list_marks(std::move(call), &store_, &attendance_table, std::move(student_id));
}

base::Task<http::Response> Attendance::create(web::Call call) {
    auto item = checked_attendance(
        call.body(&attendance_table), {}, table::Mode::create, settings_.today()
    );
    if (!item) throw Error::invalid(std::move(item.error()));
    item->set(
        "attendance_id", attendance_key(
                             item->text("student_id"), item->text("course_id"), item->text("date"),
                             item->text("session")
                         )
    );
    item->set("marked_by", call.who.user_id);
    return create_mark(std::move(call), &store_, &attendance_kind, std::move(*item));
}

base::Task<http::Response> Attendance::one(web::Call call) {
    auto record =
        co_await readable_mark(&store_, call.who, &attendance_table, call.id("attendance_id"));
    const std::string version(json::peek_number(record.text, "version").value_or(""));
    co_return web::Call::record(std::move(record.text), version);
}

base::Task<http::Response> Attendance::change(web::Call call, table::Mode mode) {
    const auto record =
        co_await readable_mark(&store_, call.who, &attendance_table, call.id("attendance_id"));
    auto before = record.item();
    const auto sent = call.body(&attendance_table);
    call.check_version(before, sent);
    auto after = checked_attendance(sent, before, mode, settings_.today());
    if (!after) throw Error::invalid(std::move(after.error()));
    if (after->text("status") != before.text("status")) after->set("marked_by", call.who.user_id);
    co_return co_await change_mark(
        std::move(call), &attendance_kind, std::move(before), std::move(*after)
    );
}

base::Task<http::Response> Attendance::replace(web::Call call) {
    return change(std::move(call), table::Mode::replace);
}
base::Task<http::Response> Attendance::patch(web::Call call) {
    return change(std::move(call), table::Mode::patch);
}

base::Task<http::Response> Attendance::remove(web::Call call) {
    auto key = call.id("attendance_id");
    return remove_mark(std::move(call), &store_, &attendance_kind, std::move(key));
}

base::Task<json::Object> Attendance::class_model(
    web::Call call, std::string course_id, std::string date, std::string session
) {
    auto course = co_await course_for_marks(&store_, call.who, course_id, {});
    const auto roster = co_await roster_of(&store_, course_id);
    const auto day = co_await day_of(&store_, course_id, date, session);
    json::Array rows;
    std::int64_t present = 0;
    std::int64_t absent = 0;
    std::int64_t late = 0;
    for (const auto& enrolment : roster) {
        const auto found = std::ranges::find_if(day.records, [&](const json::Object& record) {
            return record.text("student_id") == enrolment.text("student_id");
        });
        const auto* record = found == day.records.end() ? nullptr : &*found;
        if (record != nullptr) {
            present += record->text("status") == "Present" ? 1 : 0;
            absent += record->text("status") == "Absent" ? 1 : 0;
            late += record->text("status") == "Late" ? 1 : 0;
        }
        rows.emplace_back(roster_row(enrolment, record));
    }
    const auto total = static_cast<std::int64_t>(roster.size());
    const auto today = settings_.today();
    co_return json::Object{
        {"course", std::move(course)},
        {"date", date},
        {"session", session},
        {"today", today},
        {"future", date > today},
        {"roster", std::move(rows)},
        {"counts",
         json::Object{
             {"present", present},
             {"absent", absent},
             {"late", late},
             {"unmarked", total - present - absent - late},
             {"total", total}
         }},
        {"sessions", session_choices(day.sessions)},
        {"can", json::Object{{"write", true}}},
    };
}

base::Task<http::Response> Attendance::class_view(web::Call call) {
    auto course_id = call.id("course_id");
    // A form that was refused is shown for the day that it was sent for.
    const auto asked = [&](std::string_view name) {
        return call.request.query(name).value_or(std::string(call.typed.text(name)));
    };
    auto date = asked("date");
    if (!base::is_date(date) && call.problem) date.clear();
    if (date.empty()) date = settings_.today();
    if (!base::is_date(date)) throw Error::invalid("date", "Give a day as YYYY-MM-DD.");
    auto session = session_in({{"session", asked("session")}});
    auto model =
        co_await class_model(call, std::move(course_id), std::move(date), std::move(session));
    if (const auto saved = call.request.query("saved"); saved && !call.is_api())
        model.set("saved", *saved);
    lay_typed_over(call, "mark.", "status", &model);
    co_return call.show("class_attendance", std::move(model));
}

base::Task<http::Response> Attendance::save_class(web::Call call) {
    const auto course_id = call.id("course_id");
    (void)co_await course_for_marks(&store_, call.who, course_id, {});
    auto save = attendance_of_class(call.body(), course_id, settings_.today());
    save.marked_by = call.who.user_id;
    const auto page = "/courses/" + course_id +
                      "/attendance?date=" + std::string(save.common.text("date")) +
                      "&session=" + http::percent_encode(save.common.text("session"));
    const auto saved = co_await studentcore::save_class(&journal_, call.actor(), std::move(save));
    json::Array items;
    for (const auto& item : saved.items) {
        items.emplace_back(json::Object{
            {"student_id", item.text("student_id")},
            {"attendance_id", item.text("attendance_id")},
            {"status", item.text("status")},
            {"version", *item.find("version")},
        });
    }
    co_return class_answer(
        call, saved, course_id,
        {{"saved", static_cast<std::int64_t>(saved.saved)}, {"items", std::move(items)}}, page
    );
}

base::Task<http::Response> Attendance::choose(web::Call call) {
    auto model = co_await classes_to_choose(&journal_, &settings_, &courses_, call);
    co_return call.show("attendance", std::move(model));
}

}  // namespace studentcore
