#include "studentcore/students.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "platform/base/error.h"
#include "platform/base/random.h"
#include "platform/base/text.h"
#include "studentcore/access.h"
#include "studentcore/removals.h"
#include "studentcore/tables.h"

namespace studentcore {
namespace {

constexpr std::size_t search_max = 1000;
// Pages of an index that are read to fill one page of a filter that no index answers.
constexpr int filter_rounds_max = 40;

base::Error no_such_student() { return base::Error::not_found("There is no such student."); }

journal::Event event_of(std::string name, const std::string& student_id) {
    return {
        .name = std::move(name),
        .rooms = student_rooms(student_id),
        .payload = {{"student_id", student_id}}
    };
}

bool matches(std::string_view text, std::string_view program, std::string_view status) {
    if (is_going(text)) return false;
    if (!status.empty() && json::peek(text, "status") != status) return false;
    return program.empty() || json::parse_stored(text).text("program") == program;
}

}  // namespace

json::Array program_choices(const College& college) {
    json::Array choices;
    for (const auto& name : college.programs) choices.emplace_back(name);
    return choices;
}

std::string page_with(const web::Call& call, std::string_view parameter, std::string_view value) {
    std::string url(call.request.path());
    url += "?" + std::string(parameter) + "=" + http::percent_encode(value);
    for (const auto& [name, text] : call.request.query())
        if (name != "cursor" && name != parameter && !text.empty())
            url += "&" + http::percent_encode(name) + "=" + http::percent_encode(text);
    return url;
}

std::string next_page(const web::Call& call, std::string_view cursor) {
    return page_with(call, "cursor", cursor);
}

std::size_t offset_of(std::string_view cursor) {
    std::size_t offset = 0;
    const auto [end, code] = std::from_chars(cursor.data(), cursor.data() + cursor.size(), offset);
    if (cursor.empty()) return 0;
    if (code != std::errc() || end != cursor.data() + cursor.size() || offset > search_max)
        throw base::Error::invalid("cursor", "This is no cursor of this list.");
    return offset;
}

Students::Filter Students::filter_of(const web::Call& call, const web::List& list) const {
    Filter filter;
    const auto asked = [&](std::string_view name) {
        return std::string(base::trimmed(call.request.query(name).value_or("")));
    };
    filter.status = asked("status");
    filter.student_code = asked("student_code");
    filter.q = list.q;
    const auto& statuses = students_table.field("status")->choices;
    if (!filter.status.empty() && std::ranges::find(statuses, filter.status) == statuses.end())
        throw base::Error::invalid("status", "This must be active, withdrawn or graduated.");
    const std::string program = asked("program");
    const std::string listed = settings_.current()->program(program);
    filter.program = listed.empty() ? program : listed;
    return filter;
}

base::Task<http::Response> Students::list(web::Call call) {
    const auto list = call.list({"full_name", "-full_name"});
    const auto filter = filter_of(call, list);
    Found found;
    if (!filter.student_code.empty())
        found = co_await by_code(filter);
    else if (!filter.q.empty())
        found = co_await by_words(list, filter);
    else
        found = co_await by_index(list, filter);
    if (call.is_api()) co_return web::Call::items(found.records, found.cursor, found.total);
    co_return call.show("students", page_model(call, list, filter, std::move(found)));
}

base::Task<Students::Found> Students::by_index(web::List list, Filter filter) {
    table::Query query{.table = &students_table};
    if (filter.program.empty()) {
        query.index = "name-index";
        query.partitions = all_shards();
    } else {
        query.index = "program-index";
        query.partitions = {filter.program};
    }
    query.descending = list.descending;
    query.cursor = list.cursor;
    Found found;
    for (int round = 0; round < filter_rounds_max; ++round) {
        query.limit = list.limit - found.records.size();
        auto page = co_await journal_.store().query(query);
        for (auto& record : page.records)
            if (matches(record.text, {}, filter.status)) found.records.push_back(std::move(record));
        query.cursor = std::move(page.cursor);
        if (query.cursor.empty() || found.records.size() >= list.limit) break;
    }
    found.cursor = std::move(query.cursor);
    found.total = co_await total_of(std::move(filter));
    co_return found;
}

base::Task<std::optional<std::int64_t>> Students::total_of(Filter filter) {
    if (!filter.program.empty() && !filter.status.empty()) co_return std::nullopt;
    std::string name = "all";
    if (!filter.program.empty()) name = "program#" + filter.program;
    if (!filter.status.empty()) name = "status#" + filter.status;
    const auto counters = co_await journal_.store().counters("students");
    for (const auto& counter : counters)
        if (counter.name == name) co_return counter.value;
    co_return 0;
}

base::Task<Students::Found> Students::by_words(web::List list, Filter filter) {
    const std::size_t offset = offset_of(list.cursor);
    const auto ids = co_await journal_.search(&students_table, filter.q, search_max);
    std::vector<table::Key> keys;
    for (const auto& id : ids) keys.push_back({id, {}});
    Found found;
    found.total = 0;
    if (keys.empty()) co_return found;
    auto records = co_await journal_.store().get_many(&students_table, std::move(keys));
    std::vector<std::pair<std::string, table::Record>> named;
    for (auto& record : records) {
        if (!record || !matches(record->text, filter.program, filter.status)) continue;
        auto name = base::folded(record->item().text("full_name"));
        named.emplace_back(std::move(name), std::move(*record));
    }
    std::ranges::stable_sort(named, [&](const auto& left, const auto& right) {
        return list.descending ? right.first < left.first : left.first < right.first;
    });
    found.total = static_cast<std::int64_t>(named.size());
    const std::size_t until = std::min(named.size(), offset + list.limit);
    for (std::size_t i = offset; i < until; ++i)
        found.records.push_back(std::move(named[i].second));
    if (until < named.size()) found.cursor = std::to_string(until);
    co_return found;
}

base::Task<Students::Found> Students::by_code(Filter filter) {
    Found found;
    const auto id = co_await journal_.owner(&students_table, "student_code", filter.student_code);
    if (id) {
        auto record = co_await journal_.store().get(&students_table, {*id, {}});
        if (record && matches(record->text, filter.program, filter.status))
            found.records.push_back(std::move(*record));
    }
    found.total = static_cast<std::int64_t>(found.records.size());
    co_return found;
}

json::Object Students::page_model(
    const web::Call& call, const web::List& list, const Filter& filter, Found found
) const {
    const auto college = settings_.current();
    json::Array items;
    for (const auto& record : found.records) items.emplace_back(record.item());
    json::Object model{
        {"items", std::move(items)},
        {"q", filter.q.empty() ? filter.student_code : filter.q},
        {"sort", list.sort},
        {"descending", list.descending},
        {"filtered", filter.any()},
        {"sort_url", page_with(call, "sort", list.descending ? "full_name" : "-full_name")},
        {"programs", program_choices(*college)},
        {"program", filter.program},
        {"status", filter.status},
        {"can", json::Object{{"create", is_admin(call.who)}}},
        {"new_open", call.problem.has_value() || call.request.query("new").has_value()},
    };
    if (found.total) model.set("total", *found.total);
    if (!found.cursor.empty())
        model.set("more", json::Object{{"url", next_page(call, found.cursor)}});
    return model;
}

base::Task<http::Response> Students::get(web::Call call) {
    std::string id = call.id("student_id");
    require_read_student(call.who, id);
    auto record = co_await journal_.store().get(&students_table, {std::move(id), {}});
    if (!record || is_going(record->text)) throw no_such_student();
    const std::string version(json::peek_number(record->text, "version").value_or("0"));
    co_return web::Call::record(std::move(record->text), version);
}

base::Task<std::optional<json::Object>> Students::find(std::string student_id) {
    const auto record = co_await journal_.store().get(&students_table, {std::move(student_id), {}});
    if (!record || is_going(record->text)) co_return std::nullopt;
    co_return record->item();
}

base::Task<std::string> Students::student_of(std::string user_id) {
    table::Query query{.table = &students_table, .index = "user_id-index", .limit = 1};
    query.partitions.push_back(std::move(user_id));
    const auto page = co_await journal_.store().query(std::move(query));
    if (page.records.empty() || is_going(page.records.front().text)) co_return std::string();
    co_return std::string(page.records.front().item().text("student_id"));
}

base::Task<> Students::check_sign_in(std::string user_id, std::string student_id) {
    const auto user = co_await journal_.store().get(&users_table, {user_id, {}});
    if (!user) throw base::Error::invalid("user_id", "There is no such user.");
    if (user->item().text("role") != student)
        throw base::Error::invalid("user_id", "This user's role is not student.");
    const auto other = co_await student_of(user_id);
    if (!other.empty() && other != student_id) {
        auto error = base::Error::invalid("user_id", "This sign-in is another student's.");
        error.facts.emplace_back("existing", other);
        throw error;
    }
}

base::Task<json::Object> Students::checked_record(
    const web::Call* call, json::Object sent, json::Object before, table::Mode mode
) {
    auto item = table::checked(students_table, sent, before, mode);
    base::FieldErrors errors;
    if (!item) errors = std::move(item.error());
    if (!errors.empty()) throw base::Error::invalid(std::move(errors));
    const std::string user_id(item->text("user_id"));
    if (!user_id.empty() && user_id != before.text("user_id"))
        co_await check_sign_in(user_id, std::string(before.text("student_id")));
    // A new programme joins the list; an old or odd spelling becomes the listed one.
    const std::string program(item->text("program"));
    if (program != before.text("program")) {
        auto listed = co_await settings_.adopt_program(call->actor(), program);
        item->set("program", std::move(listed));
    }
    co_return std::move(*item);
}

base::Task<http::Response> Students::create(web::Call call) {
    const auto checked =
        co_await checked_record(&call, call.body(&students_table), {}, table::Mode::create);
    const std::string id = base::uuid_v7(journal_.clock().now_ms());
    json::Object item{{"student_id", id}};
    for (const auto& [name, value] : checked) item.append_new(name, value);
    item.set("enrolled_courses", json::Array{});
    place_in_lists(item);
    journal::Transaction change(call.actor(), "student_added", "student:" + id);
    change.create(&students_table, item);
    if (const std::string user_id(item.text("user_id")); !user_id.empty())
        change.check(&users_table, user_id, {table::Condition::equals("role", student)});
    change.tell(event_of("student_added", id));
    web::Call::Done done{
        .item = std::move(item), .location = "/api/students/" + id, .page = "/students/" + id
    };
    co_return co_await call.commit(std::move(change), std::move(done));
}

base::Task<http::Response> Students::replace(web::Call call) {
    const bool whole = call.is_api();  // a page's form changes only the fields that it shows
    return edit(std::move(call), whole ? table::Mode::replace : table::Mode::patch);
}

base::Task<http::Response> Students::patch(web::Call call) {
    return edit(std::move(call), table::Mode::patch);
}

base::Task<http::Response> Students::edit(web::Call call, table::Mode mode) {
    const std::string id = call.id("student_id");
    const auto before = co_await find(id);
    if (!before) throw no_such_student();
    const auto sent = call.body(&students_table);
    call.check_version(*before, sent);
    auto after = co_await checked_record(&call, sent, *before, mode);
    place_in_lists(after);
    journal::Transaction change(call.actor(), "student_updated", "student:" + id);
    change.replace(&students_table, *before, after);
    if (after != *before) {
        const std::string user_id(after.text("user_id"));
        if (!user_id.empty() && user_id != before->text("user_id"))
            change.check(&users_table, user_id, {table::Condition::equals("role", student)});
        change.tell(event_of("student_updated", id));
    }
    const auto differs = [&](std::string_view name) {
        return after.text(name) != before->text(name);
    };
    if (differs("full_name") || differs("student_code"))
        change.enqueue("rename_student", {{"student_id", id}});
    // A session carries whose record is its own: whoever gained or lost one signs in again.
    if (differs("user_id"))
        for (const std::string& user_id :
             {std::string(after.text("user_id")), std::string(before->text("user_id"))})
            if (!user_id.empty()) change.enqueue("end_sessions", {{"user_id", user_id}});
    web::Call::Done done{.item = after, .location = {}, .page = "/students/" + id};
    co_return co_await call.commit(std::move(change), std::move(done));
}

base::Task<http::Response> Students::remove(web::Call call) {
    const std::string id = call.id("student_id");
    auto before = co_await find(id);
    if (!before) throw no_such_student();
    call.check_version(*before);
    const auto belongings = co_await belongings_of(&journal_.store(), "student_id-index", id);
    const bool cascade = wants_cascade(call);
    if (!belongings.none() && !cascade) throw still_has("student", belongings);
    journal::Transaction change(call.actor(), "student_deleted", "student:" + id);
    if (belongings.none()) {
        change.remove(&students_table, std::move(*before));
    } else {
        // Without programme and shard it leaves both lists in this same write.
        const auto entry = change.known_as(journal_);
        auto marked = marked_as_going(*before, entry, journal_.clock().now_ms());
        change.replace(&students_table, std::move(*before), std::move(marked));
        change.enqueue("remove_student", {{"student_id", id}, {"entry", entry}});
    }
    change.tell(event_of("student_deleted", id));
    web::Call::Done done{.item = {}, .location = {}, .page = "/students"};
    co_return co_await call.commit(std::move(change), std::move(done));
}

}  // namespace studentcore
