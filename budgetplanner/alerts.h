// Looks at budgets and tells of thresholds that were crossed: once a month, category and threshold.
//
// The message "look_at_budgets" {user_id, months?} of the queue "expenses" comes with each change of entries
// or budgets, and once a day for everybody at 07:00 of their own zone (daily()). Looked at are the months
// that were touched, and with an earlier one the current month, as what is left goes on. A threshold is crossed
// when the budget's percentage has reached it; a refund or a larger budget afterwards takes nothing back,
// and crossing it again is not told again. Of thresholds crossed at one time each is told in the
// application, and the highest alone by mail; months before the last are told in the application alone.
//
// The notices, the mail's message and the end of the message looked at are one write, refused when somebody
// told the same meanwhile. Thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "budgetplanner/budgets.h"
#include "budgetplanner/notices.h"
#include "platform/base/task.h"
#include "platform/journal/journal.h"
#include "platform/queue/queue.h"
#include "platform/queue/worker.h"
#include "platform/view/view.h"

namespace budgetplanner {

// A threshold that a budget has reached.
struct Crossed {
    std::string month;
    std::string category;
    int threshold = 0;
    std::int64_t percent = 0;
    std::int64_t spent = 0;  // in minor units
    std::int64_t available = 0;

    // What it is told under.
    [[nodiscard]] std::string key() const;
};

// By category, the lower thresholds first. Pure.
[[nodiscard]] std::vector<Crossed> crossed_of(const Month& month, const Preferences& preferences);

// Before a category gets another name: what was told of it stays told under that name. May be done twice.
[[nodiscard]] base::Task<> keep_told(
    table::Store* store, std::string user_id, std::string from, std::string to
);

class Alerts {
  public:
    static constexpr int daily_hour = 7;

    Alerts(
        journal::Journal& journal, queue::Queue& queue, Notices& notices,
        const view::Templates& templates
    )
        : journal_(journal), queue_(queue), notices_(notices), templates_(templates) {}

    void add_work(queue::Worker& worker);
    // Puts in a message for everybody whose 07:00 came since the last call; call it several times an hour.
    // What was missed is made up once.
    [[nodiscard]] base::Task<> daily();

  private:
    [[nodiscard]] base::Task<> look(queue::Message* message);
    // Those of them that were not told yet.
    [[nodiscard]] base::Task<std::vector<Crossed>> untold(
        std::string user_id, std::vector<Crossed> crossed
    );
    [[nodiscard]] base::Task<> add_messages(std::vector<std::string> user_ids);
    [[nodiscard]] Notice notice_of(
        const Crossed& crossed, bool highest, const Preferences& preferences
    ) const;

    journal::Journal& journal_;
    queue::Queue& queue_;
    Notices& notices_;
    const view::Templates& templates_;
};

}  // namespace budgetplanner
