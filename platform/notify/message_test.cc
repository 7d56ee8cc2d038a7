#include "platform/notify/message.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "platform/base/error.h"
#include "platform/base/text.h"
#include "testing/golden.h"

namespace notify {
namespace {

constexpr std::int64_t now_ms = 1'795'348'743'123;  // 2026-11-22T11:59:03Z

Mail good() {
    return {
        .to = "ann@example.org",
        .subject = "Groceries: 80 % of November’s budget is spent",
        .text =
            "Hello Ann,\n\nyou have spent 320.00 € of 400.00 €.\n.a line with a dot\nFrom here on: "
            "https://budget.example/notifications?id=0190163d-8694-739b-aea5-966c26f8ad91&x=y\n",
        .html =
            "<!doctype html>\n<p>Hello Ann,</p>\n<p>you have spent <b>320.00 €</b> of 400.00 "
            "€.</p>\n",
        .message_id = "0190163d-8694-739b-aea5-966c26f8ad91@budget.example",
        .unsubscribe = "https://budget.example/unsubscribe/AbC-123",
    };
}

TEST(MailMessage, IsAsAgreed) {
    testing::golden(
        "platform/notify/golden/message.eml",
        message(good(), "Smart Budget, for you <budget@example.org>", now_ms)
    );
}

TEST(MailMessage, WithTextAloneNeedsNoParts) {
    Mail mail = good();
    mail.html.clear();
    mail.unsubscribe.clear();
    const std::string text = message(mail, "budget@example.org", now_ms);
    EXPECT_NE(text.find("\r\nContent-Type: text/plain; charset=utf-8\r\n"), std::string::npos);
    EXPECT_EQ(text.find("boundary"), std::string::npos);
    EXPECT_EQ(text.find("List-Unsubscribe"), std::string::npos);
    EXPECT_NE(text.find("\r\nFrom: budget@example.org\r\n"), std::string::npos);
}

TEST(MailMessage, NoValueBeginsAHeaderOfItsOwn) {
    Mail mail = good();
    mail.subject = "Hello\r\nBcc: eve@example.org\n\nbody";
    const std::string text = message(mail, "budget@example.org", now_ms);
    EXPECT_EQ(text.find("\r\nBcc"), std::string::npos);
    EXPECT_NE(text.find("Subject: Hello  Bcc: eve@example.org  body\r\n"), std::string::npos);
    for (const auto& change : {
             +[](Mail& one) { one.to = "ann@example.org\r\nBcc: eve@example.org"; },
             +[](Mail& one) { one.message_id = "a@b>\r\nBcc: <eve@example.org"; },
             +[](Mail& one) { one.unsubscribe = "https://a/\r\nBcc: eve@example.org"; },
             +[](Mail& one) { one.message_id.clear(); },
         }) {
        Mail bad = good();
        change(bad);
        EXPECT_THROW((void)message(bad, "budget@example.org", now_ms), base::Error);
    }
    EXPECT_THROW((void)message(good(), "A <b@c>\r\nBcc: <d@e>", now_ms), base::Error);
    EXPECT_THROW((void)message(good(), "nobody", now_ms), base::Error);
    EXPECT_THROW((void)message(good(), "A\r\nBcc: x <b@c.org>", now_ms), base::Error);
}

TEST(MailMessage, LinesAreShortAndInAscii) {
    Mail mail = good();
    mail.subject = std::string(300, 'x') + " Ünïcödé 😀 " + std::string(100, 'y');
    for (int i = 0; i < 50; ++i) mail.text += "Ein sehr langer Satz mit Umlauten äöü und 😀. ";
    std::string text = message(mail, "Ä <budget@example.org>", now_ms);
    for (const std::string_view line : base::split(text, '\n')) {
        EXPECT_LE(line.size(), 79U) << line;
        EXPECT_TRUE(line.empty() || line.back() == '\r') << line;
    }
    EXPECT_TRUE(std::ranges::all_of(text, [](char c) {
        return static_cast<unsigned char>(c) < 0x7F;
    }));
}

TEST(MailMessage, QuotedPrintableEndsNoLineWithABlank) {
    EXPECT_EQ(quoted_printable("a \nb\t\r\n=\n"), "a=20\r\nb=09\r\n=3D\r\n");
    EXPECT_EQ(quoted_printable(""), "");
    EXPECT_EQ(quoted_printable("no end"), "no end\r\n");
    EXPECT_EQ(quoted_printable("bare\rreturn"), "bare=0Dreturn\r\n");
    EXPECT_EQ(quoted_printable("\xff"), "=FF\r\n");
}

TEST(MailAddress, OneInAsciiIsTaken) {
    for (const char* address : {"a@b", "ann.o'hara+x@mail.example.org", "1@2.de"})
        EXPECT_EQ(address_error(address), "") << address;
    for (const char* address :
         {"", "ann", "@b", "a@", "a b@c.de", "a@b@c", "a@b..c", "a@-b.c", "a@b.c-", "<a@b.c>",
          "a@b.c,d@e.f", "émile@b.c", "a@bé.c", "a@b.c\r\n", ".a@b.c", "a..b@c.d", "a\"@b.c",
          "a@[1.2.3.4]"})
        EXPECT_NE(address_error(address), "") << address;
    EXPECT_NE(address_error(std::string(65, 'a') + "@b.c"), "");
    EXPECT_NE(address_error("a@" + std::string(64, 'b')), "");
}

}  // namespace
}  // namespace notify
