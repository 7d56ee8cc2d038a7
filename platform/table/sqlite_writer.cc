#include "platform/table/sqlite_writer.h"

#include <malloc.h>

#include <algorithm>

#include "platform/base/error.h"
#include "platform/base/log.h"
#include "platform/table/stored_item.h"

namespace table::sqlite {
namespace {

constexpr std::string_view count_prefix = "count#";
constexpr std::size_t kept_max = 4096;  // counters that are remembered
constexpr std::size_t sweep_rows = 200;
constexpr std::size_t bulk_operations = 2000;  // a batch of more gets the bulk cache
constexpr std::int64_t page_bytes = 4096;
constexpr std::chrono::milliseconds idle_after{300};
constexpr std::chrono::milliseconds sweep_pause{20};

int on_commit(void* pages, sqlite3*, const char*, int in_log) {
    static_cast<std::atomic<int>*>(pages)->store(in_log, std::memory_order_relaxed);
    return SQLITE_OK;
}

}  // namespace

Writer::Writer(
    const std::filesystem::path& file, const std::vector<Layout>& layouts, const Layout* system,
    std::atomic<std::uint64_t>& commits, const base::Clock& clock, WriterOptions options,
    std::function<void()> release_readers
)
    : layouts_(layouts),
      system_(system),
      commits_(commits),
      clock_(clock),
      options_(options),
      release_readers_(std::move(release_readers)),
      connection_(file, Connection::Access::read_write),
      prepared_(layouts.size()),
      swept_(std::chrono::steady_clock::now()) {
    connection_.execute(
        std::string("PRAGMA synchronous=") + (options.full_sync ? "FULL" : "NORMAL") +
        "; PRAGMA wal_autocheckpoint=0; PRAGMA journal_size_limit=" +
        std::to_string(std::int64_t{options.checkpoint_pages} * 2 * page_bytes) +
        "; PRAGMA cache_size=-" + std::to_string(options.cache_kib)
    );
    if (options.file_pages_max > 0)
        connection_.execute("PRAGMA max_page_count=" + std::to_string(options.file_pages_max));
    // After the pragma above, which puts SQLite's own hook there.
    sqlite3_wal_hook(connection_.handle(), on_commit, &log_pages_);
    begin_ = connection_.prepare("BEGIN IMMEDIATE");
    commit_ = connection_.prepare("COMMIT");
    thread_ = std::thread([this] { work(); });
}

Writer::~Writer() {
    {
        const std::lock_guard guard(lock_);
        stopping_ = true;
    }
    more_.notify_one();
    thread_.join();
}

void Writer::check_room() const {
    const std::lock_guard guard(lock_);
    if (stopping_) throw base::Error(base::Code::unavailable, "The program is stopping.");
    if (waiting_.size() < options_.writes_waiting_max) return;
    base::Error error(
        base::Code::unavailable, "Too much is being saved just now. Nothing was saved; try again.",
        "writes waiting: " + std::to_string(waiting_.size())
    );
    error.retry_after_s = 1;
    throw error;
}

void Writer::add(std::shared_ptr<Job> job) {
    {
        const std::lock_guard guard(lock_);
        waiting_.push_back(std::move(job));
    }
    more_.notify_one();
}

Writer::Numbers Writer::numbers() const {
    const std::lock_guard guard(lock_);
    Numbers numbers = numbers_;
    numbers.waiting = waiting_.size();
    numbers.log_pages = static_cast<std::uint64_t>(log_pages_.load(std::memory_order_relaxed));
    return numbers;
}

Writer::Jobs Writer::take() {
    std::unique_lock guard(lock_);
    if (waiting_.empty() && !stopping_) {
        const auto pause = sweep_again_ ? sweep_pause : idle_after;
        more_.wait_for(guard, pause, [this] { return stopping_ || !waiting_.empty(); });
    }
    std::size_t operations = 0;
    std::size_t count = 0;
    while (count < waiting_.size() && operations < options_.batch_operations_max)
        operations += waiting_[count++]->steps.size();
    if (count == waiting_.size()) return std::exchange(waiting_, {});
    const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(count);
    Jobs jobs(std::make_move_iterator(waiting_.begin()), std::make_move_iterator(end));
    waiting_.erase(waiting_.begin(), end);
    return jobs;
}

void Writer::work() {
    while (true) {
        Jobs jobs = take();
        if (jobs.empty()) {
            const std::lock_guard guard(lock_);
            if (stopping_ && waiting_.empty()) return;
        }
        const bool idle = jobs.empty();
        std::size_t operations = 0;
        for (const auto& job : jobs) operations += job->steps.size();
        if (idle || operations > bulk_operations) size_cache(!idle);
        if (!idle) write(std::move(jobs));
        const auto now = std::chrono::steady_clock::now();
        if (idle && sweep_again_) {
            sweep_again_ = sweep(sweep_rows);
        } else if (now - swept_ >= options_.sweep_every) {
            swept_ = now;
            sweep_again_ = sweep(sweep_rows);
        }
        checkpoint(idle);
    }
}

void Writer::write(Jobs jobs) {
    bool together = true;
    try {
        commit_together(jobs);
    } catch (const base::Error& error) {
        rollback();
        base::log(
            base::Level::error, "write_failed",
            {{"detail", error.detail}, {"writes", static_cast<std::uint64_t>(jobs.size())}}
        );
        const bool disk = error.code != base::Code::internal;
        if (disk || jobs.size() == 1) {
            for (const auto& job : jobs) job->failed = std::current_exception();
        } else {
            together = false;
        }
    } catch (...) {
        rollback();
        if (jobs.size() == 1)
            jobs.front()->failed = std::current_exception();
        else
            together = false;
    }
    if (together) return finish(jobs);
    // One of them did what SQLite refuses: alone, the others are not drawn in.
    for (auto& job : jobs) write({std::move(job)});
}

void Writer::commit_together(const Jobs& jobs) {
    counted_.clear();
    changed_ = false;
    begin_.run();
    for (const auto& job : jobs) apply(*job);
    add_counters();
    commit_.run();
    // Before anyone goes on, so that they read what they wrote.
    if (changed_) commits_.fetch_add(1, std::memory_order_acq_rel);
    const std::uint64_t number = commits_.load(std::memory_order_acquire);
    for (const auto& job : jobs)
        if (job->outcome) job->outcome->number = number;
}

void Writer::rollback() noexcept {
    counted_.clear();
    kept_.clear();
    for (Prepared& of : prepared_)
        for (Statement* statement :
             {&of.look, &of.insert, &of.upsert, &of.update, &of.update_item, &of.remove,
              &of.remove_key, &of.sweep})
            statement->reset();
    begin_.reset();
    commit_.reset();
    if (sqlite3_get_autocommit(connection_.handle()) == 0)
        sqlite3_exec(connection_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void Writer::finish(const Jobs& jobs) {
    std::vector<Suspended> waiting;
    waiting.reserve(jobs.size());
    {
        const std::lock_guard guard(lock_);
        ++numbers_.commits;
        for (const auto& job : jobs)
            ++(job->failed ? numbers_.failed : job->outcome ? numbers_.writes : numbers_.refused);
        const auto pages = static_cast<std::uint64_t>(log_pages_.load(std::memory_order_relaxed));
        numbers_.log_pages_max = std::max(numbers_.log_pages_max, pages);
    }
    for (const auto& job : jobs) {
        if (job->waiting) waiting.push_back(std::move(job->waiting));
        // The caller may be gone as soon as it is told.
        if (job->signal) job->signal();
    }
    resume(std::move(waiting));
}

Statement& Writer::ready(Statement& statement, const std::string& sql) {
    if (!statement) statement = connection_.prepare(sql);
    return statement;
}

Writer::Prepared& Writer::prepared(const Layout& layout) {
    return prepared_[static_cast<std::size_t>(&layout - layouts_.data())];
}

void Writer::apply(Job& job) {
    job.outcome = Committed{};
    if (job.sets) return set_counters(job);
    if (job.sweeps) {
        while (sweep(sweep_rows)) {
        }
        return;
    }
    std::vector<std::optional<Found>> found(job.steps.size());
    for (std::size_t i = 0; i < job.steps.size(); ++i) {
        const Step& step = job.steps[i];
        if (step.conditions.empty()) continue;
        found[i] = look(prepared(*step.layout), step);
        const auto& text = found[i]->text;
        if (holds(step.conditions, text ? std::optional<std::string_view>(*text) : std::nullopt))
            continue;
        Refused refused{.operation = i, .found = std::nullopt};
        if (text) refused.found = Record{*text};
        job.outcome = std::unexpected(std::move(refused));
        return;
    }
    for (std::size_t i = 0; i < job.steps.size(); ++i) {
        const Step& step = job.steps[i];
        if (step.kind == Step::Kind::put) put(prepared(*step.layout), step, found[i]);
        if (step.kind == Step::Kind::remove) remove(prepared(*step.layout), step, found[i]);
        changed_ = changed_ || step.kind != Step::Kind::check;
        // A restore puts counters as plain items.
        if (step.layout == system_ && step.key.partition.starts_with(count_prefix)) kept_.clear();
    }
    for (const Counter& counter : job.counters)
        counted_[{counter.group, counter.name}] += counter.value;
}

Writer::Found Writer::look(Prepared& of, const Step& step) {
    const Layout& layout = *step.layout;
    Statement& statement = ready(of.look, layout.look);
    const Resets resets(statement);
    statement.bind(1, step.key.partition);
    if (layout.sorted) statement.bind(2, step.key.sort);
    Found found;
    if (!statement.step()) return found;
    found.there = true;
    found.rowid = statement.integer(0);
    const bool expired =
        layout.expires && !statement.is_null(2) && statement.integer(2) <= clock_.now_s();
    if (!expired) found.text = statement.text(1);
    if (step.kind != Step::Kind::put) return found;
    int column = 2;
    found.same_columns = true;
    if (layout.expires) {
        found.same_columns =
            statement.is_null(column) ? !step.expires : step.expires == statement.integer(column);
        ++column;
    }
    for (const auto& wanted : step.columns) {
        const bool same = statement.is_null(column) ? !wanted : wanted == statement.text(column);
        found.same_columns = found.same_columns && same;
        ++column;
    }
    return found;
}

namespace {

// Binds item, [expires], columns… from `parameter` on.
int bind_stored(Statement& statement, int parameter, const Step& step) {
    statement.bind(parameter++, step.text);
    if (step.layout->expires) {
        if (step.expires)
            statement.bind(parameter, *step.expires);
        else
            statement.bind_null(parameter);
        ++parameter;
    }
    for (const auto& column : step.columns) {
        if (column)
            statement.bind(parameter, *column);
        else
            statement.bind_null(parameter);
        ++parameter;
    }
    return parameter;
}

}  // namespace

void Writer::put(Prepared& of, const Step& step, const std::optional<Found>& found) {
    const Layout& layout = *step.layout;
    if (found && found->there && found->same_columns) {
        Statement& statement = ready(of.update_item, layout.update_item);
        statement.bind(1, step.text);
        statement.bind(2, found->rowid);
        return statement.run();
    }
    if (found && found->there) {
        Statement& statement = ready(of.update, layout.update);
        statement.bind(bind_stored(statement, 1, step), found->rowid);
        return statement.run();
    }
    Statement& statement =
        found ? ready(of.insert, layout.insert) : ready(of.upsert, layout.upsert);
    statement.bind(1, step.key.partition);
    if (layout.sorted) statement.bind(2, step.key.sort);
    bind_stored(statement, layout.sorted ? 3 : 2, step);
    statement.run();
}

void Writer::remove(Prepared& of, const Step& step, const std::optional<Found>& found) {
    const Layout& layout = *step.layout;
    if (found) {
        if (!found->there) return;
        Statement& statement = ready(of.remove, layout.remove);
        statement.bind(1, found->rowid);
        return statement.run();
    }
    Statement& statement = ready(of.remove_key, layout.remove_key);
    statement.bind(1, step.key.partition);
    if (layout.sorted) statement.bind(2, step.key.sort);
    statement.run();
}

Step Writer::counter_step(const std::string& group, const std::string& name) const {
    Step step;
    step.layout = system_;
    step.key = {std::string(count_prefix) + group, name};
    return step;
}

void Writer::set_counter(Step& step, std::int64_t value) const {
    step.kind = Step::Kind::put;
    const Schema& schema = *system_->schema;
    const json::Object item = {
        {schema.key, step.key.partition}, {schema.sort_key, step.key.sort}, {"value", value}
    };
    step.text = json::write(item);
    step.columns.clear();
    for (const std::string& column : system_->columns) {
        const auto text = index_text(item, column);
        step.columns.push_back(text ? std::optional(std::string(*text)) : std::nullopt);
    }
}

void Writer::put_counter(const std::string& group, const std::string& name, std::int64_t value) {
    Prepared& of = prepared(*system_);
    Step step = counter_step(group, name);
    if (value == 0) return remove(of, step, std::nullopt);
    set_counter(step, value);
    put(of, step, look(of, step));
}

void Writer::add_counters() {
    Prepared& of = prepared(*system_);
    for (const auto& [counter, difference] : counted_) {
        if (difference == 0) continue;
        changed_ = true;
        Step step = counter_step(counter.first, counter.second);
        auto kept = kept_.find(counter);
        std::optional<Found> found;
        if (kept != kept_.end()) {
            found =
                Found{.rowid = kept->second.rowid, .text = {}, .same_columns = true, .there = true};
            kept->second.value += difference;
        } else {
            set_counter(step, difference);  // its columns are compared
            found = look(of, step);
            const std::int64_t before =
                found->text ? json::parse_stored(*found->text).integer("value") : 0;
            if (kept_.size() >= kept_max) kept_.clear();
            kept = kept_.insert({counter, {found->rowid, before + difference}}).first;
        }
        if (kept->second.value == 0) {
            remove(of, step, found);
            kept_.erase(kept);
            continue;
        }
        set_counter(step, kept->second.value);
        put(of, step, found);
        if (!found->there) kept->second.rowid = sqlite3_last_insert_rowid(connection_.handle());
    }
    counted_.clear();
}

void Writer::set_counters(const Job& job) {
    // What came earlier in this batch is already meant by the new numbers' reader.
    add_counters();
    kept_.clear();
    Statement all = connection_.prepare("DELETE FROM " + system_->physical + " WHERE pk=?1");
    const std::string partition = std::string(count_prefix) + job.set_group;
    all.bind(1, partition);
    all.run();
    for (const Counter& counter : job.counters)
        put_counter(job.set_group, counter.name, counter.value);
    changed_ = true;
}

bool Writer::sweep(std::size_t at_most) {
    const bool alone = sqlite3_get_autocommit(connection_.handle()) != 0;
    bool more = false;
    bool any = false;
    try {
        for (const Layout& layout : layouts_) {
            if (!layout.expires) continue;
            Statement& statement = ready(prepared(layout).sweep, layout.sweep);
            statement.bind(1, clock_.now_s());
            statement.bind(2, static_cast<std::int64_t>(at_most));
            statement.run();
            const auto removed = static_cast<std::size_t>(sqlite3_changes(connection_.handle()));
            more = more || removed == at_most;
            any = any || removed > 0;
        }
    } catch (const base::Error& error) {
        if (!alone) throw;
        rollback();
        base::log(base::Level::warning, "sweep_failed", {{"detail", error.detail}});
        return false;
    }
    if (any && alone) commits_.fetch_add(1, std::memory_order_acq_rel);
    changed_ = changed_ || any;
    return more;
}

void Writer::size_cache(bool bulk) {
    if (bulk == bulk_) return;
    bulk_ = bulk;
    const auto kib = bulk ? options_.bulk_cache_kib : options_.cache_kib;
    try {
        connection_.execute("PRAGMA cache_size=-" + std::to_string(kib));
    } catch (const base::Error& error) {
        base::log(base::Level::warning, "cache_not_resized", {{"detail", error.detail}});
    }
    if (bulk) return;
    // What an import took goes back to the system.
    sqlite3_db_release_memory(connection_.handle());
    malloc_trim(0);
}

void Writer::checkpoint(bool idle) {
    const int pages = log_pages_.load(std::memory_order_relaxed);
    const int most = options_.checkpoint_pages * (bulk_ ? options_.bulk_checkpoints : 1);
    if (pages == 0 || (!idle && pages < most)) return;
    // A reader's older transaction keeps what came after it from being moved.
    release_readers_();
    int in_log = 0;
    int moved = 0;
    const int code = sqlite3_wal_checkpoint_v2(
        connection_.handle(), nullptr, SQLITE_CHECKPOINT_PASSIVE, &in_log, &moved
    );
    // Readers that begin from now on read the file alone. One that began in the meantime would keep
    // the next write from starting the log anew.
    release_readers_();
    if (code == SQLITE_OK) {
        if (in_log == moved) log_pages_.store(0, std::memory_order_relaxed);
        const std::lock_guard guard(lock_);
        ++numbers_.checkpoints;
        return;
    }
    if (idle) log_pages_.store(0, std::memory_order_relaxed);  // not again before the next commit
    if (code == SQLITE_BUSY) return;
    const base::Error error = error_of(connection_.handle(), code, "checkpoint");
    base::log(base::Level::warning, "checkpoint_failed", {{"detail", error.detail}});
}

}  // namespace table::sqlite
