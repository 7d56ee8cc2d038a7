// The server: opens the data directory, starts everything, and stops it in order.
#pragma once

#include <string_view>

#include "platform/program/serve.h"

namespace budgetplanner {

// How mail goes out, and what its links begin with.
struct MailOptions {
    std::string public_url;  // "" for http://localhost and the port
    std::string smtp_url;    // "" for none: mail is printed to the log
    std::string smtp_user;
    std::string smtp_password;
    std::string smtp_ca;
    std::string mail_from = "Smart Budget Planner <budget@localhost>";
};

inline constexpr std::string_view version = "0.1.0";

// Returns after SIGTERM or SIGINT, when every request and message that had begun is ended. SIGHUP reads
// the TLS files again.
void run_serve(const program::Place& place, program::ServeOptions options, const MailOptions& mail);

}  // namespace budgetplanner
