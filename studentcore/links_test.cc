#include "studentcore/links.h"

#include <gmock/gmock.h>

#include "studentcore/office_test.h"

namespace studentcore::office_test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::string path_of(const json::Object& slip) {
    const std::string url(slip.text("url"));
    return url.substr(url.find("/welcome/"));
}

TEST(SignInLinks, AProgrammesStudentsGetTheirFirstSignIn) {
    Office office;
    const auto ann = office.add_student("S 001", "Ann Lee");
    (void)office.add_student("S002", "Bob Ray");
    (void)office.add_student("S003", "Cy Orr", "History");
    const json::Object physics{{"program", "Physics"}};
    EXPECT_EQ(office.ask("POST", "/api/sign-in-links", office.lecturer, physics).status, 403);
    EXPECT_EQ(office.ask("POST", "/api/sign-in-links", office.admin, {}).status, 422);
    const auto made = office.ask("POST", "/api/sign-in-links", office.admin, physics);
    ASSERT_EQ(made.status, 200) << made.text;
    ASSERT_EQ(made.items(), 2U);
    EXPECT_EQ(made.item(0).text("username"), "s-001");
    EXPECT_THAT(std::string(made.item(0).text("url")), StartsWith("http://localhost/welcome/"));
    const std::string page = path_of(made.item(0));
    EXPECT_THAT(office.ask("GET", page, office.nobody).text, HasSubstr("Ann Lee"));
    const auto weak = office.form(page, office.nobody, "password=password&password_again=password");
    EXPECT_EQ(weak.status, 422);
    const auto differs =
        office.form(page, office.nobody, "password=nine+tall+giraffes&password_again=ten");
    EXPECT_EQ(differs.status, 422);
    const auto set = office.form(
        page, office.nobody, "password=nine+tall+giraffes&password_again=nine+tall+giraffes"
    );
    EXPECT_EQ(set.status, 303) << set.text;
    EXPECT_EQ(set.header("Location"), "/me");
    EXPECT_FALSE(set.header("Set-Cookie").empty());
    // Good once; whoever has signed in is left out next time.
    EXPECT_EQ(office.ask("GET", page, office.nobody).status, 404);
    EXPECT_EQ(office.form(page, office.nobody, "password=nine+tall+giraffes").status, 404);
    const auto login = office.ask(
        "POST", "/api/login", office.nobody,
        {{"username", "s-001"}, {"password", "nine tall giraffes"}}
    );
    EXPECT_EQ(login.body.find("user")->object()->text("student_id"), ann) << login.text;
    const auto again = office.ask("POST", "/api/sign-in-links", office.admin, physics);
    EXPECT_EQ(again.items(), 1U);
    EXPECT_EQ(again.body.integer("skipped"), 1);
}

TEST(SignInLinks, ANewLinkMakesTheOldOneWorthless) {
    Office office;
    const std::string url = "/api/users/" + office.lecturer.user_id + "/sign-in-link";
    const auto first = office.ask("POST", url, office.admin);
    ASSERT_EQ(first.items(), 1U) << first.text;
    const auto second = office.ask("POST", url, office.admin);
    EXPECT_EQ(office.ask("GET", path_of(first.item(0)), office.nobody).status, 404);
    EXPECT_EQ(office.ask("GET", path_of(second.item(0)), office.nobody).status, 200);
    office.clock.pass_s(7 * 86'400 + 1);
    EXPECT_EQ(office.ask("GET", path_of(second.item(0)), office.nobody).status, 404);
}

TEST(SignInLinks, LecturersWithoutAPasswordGetThemAll) {
    Office office;
    (void)office.ask(
        "POST", "/api/users", office.admin,
        {{"username", "new"}, {"role", "faculty"}, {"full_name", "Nea New"}}
    );
    const auto made = office.ask("POST", "/api/sign-in-links", office.admin, {{"role", "faculty"}});
    EXPECT_EQ(made.items(), 1U) << made.text;
    EXPECT_EQ(made.body.integer("skipped"), 2);
}

TEST(SignInLinks, AnImportsPeopleGetThem) {
    Office office;
    (void)office.add_student("S001", "Ann Lee");
    const auto imported = office.raw(
        "POST", "/api/students/import", office.admin,
        "student_code,full_name,program\nS001,Ann L.,Physics\nS002,Bob Ray,Physics\n"
        "S003,Cy Orr,History\n",
        "text/csv"
    );
    ASSERT_EQ(imported.status, 200) << imported.text;
    const json::Object by_import{{"import_id", imported.body.text("import_id")}};
    const auto made = office.ask("POST", "/api/sign-in-links", office.admin, by_import);
    ASSERT_EQ(made.items(), 2U) << made.text;
    EXPECT_EQ(made.item(0).text("full_name"), "Bob Ray");
    EXPECT_EQ(made.item(1).text("full_name"), "Cy Orr");
    const std::string ben = std::string(made.item(0).text("student_id"));
    EXPECT_EQ(office.ask("DELETE", "/api/students/" + ben, office.admin).status, 204);
    EXPECT_EQ(office.ask("POST", "/api/sign-in-links", office.admin, by_import).items(), 1U)
        << "who has gone since gets none";
    const json::Object unknown{{"import_id", base::uuid_v7(1)}};
    EXPECT_EQ(office.ask("POST", "/api/sign-in-links", office.admin, unknown).wrong(), "import_id");
}

TEST(SignInLinks, AWrongChoiceIsNamed) {
    Office office;
    const auto wrong = [&](const json::Object& sent) {
        const auto refused = office.ask("POST", "/api/sign-in-links", office.admin, sent);
        EXPECT_EQ(refused.status, 422) << refused.text;
        return refused.wrong();
    };
    EXPECT_EQ(wrong({{"program", 0}}), "program");
    EXPECT_EQ(wrong({{"program", "No such programme"}}), "program");
    EXPECT_EQ(wrong({{"role", "admin"}}), "role");
    EXPECT_EQ(wrong({{"import_id", "x"}}), "import_id");
    EXPECT_EQ(wrong({{"student_ids", 1}}), "student_ids");
    EXPECT_EQ(wrong({{"student_ids", json::Array{1}}}), "student_ids");
    EXPECT_EQ(wrong({{"role", "faculty"}, {"program", "Physics"}}), "program");
}

}  // namespace
}  // namespace studentcore::office_test
