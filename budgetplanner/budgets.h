// Budgets: what may be spent on a category in a month, and how it stands.
//
// One amount a category and month, in the home currency. What is left goes on to the next month if that
// budget says so ("left": only what is left, "all": also what was overspent). A month without a budget
// for the category ends the chain. Spending comes from the kept totals (totals.h) alone.
//
// GET    /api/budgets               list     ?month=YYYY-MM; page /budgets
// POST   /api/budgets               create   {category, month, amount, carry_over?, thresholds?};
//                                            form POST /budgets
// POST   /api/budgets/copy          copy     {from, to}: what the later month has already stays; form too
// GET    /api/budgets/{budget_id}   get
// PUT    /api/budgets/{budget_id}   replace  form POST /budgets/{budget_id}
// PATCH  /api/budgets/{budget_id}   patch
// DELETE /api/budgets/{budget_id}   remove   form POST /budgets/{budget_id}/delete
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "budgetplanner/preferences.h"
#include "budgetplanner/totals.h"
#include "platform/base/json.h"
#include "platform/base/task.h"
#include "platform/http/response.h"
#include "platform/journal/journal.h"
#include "platform/queue/queue.h"
#include "platform/web/call.h"

namespace budgetplanner {

// How one budget stands, in minor units of the home currency.
struct Standing {
    json::Object budget;  // the record
    std::int64_t amount = 0;
    std::int64_t carried = 0;  // from the month before; below zero: overspent there
    std::int64_t spent = 0;
    [[nodiscard]] std::int64_t available() const { return amount + carried; }
    [[nodiscard]] std::int64_t left() const { return available() - spent; }
    // Whole percent of what is available, towards zero; with nothing available: 0 or, once spent, 100.
    [[nodiscard]] std::int64_t percent() const;
};

struct Month {
    std::string month;
    std::vector<Standing> budgets;  // by category
    Totals totals;                  // of the whole month, with categories that have no budget
};

[[nodiscard]] base::Task<Month> month_of_budgets(
    table::Store* store, std::string user_id, std::string month, Currency home
);
// As the API and the pages show it. `today` decides the days left and where spending should be.
[[nodiscard]] json::Object shown(
    const Month& month, const Preferences& preferences, std::string today
);

// What goes on to the next month. Pure.
[[nodiscard]] std::int64_t carried_over(std::string_view carry_over, std::int64_t left);

class Budgets {
  public:
    Budgets(journal::Journal& journal, queue::Queue& queue) : journal_(journal), queue_(queue) {}

    [[nodiscard]] base::Task<http::Response> list(web::Call call);
    [[nodiscard]] base::Task<http::Response> create(web::Call call);
    [[nodiscard]] base::Task<http::Response> copy(web::Call call);
    [[nodiscard]] base::Task<http::Response> get(web::Call call);
    [[nodiscard]] base::Task<http::Response> replace(web::Call call);
    [[nodiscard]] base::Task<http::Response> patch(web::Call call);
    [[nodiscard]] base::Task<http::Response> remove(web::Call call);

  private:
    [[nodiscard]] base::Task<json::Object> require(web::Identity who, std::string budget_id);
    [[nodiscard]] base::Task<http::Response> edit(web::Call call, table::Mode mode);
    // Every write of budgets: the event, and a look at the thresholds of these months.
    void follow_up(
        journal::Transaction& change, std::string_view user_id, std::vector<std::string> months
    );

    journal::Journal& journal_;
    queue::Queue& queue_;
};

}  // namespace budgetplanner
