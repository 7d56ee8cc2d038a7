#include "budgetplanner/app.h"

#include <utility>

#include "budgetplanner/own_nouns.h"
#include "budgetplanner/tables.h"

namespace budgetplanner {
namespace {

constexpr std::int64_t confirm_seconds = std::int64_t{7} * 86'400;
constexpr std::int64_t reset_seconds = 3600;
constexpr std::int64_t alerts_seconds = 900;  // zones differ by quarters of an hour
constexpr std::size_t mails_at_once = 4;
constexpr std::size_t imports_at_once = 4;

}  // namespace

App::App(Parts parts)
    : store(parts.store),
      queue(parts.queue),
      clock(parts.clock),
      journal(parts.store, parts.clock, all_tables()),
      outbox(journal),
      api_tokens(
          parts.store, parts.clock,
          [this](std::string user_id) { return accounts.session_user(std::move(user_id)); }
      ),
      sessions(parts.store, parts.clock, parts.secret, &api_tokens),
      confirm_links(parts.store, parts.clock, "confirm", confirm_seconds),
      reset_links(parts.store, parts.clock, "reset", reset_seconds),
      slow_down(parts.clock),
      schedule(parts.store, parts.clock),
      pages(parts.templates, parts.clock),
      categories(journal, categories_noun(parts.queue)),
      rules(journal, rules_noun()),
      money_accounts(journal, accounts_noun()),
      rates(journal, rates_noun()),
      categories_page(journal),
      accounts(
          journal, parts.queue, parts.passwords, sessions, slow_down, confirm_links, reset_links,
          categories
      ),
      preferences(journal, parts.texter != nullptr ? *parts.texter : no_sms),
      expenses(journal, parts.queue),
      budgets(journal, parts.queue),
      summary(journal),
      sorting(journal, parts.queue, parts.pool, categories, rules),
      imports(journal, parts.queue, parts.pool, expenses, sorting, categories, money_accounts),
      notices(journal, parts.queue),
      alerts(journal, parts.queue, notices, parts.templates),
      unsubscribe(journal, parts.secret),
      mail_work(
          journal, parts.queue, parts.mailer != nullptr ? *parts.mailer : log_mailer,
          parts.templates, confirm_links, reset_links, unsubscribe, parts.mail
      ),
      expenses_worker(parts.queue, parts.clock, "expenses"),
      imports_worker(parts.queue, parts.clock, "imports", {.at_once = imports_at_once}),
      mail_worker(parts.queue, parts.clock, "mail", {.at_once = mails_at_once}),
      workers{&expenses_worker, &imports_worker, &mail_worker} {
    sorting.add_work(expenses_worker);
    imports.add_work(imports_worker);
    alerts.add_work(expenses_worker);
    mail_work.add_work(mail_worker);
    schedule.every("alerts", alerts_seconds, [this] { return alerts.daily(); });
}

http::Response App::render(http::Request request, const base::Error& error) {
    if (request.path().starts_with("/api/") || !request.wants_html())
        return http::problem(error, request.id());
    // Known without waiting, if at all: an error page is not worth a read.
    auto response = pages.error(request, error, sessions.known(request).value_or(web::Identity{}));
    if (error.retry_after_s > 0)
        response.headers.emplace_back("Retry-After", std::to_string(error.retry_after_s));
    return response;
}

json::Object App::openapi() const {
    return web::openapi(routes_->documented(), "Smart Budget Planner", "0.1.0", record_tables());
}

}  // namespace budgetplanner
