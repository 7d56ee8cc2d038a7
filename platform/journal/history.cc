// Reading the change log: by subject, by time, as of an instant, and backwards (undo).
#include <charconv>

#include "platform/base/error.h"
#include "platform/journal/entry.h"
#include "platform/journal/journal.h"

namespace journal {
namespace {

constexpr int days_back_max = 400;

std::vector<std::string> day_partitions(std::string_view date) {
    std::vector<std::string> partitions;
    for (unsigned shard = 0; shard < log_shards; ++shard)
        partitions.push_back(log_day_partition(date, shard));
    return partitions;
}

// The milliseconds in a UUIDv7; -1 when the text is none.
std::int64_t time_of(std::string_view id) {
    if (id.size() != 36 || id[8] != '-' || id[14] != '7') return -1;
    const std::string digits = std::string(id.substr(0, 8)) + std::string(id.substr(9, 4));
    std::int64_t ms = 0;
    const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), ms, 16);
    return code == std::errc() && end == digits.data() + digits.size() ? ms : -1;
}

}  // namespace

std::optional<json::Object> reversed(const Change& change, std::optional<json::Object> state) {
    if (!change.before) return std::nullopt;
    if (!change.after) return change.before;
    json::Object item = state ? std::move(*state) : json::Object{};
    for (const auto& [name, value] : *change.after)
        if (!change.before->contains(name)) item.erase(name);
    for (const auto& [name, value] : *change.before) item.set(name, value);
    return item;
}

base::Task<Journal::Entries> Journal::of_subject(
    std::string subject, std::string cursor, std::size_t limit
) {
    table::Query query;
    query.table = &system_table();
    query.partitions = {log_partition(subject)};
    query.descending = true;
    query.limit = limit;
    query.cursor = std::move(cursor);
    const table::Page page = co_await store_.query(std::move(query));
    Entries out;
    for (const auto& record : page.records) out.entries.push_back(loaded(record.item(), tables_));
    out.cursor = page.cursor;
    co_return out;
}

base::Task<table::Page> Journal::day(
    std::string date, std::string cursor, std::size_t limit, bool descending,
    std::optional<std::string> from
) {
    table::Query query;
    query.table = &system_table();
    query.index = "log_day-index";
    query.partitions = day_partitions(date);
    query.descending = descending;
    query.limit = limit;
    query.cursor = std::move(cursor);
    query.from = std::move(from);
    co_return co_await store_.query(std::move(query));
}

// The cursor is the day and, after a blank, the page's own cursor within it.
base::Task<Journal::Entries> Journal::latest(std::string cursor, std::size_t limit) {
    Entries out;
    std::string date = base::date_of(clock_.now_ms());
    std::string inner;
    if (!cursor.empty()) {
        const std::size_t blank = cursor.find('.');
        date = cursor.substr(0, blank);
        if (!base::is_date(date) || blank == std::string::npos)
            throw base::Error::invalid("cursor", "This is not a cursor of this list.");
        inner = cursor.substr(blank + 1);
    }
    for (int back = 0; back < days_back_max && out.entries.size() < limit; ++back) {
        const table::Page page =
            co_await day(date, std::exchange(inner, {}), limit - out.entries.size(), true, {});
        for (const auto& record : page.records)
            out.entries.push_back(loaded(record.item(), tables_));
        if (!page.cursor.empty()) {
            out.cursor = date + "." + page.cursor;
            co_return out;
        }
        date = base::add_days(date, -1);
    }
    if (out.entries.size() == limit) out.cursor = date + ".";
    co_return out;
}

base::Task<Journal::Entries> Journal::after(std::string id, std::size_t limit) {
    const std::int64_t since = time_of(id);
    if (since < 0) throw base::Error::invalid("after", "This must be the id of an event.");
    Entries out;
    const std::string today = base::date_of(clock_.now_ms());
    std::string date = base::date_of(since);
    // Nobody catches up on more than a month: such a page loads afresh.
    if (base::days_between(date, today) > 31) date = base::add_days(today, -31);
    std::string from = id;
    while (date <= today && out.entries.size() < limit) {
        const table::Page page =
            co_await day(date, {}, limit + 1 - out.entries.size(), false, from);
        for (const auto& record : page.records) {
            Entry entry = loaded(record.item(), tables_);
            if (entry.id != id && out.entries.size() < limit)
                out.entries.push_back(std::move(entry));
        }
        date = base::add_days(date, 1);
    }
    if (out.entries.size() == limit) out.cursor = out.entries.back().id;
    co_return out;
}

base::Task<std::optional<Entry>> Journal::find(std::string subject, std::string id) {
    const auto record =
        co_await store_.get(&system_table(), {log_partition(subject), std::move(id)});
    if (!record) co_return std::nullopt;
    co_return loaded(record->item(), tables_);
}

base::Task<std::optional<json::Object>> Journal::as_of(
    table::SchemaRef table, std::string key, std::string subject, std::int64_t at_ms
) {
    std::optional<json::Object> state;
    if (const auto record = co_await store_.get(table, {key, {}})) state = record->item();
    std::string cursor;
    do {
        Entries page = co_await of_subject(subject, cursor, 200);
        for (const Entry& entry : page.entries) {
            if (entry.at_ms <= at_ms) co_return state;
            for (const Change& change : entry.changes)
                if (change.table == table && change.key == key)
                    state = reversed(change, std::move(state));
        }
        cursor = page.cursor;
    } while (!cursor.empty());
    co_return state;
}

base::Task<std::expected<Transaction, Conflict>> Journal::undo(Entry entry, Actor actor) {
    Transaction back(std::move(actor), entry.action, entry.subject);
    back.undoes(entry.id);
    for (const Change& change : entry.changes) {
        const auto record = co_await store_.get(change.table, {change.key, {}});
        Conflict changed{Conflict::Kind::changed, change.table, change.key, {}, {}};
        if (!change.after) {
            if (record) co_return std::unexpected(std::move(changed));
            if (change.before) back.create(change.table, *change.before);
            continue;
        }
        if (!record) co_return std::unexpected(std::move(changed));
        json::Object now = record->item();
        // The change is the newest of the record, or it would take later work away with it.
        if (now.integer("version") != change.after->integer("version")) {
            changed.found = std::move(now);
            co_return std::unexpected(std::move(changed));
        }
        if (!change.before) {
            back.remove(change.table, std::move(now));
            continue;
        }
        std::optional<json::Object> then = reversed(change, now);
        if (!then) co_return std::unexpected(std::move(changed));
        then->set("version", *now.find("version"));
        back.replace(change.table, std::move(now), std::move(*then));
    }
    for (const Event& event : entry.events)
        back.tell({event_of_undo(event.name), event.rooms, event.payload});
    co_return back;
}

}  // namespace journal
