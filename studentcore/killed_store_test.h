// Stores that fail in the middle of a background job, and a job that is killed until it ends.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "platform/base/error.h"
#include "studentcore/office_test.h"

namespace studentcore::office_test {

// A store that stands still from its n-th write on, as when the server is killed there.
class KilledStore : public table::Store {
  public:
    KilledStore(table::Store& store, int writes_left) : store_(store), left_(writes_left) {}

    base::Task<std::optional<table::Record>> get(table::SchemaRef table, table::Key key) override {
        return store_.get(table, std::move(key));
    }
    base::Task<std::vector<std::optional<table::Record>>> get_many(
        table::SchemaRef table, std::vector<table::Key> keys
    ) override {
        return store_.get_many(table, std::move(keys));
    }
    base::Task<table::Page> query(table::Query query) override {
        return store_.query(std::move(query));
    }
    base::Task<table::Page> scan(table::SchemaRef table, std::string cursor, std::size_t limit)
        override {
        return store_.scan(table, std::move(cursor), limit);
    }
    base::Task<std::expected<table::Committed, table::Refused>> write(table::Write write) override {
        if (left_-- <= 0) throw base::Error(base::Code::unavailable, "killed");
        return store_.write(std::move(write));
    }
    base::Task<std::vector<table::Counter>> counters(std::string group) override {
        return store_.counters(std::move(group));
    }
    base::Task<> set_counters(std::string group, std::vector<table::Counter> counters) override {
        return store_.set_counters(std::move(group), std::move(counters));
    }
    [[nodiscard]] std::uint64_t commit_number() const override { return store_.commit_number(); }

  private:
    table::Store& store_;
    int left_;
};

// Calls something once, in front of its first write: as if somebody else was quicker.
class HookedStore final : public KilledStore {
  public:
    HookedStore(table::Store& store, std::function<void()> hook)
        : KilledStore(store, std::numeric_limits<int>::max()), hook_(std::move(hook)) {}
    base::Task<std::expected<table::Committed, table::Refused>> write(table::Write write) override {
        if (auto hook = std::exchange(hook_, nullptr)) hook();
        return KilledStore::write(std::move(write));
    }

  private:
    std::function<void()> hook_;
};

// Runs the job again and again, each time killed one write later, until it ends by itself.
template <class Job>
int killed_until_done(Office& office, Job job) {
    for (int writes = 0; writes < 50; ++writes) {
        KilledStore store(office.store, writes % 2);
        journal::Journal journal(store, office.clock, all_tables());
        try {
            job(journal);
            return writes;
        } catch (const base::Error& error) {
            EXPECT_EQ(error.shown, "killed");
        }
    }
    return -1;
}

}  // namespace studentcore::office_test
