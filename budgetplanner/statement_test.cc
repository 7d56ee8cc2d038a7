#include "budgetplanner/statement.h"

#include <bits/basic_string.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "budgetplanner/statement_read.h"

namespace budgetplanner {
namespace {

using std::string_literals::operator""s;

std::string amount(std::string_view text, DecimalMark mark = DecimalMark::point, bool csv = false) {
    const auto read = read_amount(text, mark, csv);
    return read ? read->text() : "refused";
}
std::string refusal(std::string_view bytes, const StatementChoices& choices = {}) {
    const auto read = read_statements(bytes, choices);
    return read ? "read" : read.error().front().message;
}

TEST(Statement, AmountsAreExactInAllTheirSpellings) {
    EXPECT_EQ(amount("1,234.50"), "1234.50");
    EXPECT_EQ(amount("1.234,50", DecimalMark::comma), "1234.50");
    EXPECT_EQ(amount("-5"), "-5");
    EXPECT_EQ(amount("+5.10"), "5.10");
    EXPECT_EQ(amount("5.10-"), "-5.10");
    EXPECT_EQ(amount("\u22125,10", DecimalMark::comma), "-5.10");
    EXPECT_EQ(amount("1 234,50", DecimalMark::comma), "1234.50");
    EXPECT_EQ(amount("1\u202F234,50", DecimalMark::comma), "1234.50");
    EXPECT_EQ(amount("1'234.50"), "1234.50");
    EXPECT_EQ(amount("1,00,000.00"), "100000.00") << "India";
    EXPECT_EQ(amount("-00000000001500.0000"), "-1500.0000");
    EXPECT_EQ(amount("9,", DecimalMark::comma), "9");
    EXPECT_EQ(amount(".50"), "0.50");
    EXPECT_EQ(amount("25.00000"), "25.00000") << "not two and a half million";
    EXPECT_EQ(amount("-995.4190396554627"), "-995.4190396554627");
}

TEST(Statement, WhatIsNoAmountIsRefusedAndNeverZero) {
    for (const char* bad :
         {"",
          " ",
          "$120",
          "12 EUR",
          "abc",
          "1.2.3",
          "12,34.5",
          "1,2",
          "1,23",
          "--5",
          "-5-",
          "(5)",
          "1e3",
          "0x10",
          "5 CR",
          ".",
          "-",
          "1 2 3",
          "1234567890123456789",
          "NaN",
          "1..2"})
        EXPECT_EQ(amount(bad), "refused") << bad;
}

TEST(Statement, CsvAmountsMayCarryCurrencyAndWords) {
    const auto csv = [](std::string_view text) { return amount(text, DecimalMark::point, true); };
    EXPECT_EQ(csv("$1,036.47"), "1036.47");
    EXPECT_EQ(csv("-$5.00"), "-5.00");
    EXPECT_EQ(csv("$-5.00"), "-5.00");
    EXPECT_EQ(csv("(5.00)"), "-5.00");
    EXPECT_EQ(csv("($5.00)"), "-5.00");
    EXPECT_EQ(csv("20.00 EUR"), "20.00");
    EXPECT_EQ(csv("EUR 20.00"), "20.00");
    EXPECT_EQ(csv("20.00 \u20AC"), "20.00");
    EXPECT_EQ(csv("20.00 CR"), "20.00");
    EXPECT_EQ(csv("20.00 DR"), "-20.00");
    EXPECT_EQ(csv("20.00 S"), "-20.00");
    EXPECT_EQ(amount("R$ 5.326,43", DecimalMark::comma, true), "5326.43");
    EXPECT_EQ(csv("twenty"), "refused");
    EXPECT_EQ(csv("$$5"), "refused");
}

TEST(Statement, OneAmountAloneTakesItsLastMarkForTheDecimals) {
    EXPECT_EQ(read_plain_amount("1234,56")->text(), "1234.56");
    EXPECT_EQ(read_plain_amount("-30.000")->text(), "-30.000");
    EXPECT_EQ(read_plain_amount("1.234,56")->text(), "1234.56");
    EXPECT_EQ(read_plain_amount("1,234,567")->text(), "1234567");
    EXPECT_FALSE(read_plain_amount("$120"));
}

DecimalMark mark_of(std::vector<std::string_view> amounts, bool sure) {
    MarkVotes votes;
    for (const auto each : amounts) votes.add(each);
    EXPECT_EQ(votes.sure(), sure) << amounts.front();
    return votes.mark();
}

TEST(Statement, TheDecimalMarkIsDecidedOverTheWholeFile) {
    EXPECT_EQ(mark_of({"1,234", "5.50"}, true), DecimalMark::point);
    EXPECT_EQ(mark_of({"1.234", "5,50"}, true), DecimalMark::comma);
    EXPECT_EQ(mark_of({"1.234.567"}, true), DecimalMark::comma);
    EXPECT_EQ(mark_of({"5", "7"}, true), DecimalMark::point);
    EXPECT_EQ(mark_of({"1.234", "500"}, false), DecimalMark::comma) << "thousands beside hundreds";
    EXPECT_EQ(mark_of({"1.234", "5.678"}, false), DecimalMark::point) << "three decimals";
    EXPECT_EQ(mark_of({"0.125"}, true), DecimalMark::point);
    EXPECT_EQ(mark_of({"1,5", "1.5", "2.5"}, false), DecimalMark::point);
}

std::string date(std::string_view text, DateOrder order = DateOrder::dmy) {
    const auto parts = date_parts(text);
    return parts ? date_in_order(*parts, order).value_or("no day") : "refused";
}

TEST(Statement, DatesAreReadInAllTheirSpellings) {
    EXPECT_EQ(date("3.5.2026"), "2026-05-03");
    EXPECT_EQ(date("03/05/26"), "2026-05-03");
    EXPECT_EQ(date("05/03/2026", DateOrder::mdy), "2026-05-03");
    EXPECT_EQ(date("2026-05-03"), "2026-05-03") << "a year in front tells itself";
    EXPECT_EQ(date("26-05-03", DateOrder::ymd), "2026-05-03");
    EXPECT_EQ(date("20260503"), "2026-05-03");
    EXPECT_EQ(date("03052026"), "2026-05-03");
    EXPECT_EQ(date("20260503120000", DateOrder::ymd), "2026-05-03");
    EXPECT_EQ(date("2026-05-03T23:59:59.000+02:00"), "2026-05-03");
    EXPECT_EQ(date("2026-05-03 23:59:59.000"), "2026-05-03");
    EXPECT_EQ(date("23:59, 03/05/2026"), "2026-05-03");
    EXPECT_EQ(date("3 May 2026"), "2026-05-03");
    EXPECT_EQ(date("May 3, 2026"), "2026-05-03");
    EXPECT_EQ(date("Sun 3 May 26"), "2026-05-03");
    EXPECT_EQ(date("3. M\u00E4rz 2026"), "2026-03-03");
    EXPECT_EQ(date("3 d\u00E9c. 2026"), "2026-12-03");
    EXPECT_EQ(date("1/ 1'00", DateOrder::mdy), "2000-01-01");
    EXPECT_EQ(date("1/ 1'2026", DateOrder::mdy), "2026-01-01");
    EXPECT_EQ(date("03/25/099", DateOrder::mdy), "1999-03-25");
    EXPECT_EQ(date("6/17/97", DateOrder::mdy), "1997-06-17");
}

TEST(Statement, WhatIsNoDayIsRefused) {
    EXPECT_EQ(date("31.02.2026"), "no day");
    EXPECT_EQ(date("00.00.0000"), "no day");
    EXPECT_EQ(date("13/13/2026"), "no day");
    EXPECT_EQ(date("03.05.1026"), "no day");
    for (const char* bad : {"", "today", "2026", "1", "3.5", "1.2.3.4", "12345", "3 Foo 2026"})
        EXPECT_EQ(date(bad), "refused") << bad;
    EXPECT_FALSE(compact_date("2026053"));
    EXPECT_FALSE(compact_date("20260230"));
    EXPECT_EQ(compact_date("20260503120000[-5:EST]"), "2026-05-03");
}

DateOrder order_of(
    std::vector<std::string_view> dates, bool sure, DecimalMark mark = DecimalMark::point
) {
    DateVotes votes;
    for (const auto each : dates) votes.add(date_parts(each).value(), each.contains('.'));
    EXPECT_EQ(votes.sure(), sure) << dates.front();
    return votes.order(mark);
}

TEST(Statement, TheOrderOfDatesIsDecidedOverTheWholeFile) {
    EXPECT_EQ(order_of({"01/02/2026", "13/02/2026"}, true), DateOrder::dmy);
    EXPECT_EQ(order_of({"01/02/2026", "02/13/2026"}, true), DateOrder::mdy);
    EXPECT_EQ(order_of({"2026-01-02"}, true), DateOrder::ymd);
    EXPECT_EQ(order_of({"01.02.2026"}, true), DateOrder::dmy) << "nobody dots the month first";
    EXPECT_EQ(order_of({"01/02/2026"}, false), DateOrder::mdy);
    EXPECT_EQ(order_of({"01/02/2026"}, false, DecimalMark::comma), DateOrder::dmy);
    EXPECT_EQ(order_of({"02/02/2026"}, true), DateOrder::mdy) << "the same either way";
    EXPECT_EQ(order_of({"13/02/2026", "02/13/2026", "14/02/2026"}, false), DateOrder::dmy);
}

TEST(Statement, EncodingsAreFoundByTheBytes) {
    const auto read = [](std::string_view bytes, std::string_view declared = {}) {
        const auto text = decoded(bytes, declared, false);
        return text.encoding + ": " + text.text;
    };
    EXPECT_EQ(
        read("\xEF\xBB\xBF"
             "Caf\u00E9"),
        "UTF-8: Caf\u00E9"
    );
    EXPECT_EQ(read("Caf\u00E9", "windows-1252"), "UTF-8: Caf\u00E9") << "the header is wrong";
    EXPECT_EQ(read("Caf\xE9 \x80"), "windows-1252: Caf\u00E9 \u20AC");
    EXPECT_EQ(read("Caf\xE9", "ISO-8859-15"), "ISO-8859-15: Caf\u00E9");
    EXPECT_EQ(read("\xB3\xC6", "windows-1250"), "windows-1250: \u0142\u0106");
    EXPECT_EQ(read("D\0a\0t\0e\0"s), "UTF-16LE: Date");
    EXPECT_EQ(read("\0D\0a\0t\0e"s), "UTF-16BE: Date");
    EXPECT_EQ(read("Da\0te"s), "UTF-8: Date") << "stray zeros";
    EXPECT_EQ(
        read("\u00E4\u00F6\u00FC\u00DF \xE4 \u00E9"),
        "UTF-8: \u00E4\u00F6\u00FC\u00DF \uFFFD \u00E9"
    ) << "one byte broken on the way";
    EXPECT_EQ(decoded("\xC6", "windows-1251", true).text, "\u0416");
    EXPECT_EQ(decoded("Caf\xE9", "no such encoding", true).encoding, "windows-1252");
    EXPECT_EQ(
        declared_encoding("OFXHEADER:100\r\nENCODING:USASCII\r\nCHARSET:1252\r\n"), "windows-1252"
    );
    EXPECT_EQ(declared_encoding("OFXHEADER:100\nENCODING:UTF-8\nCHARSET:NONE\n"), "UTF-8");
    EXPECT_EQ(declared_encoding("OFXHEADER:100 CHARSET:8859-1 "), "ISO-8859-1");
    EXPECT_EQ(declared_encoding("<?xml version='1.0' encoding='ISO-8859-1'?>"), "ISO-8859-1");
}

TEST(Statement, AChineseFileIsReadWithoutBeingTold) {
    // "日期,金额,说明" and rows of it in GB18030.
    const std::string line =
        "\xC8\xD5\xC6\xDA,\xBD\xF0\xB6\xEE,\xCB\xB5\xC3\xF7,"
        "\xD6\xD0\xB9\xFA\xD2\xF8\xD0\xD0\xB9\xA4\xD7\xCA\r\n";
    std::string bytes;
    for (int i = 0; i < 20; ++i) bytes += line;
    EXPECT_EQ(decoded(bytes, "", false).encoding, "GB18030");
}

TEST(Statement, FilesThatAreNoStatementSaySo) {
    EXPECT_TRUE(refusal("%PDF-1.7").starts_with("This is a PDF document")) << refusal("%PDF-1.7");
    EXPECT_TRUE(refusal("PK\x03\x04rest").contains("spreadsheet"));
    EXPECT_TRUE(refusal("<html></html>").starts_with("This is no statement"));
    EXPECT_EQ(refusal(""), "The file is empty.");
    EXPECT_EQ(refusal(" \n"), "The file is empty.");
    EXPECT_EQ(
        refusal("hello"), "The file has no column of dates, or none of amounts: choose the columns."
    );
    EXPECT_EQ(
        refusal(std::string(statement_bytes_max + 1, 'a')),
        "The file is too large: split it by year."
    );
    EXPECT_EQ(refusal("a,b\n", {.format = StatementFormat::ofx}), "This is no OFX file.");
}

TEST(Statement, AnExcerptNeverCutsACharacter) {
    std::string text;
    for (int i = 0; i < 200; ++i) text += "\u20AC";
    for (std::size_t front = 0; front < 4; ++front) {
        const std::string cut = excerpt(std::string(front, 'a') + text);
        EXPECT_EQ(decoded(cut, "", false).encoding, "UTF-8");
        EXPECT_EQ(decoded(cut, "", false).text, cut);
    }
    EXPECT_EQ(excerpt("a\x01\n\tb"), "a b");
}

}  // namespace
}  // namespace budgetplanner
