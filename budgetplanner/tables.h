// Every table of the Budget Planner, declared once: names, keys, attributes and indexes.
//
// The four of the paper (users, expenses, budgets, notifications) and the journal's system table, which
// also holds what is a person's own but no record of a table: categories, rules, accounts, rates,
// recurring entries and imports, each under pk "<noun>#<user_id>". Every record has an owner (user_id)
// and is read by nobody else. All records carry `version` and `updated_at`, kept by the journal.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "platform/base/json.h"
#include "platform/table/schema.h"

namespace budgetplanner {

extern const table::Schema users_table;
extern const table::Schema expenses_table;
extern const table::Schema budgets_table;
extern const table::Schema notifications_table;

// In the order in which they can be filled.
[[nodiscard]] const std::vector<table::SchemaRef>& record_tables();
// The above and the system table: what the store is opened with.
[[nodiscard]] const std::vector<table::SchemaRef>& all_tables();

// One budget a category and month: the key follows from them.
[[nodiscard]] std::string budget_key(
    std::string_view user_id, std::string_view category, std::string_view month
);

// Whose log a change belongs to: everything of one person stands under one subject.
[[nodiscard]] std::string subject_of(std::string_view user_id);
// The room of live events of that person's browsers.
[[nodiscard]] std::string room_of(std::string_view user_id);

// "2026-11" of a date.
[[nodiscard]] std::string_view month_of(std::string_view date);
[[nodiscard]] bool is_month(std::string_view text);
[[nodiscard]] std::string add_months(std::string_view month, int months);

// Names of kept numbers; totals.h reads them. In minor units of the home currency.
[[nodiscard]] std::string month_group(std::string_view user_id, std::string_view month);
[[nodiscard]] std::string days_group(std::string_view user_id, std::string_view month);

}  // namespace budgetplanner
