// Tables in one SQLite file, for one node: table.h's promises with no server beside the program.
//
//   table::SqliteStore store(data_directory, {&students_table, …}, {.system = &system_table()});
// Reads run inline on the calling thread, inside a read transaction that is kept from call to call
// until something was committed: an I/O thread calls idle() about once a second so that none is
// kept for long. Writes gather on one thread, which commits whenever it is free; a commit is on the
// disk (WAL, synchronous=FULL) before write() returns. Expired items (Schema::ttl) are as good as
// absent, also to conditions, and removed later. An index attribute that is not a text, or empty,
// keeps the item out of that index. The threads' io_contexts outlive the store, as does the clock;
// when the store is destroyed, what waits is written first and no reader may be active.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "platform/base/clock.h"
#include "platform/table/table.h"

namespace table {

struct SqliteOptions {
    std::string prefix;                  // of all tables' names in the file
    SchemaRef system = nullptr;          // the table that keeps the counters; one of `tables`
    const base::Clock* clock = nullptr;  // the system's unless told
    std::size_t writes_waiting_max = 10'000;
    std::size_t batch_operations_max = 20'000;
    std::int64_t read_cache_kib = 2048;  // a thread
    std::int64_t write_cache_kib = 4096;
    std::int64_t mmap_bytes = 0;
    int checkpoint_pages = 4000;      // the write-ahead log's size at which the writer moves it
    std::int64_t file_pages_max = 0;  // of 4 KiB; 0: what the disk has
    std::chrono::milliseconds sweep_every{60'000};
    bool full_sync = true;  // false is not durable: for benchmarks
    // For a command beside a running server: no lock, no upgrade, and write() refuses.
    bool read_only = false;
};

class SqliteStore final : public Store {
  public:
    // Makes the directory, the file, tables and indexes when missing. Throws base::Error with a
    // sentence: another process has the directory, the file is of a newer version, …
    SqliteStore(
        std::filesystem::path directory, const std::vector<SchemaRef>& tables,
        SqliteOptions options = {}
    );
    ~SqliteStore() override;
    SqliteStore(const SqliteStore&) = delete;
    SqliteStore& operator=(const SqliteStore&) = delete;

    base::Task<std::optional<Record>> get(SchemaRef table, Key key) override;
    base::Task<std::vector<std::optional<Record>>> get_many(SchemaRef table, std::vector<Key> keys)
        override;
    base::Task<Page> query(Query query) override;
    base::Task<Page> scan(SchemaRef table, std::string cursor, std::size_t limit) override;
    base::Task<std::expected<Committed, Refused>> write(Write write) override;
    base::Task<std::vector<Counter>> counters(std::string group) override;
    base::Task<> set_counters(std::string group, std::vector<Counter> counters) override;
    [[nodiscard]] std::uint64_t commit_number() const override;

    // The same for a command, which has no io_context: blocks. Many threads may call at once.
    [[nodiscard]] std::expected<Committed, Refused> write_now(const Write& write);
    // Many writes, queued together so that they share commits; in their order. Blocks until all are
    // durable; throws the first error after that.
    [[nodiscard]] std::vector<std::expected<Committed, Refused>> write_all_now(
        const std::vector<Write>& writes
    );
    [[nodiscard]] std::optional<Record> get_now(SchemaRef table, const Key& key);

    // Ends the calling thread's held read transaction.
    void idle();
    // Removes all that expired by now; blocks.
    void sweep_now();
    // A checked copy as of one moment, while others read and write; blocks for long: not on an I/O
    // thread. `to` must not be there yet.
    void backup(const std::filesystem::path& to) const;

    struct Numbers {  // since the start
        std::uint64_t commits = 0, writes = 0, refused = 0, failed = 0, checkpoints = 0;
        std::uint64_t waiting = 0;        // writes in the queue now
        std::uint64_t log_pages_max = 0;  // the write-ahead log's greatest size so far
        std::uint64_t file_bytes = 0, log_bytes = 0;
    };
    [[nodiscard]] Numbers numbers() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace table
