#include "platform/schedule/schedule.h"

#include <algorithm>
#include <utility>

#include "platform/base/error.h"
#include "platform/base/log.h"
#include "platform/base/random.h"
#include "platform/journal/journal.h"

namespace schedule {
namespace {

constexpr std::int64_t look_ms_max = 60'000;  // another process may have failed at it

std::int64_t time_on(const Daily& when, std::string_view date) {
    return base::instant_of(date, when.hour * 60 + when.minute, when.time_zone);
}

table::Key key_of(const std::string& name) { return {"schedule#" + name, "-"}; }

// An "every" job runs at the multiples of its seconds, so that all processes mean the same times.
std::int64_t last_multiple(std::int64_t every_ms, std::int64_t now_ms) {
    return now_ms - now_ms % every_ms;
}

struct Running {
    std::atomic<bool>& flag;
    ~Running() { flag = false; }
};

}  // namespace

std::int64_t last_time(const Daily& when, std::int64_t now_ms) {
    std::string date = base::date_of(now_ms, when.time_zone);
    // Two steps at most: the clocks may have changed at midnight.
    for (int back = 0; back < 2; ++back) {
        if (const std::int64_t time = time_on(when, date); time <= now_ms) return time;
        date = base::add_days(date, -1);
    }
    return time_on(when, date);
}

std::int64_t next_time(const Daily& when, std::int64_t now_ms) {
    std::string date = base::date_of(now_ms, when.time_zone);
    for (int on = 0; on < 2; ++on) {
        if (const std::int64_t time = time_on(when, date); time > now_ms) return time;
        date = base::add_days(date, 1);
    }
    return time_on(when, date);
}

void Schedule::every(std::string name, std::int64_t seconds, Work work) {
    if (seconds < 1) throw base::Error::invalid(name, "A job runs every second at most.");
    Job job;
    job.name = std::move(name);
    job.every_ms = seconds * 1000;
    job.work = std::move(work);
    jobs_.push_back(std::move(job));
}

void Schedule::daily(std::string name, Daily when, Work work) {
    if (when.hour < 0 || when.hour > 23 || when.minute < 0 || when.minute > 59)
        throw base::Error::invalid(name, "Use a time of day from 00:00 to 23:59.");
    if (!base::is_time_zone(when.time_zone))
        throw base::Error::invalid(name, "Use a time zone such as Europe/Berlin.");
    Job job;
    job.name = std::move(name);
    job.daily = std::move(when);
    job.work = std::move(work);
    jobs_.push_back(std::move(job));
}

base::Task<std::size_t> Schedule::tick() {
    if (running_.exchange(true)) co_return 0;
    const Running running{running_};
    std::size_t ended = 0;
    for (Job& job : jobs_) {
        if (clock_.now_ms() < job.look_ms) continue;
        std::string cause;
        bool well = false;
        try {
            well = co_await run_if_due(&job);
        } catch (const base::Error& error) {
            cause = error.detail.empty() ? error.shown : error.detail;
        } catch (const std::exception& error) {
            cause = error.what();
        }
        if (well) ++ended;
        if (cause.empty()) continue;
        job.look_ms = clock_.now_ms() + again_ms;
        base::log(
            base::Level::error, "scheduled_job_failed", {{"job", job.name}, {"cause", cause}}
        );
    }
    co_return ended;
}

base::Task<bool> Schedule::run_if_due(Job* job) {
    const std::int64_t now = clock_.now_ms();
    const bool daily = job->every_ms == 0;
    const std::int64_t due = daily ? last_time(job->daily, now) : last_multiple(job->every_ms, now);
    const std::int64_t next = daily ? next_time(job->daily, now) : due + job->every_ms;
    const auto record = co_await store_.get(&journal::system_table(), key_of(job->name));
    json::Object row = record ? record->item() : json::Object();
    if (!record && daily) {
        // Its first time is still to come.
        row = {{"pk", key_of(job->name).partition}, {"sk", "-"}, {"last", due}, {"lease", ""}};
        table::Write write;
        write.operations.emplace_back(
            table::Put{&journal::system_table(), std::move(row), {table::Condition::absent()}}
        );
        (void)co_await store_.write(std::move(write));
        co_return false;
    }
    const std::int64_t until = row.integer("until");
    if (row.integer("last") >= due) {
        job->look_ms = std::min(next, now + look_ms_max);
        co_return false;
    }
    if (!row.text("lease").empty() && until > now) {
        job->look_ms = std::min(until, now + look_ms_max);
        co_return false;
    }
    co_return co_await take(job, std::move(row), due);
}

base::Task<bool> Schedule::take(Job* job, json::Object row, std::int64_t due_ms) {
    const std::string lease = base::random_token(9);
    const std::int64_t last = row.integer("last");
    table::Condition unchanged = row.empty() ? table::Condition::absent()
                                             : table::Condition::equals("lease", row.text("lease"));
    json::Object taken{
        {"pk", key_of(job->name).partition},
        {"sk", "-"},
        {"last", last},
        {"lease", lease},
        {"until", clock_.now_ms() + lease_ms}
    };
    table::Write write;
    write.operations.emplace_back(
        table::Put{&journal::system_table(), std::move(taken), {std::move(unchanged)}}
    );
    const auto written = co_await store_.write(std::move(write));
    if (!written) co_return false;  // another process was quicker
    std::exception_ptr thrown;
    try {
        co_await job->work();
    } catch (const std::exception&) {
        thrown = std::current_exception();
    }
    co_await end(job, thrown ? last : due_ms, lease);
    if (thrown) std::rethrow_exception(thrown);
    co_return true;
}

// After this the row says what is done, and is free for the next run.
base::Task<> Schedule::end(Job* job, std::int64_t last_ms, std::string lease) {
    json::Object row{
        {"pk", key_of(job->name).partition}, {"sk", "-"}, {"last", last_ms}, {"lease", ""}
    };
    table::Write write;
    write.operations.emplace_back(table::Put{
        &journal::system_table(),
        std::move(row),
        {table::Condition::equals("lease", std::move(lease))}
    });
    (void)co_await store_.write(std::move(write));
}

}  // namespace schedule
