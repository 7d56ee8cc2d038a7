// How right the categoriser is: prequential, that is row by row in the order of dates, each guessed from
// the rows before it alone. On made-up households (spending_generator.h says what they are like), so the
// numbers are synthetic: they show that the method works and hold it there, not how right it is for
// a real person. Seeds are others than those it was made with.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "budgetplanner/categoriser.h"
#include "budgetplanner/category_model.h"
#include "budgetplanner/confidence.h"
#include "budgetplanner/keywords.h"
#include "budgetplanner/payee.h"
#include "budgetplanner/rules.h"
#include "budgetplanner/spending.h"
#include "budgetplanner/spending_generator.h"

namespace budgetplanner {
namespace {

constexpr std::uint64_t seed_first = 101;
constexpr std::uint64_t households = 12;

struct Score {
    static constexpr std::size_t bins = 10;
    double rows = 0, right = 0, among_three = 0, filled = 0, filled_right = 0, last_right = 0;
    std::array<double, bins> asked{}, said{}, was{};

    void add(const Decision& decision, std::string_view truth, bool last) {
        const bool hit = decision.category == truth;
        const auto same = [&](const Suggestion& one) { return one.category == truth; };
        rows += 1;
        right += hit ? 1 : 0;
        last_right += last ? 1 : 0;
        among_three += std::ranges::any_of(decision.suggestions, same) ? 1 : 0;
        filled += decision.fill ? 1 : 0;
        filled_right += decision.fill && hit ? 1 : 0;
        const auto bin = std::min(static_cast<std::size_t>(decision.confidence * bins), bins - 1);
        asked[bin] += 1;
        said[bin] += decision.confidence;
        was[bin] += hit ? 1 : 0;
    }
    [[nodiscard]] double accuracy() const { return right / rows; }
    [[nodiscard]] double coverage() const { return filled / rows; }
    [[nodiscard]] double precision() const { return filled_right / filled; }
    [[nodiscard]] double calibration_error() const {
        double sum = 0;
        for (std::size_t i = 0; i < bins; ++i) sum += std::abs(said[i] - was[i]);
        return sum / rows;
    }
    void print(const char* name) const {
        std::printf(
            "  %-12s %6.0f rows  right %.3f  in three %.3f  filled %.3f  of these right %.4f  "
            "calibration "
            "error %.4f  (last at payee: right %.3f)\n",
            name, rows, accuracy(), among_three / rows, coverage(), precision(),
            calibration_error(), last_right / rows
        );
    }
};

struct Scores {
    Score at_200, at_1000, at_3000, after_1000;
};

void evaluate(std::uint64_t seed, Scores& scores) {
    const auto rows =
        generate_spending({.seed = seed, .rows = 4400, .language = static_cast<Language>(seed % 4)}
        );
    const RuleSet no_rules;
    std::vector<std::string> categories;
    for (const DefaultCategory& one : default_categories()) categories.emplace_back(one.name);
    std::unordered_map<std::string, std::string> last;  // what a plain memory of payees would say
    CategoryModel model;
    std::size_t count = 0;
    for (const GeneratedSpending& row : rows) {
        if (row.kind == Kind::transfer || count == 4000) continue;
        const Decision decision = decide(no_rules, model, categories, row.spending());
        std::string& remembered = last[payee_of(row.payee.empty() ? row.description : row.payee)];
        const auto add = [&](Score& score) {
            score.add(decision, row.category, remembered == row.category);
        };
        ++count;
        if (count > 200 && count <= 400) add(scores.at_200);
        if (count > 1000 && count <= 1500) add(scores.at_1000);
        if (count > 3000) add(scores.at_3000);
        if (count > 1000) add(scores.after_1000);
        remembered = row.category;
        model.learn(row.spending(), row.category);
        if (std::ranges::find(categories, row.category) == categories.end())
            categories.push_back(row.category);
    }
}

TEST(CategoriserEvaluation, SyntheticHouseholdsAreSortedAsWellAsPromised) {
    Scores scores;
    for (std::uint64_t seed = seed_first; seed < seed_first + households; ++seed)
        evaluate(seed, scores);
    std::printf("Synthetic households, %d of them, prequential:\n", static_cast<int>(households));
    scores.at_200.print("201-400");
    scores.at_1000.print("1001-1500");
    scores.at_3000.print("3001-4000");
    scores.after_1000.print("1001-4000");

    EXPECT_GE(scores.at_200.accuracy(), 0.80);
    EXPECT_GE(scores.at_1000.accuracy(), 0.88);
    EXPECT_GE(scores.at_3000.accuracy(), 0.92);
    EXPECT_GE(scores.after_1000.coverage(), 0.75);
    EXPECT_GE(scores.after_1000.precision(), filled_right_min);
    for (const Score* score :
         {&scores.at_200, &scores.at_1000, &scores.at_3000, &scores.after_1000})
        EXPECT_LE(score->calibration_error(), 0.03);
    // A plain memory of payees must not do as well, or the rows would measure nothing.
    EXPECT_LT(scores.after_1000.last_right / scores.after_1000.rows, 0.90);
}

TEST(CategoriserEvaluation, ANewAccountIsFilledInWithCareAndIsRight) {
    Score score;
    std::vector<std::string> categories;
    for (const DefaultCategory& one : default_categories()) categories.emplace_back(one.name);
    for (std::uint64_t seed = seed_first; seed < seed_first + 8; ++seed) {
        const auto rows = generate_spending({.seed = seed, .rows = 40, .own_categories = false});
        for (const GeneratedSpending& row : rows)
            if (row.kind != Kind::transfer)
                score.add(
                    decide(RuleSet(), CategoryModel(), categories, row.spending()), row.category,
                    false
                );
    }
    score.print("no history");
    EXPECT_GE(score.precision(), 0.80);
    EXPECT_GE(score.coverage(), 0.25);
}

}  // namespace
}  // namespace budgetplanner
