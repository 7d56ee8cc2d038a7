// What queue.h promises, of every adapter.
#include "platform/queue/queue_conformance.h"

#include <set>
#include <string>
#include <thread>
#include <vector>

#include "platform/base/error.h"

namespace queue::conformance {
namespace {

using Texts = std::vector<std::string>;

TEST_P(Conformance, AMessageIsThereOnceItsTransactionIsCommitted) {
    auto change = transaction();
    queue().add(change, {.queue = "mail", .kind = "note", .payload = {{"text", "one"}}});
    EXPECT_TRUE(receive().empty());
    ASSERT_TRUE(commit(std::move(change)));
    const auto messages = receive();
    ASSERT_EQ(messages.size(), 1U);
    EXPECT_EQ(messages[0].kind, "note");
    EXPECT_EQ(messages[0].queue, "mail");
    EXPECT_EQ(messages[0].payload.text("text"), "one");
    EXPECT_EQ(messages[0].tries, 1);
    EXPECT_EQ(messages[0].added_ms, clock().now_ms());
}

TEST_P(Conformance, ARefusedTransactionLeavesNoMessage) {
    auto change = transaction();
    queue().add(change, {.queue = "mail", .kind = "note", .payload = {}});
    change.also(
        table::Check{&journal::system_table(), {"nowhere", "-"}, {table::Condition::present()}}
    );
    EXPECT_FALSE(commit(std::move(change)));
    EXPECT_TRUE(receive().empty());
    EXPECT_EQ(numbers().waiting, 0);
}

TEST_P(Conformance, MessagesComeInTheOrderTheyWereAdded) {
    Texts all;
    for (int i = 0; i < 30; ++i) {
        all.push_back("number " + std::to_string(i));
        add(all.back());
        clock().ms += 1;
    }
    EXPECT_EQ(texts(receive(30)), all);
}

TEST_P(Conformance, OneQueueDoesNotSeeAnother) {
    add("one");
    EXPECT_TRUE(receive(10, "reports").empty());
    EXPECT_EQ(receive(10, "mail").size(), 1U);
}

TEST_P(Conformance, AMessageThatIsOutIsNotHandedOutAgainUntilItsLeaseEnds) {
    add("one");
    EXPECT_EQ(receive().size(), 1U);
    EXPECT_TRUE(receive().empty());
    clock().ms += 29'999;
    EXPECT_TRUE(receive().empty());
    clock().ms += 1;
    const auto again = receive();
    ASSERT_EQ(again.size(), 1U);
    EXPECT_EQ(again[0].tries, 2);
}

TEST_P(Conformance, WhatIsDoneIsGone) {
    for (const char* text : {"one", "two", "three"}) add(text);
    EXPECT_EQ(numbers().waiting, 3);
    EXPECT_EQ(done(receive()), 3U);
    clock().ms += 3'600'000;
    EXPECT_TRUE(receive().empty());
    EXPECT_EQ(numbers().waiting, 0);
}

TEST_P(Conformance, WhoLostTheLeaseCanNotEndGiveBackOrHoldTheMessage) {
    add("one");
    add("two");
    auto late = receive();
    ASSERT_EQ(late.size(), 2U);
    clock().ms += 30'000;
    const auto now = receive(1);
    ASSERT_EQ(now.size(), 1U);
    const auto& same = late[late[0].id == now[0].id ? 0 : 1];
    EXPECT_FALSE(later(same, "too late"));
    EXPECT_EQ(testing::run(queue().extend({same}, 30'000)), 0U);
    // The other's lease ran out too, but nobody has taken it since.
    EXPECT_EQ(done(late), 1U);
    EXPECT_EQ(done(now), 1U);
    EXPECT_EQ(numbers().waiting, 0);
}

TEST_P(Conformance, AnExtendedLeaseHolds) {
    add("one");
    const auto held = receive();
    clock().ms += 20'000;
    EXPECT_EQ(testing::run(queue().extend(held, 30'000)), 1U);
    clock().ms += 20'000;
    EXPECT_TRUE(receive().empty());
    EXPECT_EQ(done(held), 1U);
}

TEST_P(Conformance, DoneInEndsTheMessageWithTheWorkersOwnTransaction) {
    add("one");
    auto messages = receive();
    ASSERT_EQ(messages.size(), 1U);
    auto change = transaction();
    queue().done_in(change, messages.data());
    EXPECT_TRUE(messages[0].ended);
    EXPECT_EQ(numbers().waiting, 1);
    ASSERT_TRUE(commit(std::move(change)));
    EXPECT_EQ(numbers().waiting, 0);
    clock().ms += 3'600'000;
    EXPECT_TRUE(receive().empty());
}

TEST_P(Conformance, DoneInIsRefusedWhenTheLeaseWasLost) {
    add("one");
    auto late = receive();
    clock().ms += 30'000;
    const auto now = receive();
    ASSERT_EQ(now.size(), 1U);
    auto change = transaction();
    queue().done_in(change, late.data());
    const auto refused = commit(std::move(change));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, journal::Conflict::Kind::check);
    EXPECT_EQ(numbers().waiting, 1);
    EXPECT_EQ(done(now), 1U);
}

TEST_P(Conformance, ADelayedMessageComesWhenItIsDue) {
    add("later", 60'000);
    add("now");
    EXPECT_EQ(texts(receive()), Texts{"now"});
    clock().ms += 59'999;
    EXPECT_EQ(texts(receive()), Texts{"now"});  // whose lease ran out
    clock().ms += 1;
    EXPECT_EQ(texts(receive()), Texts{"later"});
}

TEST_P(Conformance, AMessageGivenBackComesAgainLaterEachTime) {
    add("one");
    for (int tries = 1; tries < tries_max; ++tries) {
        auto messages = receive();
        ASSERT_EQ(messages.size(), 1U);
        EXPECT_EQ(messages[0].tries, tries);
        EXPECT_EQ(messages[0].cause, tries == 1 ? "" : "the server is away");
        EXPECT_TRUE(later(messages[0], "the server is away"));
        EXPECT_TRUE(receive().empty());
        clock().ms += 1000 << (tries - 1);
    }
    EXPECT_EQ(receive().size(), 1U);
}

TEST_P(Conformance, AfterItsLastTryAMessageIsSetAsideWithItsCause) {
    add("one");
    for (int tries = 1; tries <= tries_max; ++tries) {
        auto messages = receive();
        ASSERT_EQ(messages.size(), 1U);
        EXPECT_TRUE(later(messages[0], "cause " + std::to_string(tries)));
        clock().ms += 60'000;
    }
    EXPECT_TRUE(receive().empty());
    ASSERT_EQ(dead().size(), 1U);
    EXPECT_EQ(dead()[0].cause, "cause 3");
    EXPECT_EQ(dead()[0].payload.text("text"), "one");
    EXPECT_EQ(numbers().waiting, 0);
    EXPECT_EQ(numbers().dead, 1);
}

TEST_P(Conformance, AMessageThatNobodyEverEndsIsSetAsideToo) {
    add("ends the process each time");
    for (int tries = 1; tries <= tries_max; ++tries) {
        EXPECT_EQ(receive().size(), 1U);
        clock().ms += 30'000;
    }
    EXPECT_TRUE(receive().empty());
    ASSERT_EQ(dead().size(), 1U);
    EXPECT_FALSE(dead()[0].cause.empty());
}

TEST_P(Conformance, DeadLettersAreReplayedOrRemoved) {
    for (const char* text : {"one", "two", "three", "four"}) {
        add(text);
        clock().ms += 1;
    }
    for (int tries = 1; tries <= tries_max; ++tries) {
        for (const auto& message : receive()) EXPECT_TRUE(later(message, "broken"));
        clock().ms += 60'000;
    }
    ASSERT_EQ(texts(dead()), (Texts{"four", "three", "two", "one"}));
    const auto letters = dead();
    EXPECT_TRUE(testing::run(queue().remove_dead("mail", letters[0].id)));
    EXPECT_FALSE(testing::run(queue().remove_dead("mail", letters[0].id)));
    EXPECT_TRUE(testing::run(queue().replay("mail", letters[1].id)));
    EXPECT_FALSE(testing::run(queue().replay("mail", letters[1].id)));
    const auto again = receive();
    ASSERT_EQ(texts(again), Texts{"three"});
    EXPECT_EQ(again[0].tries, 1);
    EXPECT_EQ(done(again), 1U);
    EXPECT_EQ(testing::run(queue().replay_all("mail")), 2U);
    EXPECT_EQ(receive().size(), 2U);
    EXPECT_EQ(numbers().dead, 0);
    EXPECT_EQ(numbers().waiting, 2);
}

TEST_P(Conformance, DeadLettersComeInPages) {
    for (int i = 0; i < 7; ++i) add(std::to_string(i));
    for (int tries = 1; tries <= tries_max; ++tries) {
        for (const auto& message : receive()) EXPECT_TRUE(later(message, "broken"));
        clock().ms += 60'000;
    }
    std::set<std::string> seen;
    std::string cursor;
    do {
        const auto page = testing::run(queue().dead_letters("mail", cursor, 3));
        EXPECT_LE(page.messages.size(), 3U);
        for (const auto& message : page.messages) seen.insert(message.id);
        cursor = page.cursor;
    } while (!cursor.empty());
    EXPECT_EQ(seen.size(), 7U);
}

TEST_P(Conformance, TheFirstMessagesAgeIsTold) {
    EXPECT_EQ(numbers().oldest_ms, 0);
    add("one");
    clock().ms += 5000;
    add("two");
    EXPECT_EQ(numbers().oldest_ms, 5000);
}

TEST_P(Conformance, WhoeverWaitsIsWokenByTheCommitOfAMessage) {
    std::vector<Message> got;
    std::jthread waiting([&] {
        got = testing::run(queue().receive({.queue = "mail", .wait_ms = 3'600'000}));
    });
    add("one");
    waiting.join();
    EXPECT_EQ(texts(got), Texts{"one"});
}

TEST_P(Conformance, AWaitEndsWhenItsTimeIsOverOrWhenItIsWoken) {
    for (const bool by_time : {true, false}) {
        std::atomic<bool> ended = false;
        std::jthread waiting([&] {
            const auto got = testing::run(queue().receive({.queue = "mail", .wait_ms = 20'000}));
            EXPECT_TRUE(got.empty());
            ended = true;
        });
        while (!ended) {
            if (by_time) {
                clock().ms += 1000;
                queue().tick();
            } else {
                queue().wake("mail");
            }
            std::this_thread::yield();
        }
    }
}

TEST_P(Conformance, ADelayedMessageEndsAWaitWhenItIsDue) {
    add("one", 5000);
    std::atomic<bool> ended = false;
    std::jthread waiting([&] {
        const auto got = testing::run(queue().receive({.queue = "mail", .wait_ms = 1'000'000'000}));
        EXPECT_EQ(texts(got), Texts{"one"});
        ended = true;
    });
    while (!ended) {
        clock().ms += 1000;
        queue().tick();
        std::this_thread::yield();
    }
}

TEST_P(Conformance, TwoWhoReceiveAtOnceShareTheMessages) {
    for (int i = 0; i < 60; ++i) add(std::to_string(i));
    std::vector<std::vector<Message>> got(2);
    {
        std::vector<std::jthread> threads;
        for (auto& mine : got)
            threads.emplace_back([&] {
                while (true) {
                    auto some = receive(7);
                    if (some.empty()) break;
                    std::ranges::move(some, std::back_inserter(mine));
                }
            });
    }
    std::set<std::string> ids;
    for (const auto& mine : got)
        for (const auto& message : mine) EXPECT_TRUE(ids.insert(message.id).second);
    EXPECT_EQ(ids.size(), 60U);
}

TEST_P(Conformance, ATooLargePayloadIsRefused) {
    auto change = transaction();
    const json::Object payload{{"text", std::string(payload_bytes_max, 'x')}};
    EXPECT_THROW(
        queue().add(change, {.queue = "mail", .kind = "note", .payload = payload}), base::Error
    );
}

TEST(QueueRetry, DelaysDoubleUpToTheMostAndAreSpread) {
    const Retry retry{.tries_max = 12, .first_ms = 1000, .most_ms = 60'000};
    std::set<std::int64_t> third;
    for (int i = 0; i < 50; ++i) {
        EXPECT_GE(delay_after(retry, 1), 500);
        EXPECT_LE(delay_after(retry, 1), 1000);
        third.insert(delay_after(retry, 3));
        EXPECT_LE(delay_after(retry, 12), 60'000);
        EXPECT_GE(delay_after(retry, 100), 30'000);
    }
    EXPECT_GT(third.size(), 10U);
    EXPECT_GE(*third.begin(), 2000);
    EXPECT_LE(*third.rbegin(), 4000);
}

INSTANTIATE_TEST_SUITE_P(
    Adapters, Conformance, testing::ValuesIn(adapters()),
    [](const auto& chosen) { return chosen.param.name; }
);

}  // namespace
}  // namespace queue::conformance
