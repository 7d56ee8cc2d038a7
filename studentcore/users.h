// The people who sign in: admins, lecturers and students; only admins change them.
//
// A user's own student record is found through students.user_id, the one place that holds the link; the
// API shows it as student_id and takes it there. No answer and no log entry holds a password or its
// hash. At least one admin stays. A password or role change and a deletion end the user's sessions.
//
// GET    /api/users                          list          (admin); page /users; filters role, q
// POST   /api/users                          create        (admin); form POST /users
// GET    /api/users/{user_id}                get           (admin)
// PUT    /api/users/{user_id}                replace       (admin); form POST /users/{user_id}
// PATCH  /api/users/{user_id}                patch         (admin)
// DELETE /api/users/{user_id}                remove        (admin; ?cascade=true); form POST /users/{user_id}/delete
// POST   /api/users/{user_id}/end-sessions   end_sessions  (admin); form POST /users/{user_id}/end-sessions
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "platform/auth/identity.h"
#include "platform/auth/links.h"
#include "platform/auth/passwords.h"
#include "platform/auth/sessions.h"
#include "platform/auth/tokens.h"
#include "platform/base/json.h"
#include "platform/base/task.h"
#include "platform/http/response.h"
#include "platform/journal/journal.h"
#include "platform/web/call.h"
#include "studentcore/settings.h"
#include "studentcore/students.h"

namespace studentcore {

class Users {
  public:
    Users(
        journal::Journal& journal, Settings& settings, Students& students,
        auth::Passwords& passwords, auth::Sessions& sessions, auth::Tokens& tokens
    )
        : journal_(journal),
          settings_(settings),
          students_(students),
          passwords_(passwords),
          sessions_(sessions),
          tokens_(tokens) {}

    [[nodiscard]] base::Task<http::Response> list(web::Call call);
    [[nodiscard]] base::Task<http::Response> create(web::Call call);
    [[nodiscard]] base::Task<http::Response> get(web::Call call);
    [[nodiscard]] base::Task<http::Response> replace(web::Call call);
    [[nodiscard]] base::Task<http::Response> patch(web::Call call);
    [[nodiscard]] base::Task<http::Response> remove(web::Call call);
    [[nodiscard]] base::Task<http::Response> end_sessions(web::Call call);

    // The user with the name, without case; nullopt when there is none.
    [[nodiscard]] base::Task<std::optional<json::Object>> by_name(std::string username);
    [[nodiscard]] base::Task<std::optional<json::Object>> find(std::string user_id);
    // What sessions and tokens need to know; nullopt when the user is gone.
    [[nodiscard]] base::Task<std::optional<auth::User>> session_user(std::string user_id);
    [[nodiscard]] base::Task<auth::User> session_user(json::Object user);

    // When there are no users at all: makes the admin "admin". Gives the password when it was made
    // up here, to be printed once; "" otherwise.
    [[nodiscard]] base::Task<std::string> ensure_first_admin(std::string password);

  private:
    struct Changed {  // what goes along with a change of a user
        std::optional<auth::Sessions::Ending> ending;
    };
    [[nodiscard]] base::Task<http::Response> edit(web::Call call, table::Mode mode);
    // Ties the user to the student (or, with "", to none) as part of the change.
    [[nodiscard]] base::Task<> link(
        journal::Transaction* change, std::string user_id, std::string student_id
    );
    // Refuses (409) when the user is the last admin; else makes sure of it in the change.
    [[nodiscard]] base::Task<> keep_an_admin(journal::Transaction* change, std::string user_id);
    [[nodiscard]] base::Task<> open_form(web::Call call, json::Object* model);
    [[nodiscard]] base::Task<json::Object> page_model(
        web::Call call, std::string role, std::string q, std::vector<json::Object> items,
        std::string cursor, std::optional<std::int64_t> total
    );

    journal::Journal& journal_;
    Settings& settings_;
    Students& students_;
    auth::Passwords& passwords_;
    auth::Sessions& sessions_;
    auth::Tokens& tokens_;
};

// As anyone may see it: without the hash, with must_set_password.
[[nodiscard]] json::Object shown_user(json::Object user);

}  // namespace studentcore
