#include "studentcore/audit.h"

#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "platform/base/clock.h"
#include "platform/base/error.h"
#include "platform/base/log.h"
#include "platform/base/random.h"
#include "studentcore/access.h"
#include "studentcore/feed.h"
#include "studentcore/follow_ups.h"
#include "studentcore/marks.h"
#include "studentcore/sign_in.h"
#include "studentcore/tables.h"
#include "studentcore/undo_rules.h"

namespace studentcore {
namespace {

using base::Error;

// A filter may leave out most of what is read: at most so many pages of the log an answer.
constexpr int pages_read_max = 10;

struct Filter {
    std::string subject;
    std::string by;
    std::string action;  // a whole action, or its noun: "student"
    [[nodiscard]] bool any() const { return !subject.empty() || !by.empty() || !action.empty(); }
    [[nodiscard]] bool holds(const journal::Entry& entry) const {
        if (!by.empty() && entry.actor.user_id != by) return false;
        return action.empty() || entry.action == action || entry.action.starts_with(action + "_");
    }
};

struct Found {
    std::vector<journal::Entry> entries;
    std::string cursor;
};

base::Task<Found> find(
    journal::Journal* journal, Filter filter, std::size_t limit, std::string cursor
) {
    Found found{.entries = {}, .cursor = std::move(cursor)};
    for (int read = 0; read < pages_read_max; ++read) {
        const auto wanted = limit - found.entries.size();
        journal::Journal::Entries page;
        if (filter.subject.empty())
            page = co_await journal->latest(found.cursor, wanted);
        else
            page = co_await journal->of_subject(filter.subject, found.cursor, wanted);
        for (auto& entry : page.entries)
            if (filter.holds(entry)) found.entries.push_back(std::move(entry));
        found.cursor = std::move(page.cursor);
        if (found.cursor.empty() || found.entries.size() >= limit) break;
    }
    co_return found;
}

json::Value shown(const json::Value* value) {
    if (value == nullptr) return nullptr;
    if (value->string() != nullptr || value->number() != nullptr) return *value;
    return json::write(*value);
}

constexpr std::size_t changes_shown_max = 12;  // of one entry, on a page

// Attribute by attribute; what every write changes says nothing.
void add_changes(json::Array& rows, const journal::Change& change) {
    static const json::Object none;
    const auto& before = change.before ? *change.before : none;
    const auto& after = change.after ? *change.after : none;
    std::vector<std::string> names;
    for (const auto& [name, value] : before) names.push_back(name);
    for (const auto& [name, value] : after)
        if (!before.contains(name)) names.push_back(name);
    for (const auto& name : names) {
        if (name == "version" || name == "updated_at" || name == "shard") continue;
        rows.emplace_back(json::Object{
            {"table", change.table->name},
            {"key", change.key},
            {"field", name},
            {"before", shown(before.find(name))},
            {"after", shown(after.find(name))},
        });
    }
}

std::string more_url(const Filter& filter, const std::string& cursor) {
    std::string url = "/audit?cursor=" + http::percent_encode(cursor);
    const auto add = [&](std::string_view name, const std::string& value) {
        if (!value.empty()) url.append("&").append(name).append("=") += http::percent_encode(value);
    };
    add("subject", filter.subject);
    add("by", filter.by);
    add("action", filter.action);
    return url;
}

bool writes_marks(const journal::Change& change) {
    return change.table == &attendance_table || change.table == &results_table;
}

table::SchemaRef table_named(std::string_view name) {
    for (const auto* schema : record_tables())
        if (schema->name == name) return schema;
    throw Error::invalid("table", "There is no such table.");
}

// A record that comes back is neither going nor on its way.
void unmark(json::Object* record) {
    for (const auto* const name : {"deleting", "removal", "restoring"}) record->erase(name);
}

}  // namespace

base::Task<http::Response> Audit::list(web::Call call) {
    const auto list = call.list({});
    Filter filter{
        .subject = call.request.query("subject").value_or(""),
        .by = call.request.query("by").value_or(""),
        .action = call.request.query("action").value_or(""),
    };
    auto found = co_await find(&journal_, filter, list.limit, list.cursor);
    std::set<std::string> undone;
    for (const auto& entry : found.entries)
        if (!entry.undoes.empty()) undone.insert(entry.undoes);
    auto items = co_await feed_of(&journal_, found.entries, call.who);
    for (std::size_t at = 0; at < items.size(); ++at) {
        auto& item = *items[at].object();
        json::Array changes;
        for (const auto& change : found.entries[at].changes) add_changes(changes, change);
        // A class that was saved at once has hundreds: a page shows the first, the API all.
        if (!call.is_api() && changes.size() > changes_shown_max) {
            item.set("changes_count", static_cast<std::uint64_t>(changes.size()));
            item.set(
                "changes_more", static_cast<std::uint64_t>(changes.size() - changes_shown_max)
            );
            changes.resize(changes_shown_max);
        }
        item.set("changes", std::move(changes));
        const bool taken_back = undone.contains(found.entries[at].id);
        item.set("undone", taken_back);
        if (taken_back) item.set("undo", false);
        if (!found.entries[at].undoes.empty()) item.set("undoes", found.entries[at].undoes);
    }
    json::Object model{
        {"items", std::move(items)},
        {"cursor", found.cursor.empty() ? json::Value(nullptr) : json::Value(found.cursor)},
    };
    if (!call.is_api()) {
        model.set("subject", filter.subject).set("action", filter.action);
        model.set("filtered", filter.any());
        if (!found.cursor.empty())
            model.set("more", json::Object{{"url", more_url(filter, found.cursor)}});
    }
    co_return call.show("audit", std::move(model));
}

base::Task<> Audit::require_undo(web::Identity who, journal::Entry entry) {
    if (!may_ask_undo(who, entry, journal_.clock().now_ms())) {
        throw Error(
            base::Code::forbidden,
            "The office can take this back; others their own changes of the last 10 minutes."
        );
    }
    if (is_admin(who)) co_return;
    std::set<std::string> course_ids;
    for (const auto& change : entry.changes) {
        if (!writes_marks(change))
            throw Error(base::Code::forbidden, "Only the office can do this.");
        const auto record = co_await journal_.store().get(change.table, {change.key, {}});
        const auto& known = change.before ? *change.before : *change.after;
        auto course_id =
            record ? json::peek(record->text, "course_id").value_or("") : known.text("course_id");
        course_ids.emplace(course_id);
    }
    for (const auto& course_id : course_ids)
        co_await require_write_record(&journal_.store(), who, course_id);
}

base::Task<http::Response> Audit::undo(web::Call call) {
    const auto entry_id = call.id("entry_id");
    const auto sent = call.body();
    std::string subject(sent.text("subject"));
    if (subject.empty()) throw Error::invalid("subject", "Say whose log the entry is in.");
    auto entry = co_await journal_.find(std::move(subject), entry_id);
    if (!entry || (!is_admin(call.who) && entry->actor.user_id != call.who.user_id))
        throw Error::not_found("There is no such entry in the log.");
    co_await require_undo(call.who, *entry);
    auto begun = co_await undos_.begin(std::move(*entry), call.actor());
    std::string next = own_page(sent.text("next"));
    if (next.empty()) next = "/audit";
    const bool at_once = begun.rest.empty() || begun.parts <= Undos::at_once_max;
    json::Object answer{{"undone", entry_id}, {"state", at_once ? "done" : "running"}};
    web::Call::Done done{.item = std::move(answer), .location = {}, .page = std::move(next)};
    auto response = co_await call.commit(std::move(begun.first), std::move(done));
    // The headers are an offer to take it back.
    if (begun.for_good)
        std::erase_if(response.headers, [](const auto& one) {
            return one.first.starts_with("Log-");
        });
    if (at_once && !begun.rest.empty()) {
        try {
            co_await undos_.go_on(std::move(begun.rest));
        } catch (const Error& error) {
            // The first write stands, and the outbox goes on with the rest.
            base::log(
                base::Level::warning, "undo_goes_on_later",
                {{"cause", error.detail.empty() ? error.shown : error.detail}}
            );
        }
    }
    co_return response;
}

base::Task<http::Response> Audit::recover(web::Call call) {
    const auto sent = call.body();
    const auto* const schema = table_named(sent.text("table"));
    const std::string key(sent.text("key"));
    if (!base::is_uuid(key)) throw Error::invalid("key", "This must be the id of a record.");
    const auto at_ms = base::parse_timestamp(sent.text("as_of"));
    if (!at_ms) throw Error::invalid("as_of", "Give a time such as 2026-11-22T09:30:00Z.");
    const auto now = co_await journal_.store().get(schema, {key, {}});
    std::string subject(sent.text("subject"));
    if (subject.empty()) {
        json::Object known = now ? now->item() : json::Object{};
        known.set(schema->key, key);
        subject = subject_of(*schema, known);
    }
    auto then = co_await journal_.as_of(schema, key, subject, *at_ms);
    if (!then) throw Error::not_found("The log has no such record at that time.");
    unmark(&*then);
    const auto singular = schema == &attendance_table
                              ? schema->name
                              : schema->name.substr(0, schema->name.size() - 1);
    journal::Transaction change(call.actor(), singular + (now ? "_updated" : "_added"), subject);
    change.note("As of " + base::timestamp(*at_ms));
    if (schema == &students_table) {
        // A copy of the enrolments, which are as they are.
        json::Array enrolled;
        const auto enrolments = co_await all_of(
            &journal_.store(), index_query(&enrolments_table, "student_id-index", key)
        );
        for (const auto& one : enrolments)
            enrolled.emplace_back(json::peek(one.text, "course_id").value_or(""));
        then->set("enrolled_courses", std::move(enrolled));
        change.tell(
            {now ? "student_updated" : "student_added", student_rooms(key), {{"student_id", key}}}
        );
    }
    if (schema == &courses_table) {
        change.tell({now ? "course_updated" : "course_added", course_rooms(), {{"course_id", key}}}
        );
    }
    const auto item = *then;
    if (now) {
        auto before = now->item();
        then->set("version", *before.find("version"));
        then->set("updated_at", before.text("updated_at"));
        // What never leaves the server is not in the log either: it stays.
        for (const auto& field : schema->fields)
            if (const auto* secret = before.find(field.name); field.secret && secret)
                then->set(field.name, *secret);
        change.replace(schema, std::move(before), std::move(*then));
    } else {
        change.create(schema, std::move(*then));
    }
    if (takes_an_admin(change))
        throw Error::conflict("This user is an admin now. Change that on the users page first.");
    co_await complete_undo(&journal_, &change, {});
    web::Call::Done done{.item = item, .location = {}, .page = "/audit"};
    co_return co_await call.commit(std::move(change), std::move(done));
}

}  // namespace studentcore
