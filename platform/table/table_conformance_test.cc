// What table.h promises, of every adapter.
#include "platform/table/table_conformance.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace {

using json::Object;
using table::Condition;
using table::Delete;
using table::Key;
using table::Page;
using table::Put;
using table::Query;
using table::Write;
using table::conformance::adapters;
using table::conformance::Conformance;
using table::conformance::pairs;
using table::conformance::people;
using testing::run;

Object person(const std::string& id, const std::string& team = "", const std::string& name = "") {
    Object item{{"person_id", id}};
    if (!team.empty()) item.set("team", team);
    if (!name.empty()) item.set("name", name);
    return item;
}

std::vector<std::string> ids(const Page& page, std::string_view attribute = "person_id") {
    std::vector<std::string> found;
    for (const auto& record : page.records) found.emplace_back(record.item().text(attribute));
    return found;
}
using Texts = std::vector<std::string>;

TEST_P(Conformance, GetsWhatWasPutAndNothingElse) {
    EXPECT_EQ(item(&people, {"a", ""}), std::nullopt);
    put(&people, person("a", "red", "Ann"));
    EXPECT_EQ(item(&people, {"a", ""}), person("a", "red", "Ann"));
    EXPECT_EQ(item(&people, {"A", ""}), std::nullopt);
    put(&people, person("a", "blue", "Ann"));
    EXPECT_EQ(item(&people, {"a", ""})->text("team"), "blue");
    ASSERT_TRUE(write({{Delete{&people, {"a", ""}, {}}}, {}}));
    EXPECT_EQ(item(&people, {"a", ""}), std::nullopt);
    ASSERT_TRUE(write({{Delete{&people, {"a", ""}, {}}}, {}}))
        << "deleting what is absent is no refusal";
}

TEST_P(Conformance, KeysWithASortPartAreTwoParts) {
    put(&pairs, {{"pk", "a"}, {"sk", "1"}, {"n", 1}});
    put(&pairs, {{"pk", "a"}, {"sk", "2"}, {"n", 2}});
    EXPECT_EQ(item(&pairs, {"a", "2"})->integer("n"), 2);
    EXPECT_EQ(item(&pairs, {"a", "3"}), std::nullopt);
    EXPECT_EQ(item(&pairs, {"a1", "1"}), std::nullopt);
}

TEST_P(Conformance, AStoredItemComesBackByteForByte) {
    const Object odd = {
        {"person_id", "odd"},
        {"unknown", Object{{"deep", json::Array{1, nullptr, true, Object{{"x", "y"}}}}}},
        {"marks", json::Number{"12.50"}},
        {"tiny", json::Number{"1e-30"}},
        {"long", json::Number{"123456789012345678901234567890.10"}},
        {"minus", json::Number{"-0.0"}},
        {"empty", ""},
        {"nul", std::string("a\0b", 3)},
        {"unicode", "Zoë 🎓 ß \u2028 ﷽"},
        {"quotes", "\"\\/\b\f\n\r\t<script>"},
        {"empty list", json::Array{}},
        {"empty object", Object{}},
        {"", "no name"},
    };
    put(&people, odd);
    const auto record = run(store().get(&people, {"odd", ""}));
    ASSERT_TRUE(record);
    EXPECT_EQ(record->text, json::write(odd));
    EXPECT_EQ(record->item(), odd);
}

TEST_P(Conformance, KeysMayHoldAnyText) {
    for (const std::string& key :
         {std::string("a\0b", 3), std::string("a"), std::string("a\0", 2), std::string("Zoë"),
          std::string("'; DROP TABLE people; --"), std::string("%_*"), std::string("#/?&\n")}) {
        put(&people, person(key, "odd"));
        EXPECT_EQ(item(&people, {key, ""})->text("person_id"), key);
    }
    Query query{.table = &people, .index = "team_only-index", .partitions = {"odd"}};
    EXPECT_EQ(run(store().query(query)).records.size(), 7U);
}

TEST_P(Conformance, LongTextsAreKept) {
    const std::string text(300 * 1024, 'x');
    put(&people, {{"person_id", "long"}, {"text", text}});
    EXPECT_EQ(item(&people, {"long", ""})->text("text"), text);
    EXPECT_EQ(
        code_of([&] {
            put(&people,
                {{"person_id", "over"}, {"text", std::string(table::stored_bytes_max, 'x')}});
        }),
        base::Code::too_large
    );
    EXPECT_EQ(item(&people, {"over", ""}), std::nullopt);
}

