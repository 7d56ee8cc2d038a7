#include "budgetplanner/summary.h"

#include "budgetplanner/household_test.h"

namespace budgetplanner {
namespace {

using household_test::Household;

TEST(Summary, TheMonthIsTheSumOfItsEntries) {
    Household home;
    home.add(home.ann, {{"amount", "30.10"}, {"category", "Groceries"}});
    home.add(home.ann, {{"amount", "-0.10"}, {"category", "Groceries"}});
    home.add(home.ann, {{"amount", "2000"}, {"kind", "income"}, {"category", "Salary"}});
    home.add(home.ann, {{"amount", "500"}, {"kind", "transfer"}});
    home.add(home.ann, {{"amount", "7"}, {"date", "2026-09-30"}});
    home.add(home.ben, {{"amount", "99"}});
    const auto month = home.ask("GET", "/api/summary", home.ann);
    ASSERT_EQ(month.status, 200) << month.text;
    EXPECT_EQ(month.body.text("spent"), "30.00");
    EXPECT_EQ(month.body.text("income"), "2000.00");
    EXPECT_EQ(month.body.text("balance"), "1970.00");
    EXPECT_EQ(month.body.find("months")->array()->size(), 12U);
    EXPECT_EQ(month.body.find("latest")->array()->size(), 5U);
    EXPECT_EQ(home.ask("GET", "/api/summary?month=2026-09", home.ann).body.text("spent"), "7.00");
    EXPECT_EQ(home.ask("GET", "/api/summary?month=soon", home.ann).wrong(), "month");
}

TEST(Summary, ADeletedOrMovedEntryLeavesItsMonth) {
    Household home;
    const auto one = home.add(home.ann, {{"amount", "10"}});
    const auto two = home.add(home.ann, {{"amount", "5"}});
    EXPECT_EQ(home.ask("DELETE", "/api/expenses/" + one, home.ann).status, 204);
    EXPECT_EQ(
        home.ask("PATCH", "/api/expenses/" + two, home.ann, {{"date", "2026-09-01"}}).status, 200
    );
    EXPECT_EQ(home.ask("GET", "/api/summary", home.ann).body.text("spent"), "0.00");
    EXPECT_EQ(home.ask("GET", "/api/summary?month=2026-09", home.ann).body.text("spent"), "5.00");
}

}  // namespace
}  // namespace budgetplanner
