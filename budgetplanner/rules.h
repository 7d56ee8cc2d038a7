// A person's own rules: "if the payee contains 'nordmarkt' and it is more than 50, it is Household".
//
// Rules are tried in the person's order. A rule applies if all its conditions hold; what it sets stays
// set, and later rules fill in only what is still open. They read the payee as an earlier rule renamed
// it, so a first rule may tidy a name and a second one sort it. Texts compare without case and accents.
// RuleSet is immutable once made: safe from any thread.
//   const RuleSet rules({{.rule_id = "1", .conditions = {{Field::payee, Match::contains, "nordmarkt"}},
//                         .category = "Groceries"}});
//   const RuleOutcome outcome = rules.apply(spending);
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "budgetplanner/spending.h"
#include "platform/base/error.h"

namespace budgetplanner {

enum class Field : std::uint8_t { description, payee, account };
enum class Match : std::uint8_t { contains, equals, starts_with };
enum class Sign : std::uint8_t { any, positive, refund };

inline constexpr std::size_t rule_conditions_max = 20;
inline constexpr std::size_t rule_text_max = 200;  // bytes

struct Condition {
    Field field = Field::description;
    Match match = Match::contains;
    std::string text;
};

struct Rule {
    std::string rule_id;
    std::vector<Condition> conditions;  // of texts, all of them
    // Bounds, both included, of the amount without its sign; only expenses of that currency match.
    std::optional<Money> amount_min, amount_max;
    Sign sign = Sign::any;
    std::optional<Kind> of_kind;

    // What it does; empty: leaves it.
    std::string category;
    std::optional<Kind> kind;
    std::string payee;
};

// What is wrong with a rule, each by its field; empty: it can be stored.
[[nodiscard]] base::FieldErrors faults_of(const Rule& rule);

// Views into the rules.
struct RuleOutcome {
    std::string_view category;
    std::string_view category_rule;  // id of the rule that set it
    std::string_view payee;
    std::optional<Kind> kind;
};

class RuleSet {
  public:
    RuleSet() = default;
    explicit RuleSet(std::vector<Rule> rules);

    [[nodiscard]] RuleOutcome apply(const Spending& spending) const;
    [[nodiscard]] const std::vector<Rule>& rules() const { return rules_; }

  private:
    std::vector<Rule> rules_;
    std::vector<std::vector<std::string>> folded_;  // texts of the conditions, folded
};

}  // namespace budgetplanner
