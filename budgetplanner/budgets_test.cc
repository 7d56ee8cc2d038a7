#include "budgetplanner/budgets.h"

#include "budgetplanner/household_test.h"

namespace budgetplanner {
namespace {

using household_test::Household;

json::Object food(std::string_view month, std::string_view amount, std::string_view carry) {
    return {{"category", "Food"}, {"month", month}, {"amount", amount}, {"carry_over", carry}};
}

TEST(Budgets, SpendingStandsAgainstTheMonthsAmount) {
    Household home;
    ASSERT_EQ(
        home.ask("POST", "/api/budgets", home.ann, food("2026-10", "100", "none")).status, 201
    );
    home.add(home.ann, {{"amount", "30.10"}, {"category", "Food"}, {"date", "2026-10-31"}});
    home.add(home.ann, {{"amount", "-5.05"}, {"category", "Food"}, {"date", "2026-10-01"}});
    home.add(home.ann, {{"amount", "7"}, {"category", "Food"}, {"date", "2026-11-01"}});
    home.add(home.ann, {{"amount", "9"}, {"category", "Fun"}, {"date", "2026-10-05"}});
    const auto month = home.ask("GET", "/api/budgets?month=2026-10", home.ann);
    ASSERT_EQ(month.items(), 1U) << month.text;
    EXPECT_EQ(month.item(0).text("spent"), "25.05");
    EXPECT_EQ(month.item(0).text("left"), "74.95");
    EXPECT_EQ(month.item(0).integer("percent"), 25);
    EXPECT_EQ(month.body.find("without_budget")->array()->size(), 1U);
}

TEST(Budgets, WhatIsLeftGoesOnAsTheBudgetSays) {
    Household home;
    for (const auto* month : {"2026-08", "2026-09", "2026-10"})
        ASSERT_EQ(
            home.ask("POST", "/api/budgets", home.ann, food(month, "100", "all")).status, 201
        );
    home.add(home.ann, {{"amount", "60"}, {"category", "Food"}, {"date", "2026-08-10"}});
    home.add(home.ann, {{"amount", "170"}, {"category", "Food"}, {"date", "2026-09-10"}});
    const auto all = home.ask("GET", "/api/budgets?month=2026-10", home.ann);
    EXPECT_EQ(all.item(0).text("carried"), "-30.00") << all.text;
    EXPECT_EQ(all.item(0).text("available"), "70.00");

    const std::string september = budget_key(home.ann.user_id, "Food", "2026-09");
    ASSERT_EQ(
        home.ask("PATCH", "/api/budgets/" + september, home.ann, {{"carry_over", "left"}}).status,
        200
    );
    EXPECT_EQ(
        home.ask("GET", "/api/budgets?month=2026-10", home.ann).item(0).text("carried"), "0.00"
    );
}

TEST(Budgets, CopyTakesWhatTheMonthLacks) {
    Household home;
    ASSERT_EQ(
        home.ask("POST", "/api/budgets", home.ann, food("2026-09", "100", "none")).status, 201
    );
    ASSERT_EQ(
        home.ask("POST", "/api/budgets", home.ann, food("2026-10", "80", "none")).status, 201
    );
    ASSERT_EQ(
        home.ask(
                "POST", "/api/budgets", home.ann,
                {{"category", "Rent"}, {"month", "2026-09"}, {"amount", "700"}}
        )
            .status,
        201
    );
    const auto copied =
        home.ask("POST", "/api/budgets/copy", home.ann, {{"from", "2026-09"}, {"to", "2026-10"}});
    EXPECT_EQ(copied.body.integer("copied"), 1) << copied.text;
    const auto month = home.ask("GET", "/api/budgets?month=2026-10", home.ann);
    ASSERT_EQ(month.items(), 2U);
    EXPECT_EQ(month.item(0).text("amount"), "80.00");
}

TEST(Budgets, AnotherPersonsBudgetDoesNotExist) {
    Household home;
    const auto made = home.ask("POST", "/api/budgets", home.ann, food("2026-10", "100", "none"));
    const std::string path = "/api/budgets/" + std::string(made.body.text("budget_id"));
    EXPECT_EQ(home.ask("GET", path, home.ben).status, 404);
    EXPECT_EQ(home.ask("PATCH", path, home.ben, {{"amount", "1"}}).status, 404);
    EXPECT_EQ(home.ask("DELETE", path, home.ben).status, 404);
}

}  // namespace
}  // namespace budgetplanner
