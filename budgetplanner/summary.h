// The dashboard: how the month stands, month against month, and what was entered last.
//
// Every number comes from the kept totals (totals.h) or the month's budgets; nothing is read that grows with the
// number of entries.
//
// GET /api/summary   Summary::show   ?month=YYYY-MM; page /
#pragma once

#include "platform/base/task.h"
#include "platform/http/response.h"
#include "platform/journal/journal.h"
#include "platform/web/call.h"

namespace budgetplanner {

class Summary {
  public:
    explicit Summary(journal::Journal& journal) : journal_(journal) {}

    [[nodiscard]] base::Task<http::Response> show(web::Call call);

  private:
    journal::Journal& journal_;
};

}  // namespace budgetplanner
