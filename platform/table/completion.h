// A coroutine that waits for another thread, and the way to let many of them go on at once.
//
// The one place of this folder that knows Asio. A Suspended may be held, moved and resumed by any
// thread; the coroutine goes on by its own executor, never on the resuming thread. The executor's
// context must live until then.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "platform/base/task.h"

namespace table {

class Suspended {
  public:
    struct Handler;

    Suspended();
    explicit Suspended(std::unique_ptr<Handler> handler);
    ~Suspended();
    Suspended(Suspended&& other) noexcept;
    Suspended& operator=(Suspended&& other) noexcept;

    [[nodiscard]] explicit operator bool() const { return handler_ != nullptr; }

  private:
    friend void resume(std::vector<Suspended> waiting);
    std::unique_ptr<Handler> handler_;
};

// Suspends the coroutine that awaits this and hands it to `start`, which must not throw. Give it a
// function that has a name: g++ 12 destroys a lambda inside a co_await expression twice.
[[nodiscard]] base::Task<> suspend(std::function<void(Suspended)> start);

// Each goes on soon: one post an executor, however many wait there.
void resume(std::vector<Suspended> waiting);

}  // namespace table
