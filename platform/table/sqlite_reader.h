// One thread's way to read the file: a connection of its own with its prepared statements.
//
// Its read transaction is held from call to call while nothing was committed, as taking SQLite's
// locks costs more than a point read. Whoever must have the write-ahead log free (the writer, at a
// checkpoint) ends it from another thread by release(). No call suspends.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/clock.h"
#include "platform/table/sqlite_handle.h"
#include "platform/table/sqlite_layout.h"
#include "platform/table/table.h"

namespace table::sqlite {

struct ReaderOptions {
    std::int64_t cache_kib = 2048;
    std::int64_t mmap_bytes = 0;
};

class Reader {
  public:
    // All of them outlive the reader.
    Reader(
        const std::filesystem::path& file, const std::vector<Layout>& layouts,
        const std::atomic<std::uint64_t>& commits, const base::Clock& clock, ReaderOptions options
    );

    [[nodiscard]] std::optional<Record> get(const Layout& layout, const Key& key);
    [[nodiscard]] std::vector<std::optional<Record>> get_many(
        const Layout& layout, const std::vector<Key>& keys
    );
    [[nodiscard]] Page query(const Layout& layout, const Query& query);
    [[nodiscard]] Page scan(const Layout& layout, std::string_view cursor, std::size_t limit);
    [[nodiscard]] std::vector<Counter> counters(const Layout& system, std::string_view group);

    // Ends the held transaction. False when the reader was busy all the while.
    bool release() noexcept;
    // Ends it for good; later calls throw. The owning thread must not be reading.
    void close() noexcept;
    [[nodiscard]] bool closed() const { return !open_.load(std::memory_order_acquire); }

  private:
    class Turn;
    struct Prepared {  // of one layout
        Statement get;
        Statement scan;
        std::vector<std::vector<Statement>> lists;  // by path, whole, direction; one a partition
    };

    void begin();
    void end() noexcept;
    Prepared& prepared(const Layout& layout);
    Statement& list(
        const Layout& layout, const Path& path, bool whole, bool descending, std::size_t which
    );
    std::optional<Record> find(const Layout& layout, const Key& key);
    [[nodiscard]] bool expired(const Statement& row, const Layout& layout, int column) const;

    const std::vector<Layout>& layouts_;
    const std::atomic<std::uint64_t>& commits_;
    const base::Clock& clock_;
    Connection connection_;
    Statement begin_;
    Statement commit_;
    std::vector<Prepared> prepared_;
    std::atomic_flag busy_;             // held while the connection is in use by any thread
    std::atomic<bool> wanted_ = false;  // the reader is to end its transaction after its turn
    std::atomic<bool> open_ = true;
    bool in_transaction_ = false;
    std::uint64_t seen_ = 0;  // the commit number that the transaction began at
};

}  // namespace table::sqlite