TEST_P(Conformance, EachKindOfConditionIsJudgedOnWhatIsThere) {
    put(&people, {{"person_id", "a"},
                  {"version", 3},
                  {"name", "Ann"},
                  {"on", true},
                  {"none", nullptr},
                  {"object", Object{{"x", 1}, {"y", 2}}},
                  {"list", json::Array{"p", "q"}}});
    const auto holds = [&](const std::string& id, Condition condition) {
        return write({{table::Check{&people, {id, ""}, {std::move(condition)}}}, {}}).has_value();
    };
    EXPECT_TRUE(holds("a", Condition::present()));
    EXPECT_FALSE(holds("b", Condition::present()));
    EXPECT_FALSE(holds("a", Condition::absent()));
    EXPECT_TRUE(holds("b", Condition::absent()));
    EXPECT_TRUE(holds("a", Condition::equals("version", 3)));
    EXPECT_FALSE(holds("a", Condition::equals("version", 4)));
    EXPECT_FALSE(holds("a", Condition::equals("version", "3")));
    EXPECT_FALSE(holds("a", Condition::equals("missing", 3)));
    EXPECT_FALSE(holds("b", Condition::equals("version", 3)));
    EXPECT_TRUE(holds("a", Condition::equals("name", "Ann")));
    EXPECT_FALSE(holds("a", Condition::equals("name", "ann")));
    EXPECT_TRUE(holds("a", Condition::equals("on", true)));
    EXPECT_TRUE(holds("a", Condition::equals("none", nullptr)));
    EXPECT_FALSE(holds("a", Condition::equals("missing", nullptr)));
    EXPECT_TRUE(holds("a", Condition::equals("object", Object{{"y", 2}, {"x", 1}})));
    EXPECT_FALSE(holds("a", Condition::equals("object", Object{{"x", 1}})));
    EXPECT_TRUE(holds("a", Condition::equals("list", json::Array{"p", "q"})));
    EXPECT_FALSE(holds("a", Condition::equals("list", json::Array{"q", "p"})));
    EXPECT_TRUE(holds("a", Condition::lacks("missing")));
    EXPECT_FALSE(holds("a", Condition::lacks("none")));
    EXPECT_TRUE(holds("b", Condition::lacks("name")));
}

TEST_P(Conformance, ANameInsideAnotherValueIsNoAttribute) {
    put(&people, {{"person_id", "a"},
                  {"text", "\"version\":9,\"x\":{"},
                  {"in", Object{{"version", 9}}},
                  {"odd\"name", 5}});
    EXPECT_TRUE(write({{table::Check{&people, {"a", ""}, {Condition::lacks("version")}}}, {}}));
    EXPECT_TRUE(write({{table::Check{&people, {"a", ""}, {Condition::equals("odd\"name", 5)}}}, {}})
    );
}

TEST_P(Conformance, AllConditionsOfAnOperationMustHold) {
    put(&people, {{"person_id", "a"}, {"version", 3}});
    const auto both = write(
        {{Put{&people, person("a"), {Condition::equals("version", 3), Condition::lacks("version")}}
         },
         {}}
    );
    EXPECT_FALSE(both);
    EXPECT_TRUE(item(&people, {"a", ""})->contains("version"));
}

TEST_P(Conformance, ARefusedWriteSaysWhichAndWhatAndChangesNothing) {
    put(&people, person("b", "red", "Ben"));
    const auto outcome = write(
        {{Put{&people, person("a"), {Condition::absent()}}, Delete{&people, {"c", ""}, {}},
          Put{&people, person("b", "blue"), {Condition::absent()}},
          Put{&people, person("d"), {Condition::present()}}},
         {{"group", "all", 5}}}
    );
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().operation, 2U);
    ASSERT_TRUE(outcome.error().found);
    EXPECT_EQ(outcome.error().found->item(), person("b", "red", "Ben"));
    EXPECT_EQ(item(&people, {"a", ""}), std::nullopt);
    EXPECT_EQ(item(&people, {"b", ""})->text("team"), "red");
    EXPECT_TRUE(run(store().counters("group")).empty());
    const auto absent = write({{Put{&people, person("d"), {Condition::present()}}}, {}});
    ASSERT_FALSE(absent);
    EXPECT_EQ(absent.error().operation, 0U);
    EXPECT_FALSE(absent.error().found);
}

