// The whole application in a test: a real store in a temporary directory, the real routes, a clock that
// stands still, and somebody of each role. Requests go through the router without a socket.
//
//   Office office;
//   auto made = office.ask("POST", "/api/students", office.admin, {{"full_name", "Ann"}, …});
//   EXPECT_EQ(made.status, 201);  office.events() tells what fired since the last call
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/auth/passwords.h"
#include "platform/base/clock.h"
#include "platform/base/pool.h"
#include "platform/base/random.h"
#include "platform/base/run.h"
#include "platform/http/router.h"
#include "platform/table/sqlite_table.h"
#include "platform/view/view.h"
#include "studentcore/app.h"
#include "studentcore/tables.h"
#include "testing/temporary.h"

namespace studentcore::office_test {

class StillClock final : public base::Clock {
  public:
    [[nodiscard]] std::int64_t now_ms() const override { return now_; }
    void pass_s(std::int64_t seconds) { now_ += seconds * 1000; }

  private:
    std::int64_t now_ = 1'793'000'000'000;  // 26 October 2026
};

struct Somebody {
    std::string user_id;
    std::string cookie;
    std::string csrf;
};

struct Answer {
    int status = 0;
    json::Object body;
    std::string text;
    std::string etag;
    std::multimap<std::string, std::string> headers;
    [[nodiscard]] std::string header(const std::string& name) const {
        const auto there = headers.find(name);
        return there == headers.end() ? std::string() : there->second;
    }
    [[nodiscard]] std::size_t items() const {
        const json::Value* list = body.find("items");
        return list == nullptr || list->array() == nullptr ? 0 : list->array()->size();
    }
    [[nodiscard]] json::Object item(std::size_t index) const {
        return *body.find("items")->array()->at(index).object();
    }
    // The field that a 422 or 409 names first.
    [[nodiscard]] std::string wrong() const {
        const json::Value* errors = body.find("errors");
        if (errors == nullptr || errors->array() == nullptr || errors->array()->empty()) return {};
        return std::string(errors->array()->front().object()->text("field"));
    }
};

class Office {
  public:
    Office() {
        app.add_routes(router);
        app.journal.on_commit([this](const journal::Entry& entry) {
            for (const auto& event : entry.events) {
                fired_.push_back(event.name);
                last_event = event;
            }
        });
        (void)base::run(app.prepare("a long password of the office"));
        admin = sign_in("admin-two", "admin", "Ada Admin");
        lecturer = sign_in("lect", "faculty", "Leo Lecturer");
        other_lecturer = sign_in("lect-two", "faculty", "Lena Lecturer");
        (void)events();
    }

