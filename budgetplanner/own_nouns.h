// Declarations of what is a person's own beside the tables (own_items.h): categories, rules, accounts
// and rates of exchange.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "budgetplanner/own_items.h"
#include "budgetplanner/rules.h"
#include "platform/base/error.h"
#include "platform/queue/queue.h"

namespace budgetplanner {

extern const table::Schema category_items;
extern const table::Schema rule_items;
extern const table::Schema account_items;
extern const table::Schema rate_items;

// With the checks beside the fields', and what follows from a change. `queue` outlives them.
[[nodiscard]] OwnNoun categories_noun(queue::Queue& queue);
[[nodiscard]] OwnNoun rules_noun();
[[nodiscard]] OwnNoun accounts_noun();
[[nodiscard]] OwnNoun rates_noun();

// A rule as it is stored and sent: {"conditions": [{"field", "test", "text"}], "least", "most", "sign",
// "of_kind", "category", "kind", "payee"}; one condition may stand by itself as field, test and text.
[[nodiscard]] std::expected<Rule, base::FieldErrors> rule_of(const json::Object& item);

}  // namespace budgetplanner
