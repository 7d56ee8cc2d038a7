// How an entry of the change log is stored, and the transaction that gathers it.
#include "platform/journal/entry.h"

#include <charconv>

#include "platform/base/clock.h"
#include "platform/base/random.h"

namespace journal {

const table::Schema& system_table() {
    static const table::Schema schema{
        .name = "system",
        .key = "pk",
        .sort_key = "sk",
        .fields = {},
        .indexes = {{"log_day-index", "log_day", "sk"}},
        .unique = {},
        .search = {},
        .counts = nullptr,
        .links = nullptr,
        .ttl = "ttl",
    };
    return schema;
}

Transaction::Transaction(Actor actor, std::string action, std::string subject) {
    entry_.actor = std::move(actor);
    entry_.action = std::move(action);
    entry_.subject = std::move(subject);
}

void Transaction::create(table::SchemaRef table, json::Object item) {
    std::string key(item.text(table->key));
    entry_.changes.push_back({table, std::move(key), std::nullopt, std::move(item)});
}

void Transaction::replace(table::SchemaRef table, json::Object before, json::Object after) {
    if (before == after) return;
    std::string key(before.text(table->key));
    entry_.changes.push_back({table, std::move(key), std::move(before), std::move(after)});
}

void Transaction::remove(table::SchemaRef table, json::Object before) {
    std::string key(before.text(table->key));
    entry_.changes.push_back({table, std::move(key), std::move(before), std::nullopt});
}

void Transaction::check(
    table::SchemaRef table, std::string key, std::vector<table::Condition> conditions
) {
    checks_.push_back({table, std::move(key), std::move(conditions)});
}

void Transaction::also(table::Operation operation) { extra_.push_back(std::move(operation)); }
void Transaction::tell(Event event) { entry_.events.push_back(std::move(event)); }
void Transaction::enqueue(std::string kind, json::Object payload) {
    outbox_.emplace_back(std::move(kind), std::move(payload));
}
void Transaction::count(table::Counter difference) { counters_.push_back(std::move(difference)); }
void Transaction::after(std::function<void()> action) { after_.push_back(std::move(action)); }
void Transaction::remember(Idempotency idempotency) { idempotency_ = std::move(idempotency); }
void Transaction::undoes(std::string entry_id) { entry_.undoes = std::move(entry_id); }
const std::string& Transaction::known_as(Journal& journal) {
    taken_ = std::make_shared<TakenId>(journal.ids_, journal.clock_.now_ms());
    return taken_->id();
}
void Transaction::part_of(std::string entry_id) { entry_.part_of = std::move(entry_id); }
void Transaction::note(std::string note) { entry_.note = std::move(note); }
void Transaction::keep_times() { times_set_ = false; }
void Transaction::silent() {
    logged_ = false;
    times_set_ = false;
}

namespace {

bool is_secret(const table::Schema& schema, std::string_view name) {
    const auto* field = schema.field(name);
    return field != nullptr && field->secret;
}

// What of `mine` is not the same in `other`: the log keeps changes, not copies, and no secrets.
json::Object difference(
    const table::Schema& schema, const json::Object& mine, const json::Object* other
) {
    json::Object out;
    for (const auto& [name, value] : mine) {
        if (is_secret(schema, name)) continue;
        const json::Value* theirs = other == nullptr ? nullptr : other->find(name);
        if (theirs == nullptr || !(*theirs == value)) out.append_new(name, value);
    }
    return out;
}

json::Object stored_change(const Change& change) {
    json::Object one{{"table", change.table->name}, {"key", change.key}};
    const auto keep = [&](std::string_view name, const auto& mine, const auto& other) {
        if (mine)
            one.append_new(
                std::string(name), difference(*change.table, *mine, other ? &*other : nullptr)
            );
    };
    keep("before", change.before, change.after);
    keep("after", change.after, change.before);
    return one;
}

}  // namespace

std::size_t logged_bytes(const Change& change) {
    constexpr std::size_t own = 240;  // its names and key; version and time, set by the commit
    if (change.before && change.after) return json::write(stored_change(change)).size() + own;
    return json::write(change.before ? *change.before : *change.after).size() + own;
}

std::string log_partition(std::string_view subject) { return "log#" + std::string(subject); }

std::string part_partition(std::string_view entry_id) { return "part#" + std::string(entry_id); }

json::Object part_item(const Entry& entry) {
    return {
        {"pk", part_partition(entry.part_of)},
        {"sk", entry.id},
        {"subject", entry.subject},
        {"action", entry.action},
    };
}

std::string log_day_partition(std::string_view date, unsigned shard) {
    return std::string(date) + "#" + std::to_string(shard);
}

json::Object day_item(std::string date) {
    return {{"pk", days_partition}, {"sk", std::move(date)}};
}

std::int64_t time_of(std::string_view id) {
    if (id.size() != 36 || id[8] != '-' || id[14] != '7') return -1;
    const std::string digits = std::string(id.substr(0, 8)) + std::string(id.substr(9, 4));
    std::int64_t ms = 0;
    const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), ms, 16);
    return code == std::errc() && end == digits.data() + digits.size() ? ms : -1;
}

