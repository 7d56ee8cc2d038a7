// Work that a change asks for and that a request does not wait for: renaming copies, draining what
// a deletion takes along, mail.
//
// An item is written in the change's own transaction (Transaction::enqueue), so it survives a
// crash; it may be done twice, so each function must be idempotent. A function that throws is tried
// again after 1, 2, 4 … seconds, at most five minutes; after tries_max the item is set aside where
// an operator sees it (partition "outbox_failed"), and the rest goes on. One Outbox a process, and
// of many processes each may work: the functions' own conditions keep them apart.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "platform/base/json.h"
#include "platform/base/task.h"
#include "platform/journal/journal.h"

namespace journal {

class Outbox {
  public:
    using Work = std::function<base::Task<>(json::Object payload)>;

    explicit Outbox(Journal& journal) : journal_(journal) {}
    // Before the first drain().
    void on(std::string kind, Work work) { work_[std::move(kind)] = std::move(work); }

    // Does what is due now; returns how many items it ended. A second call while one runs returns
    // 0.
    [[nodiscard]] base::Task<std::size_t> drain();
    // What was set aside, oldest first.
    [[nodiscard]] base::Task<std::vector<json::Object>> failed();
    // How many that are, as of the last drain().
    [[nodiscard]] std::size_t failed_count() const { return failed_count_; }
    // Puts all of it back into the queue, to be tried anew; how many.
    [[nodiscard]] base::Task<std::size_t> replay();
    // How many wait, as far as one page tells: for metrics and tests.
    [[nodiscard]] base::Task<std::size_t> waiting();

    static constexpr int tries_max = 12;

  private:
    [[nodiscard]] base::Task<bool> run_one(json::Object item);
    [[nodiscard]] base::Task<> postpone(json::Object item);

    Journal& journal_;
    std::map<std::string, Work, std::less<>> work_;
    std::atomic<bool> running_ = false;
    std::atomic<bool> counted_ = false;  // what failed before the start
    std::atomic<std::size_t> failed_count_ = 0;
};

}  // namespace journal
