// Kills a program that writes, at random moments, and looks at what is there afterwards.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <random>
#include <set>
#include <string>

#include "platform/table/sqlite_table.h"
#include "testing/run.h"
#include "testing/temporary.h"

namespace {

const table::Schema rows{
    .name = "rows", .key = "pk", .sort_key = "sk", .indexes = {{"part-index", "part", "sk"}}
};

std::filesystem::path fixture() {
    return std::filesystem::read_symlink("/proc/self/exe").parent_path() / "table_crash_fixture";
}

// Starts the fixture and kills it once it has acknowledged that many writes. Adds what it said.
void write_and_kill(
    const std::filesystem::path& directory, std::size_t after, std::set<int>& said
) {
    const std::string first = said.empty() ? "0" : std::to_string(*said.rbegin() + 1000);
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
        execl(fixture().c_str(), "table_crash_fixture", directory.c_str(), first.c_str(), nullptr);
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
    for (std::size_t start = 0; start < text.size();) {
        const std::size_t end = text.find('\n', start);
        if (end == std::string::npos) break;
        said.insert(std::stoi(text.substr(start, end - start)));
        start = end + 1;
    }
}

TEST(TableCrash, AcknowledgedWritesSurviveAKillAndNoWriteIsTorn) {
    ASSERT_TRUE(std::filesystem::exists(fixture())) << "build table_crash_fixture beside this test";
    const unsigned seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 engine(seed);
    const testing::TemporaryDirectory data;
    std::set<int> said;
    for (int round = 0; round < 8; ++round) {
        write_and_kill(data.path(), 1 + engine() % 400, said);
        if (HasFatalFailure()) return;

        table::SqliteStore store(data.path(), {&rows}, {.system = &rows});
        std::map<std::string, int> parts;
        std::string cursor;
        do {
            const auto page = testing::run(store.scan(&rows, cursor, 1000));
            for (const auto& record : page.records) {
                const auto item = record.item();
                if (item.contains("part")) ++parts[std::string(item.text("pk"))];
            }
            cursor = page.cursor;
        } while (!cursor.empty());
        for (const int number : said) EXPECT_TRUE(parts.contains(std::to_string(number))) << number;
        for (const auto& [number, count] : parts) EXPECT_EQ(count, 2) << number << " is torn";
        const auto counters = testing::run(store.counters("pairs"));
        ASSERT_EQ(counters.size(), 1U);
        EXPECT_EQ(counters[0].value, static_cast<std::int64_t>(parts.size())) << "round " << round;
    }
    EXPECT_GT(said.size(), 8U);
}

}  // namespace
