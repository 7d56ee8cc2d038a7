#include "platform/table/sqlite_table.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <latch>
#include <mutex>
#include <tuple>
#include <utility>

#include "platform/base/error.h"
#include "platform/table/completion.h"
#include "platform/table/sqlite_file.h"
#include "platform/table/sqlite_layout.h"
#include "platform/table/sqlite_reader.h"
#include "platform/table/sqlite_writer.h"
#include "platform/table/stored_item.h"

namespace table {
namespace {

using sqlite::Job;
using sqlite::Layout;
using sqlite::Reader;
using sqlite::Step;

const base::SystemClock system_clock;
std::atomic<std::uint64_t> stores_made = 0;

[[noreturn]] void bug(std::string detail) {
    throw base::Error(base::Code::internal, "This can't be saved.", std::move(detail));
}

// The readers of a thread, one a store; they end with the thread or with their store.
struct ThreadReaders {
    struct Entry {
        std::uint64_t store = 0;
        std::shared_ptr<Reader> reader;
    };
    std::vector<Entry> entries;
};
thread_local ThreadReaders thread_readers;
// The one used last, without a look through the others.
thread_local std::uint64_t last_store = 0;
thread_local Reader* last_reader = nullptr;

std::filesystem::path made(const std::filesystem::path& directory) {
    std::error_code failed;
    std::filesystem::create_directories(directory, failed);
    if (failed)
        throw base::Error(
            base::Code::unavailable, "The data directory can't be made: " + failed.message() + "."
        );
    return directory;
}

std::vector<Layout> layouts_of(const std::vector<SchemaRef>& tables, std::string_view prefix) {
    std::vector<Layout> layouts;
    for (const SchemaRef table : tables) layouts.emplace_back(*table, prefix);
    return layouts;
}

}  // namespace

struct SqliteStore::State {
    State(std::filesystem::path where, const std::vector<SchemaRef>& tables, SqliteOptions told)
        : directory(std::move(where)),
          file(directory / sqlite::file_name),
          options(std::move(told)),
          clock(options.clock != nullptr ? *options.clock : system_clock),
          layouts(layouts_of(tables, options.prefix)) {}

    const std::uint64_t id = ++stores_made;
    const std::filesystem::path directory;
    const std::filesystem::path file;
    const SqliteOptions options;
    const base::Clock& clock;
    const std::vector<Layout> layouts;
    const Layout* system = nullptr;
    std::atomic<std::uint64_t> commits = 1;
    std::unique_ptr<sqlite::Lock> lock;

    std::mutex readers_lock;
    std::vector<std::weak_ptr<Reader>> readers;

    std::unique_ptr<sqlite::Writer> writer;  // after all that it uses

    const Layout& layout(SchemaRef table) const {
        for (const Layout& layout : layouts)
            if (layout.schema == table) return layout;
        bug("a table that the store was not opened with");
    }
    const Layout& counters() const {
        if (system == nullptr) bug("counters without a system table");
        return *system;
    }

