#include "platform/base/run.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>
#include <exception>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>

#include "platform/base/log.h"

namespace base {

namespace {

// Kept from call to call and never destroyed: whoever resumed the last coroutine from another thread
// may still be inside the context's own lock when the call has ended.
class Contexts {
  public:
    using Context = std::unique_ptr<boost::asio::io_context>;
    Context take() {
        const std::scoped_lock lock(mutex_);
        if (idle_.empty()) return std::make_unique<boost::asio::io_context>(1);
        Context context = std::move(idle_.back());
        idle_.pop_back();
        context->restart();
        return context;
    }
    void give_back(Context context) {
        const std::scoped_lock lock(mutex_);
        idle_.push_back(std::move(context));
    }

  private:
    std::mutex mutex_;
    std::vector<Context> idle_;
};

Contexts& contexts() {
    static Contexts* const kept = new Contexts;
    return *kept;
}

}  // namespace

void run(Task<> task) {
    std::vector<Task<>> tasks;
    tasks.push_back(std::move(task));
    run_together(std::move(tasks), 1);
}

void run_together(std::vector<Task<>> tasks, unsigned threads) {
    std::mutex lock;
    std::exception_ptr first;
    std::size_t ended = 0;
    const std::size_t wanted = tasks.size();
    const auto one_thread = [&](unsigned number) {
        auto context = contexts().take();
        for (std::size_t i = number; i < tasks.size(); i += threads)
            boost::asio::co_spawn(
                *context, std::move(tasks[i]),
                [&](const std::exception_ptr& thrown) {
                    const std::lock_guard guard(lock);
                    ++ended;
                    if (thrown && !first) first = thrown;
                }
            );
        context->run();
        contexts().give_back(std::move(context));
    };
    if (threads <= 1) {
        threads = 1;
        one_thread(0);
    } else {
        std::vector<std::jthread> running;
        for (unsigned number = 0; number < threads; ++number)
            running.emplace_back(one_thread, number);
    }
    if (first) std::rethrow_exception(first);
    if (ended != wanted) throw std::logic_error("A coroutine waits for what nobody will complete.");
}

Task<> spawn(Task<> task) {
    boost::asio::co_spawn(
        co_await boost::asio::this_coro::executor, std::move(task),
        [](const std::exception_ptr& thrown) {
            if (!thrown) return;
            try {
                std::rethrow_exception(thrown);
            } catch (const std::exception& error) {
                log(Level::error, "spawned work failed", {{"cause", error.what()}});
            }
        }
    );
}

}  // namespace base
