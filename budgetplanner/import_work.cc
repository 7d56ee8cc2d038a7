// Applying imports and taking them back, piece by piece, in the background.
#include <algorithm>
#include <exception>
#include <optional>
#include <utility>

#include "budgetplanner/imports.h"
#include "budgetplanner/statement_keys.h"
#include "budgetplanner/tables.h"
#include "platform/base/error.h"
#include "platform/base/random.h"
#include "platform/base/run.h"
#include "platform/queue/bell.h"

namespace budgetplanner {
namespace {

constexpr std::size_t lanes_max = 64;           // so that many writes become one of the disk's
constexpr std::size_t operations_a_write = 90;  // of the store's 100, the log's own beside them
constexpr int tries_max = 5;
constexpr std::size_t left_kept_max = 50;
constexpr std::int64_t bell_ms = 60'000;

struct Guard {
    json::Object row;  // of imported#<user_id>; empty: none
    std::optional<json::Object> expense;
};

table::Put put_guard(json::Object guard, table::Condition condition) {
    return {&journal::system_table(), std::move(guard), {std::move(condition)}};
}
table::Delete delete_guard(const json::Object& guard, std::string_view import_id) {
    return {
        &journal::system_table(),
        {std::string(guard.text("pk")), std::string(guard.text("sk"))},
        {table::Condition::equals("import_id", import_id)}
    };
}

// Whether a person changed the entry that the row made.
bool touched(const json::Object& now, const json::Object& planned, const json::Object& guard) {
    for (const auto* const name : {"amount", "currency", "date", "account", "receipt"})
        if (now.text(name) != planned.text(name)) return true;
    if (now.text("description") != guard.text("description")) return true;
    // A rule may have set these meanwhile.
    const bool by_rule = now.text("category_source") == "rule";
    if (!by_rule &&
        (now.text("payee") != guard.text("payee") || now.text("kind") != planned.text("kind")))
        return true;
    return now.text("category_source") == "person" &&
           (planned.text("category_source") != "person" ||
            now.text("category") != planned.text("category"));
}

// A row whose import is asked for, of a stored piece.
struct PlannedEntry {
    const json::Object* row = nullptr;
    const json::Object* expense = nullptr;
    std::string key;
    std::string expense_id;  // that it makes
    Guard guard;
    std::optional<json::Object> typed;  // the entry that it confirms
};

}  // namespace

struct Imports::Work {
    std::string user_id, import_id;
    json::Object import;
    bool undoing = false;
    std::size_t pieces = 0, next = 0, done = 0, open = 0;
    std::vector<json::Object> left;  // what undo left, with why
    std::exception_ptr failure;
    queue::Bell bell;

