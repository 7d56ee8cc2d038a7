#include "studentcore/tokens.h"

#include <gmock/gmock.h>

#include "studentcore/office_test.h"

namespace studentcore::office_test {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Tokens, AreShownOnceActWithTheirScopeAndEnd) {
    Office office;
    EXPECT_EQ(office.ask("POST", "/api/tokens", office.nobody, {{"name", "x"}}).status, 401);
    EXPECT_EQ(office.ask("POST", "/api/tokens", office.lecturer, {{"name", ""}}).status, 422);
    const auto made = office.ask(
        "POST", "/api/tokens", office.admin, {{"name", "script"}, {"scope", "read"}, {"days", 7}}
    );
    ASSERT_EQ(made.status, 201) << made.text;
    const std::string text(made.body.text("token"));
    const std::map<std::string, std::string> bearer{{"Authorization", "Bearer " + text}};
    EXPECT_EQ(office.ask("GET", "/api/users", office.nobody, {}, bearer).status, 200);
    EXPECT_EQ(office.ask("POST", "/api/users", office.nobody, {}, bearer).status, 403);
    EXPECT_EQ(
        office.ask("POST", "/api/tokens", office.nobody, {{"name", "y"}}, bearer).status, 403
    );
    const auto list = office.ask("GET", "/api/tokens", office.admin);
    EXPECT_EQ(list.items(), 1U);
    EXPECT_THAT(list.text, Not(HasSubstr(text)));
    const std::string url = "/api/tokens/" + std::string(made.body.text("token_id"));
    EXPECT_EQ(office.ask("DELETE", url, office.lecturer).status, 404);
    EXPECT_EQ(office.ask("DELETE", url, office.admin).status, 204);
    EXPECT_EQ(office.ask("GET", "/api/users", office.nobody, {}, bearer).status, 401);
}

TEST(Tokens, AnAdminRevokesAnybodys) {
    Office office;
    const auto made = office.ask(
        "POST", "/api/tokens", office.lecturer, {{"name", "script"}, {"scope", "write"}}
    );
    ASSERT_EQ(made.status, 201) << made.text;
    const std::string whose = "?user_id=" + office.lecturer.user_id;
    EXPECT_EQ(office.ask("GET", "/api/tokens" + whose, office.other_lecturer).status, 403);
    EXPECT_EQ(office.ask("GET", "/api/tokens" + whose, office.admin).items(), 1U);
    const std::string url = "/api/tokens/" + std::string(made.body.text("token_id"));
    EXPECT_EQ(office.ask("DELETE", url + whose, office.admin).status, 204);
    EXPECT_EQ(office.ask("GET", "/api/tokens", office.lecturer).items(), 0U);
}

TEST(Tokens, ThePageShowsTheNewOneOnce) {
    Office office;
    const auto made = office.form("/tokens", office.lecturer, "name=script&scope=read&days=30");
    EXPECT_EQ(made.status, 200);
    EXPECT_THAT(made.text, HasSubstr("sct_"));
    EXPECT_THAT(office.ask("GET", "/tokens", office.lecturer).text, Not(HasSubstr("sct_")));
}

TEST(Tokens, TellWhenTheyWereLastUsed) {
    Office office;
    const auto made = office.ask("POST", "/api/tokens", office.admin, {{"name", "script"}});
    const auto last = [&] {
        return std::string(
            office.ask("GET", "/api/tokens", office.admin).item(0).text("last_used_at")
        );
    };
    EXPECT_EQ(last(), "");
    const std::map<std::string, std::string> bearer{
        {"Authorization", "Bearer " + std::string(made.body.text("token"))}
    };
    (void)office.ask("GET", "/api/users", office.nobody, {}, bearer);
    EXPECT_EQ(last(), base::timestamp(office.clock.now_ms()));
}

}  // namespace
}  // namespace studentcore::office_test
