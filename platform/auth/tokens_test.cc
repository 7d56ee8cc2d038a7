#include "platform/auth/tokens.h"

#include <gtest/gtest.h>

#include "platform/auth/links.h"
#include "platform/auth/sessions.h"
#include "platform/auth/store_fixture.h"
#include "platform/base/error.h"
#include "testing/run.h"

namespace {

using auth::Identity;
using auth::User;

class TokensTest : public ::testing::Test {
  protected:
    static base::Task<std::optional<User>> find(std::optional<User>* owner, std::string user_id) {
        if (!*owner || (*owner)->user_id != user_id) co_return std::nullopt;
        co_return *owner;
    }
    auth::Tokens::Issued issue(std::vector<std::string> scopes = {"read"}, std::int64_t days = 30) {
        return testing::run(tokens.issue("u-1", "timetable", std::move(scopes), days));
    }
    Identity who(const std::string& bearer) { return testing::run(tokens.identify(bearer)); }

    auth_testing::Stored stored;
    std::optional<User> owner = User{"u-1", "ann", "Ann Lee", "faculty", ""};
    auth::Tokens::FindUser find_owner = [this](std::string user_id) {
        return find(&owner, std::move(user_id));
    };
    auth::Tokens tokens{stored.store, stored.clock, find_owner};
    auth::Tokens other_node{stored.store, stored.clock, find_owner};
};

TEST_F(TokensTest, TokenActsAsItsOwnerWithinItsScope) {
    const auto issued = issue();
    const Identity identity = who(issued.text);
    EXPECT_EQ(identity.user_id, "u-1");
    EXPECT_EQ(identity.role, "faculty");
    EXPECT_EQ(identity.session_id, "");
    EXPECT_TRUE(identity.may("read"));
    EXPECT_FALSE(identity.may("write"));
}

TEST_F(TokensTest, SecretIsNotStored) {
    const auto issued = issue();
    const std::string secret(auth::parse_token(issued.text)->secret);
    const auto page = testing::run(stored.sqlite.scan(&journal::system_table(), "", 100));
    ASSERT_EQ(page.records.size(), 2U);
    for (const auto& record : page.records) EXPECT_FALSE(record.text.contains(secret));
}

TEST_F(TokensTest, EveryChangedCharacterMakesAStranger) {
    const std::string text = issue().text;
    for (std::size_t i = 0; i < text.size(); ++i) {
        std::string changed = text;
        changed[i] = changed[i] == '0' ? '1' : '0';
        EXPECT_FALSE(who(changed).known()) << i;
    }
    EXPECT_FALSE(who("").known());
    EXPECT_FALSE(who(text + "A").known());
}

TEST_F(TokensTest, ExpiredTokenIsAStrangerAndLeavesTheList) {
    const auto issued = issue({"read"}, 1);
    stored.clock.advance_s(86'400 - 1);
    EXPECT_TRUE(who(issued.text).known());
    stored.clock.advance_s(1);
    EXPECT_FALSE(who(issued.text).known());
    EXPECT_TRUE(testing::run(tokens.of_user("u-1")).empty());
}

TEST_F(TokensTest, RevokedTokenIsOverAtOnceHereAndSoonElsewhere) {
    const auto issued = issue();
    EXPECT_TRUE(who(issued.text).known());
    EXPECT_TRUE(testing::run(other_node.identify(issued.text)).known());
    EXPECT_FALSE(testing::run(tokens.revoke("u-2", issued.token.token_id)));
    EXPECT_TRUE(testing::run(tokens.revoke("u-1", issued.token.token_id)));
    EXPECT_FALSE(testing::run(tokens.revoke("u-1", issued.token.token_id)));
    EXPECT_FALSE(who(issued.text).known());
    stored.clock.advance_ms(5000);
    EXPECT_FALSE(testing::run(other_node.identify(issued.text)).known());
}

TEST_F(TokensTest, OwnersRoleCountsAsItIsNow) {
    const auto issued = issue();
    EXPECT_EQ(who(issued.text).role, "faculty");
    owner->role = "student";
    stored.clock.advance_ms(5000);
    EXPECT_EQ(who(issued.text).role, "student");
    owner.reset();
    stored.clock.advance_ms(5000);
    EXPECT_FALSE(who(issued.text).known());
}

TEST_F(TokensTest, ListNamesEachTokenWithoutItsSecret) {
    const auto first = issue();
    stored.clock.advance_s(1);
    const auto second = issue({"read", "write"});
    const auto all = testing::run(tokens.of_user("u-1"));
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].token_id, first.token.token_id);
    EXPECT_EQ(all[1].scopes, second.token.scopes);
    EXPECT_FALSE(json::write(all[0].shown()).contains("secret"));
    testing::run(tokens.revoke_all("u-1"));
    EXPECT_TRUE(testing::run(tokens.of_user("u-1")).empty());
    EXPECT_FALSE(who(first.text).known());
}

TEST_F(TokensTest, BadInputIsNamedFieldByField) {
    try {
        (void)testing::run(tokens.issue("u-1", "  ", {"all"}, 0));
        FAIL();
    } catch (const base::Error& error) {
        EXPECT_EQ(error.code, base::Code::invalid);
        EXPECT_EQ(error.fields.size(), 3U);
    }
}