TEST_P(Conformance, AHundredOperationsAreOneWriteAndMoreAreRefused) {
    Write many;
    for (int i = 0; i < 100; ++i)
        many.operations.emplace_back(Put{&people, person("p" + std::to_string(i), "big"), {}});
    ASSERT_TRUE(write(many));
    Query query{.table = &people, .index = "team_only-index", .partitions = {"big"}, .limit = 1000};
    EXPECT_EQ(run(store().query(query)).records.size(), 100U);
    many.operations.emplace_back(Put{&people, person("one more", "big"), {}});
    EXPECT_EQ(code_of([&] { static_cast<void>(write(many)); }), base::Code::too_large);
    EXPECT_EQ(code_of([&] { static_cast<void>(write({})); }), base::Code::internal);
    EXPECT_EQ(run(store().query(query)).records.size(), 100U);
}

TEST_P(Conformance, TheSameItemTwiceInAWriteIsABug) {
    const Write twice{{Put{&people, person("a"), {}}, Delete{&people, {"a", ""}, {}}}, {}};
    EXPECT_EQ(code_of([&] { static_cast<void>(write(twice)); }), base::Code::internal);
    EXPECT_EQ(item(&people, {"a", ""}), std::nullopt);
    const Write two_tables{
        {Put{&people, person("a"), {}}, Put{&pairs, {{"pk", "a"}, {"sk", "b"}}, {}},
         Put{&pairs, {{"pk", "a"}, {"sk", "c"}}, {}}},
        {}
    };
    EXPECT_TRUE(write(two_tables));
}

TEST_P(Conformance, KeysOfAnotherShapeAreBugs) {
    EXPECT_EQ(code_of([&] { item(&people, {"", ""}); }), base::Code::internal);
    EXPECT_EQ(code_of([&] { item(&people, {"a", "b"}); }), base::Code::internal);
    EXPECT_EQ(code_of([&] { item(&pairs, {"a", ""}); }), base::Code::internal);
    EXPECT_EQ(code_of([&] { put(&people, {{"name", "no key"}}); }), base::Code::internal);
    EXPECT_EQ(code_of([&] { put(&people, {{"person_id", 7}}); }), base::Code::internal);
}

TEST_P(Conformance, GetManyKeepsTheOrderOfTheKeys) {
    for (const char* id : {"a", "b", "c"}) put(&people, person(id));
    const auto records =
        run(store().get_many(&people, {{"c", ""}, {"x", ""}, {"a", ""}, {"c", ""}}));
    ASSERT_EQ(records.size(), 4U);
    EXPECT_EQ(records[0]->item().text("person_id"), "c");
    EXPECT_FALSE(records[1]);
    EXPECT_EQ(records[2]->item().text("person_id"), "a");
    EXPECT_EQ(records[3]->item().text("person_id"), "c");
    EXPECT_TRUE(run(store().get_many(&people, {})).empty());
}

TEST_P(Conformance, AnIndexListsOnlyWhatHasItsAttributes) {
    put(&people, person("a", "red", "Ann"));
    put(&people, person("b", "red"));
    put(&people, person("c", "", "Cid"));
    put(&people, {{"person_id", "d"}, {"team", json::Array{"red"}}, {"name", "Dan"}});
    put(&people, {{"person_id", "e"}, {"team", "red"}, {"name", nullptr}});
    Query query{.table = &people, .index = "team-index", .partitions = {"red"}};
    EXPECT_EQ(ids(run(store().query(query))), Texts{"a"});
    query.index = "team_only-index";
    EXPECT_EQ(ids(run(store().query(query))), (Texts{"a", "b", "e"}));
    // It leaves the index when the attribute goes, and moves when it changes.
    put(&people, person("a", "", "Ann"));
    put(&people, person("b", "blue", "Ben"));
    EXPECT_EQ(ids(run(store().query(query))), Texts{"e"});
    query.partitions = {"blue"};
    EXPECT_EQ(ids(run(store().query(query))), Texts{"b"});
}

