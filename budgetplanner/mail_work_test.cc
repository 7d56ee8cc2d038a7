#include "budgetplanner/mail_work.h"

#include <algorithm>

#include "budgetplanner/household_test.h"
#include "platform/notify/smtp_mailer.h"
#include "testing/mail_sink.h"

namespace budgetplanner {
namespace {

using household_test::Household;
using household_test::Letterbox;
using household_test::Somebody;

constexpr std::string_view site = "https://budget.example.org";

// The path of the link that a mail's text holds after `kind`.
std::string link_in(const std::string& text, std::string_view kind) {
    const std::string start = std::string(site) + std::string(kind);
    const auto at = text.find(start);
    if (at == std::string::npos) return {};
    const auto end = text.find_first_of(" \r\n", at);
    return text.substr(at + site.size(), end - at - site.size());
}

struct Reader : Household {
    explicit Reader(notify::Mailer* other = nullptr) : Household(other) {
        work();
        letters.mails.clear();
    }
    void confirm(const Somebody& who) {
        const auto made = base::run(app.confirm_links.issue(who.user_id));
        EXPECT_EQ(ask("POST", "/confirm/" + made.token, {}).status, 200);
    }
    json::Object user_now(const Somebody& who) {
        return base::run(store.get(&users_table, {who.user_id, {}}))->item();
    }
    std::string tell(const Somebody& who, std::string message = "Food is spent.") {
        const auto user = user_now(who);
        journal::Transaction change({}, "told", subject_of(who.user_id));
        auto id = app.notices.add(
            change, user,
            {.key = "", .type = "test", .message = std::move(message), .link = "/budgets"}
        );
        EXPECT_TRUE(base::run(app.journal.commit(std::move(change))));
        return id;
    }
    json::Object notification(const std::string& id) {
        return base::run(store.get(&notifications_table, {id, {}}))->item();
    }
    // States and words of its history.
    std::vector<std::string> history(const std::string& id) {
        const auto item = notification(id);
        std::vector<std::string> lines;
        if (const auto* all = item.find("deliveries"); all != nullptr)
            for (const auto& one : *all->array())
                lines.push_back(
                    std::string(one.object()->text("state")) + ": " +
                    std::string(one.object()->text("words"))
                );
        return lines;
    }
    std::int64_t waiting() { return base::run(queue.numbers("mail")).waiting; }
};

TEST(MailWork, TheAddressIsConfirmedByTheLinkThatWasMailed) {
    Household home;
    home.work();
    ASSERT_EQ(home.letters.mails.size(), 2U);  // ann's and ben's
    const auto& mail = home.letters.mails[0].to == "ann@example.org" ? home.letters.mails[0]
                                                                     : home.letters.mails[1];
    EXPECT_EQ(mail.subject, "Confirm your e-mail address");
    EXPECT_EQ(mail.unsubscribe, "");
    EXPECT_NE(mail.text.find("Hello ann,"), std::string::npos);
    const auto link = link_in(mail.text, "/confirm/");
    ASSERT_NE(link, "") << mail.text;
    EXPECT_NE(mail.html.find(link), std::string::npos);
    EXPECT_EQ(home.ask("POST", link, {}).status, 200);
    const auto user = base::run(home.store.get(&users_table, {home.ann.user_id, {}}))->item();
    EXPECT_TRUE(user.truth("email_confirmed"));
    EXPECT_TRUE(user.find("consents")->object()->find("mail")->object()->truth("on"));
    // Asked for again it would be of no use.
    EXPECT_EQ(home.ask("POST", "/api/confirm", home.ann).status, 409);
}

TEST(MailWork, ASecondLinkIsAMailOfItsOwn) {
    Household home;
    ASSERT_EQ(home.ask("POST", "/api/confirm", home.ann).status, 204);
    home.work();
    std::vector<notify::Mail> anns;
    std::ranges::copy_if(home.letters.mails, std::back_inserter(anns), [](const auto& mail) {
        return mail.to == "ann@example.org";
    });
    ASSERT_EQ(anns.size(), 2U);
    EXPECT_NE(anns[0].message_id, anns[1].message_id);
}

TEST(MailWork, AForgottenPasswordIsSetAnewByTheLinkThatWasMailed) {
    Reader home;
    ASSERT_EQ(home.ask("POST", "/api/forgot", {}, {{"email", "ann@example.org"}}).status, 204);
    ASSERT_EQ(home.ask("POST", "/api/forgot", {}, {{"email", "eve@example.org"}}).status, 204);
    home.work();
    ASSERT_EQ(home.letters.mails.size(), 1U);
    const auto link = link_in(home.letters.mails[0].text, "/reset/");
    ASSERT_NE(link, "");
    const auto done = home.send_form(link, "password=another+long+sentence");
    EXPECT_EQ(done.status, 303) << done.text;
}

TEST(MailWork, ANoticeCarriesWhatItSaysWhereItLeadsAndHowToStopIt) {
    Reader home;
    home.confirm(home.ann);
    const auto id = home.tell(home.ann, "<b>Food</b> & drink");
    EXPECT_EQ(home.notification(id).text("delivery"), "waiting");
    home.work();
    ASSERT_EQ(home.letters.mails.size(), 1U);
    const auto& mail = home.letters.mails[0];
    EXPECT_EQ(mail.to, "ann@example.org");
    EXPECT_EQ(mail.subject, "<b>Food</b> & drink");
    EXPECT_EQ(mail.message_id, id + "@budget.example.org");
    EXPECT_NE(mail.text.find(std::string(site) + "/budgets\n"), std::string::npos);
    EXPECT_NE(mail.html.find("&lt;b&gt;Food&lt;/b&gt; &amp; drink"), std::string::npos);
    EXPECT_TRUE(mail.unsubscribe.starts_with(std::string(site) + "/unsubscribe/"));
    EXPECT_EQ(home.notification(id).text("delivery"), "accepted");
    EXPECT_EQ(home.history(id), std::vector<std::string>{"accepted: 250 2.0.0 Ok"});
    EXPECT_EQ(home.waiting(), 0);
}

TEST(MailWork, AnAddressThatIsNotConfirmedGetsNothing) {
    Reader home;
    const auto id = home.tell(home.ann);
    home.work();
    EXPECT_TRUE(home.letters.mails.empty());
    EXPECT_EQ(home.notification(id).text("delivery"), "none");
    EXPECT_EQ(
        home.history(id), std::vector<std::string>{"none: The e-mail address is not confirmed."}
    );
}

TEST(MailWork, WhoSwitchesNoticesOffGetsNoneThatStillWait) {
    Reader home;
    home.confirm(home.ann);
    const auto id = home.tell(home.ann);
    ASSERT_EQ(
        home.ask("PATCH", "/api/preferences", home.ann, {{"notify_mail", false}}).status, 200
    );
    home.work();
    EXPECT_TRUE(home.letters.mails.empty());
    EXPECT_EQ(home.notification(id).text("delivery"), "none");
}

TEST(MailWork, InTheQuietTimeMailWaitsForItsEnd) {
    Reader home;
    home.confirm(home.ann);
    // The clock of the test stands at 00:33 of Berlin, as a time of the day says.
    const auto now = base::timestamp(home.clock.now_ms());
    ASSERT_EQ(
        home.ask(
                "PATCH", "/api/preferences", home.ann,
                {{"time_zone", "UTC"},
                 {"quiet_from", now.substr(11, 5)},
                 {"quiet_until", now.substr(11, 2) == "23" ? "01:00" : "23:30"}}
        )
            .status,
        200
    );
    const auto id = home.tell(home.ann);
    home.work();
    EXPECT_TRUE(home.letters.mails.empty());
    EXPECT_EQ(home.notification(id).text("delivery"), "waiting");
    home.clock.pass_s(std::int64_t{24} * 3600 - 60);
    home.work();
    EXPECT_EQ(home.letters.mails.size(), 1U);
}

TEST(MailWork, AMailThatComesIntoTheQuietTimeIsPutOff) {
    Reader home;
    home.confirm(home.ann);
    const auto id = home.tell(home.ann);
    const auto now = base::timestamp(home.clock.now_ms());
    ASSERT_EQ(
        home.ask(
                "PATCH", "/api/preferences", home.ann,
                {{"time_zone", "UTC"},
                 {"quiet_from", now.substr(11, 5)},
                 {"quiet_until", now.substr(11, 2) == "23" ? "01:00" : "23:30"}}
        )
            .status,
        200
    );
    home.work();
    EXPECT_TRUE(home.letters.mails.empty());
    EXPECT_EQ(home.waiting(), 1);
    home.clock.pass_s(std::int64_t{24} * 3600 - 60);
    home.work();
    EXPECT_EQ(home.letters.mails.size(), 1U);
    EXPECT_EQ(home.notification(id).text("delivery"), "accepted");
}

TEST(MailWork, AServerThatIsAwayIsAskedAgain) {
    Reader home;
    home.confirm(home.ann);
    home.letters.outcome = {.sent = notify::Sent::later, .words = "451 4.3.0 Try again"};
    const auto id = home.tell(home.ann);
    home.work();
    EXPECT_EQ(home.notification(id).text("delivery"), "retried");
    EXPECT_EQ(home.waiting(), 1);
    home.letters.outcome = {.sent = notify::Sent::accepted, .words = "250 Ok"};
    home.clock.pass_s(60);
    home.work();
    EXPECT_EQ(
        home.history(id),
        (std::vector<std::string>{"retried: 451 4.3.0 Try again", "accepted: 250 Ok"})
    );
    EXPECT_EQ(home.letters.mails[0].message_id, home.letters.mails[1].message_id);
}

TEST(MailWork, ARefusalForGoodIsNotTriedAgain) {
    Reader home;
    home.confirm(home.ann);
    home.letters.outcome = {.sent = notify::Sent::refused, .words = "550 5.1.1 Nobody here"};
    const auto id = home.tell(home.ann);
    home.work();
    EXPECT_EQ(home.notification(id).text("delivery"), "refused");
    EXPECT_EQ(home.history(id), std::vector<std::string>{"refused: 550 5.1.1 Nobody here"});
    EXPECT_EQ(home.waiting(), 0);
}

// The mail server took it, and the program was killed before it could write that down.
TEST(MailWork, KilledAfterTheServersWordItIsSentOnceMoreAndNeverAThirdTime) {
    struct Killed final : notify::Mailer {
        base::Task<notify::Outcome> send(notify::Mail mail) override {
            sent.push_back(std::move(mail));
            if (kills) throw base::Error(base::Code::internal, "killed");
            notify::Outcome taken{.sent = notify::Sent::accepted, .words = "250 Ok"};
            co_return taken;
        }
        std::vector<notify::Mail> sent;
        bool kills = false;
    } mailer;
    Reader home(&mailer);
    home.confirm(home.ann);
    mailer.sent.clear();
    mailer.kills = true;
    const auto id = home.tell(home.ann);
    for (int i = 0; i < 4; ++i) {
        home.work();
        home.clock.pass_s(3600);
    }
    ASSERT_EQ(mailer.sent.size(), 2U);
    EXPECT_EQ(mailer.sent[0].message_id, mailer.sent[1].message_id);
    EXPECT_EQ(home.notification(id).text("delivery"), "unknown");
    EXPECT_EQ(home.waiting(), 0);
}

TEST(MailWork, OneClickEndsNoticesWithoutASignInFromAnywhere) {
    Reader home;
    home.confirm(home.ann);
    (void)home.tell(home.ann);
    home.work();
    ASSERT_EQ(home.letters.mails.size(), 1U);
    const auto path = home.letters.mails[0].unsubscribe.substr(site.size());

    // Looking at it changes nothing.
    EXPECT_EQ(home.ask("GET", path, {}).status, 200);
    EXPECT_TRUE(home.user_now(home.ann).find("preferences")->object()->truth("notify_mail"));
    const auto done = home.send_form(
        path, "List-Unsubscribe=One-Click", {{"Origin", "https://mail.example.com"}}
    );
    EXPECT_EQ(done.status, 200) << done.text;
    const auto user = home.user_now(home.ann);
    EXPECT_FALSE(user.find("preferences")->object()->truth("notify_mail"));
    const auto* consent = user.find("consents")->object()->find("mail")->object();
    EXPECT_FALSE(consent->truth("on"));
    EXPECT_EQ(consent->text("by"), "link");
    const auto log = base::run(home.app.journal.of_subject(subject_of(home.ann.user_id), "", 1));
    EXPECT_EQ(log.entries.at(0).action, "notices_by_mail_off");
    EXPECT_EQ(home.send_form(path, "").status, 200);  // twice is fine

    auto other = path;
    other.replace(other.find(home.ann.user_id), home.ann.user_id.size(), home.ben.user_id);
    EXPECT_EQ(home.send_form(other, "").status, 404);
    EXPECT_EQ(home.send_form("/unsubscribe/x", "").status, 404);
}

TEST(MailWork, ConsentIsKeptWithWhenAndHow) {
    Reader home;
    ASSERT_EQ(
        home.ask("PATCH", "/api/preferences", home.ann, {{"notify_mail", false}}).status, 200
    );
    const auto user = home.user_now(home.ann);
    const auto* consent = user.find("consents")->object()->find("mail")->object();
    EXPECT_FALSE(consent->truth("on"));
    EXPECT_EQ(consent->text("at"), base::timestamp(home.clock.now_ms()));
    EXPECT_EQ(consent->text("by"), "settings");
    const auto log = base::run(home.app.journal.of_subject(subject_of(home.ann.user_id), "", 1));
    EXPECT_EQ(log.entries.at(0).note, "Notices by mail switched off.");
}

TEST(MailWork, SmsWithoutAServiceSaysWhatIsMissing) {
    Reader home;
    const auto refused = home.ask(
        "PATCH", "/api/preferences", home.ann, {{"notify_sms", true}, {"phone", "+4915112345678"}}
    );
    EXPECT_EQ(refused.status, 422);
    EXPECT_EQ(refused.wrong(), "notify_sms");
    EXPECT_NE(refused.text.find("--sms"), std::string::npos) << refused.text;
}

TEST(MailWork, BySmtpTheServersOwnWordsStandInTheHistory) {
    testing::MailSink sink;
    base::Pool threads{1};
    const base::SystemClock clock;
    notify::SmtpMailer mailer(
        {.url = "smtp://127.0.0.1:" + std::to_string(sink.port()), .from = "budget@example.org"},
        threads, clock
    );
    Reader home(&mailer);
    home.confirm(home.ann);
    const auto before = sink.mails().size();
    const auto good = home.tell(home.ann, "Essen & Trinken: 80 % verbraucht – Übersicht");
    home.work();
    ASSERT_EQ(sink.mails().size(), before + 1);
    const auto data = sink.mails().back().data;
    EXPECT_NE(
        data.find("List-Unsubscribe: <https://budget.example.org/unsubscribe/"), std::string::npos
    );
    EXPECT_NE(data.find("List-Unsubscribe-Post: List-Unsubscribe=One-Click"), std::string::npos);
    EXPECT_NE(data.find("Message-ID: <" + good + "@budget.example.org>"), std::string::npos);
    EXPECT_EQ(home.notification(good).text("delivery"), "accepted");

    sink.answer("RCPT", "550 5.1.1 Nobody here");
    const auto bad = home.tell(home.ann);
    home.work();
    EXPECT_EQ(home.history(bad), std::vector<std::string>{"refused: 550 5.1.1 Nobody here"});
    sink.answer("RCPT", "451 4.7.1 Later please");
    const auto slow = home.tell(home.ann);
    home.work();
    EXPECT_EQ(home.notification(slow).text("delivery"), "retried");
    sink.answer("RCPT", "");
    home.clock.pass_s(60);
    home.work();
    EXPECT_EQ(home.notification(slow).text("delivery"), "accepted");
}

TEST(PublicUrl, IsAnAddressOfTheWebWithoutAnEnd) {
    EXPECT_EQ(checked_public_url("https://budget.example.org/"), "https://budget.example.org");
    EXPECT_EQ(host_of("https://budget.example.org:8443/x"), "budget.example.org");
    EXPECT_THROW((void)checked_public_url("budget.example.org"), base::Error);
    EXPECT_THROW((void)checked_public_url("https://"), base::Error);
    EXPECT_THROW((void)checked_public_url("https://a b"), base::Error);
}

}  // namespace
}  // namespace budgetplanner
