#include "platform/table/sqlite_table.h"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "platform/base/error.h"
#include "platform/table/restore.h"
#include "platform/table/sqlite_file.h"
#include "platform/table/sqlite_handle.h"
#include "testing/run.h"
#include "testing/temporary.h"

namespace {

using json::Object;
using table::Condition;
using table::Delete;
using table::Put;
using table::Query;
using table::SqliteOptions;
using table::SqliteStore;
using table::Write;
using table::sqlite::Connection;
using testing::run;

const table::Schema people{
    .name = "people", .key = "person_id", .indexes = {{"team-index", "team", "name"}}
};
const table::Schema newer_people{
    .name = "people",
    .key = "person_id",
    .indexes = {{"team-index", "team", "name"}, {"city-index", "city", ""}},
    .ttl = "gone_at",
};
const table::Schema kept{.name = "kept", .key = "pk", .sort_key = "sk", .ttl = "ttl"};
const table::Schema newest{.name = "newest", .key = "id", .indexes = {{"x-index", "x", ""}}};

class SqliteTable : public testing::Test {
  protected:
    [[nodiscard]] std::filesystem::path path() const { return directory_.path() / "data"; }
    [[nodiscard]] std::filesystem::path file() const { return path() / table::sqlite::file_name; }
    [[nodiscard]] std::unique_ptr<SqliteStore> open(SqliteOptions options = {}) const {
        options.system = &kept;
        return std::make_unique<SqliteStore>(
            path(), std::vector<table::SchemaRef>{&people, &kept}, options
        );
    }
    [[nodiscard]] std::unique_ptr<SqliteStore> open_newer() const {
        return std::make_unique<SqliteStore>(
            path(), std::vector<table::SchemaRef>{&newer_people, &kept, &newest},
            SqliteOptions{.system = &kept}
        );
    }
    void raw(const std::string& sql) const {
        Connection(file(), Connection::Access::read_write).execute(sql);
    }
    [[nodiscard]] std::string raw_value(const std::string& sql) const {
        return Connection(file(), Connection::Access::read_write).value(sql);
    }
    [[nodiscard]] std::vector<std::filesystem::path> backups() const {
        std::vector<std::filesystem::path> found;
        if (std::filesystem::exists(path() / "backups"))
            for (const auto& entry : std::filesystem::directory_iterator(path() / "backups"))
                found.push_back(entry.path());
        return found;
    }
    testing::TemporaryDirectory directory_;
};

Write put_person(
    const std::string& id, std::vector<Condition> conditions = {}, std::size_t filler = 0
) {
    Object item{{"person_id", id}, {"team", "red"}, {"name", "N" + id}, {"city", "Oslo"}};
    if (filler > 0) item.set("filler", std::string(filler, 'x'));
    return {{Put{&people, std::move(item), std::move(conditions)}}, {{"people", "all", 1}}};
}

std::string sentence(const std::function<void()>& action, base::Code code) {
    try {
        action();
    } catch (const base::Error& error) {
        EXPECT_EQ(error.code, code) << error.shown << " " << error.detail;
        return error.shown;
    }
    ADD_FAILURE() << "nothing was thrown";
    return {};
}

std::int64_t counted(SqliteStore& store) {
    const auto counters = run(store.counters("people"));
    return counters.empty() ? 0 : counters[0].value;
}

TEST_F(SqliteTable, WritesThatWaitTogetherShareACommitAndARefusedOneHarmsNone) {
    const auto store = open();
    std::vector<Write> writes;
    for (int i = 0; i < 500; ++i)
        writes.push_back(put_person(std::to_string(i % 490), {Condition::absent()}));
    const auto before = store->numbers();
    const auto outcomes = store->write_all_now(std::move(writes));
    const auto after = store->numbers();
    for (std::size_t i = 0; i < 500; ++i) EXPECT_EQ(outcomes[i].has_value(), i < 490) << i;
    EXPECT_EQ(after.writes - before.writes, 490U);
    EXPECT_EQ(after.refused - before.refused, 10U);
    EXPECT_LT(after.commits - before.commits, 50U);
    EXPECT_EQ(counted(*store), 490);
}

TEST_F(SqliteTable, AMemberThatTheEngineRefusesFailsAlone) {
    static_cast<void>(open()->write_now(put_person("first")));
    raw("CREATE TRIGGER bad BEFORE INSERT ON people WHEN new.pk='bad' "
        "BEGIN SELECT RAISE(ABORT,'no'); END");
    const auto store = open();
    std::vector<Write> writes;
    for (const char* id : {"a", "bad", "b", "c"}) writes.push_back(put_person(id));
    sentence([&] { static_cast<void>(store->write_all_now(writes)); }, base::Code::internal);
    for (const char* id : {"first", "a", "b", "c"})
        EXPECT_TRUE(store->get_now(&people, {id})) << id;
    EXPECT_FALSE(store->get_now(&people, {"bad"}));
    EXPECT_EQ(counted(*store), 4);
}

TEST_F(SqliteTable, WhatWasWrittenIsThereAfterAReopen) {
    static_cast<void>(open()->write_now(put_person("a")));
    const auto store = open();
    EXPECT_TRUE(store->get_now(&people, {"a"}));
    EXPECT_EQ(counted(*store), 1);
    EXPECT_TRUE(backups().empty()) << "nothing changed, so nothing is copied";
}

TEST_F(SqliteTable, ANewerDeclarationAddsColumnsAndIndexesAfterABackup) {
    {
        const auto store = open();
        std::vector<Write> writes;
        for (int i = 0; i < 5000; ++i) writes.push_back(put_person(std::to_string(i)));
        static_cast<void>(store->write_all_now(std::move(writes)));
    }
    {
        const auto store = open_newer();
        Query query{
            .table = &newer_people, .index = "city-index", .partitions = {"Oslo"}, .limit = 1000
        };
        std::size_t found = 0;
        do {
            const auto page = run(store->query(query));
            found += page.records.size();
            query.cursor = page.cursor;
        } while (!query.cursor.empty());
        EXPECT_EQ(found, 5000U);
    }
    ASSERT_EQ(backups().size(), 1U);
    EXPECT_TRUE(backups()[0].filename().string().starts_with("before-upgrade-1-"));
    Connection copy(backups()[0], Connection::Access::read_write);
    EXPECT_EQ(copy.value("SELECT count(*) FROM people"), "5000");
    EXPECT_EQ(
        copy.value("SELECT count(*) FROM pragma_table_info('people') WHERE name='city'"), "0"
    );
}

TEST_F(SqliteTable, WhatAnOlderProgramWroteInBetweenIsInTheNewIndexToo) {
    static_cast<void>(open_newer());
    static_cast<void>(open()->write_now(put_person("old")));
    const auto store = open_newer();
    Query query{.table = &newer_people, .index = "city-index", .partitions = {"Oslo"}};
    EXPECT_EQ(run(store->query(query)).records.size(), 1U);
}

TEST_F(SqliteTable, AnIndexThatIsDeclaredOtherwiseIsMadeAnewAndWhatItGoesByIsFilledIn) {
    table::Schema sorted = people;
    sorted.indexes = {{"team-index", "team", "sort_name"}, {"only-index", "city", ""}};
    sorted.derive = [](json::Object& item) {
        item.set("sort_name", item.text("name") == "Na" ? "2" : "1");
    };
    {
        const auto store = open();
        for (const char* id : {"b", "a"}) static_cast<void>(store->write_now(put_person(id)));
    }
    const auto read = [&](const char* index, const char* partition) {
        SqliteStore store(path(), {&sorted, &kept}, {.system = &kept});
        Query query{.table = &sorted, .index = index, .partitions = {partition}};
        std::string found;
        const auto page = run(store.query(std::move(query)));
        for (const auto& record : page.records)
            found.append(record.item().text("person_id")).append(record.item().text("sort_name"));
        return found;
    };
    EXPECT_EQ(read("team-index", "red"), "b1a2") << "by what the items did not have before";
    EXPECT_EQ(backups().size(), 1U);
    EXPECT_EQ(read("only-index", "Oslo"), "a2b1");
    sorted.indexes[1].partition = "team";
    EXPECT_EQ(read("only-index", "red"), "a2b1");
    EXPECT_EQ(backups().size(), 2U);
    EXPECT_EQ(read("only-index", "Oslo"), "");
    EXPECT_EQ(backups().size(), 2U) << "nothing is left to mend";
}

TEST_F(SqliteTable, AFileOfTheFirstFormatOpensToday) {
    std::filesystem::create_directories(path());
    std::filesystem::copy_file("platform/table/format-1.db", file());
    const auto store = open_newer();
    EXPECT_EQ(
        store->get_now(&newer_people, {"ann"})->text,
        R"({"person_id":"ann","team":"red","name":"Ann","city":"Oslo","marks":12.50})"
    );
    Query query{.table = &newer_people, .index = "city-index", .partitions = {"Oslo"}};
    EXPECT_EQ(run(store->query(query)).records.size(), 2U);
    EXPECT_EQ(counted(*store), 3);
    EXPECT_EQ(backups().size(), 1U);
}

TEST_F(SqliteTable, AFileOfANewerFormatIsRefusedWithASentence) {
    static_cast<void>(open());
    raw("UPDATE meta SET value='2' WHERE name='format'");
    const auto said = sentence([&] { static_cast<void>(open()); }, base::Code::internal);
    EXPECT_NE(said.find("newer version"), std::string::npos) << said;
    EXPECT_EQ(raw_value("SELECT value FROM meta WHERE name='format'"), "2");
}

TEST_F(SqliteTable, AFileThatIsNotOursIsRefusedAndLeftAlone) {
    std::filesystem::create_directories(path());
    raw("CREATE TABLE theirs(a)");
    const auto said = sentence([&] { static_cast<void>(open()); }, base::Code::internal);
    EXPECT_NE(said.find("no tables of this program"), std::string::npos) << said;
    std::filesystem::remove(file());
    std::ofstream(file()) << "this is a text and no database, long enough for a header of a file. "
                          << std::string(4096, 'x');
    sentence([&] { static_cast<void>(open()); }, base::Code::internal);
}

TEST_F(SqliteTable, ASecondServerIsRefusedAndAReaderIsNot) {
    const auto store = open();
    static_cast<void>(store->write_now(put_person("a")));
    const auto said = sentence([&] { static_cast<void>(open()); }, base::Code::unavailable);
    EXPECT_NE(said.find("Another process"), std::string::npos) << said;
    EXPECT_NE(said.find(std::to_string(getpid())), std::string::npos) << said;
    const auto reader = open({.read_only = true});
    EXPECT_TRUE(reader->get_now(&people, {"a"}));
    sentence(
        [&] { static_cast<void>(reader->write_now(put_person("b"))); }, base::Code::unavailable
    );
}

TEST_F(SqliteTable, AFullQueueRefusesInsteadOfGrowing) {
    const auto store = open({.writes_waiting_max = 0});
    sentence([&] { run(store->write(put_person("a"))); }, base::Code::unavailable);
    EXPECT_FALSE(store->get_now(&people, {"a"}));
}

TEST_F(SqliteTable, AFullDiskFailsTheWriteAndTheStoreGoesOnWhenThereIsRoom) {
    const auto store = open({.file_pages_max = 60});
    int there = 0;
    std::string said;
    for (int i = 0; i < 1000 && said.empty(); ++i) try {
            static_cast<void>(store->write_now(put_person(std::to_string(i), {}, 3000)));
            ++there;
        } catch (const base::Error& error) {
            EXPECT_EQ(error.code, base::Code::storage_full) << error.detail;
            said = error.shown;
        }
    EXPECT_NE(said.find("room"), std::string::npos) << said;
    ASSERT_GT(there, 5);
    EXPECT_FALSE(store->get_now(&people, {std::to_string(there)}));
    EXPECT_EQ(counted(*store), there) << "a failed write leaves no counter";
    for (int i = 0; i < there; ++i) EXPECT_TRUE(store->get_now(&people, {std::to_string(i)}));
    for (int i = 0; i < 3; ++i)
        EXPECT_TRUE(store->write_now({{Delete{&people, {std::to_string(i)}, {}}}, {}}));
    EXPECT_TRUE(store->write_now(put_person("again", {}, 3000)));
    EXPECT_TRUE(store->get_now(&people, {"again"}));
}

TEST_F(SqliteTable, HeldReadTransactionsDoNotKeepTheLogFromBeingReused) {
    constexpr int pages = 200;
    const auto store = open({.checkpoint_pages = pages, .full_sync = false});
    static_cast<void>(store->write_now(put_person("a")));
    // This thread holds a read transaction and never comes back to it, as one that sleeps would.
    EXPECT_TRUE(store->get_now(&people, {"a"}));
    std::atomic<bool> done = false;
    std::vector<std::jthread> readers;
    for (int i = 0; i < 2; ++i)
        readers.emplace_back([&] {
            while (!done) EXPECT_TRUE(store->get_now(&people, {"a"}));
        });
    std::uint64_t most = 0;
    for (int i = 0; i < 20'000; i += 100) {
        std::vector<Write> writes;
        for (int j = i; j < i + 100; ++j) writes.push_back(put_person(std::to_string(j), {}, 400));
        static_cast<void>(store->write_all_now(std::move(writes)));
        most = std::max(most, store->numbers().log_bytes);
    }
    done = true;
    readers.clear();
    EXPECT_GT(store->numbers().checkpoints, 5U);
    EXPECT_LT(most, std::uint64_t{pages} * 4 * 4096)
        << "the log grew beyond what a checkpoint leaves";
    EXPECT_EQ(counted(*store), 20'001);
}

TEST_F(SqliteTable, AnIdleThreadHoldsNoTransaction) {
    const auto store = open();
    static_cast<void>(store->write_now(put_person("a")));
    Connection other(file(), Connection::Access::read_write);
    other.execute(
        "PRAGMA busy_timeout=0; CREATE TABLE IF NOT EXISTS other(a); INSERT INTO other VALUES(1)"
    );
    EXPECT_TRUE(store->get_now(&people, {"a"}));
    other.execute("INSERT INTO other VALUES(2)");
    EXPECT_EQ(other.value("PRAGMA wal_checkpoint(RESTART)"), "1") << "held, as reads came lately";
    store->idle();
    EXPECT_EQ(other.value("PRAGMA wal_checkpoint(RESTART)"), "0");
}

TEST_F(SqliteTable, SweepingRemovesWhatExpired) {
    const auto store = open();
    std::vector<Write> writes;
    for (int i = 0; i < 1000; ++i)
        writes.push_back(
            {{Put{
                 &kept,
                 {{"pk", "a"},
                  {"sk", std::to_string(i)},
                  {"ttl", i < 900 ? 1'000'000 : 4'000'000'000}},
                 {}
             }},
             {}}
        );
    static_cast<void>(store->write_all_now(std::move(writes)));
    store->sweep_now();
    EXPECT_EQ(raw_value("SELECT count(*) FROM kept WHERE pk='a'"), "100");
}

TEST_F(SqliteTable, ACopyMadeWhileOthersWriteIsOfOneMomentAndCanBePutBack) {
    const auto copy = directory_.path() / "copy.db";
    std::int64_t at_least = 0;
    std::int64_t at_most = 0;
    {
        const auto store = open({.full_sync = false});
        std::atomic<int> made = 0;
        std::atomic<bool> stop = false;
        std::jthread writer([&] {
            while (!stop) {
                static_cast<void>(store->write_now(put_person(std::to_string(made), {}, 500)));
                ++made;
            }
        });
        while (made < 300) std::this_thread::yield();
        at_least = made;
        store->backup(copy);
        at_most = made + 1;
        stop = true;
    }
    sentence([&] { table::backup(path(), copy); }, base::Code::conflict);
    const std::string before = raw_value("SELECT count(*) FROM people");
    const auto kept_as = table::restore(path(), copy);
    ASSERT_TRUE(std::filesystem::exists(kept_as));
    EXPECT_EQ(
        Connection(kept_as, Connection::Access::read_write).value("SELECT count(*) FROM people"),
        before
    );
    const auto store = open();
    EXPECT_GE(counted(*store), at_least);
    EXPECT_LE(counted(*store), at_most);
    EXPECT_EQ(raw_value("SELECT count(*) FROM people"), std::to_string(counted(*store)))
        << "the copy's rows and counters are of the same moment";
    EXPECT_TRUE(store->write_now(put_person("after")));
}

TEST_F(SqliteTable, ABadCopyIsNotPutBack) {
    static_cast<void>(open()->write_now(put_person("mine")));
    const auto copy = directory_.path() / "copy.db";
    sentence([&] { table::restore(path(), copy); }, base::Code::not_found);
    std::ofstream(copy) << std::string(10'000, 'x');
    sentence([&] { table::restore(path(), copy); }, base::Code::invalid);
    std::filesystem::remove(copy);
    {
        Connection theirs(copy, Connection::Access::read_write);
        theirs.execute("CREATE TABLE theirs(a)");
    }
    sentence([&] { table::restore(path(), copy); }, base::Code::invalid);
    std::filesystem::remove(copy);
    {
        const auto store = open();
        std::vector<Write> writes;
        for (int i = 0; i < 500; ++i) writes.push_back(put_person(std::to_string(i), {}, 500));
        static_cast<void>(store->write_all_now(std::move(writes)));
        sentence([&] { table::restore(path(), copy); }, base::Code::not_found);
        store->backup(copy);
        sentence([&] { table::restore(path(), copy); }, base::Code::unavailable);
    }
    {
        std::fstream damage(copy, std::ios::in | std::ios::out | std::ios::binary);
        damage.seekp(20 * 4096);
        for (int i = 0; i < 4096 * 10; ++i) damage.put(static_cast<char>(i * 31));
    }
    sentence([&] { table::restore(path(), copy); }, base::Code::invalid);
    const auto store = open();
    EXPECT_TRUE(store->get_now(&people, {"mine"}));
    EXPECT_FALSE(std::filesystem::exists(path() / "restore.db"));
}

TEST_F(SqliteTable, ThreadsMayOutliveTheStoreAndStoresTheThread) {
    {
        const auto first = open();
        static_cast<void>(first->write_now(put_person("a")));
        EXPECT_TRUE(first->get_now(&people, {"a"}));
        std::jthread([&] { EXPECT_TRUE(first->get_now(&people, {"a"})); }).join();
    }
    for (int i = 0; i < 5; ++i) EXPECT_TRUE(open()->get_now(&people, {"a"}));
}

}  // namespace
