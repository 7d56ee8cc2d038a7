#include "platform/queue/worker.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "platform/base/error.h"
#include "platform/base/log.h"
#include "platform/base/run.h"

namespace queue {
namespace {

constexpr std::int64_t never_ms = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t pause_ms = 1000;  // after the store failed
constexpr std::int64_t pulses_a_lease = 3;

std::string cause_of(const std::exception_ptr& thrown) {
    try {
        std::rethrow_exception(thrown);
    } catch (const base::Error& error) {
        return error.detail.empty() ? error.shown : error.shown + " (" + error.detail + ")";
    } catch (const std::exception& error) {
        return error.what();
    }
}

}  // namespace

Worker::Worker(Queue& queue, const base::Clock& clock, std::string name, WorkerOptions options)
    : queue_(queue), clock_(clock), name_(std::move(name)), options_(options) {}

base::Task<> Worker::run() { co_await loop(false); }

base::Task<std::size_t> Worker::drain() {
    const std::uint64_t before = done_;
    co_await loop(true);
    co_return static_cast<std::size_t>(done_ - before);
}

void Worker::stop() {
    stopping_ = true;
    queue_.wake(name_);
    changed_.ring();
}

bool Worker::wait(std::chrono::milliseconds at_most) {
    std::unique_lock lock(mutex_);
    return ended_.wait_for(lock, at_most, [&] { return !active_; });
}

void Worker::tick() {
    const std::int64_t now = clock_.now_ms();
    changed_.tick(now);
    pulse_.tick(now);
}

Worker::Numbers Worker::numbers() const {
    return {.done = done_, .failed = failed_, .running = running_};
}

base::Task<> Worker::loop(bool until_empty) {
    {
        const std::scoped_lock lock(mutex_);
        active_ = true;
    }
    over_ = false;
    co_await base::spawn(keep_alive());
    std::exception_ptr thrown;
    try {
        co_await take(until_empty);
    } catch (const std::exception&) {
        thrown = std::current_exception();
    }
    // All that was started refers to this worker.
    while (true) {
        const std::uint64_t heard = changed_.heard();
        if (coroutines_ == 0) break;
        co_await changed_.wait(heard, never_ms);
    }
    over_ = true;
    pulse_.ring();
    while (true) {
        const std::uint64_t heard = changed_.heard();
        if (!pulsing_) break;
        co_await changed_.wait(heard, never_ms);
    }
    {
        const std::scoped_lock lock(mutex_);
        active_ = false;
        ended_.notify_all();
    }
    if (thrown) std::rethrow_exception(thrown);
}

base::Task<> Worker::take(bool until_empty) {
    while (!stopping_) {
        const std::uint64_t heard = changed_.heard();
        if (running_ >= options_.at_once) {
            co_await changed_.wait(heard, never_ms);
            continue;
        }
        auto messages = co_await fetch(options_.at_once - running_, !until_empty);
        for (Message& message : messages) {
            const auto place = held_.insert(held_.end(), std::move(message));
            ++coroutines_;
            ++running_;
            co_await base::spawn(work_on(place));
        }
        if (!messages.empty() || !until_empty) continue;
        if (coroutines_ == 0) break;
        co_await changed_.wait(heard, never_ms);
    }
}

// Nothing while the store can't be reached, after a pause.
base::Task<std::vector<Message>> Worker::fetch(std::size_t most, bool waits) {
    std::exception_ptr thrown;
    try {
        Receive ask;
        ask.queue = name_;
        ask.most = std::min(most, receive_max);
        ask.lease_ms = options_.lease_ms;
        ask.wait_ms = waits ? options_.wait_ms : 0;
        co_return co_await queue_.receive(std::move(ask));
    } catch (const std::exception&) {
        thrown = std::current_exception();
    }
    if (!waits) std::rethrow_exception(thrown);
    base::log(
        base::Level::error, "queue_unreachable", {{"queue", name_}, {"cause", cause_of(thrown)}}
    );
    const std::uint64_t heard = changed_.heard();
    co_await changed_.wait(heard, clock_.now_ms() + pause_ms);
    co_return std::vector<Message>();
}

base::Task<> Worker::work_on(Held::iterator place) {
    std::exception_ptr thrown;
    std::string failure;
    Message given = *place;  // the function's own: what it takes out of it is not missing later
    const auto work = work_.find(place->kind);
    if (work == work_.end()) {
        failure = "nobody does this kind of work here";
    } else {
        try {
            co_await work->second(&given);
        } catch (const std::exception&) {
            thrown = std::current_exception();
        }
        if (thrown) failure = cause_of(thrown);
    }
    Message message = std::move(*place);
    held_.erase(place);
    --running_;
    if (!failure.empty()) {
        ++failed_;
        co_await give_back(std::move(message), std::move(failure));
    } else {
        ++done_;
        if (!given.ended) finished_.push_back(std::move(message));
        changed_.ring();
        co_await end_finished();
    }
    --coroutines_;
    changed_.ring();
}

base::Task<> Worker::give_back(Message message, std::string cause) {
    base::log(
        base::Level::warning, "work_failed",
        {{"queue", name_},
         {"kind", message.kind},
         {"message", message.id},
         {"tries", message.tries},
         {"cause", cause}}
    );
    try {
        (void)co_await queue_.later(std::move(message), std::move(cause));
    } catch (const std::exception& error) {
        // Its lease ends by itself.
        base::log(
            base::Level::warning, "queue_unreachable", {{"queue", name_}, {"cause", error.what()}}
        );
    }
}

// One of those that finished ends all of them that gathered; the others need not wait for it.
base::Task<> Worker::end_finished() {
    if (ending_) co_return;
    ending_ = true;
    while (!finished_.empty()) {
        auto messages = std::exchange(finished_, {});
        try {
            (void)co_await queue_.done(std::move(messages));
        } catch (const std::exception& error) {
            // They come again, and are worked on again.
            base::log(
                base::Level::warning, "queue_unreachable",
                {{"queue", name_}, {"cause", error.what()}}
            );
        }
    }
    ending_ = false;
}

base::Task<> Worker::keep_alive() {
    pulsing_ = true;
    std::int64_t next_ms = clock_.now_ms() + options_.lease_ms / pulses_a_lease;
    while (true) {
        const std::uint64_t heard = pulse_.heard();
        if (over_) break;
        co_await pulse_.wait(heard, next_ms);
        if (over_ || clock_.now_ms() < next_ms) continue;
        next_ms = clock_.now_ms() + options_.lease_ms / pulses_a_lease;
        if (held_.empty()) continue;
        try {
            std::vector<Message> held(held_.begin(), held_.end());
            (void)co_await queue_.extend(std::move(held), options_.lease_ms);
        } catch (const std::exception& error) {
            base::log(
                base::Level::warning, "queue_unreachable",
                {{"queue", name_}, {"cause", error.what()}}
            );
        }
    }
    pulsing_ = false;
    changed_.ring();
}

}  // namespace queue
