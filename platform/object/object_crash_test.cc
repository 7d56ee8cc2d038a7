// Kills a program that puts objects, at random moments: what it acknowledged is there, and whatever is
// there is whole.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <random>
#include <string>

#include "platform/base/digest.h"
#include "platform/base/random.h"
#include "platform/object/object_conformance.h"

namespace object::conformance {
namespace {

std::filesystem::path fixture() {
    return std::filesystem::read_symlink("/proc/self/exe").parent_path() / "object_crash_fixture";
}

// Starts the fixture and kills it after so many lines; gives the number of the last one.
int put_and_kill(const std::filesystem::path& directory, long after) {
    int ends[2];
    if (pipe(ends) != 0) return -1;
    const pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
        execl(fixture().c_str(), "object_crash_fixture", directory.c_str(), nullptr);
        _exit(127);
    }
    close(ends[1]);
    std::string text;
    char buffer[4096];
    for (ssize_t count = 0; (count = read(ends[0], buffer, sizeof buffer)) > 0;) {
        text.append(buffer, static_cast<std::size_t>(count));
        if (std::ranges::count(text, '\n') >= after) kill(child, SIGKILL);
    }
    close(ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status)) << "the fixture ended by itself: " << fixture();
    return static_cast<int>(std::ranges::count(text, '\n')) - 1;
}

TEST(ObjectCrash, WhatWasAcknowledgedIsThereAndEverythingIsWhole) {
    if (!std::filesystem::exists(fixture()))
        GTEST_SKIP() << "build object_crash_fixture beside this test";
    const unsigned seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 engine(seed);
    for (int round = 0; round < 6; ++round) {
        Opened opened;
        const auto directory = opened.directory.path() / "objects";
        const int last = put_and_kill(directory, 1 + static_cast<long>(engine() % 150));
        FileObjects objects(directory, "secret", opened.pool, opened.clock);
        // The one after the last may have been made or not.
        std::map<std::string, int> expected;  // by key: the number that put it, -1: removed
        const auto key_of = [](int n) {
            return std::to_string(n % 20) + "/" + std::to_string(n % 3);
        };
        for (int n = 0; n <= last; ++n) expected[key_of(n)] = n % 5 == 4 ? -1 : n;
        expected.erase(key_of(last + 1));
        for (const auto& [key, number] : expected) {
            const auto got = testing::run(objects.get(key, {}));
            ASSERT_EQ(got.has_value(), number >= 0) << key << " " << last;
            if (got) {
                EXPECT_EQ(got->bytes[0], 'a' + number % 26);
            }
        }
        for (const Head& head : testing::run(objects.list("", "", 1000)).heads) {
            const auto got = testing::run(objects.get(head.key, {}));
            ASSERT_TRUE(got);
            base::Sha256 digest;
            digest.add(got->bytes);
            EXPECT_EQ(base::hex(digest.end()), head.etag);
            EXPECT_EQ(got->bytes.size(), 30'000U);
        }
    }
}

}  // namespace
}  // namespace object::conformance
