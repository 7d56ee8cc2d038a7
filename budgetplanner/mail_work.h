// Sends what waits in the queue "mail".
//
//   confirm_address {user_id}                   a link that confirms the address, unless it is
//   reset_password  {user_id}                   a link that sets a new password
//   notice          {user_id, notification_id}  a notification, to a confirmed address, not in the quiet time
//
// Links are made as the mail is sent, so that the queue holds none; each has a message id of its own, as a
// second mail's link replaces the first's. All tries of a notice have one message id. What the mail server
// said is written into the notification, with the end of the message. Before each try of a notice stands
// that it begins: a program that is ended between the server's word and that write sends it once more,
// and never a third time. Thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "budgetplanner/mail_text.h"
#include "budgetplanner/preferences.h"
#include "budgetplanner/unsubscribe.h"
#include "platform/auth/links.h"
#include "platform/base/task.h"
#include "platform/journal/journal.h"
#include "platform/notify/mail.h"
#include "platform/queue/queue.h"
#include "platform/queue/worker.h"
#include "platform/view/view.h"

namespace budgetplanner {

struct MailSettings {
    std::string public_url = "http://localhost:5001";  // how readers reach this program
    bool server = false;  // false: no mail server is configured, mail is printed to the log
};

// Tries of a mail: 17 to 33 hours until it is set aside.
inline constexpr queue::Retry mail_retry{
    .tries_max = 40, .first_ms = 30'000, .most_ms = std::int64_t{3600} * 1000
};

class MailWork {
  public:
    MailWork(
        journal::Journal& journal, queue::Queue& queue, notify::Mailer& mailer,
        const view::Templates& templates, auth::Links& confirm_links, auth::Links& reset_links,
        const Unsubscribe& unsubscribe, MailSettings settings
    );

    void add_work(queue::Worker& worker);

  private:
    [[nodiscard]] base::Task<> confirm_address(queue::Message* message);
    [[nodiscard]] base::Task<> reset_password(queue::Message* message);
    [[nodiscard]] base::Task<> notice(queue::Message* message);
    // Throws for what is to be tried again.
    [[nodiscard]] base::Task<> send_link(json::Object user, Letter letter, std::string token);
    // Reads the notification again until the write goes through; false when it is gone.
    [[nodiscard]] base::Task<bool> write_down(
        queue::Message* message, std::string state, std::string words, bool ends
    );
    [[nodiscard]] base::Task<bool> begin_try(std::string notification_id);
    // Puts it off until then.
    [[nodiscard]] base::Task<> put_off(queue::Message* message, std::int64_t delay_ms);

    journal::Journal& journal_;
    queue::Queue& queue_;
    notify::Mailer& mailer_;
    const view::Templates& templates_;
    auth::Links& confirm_links_;
    auth::Links& reset_links_;
    const Unsubscribe& unsubscribe_;
    const MailSettings settings_;
    const std::string domain_;  // of message ids
};

// "budget.example" of "https://budget.example:8443/x".
[[nodiscard]] std::string host_of(std::string_view url);
// As the flag takes it: http or https, a host, no slash at the end. Throws base::Error invalid.
[[nodiscard]] std::string checked_public_url(std::string_view url);

}  // namespace budgetplanner
