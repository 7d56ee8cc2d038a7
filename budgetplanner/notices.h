// What a person is told, and what became of it: in the application, by mail, by SMS.
//
// Whoever has something to tell puts it into the change that it is about:
//   notices.add(change, user, {.key = "budget#2026-11#food#80", .type = "budget_threshold", …});
// What has a key is told once, also after the person deleted it: the row told#<user_id>, <key> of the
// system table stands in the same write, under the condition that it was not there. Then the commit is
// refused (journal::Conflict::check). In the application it is there at once; for mail a message waits
// in the queue "mail" (mail_work.h).
//
// `delivery` of a notification is what became of it by mail: none, waiting, retried, accepted, refused,
// printed (no mail server is configured) or unknown; `deliveries` is the history, newest last, each
// {at, way, state, words}: the mail server's own words. Thread-safe.
//
// GET    /api/notifications                     list      newest first, with the number unread; page /notifications
// PATCH  /api/notifications/{notification_id}   patch     {read}; form POST /notifications/{notification_id}
// DELETE /api/notifications/{notification_id}   remove    form POST /notifications/{notification_id}/delete
// POST   /api/notifications/read-all            read_all  form POST /notifications/read-all
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "budgetplanner/preferences.h"
#include "platform/base/clock.h"
#include "platform/base/json.h"
#include "platform/base/task.h"
#include "platform/http/response.h"
#include "platform/journal/journal.h"
#include "platform/queue/queue.h"
#include "platform/web/call.h"

namespace budgetplanner {

struct Notice {
    std::string key;  // what it tells of, for once; "" when it may be told again
    std::string type;
    std::string message;
    std::string link;           // the page that it is about, "/budgets?month=2026-11"
    std::string app_only = {};  // why it is told in the application alone; "" for every way
};

// How long from now until the person's quiet time is over; 0 when it is not now.
[[nodiscard]] std::int64_t quiet_ms(const Preferences& preferences, std::int64_t now_ms);

// The notification with one more line of its history. Pure.
[[nodiscard]] json::Object with_delivery(
    json::Object notification, std::string_view state, std::string_view words, std::int64_t now_ms,
    std::string_view way = "mail"
);

class Notices {
  public:
    Notices(journal::Journal& journal, queue::Queue& queue) : journal_(journal), queue_(queue) {}

    // Of operations of the write: at most operations_each.
    static constexpr std::size_t operations_each = 3;
    // `user` is the person's record. The notification's id.
    std::string add(journal::Transaction& change, const json::Object& user, Notice notice);

    [[nodiscard]] base::Task<http::Response> list(web::Call call);
    [[nodiscard]] base::Task<http::Response> patch(web::Call call);
    [[nodiscard]] base::Task<http::Response> remove(web::Call call);
    [[nodiscard]] base::Task<http::Response> read_all(web::Call call);

    [[nodiscard]] base::Task<std::int64_t> unread(std::string user_id);

  private:
    [[nodiscard]] base::Task<json::Object> require(web::Identity who, std::string id);
    [[nodiscard]] base::Task<std::int64_t> mark_read(
        web::Call* call, std::vector<json::Object> waiting
    );

    journal::Journal& journal_;
    queue::Queue& queue_;
};

// Where it stands that something was told: pk, and sk the notice's key.
[[nodiscard]] std::string told_partition(std::string_view user_id);

}  // namespace budgetplanner
