#include "platform/base/run.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <mutex>
#include <stdexcept>
#include <thread>

namespace base {

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
        boost::asio::io_context context(1);
        for (std::size_t i = number; i < tasks.size(); i += threads)
            boost::asio::co_spawn(
                context, std::move(tasks[i]),
                [&](const std::exception_ptr& thrown) {
                    const std::lock_guard guard(lock);
                    ++ended;
                    if (thrown && !first) first = thrown;
                }
            );
        context.run();
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

}  // namespace base
