// How long a statement takes to be looked at, imported and undone, on the real store: import_bench [ROWS].
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>

#include "budgetplanner/app.h"
#include "budgetplanner/tables.h"
#include "platform/base/random.h"
#include "platform/base/run.h"
#include "platform/queue/table_queue.h"
#include "platform/table/sqlite_table.h"
#include "testing/app_client.h"

namespace {

std::string csv(int rows) {
    std::string text = "Date,Amount,Payee,Memo\n";
    for (int i = 0; i < rows; ++i) {
        const std::string cents = std::to_string(i % 9973 + 100);
        text += base::add_days("2024-01-01", i % 900) + ",-" + cents.substr(0, cents.size() - 2) +
                "." + cents.substr(cents.size() - 2) + ",Shop " + std::to_string(i % 700) +
                ",Card purchase " + std::to_string(i) + "\n";
    }
    return text;
}

class Watch {
  public:
    void lap(std::string_view what) {
        const auto now = std::chrono::steady_clock::now();
        const std::chrono::duration<double, std::milli> passed = now - begin_;
        std::printf(
            "%-10.*s %8.0f ms\n", static_cast<int>(what.size()), what.data(), passed.count()
        );
        begin_ = std::chrono::steady_clock::now();
    }

  private:
    std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

// Empty, and gone at the end.
struct Folder {
    Folder() { std::filesystem::create_directory(path); }
    ~Folder() {
        std::error_code code;
        std::filesystem::remove_all(path, code);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    const std::filesystem::path path =
        std::filesystem::temp_directory_path() / ("import_bench_" + base::random_token(8));
};

int run(int rows) {
    using namespace budgetplanner;
    const Folder folder;
    const testing::StillClock clock;
    table::SqliteStore store{
        folder.path, all_tables(), {.system = &journal::system_table(), .clock = &clock}
    };
    queue::TableQueue queue{store, clock};
    const view::Templates templates{std::filesystem::path("budgetplanner")};
    base::Pool pool{1};
    auth::Passwords passwords{{.threads = 1, .argon2_memory_kib = 64, .argon2_passes = 1}};
    App app{
        {.store = store,
         .queue = queue,
         .clock = clock,
         .templates = templates,
         .passwords = passwords,
         .pool = pool,
         .secret = std::string(32, 's')}
    };
    http::Router router;
    app.add_routes(router);
    const auto ask = [&](const testing::Somebody& who, const std::string& target,
                         const std::string& body, const std::string& type) {
        const auto render = [&](http::Request request, const base::Error& error) {
            return app.render(request, error);
        };
        return testing::send(
            router, render, "POST", target, who, body, type, {{"X-CSRF-Token", who.csrf}}
        );
    };
    const auto made =
        ask({}, "/api/register",
            R"({"username":"ann","email":"ann@example.org","password":"correct horse battery"})",
            "application/json");
    const auto* user = made.body.find("user");
    if (user == nullptr) {
        std::fprintf(stderr, "%s\n", made.text.c_str());
        return 1;
    }
    const std::string id(user->object()->text("user_id"));
    const auto session = base::run(app.sessions.start({id, "ann", "ann", "person", {}}));
    const testing::Somebody ann{id, session.cookie, session.csrf};
    const auto file = csv(rows);
    Watch watch;
    const auto looked = ask(ann, "/api/imports?account=Giro", file, "text/csv");
    watch.lap("look");
    const std::string one = "/api/imports/" + std::string(looked.body.text("import_id"));
    int status = ask(ann, one + "/apply", "{}", "application/json").status;
    (void)base::run(app.imports_worker.drain());
    watch.lap("apply");
    if (status == 200) status = ask(ann, "/api/imports?account=Giro", file, "text/csv").status;
    watch.lap("look again");
    if (status == 201) status = ask(ann, one + "/undo", "{}", "application/json").status;
    (void)base::run(app.imports_worker.drain());
    watch.lap("undo");
    pool.stop();
    passwords.stop();
    return status == 200 ? 0 : 1;
}

}  // namespace

int main(int count, char** arguments) {
    constexpr int rows = 10'000;
    return run(count > 1 ? std::atoi(arguments[1]) : rows);
}
