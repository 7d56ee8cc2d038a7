#include "budgetplanner/alerts.h"

#include "budgetplanner/household_test.h"
#include "testing/run.h"

namespace budgetplanner {
namespace {

using household_test::Household;
using household_test::Somebody;

constexpr std::string_view this_month = "2026-10";  // where the test's clock stands

struct AlertedHousehold : Household {
    AlertedHousehold() {
        work();
        letters.mails.clear();  // the confirmations
        confirm(ann);
    }
    // As the link in the mail does it.
    void confirm(const Somebody& who) {
        const auto made = base::run(app.confirm_links.issue(who.user_id));
        EXPECT_EQ(ask("POST", "/confirm/" + made.token, {}).status, 200);
    }
    void sign_in_again() {
        const auto started =
            base::run(app.sessions.start({ann.user_id, "ann", "ann", "person", {}}));
        ann = {ann.user_id, started.cookie, started.csrf};
    }
    void budget(
        std::string_view amount, std::string_view category = "Food",
        std::string_view month = this_month
    ) {
        const auto made =
            ask("POST", "/api/budgets", ann,
                {{"category", category}, {"month", month}, {"amount", amount}});
        EXPECT_EQ(made.status, 201) << made.text;
    }
    std::string spend(
        std::string_view amount, std::string_view date = "2026-10-20",
        std::string_view category = "Food"
    ) {
        return add(ann, {{"amount", amount}, {"category", category}, {"date", date}});
    }
    // The thresholds and texts that ann was told, the first first.
    std::vector<std::string> told() {
        const auto all = ask("GET", "/api/notifications", ann);
        std::vector<std::string> texts;
        for (std::size_t i = all.items(); i > 0; --i)
            texts.emplace_back(all.item(i - 1).text("message"));
        return texts;
    }
    json::Object preference(const json::Object& wanted) {
        const auto done = ask("PATCH", "/api/preferences", ann, wanted);
        EXPECT_EQ(done.status, 200) << done.text;
        return done.body;
    }
};

TEST(Alerts, AThresholdIsToldAsItIsReachedAndNotBefore) {
    AlertedHousehold home;
    home.budget("100");
    home.spend("79.99");
    home.work();
    EXPECT_TRUE(home.told().empty());
    home.spend("0.01");
    (void)home.events();
    home.work();
    ASSERT_EQ(home.told().size(), 1U);
    EXPECT_EQ(
        home.told()[0], "Food: 80% of the budget of October 2026 is spent, €80.00 of €100.00."
    );
    home.spend("19.99");
    home.work();
    EXPECT_EQ(home.told().size(), 1U);
    home.spend("0.01");
    home.work();
    ASSERT_EQ(home.told().size(), 2U);
    ASSERT_EQ(home.letters.mails.size(), 2U);
    EXPECT_EQ(home.letters.mails[1].to, "ann@example.org");
    EXPECT_EQ(
        home.letters.mails[1].subject,
        "Food: the budget of October 2026 is spent, €100.00 of €100.00."
    );
}

TEST(Alerts, ItAppearsInTheOpenPageAtOnce) {
    AlertedHousehold home;
    home.budget("100");
    home.spend("85");
    (void)home.events();
    home.work();
    const auto events = home.events();
    EXPECT_NE(std::ranges::find(events, "notification"), events.end());
}

TEST(Alerts, WhatWasToldStaysToldWhateverHappensInTheMonth) {
    AlertedHousehold home;
    home.budget("100");
    const auto shoes = home.spend("90");
    home.work();
    ASSERT_EQ(home.told().size(), 1U);
    home.spend("-50");  // a refund
    home.work();
    home.spend("45");
    home.work();
    EXPECT_EQ(home.told().size(), 1U);
    const auto budget = budget_key(home.ann.user_id, "Food", this_month);
    ASSERT_EQ(
        home.ask("PATCH", "/api/budgets/" + budget, home.ann, {{"amount", "1000"}}).status, 200
    );
    home.work();
    home.spend("750");
    home.work();
    EXPECT_EQ(home.told().size(), 1U);
    // Not even when the person deleted it.
    const auto notice = home.ask("GET", "/api/notifications", home.ann).item(0);
    const std::string path = "/api/notifications/" + std::string(notice.text("notification_id"));
    ASSERT_EQ(home.ask("DELETE", path, home.ann).status, 204);
    home.spend("1");
    home.work();
    EXPECT_TRUE(home.told().empty());
    // Another month is another matter.
    home.budget("10", "Food", "2026-11");
    home.spend("8", "2026-11-01");
    home.work();
    EXPECT_EQ(home.told().size(), 1U);
}

TEST(Alerts, OfThresholdsCrossedAtOnceOneMailIsSent) {
    AlertedHousehold home;
    home.budget("100");
    home.spend("130");
    home.work();
    EXPECT_EQ(home.told().size(), 2U);
    ASSERT_EQ(home.letters.mails.size(), 1U);
    EXPECT_EQ(
        home.letters.mails[0].subject,
        "Food: the budget of October 2026 is overspent by €30.00: €130.00 of €100.00."
    );
}

TEST(Alerts, ABudgetsOwnThresholdsGoBeforeThePersons) {
    AlertedHousehold home;
    const auto made = home.ask(
        "POST", "/api/budgets", home.ann,
        {{"category", "Food"},
         {"month", this_month},
         {"amount", "100"},
         {"thresholds", json::Array{json::Value(50)}}}
    );
    ASSERT_EQ(made.status, 201) << made.text;
    home.preference({{"thresholds", json::Array{json::Value(10)}}});
    home.spend("49");
    home.work();
    EXPECT_TRUE(home.told().empty());
    home.spend("1");
    home.work();
    EXPECT_EQ(home.told().size(), 1U);
}

TEST(Alerts, ACategoryWithANewNameIsNotToldAnew) {
    AlertedHousehold home;
    const auto made = home.ask("POST", "/api/categories", home.ann, {{"name", "Snacks"}});
    ASSERT_EQ(made.status, 201) << made.text;
    home.budget("100", "Snacks");
    home.spend("90", "2026-10-20", "Snacks");
    home.work();
    ASSERT_EQ(home.told().size(), 1U);
    const std::string path = "/api/categories/" + std::string(made.body.text("category_id"));
    ASSERT_EQ(home.ask("PATCH", path, home.ann, {{"name", "Sweets"}}).status, 200);
    home.work();
    home.spend("1", "2026-10-21", "Sweets");
    home.work();
    EXPECT_EQ(home.told().size(), 1U);
    home.spend("9", "2026-10-21", "Sweets");
    home.work();
    EXPECT_EQ(home.told().size(), 2U);
}

TEST(Alerts, ALoweredBudgetTellsToo) {
    AlertedHousehold home;
    home.budget("100");
    home.spend("50");
    home.work();
    const auto budget = budget_key(home.ann.user_id, "Food", this_month);
    ASSERT_EQ(
        home.ask("PATCH", "/api/budgets/" + budget, home.ann, {{"amount", "60"}}).status, 200
    );
    home.work();
    EXPECT_EQ(home.told().size(), 1U);
}

TEST(Alerts, OldMonthsAreToldWithoutMail) {
    AlertedHousehold home;
    home.budget("100", "Food", "2026-08");
    home.spend("90", "2026-08-03");
    home.work();
    EXPECT_EQ(home.told().size(), 1U);
    EXPECT_TRUE(home.letters.mails.empty());
}

TEST(Alerts, ManyAdditionsAtOnceTellOnce) {
    AlertedHousehold home;
    home.budget("100");
    for (int i = 0; i < 20; ++i) home.spend("5");
    // All at once, and by two who don't know of each other.
    std::vector<base::Task<>> both;
    queue::Worker other(home.queue, home.clock, "expenses");
    home.app.alerts.add_work(other);
    const auto drain = [](queue::Worker* worker) -> base::Task<> {
        (void)co_await worker->drain();
    };
    both.push_back(drain(&home.app.expenses_worker));
    both.push_back(drain(&other));
    base::run_together(std::move(both));
    home.work();
    EXPECT_EQ(home.told().size(), 2U);
    EXPECT_EQ(home.letters.mails.size(), 1U);
    EXPECT_EQ(base::run(home.queue.numbers("expenses")).waiting, 0);
}

TEST(Alerts, EverybodyIsLookedAtDailyAtSevenOfTheirOwnDay) {
    AlertedHousehold home;
    const auto queued = [&] {
        base::run(home.app.alerts.daily());
        return base::run(home.queue.numbers("expenses")).waiting;
    };
    const auto until = [&](std::int64_t instant_ms) {
        home.clock.pass_s((instant_ms - home.clock.now_ms()) / 1000);
    };
    home.preference({{"time_zone", "Asia/Kathmandu"}});  // 01:15 in UTC
    home.work();
    EXPECT_EQ(queued(), 0);  // nothing is made up of the time before
    until(base::instant_of("2026-10-27", 7 * 60, "Asia/Kathmandu"));
    EXPECT_EQ(queued(), 1);
    home.work();
    EXPECT_EQ(queued(), 0);
    until(base::instant_of("2026-10-27", 7 * 60, "Europe/Berlin"));
    EXPECT_EQ(queued(), 1);
    home.work();
    // After three days without the program each is looked at once.
    until(base::instant_of("2026-10-30", 12 * 60));
    EXPECT_EQ(queued(), 2);
}

TEST(Alerts, TheDailyLookTellsWhatNoChangeTold) {
    AlertedHousehold home;
    home.budget("100");
    home.spend("90");
    home.work();
    ASSERT_EQ(home.told().size(), 1U);
    home.preference({{"thresholds", json::Array{json::Value(80), json::Value(85)}}});
    base::run(home.app.alerts.daily());
    home.clock.pass_s(std::int64_t{26} * 3600);
    base::run(home.app.alerts.daily());
    home.work();
    home.sign_in_again();
    EXPECT_EQ(home.told().size(), 2U);
}

}  // namespace
}  // namespace budgetplanner
