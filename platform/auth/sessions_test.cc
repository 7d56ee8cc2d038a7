#include "platform/auth/sessions.h"

#include <gtest/gtest.h>

#include <string>

#include "platform/auth/cookie.h"
#include "platform/auth/store_fixture.h"
#include "platform/base/json.h"
#include "platform/base/random.h"
#include "testing/run.h"

namespace {

using auth::Identity;
using auth::Sessions;
using auth::Started;
using auth::User;

const User ann = {
    .user_id = "u-1",
    .username = "ann",
    .name = "Ánn \"A\" Lee",
    .role = "faculty",
    .own_record = ""
};

struct Asked {
    http::RequestData data;
    std::string cookie_header;
    std::string bearer_header;
    explicit Asked(const std::string& cookie, bool secure = false) {
        data.secure = secure;
        cookie_header = "theme=dark; " + std::string(auth::cookie_name(secure)) + "=" + cookie;
        data.headers.emplace_back("Cookie", cookie_header);
    }
    http::Request request() { return http::Request(data); }
};

class SessionsTest : public ::testing::Test {
  protected:
    Started start(const User& user = ann) { return testing::run(sessions.start(user)); }
    Identity who(const std::string& cookie) { return who(sessions, cookie); }
    static Identity who(Sessions& node, const std::string& cookie) {
        Asked asked(cookie);
        return testing::run(node.identify(asked.request()));
    }
    std::optional<Started> renewal(const std::string& cookie) {
        Asked asked(cookie);
        (void)testing::run(sessions.identify(asked.request()));
        return testing::run(sessions.renewal(asked.request())).fresh;
    }

