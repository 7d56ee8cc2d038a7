// A wait for something to happen or for a time to come, without a timer a wait.
//
//   const auto heard = bell.heard();            // before looking
//   … nothing there …
//   co_await bell.wait(heard, until_ms);        // ends at a ring() after heard(), or a tick() at until_ms
// Thread-safe. No ring is lost between heard() and wait(). Waiters must be gone before their executor is.
#pragma once

#include <cstdint>
#include <mutex>
#include <vector>

#include "platform/base/task.h"
#include "platform/table/completion.h"

namespace queue {

class Bell {
  public:
    [[nodiscard]] std::uint64_t heard() const;
    [[nodiscard]] base::Task<> wait(std::uint64_t heard, std::int64_t until_ms);
    void ring();
    void tick(std::int64_t now_ms);

  private:
    struct Waiter {
        table::Suspended suspended;
        std::int64_t until_ms = 0;
    };
    void add(std::uint64_t heard, Waiter waiter);

    mutable std::mutex mutex_;
    std::uint64_t rung_ = 0;
    std::vector<Waiter> waiting_;
};

}  // namespace queue
