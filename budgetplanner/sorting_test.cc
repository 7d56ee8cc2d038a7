#include "budgetplanner/sorting.h"

#include "budgetplanner/household_test.h"

namespace budgetplanner {
namespace {

using household_test::Household;

json::Object entry(Household& home, const std::string& id) {
    const auto record = base::run(home.store.get(&expenses_table, {id, {}}));
    EXPECT_TRUE(record.has_value());
    return record ? record->item() : json::Object{};
}

TEST(Sorting, ANewPersonHasCategories) {
    Household home;
    const auto all = home.ask("GET", "/api/categories", home.ann);
    EXPECT_EQ(all.status, 200) << all.text;
    EXPECT_GE(all.items(), 10U);
}

TEST(Sorting, ARuleSetsTheCategoryInTheBackground) {
    Household home;
    const auto made = home.ask(
        "POST", "/api/rules", home.ann,
        {{"field", "description"}, {"text", "nordmarkt"}, {"category", "Groceries"}}
    );
    ASSERT_EQ(made.status, 201) << made.text;
    const auto id = home.add(home.ann, {{"amount", "12.50"}, {"description", "Nordmarkt 3297"}});
    EXPECT_EQ(entry(home, id).text("category"), "");
    home.work();
    EXPECT_EQ(entry(home, id).text("category"), "Groceries");
    EXPECT_EQ(entry(home, id).text("category_source"), "rule");
    EXPECT_FALSE(entry(home, id).text("category_reason").empty());
}

TEST(Sorting, WhatThePersonChoseIsLearnedAndNeverOverwritten) {
    Household home;
    for (int i = 0; i < 6; ++i) {
        const auto id = home.add(
            home.ann,
            {{"amount", "3.50"}, {"description", "Corner Cafe"}, {"category", "Household"}}
        );
        EXPECT_EQ(entry(home, id).text("category_source"), "person");
    }
    home.work();
    const auto id = home.add(home.ann, {{"amount", "3.50"}, {"description", "Corner Cafe"}});
    home.work();
    const auto found = entry(home, id);
    const auto* suggestions = found.find("suggestions");
    EXPECT_TRUE(
        found.text("category") == "Household" ||
        (suggestions != nullptr && suggestions->array()->front() == json::Value("Household"))
    ) << json::write(found);

    const auto chosen =
        home.ask("PATCH", "/api/expenses/" + id, home.ann, {{"category", "Groceries"}});
    ASSERT_EQ(chosen.status, 200) << chosen.text;
    home.work();
    EXPECT_EQ(entry(home, id).text("category"), "Groceries");
}

TEST(Sorting, AMessageThatComesTwiceChangesNothing) {
    Household home;
    (void)home.ask(
        "POST", "/api/rules", home.ann,
        {{"field", "description"}, {"text", "rent"}, {"category", "Rent"}}
    );
    const auto id = home.add(home.ann, {{"amount", "700"}, {"description", "rent"}});
    home.work();
    const auto version = entry(home, id).integer("version");
    journal::Transaction change({}, "again", subject_of(home.ann.user_id));
    home.queue.add(
        change, {.queue = "expenses",
                 .kind = "categorise",
                 .payload = {{"user_id", home.ann.user_id}, {"expense_ids", json::Array{id}}}}
    );
    ASSERT_TRUE(base::run(home.app.journal.commit(std::move(change))).has_value());
    home.work();
    EXPECT_EQ(entry(home, id).integer("version"), version);
}

TEST(Sorting, ARenamedCategoryIsRenamedEverywhere) {
    Household home;
    const auto categories = home.ask("GET", "/api/categories", home.ann);
    const auto first = categories.item(0);
    const std::string name(first.text("name"));
    const auto id = home.add(home.ann, {{"amount", "5"}, {"category", name}});
    ASSERT_EQ(
        home.ask(
                "POST", "/api/budgets", home.ann,
                {{"category", name}, {"month", "2026-10"}, {"amount", "50"}}
        )
            .status,
        201
    );
    const auto renamed = home.ask(
        "PATCH", "/api/categories/" + std::string(first.text("category_id")), home.ann,
        {{"name", "Table"}}
    );
    ASSERT_EQ(renamed.status, 200) << renamed.text;
    home.work();
    EXPECT_EQ(entry(home, id).text("category"), "Table");
    const auto month = home.ask("GET", "/api/budgets?month=2026-10", home.ann);
    ASSERT_EQ(month.items(), 1U);
    EXPECT_EQ(month.item(0).text("category"), "Table");
    EXPECT_EQ(month.item(0).text("spent"), "5.00");
}

TEST(Sorting, AnotherPersonsRuleDoesNotExist) {
    Household home;
    const auto made = home.ask(
        "POST", "/api/rules", home.ann,
        {{"field", "payee"}, {"text", "shop"}, {"category", "Groceries"}}
    );
    const std::string path = "/api/rules/" + std::string(made.body.text("rule_id"));
    EXPECT_EQ(home.ask("GET", path, home.ben).status, 404);
    EXPECT_EQ(home.ask("PATCH", path, home.ben, {{"text", "x"}}).status, 404);
    EXPECT_EQ(home.ask("DELETE", path, home.ben).status, 404);
    EXPECT_EQ(home.ask("GET", "/api/rules", home.ben).items(), 0U);
}

}  // namespace
}  // namespace budgetplanner
