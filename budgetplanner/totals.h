// What was spent and received: the one place that every page, document, alert and export reads.
//
// The numbers are kept with each expense, in the commit that writes it (tables.cc, expense_counts), in
// minor units of the person's home currency, by kind and category; nothing here grows with the number
// of expenses. `budgetplanner recount` compares them with the records. Thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "platform/base/task.h"
#include "platform/table/table.h"

namespace budgetplanner {

struct Total {
    std::int64_t minor = 0;
    std::int64_t count = 0;  // of entries; of a range of days it is not kept: 0
};

// By category; "" for what has none.
using ByCategory = std::map<std::string, Total, std::less<>>;

struct Totals {
    ByCategory expense, income, transfer;

    [[nodiscard]] ByCategory& of(std::string_view kind);
    void add(const Totals& other);
};
[[nodiscard]] Total sum(const ByCategory& categories);

// Of a month, "2026-11".
[[nodiscard]] base::Task<Totals> totals_of_month(
    table::Store* store, std::string user_id, std::string month
);
// Of the days from `from` to `until`, both included; whole months of it cost no more than a month.
[[nodiscard]] base::Task<Totals> totals_of_days(
    table::Store* store, std::string user_id, std::string from, std::string until
);
// Spending of each day of the range that has any, for charts.
[[nodiscard]] base::Task<std::map<std::string, std::int64_t>> spending_by_day(
    table::Store* store, std::string user_id, std::string from, std::string until
);

}  // namespace budgetplanner
