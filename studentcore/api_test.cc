// What holds for every route of the API, tried on some of each kind: repeated requests, preconditions,
// query parameters, and that the API document tells of them.
#include <gmock/gmock.h>

#include "studentcore/office_test.h"

namespace studentcore::office_test {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::map<std::string, std::string> first_key{{"Idempotency-Key", "first"}};

struct Class : Office {
    std::string student = add_student("S1", "Ann Lee");
    std::string course = add_course("Databases", {{"faculty", lecturer.user_id}});
    Class() { enrol(course, {student}); }
};

TEST(Repeated, WritesOfEveryKindGetTheFirstAnswerAgain) {
    Class office;
    const std::string of_course = "/api/courses/" + office.course;
    const json::Array row{json::Object{{"student_id", office.student}, {"status", "Late"}}};
    const std::vector<std::pair<std::string, json::Object>> writes{
        {"/api/courses", {{"course_name", "Algebra"}, {"term", "2026"}}},
        {of_course + "/attendance", {{"date", "2026-10-23"}, {"marks", row}}},
        {of_course + "/enrolments", {{"student_ids", json::Array{office.student}}}},
        {"/api/tokens", {{"name", "script"}, {"days", 7}}},
        {"/api/students/" + office.student + "/sign-in-link", {}},
        {"/api/sign-in-links", {{"student_ids", json::Array{office.student}}}},
        {"/api/announcements", {{"title", "Holiday"}, {"text", "On Friday."}}},
        {"/api/users/" + office.lecturer.user_id + "/end-sessions", {}},
    };
    for (const auto& [path, body] : writes) {
        const std::map<std::string, std::string> key{{"Idempotency-Key", "for " + path}};
        const auto once = office.ask("POST", path, office.admin, body, key);
        EXPECT_LT(once.status, 300) << path << once.text;
        const auto again = office.ask("POST", path, office.admin, body, key);
        EXPECT_EQ(again.status, once.status) << path << again.text;
        EXPECT_EQ(again.text, once.text) << path;
        EXPECT_EQ(again.header("Idempotent-Replayed"), "true") << path;
        auto other = body;
        other.set("other", "request");
        EXPECT_EQ(office.ask("POST", path, office.admin, other, key).status, 422) << path;
    }
    EXPECT_EQ(office.ask("GET", "/api/tokens", office.admin).items(), 1U);
}

TEST(Repeated, ChangesAndDeletionsDoTooThoughTheRecordIsAnotherByThen) {
    Class office;
    const std::string url = "/api/students/" + office.student;
    std::map<std::string, std::string> headers{{"Idempotency-Key", "k"}, {"If-Match", "\"v2\""}};
    const auto changed = office.ask("PATCH", url, office.admin, {{"full_name", "Ann B."}}, headers);
    ASSERT_EQ(changed.status, 200) << changed.text;
    const auto again = office.ask("PATCH", url, office.admin, {{"full_name", "Ann B."}}, headers);
    EXPECT_EQ(again.status, 200) << again.text;
    EXPECT_EQ(again.text, changed.text);
    const auto nothing =
        office.ask("PATCH", url, office.admin, {{"full_name", "Ann B."}}, first_key);
    EXPECT_EQ(nothing.status, 200);
    (void)office.ask("PATCH", url, office.admin, {{"full_name", "Ann C."}});
    (void)office.ask("PATCH", url, office.admin, {{"full_name", "Ann B."}}, first_key);
    EXPECT_EQ(office.ask("GET", url, office.admin).body.text("full_name"), "Ann C.")
        << "what changed nothing then changes nothing when it is repeated";
    const std::string enrolment = "/api/enrolments/" + enrolment_key(office.student, office.course);
    const std::map<std::string, std::string> key{{"Idempotency-Key", "gone"}};
    EXPECT_EQ(office.ask("DELETE", enrolment, office.admin, {}, key).status, 204);
    EXPECT_EQ(office.ask("DELETE", enrolment, office.admin, {}, key).status, 204);
    EXPECT_EQ(office.ask("DELETE", enrolment, office.admin).status, 404);
}

TEST(Repeated, AKeyIsItsCallersOwnAndARefusedRequestGivesItBack) {
    Class office;
    const json::Object token{{"name", "script"}};
    EXPECT_EQ(
        office.ask("POST", "/api/tokens", office.admin, {{"name", ""}}, first_key).status, 422
    );
    const auto mine = office.ask("POST", "/api/tokens", office.admin, token, first_key);
    const auto theirs = office.ask("POST", "/api/tokens", office.lecturer, token, first_key);
    ASSERT_EQ(theirs.status, 201) << theirs.text;
    EXPECT_NE(mine.body.text("token"), theirs.body.text("token"));
    office.clock.pass_s(1);
    const auto page = base::run(office.store.scan(&journal::system_table(), "", 500));
    for (const auto& record : page.records)
        EXPECT_THAT(record.text, Not(HasSubstr(std::string(mine.body.text("token")))))
            << "what is shown once is nowhere in the clear";
}

TEST(Repeated, AKeyOfMoreThan128CharactersIsRefusedEverywhere) {
    Office office;
    const std::map<std::string, std::string> key{{"Idempotency-Key", std::string(129, 'k')}};
    for (const std::string path :
         {"/api/students", "/api/logout", "/api/login", "/api/tokens", "/api/sign-in-links",
          "/api/password", "/api/students/import"}) {
        const auto refused = office.ask("POST", path, office.admin, {}, key);
        EXPECT_EQ(refused.status, 422) << path << refused.text;
        EXPECT_EQ(refused.wrong(), "Idempotency-Key") << path << refused.text;
    }
}

TEST(Preconditions, ALoserOfARaceIsToldByWhatItSent) {
    Class office;
    const std::string url = "/api/students/" + office.student;
    const auto with = [&](std::map<std::string, std::string> headers, json::Object body) {
        return office.ask("PATCH", url, office.admin, body, headers).status;
    };
    EXPECT_EQ(with({{"If-Match", "\"v1\""}}, {{"full_name", "A"}}), 412);
    EXPECT_EQ(with({}, {{"full_name", "A"}, {"version", 1}}), 409);
    EXPECT_EQ(with({{"If-Match", "\"v1\""}}, {{"full_name", "A"}, {"version", 1}}), 412);
    EXPECT_EQ(with({{"If-Match", "*"}}, {{"full_name", "A"}}), 200);
}

TEST(Query, WhatTheDocumentSaysOfAParameterHolds) {
    Class office;
    const std::string course = "/api/courses/" + office.course;
    for (const std::string& target :
         {std::string("/api/students?status=king"), std::string("/api/users?role=king"),
          course + "/attendance?date=tomorrow", course + "/attendance?session=123456789",
          course + "/attendance?session=-1", std::string("/api/attendance?student_id=1"),
          std::string("/api/tokens?user_id=1"), std::string("/api/events?after=1"),
          std::string("/api/events?cursor=1"), std::string("/api/students?limit=&limit=x"),
          std::string("/api/events?cursor=01929a00-0000-4000-8000-000000000000"),
          std::string("/api/audit?cursor=2026-10-26.forged"),
          std::string("/api/audit?cursor=2026-01-01.forged"),
          std::string("/api/audit?cursor=9998-01-01."), std::string("/api/audit?cursor=x")}) {
        const auto refused = office.ask("GET", target, office.admin);
        EXPECT_EQ(refused.status, 422) << target << refused.text;
        EXPECT_THAT(target, HasSubstr(refused.wrong() + "=")) << refused.text;
    }
    const auto odd =
        office.ask("DELETE", "/api/students/" + office.student + "?cascade=maybe", office.admin);
    EXPECT_EQ(odd.wrong(), "cascade") << odd.text;
}

TEST(Query, EventsGoOnAfterTheirCursor) {
    Office office;
    (void)office.add_student("S1", "Ann Lee");
    const auto first = office.ask("GET", "/api/events?limit=1", office.admin);
    const std::string cursor(first.body.text("cursor"));
    ASSERT_FALSE(cursor.empty()) << first.text;
    (void)office.add_student("S2", "Ben Ray");
    const auto by_cursor = office.ask("GET", "/api/events?cursor=" + cursor, office.admin);
    EXPECT_EQ(by_cursor.items(), 1U) << by_cursor.text;
    EXPECT_EQ(by_cursor.text, office.ask("GET", "/api/events?after=" + cursor, office.admin).text);
}

// The names of an operation's parameters in the API document.
std::vector<std::string> parameters(
    const json::Object& document, const char* path, const char* verb
) {
    const auto& operation =
        *document.find("paths")->object()->find(path)->object()->find(verb)->object();
    std::vector<std::string> names;
    const auto* list = operation.find("parameters");
    if (list != nullptr)
        for (const auto& one : *list->array()) names.emplace_back(one.object()->text("name"));
    return names;
}

TEST(Document, TellsWhatARouteHeedsAndNoMore) {
    const Office office;
    const auto document = office.app.openapi();
    using testing::Contains;
    const auto of = [&](const char* path, const char* verb) {
        return parameters(document, path, verb);
    };
    for (const char* path : {"/api/attendance/{attendance_id}", "/api/results/{result_id}"})
        EXPECT_THAT(of(path, "delete"), Not(Contains("cascade"))) << path;
    for (const char* path : {"/api/students/{student_id}", "/api/users/{user_id}"})
        EXPECT_THAT(of(path, "delete"), Contains("cascade")) << path;
    for (const char* name : {"date", "session"})
        EXPECT_THAT(of("/api/courses/{course_id}/attendance", "get"), Contains(name));
    EXPECT_THAT(of("/api/courses/{course_id}/results", "get"), Contains("exam_type"));
    for (const char* path : {"/api/logout", "/api/login", "/api/password"})
        EXPECT_THAT(of(path, "post"), Not(Contains("Idempotency-Key"))) << path;
    for (const char* path : {"/api/tokens", "/api/sign-in-links", "/api/students/import"})
        EXPECT_THAT(of(path, "post"), Contains("Idempotency-Key")) << path;
    EXPECT_THAT(of("/api/tokens/{token_id}", "delete"), Not(Contains("If-Match")));
    EXPECT_THAT(of("/api/students/{student_id}", "patch"), Contains("If-Match"));
}

}  // namespace
}  // namespace studentcore::office_test
