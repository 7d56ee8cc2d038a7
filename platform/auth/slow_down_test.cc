#include "platform/auth/slow_down.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "platform/auth/store_fixture.h"

namespace {

using auth::SlowDown;

class SlowDownTest : public ::testing::Test {
  protected:
    std::uint32_t fail(const std::string& account, const std::string& address = "10.0.0.1") {
        return tried(slow, account, address, false);
    }
    static std::uint32_t tried(
        SlowDown& by, const std::string& account, const std::string& address, bool right
    ) {
        if (const std::uint32_t wait = by.wait_s(account, address); wait > 0) return wait;
        return by.ended(account, address, right);
    }
    auth_testing::Clock clock;
    SlowDown slow{clock};
    SlowDown accounts_only{clock, {.address_free = 1'000'000}};
    SlowDown small{clock, {.account_free = 8, .address_free = 10}};
};

TEST_F(SlowDownTest, FiveFailuresAreFreeAndThenEachWaitDoubles) {
    for (int i = 0; i < 5; ++i) EXPECT_EQ(fail("ann"), 0U);
    for (std::uint32_t wait = 1; wait < 900; wait = std::min(wait * 2, 900U)) {
        EXPECT_EQ(fail("ann"), wait);
        clock.advance_s(wait - 1);
        EXPECT_EQ(fail("ann"), 1U) << "a try too early changes nothing";
        clock.advance_s(1);
        EXPECT_EQ(fail("ann"), 0U);
    }
    EXPECT_EQ(fail("ann"), 900U);
    clock.advance_s(900);
    EXPECT_EQ(fail("ann"), 0U);
    EXPECT_EQ(fail("ann"), 900U) << "never longer than 15 minutes";
}

TEST_F(SlowDownTest, FiveFailuresOfOnePersonSlowNobodyElseAtTheAddress) {
    for (int i = 0; i < 5; ++i) EXPECT_EQ(fail("ann"), 0U);
    EXPECT_EQ(fail("ann"), 1U);
    EXPECT_EQ(fail("ANN "), 1U) << "however the name is spelt";
    EXPECT_EQ(fail("bob"), 0U);
    EXPECT_EQ(slow.wait_s("ann", "10.0.0.2"), 0U) << "nor the owner, who sits elsewhere";
}

TEST_F(SlowDownTest, AccountIsSlowedFromEveryAddressAtTheHigherBound) {
    for (int i = 0; i < 8; ++i)
        EXPECT_EQ(tried(small, "ann", "10.0.0." + std::to_string(i), false), 0U);
    EXPECT_EQ(tried(small, "ann", "10.0.1.1", false), 1U);
    EXPECT_EQ(tried(small, "bob", "10.0.1.1", false), 0U);
}

TEST_F(SlowDownTest, AddressIsSlowedForEveryAccountAtTheHigherBound) {
    for (int i = 0; i < 10; ++i)
        EXPECT_EQ(tried(small, "user" + std::to_string(i), "10.0.0.1", false), 0U);
    EXPECT_EQ(tried(small, "ann", "10.0.0.1", false), 1U);
    EXPECT_EQ(tried(small, "ann", "10.0.0.2", false), 0U);
}

TEST_F(SlowDownTest, SuccessGivesTheAccountANewStart) {
    const auto ann = [&](bool right) { return tried(accounts_only, "ann", "10.0.0.1", right); };
    for (int i = 0; i < 5; ++i) EXPECT_EQ(ann(false), 0U);
    clock.advance_s(1);
    EXPECT_EQ(ann(true), 0U);
    for (int i = 0; i < 5; ++i) EXPECT_EQ(ann(false), 0U);
}

TEST_F(SlowDownTest, AttackersOwnAccountDoesNotFreeTheAddress) {
    // Whoever signs in by his own account between his guesses wins one try by it, once.
    int guesses = 0;
    for (int i = 0; i < 50; ++i) {
        if (tried(small, "victim" + std::to_string(i), "10.0.0.1", false) == 0) ++guesses;
        (void)tried(small, "attacker", "10.0.0.1", true);
    }
    EXPECT_LE(guesses, 11);
}

TEST_F(SlowDownTest, ClassBehindOneAddressSignsIn) {
    for (int i = 0; i < 200; ++i) {
        const std::string name = "student" + std::to_string(i);
        EXPECT_EQ(fail(name), 0U) << "a mistyped password of " << i;
        EXPECT_EQ(tried(slow, name, "10.0.0.1", true), 0U) << i;
    }
}

TEST_F(SlowDownTest, RightTriesAtOnceAllSucceed) {
    for (int i = 0; i < 50; ++i) EXPECT_EQ(slow.wait_s("ann", "10.0.0.1"), 0U) << "they begin";
    for (int i = 0; i < 50; ++i) EXPECT_EQ(slow.ended("ann", "10.0.0.1", true), 0U);
}

TEST_F(SlowDownTest, OfWrongTriesAtOnceFiveAreTold) {
    std::atomic<int> told = 0;
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i)
        threads.emplace_back([&] {
            for (int k = 0; k < 100; ++k)
                if (slow.ended("ann", "10.0.0.1", false) == 0) ++told;
        });
    threads.clear();
    EXPECT_EQ(told, 5);
    EXPECT_EQ(slow.ended("ann", "10.0.0.1", true), 1U) << "nor is the right one among them";
}

TEST_F(SlowDownTest, MemoryIsBounded) {
    SlowDown bounded(clock, {.entries_max = 100});
    for (int i = 0; i < 1000; ++i)
        (void)bounded.ended("user" + std::to_string(i), "10.0.0." + std::to_string(i), false);
    EXPECT_LE(bounded.entries(), 300U);
}

TEST_F(SlowDownTest, ClockThatWentBackLocksNobodyOut) {
    for (int i = 0; i < 5; ++i) EXPECT_EQ(fail("ann"), 0U);
    clock.advance_s(-3600);
    EXPECT_EQ(fail("ann"), 0U);
}

TEST(NetworkOf, AddressesOfOneCustomerAreOne) {
    EXPECT_EQ(auth::network_of("2001:db8:1:2::1"), auth::network_of("2001:db8:1:2:ffff::9"));
    EXPECT_NE(auth::network_of("2001:db8:1:2::1"), auth::network_of("2001:db8:1:3::1"));
    EXPECT_EQ(auth::network_of("::ffff:10.0.0.1"), "10.0.0.1");
    EXPECT_EQ(auth::network_of("10.0.0.1"), "10.0.0.1");
}

}  // namespace
