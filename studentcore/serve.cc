#include "studentcore/serve.h"

#include <atomic>
#include <cstdio>
#include <memory>
#include <utility>

#include "platform/base/error.h"
#include "platform/base/pool.h"
#include "platform/base/run.h"
#include "platform/http/static_files.h"
#include "platform/program/health.h"
#include "platform/socketio/socket_io.h"
#include "platform/table/sqlite_table.h"
#include "studentcore/app.h"
#include "studentcore/demo.h"
#include "studentcore/embedded.h"
#include "studentcore/live.h"
#include "studentcore/tables.h"

namespace studentcore {
namespace {

base::Task<web::Identity> identify(App* app, socketio::ConnectPtr connect) {
    http::RequestData data;
    data.secure = connect->handshake->secure;
    for (const auto& [name, value] : connect->handshake->headers)
        data.headers.emplace_back(name, value);
    const std::string bearer = "Bearer " + std::string(connect->auth.text("token"));
    if (connect->auth.contains("token")) data.headers.emplace_back("Authorization", bearer);
    co_return co_await app->sessions.identify(http::Request(data));
}

// Who a live connection belongs to, by the handshake's headers.
Live::Identify identify_by(App& app) {
    return [&app](socketio::ConnectPtr connect) { return identify(&app, std::move(connect)); };
}

base::Task<> drain(App* app) { (void)co_await app->outbox.drain(); }

// Work beside the requests: the outbox, ended sessions, expired items.
void start_background(http::Server& server, App& app, Live& live, table::SqliteStore& store) {
    app.journal.on_outbox([&] { server.spawn(0, [&app] { return drain(&app); }); });
    server.on_tick([&, second = std::make_shared<std::atomic<unsigned>>(0)] {
        store.idle();
        if (http::current_thread() != 0) return;
        const unsigned now = second->fetch_add(1);
        server.spawn(0, [&app] { return drain(&app); });
        if (now % Live::sweep_seconds == 0) server.spawn(0, [&live] { return live.sweep(); });
        if (now % 5 == 0) server.spawn(0, [&app] { return app.settings.load(); });
        if (now % 5 == 0) server.spawn(0, [&app] { return app.api_tokens.write_used(); });
    });
}

}  // namespace

void run_serve(const program::Place& place, program::ServeOptions options) {
    program::begin(options);
    const base::SystemClock clock;
    const http::StaticFiles assets(studentcore_assets());
    const auto templates = program::templates_of(options, studentcore_templates(), assets);
    table::SqliteStore store(
        place.data, all_tables(),
        {.prefix = place.table_prefix, .system = &journal::system_table(), .clock = &clock}
    );
    if (base::run(demo_is_half(&store)))
        throw base::Error::conflict(
            "The demo data in " + place.data.string() +
            " was cut off while it was written. Run 'studentcore demo' on it again: it starts over."
        );
    auth::Passwords passwords(program::hashing_of(options));
    base::Pool pool(2);
    App app(
        {store, clock, *templates, passwords, pool, program::secret_of(place, options.secret),
         place.data}
    );
    const std::string made_up = base::run(app.prepare(options.admin_password));

    http::Router router;
    app.add_routes(router);
    assets.add_to(router);
    assets.add_at(router, "/favicon.ico", "icons/icon-192.png");
    assets.add_at(router, "/sw.js", "js/sw.js");
    http::Server server(
        options.http, router,
        [&app](http::Request request, const base::Error& error) {
            return app.render(request, error);
        },
        clock
    );
    socketio::Server io(server, router, {.engine = {.cors_origins = options.cors_origins}});
    Live live(io, app.journal, app.courses, identify_by(app));
    program::Health health(
        {clock, store, server, passwords, json::write(app.openapi()), options.metrics_token}
    );
    health.registry().gauge_of("live_sockets", "Connected Socket.IO sockets.", [&live] {
        return static_cast<double>(live.watching());
    });
    health.registry().gauge_of(
        "studentcore_outbox_failed", "Work that was given up after its last try.",
        [&app] { return static_cast<double>(app.outbox.failed_count()); }
    );
    health.add_routes(router);
    start_background(server, app, live, store);
    server.start();
    if (!made_up.empty())
        std::fprintf(
            stderr, "\n  The first admin: user name admin, password %s (shown this once)\n\n",
            made_up.c_str()
        );
    program::wait_for_end(server, options);
    pool.stop();
    passwords.stop();
}

}  // namespace studentcore