    Reader& reader();
    void release_readers();
    Step step(const Put& put) const;
    Step step(const Delete& removal) const;
    Step step(const Check& check) const;
    std::shared_ptr<Job> job(const Write& write) const;
    sqlite::Writer& writing() const;
    void run_blocking(const std::vector<std::shared_ptr<Job>>& jobs) const;
};

Reader& SqliteStore::State::reader() {
    if (last_store == id) return *last_reader;
    auto& entries = thread_readers.entries;
    // A store that is gone has left its entry as the only owner.
    std::erase_if(entries, [](const auto& entry) { return entry.reader->closed(); });
    auto place = std::ranges::find(entries, id, &ThreadReaders::Entry::store);
    if (place == entries.end()) {
        auto made = std::make_shared<Reader>(
            file, layouts, commits, clock,
            sqlite::ReaderOptions{options.read_cache_kib, options.mmap_bytes}
        );
        const std::lock_guard guard(readers_lock);
        std::erase_if(readers, [](const auto& reader) { return reader.expired(); });
        readers.push_back(made);
        place = entries.insert(entries.end(), {id, std::move(made)});
    }
    last_store = id;
    last_reader = place->reader.get();
    return *last_reader;
}

void SqliteStore::State::release_readers() {
    const std::lock_guard guard(readers_lock);
    for (const auto& reader : readers)
        if (const auto held = reader.lock()) held->release();
}

Step SqliteStore::State::step(const Put& put) const {
    Step step;
    step.kind = Step::Kind::put;
    step.layout = &layout(put.table);
    step.key = key_of(*put.table, put.item);
    step.text = json::write(put.item);
    if (step.text.size() > stored_bytes_max)
        throw base::Error(
            base::Code::too_large, "The record is too large to be stored.",
            "table " + put.table->name + ": " + std::to_string(step.text.size()) + " bytes"
        );
    step.expires = expires_at(*put.table, put.item);
    step.columns.reserve(step.layout->columns.size());
    for (const std::string& column : step.layout->columns) {
        const auto text = index_text(put.item, column);
        step.columns.push_back(text ? std::optional(std::string(*text)) : std::nullopt);
    }
    step.conditions = put.conditions;
    return step;
}

Step SqliteStore::State::step(const Delete& removal) const {
    Step step;
    step.kind = Step::Kind::remove;
    step.layout = &layout(removal.table);
    step.key = removal.key;
    step.conditions = removal.conditions;
    return step;
}

Step SqliteStore::State::step(const Check& check) const {
    Step step;
    step.kind = Step::Kind::check;
    step.layout = &layout(check.table);
    step.key = check.key;
    step.conditions = check.conditions;
    return step;
}

std::shared_ptr<Job> SqliteStore::State::job(const Write& write) const {
    if (write.operations.empty()) bug("a write without operations");
    if (write.operations.size() > write_operations_max)
        throw base::Error(
            base::Code::too_large, "This is too much to save at once.",
            std::to_string(write.operations.size()) + " operations"
        );
    if (!write.counters.empty()) static_cast<void>(counters());
    auto job = std::make_shared<Job>();
    job->steps.reserve(write.operations.size());
    for (const Operation& operation : write.operations)
        job->steps.push_back(std::visit([this](const auto& one) { return step(one); }, operation));
    std::vector<std::tuple<const Layout*, std::string_view, std::string_view>> keys;
    keys.reserve(job->steps.size());
    for (const Step& step : job->steps) {
        check_key(*step.layout->schema, step.key);
        keys.emplace_back(step.layout, step.key.partition, step.key.sort);
    }
    std::ranges::sort(keys);
    if (std::ranges::adjacent_find(keys) != keys.end()) bug("the same item twice in one write");
    job->counters = write.counters;
    return job;
}

sqlite::Writer& SqliteStore::State::writing() const {
    if (writer == nullptr)
        throw base::Error(base::Code::unavailable, "The data was opened for reading only.");
    return *writer;
}

void SqliteStore::State::run_blocking(const std::vector<std::shared_ptr<Job>>& jobs) const {
    sqlite::Writer& to = writing();
    // More than the queue takes goes in portions, each waited for.
    const std::size_t portion = std::max<std::size_t>(1, options.writes_waiting_max / 2);
    for (std::size_t start = 0; start < jobs.size(); start += portion) {
        const std::size_t end = std::min(jobs.size(), start + portion);
        to.check_room();
        std::latch left(static_cast<std::ptrdiff_t>(end - start));
        for (std::size_t i = start; i < end; ++i) {
            jobs[i]->signal = [&left] { left.count_down(); };
            to.add(jobs[i]);
        }
        left.wait();
    }
    for (const auto& job : jobs)
        if (job->failed) std::rethrow_exception(job->failed);
}

SqliteStore::SqliteStore(
    std::filesystem::path directory, const std::vector<SchemaRef>& tables, SqliteOptions options
)
    : state_(std::make_unique<State>(std::move(directory), tables, std::move(options))) {
    State& state = *state_;
    if (state.options.system != nullptr) state.system = &state.layout(state.options.system);
    if (state.options.read_only) {
        if (!std::filesystem::exists(state.file))
            throw base::Error(base::Code::not_found, "There is no data in this directory.");
        sqlite::Connection connection(state.file, sqlite::Connection::Access::read_write);
        sqlite::check_format(connection, state.options.prefix);
        return;
    }
    made(state.directory);
    state.lock = std::make_unique<sqlite::Lock>(state.directory);
    sqlite::bring_up_to_date(state.directory, state.layouts, state.options.prefix);
    state.writer = std::make_unique<sqlite::Writer>(
        state.file, state.layouts, state.system, state.commits, state.clock,
        sqlite::WriterOptions{
            .writes_waiting_max = state.options.writes_waiting_max,
            .batch_operations_max = state.options.batch_operations_max,
            .cache_kib = state.options.write_cache_kib,
            .checkpoint_pages = state.options.checkpoint_pages,
            .file_pages_max = state.options.file_pages_max,
            .sweep_every = state.options.sweep_every,
            .full_sync = state.options.full_sync,
        },
        [&state] { state.release_readers(); }
    );
}

SqliteStore::~SqliteStore() {
    state_->writer.reset();
    const std::lock_guard guard(state_->readers_lock);
    for (const auto& reader : state_->readers)
        if (const auto held = reader.lock()) held->close();
}

base::Task<std::optional<Record>> SqliteStore::get(SchemaRef table, Key key) {
    co_return state_->reader().get(state_->layout(table), key);
}

base::Task<std::vector<std::optional<Record>>> SqliteStore::get_many(
    SchemaRef table, std::vector<Key> keys
) {
    co_return state_->reader().get_many(state_->layout(table), keys);
}

base::Task<Page> SqliteStore::query(Query query) {
    co_return state_->reader().query(state_->layout(query.table), query);
}

base::Task<Page> SqliteStore::scan(SchemaRef table, std::string cursor, std::size_t limit) {
    co_return state_->reader().scan(state_->layout(table), cursor, limit);
}

namespace {

// Ends when the writer has dealt with the job; throws what went wrong.
base::Task<> dealt_with(sqlite::Writer* writer, std::shared_ptr<Job> job) {
    writer->check_room();
    std::function<void(Suspended)> start = [writer, job](Suspended waiting) {
        job->waiting = std::move(waiting);
        writer->add(job);
    };
    co_await suspend(std::move(start));
    if (job->failed) std::rethrow_exception(job->failed);
}

}  // namespace

base::Task<std::expected<Committed, Refused>> SqliteStore::write(Write write) {
    const auto job = state_->job(write);
    co_await dealt_with(&state_->writing(), job);
    co_return std::move(job->outcome);
}

base::Task<std::vector<Counter>> SqliteStore::counters(std::string group) {
    co_return state_->reader().counters(state_->counters(), group);
}

base::Task<> SqliteStore::set_counters(std::string group, std::vector<Counter> counters) {
    static_cast<void>(state_->counters());
    auto job = std::make_shared<Job>();
    job->sets = true;
    job->set_group = std::move(group);
    job->counters = std::move(counters);
    co_await dealt_with(&state_->writing(), job);
}

std::uint64_t SqliteStore::commit_number() const {
    return state_->commits.load(std::memory_order_acquire);
}

std::expected<Committed, Refused> SqliteStore::write_now(const Write& write) {
    const auto job = state_->job(write);
    state_->run_blocking({job});
    return std::move(job->outcome);
}

std::vector<std::expected<Committed, Refused>> SqliteStore::write_all_now(
    const std::vector<Write>& writes
) {
    std::vector<std::shared_ptr<Job>> jobs;
    jobs.reserve(writes.size());
    for (const Write& write : writes) jobs.push_back(state_->job(write));
    state_->run_blocking(jobs);
    std::vector<std::expected<Committed, Refused>> outcomes;
    outcomes.reserve(jobs.size());
    for (const auto& job : jobs) outcomes.push_back(std::move(job->outcome));
    return outcomes;
}

std::optional<Record> SqliteStore::get_now(SchemaRef table, const Key& key) {
    return state_->reader().get(state_->layout(table), key);
}

void SqliteStore::idle() {
    for (const auto& entry : thread_readers.entries)
        if (entry.store == state_->id) static_cast<void>(entry.reader->release());
}

void SqliteStore::sweep_now() {
    auto job = std::make_shared<Job>();
    job->sweeps = true;
    state_->run_blocking({job});
}

void SqliteStore::backup(const std::filesystem::path& to) const {
    sqlite::copy_database(state_->file, to);
}

SqliteStore::Numbers SqliteStore::numbers() const {
    Numbers numbers;
    if (state_->writer) {
        const auto of = state_->writer->numbers();
        numbers.commits = of.commits;
        numbers.writes = of.writes;
        numbers.refused = of.refused;
        numbers.failed = of.failed;
        numbers.checkpoints = of.checkpoints;
        numbers.waiting = of.waiting;
        numbers.log_pages_max = of.log_pages_max;
    }
    std::error_code none;
    const auto size = [&none](const std::filesystem::path& path) {
        const auto bytes = std::filesystem::file_size(path, none);
        return none ? 0 : bytes;
    };
    numbers.file_bytes = size(state_->file);
    numbers.log_bytes = size(state_->file.string() + "-wal");
    return numbers;
}

}  // namespace table
