#include "studentcore/enrolments.h"

#include <algorithm>
#include <utility>

#include "platform/base/error.h"
#include "platform/base/random.h"
#include "platform/base/text.h"
#include "studentcore/access.h"
#include "studentcore/bulk.h"
#include "studentcore/removals.h"
#include "studentcore/roster_stamp.h"
#include "studentcore/tables.h"

namespace studentcore {
namespace {

constexpr int attempts_max = 5;
constexpr std::size_t enrol_many_max = 5000;     // students × courses of one request
constexpr std::size_t operations_most = 80;      // of one transaction's enrolments and students
constexpr std::size_t courses_of_one_max = 200;  // as enrolled_courses allows

// How the forms' lists are read: a field may come often, or hold several values.
const table::Schema enrolment_form{
    .name = "enrolment_form",
    .key = {},
    .sort_key = {},
    .fields =
        {{.name = "course_ids", .type = table::Type::list},
         {.name = "student_ids", .type = table::Type::list},
         {.name = "student_codes", .type = table::Type::list}},
    .indexes = {},
    .unique = {},
    .search = {},
    .counts = nullptr,
    .links = nullptr,
    .ttl = {},
};

void each_once(std::vector<std::string>& ids) {
    std::ranges::sort(ids);
    const auto twice = std::ranges::unique(ids);
    ids.erase(twice.begin(), twice.end());
}

std::vector<table::Key> keys_of(const std::vector<std::string>& ids) {
    std::vector<table::Key> keys;
    for (const auto& id : ids) keys.push_back({id, {}});
    return keys;
}

void require_ids(const std::vector<std::string>& ids, std::string_view field) {
    for (const auto& id : ids)
        if (!base::is_uuid(id))
            throw base::Error::invalid(std::string(field), "This must be a list of ids.");
}

// The records of those ids; 422 under the field when one is not there.
std::vector<json::Object> present(
    const std::vector<std::optional<table::Record>>& records, std::string_view field,
    std::string_view what
) {
    std::vector<json::Object> items;
    std::size_t missing = 0;
    for (const auto& record : records)
        if (record && !is_going(record->text))
            items.push_back(record->item());
        else
            ++missing;
    if (missing > 0)
        throw base::Error::invalid(
            std::string(field), std::to_string(missing) + " of these " + std::string(what) +
                                    " do not exist. Nothing was changed for them."
        );
    return items;
}

bool is_enrolled(const json::Object& record, std::string_view course_id) {
    return std::ranges::any_of(texts_of(record, "enrolled_courses"), [&](const json::Value& one) {
        return one.string() != nullptr && *one.string() == course_id;
    });
}

json::Object enrolment_of(const json::Object& who, const json::Object& course) {
    return {
        {"enrolment_id", enrolment_key(who.text("student_id"), course.text("course_id"))},
        {"student_id", who.text("student_id")},
        {"course_id", course.text("course_id")},
        {"student_name", who.text("full_name")},
        {"student_code", who.text("student_code")},
        {"course_name", course.text("course_name")},
    };
}

// Where a page's form goes next: only to a page of this site.
std::string next_of(const json::Object& sent, std::string otherwise) {
    const std::string_view next = sent.text("next");
    const bool own = next.starts_with('/') && !next.starts_with("//") &&
                     next.find('\\') == std::string_view::npos;
    return own ? std::string(next) : std::move(otherwise);
}

http::Response answer_of(const web::Call& call, Enrolments::Enrolled enrolled, std::string page) {
    if (!call.is_api()) return http::redirect(std::move(page));
    json::Array items;
    for (auto& item : enrolled.items) items.emplace_back(std::move(item));
    auto response = http::json(json::Object{
        {"enrolled", static_cast<std::uint64_t>(enrolled.added)},
        {"already", static_cast<std::uint64_t>(enrolled.already)},
        {"items", std::move(items)},
    });
    if (!enrolled.entry_id.empty()) {
        response.headers.emplace_back("Log-Entry", std::move(enrolled.entry_id));
        response.headers.emplace_back("Log-Subject", std::move(enrolled.subject));
    }
    return response;
}

}  // namespace

base::Task<http::Response> Enrolments::enrol_student(web::Call call) {
    const std::string id = call.id("student_id");
    const auto record = co_await journal_.store().get(&students_table, {id, {}});
    if (!record || is_going(record->text))
        throw base::Error::not_found("There is no such student.");
    auto course_ids = strings_of(call.body(&enrolment_form), "course_ids");
    if (course_ids.empty()) throw base::Error::invalid("course_ids", "Choose at least one course.");
    std::vector<std::string> student_ids{id};
    auto enrolled = co_await enrol(call.actor(), std::move(student_ids), std::move(course_ids));
    co_return answer_of(call, std::move(enrolled), "/students/" + id + "?show=all");
}

base::Task<http::Response> Enrolments::enrol_course(web::Call call) {
    const std::string id = call.id("course_id");
    const auto record = co_await journal_.store().get(&courses_table, {id, {}});
    if (!record || is_going(record->text)) throw base::Error::not_found("There is no such course.");
    const auto sent = call.body(&enrolment_form);
    auto student_ids = strings_of(sent, "student_ids");
    auto by_code = co_await ids_of_codes(strings_of(sent, "student_codes"));
    student_ids.insert(student_ids.end(), by_code.begin(), by_code.end());
    if (student_ids.empty())
        throw base::Error::invalid("student_ids", "Choose at least one student.");
    std::vector<std::string> course_ids{id};
    auto enrolled = co_await enrol(call.actor(), std::move(student_ids), std::move(course_ids));
    co_return answer_of(call, std::move(enrolled), "/courses/" + id);
}

base::Task<std::vector<std::string>> Enrolments::ids_of_codes(std::vector<std::string> codes) {
    std::vector<std::string> ids;
    std::string unknown;
    for (const auto& code : codes) {
        auto id = co_await journal_.owner(&students_table, "student_code", code);
        if (id)
            ids.push_back(std::move(*id));
        else
            unknown.append(unknown.empty() ? "" : ", ").append(code);
    }
    if (!unknown.empty())
        throw base::Error::invalid("student_codes", "No student has the code " + unknown + ".");
    co_return ids;
}

base::Task<Enrolments::Enrolled> Enrolments::enrol(
    journal::Actor actor, std::vector<std::string> student_ids, std::vector<std::string> course_ids
) {
    each_once(student_ids);
    each_once(course_ids);
    require_ids(student_ids, "student_ids");
    require_ids(course_ids, "course_ids");
    if (student_ids.size() * course_ids.size() > enrol_many_max ||
        course_ids.size() > courses_of_one_max)
        throw base::Error::invalid(
            student_ids.size() > course_ids.size() ? "student_ids" : "course_ids",
            "This is more than can be enrolled at once: at most 5000 enrolments."
        );
    const auto stored = co_await journal_.store().get_many(&courses_table, keys_of(course_ids));
    const auto courses = present(stored, "course_ids", "courses");
    for (std::size_t i = 0; i < student_ids.size(); i += table::query_limit_max) {
        const auto until = std::min(student_ids.size(), i + table::query_limit_max);
        const std::vector<std::string> part(
            student_ids.begin() + static_cast<std::ptrdiff_t>(i),
            student_ids.begin() + static_cast<std::ptrdiff_t>(until)
        );
        const auto records = co_await journal_.store().get_many(&students_table, keys_of(part));
        (void)present(records, "student_ids", "students");
    }
    Enrolled enrolled;
    // Courses of one write, then students of one write: an enrolment is one operation, a student
    // one.
    const std::size_t courses_at_once = std::min<std::size_t>(courses.size(), 39);
    const std::size_t students_at_once = operations_most / (courses_at_once + 1);
    for (std::size_t first = 0; first < courses.size(); first += courses_at_once) {
        const auto last = std::min(courses.size(), first + courses_at_once);
        const std::vector<json::Object> some(
            courses.begin() + static_cast<std::ptrdiff_t>(first),
            courses.begin() + static_cast<std::ptrdiff_t>(last)
        );
        for (std::size_t i = 0; i < student_ids.size(); i += students_at_once) {
            const auto until = std::min(student_ids.size(), i + students_at_once);
            const std::vector<std::string> part(
                student_ids.begin() + static_cast<std::ptrdiff_t>(i),
                student_ids.begin() + static_cast<std::ptrdiff_t>(until)
            );
            bool written = false;
            for (int attempt = 0; attempt < attempts_max && !written; ++attempt)
                written = co_await enrol_chunk(actor, part, some, &enrolled);
            if (!written)
                throw base::Error::conflict(
                    "A student or course is being changed by someone else. Please try again."
                );
        }
    }
    co_return enrolled;
}

base::Task<bool> Enrolments::enrol_chunk(
    journal::Actor actor, std::vector<std::string> student_ids, std::vector<json::Object> courses,
    Enrolled* so_far
) {
    const auto records = co_await journal_.store().get_many(&students_table, keys_of(student_ids));
    const auto members = present(records, "student_ids", "students");
    const std::string subject = courses.size() == 1
                                    ? "course:" + std::string(courses.front().text("course_id"))
                                    : "student:" + student_ids.front();
    journal::Transaction change(std::move(actor), "enrolment_added", subject);
    // Many are one change to whoever asked for them, and are taken back as one.
    change.part_of(so_far->entry_id);
    Enrolled now;
    json::Array changed;
    for (const auto& before : members) {
        json::Array enrolled = texts_of(before, "enrolled_courses");
        const std::size_t had = enrolled.size();
        for (const auto& course : courses) {
            if (is_enrolled(before, course.text("course_id"))) {
                ++now.already;
                continue;
            }
            auto item = enrolment_of(before, course);
            enrolled.emplace_back(course.text("course_id"));
            change.create(&enrolments_table, item);
            now.items.push_back(std::move(item));
        }
        if (enrolled.size() == had) continue;
        if (enrolled.size() > courses_of_one_max)
            throw base::Error::invalid("course_ids", "A student can be in at most 200 courses.");
        auto after = before;
        after.set("enrolled_courses", std::move(enrolled));
        change.replace(&students_table, before, std::move(after));
        changed.emplace_back(json::Object{{"student_id", before.text("student_id")}});
    }
    so_far->already += now.already;
    if (now.items.empty()) co_return true;
    for (const auto& course : courses)
        change.check(
            &courses_table, std::string(course.text("course_id")),
            {table::Condition::equals("course_name", std::string(course.text("course_name"))),
             table::Condition::lacks("deleting")}
        );
    journal::Event event{.name = "student_updated", .rooms = {}, .payload = {}};
    if (changed.size() == 1) {
        const std::string id(changed.front().object()->text("student_id"));
        event.rooms = student_rooms(id);
        event.payload.set("student_id", id);
    } else {
        event.rooms = {std::string(admin), std::string(faculty)};
        event.payload.set("items", std::move(changed));
    }
    change.tell(std::move(event));
    const auto done = co_await journal_.commit(std::move(change));
    if (!done) {
        so_far->already -= now.already;
        co_return false;
    }
    if (so_far->entry_id.empty()) {
        so_far->entry_id = done->id;
        so_far->subject = done->subject;
    }
    so_far->added += now.items.size();
    for (auto& item : now.items) so_far->items.push_back(std::move(item));
    co_return true;
}

base::Task<http::Response> Enrolments::list_of(web::Call call, std::string index, std::string id) {
    const auto list = call.list({});
    table::Query query{
        .table = &enrolments_table,
        .index = std::move(index),
        .limit = list.limit,
        .cursor = list.cursor
    };
    query.partitions.push_back(std::move(id));
    const auto page = co_await journal_.store().query(std::move(query));
    co_return web::Call::items(page.records, page.cursor);
}

base::Task<http::Response> Enrolments::of_student(web::Call call) {
    const std::string id = call.id("student_id");
    require_read_student(call.who, id);
    const auto record = co_await journal_.store().get(&students_table, {id, {}});
    if (!record || is_going(record->text))
        throw base::Error::not_found("There is no such student.");
    co_return co_await list_of(std::move(call), "student_id-index", id);
}

base::Task<http::Response> Enrolments::of_course(web::Call call) {
    const std::string id = call.id("course_id");
    const auto record = co_await journal_.store().get(&courses_table, {id, {}});
    if (!record || is_going(record->text)) throw base::Error::not_found("There is no such course.");
    co_return co_await list_of(std::move(call), "course_id-index", id);
}

base::Task<http::Response> Enrolments::get(web::Call call) {
    auto record = co_await journal_.store().get(&enrolments_table, {call.id("enrolment_id"), {}});
    if (!record) throw base::Error::not_found("There is no such enrolment.");
    const std::string version(json::peek_number(record->text, "version").value_or("0"));
    co_return web::Call::record(std::move(record->text), version);
}

base::Task<http::Response> Enrolments::remove(web::Call call) {
    const std::string id = call.id("enrolment_id");
    const auto record = co_await journal_.store().get(&enrolments_table, {id, {}});
    if (!record) throw base::Error::not_found("There is no such enrolment.");
    const auto enrolment = record->item();
    call.check_version(enrolment);
    const std::string student_id(enrolment.text("student_id"));
    const std::string course_id(enrolment.text("course_id"));
    auto marks = co_await marks_of(&journal_.store(), student_id, course_id);
    if (!marks.none() && !wants_cascade(call))
        throw still_has("enrolment", {marks.attendance.size(), marks.results.size(), 0});
    const auto member = co_await journal_.store().get(&students_table, {student_id, {}});
    journal::Transaction change(call.actor(), "enrolment_deleted", "student:" + student_id);
    change.remove(&enrolments_table, enrolment);
    touch_roster(change, course_id);
    const std::size_t together = marks.attendance.size() + marks.results.size();
    if (member) {
        auto before = member->item();
        auto after = without_course(before, course_id);
        change.replace(&students_table, std::move(before), std::move(after));
    }
    journal::Event event{
        .name = "student_updated",
        .rooms = student_rooms(student_id),
        .payload = {{"student_id", student_id}}
    };
    event.rooms.push_back("course:" + course_id);
    change.tell(std::move(event));
    // What belongs to it goes in the same write when there is room; the rest, and what was saved
    // while this was read, goes in the background.
    if (together > 0)
        change.enqueue(
            "remove_marks", {{"student_id", student_id},
                             {"course_id", course_id},
                             {"entry", change.known_as(journal_)}}
        );
    if (together <= operations_most) {
        for (auto& item : marks.attendance) change.remove(&attendance_table, std::move(item));
        for (auto& item : marks.results) change.remove(&results_table, std::move(item));
    }
    std::string page = "/courses/" + course_id;
    if (!call.is_api()) page = next_of(call.body(), std::move(page));
    web::Call::Done done{.item = {}, .location = {}, .page = std::move(page)};
    co_return co_await call.commit(std::move(change), std::move(done));
}

base::Task<std::vector<json::Object>> roster(table::Store* store, std::string course_id) {
    const auto enrolments =
        co_await all_of(store, &enrolments_table, "course_id-index", std::move(course_id));
    std::vector<json::Object> items;
    for (const auto& record : enrolments) items.push_back(record.item());
    std::vector<std::pair<std::string, json::Object>> named;
    for (std::size_t i = 0; i < items.size(); i += table::query_limit_max) {
        std::vector<table::Key> keys;
        const auto until = std::min(items.size(), i + table::query_limit_max);
        for (std::size_t j = i; j < until; ++j)
            keys.push_back({std::string(items[j].text("student_id")), {}});
        const auto records = co_await store->get_many(&students_table, std::move(keys));
        for (std::size_t j = i; j < until; ++j) {
            const auto& record = records[j - i];
            if (!record || is_going(record->text)) continue;
            const auto item = record->item();
            named.emplace_back(
                base::folded(item.text("full_name")),
                json::Object{
                    {"student_id", item.text("student_id")},
                    {"student_code", item.text("student_code")},
                    {"full_name", item.text("full_name")},
                    {"program", item.text("program")},
                    {"status", item.text("status")},
                    {"enrolment_id", items[j].text("enrolment_id")},
                }
            );
        }
    }
    std::ranges::stable_sort(named, {}, [](const auto& pair) { return pair.first; });
    std::vector<json::Object> members;
    for (auto& [name, member] : named) members.push_back(std::move(member));
    co_return members;
}

}  // namespace studentcore
