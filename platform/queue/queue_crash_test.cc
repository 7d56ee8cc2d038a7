// Kills a program that adds messages and works on them, at random moments: every message that was
// acknowledged is worked on, at last by whoever comes after.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <random>
#include <set>
#include <sstream>
#include <string>

#include "platform/queue/queue_conformance.h"
#include "platform/queue/worker.h"

namespace queue::conformance {
namespace {

std::filesystem::path fixture() {
    return std::filesystem::read_symlink("/proc/self/exe").parent_path() / "queue_crash_fixture";
}

struct Said {
    std::set<int> added, worked;
};

// Starts the fixture and kills it once it has said so many lines. Adds what it said.
void work_and_kill(
    const std::filesystem::path& directory, std::size_t after, int first, Said& said
) {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const std::string number = std::to_string(first);
    const pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
        execl(fixture().c_str(), "queue_crash_fixture", directory.c_str(), number.c_str(), nullptr);
        _exit(127);
    }
    close(ends[1]);
    std::string text;
    std::size_t lines = 0;
    char buffer[4096];
    for (ssize_t count = 0; (count = read(ends[0], buffer, sizeof buffer)) > 0;) {
        text.append(buffer, static_cast<std::size_t>(count));
        lines += static_cast<std::size_t>(std::count(buffer, buffer + count, '\n'));
        if (lines >= after) kill(child, SIGKILL);  // and read on what it had said by then
    }
    close(ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the fixture ended by itself: " << fixture();
    text.resize(text.rfind('\n') + 1);
    std::istringstream in(text);
    char what = 0;
    int one = 0;
    while (in >> what >> one) (what == 'a' ? said.added : said.worked).insert(one);
}

base::Task<> note_work(Said* said, Message* message) {
    said->worked.insert(static_cast<int>(message->payload.integer("number")));
    co_return;
}

TEST(QueueCrash, EveryAcknowledgedMessageIsWorkedOnThoughItsWorkersAreKilled) {
    if (!std::filesystem::exists(fixture()))
        GTEST_SKIP() << "build queue_crash_fixture beside this test";
    const unsigned seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 engine(seed);
    const testing::TemporaryDirectory data;
    Said said;
    constexpr int rounds = 6;
    for (int round = 0; round < rounds; ++round) {
        work_and_kill(data.path(), 1 + engine() % 600, round * 1'000'000, said);
        if (HasFatalFailure()) return;
    }
    SetClock clock;
    clock.ms = base::SystemClock().now_ms() + 3'600'000;  // all leases have ended
    table::SqliteStore store(
        data.path(), {&journal::system_table()},
        {.system = &journal::system_table(), .clock = &clock}
    );
    TableQueue queues(store, clock);
    Worker worker(queues, clock, "test");
    worker.on("count", [&](Message* message) { return note_work(&said, message); });
    (void)testing::run(worker.drain());
    for (const int number : said.added) EXPECT_TRUE(said.worked.contains(number)) << number;
    const Numbers numbers = testing::run(queues.numbers("test"));
    EXPECT_EQ(numbers.waiting, 0);
    EXPECT_EQ(numbers.dead, 0);
    EXPECT_GT(said.added.size(), static_cast<std::size_t>(rounds));
}

}  // namespace
}  // namespace queue::conformance
