#include "platform/auth/passwords.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "platform/base/error.h"
#include "platform/base/json.h"
#include "platform/base/random.h"
#include "testing/run.h"

namespace {

using auth::PasswordOptions;
using auth::Passwords;
using auth::Scheme;
using auth::verify_now;

// Quick enough for a test, yet the real thing.
PasswordOptions small() { return {.argon2_memory_kib = 64, .argon2_passes = 1, .bcrypt_cost = 4}; }

TEST(Passwords, NewHashIsArgon2idAndVerifies) {
    Passwords passwords(small());
    const std::string stored = testing::run(passwords.hash("correct horse"));
    EXPECT_TRUE(stored.starts_with("$argon2id$v=19$m=64,t=1,p=1$")) << stored;
    EXPECT_TRUE(testing::run(passwords.verify(stored, "correct horse")).ok);
    EXPECT_FALSE(testing::run(passwords.verify(stored, "correct horse")).renew);
    EXPECT_FALSE(testing::run(passwords.verify(stored, "correct horsE")).ok);
    EXPECT_FALSE(testing::run(passwords.verify(stored, "")).ok);
}

TEST(Passwords, TwoHashesOfOnePasswordDiffer) {
    EXPECT_NE(auth::hash_now("the same", small()), auth::hash_now("the same", small()));
}

TEST(Passwords, DefaultParametersAreThoseOfTheGuidance) {
    const std::string stored = auth::hash_now("correct horse");
    EXPECT_TRUE(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$")) << stored;
    EXPECT_TRUE(verify_now(stored, "correct horse").ok);
}

TEST(Passwords, BcryptByChoice) {
    PasswordOptions options = small();
    options.scheme = Scheme::bcrypt;
    const std::string stored = auth::hash_now("correct horse", options);
    EXPECT_TRUE(stored.starts_with("$2b$04$")) << stored;
    EXPECT_TRUE(verify_now(stored, "correct horse", options).ok);
    EXPECT_FALSE(verify_now(stored, "correct horse", options).renew);
    EXPECT_FALSE(verify_now(auth::hash_now("a", options), std::string("a\0c", 3), options).ok);
    EXPECT_THROW((void)auth::hash_now(std::string(73, 'a'), options), base::Error);
    EXPECT_THROW((void)auth::hash_now(std::string("a\0b", 3), options), base::Error);
}

TEST(Passwords, WeakerAndForeignHashesAreRenewed) {
    PasswordOptions options = small();
    const std::string stored = auth::hash_now("correct horse", options);
    options.argon2_passes = 2;
    EXPECT_TRUE(verify_now(stored, "correct horse", options).renew);
    EXPECT_FALSE(verify_now(stored, "wrong", options).renew);
    const std::string bcrypt = "$2a$08$lHDpcnvmchw5pX8OsacJPuPR9sCXRGpFdrKK1wkpBsV60zrQwpjca";
    EXPECT_TRUE(verify_now(bcrypt, "a", options).ok);
    EXPECT_TRUE(verify_now(bcrypt, "a", options).renew);
}

TEST(Passwords, WhatOtherProgramsStoredVerifies) {
    const std::array stored = {
        "pbkdf2:sha256:1000$T$8de58b2a5d852ded717306a6fd52ffc2c643ca11e5927aeded6e28e4a69cac0d",
        "$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$"
        "Eock6n8BarqG6JKedjaMpyhiRL84LCH46aOqYSB6OjQ",
    };
    EXPECT_TRUE(verify_now(stored[1], "g").ok);
    EXPECT_FALSE(verify_now(stored[0], "not it").ok);
}

TEST(Passwords, HashThatAsksForTooMuchWorkIsRefusedAtOnce) {
    const std::string salt_and_tag =
        "$c29tZXNhbHRzb21lc2FsdA$Eock6n8BarqG6JKedjaMpyhiRL84LCH46aOqYSB6OjQ";
    const std::string hex(64, 'a');
    const std::array<std::string, 9> greedy = {
        "$argon2id$v=19$m=64,t=4294967295,p=1" + salt_and_tag,
        "$argon2id$v=19$m=4194304,t=1,p=1" + salt_and_tag,
        "$argon2id$v=19$m=262144,t=5,p=1" + salt_and_tag,
        "$argon2id$v=19$m=64,t=1,p=17" + salt_and_tag,
        "$2b$31$lHDpcnvmchw5pX8OsacJPuPR9sCXRGpFdrKK1wkpBsV60zrQwpjca",
        "$2b$16$lHDpcnvmchw5pX8OsacJPuPR9sCXRGpFdrKK1wkpBsV60zrQwpjca",
        "pbkdf2:sha256:99999999999$salt$" + hex,
        "scrypt:1073741824:8:1$salt$" + hex + hex,
        "scrypt:32768:8:1024$salt$" + hex + hex,
    };
    // Done in full, some of these would not end while anybody looks.
    for (const auto& stored : greedy) EXPECT_FALSE(verify_now(stored, "g").ok) << stored;
}

TEST(Passwords, MalformedHashIsWrong) {
    for (const std::string stored :
         {"", "$", "$$$$", "$argon2id$", "$argon2id$v=19$m=64,t=1,p=1$", "$2b$", "$2b$04$short",
          "plaintext", "pbkdf2:sha256:1000$$", "pbkdf2:md5:1000$salt$00", "scrypt:2:1:1$s$",
          "pbkdf2:sha256:0$salt$00", "$argon2x$v=19$m=64,t=1,p=1$a$b",
          "$argon2id$v=19$m=064,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$AAAA"})
        EXPECT_FALSE(verify_now(stored, "").ok) << stored;
}

TEST(Passwords, NobodyIsWrongWhateverIsTyped) {
    for (const Scheme scheme : {Scheme::argon2id, Scheme::bcrypt}) {
        PasswordOptions options = small();
        options.scheme = scheme;
        Passwords passwords(options);
        EXPECT_FALSE(testing::run(passwords.verify_nobody("anything")).ok);
    }
}

TEST(Passwords, FullQueueRefusesAndTheRestIsServed) {
    PasswordOptions options = small();
    options.threads = 1;
    options.queue_depth_max = 3;
    Passwords passwords(options);
    int served = 0;
    int refused = 0;
    const auto one = [](Passwords* pool, int* good, int* bad) -> base::Task<> {
        try {
            (void)co_await pool->hash("correct horse");
            ++*good;
        } catch (const base::Error& error) {
            EXPECT_EQ(error.code, base::Code::unavailable);
            ++*bad;
        }
    };
    std::vector<base::Task<>> tasks;
    for (int i = 0; i < 200; ++i) tasks.push_back(one(&passwords, &served, &refused));
    testing::run_together(std::move(tasks), 1);
    EXPECT_GE(served, 3);
    EXPECT_EQ(served + refused, 200);
}

// Vectors made by the libraries themselves, where the checkout has them.
TEST(Passwords, AgreesWithOtherLibrariesOnAllTheirVectors) {
    const char* given = std::getenv("SUITES");
    const std::filesystem::path file = std::filesystem::path(given ? given : "../shared/suites") /
                                       "hashes" / "password-hashes.json";
    if (!std::filesystem::exists(file)) {
        std::fprintf(stderr, "*** LEFT OUT: no %s; set SUITES to its folder ***\n", file.c_str());
        GTEST_SKIP();
    }
    std::ifstream stream(file, std::ios::binary);
    const std::string text(std::istreambuf_iterator<char>(stream), {});
    const json::Object suite = json::parse_stored(text);
    std::size_t checked = 0;
    for (const json::Value& value : *suite.find("vectors")->array()) {
        const json::Object& vector = *value.object();
        std::string password;
        ASSERT_TRUE(base::base64_decode(vector.text("password_b64"), password));
        const bool* wanted = vector.find("ok")->boolean();
        const bool ok = verify_now(vector.text("hash"), password).ok;
        if (wanted != nullptr) {
            EXPECT_EQ(ok, *wanted) << vector.text("hash") << " " << vector.text("note");
        }
        ++checked;
    }
    EXPECT_EQ(checked, static_cast<std::size_t>(suite.integer("count")));
}

}  // namespace
