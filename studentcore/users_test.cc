#include "studentcore/users.h"

#include <gmock/gmock.h>

#include "studentcore/office_test.h"

namespace studentcore::office_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const json::Object mia{
    {"username", "mia"},
    {"role", "faculty"},
    {"full_name", "Mia Moss"},
    {"password", "eleven blue geese"}
};

TEST(Users, AreTheOfficesAffairAlone) {
    Office office;
    EXPECT_EQ(office.ask("GET", "/api/users", office.nobody).status, 401);
    EXPECT_EQ(office.ask("GET", "/api/users", office.lecturer).status, 403);
    EXPECT_EQ(office.ask("POST", "/api/users", office.lecturer, mia).status, 403);
    const std::string absent = "/api/users/" + base::uuid_v7(1);
    EXPECT_EQ(office.ask("GET", absent, office.admin).status, 404);
    EXPECT_EQ(office.ask("DELETE", absent, office.admin).status, 404);
}

TEST(Users, NoAnswerAndNoLogEntryHoldsAPassword) {
    Office office;
    const auto made = office.ask("POST", "/api/users", office.admin, mia);
    ASSERT_EQ(made.status, 201) << made.text;
    const std::string url = made.header("Location");
    const std::string id(made.body.text("user_id"));
    EXPECT_TRUE(office.stored(&users_table, id)->contains("password_hash"));
    EXPECT_FALSE(office.stored(&users_table, id)->contains("password"));
    for (const auto& text :
         {made.text, office.ask("GET", url, office.admin).text,
          office.ask("GET", "/api/users", office.admin).text,
          office.ask("GET", "/users", office.admin).text}) {
        EXPECT_THAT(text, Not(HasSubstr("argon2")));
        EXPECT_THAT(text, Not(HasSubstr("password_hash")));
        EXPECT_THAT(text, Not(HasSubstr("eleven blue")));
    }
    const auto log = base::run(office.app.journal.of_subject("user:" + id, "", 10));
    EXPECT_FALSE(log.entries.front().changes.front().after->contains("password_hash"));
}

TEST(Users, BadInputIsNamedAndNamesAreUnique) {
    Office office;
    const auto refused = office.ask(
        "POST", "/api/users", office.admin,
        {{"username", "a b"}, {"role", "king"}, {"full_name", "X"}, {"password", "short"}}
    );
    EXPECT_EQ(refused.status, 422);
    EXPECT_EQ(refused.body.find("errors")->array()->size(), 3U) << refused.text;
    const auto first = office.ask("POST", "/api/users", office.admin, mia);
    auto second = mia;
    second.set("username", "MIA");
    const auto taken = office.ask("POST", "/api/users", office.admin, second);
    EXPECT_EQ(taken.status, 409);
    EXPECT_EQ(taken.body.text("existing"), first.body.text("user_id"));
}

TEST(Users, APasswordOrRoleChangeEndsTheirSessions) {
    Office office;
    const std::string url = "/api/users/" + office.lecturer.user_id;
    EXPECT_EQ(office.ask("PATCH", url, office.admin, {{"full_name", "Leo L."}}).status, 200);
    EXPECT_EQ(office.ask("GET", "/api/session", office.lecturer).status, 200);
    const auto changed =
        office.ask("PATCH", url, office.admin, {{"password", "twelve green geese"}});
    EXPECT_EQ(changed.status, 200) << changed.text;
    EXPECT_EQ(office.ask("GET", "/api/session", office.lecturer).status, 401);
    const std::string other = "/api/users/" + office.other_lecturer.user_id;
    EXPECT_EQ(office.ask("PATCH", other, office.admin, {{"role", "student"}}).status, 200);
    EXPECT_EQ(office.ask("GET", "/api/session", office.other_lecturer).status, 401);
}

TEST(Users, ARoleTakenBackEndsTheirSessionsToo) {
    Office office;
    const std::string path = "/api/users/" + office.lecturer.user_id;
    const auto raised = office.ask("PATCH", path, office.admin, {{"role", "student"}});
    ASSERT_EQ(raised.status, 200) << raised.text;
    const auto session = office.session_of(office.lecturer.user_id);
    const auto undo = [&](const Answer& write) {
        return office.ask(
            "POST", "/api/audit/" + write.header("Log-Entry") + "/undo", office.admin,
            {{"subject", "user:" + office.lecturer.user_id}}
        );
    };
    EXPECT_EQ(undo(raised).status, 200);
    office.work();
    EXPECT_EQ(office.ask("GET", "/api/session", session).status, 401);
    const auto admin_now = office.ask("PATCH", path, office.admin, {{"role", "admin"}});
    EXPECT_EQ(undo(admin_now).status, 409) << "an admin is never taken away by the way";
}

TEST(Users, AnAdminEndsSessions) {
    Office office;
    const std::string url = "/api/users/" + office.lecturer.user_id + "/end-sessions";
    EXPECT_EQ(office.ask("POST", url, office.other_lecturer).status, 403);
    EXPECT_EQ(office.ask("POST", url, office.admin).status, 204);
    EXPECT_EQ(office.ask("GET", "/api/session", office.lecturer).status, 401);
}

TEST(Users, TheLastAdminStays) {
    Office office;
    const auto first = base::run(office.app.users.by_name("admin"));
    ASSERT_TRUE(first);
    const std::string url = "/api/users/" + std::string(first->text("user_id"));
    EXPECT_EQ(office.ask("DELETE", url, office.admin).status, 204);
    const std::string own = "/api/users/" + office.admin.user_id;
    EXPECT_EQ(office.ask("DELETE", own, office.admin).status, 409);
    EXPECT_EQ(office.ask("PATCH", own, office.admin, {{"role", "faculty"}}).status, 409);
    EXPECT_EQ(office.ask("GET", "/api/users", office.admin).status, 200);
}

