#include "testing/run.h"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include "testing/temporary.h"

namespace {

base::Task<std::string> word() { co_return "word"; }
base::Task<int> refuses() {
    throw std::runtime_error("refused");
    co_return 1;
}
base::Task<> counts(std::atomic<int>* counter) {
    ++*counter;
    co_return;
}

TEST(Run, GivesWhatTheCoroutineReturns) { EXPECT_EQ(testing::run(word()), "word"); }

TEST(Run, ThrowsWhatTheCoroutineThrows) {
    EXPECT_THROW(testing::run(refuses()), std::runtime_error);
}

TEST(Run, RunsManyOnSeveralThreads) {
    std::atomic<int> counter = 0;
    std::vector<base::Task<>> tasks;
    for (int i = 0; i < 100; ++i) tasks.push_back(counts(&counter));
    testing::run_together(std::move(tasks), 3);
    EXPECT_EQ(counter, 100);
}

TEST(TemporaryDirectory, IsGoneAfterwards) {
    std::filesystem::path there;
    {
        const testing::TemporaryDirectory directory;
        there = directory.path();
        std::ofstream(there / "file") << "x";
        EXPECT_TRUE(std::filesystem::exists(there / "file"));
    }
    EXPECT_FALSE(std::filesystem::exists(there));
}

}  // namespace
