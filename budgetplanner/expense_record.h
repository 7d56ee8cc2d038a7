// An expense as it is stored, from what was sent: the one place where amounts, currencies and rates
// become the numbers that totals add up. Pure; used by the API, imports, recurring entries and the demo.
#pragma once

#include <expected>
#include <map>
#include <string>
#include <string_view>

#include "budgetplanner/preferences.h"
#include "budgetplanner/spending.h"
#include "platform/base/error.h"
#include "platform/base/json.h"
#include "platform/table/schema.h"

namespace budgetplanner {

// Units of the home currency for one of the other, by its code: as the person set them.
using Rates = std::map<std::string, std::string, std::less<>>;

struct Household {
    Preferences preferences;
    Rates rates;
    std::string today;
};

// Checks what was sent, lays it over `before` and sets what follows: the date and currency when none
// was told, the amount in the home currency, and who chose the category. All wrong fields are named.
[[nodiscard]] std::expected<json::Object, base::FieldErrors> checked_expense(
    const Household& household, json::Object sent, const json::Object& before, table::Mode mode
);

[[nodiscard]] Kind kind_of(const json::Object& expense);
[[nodiscard]] Money amount_of(const json::Object& expense);
// The amount in the home currency.
[[nodiscard]] Money home_of(const json::Object& expense, const Currency& home);
// Views into the item.
[[nodiscard]] Spending spending_of(const json::Object& expense);

}  // namespace budgetplanner
