#include "platform/base/text.h"

#include <gtest/gtest.h>

#include <string>

namespace {

using base::folded;
using namespace std::string_literals;

TEST(Folded, CaseAccentsAndBlanksGo) {
    EXPECT_EQ(folded("  Émile  Z"), "emile z");
    EXPECT_EQ(folded("ÅNGSTRÖM"), "angstrom");
    EXPECT_EQ(folded("Straße"), "strasse");
    EXPECT_EQ(folded("ΣΊΣΥΦΟΣ"), folded("σίσυφος"));
    EXPECT_EQ(folded("İstanbul"), "istanbul");
    EXPECT_EQ(folded("ﬁne ½"), folded("fine 1⁄2"));
    EXPECT_EQ(folded("a\u00a0\u2003b\tc\n"), "a b c");
    EXPECT_EQ(folded(""), "");
    EXPECT_EQ(folded(" \t "), "");
    EXPECT_EQ(folded("\u0301"), "");
}

TEST(Folded, QuickWayGivesTheSameAsTheLongOne) {
    // A letter with an accent in front sends the same text the long way.
    for (const std::string text :
         {"Ann Lee", "  a  b ", "O'Brien-Smith 3rd", "TAB\there", "~!@#"}) {
        const std::string lengthy = folded("é " + text);
        EXPECT_EQ("e " + folded(text), lengthy) << text;
    }
}

TEST(Folded, FoldingTwiceChangesNothing) {
    for (const std::string text : {"Ǆ ǅ ǆ", "ẞß", "ŉ", "ϓ", "K", "각", "が", "ﷺ", "Ⓐ①", "ᾳ", "ͅ"})
        EXPECT_EQ(folded(folded(text)), folded(text)) << text;
}

TEST(Words, EachOnceInOrder) {
    using Words = std::vector<std::string>;
    EXPECT_EQ(base::words("Ann-Marie  Lee, Ann"), (Words{"ann", "marie", "lee"}));
    EXPECT_EQ(base::words("Émile Z"), (Words{"emile", "z"}));
    EXPECT_EQ(base::words("Conan O'Brien"), (Words{"conan", "o'brien"}));
    EXPECT_EQ(base::words("CS.101 'quoted' end."), (Words{"cs.101", "quoted", "end"}));
    EXPECT_EQ(base::words("李 小龙"), (Words{"李", "小龙"}));
    EXPECT_EQ(base::words(""), Words{});
    EXPECT_EQ(base::words(" - / "), Words{});
    EXPECT_EQ(base::words("a b c d e f g h i j", 3), (Words{"a", "b", "c"}));
}

TEST(Utf8, MalformedIsRefused) {
    EXPECT_TRUE(base::is_utf8("plain"));
    EXPECT_TRUE(base::is_utf8("😀 é"));
    for (const std::string& bad :
         {"\x80"s, "\xc0\xaf"s, "\xe2\x82"s, "\xed\xa0\x80"s, "\xf4\x90\x80\x80"s,
          "\xf8\x88\x80\x80\x80"s, "a\xff"s})
        EXPECT_FALSE(base::is_utf8(bad));
    EXPECT_EQ(base::length("😀é!"), 3U);
}

TEST(Trimmed, BlanksAtBothEndsGo) {
    EXPECT_EQ(base::trimmed(" \t a b \r\n"), "a b");
    EXPECT_EQ(base::trimmed("  "), "");
}

TEST(Split, EmptyPartsAreKept) {
    using Parts = std::vector<std::string_view>;
    EXPECT_EQ(base::split("a,,b", ','), (Parts{"a", "", "b"}));
    EXPECT_EQ(base::split("", ','), (Parts{""}));
    EXPECT_EQ(base::split(",", ','), (Parts{"", ""}));
}

TEST(HasControl, TabAndNewlineAreNone) {
    EXPECT_FALSE(base::has_control("a\tb\nc é"));
    EXPECT_TRUE(base::has_control("a\0b"s));
    EXPECT_TRUE(base::has_control("a\x1b[0m"));
    EXPECT_TRUE(base::has_control("\x7f"));
    EXPECT_TRUE(base::has_control("\u0085"));
    EXPECT_TRUE(base::has_control("\xed\xa0\x80"));
}

TEST(Text, LineBreaksAndOverridesOfDirectionAreFound) {
    for (const char* text : {"a\nb", "a\tb", "a\rb", "a\u2028b", "\u2029"})
        EXPECT_TRUE(base::has_line_break(text)) << text;
    for (const char* text : {"", "a b", "\u2027\u202A", "\xE2\x80"})
        EXPECT_FALSE(base::has_line_break(text)) << text;
    for (const char* text : {"\u202A", "a\u202Eb", "\u2014\u2066", "\u2069"})
        EXPECT_TRUE(base::has_direction_override(text)) << text;
    for (const char* text :
         {"می\u200Cخواهم", "क्\u200Dष", "\u200E\u200F", "\u2029\u202F", "\u2065\u206A", "“a”"})
        EXPECT_FALSE(base::has_direction_override(text)) << text;
    EXPECT_FALSE(base::has_control("\xed\x9f\xbf"));
}

TEST(Decode, FindsTheEncoding) {
    EXPECT_EQ(base::decode("caf\xc3\xa9").text, "café");
    EXPECT_EQ(
        base::decode("\xef\xbb\xbf"
                     "café")
            .text,
        "café"
    );
    const auto western = base::decode("caf\xe9 \x80 \x93x\x94");
    EXPECT_EQ(western.text, "café € “x”");
    EXPECT_EQ(western.encoding, "Windows-1252");
    const auto little = base::decode(
        "\xff\xfe"
        "c\0\xe9\0\x3d\xd8\x00\xde"s
    );
    EXPECT_EQ(little.text, "cé😀");
    EXPECT_EQ(little.encoding, "UTF-16LE");
    EXPECT_EQ(base::decode("\xfe\xff\0c\0\xe9"s).text, "cé");
    EXPECT_EQ(base::decode("\xff\xfe\x3d\xd8"s).text, "\uFFFD");
    EXPECT_EQ(
        base::decode("\xff\xfe"
                     "a"s)
            .text,
        "\uFFFD"
    );
    EXPECT_EQ(base::decode("").text, "");
}

TEST(Decode, AnyBytesBecomeUtf8) {
    std::string bytes;
    for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
    for (const std::string& start : {""s, "\xef\xbb\xbf"s, "\xff\xfe"s, "\xfe\xff"s})
        EXPECT_TRUE(base::is_utf8(base::decode(start + bytes).text));
}

TEST(Text, EmailAddressesAreThoseThatPeopleHave) {
    for (const char* good :
         {"ann@college.edu", "a.b+c@x.y.example", "o'neil_1@sub.college.ac.uk", "é@bücher.example",
          "x@xn--bcher-kva.example", "1@2.co"})
        EXPECT_TRUE(base::is_email(good)) << good;
    for (const char* bad :
         {"",
          "@",
          "ann",
          "ann@",
          "@college.edu",
          "ann@college",
          "a@b@c.de",
          ".ann@college.edu",
          "ann.@college.edu",
          "a..b@college.edu",
          "ann lee@college.edu",
          "ann@-college.edu",
          "ann@college-.edu",
          "ann@college..edu",
          "ann@college.edu.",
          "ann@1.2.3.4",
          "\"ann\"@college.edu",
          "ann@[10.0.0.1]",
          "ann@college.e_u",
          "ann,bob@college.edu"})
        EXPECT_FALSE(base::is_email(bad)) << bad;
    EXPECT_FALSE(base::is_email(std::string(65, 'a') + "@college.edu"));
    EXPECT_FALSE(base::is_email("a@" + std::string(64, 'b') + ".edu"));
}

}  // namespace
