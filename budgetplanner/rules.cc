#include "budgetplanner/rules.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "budgetplanner/money.h"
#include "budgetplanner/spending.h"
#include "platform/base/error.h"
#include "platform/base/text.h"

namespace budgetplanner {
namespace {

// The fields of one expense, folded when a condition first asks.
class Folded {
  public:
    explicit Folded(const Spending& spending)
        : raw_{spending.description, spending.payee, spending.account} {}

    const std::string& of(Field field) {
        const auto at = static_cast<std::size_t>(field);
        if (!texts_[at]) texts_[at] = base::folded(raw_[at]);
        return *texts_[at];
    }
    void rename_payee(std::string_view payee) {
        raw_[static_cast<std::size_t>(Field::payee)] = payee;
        texts_[static_cast<std::size_t>(Field::payee)].reset();
    }

  private:
    std::array<std::string_view, 3> raw_;
    std::array<std::optional<std::string>, 3> texts_;
};

bool holds(Match match, std::string_view text, std::string_view wanted) {
    switch (match) {
        case Match::contains:
            return text.contains(wanted);
        case Match::equals:
            return text == wanted;
        case Match::starts_with:
            return text.starts_with(wanted);
    }
    return false;
}

bool amount_fits(const Rule& rule, const Money& amount) {
    const std::int64_t size = amount.minor < 0 ? -amount.minor : amount.minor;
    const auto comparable = [&](const Money& bound) { return bound.currency == amount.currency; };
    if (rule.amount_min && (!comparable(*rule.amount_min) || size < rule.amount_min->minor))
        return false;
    if (rule.amount_max && (!comparable(*rule.amount_max) || size > rule.amount_max->minor))
        return false;
    return rule.sign == Sign::any || (rule.sign == Sign::refund) == (amount.minor < 0);
}

void check_conditions(const Rule& rule, base::FieldErrors& errors) {
    if (rule.conditions.size() > rule_conditions_max)
        errors.push_back({"conditions", "A rule takes at most 20 conditions: split it into two."});
    for (std::size_t i = 0; i < rule.conditions.size(); ++i) {
        const std::string field = "conditions[" + std::to_string(i) + "].text";
        const std::string& text = rule.conditions[i].text;
        if (base::folded(text).empty()) {
            errors.push_back({field, "Enter the text to look for."});
        } else if (text.size() > rule_text_max) {
            errors.push_back({field, "Shorten the text to 200 bytes: a part of it is enough."});
        }
    }
    const bool bounded =
        rule.amount_min || rule.amount_max || rule.sign != Sign::any || rule.of_kind;
    if (rule.conditions.empty() && !bounded)
        errors.push_back({"conditions", "Add a condition: without one every expense would match."});
}

}  // namespace

base::FieldErrors faults_of(const Rule& rule) {
    base::FieldErrors errors;
    check_conditions(rule, errors);
    if (rule.amount_min && rule.amount_min->minor < 0)
        errors.push_back(
            {"amount_min", "Enter the amount without a sign; refunds have a setting of their own."}
        );
    if (rule.amount_max && rule.amount_max->minor < 0)
        errors.push_back(
            {"amount_max", "Enter the amount without a sign; refunds have a setting of their own."}
        );
    if (rule.amount_min && rule.amount_max) {
        if (rule.amount_min->currency != rule.amount_max->currency) {
            errors.push_back({"amount_max", "Both amounts must be in one currency."});
        } else if (rule.amount_min->minor > rule.amount_max->minor) {
            errors.push_back({"amount_max", "The highest amount must not be below the lowest."});
        }
    }
    if (rule.category.empty() && rule.payee.empty() && !rule.kind)
        errors.push_back({"category", "Choose what the rule sets: a category, a kind or a payee."});
    return errors;
}

RuleSet::RuleSet(std::vector<Rule> rules) : rules_(std::move(rules)) {
    folded_.reserve(rules_.size());
    for (const Rule& rule : rules_) {
        std::vector<std::string>& texts = folded_.emplace_back();
        for (const Condition& condition : rule.conditions)
            texts.push_back(base::folded(condition.text));
    }
}

RuleOutcome RuleSet::apply(const Spending& spending) const {
    RuleOutcome outcome;
    Folded fields(spending);
    for (std::size_t i = 0; i < rules_.size(); ++i) {
        const Rule& rule = rules_[i];
        if (!amount_fits(rule, spending.amount)) continue;
        if (rule.of_kind && *rule.of_kind != outcome.kind.value_or(spending.kind)) continue;
        bool all = true;
        for (std::size_t c = 0; all && c < rule.conditions.size(); ++c)
            all =
                holds(rule.conditions[c].match, fields.of(rule.conditions[c].field), folded_[i][c]);
        if (!all) continue;
        if (outcome.category.empty() && !rule.category.empty()) {
            outcome.category = rule.category;
            outcome.category_rule = rule.rule_id;
        }
        if (!outcome.kind) outcome.kind = rule.kind;
        if (outcome.payee.empty() && !rule.payee.empty()) {
            outcome.payee = rule.payee;
            fields.rename_payee(outcome.payee);
        }
    }
    return outcome;
}

}  // namespace budgetplanner
