// The Budget Planner as one object: every resource, made once, with what it uses.
//
// The store, queue, clock, templates and pools are the caller's and outlive it; serve.cc makes them, tests
// make their own. Nothing here knows which adapter a port stands on.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "budgetplanner/accounts.h"
#include "budgetplanner/alerts.h"
#include "budgetplanner/budgets.h"
#include "budgetplanner/expenses.h"
#include "budgetplanner/imports.h"
#include "budgetplanner/mail_work.h"
#include "budgetplanner/notices.h"
#include "budgetplanner/own_items.h"
#include "budgetplanner/own_pages.h"
#include "budgetplanner/pages.h"
#include "budgetplanner/preferences.h"
#include "budgetplanner/sorting.h"
#include "budgetplanner/summary.h"
#include "budgetplanner/unsubscribe.h"
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
#include "platform/notify/log_mailer.h"
#include "platform/notify/sms.h"
#include "platform/queue/queue.h"
#include "platform/queue/worker.h"
#include "platform/schedule/schedule.h"
#include "platform/view/view.h"
#include "platform/web/routes.h"

namespace budgetplanner {

// What the application stands on.
struct Parts {
    table::Store& store;
    queue::Queue& queue;
    const base::Clock& clock;
    const view::Templates& templates;
    auth::Passwords& passwords;
    base::Pool& pool;
    std::string secret;                // 32 bytes that sign sessions and URLs
    notify::Mailer* mailer = nullptr;  // null: mail is printed to the log
    notify::Texter* texter = nullptr;  // null: no short messages
    MailSettings mail = {};
};

class App {
  public:
    explicit App(Parts parts);
    App(const App&) = delete;
    App& operator=(const App&) = delete;

    // Every URL; the whole surface is in routes.cc.
    void add_routes(http::Router& router);
    // The answer for an error: a page or problem details.
    [[nodiscard]] http::Response render(http::Request request, const base::Error& error);
    [[nodiscard]] json::Object openapi() const;

    table::Store& store;
    queue::Queue& queue;
    const base::Clock& clock;
    journal::Journal journal;
    journal::Outbox outbox;
    auth::Tokens api_tokens;
    auth::Sessions sessions;
    auth::Links confirm_links;
    auth::Links reset_links;
    auth::SlowDown slow_down;
    notify::LogMailer log_mailer;
    notify::NoSms no_sms;
    // Work at set times; the caller ticks it.
    schedule::Schedule schedule;

    Pages pages;
    OwnItems categories, rules, money_accounts, rates;
    CategoriesPage categories_page;
    Accounts accounts;
    PreferencesPage preferences;
    Expenses expenses;
    Budgets budgets;
    Summary summary;
    Sorting sorting;
    Imports imports;
    Notices notices;
    Alerts alerts;
    Unsubscribe unsubscribe;
    MailWork mail_work;

    // Do what the queues of these names hold; the caller runs, ticks and stops them all.
    queue::Worker expenses_worker;
    queue::Worker imports_worker;
    queue::Worker mail_worker;
    std::vector<queue::Worker*> workers;

  private:
    std::unique_ptr<web::Routes> routes_;
};

}  // namespace budgetplanner
