#include "platform/base/log.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <string>
#include <thread>

#include "platform/base/clock.h"
#include "platform/base/text.h"

namespace {

// What the log writes meanwhile, by a pipe.
class Captured {
  public:
    Captured() {
        EXPECT_EQ(::pipe(ends_.data()), 0);
        base::set_log_file(ends_[1]);
    }
    ~Captured() { end(); }
    Captured(const Captured&) = delete;
    Captured& operator=(const Captured&) = delete;

    void end() {
        if (ends_[1] < 0) return;
        base::set_log_file(STDERR_FILENO);
        ::close(ends_[1]);
        ends_[1] = -1;
    }
    [[nodiscard]] int reading_end() const { return ends_[0]; }
    std::string all() {
        end();
        std::string text;
        std::array<char, 65536> buffer{};
        for (ssize_t got = 0; (got = ::read(ends_[0], buffer.data(), buffer.size())) > 0;)
            text.append(buffer.data(), static_cast<std::size_t>(got));
        ::close(ends_[0]);
        return text;
    }

  private:
    std::array<int, 2> ends_{-1, -1};
};

std::vector<json::Object> lines_of(const std::string& text) {
    std::vector<json::Object> lines;
    for (const auto line : base::split(text, '\n'))
        if (!line.empty()) lines.push_back(json::parse_stored(line));
    return lines;
}

TEST(Log, LineIsOneJsonObjectWithItsTime) {
    Captured captured;
    base::log(base::Level::info, "listening", {{"port", 5000}, {"address", "127.0.0.1"}});
    const auto lines = lines_of(captured.all());
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_EQ(lines[0].text("level"), "info");
    EXPECT_EQ(lines[0].text("event"), "listening");
    EXPECT_EQ(lines[0].integer("port"), 5000);
    EXPECT_TRUE(base::parse_timestamp(lines[0].text("time")));
}

TEST(Log, NothingBreaksTheLine) {
    Captured captured;
    const std::string hostile = "a\"b\\c\nd\re\tf\x01g\xff\xc0\xaf\xe2\x82";
    base::log(base::Level::error, hostile, {{"path", hostile}});
    base::log_raw("{\"path\":\"\xff\"}");
    const auto lines = lines_of(captured.all());
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_TRUE(lines[0].text("path").starts_with("a\"b\\c\nd\re\tf\x01g\uFFFD"));
    EXPECT_EQ(lines[1].text("path"), "\uFFFD");
}

TEST(Log, LinesBelowTheLevelAreNotWritten) {
    Captured captured;
    base::log(base::Level::debug, "unseen");
    base::set_log_level(base::Level::warning);
    base::log(base::Level::info, "unseen");
    base::log(base::Level::warning, "seen");
    base::set_log_level(base::Level::info);
    const auto lines = lines_of(captured.all());
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_EQ(lines[0].text("event"), "seen");
}

TEST(Log, WriterThatCantKeepUpLosesInfoWithACountButNoWarning) {
    Captured captured;
    const std::string long_text(1000, 'x');
    // Nobody reads the pipe yet: 64 KiB of it and 1 MiB of buffer is all there is.
    constexpr int made = 5000;
    for (int i = 0; i < made; ++i) base::log(base::Level::info, "line", {{"text", long_text}});
    base::log(base::Level::warning, "important");
    std::string text;
    std::jthread reader([&] {
        text = [&] {
            std::string read;
            std::array<char, 65536> buffer{};
            for (ssize_t got = 0;
                 (got = ::read(captured.reading_end(), buffer.data(), buffer.size())) > 0;)
                read.append(buffer.data(), static_cast<std::size_t>(got));
            return read;
        }();
    });
    base::flush_log();
    captured.end();
    reader.join();
    std::int64_t kept = 0;
    std::int64_t dropped = 0;
    int important = 0;
    for (const auto& line : lines_of(text)) {
        if (line.text("event") == "line") ++kept;
        if (line.text("event") == "important") ++important;
        if (line.text("event") == "log_lines_dropped") dropped += line.integer("count");
    }
    EXPECT_EQ(important, 1);
    EXPECT_GT(dropped, 0);
    EXPECT_EQ(kept + dropped, made);
}

TEST(Log, LinesOfManyThreadsStayWhole) {
    Captured captured;
    std::string text;
    std::jthread reader([&] {
        std::array<char, 65536> buffer{};
        for (ssize_t got = 0;
             (got = ::read(captured.reading_end(), buffer.data(), buffer.size())) > 0;)
            text.append(buffer.data(), static_cast<std::size_t>(got));
    });
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([i] {
            for (int k = 0; k < 500; ++k)
                base::log(base::Level::warning, "line", {{"thread", i}, {"number", k}});
        });
    threads.clear();
    captured.end();
    reader.join();
    EXPECT_EQ(lines_of(text).size(), 2000U);
}

}  // namespace
