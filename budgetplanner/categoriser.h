// Which category an expense gets, and why: the person's rules, else what was chosen the last times at the
// same payee, else the classifier, else the shipped keywords, else none.
//
// A rule always fills in. Payee and classifier fill in if guesses like it were right often enough
// (confidence.h), and are offered otherwise. A keyword fills in for a new account only, where a rough
// order is better than none; once the person has sorted keyword_fills_until expenses it is offered.
// Never asked about an expense whose category a person set: that is the caller's to keep. Transfers have
// no category. Pure: rules, model and categories are read only; one thread at a time for one model.
//   const Decision decision = decide(rules, model, categories, spending);
//   if (decision.fill) expense.category = decision.category;
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "budgetplanner/category_model.h"
#include "budgetplanner/rules.h"
#include "budgetplanner/spending.h"

namespace budgetplanner {

enum class CategorySource : std::uint8_t { none, rule, payee, model, keyword };
[[nodiscard]] std::string_view text(CategorySource source);  // as stored: "rule", "payee" …

inline constexpr std::size_t keyword_fills_until = 50;  // expenses learned
inline constexpr double keyword_confidence = 0.6;       // said of a keyword, never measured

struct Decision {
    CategorySource source = CategorySource::none;
    std::string category;                 // the first choice; empty: none
    bool fill = false;                    // else it is offered
    double confidence = 0;                // 1 for a rule
    std::vector<Suggestion> suggestions;  // at most three, the first choice among them

    // What rules set beside the category.
    std::string rule_id;  // of the rule that set the category
    std::string payee;
    std::optional<Kind> kind;

    // Why, by source: payee: of `uses` expenses at the payee `agreeing` were of that category; model:
    // these too, if any, weighed `by` what is alike, and the words that spoke for it; keyword: the one
    // word. A few words of the description, for people to read: folded, without noise.
    std::size_t uses = 0;
    std::size_t agreeing = 0;
    Likeness by = Likeness::often;
    std::vector<std::string> words;
};

// `categories` are the names that the person has now; nothing else is ever suggested.
[[nodiscard]] Decision decide(
    const RuleSet& rules, const CategoryModel& model, std::span<const std::string> categories,
    const Spending& spending
);

// The reason as one short sentence in English, for `category_reason` of an expense.
[[nodiscard]] std::string reason(const Decision& decision);

}  // namespace budgetplanner
