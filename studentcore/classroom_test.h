// A college with two courses and three students on a real store, for the tests of marks: requests go
// through a router to the resources, as a chosen person, and every event that was told is kept.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/base/pool.h"
#include "platform/base/random.h"
#include "platform/base/run.h"
#include "platform/base/text.h"
#include "platform/http/router.h"
#include "platform/table/sqlite_table.h"
#include "studentcore/access.h"
#include "studentcore/announcements.h"
#include "studentcore/attendance.h"
#include "studentcore/audit.h"
#include "studentcore/enrolments.h"
#include "studentcore/events.h"
#include "studentcore/live.h"
#include "studentcore/portal.h"
#include "studentcore/results.h"
#include "studentcore/roster_stamp.h"
#include "studentcore/stats.h"
#include "studentcore/student_summary.h"
#include "studentcore/tables.h"
#include "studentcore/transcripts.h"
#include "studentcore/undos.h"
#include "testing/temporary.h"

namespace studentcore {

class SetClock final : public base::Clock {
  public:
    [[nodiscard]] std::int64_t now_ms() const override { return now; }
    std::int64_t now = *base::parse_timestamp("2026-11-20T10:00:00Z");
};

struct Answer {
    int status = 0;
    json::Object body;
    std::string text;
    http::Pairs headers;
    [[nodiscard]] std::string header(std::string_view name) const {
        for (const auto& [key, value] : headers)
            if (key == name) return value;
        return {};
    }
    [[nodiscard]] const json::Array& list(std::string_view name) const {
        static const json::Array none;
        const auto* found = body.find(name);
        return found != nullptr && found->array() != nullptr ? *found->array() : none;
    }
    // The fields that the errors name, in their order.
    [[nodiscard]] std::vector<std::string> wrong() const {
        std::vector<std::string> fields;
        for (const auto& error : list("errors")) fields.emplace_back(error.object()->text("field"));
        return fields;
    }
};

// The model as it is, behind the page's name.
class ModelPages final : public web::Pages {
  public:
    std::string render(
        std::string_view name, json::Object model, const web::Identity&, http::Request
    ) override {
        model.set("page", name);
        return json::write(model);
    }
};

class Classroom : public ::testing::Test {
  protected:
    Classroom() {
        base::run(settings.load());
        journal.on_commit([this](const journal::Entry& entry) {
            for (const auto& event : entry.events) {
                told.push_back(event);
                told_entries.push_back(entry);
            }
        });
        add_routes();
        for (const auto* name : {"Asha Rao", "Émile Zola", "Chen \"C\" Li"}) add_student(name);
        add_course("Databases", "4", ann.user_id);
        add_course("Networks", "2", bob.user_id);
        for (const auto& id : students) enrol(id, courses[0]);
        enrol(students[0], courses[1]);
        asha.own_record = students[0];
        emile.own_record = students[1];
        told.clear();
        told_entries.clear();
    }

    static web::Identity person(std::string name, std::string_view role) {
        web::Identity who;
        who.user_id = base::uuid_v5(name);
        who.name = std::move(name);
        who.role = role;
        return who;
    }

    std::string add_student(std::string_view name) {
        const auto id = base::uuid_v7(clock.now);
        write(
            &students_table, {{"student_id", id},
                              {"full_name", name},
                              {"program", "Physics"},
                              {"student_code", "S" + std::to_string(students.size() + 1)},
                              {"status", "active"},
                              {"sort_name", base::folded(name)},
                              {"shard", shard_of(id)}}
        );
        students.push_back(id);
        return id;
    }
    void add_course(std::string_view name, std::string_view credits, std::string_view lecturer) {
        const auto id = base::uuid_v7(clock.now);
        write(
            &courses_table, {{"course_id", id},
                             {"course_name", name},
                             {"faculty", lecturer},
                             {"term", settings.current_term()},
                             {"schedule", "Fri 09:00-10:30"},
                             {"credits", json::Number{std::string(credits)}}}
        );
        courses.push_back(id);
    }
    void enrol(const std::string& student_id, const std::string& course_id) {
        (void)base::run(enrolments.enrol({}, {student_id}, {course_id}));
    }
    void write(table::SchemaRef schema, json::Object item) {
        const auto subject = subject_of(*schema, item);
        const auto noun = schema->name.substr(0, schema->name.size() - 1);
        journal::Transaction change({}, noun + "_added", subject);
        change.create(schema, std::move(item));
        ASSERT_TRUE(base::run(journal.commit(std::move(change))));
    }

    Answer ask(
        const web::Identity& who, http::Method method, std::string target, std::string body = {},
        http::Pairs headers = {}
    ) {
        http::RequestData data;
        data.method = method;
        data.target = target;
        data.path = target.substr(0, target.find('?'));
        const bool form = !body.empty() && body.front() != '{';
        data.headers.emplace_back(
            "Content-Type", form ? "application/x-www-form-urlencoded" : "application/json"
        );
        for (const auto& [name, value] : headers) data.headers.emplace_back(name, value);
        data.body = body;
        std::string allowed;
        const auto* route = router.find(data, allowed);
        if (route == nullptr) return {.status = 404, .body = {}, .text = "no route", .headers = {}};
        asking = who;
        http::Response response;
        try {
            response = base::run(route->handler(http::Request(data)));
        } catch (const base::Error& error) {
            response = http::problem(error, "test");
        }
        Answer answer{.status = response.status, .body = {}, .text = {}, .headers = {}};
        answer.text = response.shared_body ? *response.shared_body : response.body;
        if (auto read = json::parse(answer.text); read && read->object())
            answer.body = *read->object();
        for (auto& [name, value] : response.headers) answer.headers.emplace_back(name, value);
        return answer;
    }
    Answer get(const web::Identity& who, std::string target) {
        return ask(who, http::Method::get, std::move(target));
    }
    Answer post(
        const web::Identity& who, std::string target, const json::Object& body,
        http::Pairs headers = {}
    ) {
        return ask(
            who, http::Method::post, std::move(target), json::write(body), std::move(headers)
        );
    }

