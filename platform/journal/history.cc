// Reading the change log: by subject, by time, as of an instant, and backwards (undo).
#include <algorithm>

#include "platform/base/error.h"
#include "platform/base/random.h"
#include "platform/journal/entry.h"
#include "platform/journal/journal.h"

namespace journal {
namespace {

constexpr int days_back_max = 400;
constexpr std::string_view after_all_days = "9999-12-31";
constexpr std::string_view whole = "whole";

std::vector<std::string> day_partitions(std::string_view date) {
    std::vector<std::string> partitions;
    for (unsigned shard = 0; shard < log_shards; ++shard)
        partitions.push_back(log_day_partition(date, shard));
    return partitions;
}

}  // namespace

std::string first_id_of(std::int64_t ms) {
    std::string bytes;
    for (int shift = 40; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(ms >> shift));
    return base::hex(bytes).insert(8, "-");
}

std::optional<json::Object> reversed(const Change& change, std::optional<json::Object> state) {
    if (!change.before) return std::nullopt;
    if (!change.after) return change.before;
    json::Object item = state ? std::move(*state) : json::Object{};
    for (const auto& [name, value] : *change.after)
        if (!change.before->contains(name)) item.erase(name);
    for (const auto& [name, value] : *change.before) item.set(name, value);
    return item;
}

bool stands(const Change& change, const json::Object& now) {
    const auto counts = [&](std::string_view name) {
        const auto* const field = change.table->field(name);
        return name != "version" && name != "updated_at" &&
               (field == nullptr || !(field->server || field->secret));
    };
    if (!change.after) return false;
    for (const auto& [name, value] : *change.after) {
        const auto* const is = now.find(name);
        if (counts(name) && (is == nullptr || !(*is == value))) return false;
    }
    // What the change took away, or, for a new record, what did not come with it.
    const auto& without = change.before ? *change.before : now;
    return std::ranges::none_of(without, [&](const json::Object::Member& member) {
        return counts(member.first) && !change.after->contains(member.first) &&
               now.contains(member.first);
    });
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

base::Task<std::vector<std::string>> Journal::days(
    std::string date, bool descending, std::size_t limit
) {
    table::Query query;
    query.table = &system_table();
    query.partitions = {std::string(days_partition)};
    query.descending = descending;
    query.limit = std::min(limit, table::query_limit_max);
    if (!descending) query.from = date;
    query.until = descending ? date + "~" : std::string(after_all_days);
    const table::Page page = co_await store_.query(std::move(query));
    std::vector<std::string> days;
    for (const auto& record : page.records) days.emplace_back(record.item().text("sk"));
    co_return days;
}

// A directory of an older program has entries of days that nobody wrote down: once, they are sought.
base::Task<> Journal::know_days() {
    if (days_known_) co_return;
    if (co_await store_.get(&system_table(), {std::string(days_partition), std::string(whole)})) {
        days_known_ = true;
        co_return;
    }
    const auto known = co_await days({}, false, 1);
    std::string date = known.empty() ? base::add_days(base::date_of(clock_.now_ms()), 1) : known[0];
    std::vector<table::Operation> rows;
    for (int back = 0; back < days_back_max; ++back) {
        date = base::add_days(date, -1);
        const table::Page page = co_await day(date, {}, 1, true, {});
        if (!page.records.empty())
            rows.emplace_back(table::Put{&system_table(), day_item(date), {}});
    }
    rows.emplace_back(table::Put{&system_table(), day_item(std::string(whole)), {}});
    for (std::size_t at = 0; at < rows.size(); at += table::write_operations_max) {
        const auto end = std::min(rows.size(), at + table::write_operations_max);
        table::Write write;
        for (std::size_t i = at; i < end; ++i) write.operations.push_back(std::move(rows[i]));
        (void)co_await store_.write(std::move(write));
    }
    days_known_ = true;
}

// The cursor is the day and, after a point, the page's own cursor within it.
base::Task<Journal::Entries> Journal::latest(std::string cursor, std::size_t limit) {
    Entries out;
    std::string date(after_all_days);
    std::string inner;
    const auto foreign = base::Error::invalid("cursor", "This is not a cursor of this list.");
    if (!cursor.empty()) {
        const std::size_t point = cursor.find('.');
        date = cursor.substr(0, point);
        if (!base::is_date(date) || point == std::string::npos ||
            date >
                base::add_days(base::date_of(clock_.now_ms()), 1))  // ids may run ahead of a clock
            throw base::Error(foreign);
        inner = cursor.substr(point + 1);
    }
    co_await know_days();
    // Each of them has an entry, so no more than that are needed.
    const auto list = co_await days(date, true, limit);
    if (!inner.empty() && (list.empty() || list.front() != date)) throw base::Error(foreign);
    for (const std::string& one : list) {
        const std::size_t wanted = limit - out.entries.size();
        std::string from = one == date ? std::exchange(inner, {}) : std::string{};
        const table::Page page = co_await day(one, std::move(from), wanted, true, {});
        for (const auto& record : page.records)
            out.entries.push_back(loaded(record.item(), tables_));
        const bool full = out.entries.size() == limit;
        if (!page.cursor.empty())
            out.cursor = one + "." + page.cursor;
        else if (full || (&one == &list.back() && list.size() == limit))
            out.cursor = base::add_days(one, -1) + ".";
        if (full || !page.cursor.empty()) co_return out;
    }
    co_return out;
}

base::Task<Journal::Entries> Journal::newest(std::size_t limit) {
    const std::string until = ids_->settled_before(clock_.now_ms());
    Entries out = co_await latest({}, limit);
    std::erase_if(out.entries, [&](const Entry& entry) { return entry.id >= until; });
    std::ranges::reverse(out.entries);
    // In front of all that is still to come.
    out.cursor = out.entries.empty() ? first_id_of(time_of(until)) + "-7000-8000-000000000000"
                                     : out.entries.back().id;
    co_return out;
}

base::Task<Journal::Entries> Journal::after(std::string id, std::size_t limit) {
    if (id.empty()) co_return co_await newest(limit);
    const std::int64_t since = time_of(id);
    if (since < 0) throw base::Error::invalid("after", "This must be the id of an event.");
    // Before anything is read: what had not ended then may be seen or not.
    const std::string until = ids_->settled_before(clock_.now_ms());
    co_await know_days();
    Entries out;
    out.cursor = id;
    const auto list = co_await days(base::date_of(since), false, limit + 1);
    for (const std::string& date : list) {
        const table::Page page =
            co_await day(date, {}, limit + 1 - out.entries.size(), false, std::string(id));
        for (const auto& record : page.records) {
            Entry entry = loaded(record.item(), tables_);
            if (entry.id == id) continue;
            if (entry.id >= until || out.entries.size() == limit) co_return out;
            out.cursor = entry.id;
            out.entries.push_back(std::move(entry));
        }
    }
    co_return out;
}

base::Task<std::optional<Entry>> Journal::find(std::string subject, std::string id) {
    const auto record =
        co_await store_.get(&system_table(), {log_partition(subject), std::move(id)});
    if (!record) co_return std::nullopt;
    co_return loaded(record->item(), tables_);
}

base::Task<std::vector<Entry>> Journal::between(
    std::string subject, std::string from, std::string until, std::size_t limit
) {
    table::Query query;
    query.table = &system_table();
    query.partitions = {log_partition(subject)};
    if (!from.empty()) query.from = std::move(from);
    if (!until.empty()) query.until = std::move(until);
    query.descending = true;
    query.limit = std::min(limit, table::query_limit_max);
    const table::Page page = co_await store_.query(std::move(query));
    std::vector<Entry> entries;
    for (const auto& record : page.records) entries.push_back(loaded(record.item(), tables_));
    co_return entries;
}

base::Task<std::vector<Journal::Part>> Journal::parts(std::string id) {
    table::Query query;
    query.table = &system_table();
    query.partitions = {part_partition(id)};
    query.limit = table::query_limit_max;
    std::vector<Part> parts;
    do {
        table::Page page = co_await store_.query(query);
        query.cursor = std::move(page.cursor);
        for (const auto& record : page.records) {
            const json::Object item = record.item();
            Part part;
            part.id = item.text("sk");
            part.subject = item.text("subject");
            part.action = item.text("action");
            parts.push_back(std::move(part));
        }
    } while (!query.cursor.empty());
    co_return parts;
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
        if (!stands(change, now)) {
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
