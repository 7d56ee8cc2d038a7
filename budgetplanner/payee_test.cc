#include "budgetplanner/payee.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "platform/base/text.h"

namespace budgetplanner {
namespace {

struct Sample {
    std::string_view printed, payee;
};

TEST(Payee, WhatBanksPrintAroundItIsDropped) {
    const std::vector<Sample> samples{
        {"CARD PAYMENT TO NORDMARKT 3297 BERLIN 04/05", "nordmarkt"},
        {"POS DEBIT 1234 GREEN TABLE  BRISTOL GB", "green table"},
        {"KARTENZAHLUNG Bäckerei Hollmann//Neuhof/DE 2026-03-04T12:31", "backerei hollmann"},
        {"NORDMARKT SAGT DANKE. 44332//Berlin/DE", "nordmarkt"},
        {"PAIEMENT CB BOULANGERIE MOREL 040326 LYON CARTE 1234", "boulangerie morel"},
        {"COMPRA TARJ. 4512XXXXXXXX1234 PANADERIA SOL-MADRID", "panaderia sol"},
        {"PAYPAL *SPOTIFY 35314369001", "spotify"},
        {"SQ *BLUE DOOR COFFEE", "blue door coffee"},
        {"SEPA-LASTSCHRIFT Stadtwerke Neuhof GmbH MANDAT X7K2-99 EREF 123", "stadtwerke neuhof"},
        {"VISA NORDMARKT 04MAR QX81Z2K77", "nordmarkt"},
        {"DIRECT DEBIT AQUAVIA WATER LTD REF 88123", "aquavia water"},
        {"BRX*LINDOR #12 Springfield NY", "brx lindor"},
        {"Lindor GmbH & Co. KG", "lindor"},
    };
    for (const Sample& sample : samples)
        EXPECT_EQ(payee_of(sample.printed), sample.payee) << sample.printed;
}

TEST(Payee, OnePayeeInManyCitiesShopsAndSpellingsIsOne) {
    for (const std::string_view printed :
         {"Café Lindor", "CAFE LINDOR", "cafe lindor 0042 HAMBURG", "CAFÉ LINDOR      MUENCHEN DE",
          "CARD PAYMENT TO CAFE LINDOR ON 01/02", "Cafe\xCC\x81 Lindor"})
        EXPECT_EQ(payee_of(printed), "cafe lindor") << printed;
}

TEST(Payee, NamesWithDigitsAndShortNamesStay) {
    EXPECT_EQ(payee_of("O2 1234567"), "o2");
    EXPECT_EQ(payee_of("7Eleven 4711"), "7eleven");
    EXPECT_EQ(payee_of("Casa de Pan"), "casa de pan");
    EXPECT_EQ(payee_of("Nice Pizza"), "nice pizza");
    EXPECT_EQ(payee_of("McDonald's 55"), "mcdonalds");
}

TEST(Payee, OtherScriptsArePayeesToo) {
    EXPECT_EQ(payee_of("Аптека Здоровье"), "аптека здоровье");
    EXPECT_EQ(payee_of("寿司太郎 1234"), "寿司太郎");
}

TEST(Payee, WhereAllIsNoiseTheWordsNameIt) {
    EXPECT_EQ(payee_of("Card payment 1234"), "card payment");
    EXPECT_EQ(payee_of("PAYPAL"), "paypal");
    EXPECT_EQ(payee_of("1234 5678"), "");
    EXPECT_EQ(payee_of(""), "");
    EXPECT_EQ(payee_of("  //  ** "), "");
}

TEST(Payee, WordsAfterThePlaceOrBeyondFourAreRead) {
    PayeeReading reading;
    read_payee("Anna Hollmann one two three four", reading);
    ASSERT_EQ(reading.words.size(), 6U);
    EXPECT_TRUE(reading.words[3].names);
    EXPECT_FALSE(reading.words[4].names);
    read_payee("NORDMARKT 3297 oranges", reading);
    ASSERT_EQ(reading.words.size(), 2U);
    EXPECT_EQ(reading.words[1].text, "oranges");
    EXPECT_FALSE(reading.words[1].names);
}

TEST(Payee, FoldingAgreesWithThatOfThePlatform) {
    std::string folded;
    for (const std::string_view text :
         {"Ærøskøbing Ÿ ẞ", "ÀÉÎÕÜ ßłĳŉ Ž", "plain TEXT", "Ελλάδα", "ﬁne", "e\xCC\x81", "日本 ガス"
         }) {
        fold_into(text, folded);
        EXPECT_EQ(folded, base::folded(text)) << text;
    }
    for (char32_t point = 0xC0; point < 0x180; ++point) {
        const std::string letter{
            static_cast<char>(0xC0U | (point >> 6U)), static_cast<char>(0x80U | (point & 63U))
        };
        fold_into("a" + letter + "b", folded);
        EXPECT_EQ(folded, base::folded("a" + letter + "b")) << static_cast<unsigned>(point);
    }
}

}  // namespace
}  // namespace budgetplanner
