// Mail where no server is configured: printed to the operator's log, so that a link to confirm or to reset
// can be passed on by hand. Nothing is sent.
#pragma once

#include "platform/notify/mail.h"

namespace notify {

class LogMailer final : public Mailer {
  public:
    [[nodiscard]] base::Task<Outcome> send(Mail mail) override;
};

}  // namespace notify
