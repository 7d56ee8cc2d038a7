// The adapters that the queues' tests cover, and what those tests share.
//
// A new adapter is one more line in adapters(); queue_conformance_test.cc and worker_test.cc then hold it
// to what queue.h promises.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "platform/base/clock.h"
#include "platform/journal/journal.h"
#include "platform/queue/queue.h"
#include "platform/queue/table_queue.h"
#include "platform/table/sqlite_table.h"
#include "testing/faulty_table.h"
#include "testing/run.h"
#include "testing/temporary.h"

namespace queue::conformance {

class SetClock final : public base::Clock {
  public:
    [[nodiscard]] std::int64_t now_ms() const override { return ms; }
    std::atomic<std::int64_t> ms = 1'800'000'000'000;
};

struct Opened {
    SetClock clock;
    testing::TemporaryDirectory directory;
    table::SqliteStore store{
        directory.path(),
        {&journal::system_table()},
        {.system = &journal::system_table(), .clock = &clock, .full_sync = false}
    };
    testing::FaultyStore faulty{store};
    journal::Journal journal{faulty, clock, {}};
    std::unique_ptr<Queue> queue;
};

struct Adapter {
    std::string name;
    std::function<std::unique_ptr<Queue>(Opened&)> open;
};
inline void PrintTo(const Adapter& adapter, std::ostream* out) { *out << adapter.name; }

inline constexpr int tries_max = 3;

inline std::vector<Adapter> adapters() {
    return {{"table", [](Opened& opened) {
                 return std::make_unique<TableQueue>(
                     opened.faulty, opened.clock,
                     TableQueueOptions{.retry = {.tries_max = tries_max}}
                 );
             }}};
}

class Conformance : public testing::TestWithParam<Adapter> {
  protected:
    static void SetUpTestSuite() {
        std::cout << "Adapters covered:";
        for (const Adapter& adapter : adapters()) std::cout << ' ' << adapter.name;
        std::cout << '\n';
    }
    void SetUp() override { opened_.queue = GetParam().open(opened_); }
    Queue& queue() { return *opened_.queue; }
    SetClock& clock() { return opened_.clock; }

    static journal::Transaction transaction() {
        journal::Transaction change({}, "test", "test");
        change.silent();
        return change;
    }
    auto commit(journal::Transaction change) {
        return testing::run(opened_.journal.commit(std::move(change)));
    }
    void add(const std::string& text, std::int64_t delay_ms = 0) {
        auto change = transaction();
        queue().add(
            change,
            {.queue = "mail", .kind = "note", .payload = {{"text", text}}, .delay_ms = delay_ms}
        );
        ASSERT_TRUE(commit(std::move(change)));
    }
    std::vector<Message> receive(std::size_t most = 10, const std::string& of = "mail") {
        return testing::run(queue().receive({.queue = of, .most = most, .lease_ms = 30'000}));
    }
    std::size_t done(std::vector<Message> messages) {
        return testing::run(queue().done(std::move(messages)));
    }
    bool later(Message message, const std::string& cause) {
        return testing::run(queue().later(std::move(message), cause));
    }
    Numbers numbers() { return testing::run(queue().numbers("mail")); }
    std::vector<Message> dead() {
        return testing::run(queue().dead_letters("mail", "", 100)).messages;
    }
    static std::vector<std::string> texts(const std::vector<Message>& messages) {
        std::vector<std::string> out;
        for (const auto& message : messages) out.emplace_back(message.payload.text("text"));
        return out;
    }

    Opened opened_;
};

}  // namespace queue::conformance
