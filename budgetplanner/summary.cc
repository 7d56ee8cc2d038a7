#include "budgetplanner/summary.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "budgetplanner/budgets.h"
#include "budgetplanner/own_pages.h"
#include "budgetplanner/preferences.h"
#include "budgetplanner/tables.h"
#include "budgetplanner/totals.h"
#include "platform/base/error.h"

namespace budgetplanner {
namespace {

constexpr int months_shown = 12;
constexpr std::size_t latest_shown = 8;

struct Named {
    std::string category;
    Total total;
};

// The largest first; equals by name.
std::vector<Named> by_size(const ByCategory& categories) {
    std::vector<Named> all;
    for (const auto& [category, total] : categories) all.push_back({category, total});
    std::ranges::sort(all, [](const Named& a, const Named& b) {
        return a.total.minor != b.total.minor ? a.total.minor > b.total.minor
                                              : a.category < b.category;
    });
    return all;
}

json::Array shown_categories(const ByCategory& categories, const Currency& home) {
    const auto largest = by_size(categories);
    const std::int64_t most = largest.empty() ? 0 : largest.front().total.minor;
    json::Array items;
    for (const auto& one : largest) {
        const auto part = most > 0 ? std::max<std::int64_t>(one.total.minor, 0) * 100 / most : 0;
        items.emplace_back(json::Object{
            {"category", one.category},
            {"amount", text({one.total.minor, home})},
            {"count", one.total.count},
            {"bar", part},
        });
    }
    return items;
}

json::Object shown_month(const std::string& month, const Totals& totals, const Currency& home) {
    const auto spent = sum(totals.expense);
    const auto income = sum(totals.income);
    return {
        {"month", month},
        {"spent", text({spent.minor, home})},
        {"income", text({income.minor, home})},
        {"balance", text({income.minor - spent.minor, home})},
        {"entries", spent.count + income.count + sum(totals.transfer).count},
    };
}

base::Task<json::Array> latest_of(table::Store* store, std::string user_id, bool api) {
    table::Query query;
    query.table = &expenses_table;
    query.index = "user_id-index";
    query.partitions = {std::move(user_id)};
    query.descending = true;
    query.limit = latest_shown;
    const auto page = co_await store->query(std::move(query));
    json::Array items;
    for (const auto& record : page.records)
        items.emplace_back(
            api ? table::shown(expenses_table, record.item())
                : whole(expenses_table, table::shown(expenses_table, record.item()))
        );
    co_return items;
}

}  // namespace

base::Task<http::Response> Summary::show(web::Call call) {
    auto* store = &journal_.store();
    const std::string user_id = call.who.user_id;
    const auto user = co_await user_of(store, user_id);
    const auto preferences = preferences_of(user);
    const auto& home = preferences.home;
    const auto today = preferences.today(journal_.clock());
    auto month = call.request.query("month").value_or("");
    if (month.empty()) month = month_of(today);
    if (!is_month(month)) throw base::Error::invalid("month", "This is a month, such as 2026-11.");

    const auto budgets = co_await month_of_budgets(store, user_id, month, home);
    json::Array months;
    for (int back = months_shown - 1; back > 0; --back) {
        const auto earlier = add_months(month, -back);
        const auto totals = co_await totals_of_month(store, user_id, earlier);
        months.emplace_back(shown_month(earlier, totals, home));
    }
    months.emplace_back(shown_month(month, budgets.totals, home));
    const auto unread = co_await store->counters("unread#" + user_id);
    json::Object model = shown_month(month, budgets.totals, home);
    model.set("currency", home.code());
    model.set("previous", add_months(month, -1)).set("next", add_months(month, 1));
    model.set("categories", shown_categories(budgets.totals.expense, home));
    model.set("incomes", shown_categories(budgets.totals.income, home));
    model.set("months", std::move(months));
    model.set("budgets", shown(budgets, preferences, today));
    auto latest = co_await latest_of(store, user_id, call.is_api());
    model.set("latest", std::move(latest));
    model.set("unread", unread.empty() ? std::int64_t{0} : unread.front().value);
    model.set("email_confirmed", user.truth("email_confirmed"));
    if (!call.is_api()) {
        model.set("preferences", budgetplanner::shown(preferences));
        model.set("today", today);
        co_await place_choices(&model, store, user_id);
    }
    co_return call.show("dashboard", std::move(model));
}

}  // namespace budgetplanner
