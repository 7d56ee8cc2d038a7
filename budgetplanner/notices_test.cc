#include "budgetplanner/notices.h"

#include "budgetplanner/household_test.h"

namespace budgetplanner {
namespace {

using household_test::Household;
using household_test::Somebody;

std::string tell(Household& home, const Somebody& who, std::string key, std::string message) {
    const auto user = base::run(home.store.get(&users_table, {who.user_id, {}}))->item();
    journal::Transaction change({}, "told", subject_of(who.user_id));
    auto id = home.app.notices.add(
        change, user,
        {.key = std::move(key), .type = "test", .message = std::move(message), .link = "/budgets"}
    );
    return base::run(home.app.journal.commit(std::move(change))) ? id : "";
}

TEST(Notices, AreListedNewestFirstWithTheNumberUnread) {
    Household home;
    (void)tell(home, home.ann, "", "one");
    home.clock.pass_s(1);
    const auto second = tell(home, home.ann, "", "two");
    (void)tell(home, home.ben, "", "not ann's");
    const auto all = home.ask("GET", "/api/notifications", home.ann);
    ASSERT_EQ(all.items(), 2U) << all.text;
    EXPECT_EQ(all.item(0).text("message"), "two");
    EXPECT_EQ(all.body.integer("unread"), 2);
    const auto read = home.ask("PATCH", "/api/notifications/" + second, home.ann, {{"read", true}});
    EXPECT_EQ(read.status, 200) << read.text;
    EXPECT_TRUE(read.body.truth("read"));
    EXPECT_EQ(home.ask("GET", "/api/notifications", home.ann).body.integer("unread"), 1);
    EXPECT_EQ(home.ask("PATCH", "/api/notifications/" + second, home.ann, {}).wrong(), "read");
}

TEST(Notices, WithAKeyAreToldOnce) {
    Household home;
    const auto id = tell(home, home.ann, "import#1", "one");
    ASSERT_NE(id, "");
    EXPECT_EQ(tell(home, home.ann, "import#1", "one"), "");
    ASSERT_EQ(home.ask("DELETE", "/api/notifications/" + id, home.ann).status, 204);
    EXPECT_EQ(tell(home, home.ann, "import#1", "one"), "");
    EXPECT_NE(tell(home, home.ben, "import#1", "one"), "");
}

TEST(Notices, ReadAllMarksEveryOne) {
    Household home;
    for (int i = 0; i < 90; ++i) (void)tell(home, home.ann, "", "one");
    const auto done = home.ask("POST", "/api/notifications/read-all", home.ann);
    EXPECT_EQ(done.body.integer("read"), 90) << done.text;
    EXPECT_EQ(home.ask("GET", "/api/notifications", home.ann).body.integer("unread"), 0);
}

TEST(Notices, OfAnotherPersonDoNotExist) {
    Household home;
    const std::string path = "/api/notifications/" + tell(home, home.ann, "", "one");
    EXPECT_EQ(home.ask("PATCH", path, home.ben, {{"read", true}}).status, 404);
    EXPECT_EQ(home.ask("DELETE", path, home.ben).status, 404);
    EXPECT_EQ(home.ask("GET", "/api/notifications", home.ben).items(), 0U);
    EXPECT_EQ(home.ask("DELETE", path, home.ann).status, 204);
}

TEST(Notices, ThePageShowsThemAndItsFormsWork) {
    Household home;
    const auto id = tell(home, home.ann, "", "Food & <drink>");
    const auto page = home.ask("GET", "/notifications", home.ann);
    EXPECT_EQ(page.status, 200) << page.text;
    EXPECT_NE(page.text.find("Food &amp; &lt;drink&gt;"), std::string::npos);
    EXPECT_EQ(home.form("/notifications/" + id, home.ann, "read=true").status, 303);
    EXPECT_EQ(home.ask("GET", "/api/notifications", home.ann).body.integer("unread"), 0);
    EXPECT_EQ(home.form("/notifications/read-all", home.ann, "").status, 303);
    EXPECT_EQ(home.form("/notifications/" + id + "/delete", home.ann, "").status, 303);
}

TEST(QuietTime, LastsUntilItsEndAlsoPastMidnight) {
    Preferences person;
    person.time_zone = "Europe/Berlin";
    person.quiet_from = 22 * 60;
    person.quiet_until = 7 * 60;
    const auto at = [](std::string_view date, int hour, int minute = 0) {
        return base::instant_of(date, hour * 60 + minute, "Europe/Berlin");
    };
    constexpr std::int64_t hour_ms = 3'600'000;
    EXPECT_EQ(quiet_ms(person, at("2026-10-20", 21, 59)), 0);
    EXPECT_EQ(quiet_ms(person, at("2026-10-20", 22)), 9 * hour_ms);
    EXPECT_EQ(quiet_ms(person, at("2026-10-20", 6)), hour_ms);
    EXPECT_EQ(quiet_ms(person, at("2026-10-20", 7)), 0);
    // The night in which clocks are set back has an hour more, the one in which they are set on one less.
    EXPECT_EQ(quiet_ms(person, at("2026-10-24", 22)), 10 * hour_ms);
    EXPECT_EQ(quiet_ms(person, at("2026-03-28", 22)), 8 * hour_ms);
    person.quiet_from = 12 * 60;
    person.quiet_until = 13 * 60;
    EXPECT_EQ(quiet_ms(person, at("2026-10-20", 12, 30)), hour_ms / 2);
    EXPECT_EQ(quiet_ms(person, at("2026-10-20", 13)), 0);
    person.quiet_until = person.quiet_from;
    EXPECT_EQ(quiet_ms(person, at("2026-10-20", 12)), 0);
}

}  // namespace
}  // namespace budgetplanner
