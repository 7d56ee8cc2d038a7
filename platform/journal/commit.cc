// The write of a transaction: its records and all that their declarations ask for, at once.
#include <algorithm>

#include "platform/base/random.h"
#include "platform/base/text.h"
#include "platform/journal/entry.h"
#include "platform/journal/journal.h"
#include "platform/journal/rows.h"

namespace journal {
namespace {

constexpr std::int64_t idempotency_seconds = 24 * 60 * 60;
constexpr std::int64_t day_ms = std::int64_t{24} * 60 * 60 * 1000;

// The write as it grows, with what a refusal of each operation means.
struct Build {
    table::Write write;
    std::vector<Conflict> meaning;

    void add(table::Operation operation, Conflict conflict) {
        write.operations.push_back(std::move(operation));
        meaning.push_back(std::move(conflict));
    }
    void count(const table::Schema& schema, const json::Object& item, std::int64_t by) {
        if (schema.counts == nullptr) return;
        for (auto& key : schema.counts(item))
            count({std::move(key.group), std::move(key.name), by * key.value});
    }
    void count(table::Counter difference) {
        const auto there = std::ranges::find_if(write.counters, [&](const table::Counter& one) {
            return one.group == difference.group && one.name == difference.name;
        });
        if (there != write.counters.end())
            there->value += difference.value;
        else
            write.counters.push_back(std::move(difference));
    }
};

void add_record(Build& build, Change& change, const std::string& now, bool sets_time) {
    const table::Schema& schema = *change.table;
    Conflict changed{Conflict::Kind::changed, &schema, change.key, {}, {}};
    std::vector<table::Condition> unchanged;
    if (change.before) {
        const auto* version = change.before->find("version");
        unchanged.push_back(
            version != nullptr ? table::Condition::equals("version", *version)
                               : table::Condition::present()
        );
    }
    if (change.after) {
        if (schema.derive != nullptr) schema.derive(*change.after);
        const std::int64_t last = std::max(
            change.before ? change.before->integer("version") : 0, change.after->integer("version")
        );
        change.after->set("version", last + 1);
        if (sets_time || !change.after->contains("updated_at"))
            change.after->set("updated_at", now);
    }
    if (change.before && change.after) {
        build.add(table::Put{&schema, *change.after, std::move(unchanged)}, std::move(changed));
    } else if (change.after) {
        changed.kind = Conflict::Kind::exists;
        build.add(
            table::Put{&schema, *change.after, {table::Condition::absent()}}, std::move(changed)
        );
    } else {
        build.add(
            table::Delete{&schema, {change.key, {}}, std::move(unchanged)}, std::move(changed)
        );
    }
    if (change.before) build.count(schema, *change.before, -1);
    if (change.after) build.count(schema, *change.after, +1);
}

// Guards of unique values that appear or go.
void add_guards(Build& build, const Change& change) {
    const table::Schema& schema = *change.table;
    for (const auto& field : schema.unique) {
        const std::string old = change.before ? base::folded(change.before->text(field)) : "";
        const std::string now = change.after ? base::folded(change.after->text(field)) : "";
        if (old == now) continue;
        const Conflict taken{Conflict::Kind::taken, &schema, change.key, field, {}};
        if (!old.empty())
            build.add(
                table::Delete{&system_table(), {guard_partition(schema, field, old), "-"}, {}},
                taken
            );
        if (!now.empty()) {
            json::Object guard{
                {"pk", guard_partition(schema, field, now)}, {"sk", "-"}, {"owner", change.key}
            };
            build.add(
                table::Put{&system_table(), std::move(guard), {table::Condition::absent()}}, taken
            );
        }
    }
}

// Search words and links that appear or go.
void add_rows(Build& build, const Change& change) {
    const auto old =
        change.before ? rows_of(*change.table, *change.before) : std::vector<json::Object>{};
    const auto now =
        change.after ? rows_of(*change.table, *change.after) : std::vector<json::Object>{};
    const Conflict none{Conflict::Kind::changed, change.table, change.key, {}, {}};
    const auto same_key = [](const json::Object& a, const json::Object& b) {
        return a.text("pk") == b.text("pk") && a.text("sk") == b.text("sk");
    };
    for (const auto& row : old) {
        const bool stays =
            std::ranges::any_of(now, [&](const auto& other) { return same_key(row, other); });
        if (stays) continue;
        table::Key key{std::string(row.text("pk")), std::string(row.text("sk"))};
        build.add(table::Delete{&system_table(), std::move(key), {}}, none);
    }
    for (const auto& row : now)
        if (std::ranges::find(old, row) == old.end())
            build.add(table::Put{&system_table(), row, {}}, none);
}

json::Object outbox_item(const std::string& id, const std::string& kind, json::Object payload) {
    return {{"pk", outbox_partition()},      {"sk", id},   {"kind", kind},
            {"payload", std::move(payload)}, {"tries", 0}, {"not_before", 0}};
}

json::Object idempotency_item(const Idempotency& answer, std::int64_t now_s) {
    return {{"pk", "idempotency#" + answer.key}, {"sk", "-"},
            {"fingerprint", answer.fingerprint}, {"status", answer.status},
            {"location", answer.location},       {"answer", answer.answer},
            {"ttl", now_s + idempotency_seconds}};
}

// The answer that a second request of the same key gets: the record as it is now written.
void add_answer(Build& build, const Entry& entry, Idempotency& answer) {
    for (const auto& change : entry.changes)
        if (change.after && change.key == answer.answer_key)
            answer.answer = json::write(table::shown(*change.table, *change.after));
    Conflict before{Conflict::Kind::idempotent, &system_table(), answer.key, {}, {}};
    build.add(
        table::Put{
            &system_table(),
            idempotency_item(answer, entry.at_ms / 1000),
            {table::Condition::absent()}
        },
        std::move(before)
    );
}

}  // namespace

std::size_t Transaction::operations() const {
    std::size_t count = checks_.size() + extra_.size() + outbox_.size() + own_operations;
    if (!entry_.part_of.empty()) ++count;
    for (const auto& change : entry_.changes) count += operations_of(change);
    return count;
}

std::size_t operations_of(const Change& change) {
    const table::Schema& schema = *change.table;
    if (!change.before || !change.after) {
        const json::Object& item = change.before ? *change.before : *change.after;
        const auto guards = std::ranges::count_if(schema.unique, [&](const std::string& field) {
            return !base::folded(item.text(field)).empty();
        });
        return 1 + static_cast<std::size_t>(guards) + count_rows(schema, item);
    }
    Build build;
    add_guards(build, change);
    add_rows(build, change);
    return 1 + build.write.operations.size();
}

base::Task<std::expected<Entry, Conflict>> Journal::commit(Transaction transaction) {
    Entry entry = std::move(transaction.entry_);
    entry.at_ms = clock_.now_ms();
    const auto taken = transaction.taken_ ? transaction.taken_
                                          : std::make_shared<const TakenId>(ids_, entry.at_ms);
    entry.id = taken->id();
    const std::string now = base::timestamp(entry.at_ms);

    Build build;
    for (auto& change : entry.changes) add_record(build, change, now, transaction.times_set_);
    if (transaction.idempotency_) add_answer(build, entry, *transaction.idempotency_);
    for (const auto& change : entry.changes) {
        add_guards(build, change);
        add_rows(build, change);
    }
    for (auto& check : transaction.checks_) {
        Conflict failed{Conflict::Kind::check, check.table, check.key, {}, {}};
        build.add(
            table::Check{check.table, {std::move(check.key), {}}, std::move(check.conditions)},
            std::move(failed)
        );
    }
    for (auto& operation : transaction.extra_)
        build.add(
            std::move(operation), Conflict{Conflict::Kind::check, &system_table(), {}, {}, {}}
        );
    for (auto& [kind, payload] : transaction.outbox_)
        build.add(
            table::Put{
                &system_table(),
                outbox_item(base::uuid_v7(entry.at_ms), kind, std::move(payload)),
                {}
            },
            Conflict{}
        );
    const std::int64_t day = time_of(entry.id) / day_ms;
    const bool new_day = transaction.logged_ && last_day_ != day;
    if (new_day)
        build.add(
            table::Put{&system_table(), day_item(base::date_of(time_of(entry.id))), {}}, Conflict{}
        );
    if (transaction.logged_) build.add(table::Put{&system_table(), stored(entry), {}}, Conflict{});
    if (!entry.part_of.empty())
        build.add(table::Put{&system_table(), part_item(entry), {}}, Conflict{});
    for (auto& difference : transaction.counters_) build.count(std::move(difference));
    std::erase_if(build.write.counters, [](const table::Counter& one) { return one.value == 0; });
    if (build.write.operations.empty()) co_return entry;

    std::vector<Conflict> meaning = std::move(build.meaning);
    auto outcome = co_await store_.write(std::move(build.write));
    if (!outcome) {
        const auto& lost = outcome.error();
        Conflict conflict = std::move(meaning.at(lost.operation));
        if (lost.found) conflict.found = lost.found->item();
        if (conflict.kind == Conflict::Kind::taken && conflict.found)
            conflict.key = conflict.found->text("owner");
        co_return std::unexpected(std::move(conflict));
    }
    if (new_day) last_day_ = day;
    if (!entry.events.empty())
        for (const auto& listener : listeners_) listener(entry);
    if (!transaction.outbox_.empty() && kick_) kick_();
    for (const auto& action : transaction.after_) action();
    co_return entry;
}

void Journal::on_commit(std::function<void(const Entry&)> listener) {
    listeners_.push_back(std::move(listener));
}

}  // namespace journal