TEST_P(Conformance, RangesAndPrefixesBoundTheSortAttribute) {
    for (const char* sk :
         {"2026-01", "2026-02", "2026-02-x", "2026-03", "2027-01", "\xc3\xbf", "\xf4\x8f\xbf\xbf"})
        put(&pairs, {{"pk", "a"}, {"sk", sk}, {"day", "d"}});
    for (const char* index : {"", "day-index"}) {
        Query query{.table = &pairs, .index = index, .partitions = {*index == 0 ? "a" : "d"}};
        const auto found = [&] { return ids(run(store().query(query)), "sk"); };
        EXPECT_EQ(found().size(), 7U);
        query.from = "2026-02";
        query.until = "2026-03";
        EXPECT_EQ(found(), (Texts{"2026-02", "2026-02-x"}));
        query.descending = true;
        EXPECT_EQ(found(), (Texts{"2026-02-x", "2026-02"}));
        query.descending = false;
        query.from.reset();
        query.until.reset();
        query.prefix = "2026-02";
        EXPECT_EQ(found(), (Texts{"2026-02", "2026-02-x"}));
        query.from = "2026-02-";
        EXPECT_EQ(found(), Texts{"2026-02-x"});
        query.until = "2026-02-a";
        EXPECT_EQ(found(), Texts{});
        query.from.reset();
        query.until.reset();
        query.prefix = "";
        EXPECT_EQ(found().size(), 7U);
        query.prefix = "\xf4\x8f\xbf\xbf";
        EXPECT_EQ(found().size(), 1U);
        query.prefix = "\xc3\xbf";
        EXPECT_EQ(found().size(), 1U);
    }
}

TEST_P(Conformance, SeveralPartitionsAreOneListInTheOrderOfTheSortAttribute) {
    put(&people, person("1", "red", "Cid"));
    put(&people, person("2", "blue", "Ann"));
    put(&people, person("3", "red", "Ben"));
    put(&people, person("4", "blue", "Dan"));
    put(&people, person("5", "green", "Abe"));
    Query query{
        .table = &people,
        .index = "team-index",
        .partitions = {"red", "blue", "none", "red"},
        .limit = 3
    };
    const Page first = run(store().query(query));
    EXPECT_EQ(ids(first), (Texts{"2", "3", "1"}));
    ASSERT_NE(first.cursor, "");
    query.cursor = first.cursor;
    const Page second = run(store().query(query));
    EXPECT_EQ(ids(second), Texts{"4"});
    EXPECT_EQ(second.cursor, "");
    query.cursor.clear();
    query.descending = true;
    query.limit = 50;
    EXPECT_EQ(ids(run(store().query(query))), (Texts{"4", "1", "3", "2"}));
    query.partitions = {};
    EXPECT_TRUE(run(store().query(query)).records.empty());
    query.partitions.clear();
    for (int i = 0; i < 65; ++i) query.partitions.push_back("p" + std::to_string(i));
    EXPECT_EQ(code_of([&] { static_cast<void>(run(store().query(query))); }), base::Code::internal);
}

TEST_P(Conformance, ACursorThatIsNoneIsInvalid) {
    for (int i = 0; i < 3; ++i) put(&people, person(std::to_string(i), "red", "N"));
    Query query{.table = &people, .index = "team-index", .partitions = {"red"}, .limit = 1};
    const std::string good = run(store().query(query)).cursor;
    ASSERT_NE(good, "");
    for (const std::string& bad :
         {std::string("x"), std::string("%%%"), good + "A", good.substr(1),
          good.substr(0, good.size() / 2), std::string("AAAA"), std::string(5000, 'A')}) {
        query.cursor = bad;
        EXPECT_EQ(
            code_of([&] { static_cast<void>(run(store().query(query))); }), base::Code::invalid
        ) << bad;
        EXPECT_EQ(
            code_of([&] { static_cast<void>(run(store().scan(&people, bad, 10))); }),
            base::Code::invalid
        ) << bad;
    }
    query.cursor = good;
    query.index = "team_only-index";
    EXPECT_EQ(code_of([&] { static_cast<void>(run(store().query(query))); }), base::Code::invalid)
        << "a cursor of another list";
}