    template <class R>
    void route(
        http::Method method, std::string pattern, R& resource,
        base::Task<http::Response> (R::*member)(web::Call)
    ) {
        router.add(method, std::move(pattern), [this, &resource, member](http::Request request) {
            return (resource.*member)(web::Call(request, asking, journal, pages));
        });
    }
    template <class R>
    void marks_routes(const std::string& noun, const std::string& key, R& resource) {
        using http::Method;
        const std::string one = "/api/" + noun + "/{" + key + "}";
        route(Method::get, "/api/" + noun, resource, &R::list);
        route(Method::post, "/api/" + noun, resource, &R::create);
        route(Method::get, one, resource, &R::one);
        route(Method::put, one, resource, &R::replace);
        route(Method::patch, one, resource, &R::patch);
        route(Method::del, one, resource, &R::remove);
        route(Method::get, "/api/students/{student_id}/" + noun, resource, &R::of_student);
        for (const std::string prefix : {"/api", ""}) {
            const std::string path = prefix + "/courses/{course_id}/" + noun;
            route(Method::get, path, resource, &R::class_view);
            route(Method::post, path, resource, &R::save_class);
        }
        route(Method::get, "/" + noun, resource, &R::choose);
    }
    void add_routes() {
        using http::Method;
        marks_routes("attendance", "attendance_id", attendance);
        marks_routes("results", "result_id", results);
        route(
            Method::get, "/api/students/{student_id}/summary", summaries, &StudentSummary::summary
        );
        route(Method::get, "/students/{student_id}", summaries, &StudentSummary::summary);
        route(
            Method::get, "/api/students/{student_id}/timeline", summaries, &StudentSummary::timeline
        );
        route(
            Method::get, "/api/students/{student_id}/transcript.pdf", transcripts,
            &Transcripts::transcript
        );
        route(
            Method::get, "/api/courses/{course_id}/report.pdf", transcripts,
            &Transcripts::class_report
        );
        route(Method::del, "/api/enrolments/{enrolment_id}", enrolments, &Enrolments::remove);
        route(Method::get, "/api/stats", stats, &Stats::stats);
        route(Method::get, "/", stats, &Stats::dashboard);
        route(Method::get, "/me", portal, &Portal::me);
        route(Method::get, "/api/events", events, &Events::after);
        route(Method::get, "/api/audit", audit, &Audit::list);
        route(Method::post, "/api/audit/{entry_id}/undo", audit, &Audit::undo);
        route(Method::post, "/api/recover", audit, &Audit::recover);
        route(Method::get, "/api/announcements", announcements, &Announcements::list);
        route(Method::post, "/api/announcements", announcements, &Announcements::create);
        route(
            Method::del, "/api/announcements/{announcement_id}", announcements,
            &Announcements::remove
        );
    }

    std::string course_path(int course, const std::string& rest) const {
        return "/api/courses/" + courses[static_cast<std::size_t>(course)] + rest;
    }
    json::Object mark(int student_at, std::string_view status) const {
        return {{"student_id", students[static_cast<std::size_t>(student_at)]}, {"status", status}};
    }
    json::Object result(int student_at, std::string_view exam, std::string_view marks) const {
        return {
            {"student_id", students[static_cast<std::size_t>(student_at)]},
            {"course_id", courses[0]},
            {"exam_type", exam},
            {"marks", json::Number{std::string(marks)}},
            {"max_marks", 100}
        };
    }
    // What this person would hear on a socket of what was told since.
    std::vector<std::pair<std::string, json::Object>> heard(
        const web::Identity& who, const std::vector<std::string>& taught
    ) const {
        const auto rooms = rooms_of(who, taught);
        std::vector<std::pair<std::string, json::Object>> out;
        for (std::size_t at = 0; at < told.size(); ++at)
            for (const auto& message : messages_of(told[at], told_entries[at]))
                if (std::ranges::any_of(message.rooms, [&](const std::string& room) {
                        return std::ranges::find(rooms, room) != rooms.end();
                    }))
                    out.emplace_back(told[at].name, message.payload);
        return out;
    }

    const web::Identity office = person("Olga Office", admin);
    const web::Identity ann = person("Ann Lecturer", faculty);
    const web::Identity bob = person("Bob Lecturer", faculty);
    web::Identity asha = person("Asha Rao", student);
    web::Identity emile = person("Émile Zola", student);

    testing::TemporaryDirectory folder;
    SetClock clock;
    table::SqliteStore store{
        folder.path(),
        all_tables(),
        {.prefix = {}, .system = &journal::system_table(), .clock = &clock}
    };
    journal::Journal journal{store, clock, record_tables()};
    ModelPages pages;
    base::Pool pool{1};
    Settings settings{journal};
    Courses course_list{journal, settings};
    Enrolments enrolments{journal};
    Attendance attendance{journal, settings, course_list};
    Results results{journal, settings, course_list};
    StudentSummary summaries{journal, settings, course_list};
    Portal portal{journal, settings, course_list};
    Stats stats{journal, settings, course_list};
    Transcripts transcripts{journal, settings, pool};
    Undos undos{journal};
    Audit audit{journal, undos};
    Events events{journal, course_list};
    Announcements announcements{journal};
    http::Router router;
    web::Identity asking;
    std::vector<std::string> students;
    std::vector<std::string> courses;
    std::vector<journal::Event> told;
    std::vector<journal::Entry> told_entries;
};

}  // namespace studentcore
