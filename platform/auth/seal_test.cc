#include "platform/auth/seal.h"

#include <gtest/gtest.h>

namespace {

TEST(Seal, OnlyTheSameSecretReadsItAgain) {
    for (const std::size_t length : {0U, 5U, 100'000U}) {
        const std::string text(length, 'x');
        const std::string sealed = auth::seal("a key", text);
        EXPECT_EQ(auth::unseal("a key", sealed), text);
        EXPECT_EQ(auth::unseal("another", sealed), std::nullopt);
        EXPECT_NE(auth::seal("a key", text), sealed) << "another each time";
    }
}

TEST(Seal, WhatWasChangedIsRefused) {
    const std::string sealed = auth::seal("a key", "the answer");
    for (std::size_t at = 0; at < sealed.size(); ++at) {
        std::string changed = sealed;
        changed[at] = changed[at] == 'A' ? 'B' : 'A';
        EXPECT_NE(auth::unseal("a key", changed), "the answer") << at;
    }
    for (const char* odd : {"", "AAAA", "not base64!"})
        EXPECT_EQ(auth::unseal("a key", odd), std::nullopt);
}

}  // namespace
