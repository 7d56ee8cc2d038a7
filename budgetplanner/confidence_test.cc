#include "budgetplanner/confidence.h"

#include <gtest/gtest.h>

namespace budgetplanner {
namespace {

TEST(Confidence, WithoutHistoryOnlyARememberedPayeeIsSure) {
    const Confidence confidence;
    EXPECT_TRUE(confidence.sure(confidence.of(Ground::remembered, 0.9)));
    for (const Ground ground : {Ground::changed, Ground::mixed, Ground::once, Ground::fresh})
        EXPECT_FALSE(confidence.sure(confidence.of(ground, 0.9999)));
}

TEST(Confidence, SaysHowOftenSuchGuessesWereRight) {
    Confidence confidence;
    for (int i = 0; i < 1000; ++i) {
        confidence.record(Ground::fresh, 0.9, i % 2 == 0);
        confidence.record(Ground::mixed, 0.6, i % 10 != 0);
    }
    confidence.settle();
    EXPECT_NEAR(confidence.of(Ground::fresh, 0.9), 0.5, 0.02);
    EXPECT_NEAR(confidence.of(Ground::mixed, 0.6), 0.9, 0.02);
}

TEST(Confidence, NeverFallsAsTheRawProbabilityRises) {
    Confidence confidence;
    for (int i = 0; i < 300; ++i) {
        confidence.record(Ground::once, 0.5, true);
        confidence.record(Ground::once, 0.95, i % 4 == 0);
    }
    confidence.settle();
    double before = 0;
    for (int percent = 1; percent < 100; ++percent) {
        const double now = confidence.of(Ground::once, percent / 100.0);
        EXPECT_GE(now, before - 1e-12);
        before = now;
    }
}

TEST(Confidence, APersonWhoChangesTheirMindIsNoLongerTakenAtTheirWord) {
    Confidence confidence;
    for (int i = 0; i < 200; ++i) confidence.record(Ground::remembered, 0.9, i % 5 != 0);
    confidence.settle();
    EXPECT_FALSE(confidence.sure(confidence.of(Ground::remembered, 0.9)));
}

TEST(Confidence, TheThresholdKeepsWhatIsFilledInRight) {
    Confidence confidence;
    for (int i = 0; i < 1000; ++i) {
        confidence.record(Ground::remembered, 0.99, i % 100 != 0);  // 99 % right
        confidence.record(Ground::mixed, 0.8, i % 5 != 0);          // 80 % right
    }
    confidence.settle();
    EXPECT_TRUE(confidence.sure(confidence.of(Ground::remembered, 0.99)));
    EXPECT_FALSE(confidence.sure(confidence.of(Ground::mixed, 0.8)));
}

TEST(Confidence, WhatWasLongAgoFades) {
    Confidence confidence;
    for (int i = 0; i < 2000; ++i) confidence.record(Ground::once, 0.9, false);
    for (int i = 0; i < 6000; ++i) confidence.record(Ground::once, 0.9, true);
    confidence.settle();
    EXPECT_GT(confidence.of(Ground::once, 0.9), 0.95);
}

}  // namespace
}  // namespace budgetplanner
