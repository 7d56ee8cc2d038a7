#include "budgetplanner/expenses.h"

#include "budgetplanner/household_test.h"

namespace budgetplanner {
namespace {

using household_test::Household;

TEST(Expenses, AnEntryIsKeptWithItsExactAmount) {
    Household home;
    const auto id = home.add(home.ann, {{"amount", "12.50"}, {"description", "lunch"}});
    const auto read = home.ask("GET", "/api/expenses/" + id, home.ann);
    EXPECT_EQ(read.status, 200) << read.text;
    EXPECT_EQ(read.body.text("amount"), "12.50");
    EXPECT_EQ(read.body.integer("home_minor"), 1250);
    EXPECT_EQ(read.body.text("date"), "2026-10-26");
    EXPECT_EQ(read.body.text("currency"), "EUR");
}

TEST(Expenses, BadInputNamesItsField) {
    Household home;
    const auto wrong = [&](const json::Object& sent) {
        const auto answer = home.ask("POST", "/api/expenses", home.ann, sent);
        EXPECT_EQ(answer.status, 422) << answer.text;
        return answer.wrong();
    };
    EXPECT_EQ(wrong({}), "amount");
    EXPECT_EQ(wrong({{"amount", "12.345"}}), "amount");
    EXPECT_EQ(wrong({{"amount", "0"}}), "amount");
    EXPECT_EQ(wrong({{"amount", "5"}, {"date", "2026-02-30"}}), "date");
    EXPECT_EQ(wrong({{"amount", "5"}, {"currency", "EURO"}}), "currency");
    EXPECT_EQ(wrong({{"amount", "5"}, {"currency", "USD"}}), "rate");
    EXPECT_EQ(wrong({{"amount", "5"}, {"kind", "gift"}}), "kind");
    EXPECT_EQ(wrong({{"amount", "5"}, {"category", "a|b"}}), "category");
    EXPECT_EQ(wrong({{"amount", "5"}, {"expense_id", "mine"}}), "expense_id");
}

TEST(Expenses, AnotherPersonsEntryDoesNotExist) {
    Household home;
    const auto id = home.add(home.ann, {{"amount", "12.50"}});
    const std::string path = "/api/expenses/" + id;
    EXPECT_EQ(home.ask("GET", path, home.ben).status, 404);
    EXPECT_EQ(home.ask("PATCH", path, home.ben, {{"amount", "1"}}).status, 404);
    EXPECT_EQ(home.ask("DELETE", path, home.ben).status, 404);
    EXPECT_EQ(home.ask("GET", "/api/expenses", home.ben).items(), 0U);
    EXPECT_EQ(home.ask("GET", path, {}).status, 401);
}

TEST(Expenses, TheSameEntrySentTwiceIsThereOnce) {
    Household home;
    const json::Object sent{
        {"expense_id", "01a203f8-7357-735f-892f-2cf7425e2ac1"}, {"amount", "3"}
    };
    EXPECT_EQ(home.ask("POST", "/api/expenses", home.ann, sent).status, 201);
    EXPECT_EQ(home.ask("POST", "/api/expenses", home.ann, sent).status, 200);
    EXPECT_EQ(home.ask("POST", "/api/expenses", home.ben, sent).status, 422);
    EXPECT_EQ(home.ask("GET", "/api/expenses", home.ann).items(), 1U);
}

TEST(Expenses, WordsFindTheLatestFirst) {
    Household home;
    home.add(home.ann, {{"amount", "1"}, {"description", "Market hall"}, {"date", "2026-01-02"}});
    home.add(home.ann, {{"amount", "2"}, {"description", "market stall"}, {"date", "2026-03-02"}});
    home.add(home.ann, {{"amount", "3"}, {"description", "bakery"}, {"date", "2026-02-02"}});
    home.add(home.ben, {{"amount", "4"}, {"description", "market"}});
    const auto found = home.ask("GET", "/api/expenses?q=mark", home.ann);
    ASSERT_EQ(found.items(), 2U) << found.text;
    EXPECT_EQ(found.item(0).text("amount"), "2.00");
    EXPECT_EQ(found.item(1).text("amount"), "1.00");
}

TEST(Expenses, FiltersAndPagesGiveEachEntryOnce) {
    Household home;
    for (int i = 0; i < 30; ++i)
        home.add(
            home.ann, {{"amount", std::to_string(i + 1)},
                       {"category", i % 3 == 0 ? "Food" : "Rent"},
                       {"date", "2026-05-1" + std::to_string(i % 10)}}
        );
    std::size_t seen = 0;
    std::string cursor;
    do {
        const auto page = home.ask(
            "GET",
            "/api/expenses?category=Food&least=4&limit=3&cursor=" + http::percent_encode(cursor),
            home.ann
        );
        ASSERT_EQ(page.status, 200) << page.text;
        seen += page.items();
        for (std::size_t i = 0; i < page.items(); ++i)
            EXPECT_EQ(page.item(i).text("category"), "Food");
        cursor = page.body.text("cursor");
    } while (!cursor.empty());
    EXPECT_EQ(seen, 9U);
}

}  // namespace
}  // namespace budgetplanner
