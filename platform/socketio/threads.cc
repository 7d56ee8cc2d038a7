#include "platform/socketio/threads.h"

#include <algorithm>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cassert>
#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "platform/socketio/websocket.h"

namespace engine_io {
namespace asio = boost::asio;
using Time = std::chrono::steady_clock;

// What one thread has. Only the mailbox is touched by others.
struct Threads::Local {
    std::mutex mutex;
    std::vector<Work> mailbox;  // under the mutex

    std::optional<asio::any_io_executor> executor;
    std::optional<asio::steady_timer> clock;
    std::map<std::pair<Time::time_point, Timer>, Work> timers;
    std::map<Timer, Time::time_point> due;
    Timer last = 0;
    Time::time_point armed = Time::time_point::max();
};

struct Threads::State : std::enable_shared_from_this<State> {
    explicit State(http::Server& the_server) : server(the_server), locals(threads_max) {}

    Local& here() {
        const unsigned thread = http::current_thread();
        assert(thread < locals.size());
        return locals[thread];
    }

    void post(unsigned thread, Work work) {
        Local& local = locals.at(thread);
        bool first = false;
        {
            const std::lock_guard lock(local.mutex);
            first = local.mailbox.empty();
            local.mailbox.push_back(std::move(work));
        }
        if (first)
            server.post(thread, [self = shared_from_this(), thread] { self->drain(thread); });
    }

    void drain(unsigned thread) {
        std::vector<Work> work;
        {
            const std::lock_guard lock(locals.at(thread).mutex);
            work.swap(locals.at(thread).mailbox);
        }
        const websocket::Cork cork;  // what this sends to one socket goes out in one write
        for (Work& item : work) item();
    }

    void arm(Local& local) {
        const auto next =
            local.timers.empty() ? Time::time_point::max() : local.timers.begin()->first.first;
        if (next == local.armed) return;
        // A later time is left armed as it is: waking once for nothing is cheaper.
        if (next > local.armed) return;
        local.armed = next;
        local.clock->expires_at(next);
        local.clock->async_wait([self = weak_from_this(), &local](boost::system::error_code error) {
            const auto state = self.lock();
            if (!error && state) state->fire(local);
        });
    }

    void fire(Local& local) {
        local.armed = Time::time_point::max();
        const auto now = Time::now();
        const websocket::Cork cork;
        while (!local.timers.empty() && local.timers.begin()->first.first <= now) {
            const auto first = local.timers.begin();
            const Work work = std::move(first->second);
            local.due.erase(first->first.second);
            local.timers.erase(first);
            work();
        }
        arm(local);
    }

    http::Server& server;
    std::vector<Local> locals;
};

Threads::Threads(http::Server& server) : state_(std::make_shared<State>(server)) {}
Threads::~Threads() { clear(); }

unsigned Threads::count() const { return std::min(state_->server.threads(), threads_max); }

void Threads::run(unsigned thread, Work work) {
    if (http::current_thread() == thread)
        work();
    else
        state_->post(thread, std::move(work));
}

void Threads::later(unsigned thread, Work work) { state_->post(thread, std::move(work)); }

base::Task<> Threads::attach() {
    Local& local = state_->here();
    if (local.executor) co_return;
    local.executor.emplace(co_await asio::this_coro::executor);
    local.clock.emplace(*local.executor);
}

Threads::Timer Threads::after_ms(std::int64_t ms, Work work) {
    Local& local = state_->here();
    const Timer timer = ++local.last;
    const auto when = Time::now() + std::chrono::milliseconds(ms);
    local.timers.emplace(std::pair(when, timer), std::move(work));
    local.due.emplace(timer, when);
    state_->arm(local);
    return timer;
}

void Threads::cancel(Timer& timer) {
    if (timer == 0) return;
    Local& local = state_->here();
    const auto due = local.due.find(std::exchange(timer, 0));
    if (due == local.due.end()) return;
    local.timers.erase({due->second, due->first});
    local.due.erase(due);
}

void Threads::spawn(base::Task<> task, std::function<void(std::exception_ptr)> failed) {
    asio::co_spawn(
        *state_->here().executor, std::move(task),
        [failed = std::move(failed)](const std::exception_ptr& error) {
            if (error) failed(error);
        }
    );
}

void Threads::clear() {
    for (Local& local : state_->locals) {
        std::vector<Work> work;
        {
            const std::lock_guard lock(local.mutex);
            work.swap(local.mailbox);
        }
        local.timers.clear();
        local.due.clear();
        local.clock.reset();
        local.executor.reset();
        local.armed = Time::time_point::max();
    }
}

struct Gate::Timer {
    Timer(Gate* the_gate, const asio::any_io_executor& executor)
        : gate(the_gate), timer(executor, Time::time_point::max()) {
        gate->timer_ = this;
    }
    ~Timer() { gate->timer_ = nullptr; }
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;

    Gate* gate;
    asio::steady_timer timer;
};

base::Task<> Gate::wait() {
    if (open_) co_return;
    Timer waiting(this, co_await asio::this_coro::executor);
    (void)co_await waiting.timer.async_wait(asio::as_tuple(asio::use_awaitable));
}

void Gate::open() {
    open_ = true;
    if (timer_ != nullptr) timer_->timer.cancel();
}

}  // namespace engine_io
