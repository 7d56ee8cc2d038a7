// What comes of a mail, by what the server says; and without a server.
#include "platform/notify/smtp_mailer.h"

#include <gtest/gtest.h>

#include <string>

#include "platform/base/error.h"
#include "platform/notify/log_mailer.h"
#include "platform/notify/sms.h"
#include "testing/mail_sink.h"
#include "testing/run.h"

namespace notify {
namespace {

Mail good() {
    return {
        .to = "ann@example.org",
        .subject = "Hello",
        .text = "A text.\n.\n..\nThe end.\n",
        .html = {},
        .message_id = "1@budget.example",
    };
}

class Smtp : public testing::Test {
  protected:
    Outcome send(Mail mail) { return testing::run(mailer_.send(std::move(mail))); }
    SmtpOptions options() {
        return {
            .url = "smtp://127.0.0.1:" + std::to_string(sink_.port()),
            .from = "Budget <budget@example.org>"
        };
    }

    testing::MailSink sink_;
    base::SystemClock clock_;
    base::Pool pool_{1};
    SmtpMailer mailer_{options(), pool_, clock_};
};

TEST_F(Smtp, AMailArrivesAsItWasSent) {
    const Outcome outcome = send(good());
    EXPECT_EQ(outcome.sent, Sent::accepted);
    EXPECT_EQ(outcome.words, "250 queued as 1");
    const auto mails = sink_.mails();
    ASSERT_EQ(mails.size(), 1U);
    EXPECT_EQ(mails[0].from, "budget@example.org");
    EXPECT_EQ(mails[0].to, "ann@example.org");
    EXPECT_NE(mails[0].data.find("\r\nSubject: Hello\r\n"), std::string::npos);
    EXPECT_NE(mails[0].data.find("\r\nA text.\r\n=2E\r\n=2E.\r\nThe end.\r\n"), std::string::npos);
}

TEST_F(Smtp, WhatTheServerSaysDecidesWhatComesNext) {
    struct Case {
        const char* command;
        const char* reply;
        Sent expected;
    };
    for (const auto& [command, reply, expected] : std::initializer_list<Case>{
             {"RCPT", "550 5.1.1 Nobody here", Sent::refused},
             {"RCPT", "451 4.7.1 Greylisted", Sent::later},
             {"MAIL", "553 5.1.8 Not from there", Sent::refused},
             {"MAIL", "452 4.3.1 Disk full", Sent::later},
             {"DATA", "554 5.7.1 No", Sent::refused},
             {"end", "554 5.6.0 Looks like spam", Sent::refused},
             {"end", "451 4.3.0 Try again", Sent::later},
             {"end", "552-5.2.2 The box\r\n552 5.2.2 is full", Sent::refused},
             {"greeting", "554 No service here", Sent::later},
             {"greeting", "421 Too busy", Sent::later},
             {"MAIL", "530 5.7.0 Sign in first", Sent::later},
         }) {
        SCOPED_TRACE(std::string(command) + ": " + reply);
        sink_.answer(command, reply);
        const Outcome outcome = send(good());
        EXPECT_EQ(outcome.sent, expected) << outcome.words;
        EXPECT_NE(outcome.words.find(std::string(reply).substr(0, 6)), std::string::npos)
            << outcome.words;
        sink_.answer(command, "");
    }
    EXPECT_TRUE(sink_.mails().empty());
    EXPECT_EQ(send(good()).sent, Sent::accepted);
}

TEST_F(Smtp, AServerThatHangsUpOrIsAwayIsTriedAgain) {
    for (const char* command : {"greeting", "EHLO", "MAIL", "RCPT", "DATA", "end"}) {
        sink_.answer(command, "close");
        const Outcome outcome = send(good());
        EXPECT_EQ(outcome.sent, Sent::later) << command;
        EXPECT_FALSE(outcome.words.empty());
        sink_.answer(command, "");
    }
    SmtpOptions nowhere = options();
    nowhere.url = "smtp://127.0.0.1:1";
    SmtpMailer away(nowhere, pool_, clock_);
    EXPECT_EQ(testing::run(away.send(good())).sent, Sent::later);
}

TEST_F(Smtp, WithoutTlsNothingIsSentWhereItIsAskedFor) {
    SmtpOptions careful = options();
    careful.always_tls = true;
    careful.user = "budget";
    careful.password = "secret";
    SmtpMailer mailer(careful, pool_, clock_);
    const Outcome outcome = testing::run(mailer.send(good()));
    EXPECT_EQ(outcome.sent, Sent::later);
    EXPECT_EQ(outcome.words.find("secret"), std::string::npos);
    EXPECT_EQ(sink_.connections(), 1);
    EXPECT_TRUE(sink_.mails().empty());
}

TEST_F(Smtp, WhatCanNotBeAMailIsRefusedWithoutAConnection) {
    Mail mail = good();
    mail.to = "ann@example.org>\r\nRCPT TO:<eve@example.org";
    const Outcome outcome = send(mail);
    EXPECT_EQ(outcome.sent, Sent::refused);
    EXPECT_NE(outcome.words.find("addresses"), std::string::npos) << outcome.words;
    EXPECT_EQ(sink_.connections(), 0);
}

TEST_F(Smtp, OptionsThatCanNotWorkAreNamed) {
    for (const char* url :
         {"", "mail.example.org", "http://a", "smtp://", "smtp://u:p@host", "smtp://a/b"}) {
        SmtpOptions bad = options();
        bad.url = url;
        EXPECT_THROW(SmtpMailer(bad, pool_, clock_), base::Error) << url;
    }
    SmtpOptions bad = options();
    bad.from = "nobody";
    EXPECT_THROW(SmtpMailer(bad, pool_, clock_), base::Error);
}

TEST(LogMailer, TakesMailOnAndSaysWhereItIs) {
    LogMailer mailer;
    const Outcome outcome = testing::run(mailer.send(good()));
    EXPECT_EQ(outcome.sent, Sent::accepted);
    EXPECT_NE(outcome.words.find("log"), std::string::npos);
}

TEST(NoSms, SaysHowToHaveIt) {
    NoSms none;
    const Outcome outcome = testing::run(none.send({.to = "+4915112345678", .text = "x"}));
    EXPECT_EQ(outcome.sent, Sent::refused);
    EXPECT_EQ(outcome.words, none.missing());
    EXPECT_EQ(phone_error("+4915112345678"), "");
    for (const char* number : {"", "015112345678", "+0151", "+49 151", "+12345678901234567", "+1"})
        EXPECT_NE(phone_error(number), "") << number;
}

}  // namespace
}  // namespace notify
