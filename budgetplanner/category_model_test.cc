#include "budgetplanner/category_model.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "budgetplanner/confidence.h"
#include "budgetplanner/money.h"
#include "budgetplanner/payee_memory.h"
#include "budgetplanner/spending.h"
#include "budgetplanner/spending_generator.h"

namespace budgetplanner {
namespace {

const Currency euro = *Currency::find("EUR");

Spending spent(
    std::string_view description, std::int64_t cents = 1250, std::string_view date = "2026-03-04"
) {
    return {
        .description = description,
        .account = "Card",
        .date = date,
        .amount = {.minor = cents, .currency = euro}
    };
}

std::string first(const CategoryModel& model, const Spending& spending) {
    const CategoryGuess guess = model.guess(spending);
    return guess.best.empty() ? "" : guess.best.front().category;
}

TEST(CategoryModel, KnowsNothingBeforeItLearned) {
    const CategoryModel model;
    EXPECT_TRUE(model.guess(spent("Lindor")).best.empty());
    EXPECT_FALSE(model.guess(spent("Lindor")).sure);
    EXPECT_EQ(model.learned(), 0U);
}

TEST(CategoryModel, OneCorrectionIsLearnedAtOnce) {
    CategoryModel model;
    for (int i = 0; i < 5; ++i) model.learn(spent("Lindor"), "Shopping");
    model.learn(spent("Veltan"), "Groceries");
    EXPECT_EQ(first(model, spent("CARD PAYMENT TO VELTAN 1234")), "Groceries");
    const CategoryGuess guess = model.guess(spent("Veltan"));
    EXPECT_EQ(guess.ground, Ground::once);
    EXPECT_EQ(guess.uses, 1U);
}

TEST(CategoryModel, TheLatestTwoThatAgreeWin) {
    CategoryModel model;
    for (int i = 0; i < 10; ++i) model.learn(spent("Lindor"), "Shopping");
    EXPECT_EQ(first(model, spent("Lindor")), "Shopping");
    model.learn(spent("Lindor"), "Hobby");
    EXPECT_EQ(first(model, spent("Lindor")), "Shopping") << "one may have been a slip";
    model.learn(spent("Lindor"), "Hobby");
    EXPECT_EQ(first(model, spent("Lindor")), "Hobby");
    EXPECT_EQ(model.guess(spent("Lindor")).ground, Ground::changed);
}

TEST(CategoryModel, APayeeOfTwoCategoriesIsToldApartByAmount) {
    CategoryModel model;
    for (int i = 0; i < 8; ++i) {
        model.learn(spent("Bazaria", 500 + i * 40), "Household");
        model.learn(spent("Bazaria", 9000 + i * 500), "Electronics");
    }
    EXPECT_EQ(first(model, spent("Bazaria", 610)), "Household");
    EXPECT_EQ(first(model, spent("Bazaria", 11000)), "Electronics");
    const Likeness by = model.guess(spent("Bazaria", 610)).by;
    EXPECT_TRUE(by == Likeness::amount || by == Likeness::threshold);
}

TEST(CategoryModel, APayeeOfTwoCategoriesIsToldApartByDayOrMessage) {
    CategoryModel model;
    for (int month = 1; month <= 9; ++month) {
        const std::string early = "2026-0" + std::to_string(month) + "-03";
        const std::string late = "2026-0" + std::to_string(month) + "-25";
        model.learn(spent("Orla House", 5000, early), "Rent");
        model.learn(spent("Orla House", 5000, late), "Fun");
        Spending to_anna = spent("rent share", 5000, early);
        to_anna.payee = "Anna Brandt";
        model.learn(to_anna, "Rent");
        to_anna.description = "pizza";
        model.learn(to_anna, "Eating out");
    }
    EXPECT_EQ(first(model, spent("Orla House", 5000, "2026-10-02")), "Rent");
    EXPECT_EQ(first(model, spent("Orla House", 5000, "2026-10-26")), "Fun");
    Spending to_anna = spent("pizza", 5000, "2026-10-11");
    to_anna.payee = "ANNA BRANDT";
    EXPECT_EQ(first(model, to_anna), "Eating out");
    EXPECT_EQ(model.guess(to_anna).by, Likeness::message);
}

TEST(CategoryModel, WordsOfOtherPayeesSpeakForANewOneAndAreNamed) {
    CategoryModel model;
    for (const char* payee :
         {"Bäckerei Hollmann", "Bäckerei Thiel", "Veltan Bäckerei", "Bäckerei Renner"})
        model.learn(spent(payee, 420), "Bread");
    for (const char* payee : {"Kino Lindor", "Kino Solpax", "Mardor", "Tanbru"})
        model.learn(spent(payee, 2400), "Fun");
    const CategoryGuess guess = model.guess(spent("BACKEREI KESSLER 1234 WALDECK", 380));
    ASSERT_FALSE(guess.best.empty());
    EXPECT_EQ(guess.best.front().category, "Bread");
    EXPECT_EQ(guess.ground, Ground::fresh);
    EXPECT_FALSE(guess.sure) << "nothing was ever confirmed";
    EXPECT_EQ(guess.words, std::vector<std::string>{"backerei"});
}

TEST(CategoryModel, AMisspeltPayeeIsStillFound) {
    CategoryModel model;
    for (int i = 0; i < 3; ++i) {
        model.learn(spent("Wintershall"), "Energy");
        model.learn(spent("Bazaria"), "Shopping");
        model.learn(spent("Lindor"), "Food");
    }
    EXPECT_EQ(first(model, spent("Wintershal")), "Energy");
}

TEST(CategoryModel, SuggestionsAreAtMostThreeAndTheLikeliestComesFirst) {
    CategoryModel model;
    for (const char* payee : {"Aa Bcd", "Bb Cde", "Cc Def", "Dd Efg", "Ee Fgh"})
        model.learn(spent(payee), payee);
    const CategoryGuess guess = model.guess(spent("Aa Bcd"));
    ASSERT_EQ(guess.best.size(), 3U);
    EXPECT_TRUE(
        std::ranges::is_sorted(guess.best, std::ranges::greater_equal{}, &Suggestion::confidence)
    );
    double sum = 0;
    for (const Suggestion& one : guess.best) sum += one.confidence;
    EXPECT_LE(sum, 1.0 + 1e-9);
}

TEST(CategoryModel, WhatIsTakenBackIsForgotten) {
    CategoryModel model;
    model.learn(spent("Lindor"), "Shopping");
    model.learn(spent("Veltan"), "Groceries");
    model.unlearn(spent("Veltan"), "Groceries");
    EXPECT_EQ(model.learned(), 1U);
    EXPECT_EQ(first(model, spent("Veltan")), "Shopping") << "Groceries has no expense left";
    model.unlearn(spent("Veltan"), "Groceries");
    model.unlearn(spent("Lindor"), "Never heard of");
    EXPECT_EQ(model.learned(), 1U);
    model.unlearn(spent("Lindor"), "Shopping");
    EXPECT_TRUE(model.guess(spent("Lindor")).best.empty());
}

TEST(CategoryModel, TheSameExpensesGiveTheSameModel) {
    const auto rows = generate_spending({.seed = 5, .rows = 600});
    std::vector<Sorted> sorted;
    for (const auto& row : rows) sorted.push_back({row.spending(), row.category});
    const CategoryModel one = CategoryModel::trained(sorted);
    const CategoryModel two = CategoryModel::trained(sorted);
    CategoryModel step_by_step;
    for (const Sorted& each : sorted) step_by_step.learn(each.spending, each.category);
    for (std::size_t i = 0; i < rows.size(); i += 7) {
        const CategoryGuess a = one.guess(rows[i].spending());
        for (const CategoryModel* other : {&two, &std::as_const(step_by_step)}) {
            const CategoryGuess b = other->guess(rows[i].spending());
            ASSERT_EQ(a.best.size(), b.best.size());
            for (std::size_t k = 0; k < a.best.size(); ++k) {
                EXPECT_EQ(a.best[k].category, b.best[k].category);
                EXPECT_EQ(a.best[k].confidence, b.best[k].confidence);
            }
            EXPECT_EQ(a.sure, b.sure);
        }
    }
}

TEST(CategoryModel, ExpensesWithoutAnyTextAreLearnedByTheRest) {
    CategoryModel model;
    for (int i = 0; i < 4; ++i) {
        model.learn(spent("", 300 + i), "Coffee");
        model.learn(spent("", 90000 + i), "Rent");
    }
    EXPECT_EQ(first(model, spent("", 305)), "Coffee");
    EXPECT_EQ(first(model, spent("", 91000)), "Rent");
}

TEST(CategoryModel, TwentyThousandExpensesStayUnderSixMegabytes) {
    const auto rows = generate_spending({.seed = 3, .rows = 20'000, .rows_a_month = 400});
    std::vector<Sorted> sorted;
    for (const auto& row : rows) sorted.push_back({row.spending(), row.category});
    EXPECT_LT(CategoryModel::trained(sorted).bytes(), 6'000'000U);
}

}  // namespace
}  // namespace budgetplanner
