#include "platform/table/schema.h"

#include <gtest/gtest.h>

#include <string>

namespace {

using table::checked;
using table::Mode;
using table::Type;

const table::Schema things{
    .name = "things",
    .key = "thing_id",
    .fields =
        {{.name = "full_name"},
         {.name = "notes", .lines = true},
         {.name = "labels", .type = Type::list},
         {.name = "price", .type = Type::decimal, .decimals = 2},
         {.name = "count", .type = Type::integer}},
};

// The fields that are refused, with a blank after each.
std::string refused(const json::Object& sent) {
    const auto item = checked(things, sent, {}, Mode::create);
    std::string names;
    if (!item)
        for (const auto& error : item.error()) names += error.field + " ";
    return names;
}

TEST(Schema, ATextOfOneLineHasNoLineBreaksAndNothingThatTurnsItAround) {
    for (const char* bad :
         {"Ann\nBoss", "Ann\tBoss", "Ann\u2028Boss", "Ann\u202Essob", "\u2066Ann"}) {
        EXPECT_EQ(refused({{"full_name", bad}}), "full_name ") << bad;
        EXPECT_EQ(refused({{"labels", json::Array{bad}}}), "labels ") << bad;
    }
    EXPECT_EQ(refused({{"full_name", "Ann\x1b[0m"}}), "full_name ");
    const auto item = checked(
        things,
        {{"full_name", "  نیلوفر می\u200Cخواهم\n"},
         {"notes", "one\n\ttwo"},
         {"labels", json::Array{"क्\u200Dष"}}},
        {}, Mode::create
    );
    ASSERT_TRUE(item);
    EXPECT_EQ(item->text("full_name"), "نیلوفر می\u200Cخواهم") << "blanks around it are no error";
    EXPECT_EQ(item->text("notes"), "one\n\ttwo");
    EXPECT_EQ(refused({{"notes", "one\u202Etwo"}}), "notes ");
}

TEST(Schema, ANumberHasADigitsLimitAlsoWhereNoFieldNamesIt) {
    const std::string long_one(100, '7');
    for (const auto* field : {"price", "count", "other"}) {
        EXPECT_EQ(refused({{field, json::Number{long_one}}}), std::string(field) + " ");
        EXPECT_EQ(refused({{field, json::Number{"1234567890123456"}}}), "");
    }
    EXPECT_EQ(refused({{"price", std::string(100, '0') + "7"}}), "price ");
    EXPECT_EQ(refused({{"price", json::Number{"123456789012345678901"}}}), "price ");
    const json::Object deep{{"list", json::Array{1, json::Number{long_one}}}};
    EXPECT_EQ(refused({{"other", deep}}), "other ");
    EXPECT_EQ(refused({{"other", long_one}}), "") << "a text may be longer";
}

TEST(Schema, AnAttributeHasAName) {
    const auto item = checked(things, {{"", 1}}, {}, Mode::create);
    ASSERT_FALSE(item);
    EXPECT_NE(item.error()[0].message.find("name"), std::string::npos);
}

}  // namespace