TEST(Users, TheTieToAStudentStandsInTheStudent) {
    Office office;
    const auto ann = office.add_student("S001", "Ann Lee");
    const auto bob = office.add_student("S002", "Bob Ray");
    auto sent = mia;
    sent.set("role", "student").set("student_id", ann);
    const auto made = office.ask("POST", "/api/users", office.admin, sent);
    ASSERT_EQ(made.status, 201) << made.text;
    const std::string url = made.header("Location");
    const std::string id(made.body.text("user_id"));
    EXPECT_EQ(office.stored(&students_table, ann)->text("user_id"), id);
    EXPECT_EQ(office.ask("GET", url, office.admin).body.text("student_id"), ann);
    EXPECT_EQ(office.ask("PATCH", url, office.admin, {{"student_id", bob}}).status, 200);
    EXPECT_FALSE(office.stored(&students_table, ann)->contains("user_id"));
    EXPECT_EQ(office.stored(&students_table, bob)->text("user_id"), id);
    sent.set("username", "mia2").set("student_id", bob);
    const auto taken = office.ask("POST", "/api/users", office.admin, sent);
    EXPECT_EQ(taken.status, 409);
    EXPECT_EQ(office.ask("DELETE", url, office.admin).status, 204);
    EXPECT_FALSE(office.stored(&students_table, bob)->contains("user_id"));
}

TEST(Users, ALecturersNameIsCopiedAndADeletedOneLeavesTheCourses) {
    Office office;
    const auto id = office.add_course("Algebra", {{"faculty", office.lecturer.user_id}});
    const std::string url = "/api/users/" + office.lecturer.user_id;
    (void)office.ask("PATCH", url, office.admin, {{"full_name", "Leonard"}});
    office.work();
    EXPECT_EQ(office.stored(&courses_table, id)->text("faculty_name"), "Leonard");
    const auto refused = office.ask("DELETE", url, office.admin);
    EXPECT_EQ(refused.status, 409);
    EXPECT_EQ(refused.body.text("courses"), "1");
    EXPECT_EQ(office.ask("DELETE", url + "?cascade=true", office.admin).status, 204);
    office.work();
    EXPECT_FALSE(office.stored(&courses_table, id)->contains("faculty"));
    EXPECT_FALSE(office.stored(&courses_table, id)->contains("faculty_name"));
}

TEST(Users, AreListedByRoleAndFound) {
    Office office;
    const auto lecturers = office.ask("GET", "/api/users?role=faculty", office.admin);
    EXPECT_EQ(lecturers.items(), 2U);
    EXPECT_EQ(lecturers.body.integer("total"), 2);
    EXPECT_EQ(lecturers.item(0).text("full_name"), "Lena Lecturer");
    EXPECT_EQ(office.ask("GET", "/api/users?q=leo", office.admin).items(), 1U);
    EXPECT_EQ(office.ask("GET", "/api/users?role=king", office.admin).status, 422);
}

TEST(Users, AreEditedOnThePageWithoutScript) {
    Office office;
    const auto ann = office.add_student("S001", "Ann Lee");
    const std::string id = office.lecturer.user_id;
    const auto page = office.ask("GET", "/users?edit=" + id, office.admin);
    EXPECT_THAT(page.text, HasSubstr("action=\"/users/" + id + "\""));
    EXPECT_THAT(page.text, HasSubstr("value=\"Leo Lecturer\""));
    const std::string form = "/users/" + id;
    const auto refused = office.form(form, office.admin, "full_name=&username=lect&role=faculty");
    EXPECT_EQ(refused.status, 422);
    EXPECT_THAT(refused.text, HasSubstr("action=\"" + form + "\"")) << "and not of a new user";
    const auto unknown =
        office.form(form, office.admin, "full_name=Leo&username=lect&role=student&student_code=X9");
    EXPECT_EQ(unknown.status, 422);
    EXPECT_THAT(unknown.text, HasSubstr("No student has the code X9."));
    const auto saved = office.form(
        form, office.admin, "full_name=Leo&username=lect&role=student&student_code=S001&version=1"
    );
    EXPECT_EQ(saved.status, 303) << saved.text;
    EXPECT_EQ(office.stored(&students_table, ann)->text("user_id"), id);
    EXPECT_FALSE(office.stored(&users_table, id)->contains("student_code"));
    const auto late = office.form(
        form, office.admin, "full_name=Leon&username=lect&role=student&student_code=S001&version=1"
    );
    EXPECT_EQ(late.status, 409);
}

TEST(Users, WhatThePageRefusesIsSaidOnIt) {
    Office office;
    (void)office.add_course("Algebra", {{"faculty", office.lecturer.user_id}});
    const std::string url = "/users/" + office.lecturer.user_id + "/delete";
    const auto refused = office.form(url, office.admin, "");
    EXPECT_EQ(refused.status, 409);
    EXPECT_THAT(refused.text, HasSubstr("This user teaches 1 course."));
    EXPECT_THAT(refused.text, HasSubstr("name=\"cascade\" value=\"true\""));
    EXPECT_EQ(office.form(url, office.admin, "cascade=true").status, 303);
    const auto ended =
        office.form("/users/" + office.other_lecturer.user_id + "/end-sessions", office.admin, "");
    EXPECT_EQ(ended.header("Location"), "/users");
    EXPECT_EQ(office.ask("GET", "/api/session", office.other_lecturer).status, 401);
}

}  // namespace
}  // namespace studentcore::office_test
