#include "budgetplanner/categoriser.h"

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "budgetplanner/category_model.h"
#include "budgetplanner/confidence.h"
#include "budgetplanner/keywords.h"
#include "budgetplanner/payee.h"
#include "budgetplanner/payee_memory.h"
#include "budgetplanner/rules.h"
#include "budgetplanner/spending.h"

namespace budgetplanner {
namespace {

// Keywords are a hint to the classifier already: once it has learned, they speak up only where it has
// next to nothing to say.
constexpr double guess_dim = 0.15;

bool is_one(std::span<const std::string> categories, std::string_view name) {
    return std::ranges::find(categories, name) != categories.end();
}

void take_guess(
    const CategoryGuess& guess, std::span<const std::string> categories, Decision& into
) {
    for (const Suggestion& suggestion : guess.best)
        if (is_one(categories, suggestion.category)) into.suggestions.push_back(suggestion);
    // If the first one was deleted since, the others are offered, but none of them is sure.
    const bool first_left = !guess.best.empty() && is_one(categories, guess.best.front().category);
    if (into.suggestions.empty()) return;
    const bool from_payee =
        first_left && (guess.ground == Ground::remembered || guess.ground == Ground::changed);
    into.source = from_payee ? CategorySource::payee : CategorySource::model;
    into.category = into.suggestions.front().category;
    into.confidence = into.suggestions.front().confidence;
    into.fill = first_left && guess.sure;
    if (!first_left) return;
    into.uses = guess.uses;
    into.agreeing = guess.agreeing;
    into.by = guess.by;
    into.words = guess.words;
}

std::optional<KeywordMatch> keyword_of(const Spending& spending, PayeeReading& reading) {
    read_payee(spending.payee, reading);
    if (const auto found = keyword_in(reading.words)) return found;
    read_payee(spending.description, reading);
    return keyword_in(reading.words);
}

void take_keyword(
    const CategoryModel& model, std::span<const std::string> categories, const Spending& spending,
    Decision& into
) {
    const bool new_account = model.learned() < keyword_fills_until;
    if (into.fill || into.confidence >= (new_account ? keyword_confidence : guess_dim)) return;
    PayeeReading reading;
    const auto keyword = keyword_of(spending, reading);
    if (!keyword || keyword->kind != spending.kind || !is_one(categories, keyword->category))
        return;
    const std::string name(keyword->category);
    std::erase_if(into.suggestions, [&](const Suggestion& one) { return one.category == name; });
    into.suggestions.insert(into.suggestions.begin(), {name, keyword_confidence});
    into.source = CategorySource::keyword;
    into.category = name;
    into.confidence = keyword_confidence;
    into.fill = new_account;
    into.uses = into.agreeing = 0;
    into.words = {std::string(keyword->word)};
}

void take_rule(const RuleOutcome& outcome, Decision& into) {
    if (outcome.category.empty()) return;
    const std::string name(outcome.category);
    std::erase_if(into.suggestions, [&](const Suggestion& one) { return one.category == name; });
    into.suggestions.insert(into.suggestions.begin(), {name, 1});
    into.source = CategorySource::rule;
    into.category = name;
    into.confidence = 1;
    into.fill = true;
    into.rule_id = outcome.category_rule;
    into.uses = into.agreeing = 0;
    into.words.clear();
}

std::string quoted_words(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words) {
        if (!out.empty()) out += ", ";
        out += "“" + word + "”";
    }
    return out;
}

std::string_view likeness_text(Likeness by) {
    switch (by) {
        case Likeness::amount:
        case Likeness::threshold:
            return "by the amount";
        case Likeness::day:
            return "by the day of the month";
        case Likeness::account:
            return "by the account";
        case Likeness::message:
            return "by the message";
        case Likeness::recent:
        case Likeness::often:
            break;
    }
    return "there lately";
}

}  // namespace

std::string_view text(CategorySource source) {
    switch (source) {
        case CategorySource::none:
            return "none";
        case CategorySource::rule:
            return "rule";
        case CategorySource::payee:
            return "payee";
        case CategorySource::model:
            return "model";
        case CategorySource::keyword:
            return "keyword";
    }
    return "none";
}

Decision decide(
    const RuleSet& rules, const CategoryModel& model, std::span<const std::string> categories,
    const Spending& spending
) {
    Decision decision;
    const RuleOutcome outcome = rules.apply(spending);
    decision.payee = outcome.payee;
    decision.kind = outcome.kind;
    Spending known = spending;
    if (!outcome.payee.empty()) known.payee = outcome.payee;
    known.kind = outcome.kind.value_or(spending.kind);
    if (known.kind == Kind::transfer) return decision;
    take_guess(model.guess(known), categories, decision);
    take_keyword(model, categories, known, decision);
    if (is_one(categories, outcome.category)) take_rule(outcome, decision);
    if (decision.suggestions.size() > CategoryModel::suggestions_max)
        decision.suggestions.resize(CategoryModel::suggestions_max);
    return decision;
}

std::string reason(const Decision& decision) {
    const std::string times =
        std::to_string(decision.agreeing) + " of " + std::to_string(decision.uses);
    const std::string words = quoted_words(decision.words);
    switch (decision.source) {
        case CategorySource::none:
            return "Nothing like it was sorted yet.";
        case CategorySource::rule:
            return "One of your rules.";
        case CategorySource::payee:
            return "Chosen for " + times + " at this payee, and for the latest.";
        case CategorySource::keyword:
            return "The word " + words + ".";
        case CategorySource::model:
            break;
    }
    if (decision.uses > 0)
        return "Chosen for " + times + " at this payee; weighed " +
               std::string(likeness_text(decision.by)) + ".";
    if (!words.empty()) return "Words of payees that you sorted so: " + words + ".";
    return "Letters, amount and account are like those of payees that you sorted so.";
}

}  // namespace budgetplanner
