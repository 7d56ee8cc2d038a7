// StudentCore as one object: every resource, made once, with what it uses.
//
// The store, clock, templates, pools and server are the caller's and outlive it; main.cc makes them,
// tests make their own. Nothing here knows which adapter a port stands on.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "platform/auth/links.h"
#include "platform/auth/passwords.h"
#include "platform/auth/sessions.h"
#include "platform/auth/slow_down.h"
#include "platform/auth/tokens.h"
#include "platform/base/clock.h"
#include "platform/base/pool.h"
#include "platform/http/router.h"
#include "platform/journal/journal.h"
#include "platform/journal/outbox.h"
#include "platform/view/view.h"
#include "platform/web/routes.h"
#include "studentcore/announcements.h"
#include "studentcore/attendance.h"
#include "studentcore/audit.h"
#include "studentcore/copies.h"
#include "studentcore/courses.h"
#include "studentcore/enrolments.h"
#include "studentcore/events.h"
#include "studentcore/exports.h"
#include "studentcore/imports.h"
#include "studentcore/links.h"
#include "studentcore/pages.h"
#include "studentcore/portal.h"
#include "studentcore/removals.h"
#include "studentcore/results.h"
#include "studentcore/settings.h"
#include "studentcore/sign_in.h"
#include "studentcore/stats.h"
#include "studentcore/student_summary.h"
#include "studentcore/students.h"
#include "studentcore/tokens.h"
#include "studentcore/transcripts.h"
#include "studentcore/undos.h"
#include "studentcore/users.h"

namespace studentcore {

// What the application stands on.
struct Parts {
    table::Store& store;
    const base::Clock& clock;
    const view::Templates& templates;
    auth::Passwords& passwords;
    base::Pool& pool;
    std::string secret;            // 32 bytes that sign sessions
    std::filesystem::path folder;  // for files that wait, such as an import's
};

class App {
  public:
    explicit App(Parts parts);
    App(const App&) = delete;
    App& operator=(const App&) = delete;

    // Every URL; the whole surface is in routes.cc.
    void add_routes(http::Router& router);
    // Before serving: settings, imports that were cut off, the first admin. Gives the admin's password
    // when it was made up here.
    [[nodiscard]] base::Task<std::string> prepare(std::string admin_password);
    // The answer for an error: a page or problem details.
    [[nodiscard]] http::Response render(http::Request request, const base::Error& error);
    [[nodiscard]] json::Object openapi() const;

    table::Store& store;
    const base::Clock& clock;
    journal::Journal journal;
    journal::Outbox outbox;
    auth::Tokens api_tokens;
    auth::Sessions sessions;
    auth::Links one_time_links;
    auth::SlowDown slow_down;

    Settings settings;
    Pages pages;
    Students students;
    Courses courses;
    Enrolments enrolments;
    Users users;
    SignIn sign_in;
    SignInLinks links;
    Tokens tokens;
    Attendance attendance;
    Results results;
    StudentSummary summaries;
    Portal portal;
    Stats stats;
    Transcripts transcripts;
    Undos undos;
    Audit audit;
    Events events;
    Announcements announcements;
    Imports imports;
    Exports exports;

  private:
    Copies copies_;
    Removals removals_;
    std::unique_ptr<web::Routes> routes_;
};

}  // namespace studentcore
