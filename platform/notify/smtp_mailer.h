// Mail by SMTP (libcurl): one message a connection, on a pool's thread.
//
//   notify::SmtpMailer mailer({.url = "smtp://mail.example.org:587", .user = …, .password = …,
//                              .from = "Budget <budget@example.org>"}, pool, clock);
// TLS is asked for unless the server is on this machine: smtps:// from the first byte, else STARTTLS, and
// where it is not offered nothing is sent, no password either. The pool and the clock outlive the mailer.
#pragma once

#include <string>

#include "platform/base/clock.h"
#include "platform/base/pool.h"
#include "platform/notify/mail.h"

namespace notify {

struct SmtpOptions {
    std::string url;  // smtp://host:port or smtps://host:port
    std::string user;
    std::string password;
    std::string from;         // an address, or "A name <address>"
    bool always_tls = false;  // also of a server on this machine
    std::string ca_file;      // of certificates that are trusted, "" for the system's
    long connect_seconds_max = 15;
    long seconds_max = 60;
};

class SmtpMailer final : public Mailer {
  public:
    // Throws base::Error invalid, which names what is wrong of the options.
    SmtpMailer(SmtpOptions options, base::Pool& pool, const base::Clock& clock);
    [[nodiscard]] base::Task<Outcome> send(Mail mail) override;

  private:
    [[nodiscard]] Outcome send_now(const Mail& mail) const;

    const SmtpOptions options_;
    base::Pool& pool_;
    const base::Clock& clock_;
    bool plain_ = false;  // no TLS is asked for
};

}  // namespace notify
