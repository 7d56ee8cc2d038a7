#include "budgetplanner/totals.h"

#include <utility>

#include "budgetplanner/tables.h"
#include "platform/base/clock.h"

namespace budgetplanner {
namespace {

struct Name {
    std::string_view first, kind, category;
};

// "<first>|<kind>|<category>".
Name parts_of(std::string_view name) {
    const auto one = name.find('|');
    const auto two = name.find('|', one + 1);
    return {name.substr(0, one), name.substr(one + 1, two - one - 1), name.substr(two + 1)};
}

struct Days {
    std::string month, from, until;  // of the month's days, "01" to "31", both included
    [[nodiscard]] bool whole() const { return from == "01" && until == "31"; }
};

std::vector<Days> months_between(std::string_view from, std::string_view until) {
    std::vector<Days> months;
    const std::string last(month_of(until));
    for (std::string month(month_of(from)); month <= last; month = add_months(month, 1)) {
        Days days{month, "01", "31"};
        if (month == month_of(from)) days.from = from.substr(8);
        if (month == last && month_of(base::add_days(until, 1)) == last)
            days.until = until.substr(8);
        months.push_back(std::move(days));
    }
    return months;
}

base::Task<std::vector<table::Counter>> days_of(
    table::Store* store, std::string user_id, Days days
) {
    auto counters = co_await store->counters(days_group(user_id, days.month));
    std::erase_if(counters, [&](const table::Counter& one) {
        const auto day = parts_of(one.name).first;
        return day < days.from || day > days.until;
    });
    co_return counters;
}

}  // namespace

ByCategory& Totals::of(std::string_view kind) {
    if (kind == "income") return income;
    return kind == "transfer" ? transfer : expense;
}

void Totals::add(const Totals& other) {
    const auto join = [](ByCategory& to, const ByCategory& from) {
        for (const auto& [category, total] : from) {
            to[category].minor += total.minor;
            to[category].count += total.count;
        }
    };
    join(expense, other.expense);
    join(income, other.income);
    join(transfer, other.transfer);
}

Total sum(const ByCategory& categories) {
    Total all;
    for (const auto& [category, total] : categories) {
        all.minor += total.minor;
        all.count += total.count;
    }
    return all;
}

base::Task<Totals> totals_of_month(table::Store* store, std::string user_id, std::string month) {
    Totals totals;
    const auto counters = co_await store->counters(month_group(user_id, month));
    for (const auto& one : counters) {
        const auto name = parts_of(one.name);
        auto& total = totals.of(name.kind)[std::string(name.category)];
        (name.first == "count" ? total.count : total.minor) += one.value;
    }
    for (auto* categories : {&totals.expense, &totals.income, &totals.transfer})
        std::erase_if(*categories, [](const auto& one) {
            return one.second.minor == 0 && one.second.count == 0;
        });
    co_return totals;
}

base::Task<Totals> totals_of_days(
    table::Store* store, std::string user_id, std::string from, std::string until
) {
    Totals totals;
    const auto months = months_between(from, until);
    for (const auto& days : months) {
        if (days.whole()) {
            totals.add(co_await totals_of_month(store, user_id, days.month));
            continue;
        }
        const auto counters = co_await days_of(store, user_id, days);
        for (const auto& one : counters) {
            if (one.value == 0) continue;
            const auto name = parts_of(one.name);
            totals.of(name.kind)[std::string(name.category)].minor += one.value;
        }
    }
    co_return totals;
}

base::Task<std::map<std::string, std::int64_t>> spending_by_day(
    table::Store* store, std::string user_id, std::string from, std::string until
) {
    std::map<std::string, std::int64_t> spent;
    const auto months = months_between(from, until);
    for (const auto& days : months) {
        const auto counters = co_await days_of(store, user_id, days);
        for (const auto& one : counters) {
            const auto name = parts_of(one.name);
            if (name.kind == "expense" && one.value != 0)
                spent[days.month + "-" + std::string(name.first)] += one.value;
        }
    }
    co_return spent;
}

}  // namespace budgetplanner
