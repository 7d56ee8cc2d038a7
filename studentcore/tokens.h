// API tokens for programs: a person's own, and for an admin anybody's. The text is shown once.
//
// Only a session may make or revoke tokens: a token that could make tokens would outlive its expiry.
//
// GET    /api/tokens              list    (signed-in; an admin with ?user_id= another's); page /tokens
// POST   /api/tokens              create  (signed-in) {name, scope: "read"|"write", days}; form POST /tokens
// DELETE /api/tokens/{token_id}   revoke  (signed-in; ?user_id=); form POST /tokens/{token_id}/delete
#pragma once

#include <string>

#include "platform/auth/tokens.h"
#include "platform/base/json.h"
#include "platform/base/task.h"
#include "platform/http/response.h"
#include "platform/journal/journal.h"
#include "platform/web/call.h"

namespace studentcore {

class Tokens {
  public:
    Tokens(journal::Journal& journal, auth::Tokens& tokens) : journal_(journal), tokens_(tokens) {}

    [[nodiscard]] base::Task<http::Response> list(web::Call call);
    [[nodiscard]] base::Task<http::Response> create(web::Call call);
    [[nodiscard]] base::Task<http::Response> revoke(web::Call call);

  private:
    [[nodiscard]] base::Task<json::Object> model(web::Call call, std::string user_id);
    [[nodiscard]] base::Task<> log(web::Call call, std::string action, std::string user_id);

    journal::Journal& journal_;
    auth::Tokens& tokens_;
};

}  // namespace studentcore
