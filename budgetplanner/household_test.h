// The whole application in a test: a real store in a temporary directory, the real routes and queue, a
// clock that stands still, and two people. Requests go through the router without a socket.
//
//   Household home;
//   auto made = home.ask("POST", "/api/expenses", home.ann, {{"amount", "12.50"}});
//   EXPECT_EQ(made.status, 201);  home.work();   // does all that waits in the queue
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "budgetplanner/app.h"
#include "budgetplanner/tables.h"
#include "platform/auth/passwords.h"
#include "platform/base/pool.h"
#include "platform/base/run.h"
#include "platform/http/router.h"
#include "platform/queue/table_queue.h"
#include "platform/table/sqlite_table.h"
#include "platform/view/view.h"
#include "testing/app_client.h"
#include "testing/temporary.h"

namespace budgetplanner::household_test {

using testing::Answer;
using testing::Somebody;

// Keeps the mails, and says to each what it is told to say.
class Letterbox final : public notify::Mailer {
  public:
    base::Task<notify::Outcome> send(notify::Mail mail) override {
        mails.push_back(std::move(mail));
        notify::Outcome said = outcome;
        co_return said;
    }
    std::vector<notify::Mail> mails;
    notify::Outcome outcome{.sent = notify::Sent::accepted, .words = "250 2.0.0 Ok"};
};

class Household {
  public:
    // With another mailer than the letterbox, which outlives it.
    explicit Household(notify::Mailer* other_mailer = nullptr, view::Options pages = {})
        : templates(std::filesystem::path("budgetplanner"), pages), mailer(other_mailer) {
        app.add_routes(router);
        app.journal.on_commit([this](const journal::Entry& entry) {
            for (const auto& event : entry.events) fired_.push_back(event.name);
        });
        ann = register_person("ann");
        ben = register_person("ben");
        (void)events();
    }

    Somebody register_person(const std::string& name) {
        const auto made =
            ask("POST", "/api/register", {},
                {{"username", name},
                 {"email", name + "@example.org"},
                 {"password", "correct horse battery"},
                 {"currency", "EUR"},
                 {"time_zone", "Europe/Berlin"}});
        EXPECT_EQ(made.status, 201) << made.text;
        const auto* user = made.body.find("user");
        if (user == nullptr || user->object() == nullptr) return {};
        std::string id(user->object()->text("user_id"));
        const auto started = base::run(app.sessions.start({id, name, name, "person", {}}));
        return {id, started.cookie, started.csrf};
    }

    Answer ask(
        std::string_view method, const std::string& target, const Somebody& who,
        const json::Object& body = {}, const std::map<std::string, std::string>& headers = {}
    ) {
        const bool sends = method != "GET" && (method != "DELETE" || !body.empty());
        return send(
            method, target, who, sends ? json::write(body) : std::string(), "application/json",
            headers
        );
    }
    Answer form(const std::string& target, const Somebody& who, std::string body) {
        body += "&csrf_token=" + http::percent_encode(who.csrf);
        return send("POST", target, who, body, "application/x-www-form-urlencoded", {});
    }
    // Of a stranger, as the browser's or another program's headers say.
    Answer send_form(
        const std::string& target, const std::string& body,
        const std::map<std::string, std::string>& headers = {}
    ) {
        return send("POST", target, {}, body, "application/x-www-form-urlencoded", headers);
    }
    Answer raw(
        std::string_view method, const std::string& target, const Somebody& who,
        const std::string& body, const std::string& type
    ) {
        return send(method, target, who, body, type, {{"X-CSRF-Token", who.csrf}});
    }

    // An entry of these; gives its id.
    std::string add(const Somebody& who, const json::Object& expense) {
        const auto made = ask("POST", "/api/expenses", who, expense);
        EXPECT_EQ(made.status, 201) << made.text;
        return std::string(made.body.text("expense_id"));
    }

    // Does what waits in the queues.
    void work() {
        bool more = true;
        while (more) {
            more = false;
            for (auto* worker : app.workers) more = base::run(worker->drain()) > 0 || more;
        }
    }

    // The names of the events since the last call, in order.
    std::vector<std::string> events() { return std::exchange(fired_, {}); }

    static auth::PasswordOptions cheap() {
        return {.threads = 1, .argon2_memory_kib = 64, .argon2_passes = 1};
    }

    testing::TemporaryDirectory folder;
    testing::StillClock clock;
    table::SqliteStore store{
        folder.path(), all_tables(), {.system = &journal::system_table(), .clock = &clock}
    };
    queue::TableQueue queue{store, clock, {.retry_of = {{"mail", mail_retry}}}};
    view::Templates templates;
    base::Pool pool{1};
    auth::Passwords passwords{cheap()};
    Letterbox letters;
    notify::Mailer* mailer;
    App app{
        {.store = store,
         .queue = queue,
         .clock = clock,
         .templates = templates,
         .passwords = passwords,
         .pool = pool,
         .secret = std::string(32, 's'),
         .mailer = mailer != nullptr ? mailer : &letters,
         .mail = {.public_url = "https://budget.example.org", .server = true}}
    };
    http::Router router;
    Somebody ann, ben;

  private:
    Answer send(
        std::string_view method, const std::string& target, const Somebody& who,
        const std::string& body, const std::string& type,
        const std::map<std::string, std::string>& headers
    ) {
        const auto render = [this](http::Request request, const base::Error& error) {
            return app.render(request, error);
        };
        return testing::send(router, render, method, target, who, body, type, headers);
    }

    std::vector<std::string> fired_;
};

}  // namespace budgetplanner::household_test
