#include "platform/observe/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <sstream>
#include <thread>

#include "platform/base/error.h"

namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST(Metrics, AreWrittenWithHelpAndType) {
    observe::Registry registry;
    registry.counter("results_saved_total", "Results\nwritten.").add(3);
    registry.gauge("open_sockets", "Sockets.").set(2.5);
    EXPECT_THAT(
        registry.text(),
        StartsWith("# HELP open_sockets Sockets.\n# TYPE open_sockets gauge\nopen_sockets 2.5\n"
                   "# HELP results_saved_total Results\\nwritten.\n"
                   "# TYPE results_saved_total counter\nresults_saved_total 3\n")
    );
}

TEST(Metrics, TheSameNameAndLabelsAreTheSameNumber) {
    observe::Registry registry;
    registry.counter("jobs_total", "Jobs.", {{"kind", "a"}}).add();
    registry.counter("jobs_total", "Jobs.", {{"kind", "a"}}).add();
    registry.counter("jobs_total", "Jobs.", {{"kind", "quote \" and \\"}}).add();
    const std::string text = registry.text();
    EXPECT_THAT(text, HasSubstr("jobs_total{kind=\"a\"} 2\n"));
    EXPECT_THAT(text, HasSubstr("jobs_total{kind=\"quote \\\" and \\\\\"} 1\n"));
    EXPECT_EQ(text.find("# TYPE jobs_total"), text.rfind("# TYPE jobs_total"));
}

TEST(Metrics, AHistogramCountsUpToEachBound) {
    observe::Registry registry;
    observe::Histogram& seconds =
        registry.histogram("wait_seconds", "Waited.", {0.1, 1}, {{"of", "x"}});
    for (const double value : {0.05, 0.1, 0.5, 7.0}) seconds.observe(value);
    EXPECT_THAT(
        registry.text(), HasSubstr("wait_seconds_bucket{of=\"x\",le=\"0.1\"} 2\n"
                                   "wait_seconds_bucket{of=\"x\",le=\"1\"} 3\n"
                                   "wait_seconds_bucket{of=\"x\",le=\"+Inf\"} 4\n"
                                   "wait_seconds_sum{of=\"x\"} 7.65\n"
                                   "wait_seconds_count{of=\"x\"} 4\n")
    );
}

TEST(Metrics, WhatOthersCountIsReadWhenAsked) {
    observe::Registry registry;
    std::uint64_t count = 1;
    registry.counter_of("others_total", "Others.", [&] { return count; });
    registry.gauge_of("depth", "Depth.", [] { return 4.0; });
    registry.also([] { return std::string("# TYPE more gauge\nmore 1\n"); });
    count = 9;
    const std::string text = registry.text();
    EXPECT_THAT(text, HasSubstr("\nothers_total 9\n"));
    EXPECT_THAT(text, HasSubstr("\ndepth 4\n"));
    EXPECT_THAT(text, HasSubstr("\nmore 1\n"));
}

TEST(Metrics, MistakesAreRefusedAtRegistration) {
    observe::Registry registry;
    EXPECT_THROW(registry.counter("9lives", ""), base::Error);
    EXPECT_THROW(registry.counter("a-b", ""), base::Error);
    EXPECT_THROW(registry.counter("a", "", {{"le", "1"}}), base::Error);
    EXPECT_THROW(registry.histogram("h", "", {2, 1}), base::Error);
    registry.counter("a_total", "");
    EXPECT_THROW(registry.gauge("a_total", ""), base::Error);
}

TEST(Metrics, ThreadsLoseNoCount) {
    observe::Registry registry;
    observe::Counter& counter = registry.counter("n_total", "");
    observe::Histogram& histogram = registry.histogram("h", "");
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 12; ++i)
            threads.emplace_back([&] {
                for (int n = 0; n < 1000; ++n) {
                    counter.add();
                    histogram.observe(1);
                }
            });
    }
    EXPECT_EQ(counter.value(), 12'000U);
    EXPECT_EQ(histogram.count(), 12'000U);
    EXPECT_EQ(histogram.sum(), 12'000.0);
}

TEST(Process, SaysWhatItUses) {
    std::string out;
    observe::append_process(out);
    std::istringstream lines(out);
    std::set<std::string> seen;
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with('#')) continue;
        const std::size_t blank = line.find(' ');
        seen.insert(line.substr(0, blank));
        if (line.starts_with("process_cpu")) continue;  // may be 0 so early
        EXPECT_GT(std::stod(line.substr(blank)), 0) << line;
    }
    EXPECT_EQ(
        seen, (std::set<std::string>{
                  "process_cpu_seconds_total", "process_max_fds", "process_open_fds",
                  "process_resident_memory_bytes", "process_start_time_seconds", "process_threads",
                  "process_virtual_memory_bytes"
              })
    );
}

}  // namespace
