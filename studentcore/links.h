// Sign-in links: how many people get their first sign-in at once, and one person a new one.
//
// A link is good once, for 7 days; with it the person sets a password that nobody else ever sees. For
// students who have no user yet one is made, named by the student's code. The answer lists the links,
// the page prints them as slips; afterwards no one can read them again.
//
// POST /api/sign-in-links                   create   (admin) {"program": …} | {"import_id": …} | {"student_ids": […]} | {"role": "faculty"}; page /sign-in-links
// POST /api/users/{user_id}/sign-in-link    of_user  (admin); page /users/{user_id}/sign-in-link
// POST /api/students/{student_id}/sign-in-link   of_student  (admin); page /students/{student_id}/sign-in-link
// GET  /welcome/{token}                     welcome_page  (anybody)
// POST /welcome/{token}                     welcome       (anybody) {password, password_again}
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "platform/auth/links.h"
#include "platform/auth/passwords.h"
#include "platform/auth/sessions.h"
#include "platform/base/json.h"
#include "platform/base/task.h"
#include "platform/http/response.h"
#include "platform/journal/journal.h"
#include "platform/web/call.h"
#include "studentcore/settings.h"
#include "studentcore/sign_in.h"
#include "studentcore/users.h"

namespace studentcore {

class SignInLinks {
  public:
    SignInLinks(
        journal::Journal& journal, Settings& settings, Users& users, SignIn& sign_in,
        auth::Links& links, auth::Passwords& passwords, auth::Sessions& sessions
    )
        : journal_(journal),
          settings_(settings),
          users_(users),
          sign_in_(sign_in),
          links_(links),
          passwords_(passwords),
          sessions_(sessions) {}

    [[nodiscard]] base::Task<http::Response> create(web::Call call);
    [[nodiscard]] base::Task<http::Response> of_user(web::Call call);
    [[nodiscard]] base::Task<http::Response> of_student(web::Call call);
    [[nodiscard]] base::Task<http::Response> welcome_page(web::Call call);
    [[nodiscard]] base::Task<http::Response> welcome(web::Call call);

  private:
    // Whose sign-ins are asked for. `named`: one by one, so those who have a password get one too.
    struct Chosen {
        std::vector<std::string> student_ids;
        std::vector<std::string> user_ids;
        bool named = false;
    };
    [[nodiscard]] base::Task<Chosen> chosen_by(const json::Object& sent);
    [[nodiscard]] base::Task<Chosen> of_program(std::string program);
    [[nodiscard]] base::Task<Chosen> of_lecturers();
    // The students and users that the import added and that are still there.
    [[nodiscard]] base::Task<Chosen> of_import(std::string import_id);
    [[nodiscard]] base::Task<Chosen> of_list(std::vector<std::string> student_ids);
    [[nodiscard]] base::Task<> keep_present(std::vector<std::string>* ids, table::SchemaRef table);
    // A slip for the student, whose user is made when there is none; nullopt when the student has
    // signed in already and `renew` is false.
    [[nodiscard]] base::Task<std::optional<json::Object>> for_student(
        journal::Actor actor, std::string student_id, bool renew
    );
    [[nodiscard]] base::Task<json::Object> for_user(journal::Actor actor, json::Object user);
    // One try to make the user of a student under that name.
    [[nodiscard]] base::Task<std::optional<json::Object>> first_sign_in(
        journal::Actor actor, json::Object of, std::string username
    );
    [[nodiscard]] http::Response slips(
        const web::Call& call, std::vector<json::Object> items, std::size_t skipped
    ) const;

    journal::Journal& journal_;
    Settings& settings_;
    Users& users_;
    SignIn& sign_in_;
    auth::Links& links_;
    auth::Passwords& passwords_;
    auth::Sessions& sessions_;
};

}  // namespace studentcore
