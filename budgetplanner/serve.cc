#include "budgetplanner/serve.h"

#include <chrono>
#include <utility>

#include "budgetplanner/app.h"
#include "budgetplanner/embedded.h"
#include "budgetplanner/tables.h"
#include "platform/base/error.h"
#include "platform/base/pool.h"
#include "platform/http/executor.h"
#include "platform/http/static_files.h"
#include "platform/program/health.h"
#include "platform/queue/table_queue.h"
#include "platform/table/sqlite_table.h"

namespace budgetplanner {
namespace {

constexpr std::chrono::seconds work_ends_max{10};

}  // namespace

void run_serve(const program::Place& place, program::ServeOptions options) {
    program::begin(options);
    const base::SystemClock clock;
    const http::StaticFiles assets(budgetplanner_assets());
    const auto templates = program::templates_of(options, budgetplanner_templates(), assets);
    table::SqliteStore store(
        place.data, all_tables(),
        {.prefix = place.table_prefix, .system = &journal::system_table(), .clock = &clock}
    );
    queue::TableQueue queue(store, clock);
    auth::Passwords passwords(program::hashing_of(options));
    base::Pool pool(2);
    App app(
        {store, queue, clock, *templates, passwords, pool, program::secret_of(place, options.secret)
        }
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
        app.expenses_worker.tick();
    });
    server.start();
    server.spawn(0, [&app] { return app.expenses_worker.run(); });
    program::wait_for_end(server, options, [&] {
        app.expenses_worker.stop();
        (void)app.expenses_worker.wait(work_ends_max);
    });
    pool.stop();
    passwords.stop();
}

}  // namespace budgetplanner
