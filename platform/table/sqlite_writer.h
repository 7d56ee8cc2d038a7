// The one thread that writes the file, and the queue before it.
//
// Whenever it is free it takes all that waits, judges and applies each write in turn inside one
// transaction, commits once, and lets all of them go on. A write whose conditions do not hold
// changes nothing and leaves its neighbours alone; when the commit fails, all of the batch fail.
// Between batches it moves the write-ahead log into the file and removes what expired.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <expected>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "platform/base/clock.h"
#include "platform/table/completion.h"
#include "platform/table/sqlite_handle.h"
#include "platform/table/sqlite_layout.h"
#include "platform/table/table.h"

namespace table::sqlite {

struct WriterOptions {
    std::size_t writes_waiting_max = 10'000;
    std::size_t batch_operations_max = 20'000;
    std::int64_t cache_kib = 4096;
    int checkpoint_pages = 4000;  // the log's size that makes the writer stop for a checkpoint
    // While batches are large, as in an import: a page that many of them change is then read and
    // moved to the file once.
    std::int64_t bulk_cache_kib = 64 * 1024;
    int bulk_checkpoints = 8;         // times checkpoint_pages
    std::int64_t file_pages_max = 0;  // of the file, 0: the disk's own limit
    std::chrono::milliseconds sweep_every{60'000};
    bool full_sync = true;  // false: a commit may be lost (not torn) when the power fails
};

// An operation as the writer needs it; made on the thread that asks.
struct Step {
    enum class Kind : std::uint8_t { put, remove, check };
    Kind kind = Kind::check;
    const Layout* layout = nullptr;
    Key key;
    std::string text;  // of a put
    std::optional<std::int64_t> expires;
    std::vector<std::optional<std::string>> columns;
    std::vector<Condition> conditions;
};

struct Job {
    std::vector<Step> steps;
    std::vector<Counter> counters;
    std::string set_group;  // when set: the group's numbers become `counters`
    bool sets = false;
    bool sweeps = false;  // removes all that expired

    // What came of it: written by the writer before it lets the caller go on.
    std::expected<Committed, Refused> outcome;
    std::exception_ptr failed;
    std::function<void()> signal;  // for a caller that blocks; else:
    Suspended waiting;
};

class Writer {
  public:
    // All of them outlive the writer. `release_readers` ends the read transactions that are held.
    Writer(
        const std::filesystem::path& file, const std::vector<Layout>& layouts, const Layout* system,
        std::atomic<std::uint64_t>& commits, const base::Clock& clock, WriterOptions options,
        std::function<void()> release_readers
    );
    ~Writer();  // what waits is still written
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    // Throws base::Error{unavailable} when too many wait already.
    void check_room() const;
    void add(std::shared_ptr<Job> job);

    struct Numbers {
        std::uint64_t commits = 0, writes = 0, refused = 0, failed = 0, checkpoints = 0,
                      waiting = 0;
        std::uint64_t log_pages = 0, log_pages_max = 0;
    };
    [[nodiscard]] Numbers numbers() const;

  private:
    using Jobs = std::vector<std::shared_ptr<Job>>;
    struct Prepared {
        Statement look, insert, upsert, update, update_item, remove, remove_key, sweep;
    };
    struct Found {
        std::int64_t rowid = 0;
        std::optional<std::string> text;  // nullopt: no item
        bool same_columns = false;        // as those of the put
        bool there = false;               // a row is there, though it may have expired
    };

    void work();
    [[nodiscard]] Jobs take();
    void write(Jobs jobs);
    void commit_together(const Jobs& jobs);
    void apply(Job& job);
    [[nodiscard]] Found look(Prepared& prepared, const Step& step);
    void put(Prepared& prepared, const Step& step, const std::optional<Found>& found);
    void remove(Prepared& prepared, const Step& step, const std::optional<Found>& found);
    void set_counters(const Job& job);
    void add_counters();
    void put_counter(const std::string& group, const std::string& name, std::int64_t value);
    [[nodiscard]] Step counter_step(const std::string& group, const std::string& name) const;
    void set_counter(Step& step, std::int64_t value) const;
    [[nodiscard]] bool sweep(std::size_t at_most);
    void rollback() noexcept;
    void finish(const Jobs& jobs);
    void checkpoint(bool idle);
    void size_cache(bool bulk);
    Prepared& prepared(const Layout& layout);
    Statement& ready(Statement& statement, const std::string& sql);

    const std::vector<Layout>& layouts_;
    const Layout* system_;
    std::atomic<std::uint64_t>& commits_;
    const base::Clock& clock_;
    const WriterOptions options_;
    const std::function<void()> release_readers_;

    Connection connection_;
    Statement begin_;
    Statement commit_;
    std::vector<Prepared> prepared_;
    std::map<std::pair<std::string, std::string>, std::int64_t> counted_;  // of the open batch
    struct Kept {
        std::int64_t rowid = 0, value = 0;
    };
    // Counters as they are in the file: nobody else writes them, so that adding needs no look.
    std::map<std::pair<std::string, std::string>, Kept> kept_;
    bool changed_ = false;  // by the open batch
    bool sweep_again_ = false;
    bool bulk_ = false;  // the cache has its bulk size
    std::chrono::steady_clock::time_point swept_;

    mutable std::mutex lock_;  // of what follows
    std::condition_variable more_;
    Jobs waiting_;
    bool stopping_ = false;
    Numbers numbers_;
    std::atomic<int> log_pages_ = 0;

    std::thread thread_;
};

}  // namespace table::sqlite
