#include "budgetplanner/serve.h"

#include <chrono>
#include <memory>
#include <utility>

#include "budgetplanner/app.h"
#include "budgetplanner/embedded.h"
#include "budgetplanner/tables.h"
#include "platform/base/error.h"
#include "platform/base/pool.h"
#include "platform/http/executor.h"
#include "platform/http/static_files.h"
#include "platform/notify/smtp_mailer.h"
#include "platform/program/health.h"
#include "platform/queue/table_queue.h"
#include "platform/table/sqlite_table.h"

namespace budgetplanner {
namespace {

constexpr std::chrono::seconds work_ends_max{10};
constexpr unsigned mail_threads = 2;

// Null where no mail server is configured.
std::unique_ptr<notify::Mailer> mailer_of(
    const MailOptions& mail, base::Pool& pool, const base::Clock& clock
) {
    if (mail.smtp_url.empty()) return nullptr;
    return std::make_unique<notify::SmtpMailer>(
        notify::SmtpOptions{
            .url = mail.smtp_url,
            .user = mail.smtp_user,
            .password = mail.smtp_password,
            .from = mail.mail_from,
            .ca_file = mail.smtp_ca,
            .connect_seconds_max = 10,
            .seconds_max = 30
        },
        pool, clock
    );
}

std::string public_url_of(const MailOptions& mail, const program::ServeOptions& options) {
    if (!mail.public_url.empty()) return checked_public_url(mail.public_url);
    const bool secure = !options.http.certificate_file.empty();
    return (secure ? "https://localhost:" : "http://localhost:") +
           std::to_string(options.http.port);
}

base::Task<> tick(schedule::Schedule* schedule) { (void)co_await schedule->tick(); }

}  // namespace

void run_serve(
    const program::Place& place, program::ServeOptions options, const MailOptions& mail
) {
    program::begin(options);
    const base::SystemClock clock;
    const http::StaticFiles assets(budgetplanner_assets());
    const auto templates = program::templates_of(options, budgetplanner_templates(), assets);
    table::SqliteStore store(
        place.data, all_tables(),
        {.prefix = place.table_prefix, .system = &journal::system_table(), .clock = &clock}
    );
    queue::TableQueue queue(store, clock, {.retry_of = {{"mail", mail_retry}}});
    auth::Passwords passwords(program::hashing_of(options));
    base::Pool pool(2);
    base::Pool mail_pool(mail_threads);  // of its own: a mail server may be slow
    const auto mailer = mailer_of(mail, mail_pool, clock);
    App app(
        {.store = store,
         .queue = queue,
         .clock = clock,
         .templates = *templates,
         .passwords = passwords,
         .pool = pool,
         .secret = program::secret_of(place, options.secret),
         .mailer = mailer.get(),
         .mail = {.public_url = public_url_of(mail, options), .server = mailer != nullptr}}
    );

    http::Router router;
    app.add_routes(router);
    assets.add_to(router);
    http::Server server(
        options.http, router,
        [&app](http::Request request, const base::Error& error) {
            return app.render(request, error);
        },
        clock
    );
    program::Health health(
        {clock, store, server, passwords, json::write(app.openapi()), options.metrics_token}
    );
    health.add_routes(router);
    server.on_tick([&] {
        store.idle();
        if (http::current_thread() != 0) return;
        queue.tick();
        for (auto* worker : app.workers) worker->tick();
        server.spawn(0, [&app] { return tick(&app.schedule); });
    });
    server.start();
    for (auto* worker : app.workers) server.spawn(0, [worker] { return worker->run(); });
    program::wait_for_end(server, options, [&] {
        for (auto* worker : app.workers) worker->stop();
        for (auto* worker : app.workers) (void)worker->wait(work_ends_max);
    });
    pool.stop();
    mail_pool.stop();
    passwords.stop();
}

}  // namespace budgetplanner
