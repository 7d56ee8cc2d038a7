// What a person has set for themselves, and the person's own day: kept in the user's record.
//
// GET   /api/preferences     PreferencesPage::show   page /settings
// PATCH /api/preferences     change   {currency, time_zone, locale, thresholds, notify_mail, notify_sms,
//                                      phone, quiet_from, quiet_until, week_starts_on}; form POST /settings
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "budgetplanner/money.h"
#include "platform/base/clock.h"
#include "platform/base/error.h"
#include "platform/base/json.h"
#include "platform/base/task.h"
#include "platform/http/response.h"
#include "platform/journal/journal.h"
#include "platform/notify/sms.h"
#include "platform/web/call.h"

namespace budgetplanner {

struct Preferences {
    Currency home;                            // what budgets and totals are counted in
    std::string time_zone = "UTC";            // IANA; whose today and months count
    std::string locale = "en";                // how amounts and dates are written
    std::vector<int> thresholds = {80, 100};  // percent of a budget that are told of
    bool notify_mail = true;                  // notices by mail, to a confirmed address
    bool notify_sms = false;
    std::string phone;    // E.164, "" for none
    int quiet_from = -1;  // minutes of the day between which nothing is sent; -1: none
    int quiet_until = -1;
    int week_starts_on = 0;  // 0 Monday … 6 Sunday

    [[nodiscard]] std::string today(const base::Clock& clock) const {
        return base::date_of(clock.now_ms(), time_zone);
    }
};

// Of a user's record; what is not set is as above.
[[nodiscard]] Preferences preferences_of(const json::Object& user);
// As the API shows them.
[[nodiscard]] json::Object shown(const Preferences& preferences);
// What was sent, laid over what was there.
[[nodiscard]] std::expected<Preferences, base::FieldErrors> changed(
    const Preferences& before, const json::Object& sent
);

// The person's record with their last word on a way of notices ("mail", "sms"): {on, at, by}, where `by` is
// settings, confirmation or link. Earlier ones stand in the log.
[[nodiscard]] json::Object with_consent(
    json::Object user, std::string_view way, bool on, std::string_view by, std::int64_t now_ms
);

class PreferencesPage {
  public:
    PreferencesPage(journal::Journal& journal, const notify::Texter& texter)
        : journal_(journal), texter_(texter) {}

    [[nodiscard]] base::Task<http::Response> show(web::Call call);
    [[nodiscard]] base::Task<http::Response> change(web::Call call);

  private:
    journal::Journal& journal_;
    const notify::Texter& texter_;
};

// The caller's record; 401 when it is gone.
[[nodiscard]] base::Task<json::Object> user_of(table::Store* store, std::string user_id);

}  // namespace budgetplanner
