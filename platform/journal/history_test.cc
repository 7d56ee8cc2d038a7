#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "platform/base/clock.h"
#include "platform/base/run.h"
#include "platform/journal/entry.h"
#include "platform/journal/journal.h"
#include "platform/table/sqlite_table.h"
#include "testing/temporary.h"

namespace {

using journal::Journal;
using journal::Transaction;

constexpr std::int64_t day_ms = std::int64_t{24} * 60 * 60 * 1000;

class SetClock final : public base::Clock {
  public:
    [[nodiscard]] std::int64_t now_ms() const override { return now; }
    std::int64_t now = 1'793'000'000'000;  // 26 October 2026
};

const table::Schema things{
    .name = "things",
    .key = "thing_id",
    .derive = [](json::Object& item
              ) { item.set("length", static_cast<int>(item.text("name").size())); },
};

class History : public testing::Test {
  public:
    [[nodiscard]] Transaction making(const std::string& name) {
        Transaction change({"u", "Ann"}, "thing_added", "thing:" + name);
        change.create(&things, {{"thing_id", name}, {"name", name}});
        return change;
    }
    void commit(Transaction change) { ASSERT_TRUE(base::run(journal_.commit(std::move(change)))); }
    void make(const std::string& name) { commit(making(name)); }
    static std::string names(const Journal::Entries& page) {
        std::string all;
        for (const auto& entry : page.entries) all += entry.changes.at(0).key + " ";
        return all;
    }
    // Everything after the cursor, which moves on.
    std::string follow(std::string& cursor, std::size_t limit = 100) {
        auto page = base::run(journal_.after(cursor, limit));
        EXPECT_FALSE(page.cursor.empty());
        cursor = std::move(page.cursor);
        return names(page);
    }

    testing::TemporaryDirectory directory_;
    SetClock clock_;
    table::SqliteStore store_{
        directory_.path(),
        {&things, &journal::system_table()},
        {.system = &journal::system_table(), .clock = &clock_}
    };
    Journal journal_{store_, clock_, {&things}};
};

TEST_F(History, WhatIsWrittenOutOfTheOrderOfIdsIsReadInItByWhoeverGoesOn) {
    make("first");
    std::string cursor;
    EXPECT_EQ(follow(cursor), "first ") << "without an id: the newest";
    auto slow = making("slow");
    const std::string id = slow.known_as(journal_);
    make("quick");
    EXPECT_EQ(follow(cursor), "") << "an earlier one may still come";
    EXPECT_EQ(names(base::run(journal_.latest({}, 10))), "quick first ") << "the log shows it";
    commit(std::move(slow));
    EXPECT_EQ(follow(cursor, 1), "slow ");
    EXPECT_EQ(cursor, id);
    EXPECT_EQ(follow(cursor), "quick ");
    EXPECT_EQ(follow(cursor), "");
}

TEST_F(History, ATransactionThatIsNeverWrittenHoldsNobodyUp) {
    make("first");
    std::string cursor;
    {
        auto never = making("never");
        static_cast<void>(never.known_as(journal_));
        EXPECT_EQ(follow(cursor), "first ");
        make("quick");
        EXPECT_EQ(follow(cursor), "");
    }
    EXPECT_EQ(follow(cursor), "quick ");
    auto refused = making("first");
    EXPECT_FALSE(base::run(journal_.commit(std::move(refused))));
    make("last");
    EXPECT_EQ(follow(cursor), "last ");
}

TEST_F(History, OneWhoStartsWhileTheFirstIsBeingWrittenMissesNothing) {
    auto slow = making("slow");
    static_cast<void>(slow.known_as(journal_));
    make("quick");
    std::string cursor;
    EXPECT_EQ(follow(cursor), "");
    commit(std::move(slow));
    EXPECT_EQ(follow(cursor), "slow quick ");
}

TEST_F(History, ManyWritersAtOnceAreReadWholeWhileTheyWrite) {
    make("first");
    std::string cursor;
    std::string seen = follow(cursor);
    std::vector<base::Task<>> tasks;
    constexpr int writers = 40;
    for (int i = 0; i < writers; ++i) {
        tasks.push_back([](History* test, int number) -> base::Task<> {
            auto change = test->making(std::to_string(number));
            (void)co_await test->journal_.commit(std::move(change));
        }(this, i));
        if (i % 4 == 0)
            tasks.push_back([](History* test, std::string* at, std::string* all) -> base::Task<> {
                auto page = co_await test->journal_.after(*at, 3);
                *at = std::move(page.cursor);
                all->append(names(page));
            }(this, &cursor, &seen));
    }
    base::run_together(std::move(tasks), 1);
    for (std::string more = follow(cursor); !more.empty(); more = follow(cursor)) seen += more;
    std::string all;
    std::string at;
    for (const auto& entry : base::run(journal_.latest({}, 100)).entries)
        all = entry.changes.at(0).key + " " + all;
    EXPECT_EQ(seen, all);
}

TEST_F(History, TheLogIsReadAcrossAGapOfAnyLength) {
    make("old");
    clock_.now += 5000 * day_ms;
    make("new");
    std::string all;
    std::string cursor;
    do {
        const auto page = base::run(journal_.latest(cursor, 1));
        all += names(page);
        cursor = page.cursor;
    } while (!cursor.empty());
    EXPECT_EQ(all, "new old ");
    const auto known = base::run(journal_.latest({}, 2)).entries.at(1).id;
    EXPECT_EQ(names(base::run(journal_.after(known, 10))), "new ") << "a month's limit is none";
}

TEST_F(History, ADirectoryThatHasNoDaysWrittenDownGetsThem) {
    clock_.now += 20'000 * day_ms;  // ids of one process only grow, whatever the tests before did
    make("old");
    clock_.now += 300 * day_ms;
    make("new");
    for (const auto& entry : base::run(journal_.latest({}, 2)).entries) {
        table::Delete gone{
            &journal::system_table(),
            {std::string(journal::days_partition), base::date_of(journal::time_of(entry.id))},
            {}
        };
        ASSERT_TRUE(store_.write_now({{std::move(gone)}, {}}));
    }
    ASSERT_TRUE(store_.write_now(
        {{table::Delete{
             &journal::system_table(), {std::string(journal::days_partition), "whole"}, {}
         }},
         {}}
    ));
    Journal later(store_, clock_, {&things});
    EXPECT_EQ(names(base::run(later.latest({}, 10))), "new old ");
}

TEST_F(History, WhatFollowsFromARecordIsSetByEachWrite) {
    make("name");
    auto before = store_.get_now(&things, {"name"})->item();
    EXPECT_EQ(before.integer("length"), 4);
    auto after = before;
    after.set("name", "longer");
    Transaction change({"u", "Ann"}, "thing_updated", "thing:name");
    change.replace(&things, std::move(before), std::move(after));
    commit(std::move(change));
    EXPECT_EQ(store_.get_now(&things, {"name"})->item().integer("length"), 6);
}

}  // namespace
