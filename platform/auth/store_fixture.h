// A store for the tests of this folder: SQLite in a temporary directory, with its reads counted and a
// clock that stands until told.
#pragma once

#include <atomic>
#include <memory>
#include <utility>

#include "platform/base/clock.h"
#include "platform/journal/journal.h"
#include "platform/table/sqlite_table.h"
#include "testing/temporary.h"

namespace auth_testing {

class Clock final : public base::Clock {
  public:
    [[nodiscard]] std::int64_t now_ms() const override { return ms_; }
    void advance_s(std::int64_t seconds) { ms_ += seconds * 1000; }
    void advance_ms(std::int64_t ms) { ms_ += ms; }

  private:
    std::atomic<std::int64_t> ms_ = 1'800'000'000'000;
};

class CountingStore final : public table::Store {
  public:
    explicit CountingStore(table::Store& store) : store_(store) {}
    base::Task<std::optional<table::Record>> get(table::SchemaRef table, table::Key key) override {
        ++reads;
        return store_.get(table, std::move(key));
    }
    base::Task<std::vector<std::optional<table::Record>>> get_many(
        table::SchemaRef table, std::vector<table::Key> keys
    ) override {
        ++reads;
        return store_.get_many(table, std::move(keys));
    }
    base::Task<table::Page> query(table::Query query) override {
        ++reads;
        return store_.query(std::move(query));
    }
    base::Task<table::Page> scan(table::SchemaRef table, std::string cursor, std::size_t limit)
        override {
        return store_.scan(table, std::move(cursor), limit);
    }
    base::Task<std::expected<table::Committed, table::Refused>> write(table::Write write) override {
        return store_.write(std::move(write));
    }
    base::Task<std::vector<table::Counter>> counters(std::string group) override {
        return store_.counters(std::move(group));
    }
    base::Task<> set_counters(std::string group, std::vector<table::Counter> counters) override {
        return store_.set_counters(std::move(group), std::move(counters));
    }
    [[nodiscard]] std::uint64_t commit_number() const override { return store_.commit_number(); }

    std::atomic<int> reads = 0;

  private:
    table::Store& store_;
};

struct Stored {
    Clock clock;
    testing::TemporaryDirectory directory;
    table::SqliteStore sqlite{
        directory.path(),
        {&journal::system_table()},
        {.system = &journal::system_table(), .clock = &clock, .full_sync = false}
    };
    CountingStore store{sqlite};
};

}  // namespace auth_testing