TEST_F(TokensTest, BearerHeaderIsUnderstoodBySessions) {
    auth::Sessions sessions(stored.store, stored.clock, "secret", &tokens);
    const std::string header = "bearer " + issue({"write"}).text;
    http::RequestData data;
    data.headers.emplace_back("Authorization", header);
    EXPECT_TRUE(testing::run(sessions.identify(http::Request(data))).may("write"));
    EXPECT_EQ(data.user, "u-1");
    EXPECT_FALSE(sessions.due(http::Request(data)));
}

TEST_F(TokensTest, WrongBearerIsNotMadeGoodByACookie) {
    auth::Sessions sessions(stored.store, stored.clock, "secret", &tokens);
    const std::string cookie = "session=" + testing::run(sessions.start(*owner)).cookie;
    http::RequestData data;
    data.headers.emplace_back("Cookie", cookie);
    EXPECT_TRUE(testing::run(sessions.identify(http::Request(data))).known());
    data.headers.emplace_back("Authorization", "Bearer sct_wrong");
    EXPECT_FALSE(testing::run(sessions.identify(http::Request(data))).known());
}

class LinksTest : public ::testing::Test {
  protected:
    std::optional<auth::Links::Found> look(const std::string& token) {
        return testing::run(links.look(token));
    }
    bool consume(const auth::Links::Found& found) {
        table::Write write;
        write.operations = auth::Links::consume(found);
        return testing::run(stored.store.write(std::move(write))).has_value();
    }
    auth_testing::Stored stored;
    auth::Links links{stored.store, stored.clock};
};

TEST_F(LinksTest, LinkWorksOnce) {
    const auto made = testing::run(links.issue("u-1"));
    const auto found = look(made.token);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->user_id, "u-1");
    EXPECT_TRUE(look(made.token)) << "looking does not use it up";
    EXPECT_TRUE(consume(*found));
    EXPECT_FALSE(look(made.token));
    EXPECT_FALSE(consume(*found));
}

TEST_F(LinksTest, LinkEndsAfterSevenDays) {
    const auto made = testing::run(links.issue("u-1"));
    stored.clock.advance_s(7 * 86'400 - 1);
    EXPECT_TRUE(look(made.token));
    stored.clock.advance_s(1);
    EXPECT_FALSE(look(made.token));
}

TEST_F(LinksTest, NewLinkVoidsTheOneBefore) {
    const auto first = testing::run(links.issue("u-1"));
    const auto found = look(first.token);
    const auto second = testing::run(links.issue("u-1"));
    EXPECT_FALSE(look(first.token));
    EXPECT_FALSE(consume(*found));
    EXPECT_TRUE(look(second.token));
}

TEST_F(LinksTest, ForgottenLinkIsVoid) {
    const auto made = testing::run(links.issue("u-1"));
    table::Write write;
    write.operations.push_back(auth::Links::forget("u-1"));
    ASSERT_TRUE(testing::run(stored.store.write(std::move(write))));
    EXPECT_FALSE(look(made.token));
}

TEST_F(LinksTest, OtherTextsAreNoLinks) {
    const auto made = testing::run(links.issue("u-1"));
    EXPECT_FALSE(look(""));
    EXPECT_FALSE(look("x"));
    EXPECT_FALSE(look(made.token + "A"));
    EXPECT_FALSE(look(std::string(43, 'A')));
}

TEST_F(TokensTest, LastUseIsShownAtOnceAndWrittenOnceAMinute) {
    const auto issued = issue();
    const auto last = [&](auth::Tokens& node) {
        return testing::run(node.of_user("u-1")).front().used_s;
    };
    EXPECT_EQ(last(tokens), 0);
    EXPECT_TRUE(issued.token.shown().find("last_used_at")->is_null());
    const auto first = stored.clock.now_s();
    (void)who(issued.text);
    EXPECT_EQ(last(tokens), first);
    EXPECT_EQ(last(other_node), 0) << "not written yet: nobody waits for that";
    testing::run(tokens.write_used());
    EXPECT_EQ(last(other_node), first);
    stored.clock.advance_s(30);
    (void)who(issued.text);
    testing::run(tokens.write_used());
    EXPECT_EQ(last(other_node), first) << "a minute has not gone by";
    EXPECT_EQ(last(tokens), first + 30);
    stored.clock.advance_s(30);
    testing::run(tokens.write_used());
    EXPECT_EQ(last(other_node), first + 30);
    EXPECT_TRUE(who(issued.text).known()) << "the token itself is as it was";
}

TEST_F(TokensTest, AUseThatIsWrittenLateBringsNoRevokedTokenBack) {
    const auto issued = issue();
    (void)who(issued.text);
    EXPECT_TRUE(testing::run(other_node.revoke("u-1", issued.token.token_id)));
    testing::run(tokens.write_used());
    EXPECT_TRUE(testing::run(tokens.of_user("u-1")).empty());
}

}  // namespace
