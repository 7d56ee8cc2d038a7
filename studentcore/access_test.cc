// The table of rights as a matrix: every route × every role × own and another's record. The golden
// file is the matrix itself, to be read by people; a change of it is a change of who may do what.
#include "studentcore/access.h"

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <string>
#include <vector>

#include "studentcore/office_test.h"
#include "testing/golden.h"

namespace studentcore {
namespace {

using office_test::Answer;
using office_test::Office;
using office_test::Somebody;

constexpr std::string_view day = "2026-10-23";
constexpr std::string_view unknown_id = "01929a00-0000-7000-8000-000000000000";

// Two students in one lecturer's course; everything that is asked for is the first student's.
struct College {
    Office office;
    std::string own = office.add_student("S1", "Ann Own");
    std::string other = office.add_student("S2", "Ben Other");
    std::string course = office.add_course("Databases", {{"faculty", office.lecturer.user_id}});
    std::string mark;
    std::string result;
    Somebody owner;
    Somebody stranger;
    Somebody neighbour;

    College() {
        office.enrol(course, {own, other});
        owner = learner("ann", own);
        neighbour = learner("ben", other);
        mark = made(
            "/api/attendance",
            {{"student_id", own}, {"course_id", course}, {"date", day}, {"status", "Present"}},
            "attendance_id"
        );
        result = made(
            "/api/results",
            {{"student_id", own},
             {"course_id", course},
             {"exam_type", "midterm"},
             {"marks", 50},
             {"max_marks", 100}},
            "result_id"
        );
    }
    Somebody learner(const std::string& username, const std::string& student_id) {
        const Somebody user = office.sign_in(username, "student", username);
        const auto linked = office.ask(
            "PATCH", "/api/students/" + student_id, office.admin, {{"user_id", user.user_id}}
        );
        EXPECT_EQ(linked.status, 200) << linked.text;
        return office.session_of(user.user_id);
    }
    std::string made(const std::string& path, const json::Object& sent, std::string_view key) {
        const auto answer = office.ask("POST", path, office.admin, sent);
        EXPECT_EQ(answer.status, 201) << answer.text;
        return std::string(answer.body.text(key));
    }
    [[nodiscard]] std::map<std::string, std::string> parameters() const {
        return {
            {"student_id", own},
            {"course_id", course},
            {"attendance_id", mark},
            {"result_id", result},
            {"enrolment_id", enrolment_key(own, course)},
            {"user_id", owner.user_id},
            {"token", "nothing"}
        };
    }
};

std::string target_of(const http::Route& route, const College& college) {
    std::string target = route.pattern;
    const auto parameters = college.parameters();
    for (std::size_t open = target.find('{'); open != std::string::npos;
         open = target.find('{', open)) {
        const std::size_t close = target.find('}', open);
        const auto there = parameters.find(target.substr(open + 1, close - open - 1));
        target.replace(
            open, close - open + 1,
            there == parameters.end() ? std::string(unknown_id) : there->second
        );
    }
    if (target == "/api/attendance" || target == "/api/results")
        target += "?student_id=" + college.own;
    return target;
}

// A body that is right as far as rights are asked about: what is wrong with it comes after them.
json::Object body_of(const http::Route& route, const College& college) {
    const std::string_view pattern = route.pattern;
    if (pattern.ends_with("/attendance") && pattern.find("courses") != std::string_view::npos)
        return {
            {"date", day},
            {"marks", json::Array{json::Object{{"student_id", college.own}, {"status", "Late"}}}}
        };
    if (pattern.ends_with("/results") && pattern.find("courses") != std::string_view::npos)
        return {
            {"exam_type", "final"},
            {"max_marks", 100},
            {"results", json::Array{json::Object{{"student_id", college.own}, {"marks", 60}}}}
        };
    if (pattern.find("attendance") != std::string_view::npos)
        return {
            {"student_id", college.own},
            {"course_id", college.course},
            {"date", day},
            {"status", "Late"}
        };
    if (pattern.find("results") != std::string_view::npos)
        return {
            {"student_id", college.own},
            {"course_id", college.course},
            {"exam_type", "midterm"},
            {"marks", 61},
            {"max_marks", 100}
        };
    return {};
}

// "yes" also when what was sent is wrong: rights come first.
std::string word_of(const Answer& answer) {
    if (answer.status == 303 && answer.header("Location").starts_with("/login")) return "sign in";
    if (answer.status == 401 || answer.status == 403 || answer.status == 404)
        return std::to_string(answer.status);
    if (answer.status >= 500) return "broken " + std::to_string(answer.status);
    return "yes";
}

bool is_about_nobody(std::string_view pattern) {
    for (const auto name :
         {"{entry_id}", "{token_id}", "{import_id}", "{announcement_id}", "{token}"})
        if (pattern.find(name) != std::string_view::npos) return true;
    return false;
}

TEST(Access, EveryRouteForEveryRoleAndForOwnAndOthersRecords) {
    std::vector<std::pair<std::string, const http::Route*>> routes;
    const College all;
    for (const auto& route : all.office.router.routes())
        routes.emplace_back(
            route->pattern + " " + std::string(http::name(route->method)), route.get()
        );
    std::ranges::sort(routes);
    std::string matrix =
        "# route: stranger | another student | the student | another lecturer | the lecturer | "
        "admin\n";
    for (const auto& [name, route] : routes) {
        // Each route on a college of its own, as some of them take its records away.
        College college;
        const std::string target = target_of(*route, college);
        const json::Object body = body_of(*route, college);
        const std::array callers{&college.stranger,        &college.neighbour,
                                 &college.owner,           &college.office.other_lecturer,
                                 &college.office.lecturer, &college.office.admin};
        std::string line = name + ":";
        for (const auto* caller : callers) {
            const auto answer =
                college.office.ask(http::name(route->method), target, *caller, body);
            line += (caller == callers.front() ? " " : " | ") + word_of(answer);
            EXPECT_EQ(line.find("broken"), std::string::npos) << line << answer.text;
        }
        if (is_about_nobody(route->pattern)) line += "   (404: there is no such thing)";
        matrix += line + "\n";
    }
    testing::golden("studentcore/golden/access.txt", matrix);
}

TEST(Access, ARowOfTheRosterNamesWhoTeaches) {
    const json::Object course{{"faculty", "a"}, {"co_faculty", json::Array{"b"}}};
    EXPECT_TRUE(teaches(course, "a"));
    EXPECT_TRUE(teaches(course, "b"));
    EXPECT_FALSE(teaches(course, "c"));
    EXPECT_FALSE(teaches(course, ""));
}

}  // namespace
}  // namespace studentcore
