#include "platform/base/pool.h"

#include <sched.h>
#include <sys/resource.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "platform/base/error.h"

namespace base {
namespace {

using Token = boost::asio::use_awaitable_t<>;
using Handler = boost::asio::async_result<Token, void(std::exception_ptr)>::handler_type;

struct Job {
    std::function<void()> work;
    Handler handler;
};

void finish(Handler handler, std::exception_ptr failure) {
    const boost::asio::any_io_executor executor = boost::asio::get_associated_executor(handler);
    auto resume = [handler = std::move(handler), failure = std::move(failure)]() mutable {
        std::move(handler)(std::move(failure));
    };
    boost::asio::post(executor, std::move(resume));
}

std::exception_ptr busy() {
    return std::make_exception_ptr(
        Error(Code::unavailable, "Too much is being prepared just now. Try again in a moment.")
    );
}

}  // namespace

struct Pool::State {
    std::size_t queue_max = 0;
    int nice = 0;
    mutable std::mutex mutex;
    std::condition_variable changed;
    std::deque<Job> queue;
    Numbers numbers;
    bool stopping = false;
    std::vector<std::jthread> threads;

    void add(Job job) {
        {
            const std::scoped_lock lock(mutex);
            if (!stopping && queue.size() < queue_max) {
                queue.push_back(std::move(job));
                changed.notify_one();
                return;
            }
            ++numbers.refused;
        }
        finish(std::move(job.handler), busy());
    }

    void serve() {
        // On Linux both hold for the calling thread alone; refused, it serves all the same.
        const sched_param batch{};
        sched_setscheduler(0, SCHED_BATCH, &batch);
        setpriority(PRIO_PROCESS, 0, nice);
        std::unique_lock lock(mutex);
        while (true) {
            changed.wait(lock, [&] { return stopping || !queue.empty(); });
            if (queue.empty()) return;
            Job job = std::move(queue.front());
            queue.pop_front();
            ++numbers.running;
            const bool late = stopping;
            lock.unlock();
            std::exception_ptr failure = late ? busy() : nullptr;
            if (!late) {
                try {
                    job.work();
                } catch (...) {
                    failure = std::current_exception();
                }
            }
            lock.lock();
            --numbers.running;
            ++numbers.done;
            lock.unlock();
            finish(std::move(job.handler), std::move(failure));
            lock.lock();
        }
    }
};

Pool::Pool(unsigned threads, std::size_t queue_max, int nice) : state_(std::make_unique<State>()) {
    state_->queue_max = queue_max;
    state_->nice = nice;
    for (unsigned i = 0; i < threads; ++i)
        state_->threads.emplace_back([state = state_.get()] { state->serve(); });
}

Pool::~Pool() { stop(); }

void Pool::stop() {
    {
        const std::scoped_lock lock(state_->mutex);
        state_->stopping = true;
    }
    state_->changed.notify_all();
    state_->threads.clear();
}

Pool::Numbers Pool::numbers() const {
    const std::scoped_lock lock(state_->mutex);
    Numbers numbers = state_->numbers;
    numbers.queued = state_->queue.size();
    return numbers;
}

Task<> Pool::run_erased(std::function<void()> work) {
    const Token token;
    co_await boost::asio::async_initiate<const Token, void(std::exception_ptr)>(
        [state = state_.get(), work = std::move(work)](Handler handler) mutable {
            state->add({.work = std::move(work), .handler = std::move(handler)});
        },
        token
    );
}

}  // namespace base