std::string LogIds::take(std::int64_t now_ms) {
    const std::lock_guard guard(lock_);
    return *open_.insert(base::uuid_v7(now_ms)).first;
}

void LogIds::end(const std::string& id) {
    const std::lock_guard guard(lock_);
    open_.erase(id);
}

std::string LogIds::settled_before(std::int64_t now_ms) {
    const std::lock_guard guard(lock_);
    return open_.empty() ? base::uuid_v7(now_ms) : *open_.begin();
}

json::Object stored(const Entry& entry) {
    json::Object item;
    item.append_new("pk", log_partition(entry.subject));
    item.append_new("sk", entry.id);
    const auto shard = static_cast<unsigned char>(entry.id.back()) % log_shards;
    item.append_new("log_day", log_day_partition(base::date_of(time_of(entry.id)), shard));
    item.append_new("at", entry.at_ms);
    item.append_new("by", entry.actor.user_id);
    item.append_new("by_name", entry.actor.name);
    item.append_new("action", entry.action);
    json::Array events;
    for (const auto& event : entry.events) {
        json::Array rooms;
        for (const auto& room : event.rooms) rooms.emplace_back(room);
        events.emplace_back(json::Object{
            {"name", event.name}, {"rooms", std::move(rooms)}, {"payload", event.payload}
        });
    }
    if (!events.empty()) item.append_new("events", std::move(events));
    json::Array changes;
    for (const auto& change : entry.changes) changes.emplace_back(stored_change(change));
    item.append_new("changes", std::move(changes));
    if (!entry.undoes.empty()) item.append_new("undoes", entry.undoes);
    if (!entry.part_of.empty()) item.append_new("part_of", entry.part_of);
    if (!entry.note.empty()) item.append_new("note", entry.note);
    return item;
}

namespace {

const json::Array& array_of(const json::Object& item, std::string_view name) {
    static const json::Array none;
    const json::Value* value = item.find(name);
    return value != nullptr && value->array() != nullptr ? *value->array() : none;
}

std::optional<json::Object> object_of(const json::Object& item, std::string_view name) {
    const json::Value* value = item.find(name);
    if (value == nullptr || value->object() == nullptr) return std::nullopt;
    return *value->object();
}

}  // namespace

Entry loaded(const json::Object& item, const std::vector<table::SchemaRef>& tables) {
    Entry entry;
    entry.id = item.text("sk");
    entry.subject = item.text("pk").substr(4);
    entry.at_ms = item.integer("at");
    entry.actor = {std::string(item.text("by")), std::string(item.text("by_name"))};
    entry.action = item.text("action");
    entry.undoes = item.text("undoes");
    entry.part_of = item.text("part_of");
    entry.note = item.text("note");
    for (const auto& value : array_of(item, "events")) {
        if (value.object() == nullptr) continue;
        Event event;
        event.name = value.object()->text("name");
        for (const auto& room : array_of(*value.object(), "rooms"))
            if (room.string() != nullptr) event.rooms.push_back(*room.string());
        if (auto payload = object_of(*value.object(), "payload"))
            event.payload = std::move(*payload);
        entry.events.push_back(std::move(event));
    }
    for (const auto& value : array_of(item, "changes")) {
        if (value.object() == nullptr) continue;
        Change change;
        for (const auto* table : tables)
            if (table->name == value.object()->text("table")) change.table = table;
        change.key = value.object()->text("key");
        change.before = object_of(*value.object(), "before");
        change.after = object_of(*value.object(), "after");
        if (change.table != nullptr) entry.changes.push_back(std::move(change));
    }
    return entry;
}

std::string event_of_undo(std::string_view name) {
    const std::size_t cut = name.rfind('_');
    if (cut == std::string_view::npos) return std::string(name);
    const std::string_view noun = name.substr(0, cut);
    const std::string_view verb = name.substr(cut + 1);
    std::string_view other = verb;
    if (verb == "added" || verb == "marked") other = "deleted";
    if (verb == "deleted") other = noun == "attendance" ? "marked" : "added";
    return std::string(noun) + "_" + std::string(other);
}

}  // namespace journal
