// Registration, sign-in, confirmation of the e-mail address, password reset, and the sessions that are on.
//
// POST   /api/register              register_me  strangers; {username, email, password, currency?, time_zone?,
//                                                locale?}; form POST /register
// POST   /api/login                 login        strangers; {username (or e-mail), password}; form POST /login
// POST   /api/logout                logout       form POST /logout
// GET    /api/session               session
// POST   /api/confirm               send_confirmation   mails the link again; form POST /confirm
// GET    /confirm/{token}           confirm_page   a button, as programs that look at mail follow links
// POST   /confirm/{token}           confirm
// POST   /api/forgot                forgot       strangers; {email}: the answer is always the same; form too
// GET    /reset/{token}             reset_page
// POST   /reset/{token}             reset        strangers; {password}
// POST   /api/password              change_password  {password, new_password}; form POST /password
// GET    /api/sessions              sessions     page /sessions
// DELETE /api/sessions/{session_id} end_session  form POST /sessions/{session_id}/end
//
// Items of the system table: session_of#<user_id>, <session_id> {at, agent, address, ttl}.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "budgetplanner/own_items.h"
#include "platform/auth/links.h"
#include "platform/auth/password_try.h"
#include "platform/auth/passwords.h"
#include "platform/auth/sessions.h"
#include "platform/base/json.h"
#include "platform/base/task.h"
#include "platform/http/response.h"
#include "platform/journal/journal.h"
#include "platform/queue/queue.h"
#include "platform/web/call.h"

namespace budgetplanner {

class Accounts {
  public:
    Accounts(
        journal::Journal& journal, queue::Queue& queue, auth::Passwords& passwords,
        auth::Sessions& sessions, auth::SlowDown& slow_down, auth::Links& confirm_links,
        auth::Links& reset_links, OwnItems& categories
    )
        : journal_(journal),
          queue_(queue),
          passwords_(passwords),
          sessions_(sessions),
          password_try_(passwords, slow_down),
          confirm_links_(confirm_links),
          reset_links_(reset_links),
          categories_(categories) {}

    [[nodiscard]] base::Task<http::Response> register_page(web::Call call);
    [[nodiscard]] base::Task<http::Response> register_me(web::Call call);
    [[nodiscard]] base::Task<http::Response> login_page(web::Call call);
    [[nodiscard]] base::Task<http::Response> login(web::Call call);
    [[nodiscard]] base::Task<http::Response> logout(web::Call call);
    [[nodiscard]] base::Task<http::Response> session(web::Call call);
    [[nodiscard]] base::Task<http::Response> send_confirmation(web::Call call);
    [[nodiscard]] base::Task<http::Response> confirm_page(web::Call call);
    [[nodiscard]] base::Task<http::Response> confirm(web::Call call);
    [[nodiscard]] base::Task<http::Response> forgot_page(web::Call call);
    [[nodiscard]] base::Task<http::Response> forgot(web::Call call);
    [[nodiscard]] base::Task<http::Response> reset_page(web::Call call);
    [[nodiscard]] base::Task<http::Response> reset(web::Call call);
    [[nodiscard]] base::Task<http::Response> change_password(web::Call call);
    [[nodiscard]] base::Task<http::Response> sessions(web::Call call);
    [[nodiscard]] base::Task<http::Response> end_session(web::Call call);

    // By user name or e-mail address, without case; nullopt when there is none.
    [[nodiscard]] base::Task<std::optional<json::Object>> by_name(std::string name);
    [[nodiscard]] base::Task<std::optional<auth::User>> session_user(std::string user_id);

  private:
    [[nodiscard]] base::Task<http::Response> begin(
        web::Call call, json::Object user, std::string next, int status
    );
    // Ends all sessions and sets the password, in one write with `also`.
    [[nodiscard]] base::Task<> set_password(
        web::Call* call, json::Object user, std::string password, std::string field,
        std::vector<table::Operation> also
    );

    journal::Journal& journal_;
    queue::Queue& queue_;
    auth::Passwords& passwords_;
    auth::Sessions& sessions_;
    auth::PasswordTry password_try_;
    auth::Links& confirm_links_;
    auth::Links& reset_links_;
    OwnItems& categories_;
};

// The partition of the system table whose sort keys are the person's sessions.
[[nodiscard]] std::string session_rows_of(std::string_view user_id);

}  // namespace budgetplanner
