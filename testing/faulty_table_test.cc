#include "testing/faulty_table.h"

#include <gtest/gtest.h>

#include "platform/table/sqlite_table.h"
#include "testing/run.h"
#include "testing/temporary.h"

namespace {

using table::Put;
using table::Write;
using testing::run;

const table::Schema things{.name = "things", .key = "id"};
const table::Schema kept{.name = "kept", .key = "pk", .sort_key = "sk"};

class Faulty : public testing::Test {
  protected:
    testing::TemporaryDirectory directory_;
    table::SqliteStore real_{directory_.path(), {&things, &kept}, {.system = &kept}};
    testing::FaultyStore store_{real_};

    static Write put(const std::string& id) { return {{Put{&things, {{"id", id}}, {}}}, {}}; }
};

// Five calls, one of each kind but scan and set_counters.
base::Task<> five_calls(table::Store* store) {
    Write write{{Put{&things, {{"id", "a"}}, {}}}, {}};
    const auto done = co_await store->write(std::move(write));
    if (!done) throw std::logic_error("refused");
    co_await store->get(&things, {"a"});
    std::vector<table::Key> keys = {{"a"}, {"b"}};
    co_await store->get_many(&things, std::move(keys));
    table::Query query{.table = &things, .partitions = {"a"}};
    co_await store->query(std::move(query));
    co_await store->counters("none");
}

TEST_F(Faulty, EachCallFailsInItsTurnAndThenNone) {
    for (std::uint64_t n = 1; n <= 5; ++n) {
        store_.fail_at(n);
        EXPECT_THROW(run(five_calls(&store_)), base::Error) << n;
        EXPECT_EQ(store_.calls(), n);
        EXPECT_EQ(store_.failed(), 1U);
    }
    store_.fail_at(6);
    EXPECT_NO_THROW(run(five_calls(&store_)));
    EXPECT_EQ(store_.calls(), 5U);
    EXPECT_EQ(store_.failed(), 0U);
}

TEST_F(Faulty, AFailedWriteDidNothingAndALostAnswerDidAll) {
    store_.fail_at(1);
    EXPECT_THROW(static_cast<void>(run(store_.write(put("a")))), base::Error);
    EXPECT_FALSE(real_.get_now(&things, {"a"}));
    store_.fail_after(1);
    EXPECT_THROW(static_cast<void>(run(store_.write(put("a")))), base::Error);
    EXPECT_TRUE(real_.get_now(&things, {"a"}));
}

TEST_F(Faulty, FailsAlwaysUntilTold) {
    store_.fail_always(base::Code::storage_full);
    for (int i = 0; i < 3; ++i) try {
            static_cast<void>(run(store_.write(put("a"))));
            ADD_FAILURE();
        } catch (const base::Error& error) {
            EXPECT_EQ(error.code, base::Code::storage_full);
        }
    store_.fail_at(0);
    EXPECT_TRUE(run(store_.write(put("a"))));
}

TEST_F(Faulty, SomethingMayHappenBeforeACall) {
    store_.before_each([&](std::string_view call) {
        if (call == "get") static_cast<void>(real_.write_now(put("late")));
    });
    EXPECT_TRUE(run(store_.get(&things, {"late"})));
}

}  // namespace