TEST_P(Conformance, QueriesThatNoIndexAnswersAreBugs) {
    const auto asked = [&](Query query) {
        return code_of([&] { static_cast<void>(run(store().query(query))); });
    };
    EXPECT_EQ(
        asked({.table = &people, .index = "no-index", .partitions = {"a"}}), base::Code::internal
    );
    EXPECT_EQ(asked({.table = &people, .partitions = {"a"}, .limit = 0}), base::Code::internal);
    EXPECT_EQ(asked({.table = &people, .partitions = {"a"}, .limit = 1001}), base::Code::internal);
    EXPECT_EQ(
        asked({.table = &people, .index = "team_only-index", .partitions = {"a"}, .from = "x"}),
        base::Code::internal
    );
    static const table::Schema other{.name = "other", .key = "id"};
    EXPECT_EQ(asked({.table = &other, .partitions = {"a"}}), base::Code::internal);
}

TEST_P(Conformance, ScanGivesEveryItemOnce) {
    std::set<std::string> expected;
    for (int i = 0; i < 57; ++i) {
        put(&people, person("p" + std::to_string(i)));
        expected.insert("p" + std::to_string(i));
    }
    put(&pairs, {{"pk", "another"}, {"sk", "table"}});
    std::set<std::string> seen;
    std::string cursor;
    std::size_t pages = 0;
    do {
        const Page page = run(store().scan(&people, cursor, 10));
        for (const auto& id : ids(page)) EXPECT_TRUE(seen.insert(id).second) << id;
        cursor = page.cursor;
        ++pages;
    } while (!cursor.empty() && pages < 100);
    EXPECT_EQ(seen, expected);
}

TEST_P(Conformance, CountersMoveWithTheWrite) {
    ASSERT_TRUE(
        write({{Put{&people, person("a"), {}}}, {{"students", "all", 1}, {"students", "open", 2}}})
    );
    ASSERT_TRUE(
        write({{Put{&people, person("b"), {}}}, {{"students", "all", 1}, {"students", "open", -2}}})
    );
    const auto kept = [&](const std::string& group) {
        std::map<std::string, std::int64_t> numbers;
        for (const auto& counter : run(store().counters(group)))
            if (counter.value != 0) numbers[counter.name] = counter.value;
        return numbers;
    };
    using Numbers = std::map<std::string, std::int64_t>;
    EXPECT_EQ(kept("students"), (Numbers{{"all", 2}}));
    EXPECT_EQ(kept("student"), Numbers{});
    run(store().set_counters("students", {{"students", "all", 7}, {"students", "new", -1}}));
    EXPECT_EQ(kept("students"), (Numbers{{"all", 7}, {"new", -1}}));
    run(store().set_counters("students", {}));
    EXPECT_EQ(kept("students"), Numbers{});
}

// An engine may remember them: what else happens to them must not be lost on it.
TEST_P(Conformance, CountersAreAddedToWhatIsThere) {
    const auto add = [&](std::int64_t difference) {
        return write({{Put{&people, person("a"), {}}}, {{"g", "n", difference}}});
    };
    const auto kept = [&]() -> std::int64_t {
        for (const auto& counter : run(store().counters("g")))
            if (counter.name == "n") return counter.value;
        return 0;
    };
    ASSERT_TRUE(add(2));
    ASSERT_TRUE(add(3));
    EXPECT_EQ(kept(), 5);
    // To nothing and back again.
    ASSERT_TRUE(add(-5));
    EXPECT_EQ(kept(), 0);
    ASSERT_TRUE(add(4));
    ASSERT_TRUE(add(1));
    EXPECT_EQ(kept(), 5);
    // Counted again.
    run(store().set_counters("g", {{"g", "n", 70}}));
    ASSERT_TRUE(add(1));
    EXPECT_EQ(kept(), 71);
    run(store().set_counters("g", {}));
    ASSERT_TRUE(add(1));
    EXPECT_EQ(kept(), 1);
    // Restored as the item that it is, gone with it.
    put(&pairs, {{"pk", "count#g"}, {"sk", "n"}, {"value", 10}});
    ASSERT_TRUE(add(1));
    EXPECT_EQ(kept(), 11);
    ASSERT_TRUE(write({{Delete{&pairs, {"count#g", "n"}, {}}}, {}}));
    ASSERT_TRUE(add(1));
    EXPECT_EQ(kept(), 1);
    // A write that is refused counts for nothing.
    ASSERT_FALSE(write({{Put{&people, person("a"), {Condition::absent()}}}, {{"g", "n", 100}}}));
    ASSERT_TRUE(add(1));
    EXPECT_EQ(kept(), 2);
}

