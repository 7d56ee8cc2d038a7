#include "studentcore/commands.h"

#include <cstdio>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>

#include "platform/auth/passwords.h"
#include "platform/auth/sessions.h"
#include "platform/base/clock.h"
#include "platform/base/error.h"
#include "platform/base/pool.h"
#include "platform/base/random.h"
#include "platform/base/run.h"
#include "platform/journal/outbox.h"
#include "platform/table/restore.h"
#include "platform/table/sqlite_table.h"
#include "studentcore/demo.h"
#include "studentcore/exports.h"
#include "studentcore/imports.h"
#include "studentcore/tables.h"

namespace studentcore {
namespace {

// The data directory, opened for one command.
struct Opened {
    explicit Opened(const Place& place, bool read_only = false)
        : store(
              place.data, all_tables(),
              {.prefix = place.table_prefix,
               .system = &journal::system_table(),
               .clock = &clock,
               .read_only = read_only}
          ),
          journal(store, clock, record_tables()) {}

    base::SystemClock clock;
    table::SqliteStore store;
    journal::Journal journal;
};

table::SchemaRef table_named(const std::string& name) {
    std::string all;
    for (const auto* table : record_tables()) {
        if (table->name == name) return table;
        all += (all.empty() ? "" : ", ") + table->name;
    }
    throw base::Error::invalid(
        "table", "There is no table \"" + name + "\"; there are " + all + "."
    );
}

std::string bytes_of(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw base::Error::not_found("The file " + path.string() + " can't be read.");
    return {std::istreambuf_iterator<char>(file), {}};
}

void print_progress(std::string_view what, std::size_t done, std::size_t of) {
    static std::size_t last = 0;
    // A line a table on a file; on a terminal, one that moves.
    const std::size_t percent = of == 0 ? 100 : 100 * done / of;
    if (done < of && percent == last) return;
    last = done < of ? percent : 0;
    std::printf(
        "\r  %-12.*s %8zu of %zu (%zu %%)", static_cast<int>(what.size()), what.data(), done, of,
        percent
    );
    if (done >= of) std::printf("\n");
    std::fflush(stdout);
}

base::Task<> export_table(table::Store* store, table::SchemaRef table, std::FILE* to) {
    std::string out = csv_heading(*table);
    std::string cursor;
    do {
        const table::Page page = co_await store->scan(table, cursor, 1000);
        for (const auto& record : page.records) {
            const json::Object item = record.item();
            if (!item.contains("deleting")) out += csv_line(*table, item);
        }
        if (std::fwrite(out.data(), 1, out.size(), to) != out.size())
            throw base::Error(
                base::Code::storage_full, "The export can't be written: is the disk full?"
            );
        out.clear();
        cursor = page.cursor;
    } while (!cursor.empty());
}

// Brings back what the change log knows of the table's records that differ from that time.
base::Task<std::size_t> restore_table(
    journal::Journal* log, table::SchemaRef table, std::int64_t at_ms
);

}  // namespace

void run_demo(const Place& place, const DemoOptions& options) {
    Opened opened(place);
    DemoSize size = DemoSize::scaled(options.scale);
    if (options.students > 0) {
        size = DemoSize::scaled((options.students + 249) / 250);
        size.students = options.students;
        size.courses = std::max<std::size_t>(30, options.students * 30 / 250);
    }
    if (options.marks > 0) size.marks = options.marks;
    const std::string today =
        options.today.empty() ? base::date_of(opened.clock.now_ms()) : options.today;
    if (!base::is_date(today))
        throw base::Error::invalid("--today", "This must be a date, such as 2026-09-01.");
    const bool half = base::run(demo_is_half(&opened.store));
    if (!half && !base::run(opened.store.scan(&users_table, {}, 1)).records.empty())
        throw base::Error::conflict(
            "The data directory has users already: the demo needs an empty one."
        );
    const auto hash = [](std::string password) -> base::Task<std::string> {
        co_return auth::hash_now(password);
    };
    base::run(write_demo(&opened.journal, size, today, hash, print_progress));
}

void run_import(const Place& place, const ImportOptions& options) {
    Opened opened(place);
    Settings settings(opened.journal);
    base::run(settings.load());
    base::Pool pool(1);
    Imports imports(opened.journal, settings, pool, place.data / "incoming");
    (void)base::run(imports.resume());
    Plan plan = base::run(imports.plan(table_named(options.table), bytes_of(options.file)));
    using State = PlannedRow::State;
    for (const auto& row : plan.rows)
        if (row.state == State::refused)
            std::printf("  line %zu: %s\n", row.line, row.reason.c_str());
    std::printf(
        "%zu new, %zu changed, %zu same, %zu refused\n", plan.count(State::added),
        plan.count(State::changed), plan.count(State::same), plan.count(State::refused)
    );
    if (options.dry_run) return;
    const json::Object done = base::run(
        imports.apply({{}, "Command line"}, std::move(plan), options.file.filename().string())
    );
    std::printf("imported; its id is %s\n", std::string(done.text("import_id")).c_str());
}

void run_export(const Place& place, const std::string& table, const std::filesystem::path& to) {
    Opened opened(place, true);
    if (!table.empty()) {
        base::run(export_table(&opened.store, table_named(table), stdout));
        return;
    }
    if (to.empty())
        throw base::Error::invalid("--to", "Name one table, or a folder for all of them.");
    std::filesystem::create_directories(to);
    for (const auto* one : record_tables()) {
        const auto path = to / (one->name + ".csv");
        const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(
            std::fopen(path.c_str(), "wb"), std::fclose
        );
        if (!file) throw base::Error(base::Code::unavailable, path.string() + " can't be written.");
        base::run(export_table(&opened.store, one, file.get()));
        std::printf("  %s\n", path.c_str());
    }
}

void run_backup(const Place& place, const std::filesystem::path& to) {
    table::backup(place.data, to);
    std::printf("backed up to %s\n", to.c_str());
}

void run_restore(const Place& place, const RestoreOptions& options) {
    if (!options.table.empty()) {
        const auto at = base::parse_timestamp(options.as_of);
        if (!at)
            throw base::Error::invalid(
                "--as-of", "This must be a time, such as 2026-11-22T10:00:00Z."
            );
        Opened opened(place);
        const std::size_t count =
            base::run(restore_table(&opened.journal, table_named(options.table), *at));
        std::printf("%zu records are back as of %s\n", count, options.as_of.c_str());
        return;
    }
    if (options.from.empty())
        throw base::Error::invalid("from", "Name the backup, or a --table and --as-of.");
    const auto kept = table::restore(place.data, options.from, place.table_prefix);
    std::printf("restored from %s\n", options.from.c_str());
    if (!kept.empty()) std::printf("what was there before is kept at %s\n", kept.c_str());
}

bool run_recount(const Place& place, bool mend) {
    Opened opened(place, !mend);
    const auto differences = base::run(opened.journal.recount(record_tables(), mend));
    for (const auto& one : differences)
        std::printf(
            "  %s %s: kept %lld, counted %lld\n", one.group.c_str(), one.name.c_str(),
            static_cast<long long>(one.kept), static_cast<long long>(one.counted)
        );
    if (differences.empty()) std::printf("every counter is right\n");
    if (!differences.empty() && mend) std::printf("%zu counters mended\n", differences.size());
    return differences.empty() || mend;
}

void run_outbox(const Place& place, bool replay) {
    Opened opened(place, !replay);
    journal::Outbox outbox(opened.journal);
    const auto items = base::run(outbox.failed());
    for (const auto& item : items) {
        const json::Value* payload = item.find("payload");
        std::printf(
            "  %s %s %s: %s\n", std::string(item.text("sk")).c_str(),
            std::string(item.text("kind")).c_str(),
            payload == nullptr ? "" : json::write(*payload).c_str(),
            std::string(item.text("cause")).c_str()
        );
    }
    if (items.empty()) {
        std::printf("no work was given up\n");
    } else if (replay) {
        std::printf(
            "%zu queued anew: done at the next start of the server\n", base::run(outbox.replay())
        );
    }
}

void run_user(const Place& place, const UserOptions& options) {
    Opened opened(place);
    const std::string password = base::random_token(12);
    auto owner = base::run(opened.journal.owner(&users_table, "username", options.username));
    journal::Transaction change(
        {{}, "Command line"}, owner ? "user_updated" : "user_added", "user:" + owner.value_or("")
    );
    std::string user_id = owner.value_or(base::uuid_v7(opened.clock.now_ms()));
    if (owner) {
        const auto record = base::run(opened.store.get(&users_table, {user_id, {}}));
        if (!record) throw base::Error::not_found("The user is gone.");
        json::Object item = record->item();
        item.set("password_hash", auth::hash_now(password));
        change.replace(&users_table, record->item(), std::move(item));
    } else {
        const json::Object sent{
            {"username", options.username},
            {"role", options.role},
            {"full_name", options.full_name.empty() ? options.username : options.full_name}
        };
        auto item = table::checked(users_table, sent, {}, table::Mode::create);
        if (!item) throw base::Error::invalid(item.error());
        item->set("user_id", user_id).set("password_hash", auth::hash_now(password));
        change = journal::Transaction({{}, "Command line"}, "user_added", "user:" + user_id);
        change.create(&users_table, std::move(*item));
    }
    if (!base::run(opened.journal.commit(std::move(change))))
        throw base::Error::conflict("Someone changed the user at the same time: try again.");
    // Whoever is signed in by the old password is not any more.
    auth::Sessions sessions(opened.store, opened.clock, std::string(32, '\0'));
    base::run(sessions.end_all(user_id));
    std::printf(
        "%s: user name %s, password %s (shown this once)\n", owner ? "new password" : "new user",
        options.username.c_str(), password.c_str()
    );
}

namespace {

using States = std::map<std::string, std::optional<json::Object>>;

base::Task<std::optional<json::Object>> now_of(
    table::Store* store, table::SchemaRef table, std::string key
) {
    const auto record = co_await store->get(table, {std::move(key), {}});
    if (!record) co_return std::nullopt;
    co_return record->item();
}

// Walks the whole log back to that time and takes each change of the table's records away from what
// they are now.
base::Task<States> states_at(journal::Journal* log, table::SchemaRef table, std::int64_t at_ms) {
    States states;
    std::string cursor;
    do {
        const auto page = co_await log->latest(cursor, 500);
        cursor = page.cursor;
        for (const auto& entry : page.entries) {
            if (entry.at_ms <= at_ms) co_return states;
            // Of one entry the last change comes first, as it is taken back first.
            for (auto change = entry.changes.rbegin(); change != entry.changes.rend(); ++change) {
                if (change->table != table) continue;
                if (!states.contains(change->key))
                    states.emplace(change->key, co_await now_of(&log->store(), table, change->key));
                auto& state = states[change->key];
                state = journal::reversed(*change, std::move(state));
            }
        }
    } while (!cursor.empty());
    co_return states;
}

base::Task<bool> restore_one(
    journal::Journal* log, table::SchemaRef table, std::string key, std::optional<json::Object> then
) {
    auto now = co_await now_of(&log->store(), table, key);
    if (!then && !now) co_return false;
    journal::Transaction change(
        {{}, "Command line"}, "restore", subject_of(*table, then ? *then : *now)
    );
    if (!then) {
        change.remove(table, std::move(*now));
    } else if (!now) {
        change.create(table, std::move(*then));
    } else {
        // The log keeps no secrets, and versions only grow.
        for (const auto& field : table->fields) {
            const auto* value = now->find(field.name);
            const bool kept = field.secret || field.name == "version" || field.name == "updated_at";
            if (kept && value != nullptr) then->set(field.name, *value);
        }
        if (*then == *now) co_return false;
        change.replace(table, std::move(*now), std::move(*then));
    }
    if (!co_await log->commit(std::move(change)))
        throw base::Error::conflict("A record changed while it was restored. Run the command again."
        );
    co_return true;
}

base::Task<std::size_t> restore_table(
    journal::Journal* log, table::SchemaRef table, std::int64_t at_ms
) {
    States states = co_await states_at(log, table, at_ms);
    std::size_t count = 0;
    for (auto& [key, then] : states)
        if (co_await restore_one(log, table, key, std::move(then))) ++count;
    co_return count;
}

}  // namespace

}  // namespace studentcore
