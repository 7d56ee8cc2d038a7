#include "studentcore/sign_in.h"

#include <gmock/gmock.h>

#include "studentcore/office_test.h"

namespace studentcore::office_test {
namespace {

using testing::HasSubstr;

json::Object attempt(std::string_view name, std::string_view password) {
    return {{"username", name}, {"password", password}};
}
const std::string right = "the right password";

TEST(SignIn, GivesACookieAndTheTokenThatWritesCarry) {
    Office office;
    const auto done = office.ask("POST", "/api/login", office.nobody, attempt(" LECT ", right));
    ASSERT_EQ(done.status, 200) << done.text;
    EXPECT_THAT(done.header("Set-Cookie"), HasSubstr("HttpOnly"));
    EXPECT_FALSE(done.body.text("csrf_token").empty());
    EXPECT_EQ(done.body.find("user")->object()->text("role"), "faculty");
    const auto session = office.ask("GET", "/api/session", office.lecturer);
    EXPECT_EQ(session.body.text("csrf_token"), office.lecturer.csrf);
    EXPECT_EQ(office.ask("GET", "/api/session", office.nobody).status, 401);
}

TEST(SignIn, ReplacesASessionWithoutAskingForItsToken) {
    Office office;
    const Somebody without_token{office.admin.user_id, office.admin.cookie, ""};
    const auto again = office.ask("POST", "/api/login", without_token, attempt("lect", right));
    EXPECT_EQ(again.status, 200) << again.text;
    EXPECT_EQ(
        office
            .ask(
                "POST", "/api/login", without_token, attempt("lect", right),
                {{"Origin", "https://evil.example"}}
            )
            .status,
        403
    );
}

TEST(SignIn, WrongPasswordUnknownNameAndUnsetPasswordLookAlike) {
    Office office;
    const auto wrong = office.ask("POST", "/api/login", office.nobody, attempt("lect", "wrong"));
    const auto unknown = office.ask("POST", "/api/login", office.nobody, attempt("who", "wrong"));
    (void)office.ask(
        "POST", "/api/users", office.admin,
        {{"username", "unset"}, {"role", "faculty"}, {"full_name", "Una Set"}}
    );
    const auto unset = office.ask("POST", "/api/login", office.nobody, attempt("unset", "wrong"));
    EXPECT_EQ(wrong.status, 401);
    EXPECT_EQ(unknown.status, 401);
    EXPECT_EQ(unset.status, 401);
    EXPECT_EQ(wrong.body.text("detail"), unknown.body.text("detail"));
    EXPECT_EQ(wrong.body.text("detail"), unset.body.text("detail"));
    const auto empty = office.ask("POST", "/api/login", office.nobody, attempt("", ""));
    EXPECT_EQ(empty.status, 422);
    EXPECT_EQ(empty.wrong(), "username");
}

TEST(SignIn, IsSlowedAfterFiveFailures) {
    Office office;
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(
            office.ask("POST", "/api/login", office.nobody, attempt("lect", "wrong")).status, 401
        );
    // The last free try was the fifth: soon even the right password must wait.
    (void)office.ask("POST", "/api/login", office.nobody, attempt("lect", "wrong"));
    const auto slowed = office.ask("POST", "/api/login", office.nobody, attempt("lect", right));
    EXPECT_EQ(slowed.status, 429);
    EXPECT_FALSE(slowed.header("Retry-After").empty());
    office.clock.pass_s(16 * 60);
    EXPECT_EQ(office.ask("POST", "/api/login", office.nobody, attempt("lect", right)).status, 200);
}

TEST(SignIn, AWeakHashIsRenewedByTheRightPassword) {
    Office office;
    auto before = *office.stored(&users_table, office.lecturer.user_id);
    auto after = before;
    const std::string weak =
        auth::hash_now(right, {.scheme = auth::Scheme::bcrypt, .bcrypt_cost = 4});
    after.set("password_hash", weak);
    journal::Transaction change({}, "imported", "user:" + office.lecturer.user_id);
    change.replace(&users_table, before, after);
    ASSERT_TRUE(base::run(office.app.journal.commit(std::move(change))));
    EXPECT_EQ(office.ask("POST", "/api/login", office.nobody, attempt("lect", right)).status, 200);
    const auto stored = office.stored(&users_table, office.lecturer.user_id);
    EXPECT_THAT(std::string(stored->text("password_hash")), HasSubstr("argon2id"));
    EXPECT_EQ(office.ask("POST", "/api/login", office.nobody, attempt("lect", right)).status, 200);
}

TEST(SignIn, SigningOutEndsTheSession) {
    Office office;
    EXPECT_EQ(office.ask("POST", "/api/logout", office.lecturer).status, 204);
    EXPECT_EQ(office.ask("GET", "/api/session", office.lecturer).status, 401);
}

TEST(SignIn, ThePageGoesOnOnlyToPagesOfThisSite) {
    Office office;
    const std::string right_form = "username=lect&password=the+right+password&next=";
    const auto own = office.form("/login", office.nobody, right_form + "%2Fstudents%3Fq%3Da");
    EXPECT_EQ(own.status, 303) << own.text;
    EXPECT_EQ(own.header("Location"), "/students?q=a");
    for (const auto* next :
         {"https%3A%2F%2Fevil.example", "%2F%2Fevil.example", "%2F%5Cevil.example",
          "%2F%09%2Fevil.example", "%2F%0D%0A%2Fevil.example"})
        EXPECT_EQ(office.form("/login", office.nobody, right_form + next).header("Location"), "/");
    const auto wrong = office.form("/login", office.nobody, "username=lect&password=no");
    EXPECT_EQ(wrong.status, 401);
    EXPECT_THAT(wrong.text, HasSubstr("lect"));
    EXPECT_EQ(office.ask("GET", "/login", office.nobody).status, 200);
}

TEST(SignIn, OwnPasswordIsChangedWithTheOldOne) {
    Office office;
    json::Object sent{{"password", "not it at all"}, {"new_password", "nine tall giraffes"}};
    EXPECT_EQ(office.ask("POST", "/api/password", office.lecturer, sent).status, 422);
    sent.set("password", right);
    const auto done = office.ask("POST", "/api/password", office.lecturer, sent);
    EXPECT_EQ(done.status, 200) << done.text;
    EXPECT_EQ(office.ask("GET", "/api/session", office.lecturer).status, 401);
    EXPECT_EQ(
        office.ask("POST", "/api/login", office.nobody, attempt("lect", "nine tall giraffes"))
            .status,
        200
    );
}

TEST(SignIn, TheFirstAdminIsMadeOnceOnly) {
    Office office;
    EXPECT_EQ(
        office
            .ask(
                "POST", "/api/login", office.nobody,
                attempt("admin", "a long password of the office")
            )
            .status,
        200
    );
    EXPECT_EQ(base::run(office.app.users.ensure_first_admin("another")), "");
}

}  // namespace
}  // namespace studentcore::office_test
