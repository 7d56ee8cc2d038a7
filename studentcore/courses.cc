#include "studentcore/courses.h"

#include <algorithm>
#include <set>
#include <utility>

#include "platform/base/error.h"
#include "platform/base/random.h"
#include "platform/base/text.h"
#include "studentcore/access.h"
#include "studentcore/bulk.h"
#include "studentcore/enrolments.h"
#include "studentcore/removals.h"
#include "studentcore/students.h"
#include "studentcore/tables.h"

namespace studentcore {
namespace {

constexpr std::size_t search_max = 1000;
constexpr std::size_t terms_merged_max = 64;

base::Error no_such_course() { return base::Error::not_found("There is no such course."); }

journal::Event event_of(std::string name, const std::string& course_id) {
    return {
        .name = std::move(name), .rooms = course_rooms(), .payload = {{"course_id", course_id}}
    };
}

void sort_by_name(std::vector<table::Record>& records, bool descending) {
    std::vector<std::pair<std::string, table::Record>> named;
    for (auto& record : records) {
        auto name = base::folded(record.item().text("course_name"));
        named.emplace_back(std::move(name), std::move(record));
    }
    std::ranges::stable_sort(named, [&](const auto& left, const auto& right) {
        return descending ? right.first < left.first : left.first < right.first;
    });
    records.clear();
    for (auto& [name, record] : named) records.push_back(std::move(record));
}

// The co-lecturers: each once, and not the lecturer again.
void tidy_co_faculty(json::Object& item) {
    std::set<std::string> seen{std::string(item.text("faculty"))};
    json::Array others;
    for (auto& one : texts_of(item, "co_faculty"))
        if (one.string() != nullptr && seen.insert(*one.string()).second)
            others.push_back(std::move(one));
    if (others.empty())
        item.erase("co_faculty");
    else
        item.set("co_faculty", std::move(others));
}

}  // namespace

Courses::Filter Courses::filter_of(const web::Call& call, const web::List& list) const {
    Filter filter{.term = {}, .faculty = {}, .q = list.q};
    const auto asked = [&](std::string_view name) {
        return std::string(base::trimmed(call.request.query(name).value_or("")));
    };
    filter.faculty = asked("faculty");
    if (filter.faculty == "me") filter.faculty = call.who.user_id;
    std::string term = asked("term");
    // A page opens with the term that it is; a search looks everywhere.
    const bool told = call.request.query("term").has_value();
    if (!told && !call.is_api() && list.q.empty()) term = "current";
    if (term == "current") term = settings_.current_term();
    if (term == "all") term.clear();
    const Term* listed = settings_.current()->term(term);
    filter.term = listed == nullptr ? term : listed->name;
    return filter;
}

base::Task<http::Response> Courses::list(web::Call call) {
    const auto list = call.list({"course_name", "-course_name"});
    auto filter = filter_of(call, list);
    Found found;
    if (!filter.faculty.empty()) {
        auto ids = co_await taught_by(filter.faculty);
        found = co_await by_keys(list, filter, std::move(ids));
    } else if (!filter.q.empty()) {
        auto ids = co_await journal_.search(&courses_table, filter.q, search_max);
        found = co_await by_keys(list, filter, std::move(ids));
    } else {
        found = co_await by_term(list, filter);
    }
    if (call.is_api()) co_return web::Call::items(found.records, found.cursor, found.total);
    auto model = co_await page_model(call, list, std::move(filter), std::move(found));
    co_return call.show("courses", std::move(model));
}

base::Task<Courses::Found> Courses::by_term(web::List list, Filter filter) {
    const auto counters = co_await journal_.store().counters("courses");
    const std::string_view tag = "term#";
    const std::string counted = filter.term.empty() ? "all" : "term#" + filter.term;
    table::Query query{.table = &courses_table, .index = "term-index"};
    if (!filter.term.empty()) query.partitions = {filter.term};
    Found found;
    found.total = 0;
    for (const auto& counter : counters) {
        if (counter.name == counted) found.total = counter.value;
        if (filter.term.empty() && counter.value > 0 && counter.name.starts_with(tag))
            query.partitions.push_back(counter.name.substr(tag.size()));
    }
    if (query.partitions.empty()) co_return found;
    std::ranges::sort(query.partitions);
    if (query.partitions.size() > terms_merged_max)  // the oldest by name are left to a search
        query.partitions.erase(query.partitions.begin(), query.partitions.end() - terms_merged_max);
    query.descending = list.descending;
    query.limit = list.limit;
    query.cursor = list.cursor;
    auto page = co_await journal_.store().query(std::move(query));
    for (auto& record : page.records)
        if (!is_going(record.text)) found.records.push_back(std::move(record));
    found.cursor = std::move(page.cursor);
    co_return found;
}

base::Task<Courses::Found> Courses::by_keys(
    web::List list, Filter filter, std::vector<std::string> ids
) {
    const std::size_t offset = offset_of(list.cursor);
    std::vector<table::Key> keys;
    for (auto& id : ids) keys.push_back({std::move(id), {}});
    Found found;
    found.total = 0;
    if (keys.empty()) co_return found;
    auto records = co_await journal_.store().get_many(&courses_table, std::move(keys));
    const auto wanted = base::words(filter.q);
    std::vector<table::Record> all;
    for (auto& record : records) {
        if (!record || is_going(record->text)) continue;
        const auto item = record->item();
        if (!filter.term.empty() && item.text("term") != filter.term) continue;
        // Of a lecturer's courses the search words choose, too.
        const std::string name = " " + base::folded(item.text("course_name"));
        const bool has_words = std::ranges::all_of(wanted, [&](const std::string& word) {
            return filter.faculty.empty() || name.find(" " + word) != std::string::npos;
        });
        if (has_words) all.push_back(std::move(*record));
    }
    sort_by_name(all, list.descending);
    found.total = static_cast<std::int64_t>(all.size());
    const std::size_t until = std::min(all.size(), offset + list.limit);
    for (std::size_t i = offset; i < until; ++i) found.records.push_back(std::move(all[i]));
    if (until < all.size()) found.cursor = std::to_string(until);
    co_return found;
}

base::Task<std::vector<std::string>> Courses::taught_by(std::string user_id) {
    std::vector<std::string> ids;
    table::Query query{.table = &journal::system_table(), .limit = table::query_limit_max};
    query.partitions.push_back(teaches_partition(user_id));
    const auto page = co_await journal_.store().query(std::move(query));
    for (const auto& record : page.records) ids.emplace_back(record.item().text("sk"));
    co_return ids;
}

base::Task<std::vector<json::Object>> Courses::courses_of(std::string user_id) {
    auto ids = co_await taught_by(std::move(user_id));
    const web::List list{
        .limit = table::query_limit_max, .cursor = {}, .sort = {}, .descending = false, .q = {}
    };
    const Filter filter;
    const auto found = co_await by_keys(list, filter, std::move(ids));
    std::vector<json::Object> courses;
    for (const auto& record : found.records) courses.push_back(record.item());
    co_return courses;
}

base::Task<std::vector<json::Object>> Courses::courses_in(std::string term) {
    const web::List list{
        .limit = table::query_limit_max, .cursor = {}, .sort = {}, .descending = false, .q = {}
    };
    const Filter filter{.term = std::move(term), .faculty = {}, .q = {}};
    const auto found = co_await by_term(list, filter);
    std::vector<json::Object> courses;
    for (const auto& record : found.records) courses.push_back(record.item());
    co_return courses;
}

base::Task<std::vector<json::Object>> Courses::lecturers() {
    table::Query query{
        .table = &users_table, .index = "role-index", .limit = table::query_limit_max
    };
    query.partitions.emplace_back(faculty);
    const auto page = co_await journal_.store().query(std::move(query));
    std::vector<json::Object> lecturers;
    for (const auto& record : page.records) {
        const auto user = record.item();
        lecturers.push_back(
            {{"user_id", user.text("user_id")}, {"full_name", user.text("full_name")}}
        );
    }
    co_return lecturers;
}

json::Array Courses::term_choices() const {
    json::Array choices;
    const auto college = settings_.current();
    for (const auto& term : college->terms) choices.emplace_back(term.name);
    return choices;
}

base::Task<json::Object> Courses::page_model(
    web::Call call, web::List list, Filter filter, Found found
) {
    json::Array items;
    for (const auto& record : found.records) {
        auto item = record.item();
        item.set("mine", teaches(item, call.who.user_id));
        items.emplace_back(std::move(item));
    }
    json::Object model{
        {"items", std::move(items)},
        {"q", filter.q},
        {"filtered", !filter.q.empty() || !filter.faculty.empty()},
        {"sort", list.sort},
        {"descending", list.descending},
        {"terms", term_choices()},
        {"term_asked", filter.term},
        {"faculty", filter.faculty == call.who.user_id ? std::string("me") : filter.faculty},
        {"can", json::Object{{"create", is_admin(call.who)}}},
        {"new_open", call.problem.has_value() || call.request.query("new").has_value()},
    };
    if (is_admin(call.who)) {
        json::Array choices;
        auto all = co_await lecturers();
        for (auto& lecturer : all) choices.emplace_back(std::move(lecturer));
        model.set("lecturers", std::move(choices));
        model.set("form", json::Object{{"term", settings_.current_term()}});
    }
    if (found.total) model.set("total", *found.total);
    if (!found.cursor.empty())
        model.set("more", json::Object{{"url", next_page(call, found.cursor)}});
    co_return model;
}

base::Task<std::optional<json::Object>> Courses::find(std::string course_id) {
    const auto record = co_await journal_.store().get(&courses_table, {std::move(course_id), {}});
    if (!record || is_going(record->text)) co_return std::nullopt;
    co_return record->item();
}

base::Task<http::Response> Courses::get(web::Call call) {
    auto record = co_await journal_.store().get(&courses_table, {call.id("course_id"), {}});
    if (!record || is_going(record->text)) throw no_such_course();
    const std::string version(json::peek_number(record->text, "version").value_or("0"));
    co_return web::Call::record(std::move(record->text), version);
}

base::Task<json::Object> Courses::checked_record(
    json::Object sent, json::Object before, table::Mode mode
) {
    auto checked = table::checked(courses_table, sent, before, mode);
    if (!checked) throw base::Error::invalid(std::move(checked.error()));
    json::Object item = std::move(*checked);
    tidy_co_faculty(item);
    if (const Term* listed = settings_.current()->term(item.text("term")))
        item.set("term", listed->name);
    std::vector<table::Key> keys;
    const std::string lecturer(item.text("faculty"));
    if (!lecturer.empty()) keys.push_back({lecturer, {}});
    for (const auto& one : texts_of(item, "co_faculty")) keys.push_back({*one.string(), {}});
    item.erase("faculty_name");
    if (keys.empty()) co_return item;
    const auto users = co_await journal_.store().get_many(&users_table, keys);
    base::FieldErrors errors;
    for (std::size_t i = 0; i < users.size(); ++i) {
        const bool first = !lecturer.empty() && i == 0;
        const std::string field = first ? "faculty" : "co_faculty";
        const auto user = users[i] ? users[i]->item() : json::Object{};
        if (!users[i])
            errors.push_back({field, "There is no such user."});
        else if (user.text("role") == student)
            errors.push_back({field, "A student can't teach a course."});
        else if (first)
            item.set("faculty_name", user.text("full_name"));
    }
    if (!errors.empty()) throw base::Error::invalid(std::move(errors));
    co_return item;
}

base::Task<http::Response> Courses::create(web::Call call) {
    const auto checked =
        co_await checked_record(call.body(&courses_table), {}, table::Mode::create);
    const std::string id = base::uuid_v7(journal_.clock().now_ms());
    json::Object item{{"course_id", id}};
    for (const auto& [name, value] : checked) item.append_new(name, value);
    journal::Transaction change(call.actor(), "course_added", "course:" + id);
    change.create(&courses_table, item);
    if (const std::string lecturer(item.text("faculty")); !lecturer.empty())
        change.check(&users_table, lecturer, {table::Condition::present()});
    change.tell(event_of("course_added", id));
    web::Call::Done done{
        .item = std::move(item), .location = "/api/courses/" + id, .page = "/courses/" + id
    };
    co_return co_await call.commit(std::move(change), std::move(done));
}

base::Task<http::Response> Courses::replace(web::Call call) {
    const bool whole = call.is_api();  // a page's form changes only the fields that it shows
    return edit(std::move(call), whole ? table::Mode::replace : table::Mode::patch);
}

base::Task<http::Response> Courses::patch(web::Call call) {
    return edit(std::move(call), table::Mode::patch);
}

base::Task<http::Response> Courses::edit(web::Call call, table::Mode mode) {
    const std::string id = call.id("course_id");
    const auto before = co_await find(id);
    if (!before) throw no_such_course();
    const auto sent = call.body(&courses_table);
    call.check_version(*before, sent);
    const auto after = co_await checked_record(sent, *before, mode);
    journal::Transaction change(call.actor(), "course_updated", "course:" + id);
    change.replace(&courses_table, *before, after);
    if (after != *before) change.tell(event_of("course_updated", id));
    if (after.text("course_name") != before->text("course_name"))
        change.enqueue("rename_course", {{"course_id", id}});
    web::Call::Done done{.item = after, .location = {}, .page = "/courses/" + id};
    co_return co_await call.commit(std::move(change), std::move(done));
}

base::Task<http::Response> Courses::remove(web::Call call) {
    const std::string id = call.id("course_id");
    auto before = co_await find(id);
    if (!before) throw no_such_course();
    call.check_version(*before);
    const auto belongings = co_await belongings_of(&journal_.store(), "course_id-index", id);
    const bool cascade = wants_cascade(call);
    if (!belongings.none() && !cascade) throw still_has("course", belongings);
    journal::Transaction change(call.actor(), "course_deleted", "course:" + id);
    const auto entry = change.known_as(journal_);
    if (belongings.none()) {
        change.remove(&courses_table, std::move(*before));
    } else {
        // Without term and lecturers it leaves the lists in this same write.
        auto marked = marked_as_going(*before, entry, journal_.clock().now_ms());
        change.replace(&courses_table, std::move(*before), std::move(marked));
    }
    // Also when there was nothing: an enrolment may have come in between.
    change.enqueue("remove_course", {{"course_id", id}, {"entry", entry}});
    change.tell(event_of("course_deleted", id));
    web::Call::Done done{.item = {}, .location = {}, .page = "/courses"};
    co_return co_await call.commit(std::move(change), std::move(done));
}

base::Task<http::Response> Courses::roster_page(web::Call call) {
    const auto course = co_await find(call.id("course_id"));
    if (!course) throw no_such_course();
    auto members = co_await roster(&journal_.store(), std::string(course->text("course_id")));
    const bool may_write = may_write_marks(call.who, *course);
    const bool office = is_admin(call.who);
    json::Array students;
    for (auto& member : members) students.emplace_back(std::move(member));
    const auto total = static_cast<std::int64_t>(students.size());
    json::Object model{
        {"course", *course},
        {"students", std::move(students)},
        {"students_total", total},
        {"can",
         json::Object{
             {"edit", office},
             {"delete", office},
             {"enrol", office},
             {"take_attendance", may_write},
             {"enter_marks", may_write},
         }},
    };
    if (call.is_api()) co_return http::json(model);
    std::vector<table::Key> keys;
    for (const auto& one : texts_of(*course, "co_faculty")) keys.push_back({*one.string(), {}});
    std::vector<std::optional<table::Record>> users;
    if (!keys.empty()) users = co_await journal_.store().get_many(&users_table, std::move(keys));
    json::Array names;
    for (const auto& user : users)
        if (user) names.emplace_back(json::Object{{"full_name", user->item().text("full_name")}});
    if (json::Value* shown = model.find("course"))
        shown->object()->set("co_names", std::move(names));
    json::Array types;
    for (const auto& type : settings_.current()->exam_types) types.emplace_back(type.name);
    model.set("exam_types", std::move(types));
    if (office) {
        json::Array choices;
        auto all = co_await lecturers();
        for (auto& lecturer : all) choices.emplace_back(std::move(lecturer));
        model.set("lecturers", std::move(choices));
        model.set("terms", term_choices());
        model.set("form", *course);
        // A deletion that was refused says what stands in its way; an edit opens its form again.
        json::Object blocked;
        if (call.problem)
            for (const auto& [name, count] : call.problem->facts)
                if (name == "attendance" || name == "results" || name == "enrolments")
                    blocked.set(name, count);
        const bool refused = call.problem && blocked.empty();
        model.set("edit_open", refused || call.request.query("edit").has_value());
        if (!blocked.empty()) model.set("blocked", std::move(blocked));
    }
    co_return call.show("course", std::move(model));
}

}  // namespace studentcore
