#include "platform/base/random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

namespace {

TEST(UuidV7, HasItsFormAndItsTime) {
    const std::string id = base::uuid_v7(4'000'000'000'000);
    EXPECT_TRUE(base::is_uuid(id)) << id;
    EXPECT_EQ(id[14], '7');
    EXPECT_TRUE(std::string("89ab").contains(id[19]));
    EXPECT_EQ(id.substr(0, 13), "03a35294-4000");
}

TEST(UuidV7, SortsInTheOrderMadeEvenWhenTheClockStandsOrGoesBack) {
    std::string before;
    for (int i = 0; i < 100'000; ++i) {
        const std::int64_t now = 5'000'000'000'000 + (i % 1000 == 7 ? -50 : i / 5000);
        std::string id = base::uuid_v7(now);
        ASSERT_LT(before, id) << i;
        before = std::move(id);
    }
}

TEST(UuidV7, ThreadsNeverMakeTheSame) {
    std::mutex mutex;
    std::set<std::string> all;
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([&] {
            std::vector<std::string> mine;
            for (int k = 0; k < 5000; ++k) mine.push_back(base::uuid_v7(6'000'000'000'000));
            EXPECT_TRUE(std::ranges::is_sorted(mine));
            const std::scoped_lock lock(mutex);
            all.insert(mine.begin(), mine.end());
        });
    threads.clear();
    EXPECT_EQ(all.size(), 20'000U);
}

TEST(UuidV5, DependsOnTheNameAlone) {
    const std::string id = base::uuid_v5("student|course|2026-11-22|1");
    EXPECT_TRUE(base::is_uuid(id));
    EXPECT_EQ(id[14], '5');
    EXPECT_EQ(id, base::uuid_v5("student|course|2026-11-22|1"));
    EXPECT_NE(id, base::uuid_v5("student|course|2026-11-22|2"));
    // Stored keys are made so: this value must never change.
    EXPECT_EQ(base::uuid_v5("attendance"), "58b7985a-1b7c-5e62-ae50-2a90f176bb37");
}

TEST(IsUuid, OnlyTheOneSpelling) {
    EXPECT_TRUE(base::is_uuid("0198c0de-0000-7000-8000-000000000000"));
    EXPECT_FALSE(base::is_uuid("0198C0DE-0000-7000-8000-000000000000"));
    EXPECT_FALSE(base::is_uuid("0198c0de-0000-7000-8000-00000000000"));
    EXPECT_FALSE(base::is_uuid("0198c0de00000-7000-8000-000000000000"));
    EXPECT_FALSE(base::is_uuid(""));
}

// RFC 4648, section 10.
TEST(Base64, StandardsVectors) {
    const std::pair<const char*, const char*> vectors[] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"}
    };
    for (const auto& [bytes, text] : vectors) {
        EXPECT_EQ(base::base64(bytes), text);
        std::string back = "x";
        EXPECT_TRUE(base::base64_decode(text, back));
        EXPECT_EQ(back, bytes);
    }
    EXPECT_EQ(base::hex("\x01\xab\xff"), "01abff");
}

TEST(Base64, ComesBackAsItWas) {
    for (std::size_t size = 0; size < 200; ++size) {
        const std::string bytes = base::random_bytes(size);
        std::string back;
        ASSERT_TRUE(base::base64url_decode(base::base64url(bytes), back));
        ASSERT_EQ(back, bytes);
        ASSERT_TRUE(base::base64_decode(base::base64(bytes), back));
        ASSERT_EQ(back, bytes);
    }
}

TEST(Base64, EachValueHasOneSpelling) {
    std::string out;
    EXPECT_FALSE(base::base64url_decode("Zh", out)) << "bits beyond the end";
    EXPECT_FALSE(base::base64url_decode("Zg==", out));
    EXPECT_FALSE(base::base64url_decode("Z", out));
    EXPECT_FALSE(base::base64url_decode("Zm9+", out));
    EXPECT_FALSE(base::base64_decode("Zg", out));
    EXPECT_FALSE(base::base64_decode("Zg=", out));
    EXPECT_FALSE(base::base64_decode("Zm9 v", out));
    EXPECT_FALSE(base::base64_decode("====", out));
}

TEST(RandomToken, IsLongAndNeverTheSame) {
    EXPECT_EQ(base::random_token(32).size(), 43U);
    EXPECT_NE(base::random_token(32), base::random_token(32));
}

}  // namespace
