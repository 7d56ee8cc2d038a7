#include "platform/queue/bell.h"

#include <utility>

namespace queue {
namespace {

void resume_one(table::Suspended suspended) {
    std::vector<table::Suspended> one;
    one.push_back(std::move(suspended));
    table::resume(std::move(one));
}

}  // namespace

std::uint64_t Bell::heard() const {
    const std::scoped_lock lock(mutex_);
    return rung_;
}

base::Task<> Bell::wait(std::uint64_t heard, std::int64_t until_ms) {
    return table::suspend([this, heard, until_ms](table::Suspended suspended) {
        add(heard, {.suspended = std::move(suspended), .until_ms = until_ms});
    });
}

void Bell::add(std::uint64_t heard, Waiter waiter) {
    {
        const std::scoped_lock lock(mutex_);
        if (heard == rung_) {
            waiting_.push_back(std::move(waiter));
            return;
        }
    }
    resume_one(std::move(waiter.suspended));
}

void Bell::ring() {
    std::vector<table::Suspended> woken;
    {
        const std::scoped_lock lock(mutex_);
        ++rung_;
        for (Waiter& waiter : waiting_) woken.push_back(std::move(waiter.suspended));
        waiting_.clear();
    }
    if (!woken.empty()) table::resume(std::move(woken));
}

void Bell::tick(std::int64_t now_ms) {
    std::vector<table::Suspended> woken;
    {
        const std::scoped_lock lock(mutex_);
        for (Waiter& waiter : waiting_)
            if (waiter.until_ms <= now_ms) woken.push_back(std::move(waiter.suspended));
        std::erase_if(waiting_, [](const Waiter& waiter) { return !waiter.suspended; });
    }
    if (!woken.empty()) table::resume(std::move(woken));
}

}  // namespace queue