    // The changes of one row; kept together in one write.
    void add_new(journal::Transaction& change, const PlannedEntry& entry) const {
        json::Object expense{{"expense_id", entry.expense_id}, {"user_id", user_id}};
        for (const auto& [name, value] : *entry.expense)
            if (name != "expense_id" && name != "user_id") expense.append_new(name, value);
        expense.set("import_id", import_id).set("import_key", entry.key);
        change.also(put_guard(guard_of(entry, entry.expense_id), table::Condition::absent()));
        change.create(&expenses_table, std::move(expense));
    }
    [[nodiscard]] json::Object guard_of(const PlannedEntry& entry, std::string_view id) const {
        return {
            {"pk", imported_of(user_id)},
            {"sk", entry.key},
            {"expense_id", id},
            {"import_id", import_id},
            {"text", entry.row->text("text")},
            {"payee", entry.expense->text("payee")},
            {"description", entry.expense->text("description")},
        };
    }
    void add_confirmation(journal::Transaction& change, const PlannedEntry& entry) const {
        auto after = *entry.typed;
        auto guard = guard_of(entry, after.text("expense_id"));
        guard.set("confirmed", true);
        after.set("import_id", import_id).set("import_key", entry.key);
        if (after.text("account").empty()) {
            after.set("account", entry.expense->text("account"));
            guard.set("account_set", true);
        }
        change.also(put_guard(std::move(guard), table::Condition::absent()));
        change.replace(&expenses_table, *entry.typed, std::move(after));
    }
    void add_fuller(journal::Transaction& change, const PlannedEntry& entry) const {
        const auto& before = entry.guard.row;
        auto guard = before;
        guard.set("text", entry.row->text("text")).set("changed_by", import_id);
        json::Object was;
        for (const auto* const name : {"text", "payee", "description", "changed_by"})
            was.set(name, before.text(name));
        guard.set("was", std::move(was));
        for (const auto* const name : {"payee", "description"})
            guard.set(name, entry.expense->text(name));
        change.also(put_guard(guard, table::Condition::equals("text", before.text("text"))));
        set_texts(change, entry.guard, guard);
    }
    // The entry gets the other texts, unless a person wrote its own.
    static void set_texts(
        journal::Transaction& change, const Guard& of, const json::Object& texts
    ) {
        if (!of.expense || of.row.truth("confirmed")) return;
        auto after = *of.expense;
        for (const auto* const name : {"payee", "description"})
            if (after.text(name) == of.row.text(name)) after.set(name, texts.text(name));
        if (after != *of.expense) change.replace(&expenses_table, *of.expense, std::move(after));
    }
    void leave(const PlannedEntry& entry, std::string reason) {
        left.push_back(
            {{"row", entry.row->integer("row")},
             {"expense_id", entry.guard.row.text("expense_id")},
             {"date", entry.expense->text("date")},
             {"amount", entry.expense->text("amount")},
             {"payee", entry.expense->text("payee")},
             {"reason", std::move(reason)}}
        );
    }
    [[nodiscard]] journal::Transaction transaction() const {
        journal::Transaction change(
            {user_id, std::string(import.text("by"))},
            undoing ? "import_rows_undone" : "import_rows", subject_of(user_id)
        );
        return change;
    }
};

namespace {

// The piece's rows of these outcomes with what the ledger has of them now.
base::Task<std::vector<PlannedEntry>> entries_of(
    table::Store* store, std::string user_id, const json::Array* rows
) {
    std::vector<PlannedEntry> entries;
    std::vector<std::string> keys;
    for (const auto& value : *rows) {
        const auto& row = *value.object();
        const auto outcome = outcome_of(row);
        if (outcome != "new" && outcome != "changed" && outcome != "confirms") continue;
        PlannedEntry entry{.row = &row, .expense = row.find("expense")->object()};
        entry.key = row.text("key");
        entry.expense_id = base::uuid_v5(user_id + "|" + entry.key);
        keys.push_back(entry.key);
        entries.push_back(std::move(entry));
    }
    if (entries.empty()) co_return entries;
    auto known = co_await imported_among(store, user_id, std::move(keys));
    // The entry of the row as it is now, or, while there is none, the one typed by hand.
    std::vector<table::Key> ids;
    for (auto& entry : entries) {
        if (const auto there = known.find(entry.key); there != known.end())
            entry.guard.row = std::move(there->second);
        if (!entry.guard.row.empty())
            ids.emplace_back(std::string(entry.guard.row.text("expense_id")));
        else if (outcome_of(*entry.row) == "confirms")
            ids.emplace_back(std::string(entry.row->text("confirms")));
        else
            ids.emplace_back(entry.expense_id);
    }
    auto records = co_await store->get_many(&expenses_table, std::move(ids));
    for (std::size_t i = 0; i < entries.size(); ++i) {
        if (!records[i]) continue;
        auto item = records[i]->item();
        if (item.text("user_id") != user_id) continue;
        if (entries[i].guard.row.empty() && outcome_of(*entries[i].row) == "confirms")
            entries[i].typed = std::move(item);
        else
            entries[i].guard.expense = std::move(item);
    }
    co_return entries;
}

// Whether the entry typed by hand still is what the row confirms.
bool confirms(const PlannedEntry& entry) {
    return entry.typed && entry.typed->text("import_key").empty() &&
           entry.typed->text("amount") == entry.expense->text("amount") &&
           entry.typed->text("currency") == entry.expense->text("currency") &&
           kind_of(*entry.typed) == kind_of(*entry.expense);
}

}  // namespace

void Imports::add_work(queue::Worker& worker) {
    worker.on("apply", [this](queue::Message* message) { return work_on(message, false); });
    worker.on("undo", [this](queue::Message* message) { return work_on(message, true); });
}

base::Task<> Imports::work_on(queue::Message* message, bool undoing) {
    auto work = std::make_shared<Work>();
    work->user_id = message->payload.text("user_id");
    work->import_id = message->payload.text("import_id");
    work->undoing = undoing;
    const auto import = co_await remembered(imports_of(work->user_id), work->import_id);
    if (!import || import->text("state") != (undoing ? "undoing" : "applying")) co_return;
    work->import = *import;
    work->pieces = static_cast<std::size_t>(import->integer("pieces"));
    work->open = std::min(lanes_max, work->pieces);
    for (std::size_t i = 0, count = work->open; i < count; ++i) co_await base::spawn(lane(work));
    while (true) {
        const auto heard = work->bell.heard();
        if (work->open == 0) break;
        co_await work->bell.wait(heard, journal_.clock().now_ms() + bell_ms);
    }
    if (work->failure) std::rethrow_exception(work->failure);
    co_await end(work.get(), message);
}

base::Task<> Imports::lane(std::shared_ptr<Work> work) {
    try {
        while (work->next < work->pieces && !work->failure) {
            const std::size_t at = work->next++;
            const std::size_t number = work->undoing ? work->pieces - 1 - at : at;
            bool whole = false;
            for (int tries = 0; tries < tries_max && !whole; ++tries) {
                if (work->undoing)
                    whole = co_await undo_piece(work.get(), number);
                else
                    whole = co_await apply_piece(work.get(), number, tries > 0);
            }
            if (!whole) throw base::Error::conflict("The ledger changed while it was imported.");
            ++work->done;
        }
    } catch (...) {
        work->failure = std::current_exception();
    }
    --work->open;
    work->bell.ring();
}

// False when something was in the way: then what is written stays, and the rest is tried again.
base::Task<bool> Imports::apply_piece(Work* work, std::size_t number, bool again) {
    auto piece = co_await remembered(rows_of(work->import), piece_name(number));
    if (!piece) co_return true;
    const auto* rows = piece->find("rows")->array();
    const auto entries = co_await entries_of(&journal_.store(), work->user_id, rows);
    if (entries.empty()) co_return true;
    auto change = work->transaction();
    // Undo needs the rows at any time, so they don't expire any more.
    if (piece->erase("ttl") || again) change.also(table::Put{&journal::system_table(), *piece, {}});
    std::size_t used = change.operations();
    for (const auto& entry : entries) {
        auto one = work->transaction();
        const bool there = !entry.guard.row.empty();
        const auto outcome = outcome_of(*entry.row);
        if (there && (outcome != "changed" ||
                      !fuller(entry.row->text("text"), entry.guard.row.text("text"))))
            continue;
        const auto add = [&](journal::Transaction& to) {
            if (there)
                work->add_fuller(to, entry);
            else if (outcome == "confirms" && confirms(entry))
                work->add_confirmation(to, entry);
            else if (entry.guard.expense)
                to.also(
                    put_guard(work->guard_of(entry, entry.expense_id), table::Condition::absent())
                );
            else
                work->add_new(to, entry);
        };
        add(one);
        const std::size_t more = one.operations() - journal::own_operations;
        if (used > journal::own_operations && used + more > operations_a_write) {
            if (!co_await journal_.commit(std::move(change))) co_return false;
            change = work->transaction();
            used = journal::own_operations;
        }
        add(change);
        used += more;
    }
    change.tell(
        {"import_progress",
         {room_of(work->user_id)},
         {{"import_id", work->import_id},
          {"done", static_cast<std::uint64_t>(work->done + 1)},
          {"total", static_cast<std::uint64_t>(work->pieces)}}}
    );
    const auto written = co_await journal_.commit(std::move(change));
    co_return written.has_value();
}

base::Task<bool> Imports::undo_piece(Work* work, std::size_t number) {
    auto piece = co_await remembered(rows_of(work->import), piece_name(number));
    if (!piece) co_return true;
    const auto* rows = piece->find("rows")->array();
    const auto entries = co_await entries_of(&journal_.store(), work->user_id, rows);
    auto change = work->transaction();
    std::vector<const PlannedEntry*> left;
    std::size_t used = change.operations();
    for (const auto& entry : entries) {
        const auto& guard = entry.guard.row;
        const bool ours = guard.text("import_id") == work->import_id;
        if (!ours && guard.text("changed_by") != work->import_id) continue;
        if (ours && !guard.truth("confirmed") && entry.guard.expense &&
            touched(*entry.guard.expense, *entry.expense, guard)) {
            left.push_back(&entry);
            continue;
        }
        const auto add = [&](journal::Transaction& to) {
            if (!ours) {
                auto before = guard;
                const auto& was = *guard.find("was")->object();
                for (const auto& [name, value] : was) before.set(name, value);
                before.erase("was");
                to.also(put_guard(before, table::Condition::equals("changed_by", work->import_id)));
                Work::set_texts(to, entry.guard, was);
                return;
            }
            to.also(delete_guard(guard, work->import_id));
            if (!entry.guard.expense) return;
            if (!guard.truth("confirmed")) {
                to.remove(&expenses_table, *entry.guard.expense);
                return;
            }
            auto after = *entry.guard.expense;
            after.erase("import_id");
            after.erase("import_key");
            if (guard.truth("account_set") &&
                after.text("account") == entry.expense->text("account"))
                after.erase("account");
            to.replace(&expenses_table, *entry.guard.expense, std::move(after));
        };
        auto one = work->transaction();
        add(one);
        const std::size_t more = one.operations() - journal::own_operations;
        if (used > journal::own_operations && used + more > operations_a_write) {
            if (!co_await journal_.commit(std::move(change))) co_return false;
            change = work->transaction();
            used = journal::own_operations;
        }
        add(change);
        used += more;
    }
    if (!change.empty()) {
        const auto written = co_await journal_.commit(std::move(change));
        if (!written) co_return false;
    }
    for (const auto* entry : left) work->leave(*entry, "You changed this entry since.");
    co_return true;
}

base::Task<> Imports::end(Work* work, queue::Message* message) {
    auto after = work->import;
    after.set("state", work->undoing ? "undone" : "applied");
    const auto now = journal_.clock().now_ms();
    after.set(work->undoing ? "undone_at" : "applied_at", base::timestamp(now));
    if (work->undoing) {
        json::Array left;
        std::ranges::sort(work->left, {}, [](const json::Object& one) {
            return one.integer("row");
        });
        after.set("left_count", static_cast<std::uint64_t>(work->left.size()));
        for (auto& one : work->left)
            if (left.size() < left_kept_max) left.emplace_back(std::move(one));
        after.set("left", std::move(left));
    }
    journal::Transaction change(
        {work->user_id, std::string(work->import.text("by"))},
        work->undoing ? "import_undo_done" : "import_done", subject_of(work->user_id)
    );
    json::Array months;
    for (std::string month(month_of(after.text("from"))), last(month_of(after.text("until")));
         !month.empty() && month <= last && months.size() < 240; month = add_months(month, 1))
        months.emplace_back(month);
    queue_.add(
        change, {.queue = "expenses",
                 .kind = "look_at_budgets",
                 .payload = {{"user_id", work->user_id}, {"months", std::move(months)}}}
    );
    put_import(change, work->import, std::move(after));
    change.tell({"expenses_changed", {room_of(work->user_id)}, {}});
    change.tell({"imports_changed", {room_of(work->user_id)}, {{"import_id", work->import_id}}});
    queue_.done_in(change, message);
    if (!co_await journal_.commit(std::move(change)))
        throw base::Error::conflict("The import changed while it was worked on.");
}

}  // namespace budgetplanner
