// A store that fails on demand, around one that works: to see what a failure leaves behind.
//
//   testing::FaultyStore faulty(store);
//   for (int n = 1; faulty.fail_at(n), attempt(faulty); ++n) …   every call of an attempt in turn
// A failed call did nothing, as table.h promises of an error, unless `after` is asked for: then the
// write was made and its answer is lost, as with a timeout. Thread-safe.
#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "platform/base/error.h"
#include "platform/table/table.h"

namespace testing {

class FaultyStore final : public table::Store {
  public:
    explicit FaultyStore(table::Store& real) : real_(real) {}

    // The n-th call from now fails (1: the next), and only that one; 0: none does.
    void fail_at(std::uint64_t n, base::Code code = base::Code::unavailable);
    // The n-th call from now takes effect and then fails, with Code::timeout.
    void fail_after(std::uint64_t n);
    // Every call fails from now on, until fail_at(0).
    void fail_always(base::Code code = base::Code::unavailable);
    // Runs before each call, on its thread: to change something in between, or to wait.
    void before_each(std::function<void(std::string_view call)> action);

    [[nodiscard]] std::uint64_t calls() const { return calls_; }    // since the last fail_…
    [[nodiscard]] std::uint64_t failed() const { return failed_; }  // since the last fail_…

    base::Task<std::optional<table::Record>> get(table::SchemaRef table, table::Key key) override;
    base::Task<std::vector<std::optional<table::Record>>> get_many(
        table::SchemaRef table, std::vector<table::Key> keys
    ) override;
    base::Task<table::Page> query(table::Query query) override;
    base::Task<table::Page> scan(table::SchemaRef table, std::string cursor, std::size_t limit)
        override;
    base::Task<std::expected<table::Committed, table::Refused>> write(table::Write write) override;
    base::Task<std::vector<table::Counter>> counters(std::string group) override;
    base::Task<> set_counters(std::string group, std::vector<table::Counter> counters) override;
    [[nodiscard]] std::uint64_t commit_number() const override { return real_.commit_number(); }

  private:
    // Whether this call is to fail once it has taken effect; throws when it is to fail at once.
    [[nodiscard]] bool begin(std::string_view call);
    [[noreturn]] void lose_answer();

    table::Store& real_;
    std::atomic<std::uint64_t> calls_ = 0;
    std::atomic<std::uint64_t> failed_ = 0;
    std::atomic<std::uint64_t> at_ = 0;
    std::atomic<bool> after_ = false;
    std::atomic<bool> always_ = false;
    std::atomic<base::Code> code_ = base::Code::unavailable;
    std::function<void(std::string_view)> before_;
};

}  // namespace testing