TEST_P(Conformance, ExpiredItemsAreAsGoodAsAbsent) {
    const std::int64_t now = opened_.clock.now_s();
    put(&pairs, {{"pk", "a"}, {"sk", "old"}, {"day", "d"}, {"ttl", now + 5}});
    put(&pairs, {{"pk", "a"}, {"sk", "young"}, {"day", "d"}, {"ttl", now + 50}});
    put(&pairs, {{"pk", "a"}, {"sk", "ever"}, {"day", "d"}});
    EXPECT_TRUE(item(&pairs, {"a", "old"}));
    opened_.clock.ms += 5000;
    EXPECT_FALSE(item(&pairs, {"a", "old"}));
    EXPECT_TRUE(item(&pairs, {"a", "young"}));
    Query query{.table = &pairs, .index = "day-index", .partitions = {"d"}};
    EXPECT_EQ(ids(run(store().query(query)), "sk"), (Texts{"ever", "young"}));
    EXPECT_EQ(run(store().scan(&pairs, "", 10)).records.size(), 2U);
    EXPECT_FALSE(run(store().get_many(&pairs, {{"a", "old"}}))[0]);
    const auto again =
        write({{Put{&pairs, {{"pk", "a"}, {"sk", "old"}, {"n", 2}}, {Condition::absent()}}}, {}});
    ASSERT_TRUE(again) << "an expired item does not stand in the way";
    EXPECT_EQ(item(&pairs, {"a", "old"})->integer("n"), 2);
    opened_.clock.ms += 500'000;
    EXPECT_TRUE(item(&pairs, {"a", "old"})) << "the new one has no ttl";
}

TEST_P(Conformance, TheCommitNumberGrowsWithEachChange) {
    const auto before = store().commit_number();
    put(&people, person("a"));
    const auto after = store().commit_number();
    if (before == 0 && after == 0) GTEST_SKIP() << "this engine can't tell";
    EXPECT_GT(after, before);
    const auto committed = write({{Put{&people, person("b"), {}}}, {}});
    EXPECT_GE(committed->number, after + 1);
    EXPECT_FALSE(write({{Put{&people, person("a"), {Condition::absent()}}}, {}}));
    EXPECT_EQ(store().commit_number(), committed->number) << "a refusal changes nothing";
}

base::Task<> increments(table::Store* store, int times) {
    for (int done = 0; done < times;) {
        const auto before = co_await store->get(&people, {"shared", ""});
        Object item = before->item();
        const std::int64_t version = item.integer("version");
        item.set("version", version + 1);
        Write change{
            {Put{&people, item, {Condition::equals("version", version)}}}, {{"race", "all", 1}}
        };
        if (co_await store->write(std::move(change))) ++done;
    }
}

TEST_P(Conformance, NoUpdateIsLostBetweenThreads) {
    put(&people, {{"person_id", "shared"}, {"version", 0}});
    std::vector<base::Task<>> tasks;
    for (int i = 0; i < 16; ++i) tasks.push_back(increments(&store(), 25));
    testing::run_together(std::move(tasks), 4);
    EXPECT_EQ(item(&people, {"shared", ""})->integer("version"), 400);
    EXPECT_EQ(run(store().counters("race"))[0].value, 400);
}

// Outside of the coroutine: g++ 12 can't keep an initializer list across a suspension.
Write numbered(const std::string& id, int number) {
    return {{Put{&people, {{"person_id", id}, {"n", number}}, {}}}, {}};
}

base::Task<> reads_own_writes(table::Store* store, std::string id) {
    for (int i = 1; i <= 50; ++i) {
        const auto done = co_await store->write(numbered(id, i));
        if (!done) throw std::logic_error("refused");
        const auto back = co_await store->get(&people, {id, ""});
        if (!back || back->item().integer("n") != i) throw std::logic_error("a stale read");
    }
}

TEST_P(Conformance, ReadsByKeySeeWhatWasWritten) {
    std::vector<base::Task<>> tasks;
    for (int i = 0; i < 12; ++i)
        tasks.push_back(reads_own_writes(&store(), "w" + std::to_string(i)));
    testing::run_together(std::move(tasks), 4);
}

INSTANTIATE_TEST_SUITE_P(
    Adapters, Conformance, testing::ValuesIn(adapters()),
    [](const auto& chosen) { return chosen.param.name; }
);

}  // namespace
