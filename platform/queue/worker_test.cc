// Workers: what they do with what their functions do, and that no failure loses a message.
#include "platform/queue/worker.h"

#include <map>
#include <string>
#include <thread>

#include "platform/base/error.h"
#include "platform/base/run.h"
#include "platform/queue/queue_conformance.h"

namespace queue::conformance {
namespace {

class Work : public Conformance {
  protected:
    Worker worker(WorkerOptions options = {}) { return Worker(queue(), clock(), "mail", options); }
    // Counts what was worked on by its text.
    void count_in(Worker& worker) {
        worker.on("note", [this](Message* message) { return count(this, message); });
    }
    static base::Task<> count(Work* self, Message* message) {
        ++self->seen_[std::string(message->payload.text("text"))];
        message->payload = {};  // what a function takes out is its own
        if (self->fails_) throw base::Error::conflict("Not yet.");
        co_return;
    }

    std::map<std::string, int> seen_;
    bool fails_ = false;
};

TEST_P(Work, EveryMessageIsWorkedOnAndEnded) {
    for (int i = 0; i < 40; ++i) add(std::to_string(i));
    Worker mail = worker({.at_once = 7});
    count_in(mail);
    EXPECT_EQ(testing::run(mail.drain()), 40U);
    EXPECT_EQ(seen_.size(), 40U);
    EXPECT_EQ(numbers().waiting, 0);
    EXPECT_EQ(mail.numbers().done, 40U);
}

TEST_P(Work, WhatThrowsComesAgainWholeAndIsSetAsideInTheEnd) {
    add("one");
    fails_ = true;
    Worker mail = worker();
    count_in(mail);
    for (int tries = 1; tries <= tries_max; ++tries) {
        EXPECT_EQ(testing::run(mail.drain()), 0U);
        EXPECT_EQ(seen_["one"], tries);
        clock().ms += 60'000;
    }
    EXPECT_EQ(testing::run(mail.drain()), 0U);
    EXPECT_EQ(seen_["one"], tries_max);
    ASSERT_EQ(dead().size(), 1U);
    EXPECT_EQ(dead()[0].cause, "Not yet.");
    EXPECT_EQ(dead()[0].payload.text("text"), "one");
}

TEST_P(Work, AKindThatNobodyDoesWaitsForANewerVersion) {
    add("one");
    {
        Worker older = worker();
        EXPECT_EQ(testing::run(older.drain()), 0U);
    }
    clock().ms += 60'000;
    Worker newer = worker();
    count_in(newer);
    EXPECT_EQ(testing::run(newer.drain()), 1U);
}

base::Task<> end_in_own_transaction(Opened* opened, bool* refused, Message* message) {
    journal::Transaction change({}, "test", "test");
    change.silent();
    opened->queue->done_in(change, message);
    *refused = !co_await opened->journal.commit(std::move(change));
    if (*refused) throw base::Error::conflict("Somebody else has it.");
}

TEST_P(Work, AMessageEndedInTheFunctionsTransactionNeedsNoOtherWrite) {
    add("one");
    bool refused = true;
    Worker mail = worker();
    mail.on("note", [&](Message* message) {
        return end_in_own_transaction(&opened_, &refused, message);
    });
    EXPECT_EQ(testing::run(mail.drain()), 1U);
    EXPECT_FALSE(refused);
    EXPECT_EQ(numbers().waiting, 0);
}

base::Task<> add_more(Opened* opened, int* left, Message*) {
    if ((*left)-- <= 0) co_return;
    journal::Transaction change({}, "test", "test");
    change.silent();
    opened->queue->add(change, {.queue = "mail", .kind = "note", .payload = {{"text", "more"}}});
    (void)co_await opened->journal.commit(std::move(change));
}

TEST_P(Work, DrainingGoesOnWithWhatTheWorkAdds) {
    add("first");
    int left = 5;
    Worker mail = worker();
    mail.on("note", [&](Message* message) { return add_more(&opened_, &left, message); });
    EXPECT_EQ(testing::run(mail.drain()), 6U);
}

// A function that takes its time: it waits until told.
struct Slow {
    Bell bell;
    std::atomic<int> begun = 0;
    std::atomic<bool> go_on = false;
};
base::Task<> take_time(Slow* slow, Message*) {
    ++slow->begun;
    while (true) {
        const auto heard = slow->bell.heard();
        if (slow->go_on) break;
        co_await slow->bell.wait(heard, std::numeric_limits<std::int64_t>::max());
    }
}

TEST_P(Work, NoMoreThanSoManyRunAtOnceAndStoppingLetsThemEnd) {
    for (int i = 0; i < 10; ++i) add(std::to_string(i));
    Slow slow;
    Worker mail = worker({.at_once = 4});
    mail.on("note", [&](Message* message) { return take_time(&slow, message); });
    std::jthread running([&] { testing::run(mail.run()); });
    while (slow.begun < 4) std::this_thread::yield();
    EXPECT_EQ(mail.numbers().running, 4U);
    mail.stop();
    EXPECT_FALSE(mail.wait(std::chrono::milliseconds(1)));
    slow.go_on = true;
    slow.bell.ring();
    EXPECT_TRUE(mail.wait(std::chrono::seconds(60)));
    EXPECT_EQ(slow.begun, 4);
    EXPECT_EQ(numbers().waiting, 6);
}

TEST_P(Work, ALongFunctionKeepsItsLease) {
    add("one");
    Slow slow;
    Worker mail = worker({.lease_ms = 3000});
    mail.on("note", [&](Message* message) { return take_time(&slow, message); });
    std::jthread running([&] { testing::run(mail.run()); });
    while (slow.begun < 1) std::this_thread::yield();
    for (int second = 0; second < 20; ++second) {
        const auto before = opened_.store.numbers().writes;
        clock().ms += 1000;
        while (opened_.store.numbers().writes == before) {
            mail.tick();
            std::this_thread::yield();
        }
        EXPECT_TRUE(receive().empty()) << second;
    }
    slow.go_on = true;
    slow.bell.ring();
    mail.stop();
    EXPECT_TRUE(mail.wait(std::chrono::seconds(60)));
    EXPECT_EQ(numbers().waiting, 0);
    EXPECT_EQ(slow.begun, 1);
}

TEST_P(Work, AnIdleWorkerIsWokenByACommitAndStopsAtOnce) {
    Worker mail = worker({.wait_ms = 3'600'000});
    std::atomic<int> done = 0;
    mail.on("note", [&](Message*) -> base::Task<> {
        ++done;
        co_return;
    });
    std::jthread running([&] { testing::run(mail.run()); });
    for (int i = 1; i <= 5; ++i) {
        add("one");
        while (done < i) std::this_thread::yield();
    }
    // A stop may come between the worker's look at it and its wait.
    while (!mail.wait(std::chrono::milliseconds(1))) mail.stop();
}

TEST_P(Work, AStoreThatComesBackIsWorkedOnAgain) {
    Worker mail = worker();
    count_in(mail);
    opened_.faulty.fail_always();
    std::jthread running([&] { testing::run(mail.run()); });
    while (opened_.faulty.failed() < 3) {
        clock().ms += 1000;
        mail.tick();
        std::this_thread::yield();
    }
    opened_.faulty.fail_at(0);
    add("one");
    while (mail.numbers().done < 1) {
        clock().ms += 1000;
        mail.tick();
        queue().tick();
        std::this_thread::yield();
    }
    while (!mail.wait(std::chrono::milliseconds(1))) mail.stop();
}

// Whatever call to the store fails, before or after it took effect: all messages are worked on, none
// stays, and the kept numbers are right.
TEST_P(Work, NoFailureOfTheStoreLosesAMessage) {
    for (const bool after : {false, true}) {
        bool failed = true;
        for (std::uint64_t n = 1; failed; ++n) {
            SCOPED_TRACE("call " + std::to_string(n) + (after ? ", answer lost" : ""));
            seen_.clear();
            for (const char* text : {"one", "two", "three"}) add(text);
            Worker mail = worker();
            count_in(mail);
            if (after)
                opened_.faulty.fail_after(n);
            else
                opened_.faulty.fail_at(n);
            try {
                (void)testing::run(mail.drain());
            } catch (const base::Error&) {
            }
            failed = opened_.faulty.failed() > 0;
            opened_.faulty.fail_at(0);
            clock().ms += 60'000;
            (void)testing::run(mail.drain());
            EXPECT_EQ(seen_.size(), 3U);
            EXPECT_EQ(numbers().waiting, 0);
            EXPECT_EQ(numbers().dead, 0);
            clock().ms += 60'000;
            EXPECT_TRUE(receive().empty());
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Adapters, Work, testing::ValuesIn(adapters()), [](const auto& chosen) {
    return chosen.param.name;
});

}  // namespace
}  // namespace queue::conformance
