#include "platform/schedule/schedule.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <vector>

#include "platform/base/error.h"
#include "platform/journal/journal.h"
#include "platform/table/sqlite_table.h"
#include "testing/faulty_table.h"
#include "testing/run.h"
#include "testing/temporary.h"

namespace schedule {
namespace {

class SetClock final : public base::Clock {
  public:
    [[nodiscard]] std::int64_t now_ms() const override { return ms; }
    std::atomic<std::int64_t> ms = 0;
};

class Scheduled : public testing::Test {
  protected:
    Scheduled() { at("2026-11-22T05:00:00Z"); }
    void at(const char* time) { clock_.ms = *base::parse_timestamp(time); }
    Schedule::Work note(const std::string& what) {
        return [this, what]() -> base::Task<> { return noted(this, what); };
    }
    static base::Task<> noted(Scheduled* self, std::string what) {
        self->runs_.push_back(std::move(what));
        if (self->fails_) throw base::Error::conflict("Not now.");
        co_return;
    }
    std::size_t tick(Schedule& schedule) { return testing::run(schedule.tick()); }

    SetClock clock_;
    testing::TemporaryDirectory directory_;
    table::SqliteStore sqlite_{
        directory_.path(),
        {&journal::system_table()},
        {.system = &journal::system_table(), .clock = &clock_, .full_sync = false}
    };
    testing::FaultyStore store_{sqlite_};
    std::vector<std::string> runs_;
    bool fails_ = false;
};

TEST_F(Scheduled, AnEveryJobRunsAtOnceAndThenOnceAPeriod) {
    Schedule schedule(store_, clock_);
    schedule.every("sweep", 3600, note("sweep"));
    EXPECT_EQ(tick(schedule), 1U);
    EXPECT_EQ(tick(schedule), 0U);
    at("2026-11-22T05:59:59Z");
    EXPECT_EQ(tick(schedule), 0U);
    at("2026-11-22T06:00:00Z");
    EXPECT_EQ(tick(schedule), 1U);
    EXPECT_EQ(tick(schedule), 0U);
}

TEST_F(Scheduled, ADailyJobWaitsForItsTimeThere) {
    Schedule schedule(store_, clock_);
    schedule.daily(
        "alerts", {.hour = 6, .minute = 30, .time_zone = "Europe/Berlin"}, note("alerts")
    );
    EXPECT_EQ(tick(schedule), 0U);
    at("2026-11-22T05:29:59Z");
    EXPECT_EQ(tick(schedule), 0U);
    at("2026-11-22T05:30:00Z");
    EXPECT_EQ(tick(schedule), 1U);
    at("2026-11-22T23:00:00Z");
    EXPECT_EQ(tick(schedule), 0U);
    at("2026-11-23T05:30:00Z");
    EXPECT_EQ(tick(schedule), 1U);
}

TEST_F(Scheduled, RunsThatWereMissedAreMadeUpOnce) {
    const Daily when{.hour = 6, .minute = 30};
    {
        Schedule schedule(store_, clock_);
        schedule.daily("alerts", when, note("alerts"));
        EXPECT_EQ(tick(schedule), 0U);
    }
    at("2026-11-25T12:00:00Z");
    Schedule schedule(store_, clock_);
    schedule.daily("alerts", when, note("alerts"));
    EXPECT_EQ(tick(schedule), 1U);
    EXPECT_EQ(tick(schedule), 0U);
    at("2026-11-26T06:30:00Z");
    EXPECT_EQ(tick(schedule), 1U);
}

TEST_F(Scheduled, OfTwoProcessesOneRunsIt) {
    Schedule one(store_, clock_);
    Schedule two(store_, clock_);
    one.every("sweep", 60, note("one"));
    two.every("sweep", 60, note("two"));
    EXPECT_EQ(tick(one) + tick(two), 1U);
    for (int minute = 0; minute < 5; ++minute) {
        clock_.ms += 60'000;
        std::vector<base::Task<>> both;
        const auto run = [](Schedule* schedule) -> base::Task<> {
            (void)co_await schedule->tick();
        };
        both.push_back(run(&one));
        both.push_back(run(&two));
        testing::run_together(std::move(both), 1);
    }
    EXPECT_EQ(runs_.size(), 6U);
}

TEST_F(Scheduled, AJobThatThrowsIsTriedAgainAndTheOthersRun) {
    Schedule schedule(store_, clock_);
    fails_ = true;
    schedule.every("first", 3600, note("first"));
    schedule.every("second", 3600, note("second"));
    EXPECT_EQ(tick(schedule), 0U);
    EXPECT_EQ(runs_.size(), 2U);
    EXPECT_EQ(tick(schedule), 0U);
    EXPECT_EQ(runs_.size(), 2U);
    fails_ = false;
    clock_.ms += Schedule::again_ms;
    EXPECT_EQ(tick(schedule), 2U);
}

// Whatever call to the store fails: the job is done in the end, and is not done for ever.
TEST_F(Scheduled, NoFailureOfTheStoreLosesARun) {
    for (const bool after : {false, true}) {
        bool failed = true;
        for (std::uint64_t n = 1; failed; ++n) {
            SCOPED_TRACE("call " + std::to_string(n) + (after ? ", answer lost" : ""));
            Schedule schedule(store_, clock_);
            schedule.every("sweep", 24 * 3600, note("sweep"));
            clock_.ms += 24 * 3'600'000;
            runs_.clear();
            if (after)
                store_.fail_after(n);
            else
                store_.fail_at(n);
            (void)tick(schedule);
            failed = store_.failed() > 0;
            store_.fail_at(0);
            for (int minute = 0; minute < 20; ++minute) {
                clock_.ms += 60'000;
                (void)tick(schedule);
            }
            EXPECT_GE(runs_.size(), 1U);
            EXPECT_LE(runs_.size(), 2U);
        }
    }
}

TEST_F(Scheduled, TimesThatThereAreNotAreRefused) {
    Schedule schedule(store_, clock_);
    EXPECT_THROW(schedule.every("a", 0, note("a")), base::Error);
    EXPECT_THROW(schedule.daily("a", {.hour = 24}, note("a")), base::Error);
    EXPECT_THROW(schedule.daily("a", {.minute = 60}, note("a")), base::Error);
    EXPECT_THROW(schedule.daily("a", {.time_zone = "Nowhere/Town"}, note("a")), base::Error);
}

TEST(DailyTime, IsFoundOnBothSidesAlsoWhereClocksChange) {
    const auto ms = [](const char* time) { return *base::parse_timestamp(time); };
    const Daily when{.hour = 2, .minute = 30, .time_zone = "Europe/Berlin"};
    EXPECT_EQ(last_time(when, ms("2026-03-29T12:00:00Z")), ms("2026-03-29T01:30:00Z"));
    EXPECT_EQ(last_time(when, ms("2026-10-25T12:00:00Z")), ms("2026-10-25T00:30:00Z"));
    EXPECT_EQ(next_time(when, ms("2026-10-25T00:30:00Z")), ms("2026-10-26T01:30:00Z"));
    const Daily midnight{.time_zone = "Pacific/Kiritimati"};
    EXPECT_EQ(last_time(midnight, ms("2026-11-22T09:59:59Z")), ms("2026-11-21T10:00:00Z"));
    EXPECT_EQ(next_time(midnight, ms("2026-11-22T09:59:59Z")), ms("2026-11-22T10:00:00Z"));
}

}  // namespace
}  // namespace schedule
