// The I/O threads of an http::Server as the protocols need them: a way to each, timers, coroutines.
//
// What belongs to a thread is touched on that thread alone; run() and later() are the way in. Work
// handed to another thread gathers in its mailbox and costs one wake-up for all that gathered, in
// the order in which it was handed over. Thread-safe, but for what says that it belongs to a
// thread. Outlives its work only while the server's threads run: stop them before this is
// destroyed.
#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>

#include "platform/base/task.h"
#include "platform/http/executor.h"
#include "platform/http/server.h"

namespace engine_io {

using Work = std::function<void()>;
inline constexpr unsigned threads_max = 256;

class Threads {
  public:
    explicit Threads(http::Server& server);
    ~Threads();
    Threads(const Threads&) = delete;
    Threads& operator=(const Threads&) = delete;

    // 0 before the server starts. What is kept a thread may be laid out for threads_max.
    [[nodiscard]] unsigned count() const;
    // At once when this is that thread, else by its mailbox.
    void run(unsigned thread, Work work);
    // By the mailbox in any case: not inside what the caller is doing.
    void later(unsigned thread, Work work);

    // To be awaited once on a thread before the members below are used on it; cheap afterwards.
    [[nodiscard]] base::Task<> attach();

    // Belong to the calling thread.
    using Timer = std::uint64_t;  // 0: none
    [[nodiscard]] Timer after_ms(std::int64_t ms, Work work);
    void cancel(Timer& timer);  // sets it to 0
    // Starts a coroutine; `failed` gets what it throws.
    void spawn(base::Task<> task, std::function<void(std::exception_ptr)> failed);

    // Drops the timers and what waits in the mailboxes. The threads have ended.
    void clear();

  private:
    struct Local;
    struct State;
    std::shared_ptr<State> state_;
};

// One coroutine waits for one thing: wait() returns once open() was called, before or after. Both on
// the same thread. May outlive that thread, as whoever was to open it may keep it.
class Gate {
  public:
    Gate() = default;
    Gate(const Gate&) = delete;
    Gate& operator=(const Gate&) = delete;
    [[nodiscard]] base::Task<> wait();
    void open();

  private:
    struct Timer;
    Timer* timer_ = nullptr;  // in the frame of wait(), as it must not outlive its io_context
    bool open_ = false;
};

}  // namespace engine_io