    // A user of that role with a session.
    Somebody sign_in(
        const std::string& username, const std::string& role, const std::string& full_name
    ) {
        const std::string id = base::uuid_v7(clock.now_ms());
        journal::Transaction change({}, "user_added", "user:" + id);
        change.create(
            &users_table, {{"user_id", id},
                           {"username", username},
                           {"role", role},
                           {"full_name", full_name},
                           {"password_hash", auth::hash_now("the right password", cheap())}}
        );
        EXPECT_TRUE(base::run(app.journal.commit(std::move(change))).has_value());
        return session_of(id);
    }
    Somebody session_of(const std::string& user_id) {
        const auto user = base::run(app.users.session_user(user_id));
        const auto started = base::run(app.sessions.start(*user));
        return {user_id, started.cookie, started.csrf};
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
    Answer raw(
        std::string_view method, const std::string& target, const Somebody& who,
        const std::string& body, const std::string& type
    ) {
        return send(method, target, who, body, type, {{"X-CSRF-Token", who.csrf}});
    }
    Answer form(const std::string& target, const Somebody& who, std::string body) {
        body += "&csrf_token=" + http::percent_encode(who.csrf);
        return send("POST", target, who, body, "application/x-www-form-urlencoded", {});
    }

    // The names of the events since the last call, in order.
    std::vector<std::string> events() { return std::exchange(fired_, {}); }
    // Does all that waits in the outbox.
    void work() {
        for (int round = 0; round < 50; ++round)
            if (base::run(app.outbox.drain()) == 0) return;
        FAIL() << "the outbox never ends";
    }

    std::string add_student(
        const std::string& code, const std::string& name, const std::string& program = "Physics"
    ) {
        const auto made =
            ask("POST", "/api/students", admin,
                {{"student_code", code}, {"full_name", name}, {"program", program}});
        EXPECT_EQ(made.status, 201) << made.text;
        return std::string(made.body.text("student_id"));
    }
    std::string add_course(const std::string& name, const json::Object& more = {}) {
        json::Object sent{{"course_name", name}, {"term", "2026"}, {"credits", 4}};
        for (const auto& [attribute, value] : more) sent.set(attribute, value);
        const auto made = ask("POST", "/api/courses", admin, sent);
        EXPECT_EQ(made.status, 201) << made.text;
        return std::string(made.body.text("course_id"));
    }
    void enrol(const std::string& course_id, const std::vector<std::string>& student_ids) {
        json::Array ids;
        for (const auto& id : student_ids) ids.emplace_back(id);
        const auto done =
            ask("POST", "/api/courses/" + course_id + "/enrolments", admin, {{"student_ids", ids}});
        EXPECT_EQ(done.status, 200) << done.text;
    }
    // An attendance record as the class screen writes it, without its checks.
    std::string mark(
        const std::string& student_id, const std::string& course_id, const std::string& date,
        const std::string& name = "Old Name"
    ) {
        const std::string id = attendance_key(student_id, course_id, date, "1");
        journal::Transaction change({}, "attendance_marked", "course:" + course_id);
        change.create(
            &attendance_table, {{"attendance_id", id},
                                {"student_id", student_id},
                                {"course_id", course_id},
                                {"date", date},
                                {"session", "1"},
                                {"status", "Present"},
                                {"student_name", name},
                                {"course_name", "Old Course"}}
        );
        EXPECT_TRUE(base::run(app.journal.commit(std::move(change))).has_value());
        return id;
    }
    std::optional<json::Object> stored(table::SchemaRef table, const std::string& id) {
        const auto record = base::run(app.store.get(table, {id, {}}));
        if (!record) return std::nullopt;
        return record->item();
    }

    static auth::PasswordOptions cheap() {
        return {.threads = 1, .argon2_memory_kib = 64, .argon2_passes = 1};
    }

    testing::TemporaryDirectory folder;
    StillClock clock;
    table::SqliteStore store{
        folder.path(), all_tables(), {.system = &journal::system_table(), .clock = &clock}
    };
    view::Templates templates{std::filesystem::path("studentcore")};
    base::Pool pool{1};
    auth::Passwords passwords{cheap()};
    App app{{store, clock, templates, passwords, pool, std::string(32, 's'), folder.path()}};
    http::Router router;
    Somebody admin, lecturer, other_lecturer, nobody;
    journal::Event last_event;

  private:
    Answer send(
        std::string_view method, const std::string& target, const Somebody& who,
        const std::string& body, const std::string& type,
        const std::map<std::string, std::string>& more
    ) {
        http::RequestData data;
        for (const auto one :
             {http::Method::get, http::Method::post, http::Method::put, http::Method::patch,
              http::Method::del})
            if (http::name(one) == method) data.method = one;
        data.target = target;
        data.path = target.substr(0, target.find('?'));
        data.remote_address = "127.0.0.1";
        data.body = body;
        std::string cookie = "session=" + who.cookie;
        data.headers = {{"Host", "localhost"}, {"Accept", "*/*"}};
        if (!body.empty()) data.headers.emplace_back("Content-Type", type);
        if (!who.cookie.empty()) {
            cookie = std::string(auth::cookie_name(false)) + "=" + who.cookie;
            data.headers.emplace_back("Cookie", cookie);
            if (type == "application/json") data.headers.emplace_back("X-CSRF-Token", who.csrf);
        }
        for (const auto& [name, value] : more) data.headers.emplace_back(name, value);
        const http::Request request(data);
        http::Response response;
        try {
            std::string allowed;
            const auto* route = router.find(data, allowed);
            if (route == nullptr)
                throw base::Error(
                    allowed.empty() ? base::Code::not_found : base::Code::method_not_allowed,
                    "No such route."
                );
            response = base::run(route->handler(request));
        } catch (const base::Error& error) {
            response = app.render(request, error);
        }
        Answer answer{.status = response.status, .text = response.body, .etag = response.etag};
        if (response.shared_body) answer.text = *response.shared_body;
        if (auto parsed = json::parse(answer.text); parsed && parsed->object() != nullptr)
            answer.body = *parsed->object();
        for (const auto& [name, value] : response.headers) answer.headers.emplace(name, value);
        return answer;
    }

    std::vector<std::string> fired_;
};

}  // namespace studentcore::office_test
