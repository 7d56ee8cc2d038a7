// Work at set times: every so many seconds, or daily at a local time. In the process; elsewhere an outside
// scheduler calls the same functions.
//
//   schedule::Schedule schedule(store, clock);
//   schedule.every("sweep_incoming", 3600, [&] { return sweep(); });
//   schedule.daily("alerts", {.hour = 6, .minute = 30, .time_zone = "Europe/Berlin"}, [&] { return look(); });
//   … about once a second: co_await schedule.tick();
// Of several processes one does a run: the one that takes the lease in the job's row of the system table,
// (schedule#<name>, -): last, the time of the run that ended last; lease; until. A run that was cut off is
// made again when its lease is over, one that throws after a minute, so the work must bear being done
// twice. Runs that were missed are made up once, by the last of them. A daily job whose row is not there
// yet waits for its first time; an "every" job begins at once.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "platform/base/clock.h"
#include "platform/base/task.h"
#include "platform/table/table.h"

namespace schedule {

struct Daily {
    int hour = 0;
    int minute = 0;
    std::string time_zone = "UTC";
};

class Schedule {
  public:
    using Work = std::function<base::Task<>()>;
    static constexpr std::int64_t lease_ms = 15 * 60'000;  // longer than any run
    static constexpr std::int64_t again_ms = 60'000;       // after a run that threw

    Schedule(table::Store& store, const base::Clock& clock) : store_(store), clock_(clock) {}
    // Before the first tick(). Throws base::Error invalid for a time or a zone that there is not.
    void every(std::string name, std::int64_t seconds, Work work);
    void daily(std::string name, Daily when, Work work);

    // Does what is due, one job after the other; returns how many runs ended well. A second call while one
    // runs returns 0.
    [[nodiscard]] base::Task<std::size_t> tick();

  private:
    struct Job {
        std::string name;
        std::int64_t every_ms = 0;  // 0: daily
        Daily daily;
        Work work;
        std::int64_t look_ms = 0;  // when its row is to be looked at again
    };
    [[nodiscard]] base::Task<bool> run_if_due(Job* job);
    [[nodiscard]] base::Task<bool> take(Job* job, json::Object row, std::int64_t due_ms);
    [[nodiscard]] base::Task<> end(Job* job, std::int64_t last_ms, std::string lease);

    table::Store& store_;
    const base::Clock& clock_;
    std::vector<Job> jobs_;
    std::atomic<bool> running_ = false;
};

// The last time at or before `now_ms` that the local clock showed it, and the first one after.
[[nodiscard]] std::int64_t last_time(const Daily& when, std::int64_t now_ms);
[[nodiscard]] std::int64_t next_time(const Daily& when, std::int64_t now_ms);

}  // namespace schedule
