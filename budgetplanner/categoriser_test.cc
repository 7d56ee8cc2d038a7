#include "budgetplanner/categoriser.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "budgetplanner/category_model.h"
#include "budgetplanner/keywords.h"
#include "budgetplanner/money.h"
#include "budgetplanner/payee.h"
#include "budgetplanner/rules.h"
#include "budgetplanner/spending.h"
#include "budgetplanner/spending_generator.h"

namespace budgetplanner {
namespace {

const Currency euro = *Currency::find("EUR");

Spending spent(std::string_view description, std::int64_t cents = 1250) {
    return {
        .description = description,
        .account = "Card",
        .date = "2026-03-04",
        .amount = {.minor = cents, .currency = euro}
    };
}

std::vector<std::string> defaults() {
    std::vector<std::string> names;
    for (const DefaultCategory& one : default_categories()) names.emplace_back(one.name);
    return names;
}

RuleSet rule_for(std::string text, std::string category) {
    return RuleSet({Rule{
        .rule_id = "r1",
        .conditions = {{Field::description, Match::contains, std::move(text)}},
        .category = std::move(category)
    }});
}

TEST(Categoriser, RulesComeBeforeAllElse) {
    CategoryModel model;
    for (int i = 0; i < 20; ++i) model.learn(spent("Lindor Bakery"), "Groceries");
    const Decision decision =
        decide(rule_for("lindor", "Travel"), model, defaults(), spent("Lindor Bakery"));
    EXPECT_EQ(decision.source, CategorySource::rule);
    EXPECT_EQ(decision.category, "Travel");
    EXPECT_EQ(decision.rule_id, "r1");
    EXPECT_TRUE(decision.fill);
    EXPECT_EQ(decision.suggestions.at(0).category, "Travel");
    EXPECT_EQ(decision.suggestions.at(1).category, "Groceries");
}

TEST(Categoriser, ARuleForADeletedCategoryIsPassedOver) {
    const Decision decision = decide(
        rule_for("lindor", "Long gone"), CategoryModel(), defaults(), spent("Lindor Bakery")
    );
    EXPECT_EQ(decision.source, CategorySource::keyword);
    EXPECT_EQ(decision.category, "Groceries");
}

TEST(Categoriser, APayeeChosenTwiceTheSameWayIsFilledIn) {
    CategoryModel model;
    model.learn(spent("Lindor Bakery"), "Eating out");
    EXPECT_FALSE(
        decide(RuleSet(), model, defaults(), spent("LINDOR BAKERY 77")).fill &&
        decide(RuleSet(), model, defaults(), spent("LINDOR BAKERY 77")).source ==
            CategorySource::payee
    );
    model.learn(spent("Lindor Bakery"), "Eating out");
    const Decision decision = decide(RuleSet(), model, defaults(), spent("LINDOR BAKERY 77"));
    EXPECT_EQ(decision.source, CategorySource::payee);
    EXPECT_EQ(decision.category, "Eating out");
    EXPECT_TRUE(decision.fill);
    EXPECT_EQ(decision.agreeing, 2U);
    EXPECT_EQ(reason(decision), "Chosen for 2 of 2 at this payee, and for the latest.");
}

TEST(Categoriser, TheModelOffersWhatItIsNotSureOf) {
    CategoryModel model;
    for (const char* payee : {"Veltan Bread", "Bread Solpax", "Kesdor Bread"})
        model.learn(spent(payee), "Groceries");
    for (const char* payee : {"Mardor", "Ostnor", "Felbru"}) model.learn(spent(payee), "Travel");
    const Decision decision = decide(RuleSet(), model, defaults(), spent("Bread Ulmgal"));
    EXPECT_EQ(decision.source, CategorySource::model);
    EXPECT_EQ(decision.category, "Groceries");
    EXPECT_FALSE(decision.fill);
    EXPECT_EQ(decision.words, std::vector<std::string>{"bread"});
    EXPECT_EQ(reason(decision), "Words of payees that you sorted so: “bread”.");
}

TEST(Categoriser, KeywordsFillInForANewAccountOnly) {
    CategoryModel model;
    Decision decision = decide(RuleSet(), model, defaults(), spent("STADTBÄCKEREI HOLLMANN"));
    EXPECT_EQ(decision.source, CategorySource::keyword);
    EXPECT_EQ(decision.category, "Groceries");
    EXPECT_TRUE(decision.fill);
    EXPECT_EQ(reason(decision), "The word “stadtbackerei”.");
    // So many categories that a new payee may be of any: the keyword is still the best to offer.
    const std::vector<std::string> names = defaults();
    for (std::size_t i = 0; i < 2 * keyword_fills_until; ++i) {
        const std::string payee = "Payee" + std::string(3, static_cast<char>('a' + i % 25));
        model.learn(spent(payee), names[i % 25]);
    }
    decision = decide(RuleSet(), model, defaults(), spent("STADTBÄCKEREI HOLLMANN"));
    EXPECT_EQ(decision.source, CategorySource::keyword);
    EXPECT_FALSE(decision.fill);
}

TEST(Categoriser, NothingKnownIsNone) {
    const Decision decision = decide(RuleSet(), CategoryModel(), defaults(), spent("Xqzt"));
    EXPECT_EQ(decision.source, CategorySource::none);
    EXPECT_TRUE(decision.category.empty());
    EXPECT_TRUE(decision.suggestions.empty());
    EXPECT_EQ(reason(decision), "Nothing like it was sorted yet.");
}

TEST(Categoriser, DeletedCategoriesAreNeverSuggested) {
    CategoryModel model;
    for (int i = 0; i < 9; ++i) model.learn(spent("Lindor"), "Long gone");
    model.learn(spent("Veltan"), "Travel");
    const Decision decision = decide(RuleSet(), model, defaults(), spent("Lindor"));
    EXPECT_NE(decision.category, "Long gone");
    EXPECT_FALSE(decision.fill);
    for (const Suggestion& one : decision.suggestions) EXPECT_NE(one.category, "Long gone");
}

TEST(Categoriser, TransfersHaveNoCategoryEvenIfARuleMadeThemOne) {
    CategoryModel model;
    for (int i = 0; i < 9; ++i) model.learn(spent("Lindor"), "Travel");
    Spending transfer = spent("Lindor");
    transfer.kind = Kind::transfer;
    EXPECT_EQ(decide(RuleSet(), model, defaults(), transfer).source, CategorySource::none);
    const RuleSet rules({Rule{
        .rule_id = "r1",
        .conditions = {{Field::description, Match::contains, "lindor"}},
        .kind = Kind::transfer
    }});
    const Decision decision = decide(rules, model, defaults(), spent("Lindor"));
    EXPECT_EQ(decision.kind, Kind::transfer);
    EXPECT_TRUE(decision.category.empty());
}

TEST(Categoriser, APayeeThatARuleNamedIsLookedUpByThatName) {
    CategoryModel model;
    Spending named = spent("LNDR 77");
    named.payee = "Lindor";
    for (int i = 0; i < 3; ++i) model.learn(named, "Travel");
    const RuleSet rules({Rule{
        .rule_id = "r1",
        .conditions = {{Field::description, Match::contains, "lndr"}},
        .payee = "Lindor"
    }});
    const Decision decision = decide(rules, model, defaults(), spent("LNDR 78 elsewhere"));
    EXPECT_EQ(decision.payee, "Lindor");
    EXPECT_EQ(decision.source, CategorySource::payee);
    EXPECT_EQ(decision.category, "Travel");
}

TEST(Keywords, AreFoundInWordsPartsOfWordsAndScriptsWithoutBlanks) {
    const auto category = [](std::string_view description) -> std::string_view {
        PayeeReading reading;
        read_payee(description, reading);
        const auto found = keyword_in(reading.words);
        return found ? found->category : "";
    };
    EXPECT_EQ(category("Corner bakery"), "Groceries");
    EXPECT_EQ(category("DROGERIEMARKT SOLPAX"), "Household") << "the longer keyword";
    EXPECT_EQ(category("FARMÀCIA SANTA ANA"), "Health");
    EXPECT_EQ(category("ice cream"), "Eating out");
    EXPECT_EQ(category("АПТЕКА 36"), "Health");
    EXPECT_EQ(category("детский мир"), "Children");
    EXPECT_EQ(category("新宿居酒屋"), "Eating out");
    EXPECT_EQ(category("ドコモショップ"), "Phone and internet");
    EXPECT_EQ(category("서울약국"), "Health");
    EXPECT_EQ(category("Xqzt"), "");
}

TEST(Keywords, DefaultCategoriesAreDistinct) {
    auto names = defaults();
    std::ranges::sort(names);
    EXPECT_EQ(std::ranges::adjacent_find(names), names.end());
    EXPECT_LE(names.size(), 40U);
}

TEST(SpendingGenerator, IsTheSameForTheSameSeedAndInTheOrderOfDates) {
    const auto one = generate_spending({.seed = 4, .rows = 800, .language = Language::french});
    const auto two = generate_spending({.seed = 4, .rows = 800, .language = Language::french});
    const auto other = generate_spending({.seed = 5, .rows = 800, .language = Language::french});
    ASSERT_EQ(one.size(), 800U);
    std::size_t same = 0;
    for (std::size_t i = 0; i < one.size(); ++i) {
        EXPECT_EQ(one[i].description, two[i].description);
        EXPECT_EQ(one[i].amount, two[i].amount);
        EXPECT_EQ(one[i].category, two[i].category);
        same += one[i].description == other[i].description ? 1U : 0U;
    }
    EXPECT_LT(same, 80U);
    EXPECT_TRUE(std::ranges::is_sorted(one, {}, &GeneratedSpending::date));
}

TEST(SpendingGenerator, ADemoHouseholdUsesTheDefaultCategoriesWithinItsDates) {
    const auto names = defaults();
    const auto rows = generate_spending(
        {.rows = 100'000,
         .from = "2024-11-15",
         .until = "2026-11-14",
         .currency = euro,
         .own_categories = false}
    );
    EXPECT_GT(rows.size(), 1800U);
    EXPECT_GE(rows.front().date, "2024-11-15");
    EXPECT_LE(rows.back().date, "2026-11-14");
    for (const GeneratedSpending& row : rows) {
        EXPECT_NE(row.amount.minor, 0);
        EXPECT_EQ(row.amount.currency, euro);
        EXPECT_EQ(row.category.empty(), row.kind == Kind::transfer);
        if (!row.category.empty()) {
            EXPECT_TRUE(std::ranges::find(names, row.category) != names.end()) << row.category;
        }
    }
}

}  // namespace
}  // namespace budgetplanner
