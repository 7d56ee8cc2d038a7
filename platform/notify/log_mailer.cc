#include "platform/notify/log_mailer.h"

#include "platform/base/log.h"

namespace notify {

base::Task<Outcome> LogMailer::send(Mail mail) {
    if (std::string error = address_error(mail.to); !error.empty())
        co_return Outcome{.sent = Sent::refused, .words = std::move(error)};
    base::log(
        base::Level::info, "mail_not_sent_no_server",
        {{"to", mail.to}, {"subject", mail.subject}, {"text", mail.text}}
    );
    Outcome outcome;
    outcome.sent = Sent::accepted;
    outcome.words = "No mail server is configured; it was printed to the server's log.";
    co_return outcome;
}

}  // namespace notify
