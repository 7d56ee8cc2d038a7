// Signing in and out: by password, and what a session tells its bearer.
//
// Tries are slowed down per account and per address. An unknown name costs as much time as a wrong
// password and gets the same answer. Every sign-in makes a new session, so a cookie that was planted
// before is worth nothing. A weak or imported hash is renewed when its password was right.
//
// POST /api/login      login            (anybody); form POST /login {username, password, next}
// GET  /login          login_page       (anybody)
// POST /api/logout     logout           (signed-in); form POST /logout
// GET  /api/session    session          (signed-in)
// POST /api/password   change_password  (signed-in, by session) {password, new_password}
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "platform/auth/passwords.h"
#include "platform/auth/sessions.h"
#include "platform/auth/slow_down.h"
#include "platform/base/json.h"
#include "platform/base/task.h"
#include "platform/http/response.h"
#include "platform/journal/journal.h"
#include "platform/web/call.h"
#include "studentcore/users.h"

namespace studentcore {

class SignIn {
  public:
    SignIn(
        journal::Journal& journal, Users& users, auth::Passwords& passwords,
        auth::Sessions& sessions, auth::SlowDown& slow_down
    )
        : journal_(journal),
          users_(users),
          passwords_(passwords),
          sessions_(sessions),
          slow_down_(slow_down) {}

    [[nodiscard]] base::Task<http::Response> login(web::Call call);
    [[nodiscard]] base::Task<http::Response> login_page(web::Call call);
    [[nodiscard]] base::Task<http::Response> logout(web::Call call);
    [[nodiscard]] base::Task<http::Response> session(web::Call call);
    [[nodiscard]] base::Task<http::Response> change_password(web::Call call);

    // Starts a session for a user whose password (or link) was found to be good: the answer of a login,
    // or the page where to go, with the cookie.
    [[nodiscard]] base::Task<http::Response> begin(
        web::Call call, json::Object user, std::string next
    );

  private:
    // The user when the password is right; nullopt after the same time when not.
    [[nodiscard]] base::Task<std::optional<json::Object>> verified(
        std::string username, std::string password
    );
    [[nodiscard]] base::Task<> renew_hash(json::Object user, std::string password);

    journal::Journal& journal_;
    Users& users_;
    auth::Passwords& passwords_;
    auth::Sessions& sessions_;
    auth::SlowDown& slow_down_;
};

// A page of this site to go on to, or "": never an address elsewhere.
[[nodiscard]] std::string own_page(std::string_view next);

}  // namespace studentcore
