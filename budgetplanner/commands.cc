#include "budgetplanner/commands.h"

#include <cstdio>
#include <fstream>
#include <iterator>
#include <utility>

#include "budgetplanner/app.h"
#include "budgetplanner/embedded.h"
#include "budgetplanner/tables.h"
#include "platform/base/error.h"
#include "platform/base/run.h"
#include "platform/http/static_files.h"
#include "platform/queue/table_queue.h"
#include "platform/table/sqlite_table.h"
#include "platform/web/call.h"

namespace budgetplanner {
namespace {

std::string bytes_of(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) throw base::Error::invalid("file", path.string() + " can't be read.");
    return {std::istreambuf_iterator<char>(in), {}};
}

using Step = base::Task<http::Response> (Imports::*)(web::Call);

// One of the resource's functions for that person, as if it was asked for by HTTP.
json::Object done(
    App& app, const web::Identity& who, Step step, std::string target, const std::string& body,
    const std::string& import_id
) {
    http::RequestData data;
    data.method = http::Method::post;
    data.path = target.substr(0, target.find('?'));
    data.target = std::move(target);
    data.body = body;
    if (!import_id.empty()) data.parameters.emplace_back("import_id", import_id);
    const web::Call call(http::Request(data), who, app.journal, app.pages);
    const auto response = base::run((app.imports.*step)(call));
    return json::parse_stored(response.body);
}

void say_refused(App& app, const web::Identity& who, const std::string& import_id) {
    std::string cursor;
    do {
        const auto page = done(
            app, who, &Imports::get, "/api/imports/one?state=refused&limit=200&cursor=" + cursor,
            {}, import_id
        );
        for (const auto& value : *page.find("items")->array()) {
            const auto& row = *value.object();
            std::printf(
                "  line %s: %s\n", std::string(row.text("line")).c_str(),
                std::string(row.text("reason")).c_str()
            );
        }
        cursor = page.text("cursor");
    } while (!cursor.empty());
}

void import_into(App& app, const ImportOptions& options) {
    const auto user = base::run(app.accounts.by_name(options.user));
    if (!user) throw base::Error::invalid("--user", "There is nobody of this name.");
    const web::Identity who{.user_id = std::string(user->text("user_id")), .name = "Command line"};
    const auto looked = done(
        app, who, &Imports::create,
        "/api/imports?account=" + http::percent_encode(options.account) +
            "&file_name=" + http::percent_encode(options.file.filename().string()),
        bytes_of(options.file), {}
    );
    const std::string id(looked.text("import_id"));
    say_refused(app, who, id);
    const auto& counts = *looked.find("counts")->object();
    for (const auto* const name : {"new", "changed", "confirms", "same", "refused"})
        std::printf(
            "%s %s%s", std::string(counts.text(name)).c_str(), name,
            std::string_view(name) == "refused" ? "\n" : ", "
        );
    if (options.dry_run || counts.integer("ready") == 0) return;
    (void)done(app, who, &Imports::apply, "/api/imports/one/apply", {}, id);
    (void)base::run(app.imports_worker.drain());
    const auto ended = done(app, who, &Imports::get, "/api/imports/one", {}, id);
    if (ended.text("state") != "applied")
        throw base::Error(base::Code::unavailable, "It goes on when the server runs.");
    std::printf("imported; its id is %s\n", id.c_str());
}

}  // namespace

void run_import(const program::Place& place, const ImportOptions& options) {
    const base::SystemClock clock;
    const http::StaticFiles assets(budgetplanner_assets());
    const auto templates =
        program::templates_of(program::ServeOptions{}, budgetplanner_templates(), assets);
    table::SqliteStore store(
        place.data, all_tables(),
        {.prefix = place.table_prefix, .system = &journal::system_table(), .clock = &clock}
    );
    queue::TableQueue queue(store, clock);
    auth::Passwords passwords(program::hashing_of(program::ServeOptions{}));
    base::Pool pool(1);
    App app(
        {.store = store,
         .queue = queue,
         .clock = clock,
         .templates = *templates,
         .passwords = passwords,
         .pool = pool,
         .secret = program::secret_of(place, {})}
    );
    import_into(app, options);
    pool.stop();
    passwords.stop();
}

}  // namespace budgetplanner
