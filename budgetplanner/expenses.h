// Expenses, income and transfers: what was spent and received, entry by entry.
//
// An entry without a category is stored and answered at once; a message in the same write has the
// worker find it (categorising.h). A change tells the person's open pages, and looks at the budgets.
//
// GET    /api/expenses               list      ?q, category, kind, account, from, until, least, most, cursor,
//                                              limit; page /expenses
// POST   /api/expenses               create    expense_id may be the client's own: the same again changes nothing;
//                                              form POST /expenses
// GET    /api/expenses/{expense_id}  get
// PUT    /api/expenses/{expense_id}  replace   form POST /expenses/{expense_id}
// PATCH  /api/expenses/{expense_id}  patch
// DELETE /api/expenses/{expense_id}  remove    form POST /expenses/{expense_id}/delete
// POST   /api/expenses/bulk          bulk      {expense_ids, change: {category | account | kind}} or {…, delete: true}
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "budgetplanner/expense_record.h"
#include "platform/base/json.h"
#include "platform/base/task.h"
#include "platform/http/response.h"
#include "platform/journal/journal.h"
#include "platform/queue/queue.h"
#include "platform/web/call.h"

namespace budgetplanner {

class Expenses {
  public:
    Expenses(journal::Journal& journal, queue::Queue& queue) : journal_(journal), queue_(queue) {}

    [[nodiscard]] base::Task<http::Response> list(web::Call call);
    [[nodiscard]] base::Task<http::Response> create(web::Call call);
    [[nodiscard]] base::Task<http::Response> get(web::Call call);
    [[nodiscard]] base::Task<http::Response> replace(web::Call call);
    [[nodiscard]] base::Task<http::Response> patch(web::Call call);
    [[nodiscard]] base::Task<http::Response> remove(web::Call call);
    [[nodiscard]] base::Task<http::Response> bulk(web::Call call);

    // The caller's own; 404 for everybody else's.
    [[nodiscard]] base::Task<json::Object> require(web::Identity who, std::string expense_id);
    [[nodiscard]] base::Task<Household> household(std::string user_id);

    // Adds what every write of expenses brings with it: the event, and the messages for those that want
    // a category and for the budgets of the months that are touched.
    void follow_up(
        journal::Transaction& change, std::string_view user_id,
        const std::vector<json::Object>& changed
    );

  private:
    struct Filter {
        std::string category, kind, account, from, until;
        std::optional<Money> least, most;
        bool has_category = false;  // also for "": those without one
    };
    struct Found {
        std::vector<json::Object> items;
        std::string cursor;
        std::optional<std::int64_t> total;
    };
    [[nodiscard]] Filter filter_of(const web::Call& call, const Household& household) const;
    [[nodiscard]] static bool matches(const json::Object& item, const Filter& filter);
    [[nodiscard]] base::Task<Found> found_by_date(
        std::string user_id, web::List list, Filter filter
    );
    [[nodiscard]] base::Task<Found> found_by_words(
        std::string user_id, web::List list, Filter filter
    );
    [[nodiscard]] base::Task<http::Response> edit(web::Call call, table::Mode mode);

    journal::Journal& journal_;
    queue::Queue& queue_;
};

// Rates that the person has set (own_nouns.h), by currency.
[[nodiscard]] base::Task<Rates> rates_of(table::Store* store, std::string user_id);

}  // namespace budgetplanner
