#include "studentcore/marks.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "platform/base/error.h"
#include "platform/base/text.h"
#include "studentcore/access.h"
#include "studentcore/tables.h"

namespace studentcore {
namespace {

using base::Error;

base::Task<std::optional<json::Object>> live_course(table::Store* store, std::string course_id) {
    const auto found = co_await store->get(&courses_table, {std::move(course_id), {}});
    if (!found) co_return std::nullopt;
    auto course = found->item();
    if (course.contains("deleting")) co_return std::nullopt;
    co_return course;
}

}  // namespace

base::Task<json::Object> course_for_marks(
    table::Store* store, web::Identity who, std::string course_id, std::string field
) {
    auto course = co_await live_course(store, std::move(course_id));
    if (!course) {
        if (field.empty()) throw Error::not_found("There is no such course.");
        throw Error::invalid(std::move(field), "There is no such course.");
    }
    require_write_marks(who, *course);
    co_return std::move(*course);
}

base::Task<> require_write_record(table::Store* store, web::Identity who, std::string course_id) {
    if (is_admin(who)) co_return;
    const auto course = co_await live_course(store, std::move(course_id));
    require_write_marks(who, course.value_or(json::Object{}));
}

base::Task<std::vector<std::string>> taught_among(
    table::Store* store, std::string user_id, std::vector<std::string> course_ids
) {
    std::ranges::sort(course_ids);
    const auto [first, last] = std::ranges::unique(course_ids);
    course_ids.erase(first, last);
    std::vector<std::string> taught;
    for (std::size_t at = 0; at < course_ids.size(); at += table::query_limit_max) {
        std::vector<table::Key> keys;
        for (auto each = at; each < std::min(course_ids.size(), at + table::query_limit_max);
             ++each)
            keys.push_back({course_ids[each], {}});
        const auto courses = co_await store->get_many(&courses_table, std::move(keys));
        for (const auto& course : courses) {
            if (!course) continue;
            const auto item = course->item();
            if (teaches(item, user_id)) taught.emplace_back(item.text("course_id"));
        }
    }
    co_return taught;
}

base::Task<json::Object> require_enrolment(
    table::Store* store, std::string student_id, std::string course_id
) {
    const auto found =
        co_await store->get(&enrolments_table, {enrolment_key(student_id, course_id), {}});
    if (found) co_return found->item();
    const auto person = co_await store->get(&students_table, {student_id, {}});
    const auto course = co_await store->get(&courses_table, {course_id, {}});
    if (!course) throw Error::invalid("course_id", "There is no such course.");
    if (!person) throw Error::invalid("student_id", "There is no such student.");
    throw Error::invalid(
        "student_id", std::string(person->item().text("full_name")) + " is not enrolled in " +
                          std::string(course->item().text("course_name")) + "."
    );
}

base::Task<std::vector<json::Object>> roster_of(table::Store* store, std::string course_id) {
    const auto records =
        co_await all_of(store, index_query(&enrolments_table, "course_id-index", course_id));
    std::vector<json::Object> roster;
    roster.reserve(records.size());
    for (const auto& record : records) roster.push_back(record.item());
    // The index goes by bytes; people look for Émilie among the Es.
    std::ranges::stable_sort(roster, {}, [](const json::Object& one) {
        return base::folded(one.text("student_name"));
    });
    co_return roster;
}

std::optional<std::int64_t> version_in(
    const json::Object& row, std::string_view name, const std::string& field
) {
    const auto* sent = row.find(name);
    if (sent == nullptr || sent->is_null()) return std::nullopt;
    std::string_view text = row.text(name);
    if (text.empty() && sent->string() != nullptr) return 0;
    std::int64_t version = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), version);
    if (failure != std::errc() || end != text.data() + text.size() || version < 0)
        throw Error::invalid(
            field, "The version is the whole number that was read with the record."
        );
    return version;
}

void lay_typed_over(
    const web::Call& call, std::string_view prefix, std::string_view attribute, json::Object* model
) {
    if (!call.problem) return;
    auto* const roster = model->find("roster");
    if (roster == nullptr || roster->array() == nullptr) return;
    for (auto& row : *roster->array()) {
        const auto field = std::string(prefix) + std::string(row.object()->text("student_id"));
        if (const auto* typed = call.typed.find(field)) row.object()->set(attribute, *typed);
    }
    if (const auto* typed = call.typed.find("max_marks")) model->set("max_marks", *typed);
}

http::Response class_answer(
    const web::Call& call, const ClassSaved& saved, const std::string& course_id,
    const json::Object& answer, const std::string& page
) {
    if (!call.is_api()) return http::redirect(page + "&saved=" + std::to_string(saved.saved));
    auto response = http::json(answer);
    if (!saved.entry_id.empty()) {
        response.headers.emplace_back("Log-Entry", saved.entry_id);
        response.headers.emplace_back("Log-Subject", "course:" + course_id);
    }
    return response;
}

}  // namespace studentcore
