// A few threads for what computes long (documents, images), so that no I/O thread does.
//
//   std::string bytes = co_await pool.run([model] { return transcript_pdf(model); });
// The coroutine goes on by its own executor; what the work throws, run() throws. The queue is
// bounded: when it is full, run() throws base::Error (unavailable) at once. Threads run at
// SCHED_BATCH and a lower priority, so that requests go first. Destroy it (or stop() it) before the
// executors of those who wait: work that has begun ends, what is still queued throws unavailable.
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "platform/base/task.h"

namespace base {

class Pool {
  public:
    explicit Pool(unsigned threads, std::size_t queue_max = 1000, int nice = 10);
    ~Pool();
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;

    // `work` is called once on a thread of the pool; what it refers to must outlive the await.
    template <class F>
    [[nodiscard]] Task<std::invoke_result_t<F&>> run(F work) {
        using Result = std::invoke_result_t<F&>;
        if constexpr (std::is_void_v<Result>) {
            co_await run_erased([&work] { work(); });
        } else {
            std::optional<Result> result;
            co_await run_erased([&work, &result] { result.emplace(work()); });
            co_return std::move(*result);
        }
    }

    void stop();  // also waits; may be called twice

    struct Numbers {
        std::uint64_t done = 0, refused = 0;
        std::size_t queued = 0, running = 0;
    };
    [[nodiscard]] Numbers numbers() const;

  private:
    struct State;
    [[nodiscard]] Task<> run_erased(std::function<void()> work);
    std::unique_ptr<State> state_;
};

}  // namespace base
