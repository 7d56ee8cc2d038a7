#include "studentcore/choose_class.h"

#include <algorithm>
#include <array>
#include <utility>

#include "platform/base/clock.h"
#include "platform/base/text.h"
#include "studentcore/access.h"
#include "studentcore/marks.h"
#include "studentcore/tables.h"

namespace studentcore {
namespace {

base::Task<std::vector<json::Object>> courses_of_ids(
    table::Store* store, std::vector<std::string> ids
) {
    std::vector<table::Key> keys;
    for (auto& id : ids) {
        if (keys.size() == table::query_limit_max) break;
        keys.push_back({std::move(id), {}});
    }
    const auto found = co_await store->get_many(&courses_table, std::move(keys));
    std::vector<json::Object> courses;
    for (const auto& record : found) {
        if (!record) continue;
        auto course = record->item();
        if (!course.contains("deleting")) courses.push_back(std::move(course));
    }
    co_return courses;
}

struct Choice {
    std::vector<json::Object> courses;
    std::string cursor;
};

base::Task<Choice> choice_of(
    journal::Journal* journal, const Settings* settings, Courses* courses, web::Call call
) {
    const auto list = call.list({"course_name"});
    auto& store = journal->store();
    if (!list.q.empty()) {
        auto ids = co_await journal->search(&courses_table, list.q, list.limit);
        Choice found;
        found.courses = co_await courses_of_ids(&store, std::move(ids));
        if (is_faculty(call.who)) {
            std::erase_if(found.courses, [&](const json::Object& course) {
                return !teaches(course, call.who.user_id);
            });
        }
        co_return found;
    }
    if (is_faculty(call.who)) {
        Choice own;
        own.courses = co_await courses->courses_of(call.who.user_id);
        co_return own;
    }
    auto query = index_query(&courses_table, "term-index", settings->current_term());
    query.limit = list.limit;
    query.cursor = list.cursor;
    const auto page = co_await store.query(std::move(query));
    Choice term{.courses = {}, .cursor = page.cursor};
    for (const auto& record : page.records) {
        auto course = record.item();
        if (!course.contains("deleting")) term.courses.push_back(std::move(course));
    }
    co_return term;
}

}  // namespace

base::Task<bool> attendance_taken(table::Store* store, std::string course_id, std::string date) {
    auto query = index_query(&attendance_table, "course_id-index", std::move(course_id));
    query.prefix = std::move(date);
    query.limit = 1;
    const auto page = co_await store->query(std::move(query));
    co_return !page.records.empty();
}

json::Array exam_type_names(const College& college) {
    json::Array names;
    for (const auto& type : college.exam_types) names.emplace_back(type.name);
    return names;
}

bool meets_on(std::string_view schedule, std::string_view date) {
    static constexpr std::array<std::string_view, 7> days{"mon", "tue", "wed", "thu",
                                                          "fri", "sat", "sun"};
    if (schedule.empty() || !base::is_date(date)) return false;
    const auto day = days.at(static_cast<std::size_t>(base::weekday(date)));
    const auto words = base::words(schedule, 64);
    return std::ranges::any_of(words, [&](const std::string& word) {
        return word.starts_with(day);
    });
}

base::Task<json::Object> classes_to_choose(
    journal::Journal* journal, const Settings* settings, Courses* courses, web::Call call
) {
    auto choice = co_await choice_of(journal, settings, courses, call);
    const auto today = settings->today();
    std::vector<json::Object> items;
    for (auto& course : choice.courses) {
        const bool meets = meets_on(course.text("schedule"), today);
        const bool is_taken = co_await attendance_taken(
            &journal->store(), std::string(course.text("course_id")), today
        );
        course.set("mine", teaches(course, call.who.user_id));
        course.set("today", meets);
        course.set("taken", is_taken);
        items.push_back(std::move(course));
    }
    std::ranges::stable_sort(items, std::greater<>{}, [](const json::Object& course) {
        return (course.truth("mine") ? 2 : 0) + (course.truth("today") ? 1 : 0);
    });
    json::Array shown;
    for (auto& item : items) shown.emplace_back(std::move(item));
    json::Object model{
        {"items", std::move(shown)},
        {"q", call.request.query("q").value_or("")},
        {"date", today},
        {"exam_types", exam_type_names(*settings->current())},
    };
    if (!choice.cursor.empty()) {
        std::string url(call.request.path());
        url += "?cursor=" + http::percent_encode(choice.cursor);
        model.set("more", json::Object{{"url", std::move(url)}});
    }
    co_return model;
}

}  // namespace studentcore