    auth_testing::Stored stored;
    Sessions sessions{stored.store, stored.clock, "a secret"};
    Sessions other_node{stored.store, stored.clock, "a secret"};
};

TEST_F(SessionsTest, CookieTellsWhoAsks) {
    const Started started = start();
    const Identity identity = who(started.cookie);
    EXPECT_EQ(identity.user_id, ann.user_id);
    EXPECT_EQ(identity.username, ann.username);
    EXPECT_EQ(identity.name, ann.name);
    EXPECT_EQ(identity.role, ann.role);
    EXPECT_EQ(identity.csrf, started.csrf);
    EXPECT_EQ(identity.session_id, started.session_id);
    EXPECT_TRUE(identity.scopes.empty());
    EXPECT_EQ(started.max_age_s, 12 * 3600);
}

TEST_F(SessionsTest, RequestWithoutCookieIsAStranger) {
    http::RequestData data;
    EXPECT_FALSE(testing::run(sessions.identify(http::Request(data))).known());
    EXPECT_FALSE(who("").known());
    EXPECT_FALSE(who("nonsense").known());
    EXPECT_FALSE(who(".").known());
}

TEST_F(SessionsTest, EveryChangedCharacterMakesAStranger) {
    const std::string cookie = start().cookie;
    for (std::size_t i = 0; i < cookie.size(); ++i) {
        std::string changed = cookie;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        EXPECT_FALSE(who(changed).known()) << i;
        EXPECT_FALSE(who(cookie.substr(0, i)).known()) << i;
    }
    EXPECT_FALSE(who(cookie + "A").known());
}

TEST_F(SessionsTest, AnotherSecretMakesAStranger) {
    Sessions stranger(stored.store, stored.clock, "another secret");
    EXPECT_FALSE(who(stranger, start().cookie).known());
}

TEST_F(SessionsTest, SecureRequestsHaveACookieOfTheirOwn) {
    const std::string cookie = start().cookie;
    Asked plain(cookie);
    plain.data.secure = true;
    EXPECT_FALSE(testing::run(sessions.identify(plain.request())).known());
    Asked secure(cookie, true);
    EXPECT_TRUE(testing::run(sessions.identify(secure.request())).known());
}

TEST_F(SessionsTest, SessionExpires) {
    const std::string cookie = start().cookie;
    stored.clock.advance_s(12 * 3600 - 1);
    EXPECT_TRUE(who(cookie).known());
    stored.clock.advance_s(1);
    EXPECT_FALSE(who(cookie).known());
}

TEST_F(SessionsTest, EndedSessionIsOverAtOnceHereAndSoonElsewhere) {
    const std::string cookie = start().cookie;
    const std::string second = start().cookie;
    EXPECT_TRUE(who(other_node, cookie).known());
    testing::run(sessions.end(who(cookie)));
    EXPECT_FALSE(who(cookie).known());
    EXPECT_TRUE(who(second).known());
    stored.clock.advance_ms(5000);
    EXPECT_FALSE(who(other_node, cookie).known());
    EXPECT_TRUE(who(other_node, second).known());
}

TEST_F(SessionsTest, EndAllEndsEachSessionButNotTheNextOne) {
    const std::string first = start().cookie;
    const std::string second = start().cookie;
    EXPECT_TRUE(who(other_node, first).known());
    testing::run(sessions.end_all(ann.user_id));
    EXPECT_FALSE(who(first).known());
    EXPECT_FALSE(who(second).known());
    const std::string next = start().cookie;
    EXPECT_TRUE(who(next).known());
    stored.clock.advance_ms(5000);
    EXPECT_FALSE(who(other_node, first).known());
    EXPECT_TRUE(who(other_node, next).known());
}

TEST_F(SessionsTest, SignInAfterAnEndingOnAnotherNodeLasts) {
    (void)start();
    testing::run(other_node.end_all(ann.user_id));
    const std::string cookie = start().cookie;
    stored.clock.advance_ms(5000);
    EXPECT_TRUE(who(cookie).known());
}

TEST_F(SessionsTest, OneUsersEndingLeavesOthersAlone) {
    User bob = ann;
    bob.user_id = "u-2";
    const std::string cookie = start(bob).cookie;
    testing::run(sessions.end_all(ann.user_id));
    EXPECT_TRUE(who(cookie).known());
}

TEST_F(SessionsTest, EndingInATransactionCountsOnceCommitted) {
    const std::string cookie = start().cookie;
    const auto ending = testing::run(sessions.ending(ann.user_id));
    EXPECT_TRUE(who(cookie).known());
    table::Write write;
    write.operations.push_back(ending.operation);
    ASSERT_TRUE(testing::run(stored.store.write(std::move(write))));
    sessions.committed(ending);
    EXPECT_FALSE(who(cookie).known());
    // The same again would undo what came between.
    table::Write again;
    again.operations.push_back(ending.operation);
    EXPECT_FALSE(testing::run(stored.store.write(std::move(again))));
}

TEST_F(SessionsTest, ManyEndingsAtOnceAllCount) {
    std::vector<std::string> cookies;
    for (int i = 0; i < 6; ++i) cookies.push_back(start().cookie);
    std::vector<base::Task<>> tasks;
    for (const auto& cookie : cookies) tasks.push_back(sessions.end(who(cookie)));
    testing::run_together(std::move(tasks), 2);
    for (const auto& cookie : cookies) EXPECT_FALSE(who(cookie).known());
    stored.clock.advance_ms(5000);
    for (const auto& cookie : cookies) EXPECT_FALSE(who(other_node, cookie).known());
}

TEST_F(SessionsTest, EndingNeverComesBackHoweverManyThereAre) {
    const std::string first = start().cookie;
    testing::run(sessions.end(who(first)));
    for (int i = 0; i < 210; ++i) testing::run(sessions.end(who(start().cookie)));
    EXPECT_FALSE(who(first).known());
}

TEST_F(SessionsTest, SeenCookieReadsTheTableOnceInFiveSeconds) {
    const std::string cookie = start().cookie;
    (void)who(cookie);
    stored.store.reads = 0;
    for (int i = 0; i < 49; ++i) {
        stored.clock.advance_ms(100);
        EXPECT_TRUE(who(cookie).known());
    }
    EXPECT_LE(stored.store.reads, 1);
}

TEST_F(SessionsTest, CookieIsRenewedAfterAnHourAndKeepsItsSession) {
    const Started started = start();
    stored.clock.advance_s(3599);
    EXPECT_FALSE(renewal(started.cookie));
    stored.clock.advance_s(1);
    const auto fresh = renewal(started.cookie);
    ASSERT_TRUE(fresh);
    EXPECT_EQ(fresh->csrf, started.csrf);
    EXPECT_EQ(fresh->session_id, started.session_id);
    stored.clock.advance_s(12 * 3600 - 1);
    EXPECT_FALSE(who(started.cookie).known());
    EXPECT_TRUE(who(fresh->cookie).known());
}

TEST_F(SessionsTest, NoRenewalLeadsBeyondSevenDays) {
    std::string cookie = start().cookie;
    std::int64_t passed = 0;
    while (who(cookie).known()) {
        stored.clock.advance_s(3600);
        passed += 3600;
        if (auto fresh = renewal(cookie)) cookie = fresh->cookie;
        ASSERT_LE(passed, 8 * 24 * 3600);
    }
    EXPECT_EQ(passed, 7 * 24 * 3600);
}

TEST_F(SessionsTest, EndedSessionIsNotRenewed) {
    const std::string cookie = start().cookie;
    stored.clock.advance_s(7200);
    testing::run(sessions.end(who(cookie)));
    EXPECT_FALSE(renewal(cookie));
}

TEST(Cookie, SignedPayloadOfAnotherShapeIsRefused) {
    const auth::Hmac sign("key");
    for (const std::string payload :
         {"", "[]", "{}", "null", "[\"1\"]", "[1,2,3,4,5,6,7,8,9,0,1,2]"}) {
        std::string cookie = base::base64url(payload);
        const auto tag = sign(cookie);
        cookie += "." + base::base64url({reinterpret_cast<const char*>(tag.data()), tag.size()});
        EXPECT_FALSE(auth::read_cookie(cookie, sign)) << payload;
    }
}

// RFC 4231, test cases 1, 2 and 6.
TEST(Hmac, AgreesWithTheStandardsVectors) {
    const auto tag_of = [](const std::string& key, std::string_view text) {
        const auto tag = auth::Hmac(key)(text);
        return base::hex({reinterpret_cast<const char*>(tag.data()), tag.size()});
    };
    EXPECT_EQ(
        tag_of(std::string(20, '\x0b'), "Hi There"),
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
    );
    EXPECT_EQ(
        tag_of("Jefe", "what do ya want for nothing?"),
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    );
    EXPECT_EQ(
        tag_of(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First"),
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
    );
}

// Sessions that know where users are.
class RenewedSessions : public ::testing::Test {
  protected:
    static base::Task<std::optional<User>> find(const std::optional<User>* now) { co_return *now; }
    Sessions::Renewal renewed(const std::string& cookie) {
        Asked asked(cookie);
        (void)testing::run(sessions.identify(asked.request()));
        return testing::run(sessions.renewal(asked.request()));
    }
    Identity who(const std::string& cookie) {
        Asked asked(cookie);
        return testing::run(sessions.identify(asked.request()));
    }
    auth_testing::Stored stored;
    std::optional<User> now = ann;
    Sessions sessions{stored.store, stored.clock, "a secret",
                      nullptr,      {},           [this](std::string) {
                          return find(&now); }};
    Started started = testing::run(sessions.start(ann));
};

TEST_F(RenewedSessions, SayWhoTheUserIsByThen) {
    now->name = "Ann Married";
    now->own_record = "s-1";
    EXPECT_FALSE(renewed(started.cookie).fresh) << "not due yet";
    stored.clock.advance_s(3600);
    const auto renewal = renewed(started.cookie);
    ASSERT_TRUE(renewal.fresh);
    EXPECT_EQ(who(renewal.fresh->cookie).name, "Ann Married");
    EXPECT_EQ(who(renewal.fresh->cookie).own_record, "s-1");
    EXPECT_EQ(renewal.fresh->csrf, started.csrf);
}

TEST_F(RenewedSessions, EndWhenTheRoleChangedOrTheUserIsGone) {
    stored.clock.advance_s(3600);
    now->role = "student";
    EXPECT_TRUE(renewed(started.cookie).over);
    EXPECT_FALSE(who(started.cookie).known());
    const Started other = testing::run(sessions.start(ann));
    stored.clock.advance_s(3600);
    now.reset();
    EXPECT_TRUE(renewed(other.cookie).over);
    EXPECT_FALSE(who(other.cookie).known());
}

}  // namespace
