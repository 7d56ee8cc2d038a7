#include "platform/base/csv.h"

#include <gtest/gtest.h>

#include <chrono>
#include <random>
#include <string>
#include <vector>

namespace {

using Cells = std::vector<std::string>;
using namespace std::string_literals;

std::vector<Cells> rows_of(std::string_view text) {
    const auto table = csv::parse(text);
    if (!table) return {{"error: " + table.error().message}};
    std::vector<Cells> rows;
    for (const auto& row : table->rows) rows.emplace_back(row.cells.begin(), row.cells.end());
    return rows;
}

TEST(Csv, PlainRows) {
    EXPECT_EQ(rows_of("a,b\n1,2\n"), (std::vector<Cells>{{"a", "b"}, {"1", "2"}}));
    EXPECT_EQ(rows_of("a,b\r\n1,2"), (std::vector<Cells>{{"a", "b"}, {"1", "2"}}));
    EXPECT_EQ(rows_of("a,b\r1,2\r"), (std::vector<Cells>{{"a", "b"}, {"1", "2"}}));
    EXPECT_EQ(rows_of("a,\n,b\n,\n"), (std::vector<Cells>{{"a", ""}, {"", "b"}, {"", ""}}));
    EXPECT_TRUE(rows_of("").empty());
    EXPECT_TRUE(rows_of("\n\r\n\n").empty());
    EXPECT_EQ(
        rows_of("\xef\xbb\xbf"
                "a,b"),
        (std::vector<Cells>{{"a", "b"}})
    );
}

TEST(Csv, QuotedCellsHoldAnything) {
    EXPECT_EQ(rows_of("\"a,b\",\"c\nd\"\r\n"), (std::vector<Cells>{{"a,b", "c\nd"}}));
    EXPECT_EQ(rows_of("\"say \"\"hi\"\"\",\"\""), (std::vector<Cells>{{"say \"hi\"", ""}}));
    EXPECT_EQ(rows_of("\"\"\"\""), (std::vector<Cells>{{"\""}}));
    EXPECT_EQ(rows_of("5\" disk,b"), (std::vector<Cells>{{"5\" disk", "b"}}));
    EXPECT_EQ(rows_of("\"\"\n"), (std::vector<Cells>{{""}}));
}

TEST(Csv, SeparatorIsFound) {
    EXPECT_EQ(csv::separator_of("a;b;c\n1,5;2;3"), ';');
    EXPECT_EQ(csv::separator_of("a\tb\tc\n"), '\t');
    EXPECT_EQ(csv::separator_of("a,b;c,d\n"), ',');
    EXPECT_EQ(csv::separator_of("\"x;y;z\",b\n"), ',');
    EXPECT_EQ(csv::separator_of("\n\nname;code\n"), ';');
    EXPECT_EQ(csv::separator_of("single"), ',');
    EXPECT_EQ(
        rows_of("name;mark\nAnn;7,5\n"), (std::vector<Cells>{{"name", "mark"}, {"Ann", "7,5"}})
    );
}

TEST(Csv, RowsKnowTheirLines) {
    const auto table = csv::parse("a,b\n\n\"x\ny\",2\r\nlast,\"p\r\nq\"\nend,1");
    ASSERT_TRUE(table);
    std::vector<std::size_t> lines;
    for (const auto& row : table->rows) lines.push_back(row.line);
    EXPECT_EQ(lines, (std::vector<std::size_t>{1, 3, 5, 7}));
}

TEST(Csv, QuoteThatIsNeverClosedNamesItsLine) {
    const auto table = csv::parse("a,b\n1,2\n3,\"open\nand on\nand on");
    ASSERT_FALSE(table);
    EXPECT_EQ(table.error().line, 3U);
    EXPECT_TRUE(table.error().message.starts_with("Line 3: ")) << table.error().message;
    EXPECT_FALSE(csv::parse("\""));
    EXPECT_FALSE(csv::parse("\"a\"b,c"));
}

TEST(Csv, LimitsHold) {
    const csv::Limits limits{.rows_max = 2, .columns_max = 3, .cell_bytes_max = 5};
    EXPECT_TRUE(csv::parse("a,b,c\n12345,2,3\n", limits));
    EXPECT_FALSE(csv::parse("a\nb\nc\n", limits));
    EXPECT_FALSE(csv::parse("a,b,c,d\n", limits));
    EXPECT_FALSE(csv::parse("123456\n", limits));
    EXPECT_FALSE(csv::parse("\"123456\"\n", limits));
}

TEST(Csv, WriterNeutralisesFormulas) {
    EXPECT_EQ(csv::neutral("=1+1"), "'=1+1");
    EXPECT_EQ(csv::neutral("+cmd"), "'+cmd");
    EXPECT_EQ(csv::neutral("-x"), "'-x");
    EXPECT_EQ(csv::neutral("@SUM(A1)"), "'@SUM(A1)");
    EXPECT_EQ(csv::neutral("\tx"), "'\tx");
    EXPECT_EQ(csv::neutral("\rx"), "'\rx");
    EXPECT_EQ(csv::neutral("\n=x"), "'\n=x");
    for (const std::string wide : {"＝1+1", "＋1", "－x", "＠SUM(A1)"})
        EXPECT_EQ(csv::neutral(wide), "'" + wide);
    EXPECT_EQ(csv::neutral("＃1"), "＃1");
    EXPECT_EQ(csv::neutral("-3.5"), "-3.5") << "a number is no formula";
    EXPECT_EQ(csv::neutral("-3+cmd"), "'-3+cmd");
    EXPECT_EQ(csv::neutral("a=b"), "a=b");
    EXPECT_EQ(csv::neutral(""), "");
    std::string out;
    csv::append_row(out, Cells{"=HYPERLINK(\"x\")", "a,b", " c", "d"});
    EXPECT_EQ(out, "\"'=HYPERLINK(\"\"x\"\")\",\"a,b\",\" c\",d\r\n");
}

TEST(Csv, WhatIsWrittenIsReadAgain) {
    std::mt19937 random(5);
    const std::string alphabet = "ab,;\t\"\n\r 'é=1";
    std::uniform_int_distribution<std::size_t> letter(0, alphabet.size() - 1);
    std::uniform_int_distribution<std::size_t> size(0, 6);
    std::uniform_int_distribution<std::size_t> width(1, 5);
    for (int i = 0; i < 3000; ++i) {
        std::vector<Cells> rows(1 + size(random), Cells(width(random)));
        std::string text;
        const char separator = ",;\t"s[static_cast<std::size_t>(i % 3)];
        for (auto& row : rows) {
            for (auto& cell : row) {
                for (std::size_t n = size(random); n > 0; --n) cell += alphabet[letter(random)];
                cell = csv::neutral(cell);
            }
            csv::append_row(text, row, separator);
        }
        const auto table = csv::parse(text, {}, separator);
        ASSERT_TRUE(table) << table.error().message;
        ASSERT_EQ(table->rows.size(), rows.size()) << text;
        for (std::size_t k = 0; k < rows.size(); ++k)
            ASSERT_EQ(Cells(table->rows[k].cells.begin(), table->rows[k].cells.end()), rows[k])
                << text;
    }
}

TEST(Csv, CellThatLooksLikeAByteOrderMarkIsNotTakenForOne) {
    std::string text;
    csv::append_row(text, Cells{"\xef\xbb\xbf", "b"});
    EXPECT_EQ(rows_of(text), (std::vector<Cells>{{"\xef\xbb\xbf", "b"}}));
}

TEST(Csv, TableKeepsItsCellsWhenItMoves) {
    const std::string text = "\"a\"\"b\",c\n";
    csv::Table moved = csv::parse(text).value();
    const csv::Table again = std::move(moved);
    EXPECT_EQ(again.rows[0].cells[0], "a\"b");
}

TEST(Csv, HundredThousandRows) {
    std::string text;
    for (int i = 0; i < 100'000; ++i)
        text += "S" + std::to_string(i) +
                ",Ann Example,ann@college.example,\"Physics, BSc\",active,2026-11-22\r\n";
    const auto began = std::chrono::steady_clock::now();
    const auto table = csv::parse(text);
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now() - began
    );
    ASSERT_TRUE(table);
    EXPECT_EQ(table->rows.size(), 100'000U);
    EXPECT_EQ(table->rows.back().cells[3], "Physics, BSc");
    RecordProperty("parse_ms", static_cast<int>(ms.count()));
}

}  // namespace
