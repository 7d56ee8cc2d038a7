// Ends notices by mail without signing in: the address in each mail's List-Unsubscribe header (RFC 8058).
//
// GET  /unsubscribe/{token}   page   a button, as programs that look at mail follow links
// POST /unsubscribe/{token}   end    from that page, or from the mail's reader ("List-Unsubscribe=One-Click")
//
// The token names the person and is signed by the server's secret. It says no more than this one thing, so the
// POST needs no sign-in, and comes from wherever the reader's mail is. Thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "platform/auth/hmac.h"
#include "platform/base/task.h"
#include "platform/http/response.h"
#include "platform/journal/journal.h"
#include "platform/web/call.h"

namespace budgetplanner {

class Unsubscribe {
  public:
    Unsubscribe(journal::Journal& journal, std::string_view secret);

    [[nodiscard]] std::string token(std::string_view user_id) const;
    // The person whom a token names.
    [[nodiscard]] std::optional<std::string> user_of(std::string_view token) const;

    [[nodiscard]] base::Task<http::Response> page(web::Call call);
    [[nodiscard]] base::Task<http::Response> end(web::Call call);

  private:
    [[nodiscard]] std::string signature(std::string_view user_id) const;

    journal::Journal& journal_;
    auth::Hmac hmac_;
};

}  // namespace budgetplanner
