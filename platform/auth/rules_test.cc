#include <gtest/gtest.h>

#include <string>

#include "platform/auth/csrf.h"
#include "platform/auth/password_rules.h"
#include "platform/base/error.h"

namespace {

using auth::Csrf;

std::string complaint(const std::string& password, const std::vector<std::string>& names = {}) {
    const auto errors = auth::check_password(password, names);
    return errors.empty() ? "" : errors.front().message;
}

TEST(PasswordRules, LengthCountsCodePoints) {
    EXPECT_NE(complaint("kF3#xQ9!z"), "");
    EXPECT_EQ(complaint("kF3#xQ9!zT"), "");
    EXPECT_EQ(complaint("пароль-лось"), "") << "eleven letters of two bytes";
    EXPECT_NE(complaint("éèêëçàùüö"), "") << "nine letters of two bytes";
    EXPECT_EQ(complaint("slow green tractor hums"), "");
    std::string longest;
    while (longest.size() < 200) longest += "river zebra 7 cloud ";
    longest.resize(200);
    EXPECT_EQ(complaint(longest), "");
    EXPECT_NE(complaint(longest + "x"), "");
}

TEST(PasswordRules, WhatIsTriedFirstIsRefused) {
    for (const char* common :
         {"password123",
          "Password2024!",
          "P@ssw0rd1234",
          "passwordpassword",
          "qwertyuiop",
          "1234567890",
          "123456789012",
          "abcdefghij",
          "zyxwvutsrq",
          "aaaaaaaaaa",
          "abcabcabcabc",
          "iloveyou123",
          "Iloveyou2025",
          "welcome12345",
          "liverpool1",
          "1qaz2wsx3edc",
          "student12345",
          "sunshine2023",
          "1212121212",
          "asdfghjklasdf",
          "!!!football!!!",
          "correcthorsebatterystaple",
          "correct horse battery staple",
          "qwertyasdfgh"})
        EXPECT_NE(complaint(common), "") << common;
}

TEST(PasswordRules, OrdinaryPassphrasesPass) {
    for (const char* good :
         {"purple bicycle lunch", "my dog eats 3 socks", "Tr0mbone-Kettle", "vier muede Gaense",
          "9f3kd82jx0", "Moonlit harbour 88", "glaçon épicé bleu"})
        EXPECT_EQ(complaint(good), "") << good;
}

TEST(PasswordRules, NamesAroundTheAccountAreRefused) {
    const std::vector<std::string> names = {"ann.lee", "Ann Margaret Lee", "Riverside College"};
    EXPECT_NE(complaint("riverside1", names), "");
    EXPECT_NE(complaint("ann.lee2024", names), "");
    EXPECT_NE(complaint("RiversideCollege1", names), "");
    EXPECT_NE(complaint("margaret1234", names), "");
    EXPECT_EQ(complaint("riverside heron dances", names), "");
}

TEST(PasswordRules, ControlCharactersAreRefused) {
    EXPECT_NE(complaint(std::string("kF3#xQ9!z\0T", 11)), "");
    EXPECT_NE(complaint("kF3#xQ9!z\xff\xff"), "");
}

auth::Identity session() {
    auth::Identity who;
    who.user_id = "u-1";
    who.session_id = "s";
    who.csrf = "the token";
    return who;
}

TEST(OwnSite, WhatTheBrowserSaysCounts) {
    const auto own = [](std::string_view site, std::string_view origin, bool secure = false) {
        return auth::from_own_site(
            {.fetch_site = site, .origin = origin, .host = "college.example:5000", .secure = secure}
        );
    };
    EXPECT_TRUE(own("same-origin", ""));
    EXPECT_TRUE(own("none", ""));
    EXPECT_FALSE(own("cross-site", ""));
    EXPECT_FALSE(own("same-site", ""));
    EXPECT_FALSE(own("cross-site", "http://college.example:5000"))
        << "the one that can't be forged";
    EXPECT_TRUE(own("", "http://college.example:5000"));
    EXPECT_TRUE(own("", "https://College.Example:5000", true));
    EXPECT_TRUE(own("", "https://college.example:5000"));
    EXPECT_FALSE(own("", "http://college.example:5000", true));
    EXPECT_FALSE(own("", "http://college.example"));
    EXPECT_FALSE(own("", "http://evil.example:5000"));
    EXPECT_FALSE(own("", "http://college.example:5000.evil.example"));
    EXPECT_FALSE(own("", "null"));
    EXPECT_TRUE(own("", "")) << "no browser";
    EXPECT_FALSE(auth::from_own_site({.origin = "http://"}));
}

TEST(CheckWrite, CookieNeedsTheSessionsToken) {
    const auth::Origin own{.fetch_site = "same-origin"};
    EXPECT_EQ(auth::check_write(own, session(), "the token"), Csrf::good);
    EXPECT_EQ(auth::check_write(own, session(), ""), Csrf::missing);
    EXPECT_EQ(auth::check_write(own, session(), "the tokem"), Csrf::wrong);
    EXPECT_EQ(auth::check_write(own, session(), "the token "), Csrf::wrong);
    EXPECT_EQ(
        auth::check_write({.fetch_site = "cross-site"}, session(), "the token"), Csrf::foreign
    );
    auth::Identity broken = session();
    broken.csrf.clear();
    EXPECT_EQ(auth::check_write(own, broken, "x"), Csrf::wrong);
}

TEST(CheckWrite, BearerNeedsNone) {
    auth::Identity token = session();
    token.session_id.clear();
    token.scopes = {"write"};
    EXPECT_EQ(auth::check_write({.fetch_site = "cross-site"}, token, ""), Csrf::good);
}

TEST(CheckWrite, RefusalIsInWords) {
    http::RequestData data;
    data.headers.emplace_back("Sec-Fetch-Site", "same-origin");
    EXPECT_THROW(auth::require_own_write(http::Request(data), session()), base::Error);
    EXPECT_NO_THROW(auth::require_own_write(http::Request(data), session(), "the token"));
    data.headers.emplace_back("X-CSRF-Token", "the token");
    EXPECT_NO_THROW(auth::require_own_write(http::Request(data), session()));
    EXPECT_NO_THROW(auth::require_own_site(http::Request(data)));
    data.headers[0].second = "cross-site";
    EXPECT_THROW(auth::require_own_site(http::Request(data)), base::Error);
}

TEST(Csrf, AMaskedTokenIsAsGoodAndNeverTheSameTwice) {
    auth::Identity who;
    who.user_id = "u";
    who.session_id = "s";
    who.csrf = "aB3-xyz_0123456789abcdefghijklmn";
    const std::string first = auth::masked(who.csrf);
    EXPECT_NE(first, auth::masked(who.csrf));
    EXPECT_EQ(auth::check_write({}, who, first), Csrf::good);
    EXPECT_EQ(auth::check_write({}, who, who.csrf), Csrf::good);
    std::string bent = first;
    bent.front() = bent.front() == 'A' ? 'B' : 'A';
    EXPECT_EQ(auth::check_write({}, who, bent), Csrf::wrong);
}

}  // namespace
