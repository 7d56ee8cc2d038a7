#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>

#include "budgetplanner/statement.h"

namespace budgetplanner {
namespace {

Statements read(std::string_view text, const StatementChoices& choices = {}) {
    auto read = read_statements(text, choices);
    if (read) return std::move(*read);
    ADD_FAILURE() << read.error().front().message;
    return {};
}

TEST(StatementQif, ReadsARowWithItsSplits) {
    const auto statements = read(
        "!Type:Bank\nD5/13/26\nT-1,100.00\nU-1,100.00\nN501\nPMarket\nMweekly\nLFood\n"
        "SFood:Fruit\nEapples\n$-100.00\nD1/1/26\nS[Cash]\n$-1,000.00\n^\n"
    );
    EXPECT_EQ(statements.guess.order, DateOrder::mdy);
    EXPECT_TRUE(statements.guess.order_sure);
    const auto& row = statements.statements.at(0).rows.at(0);
    EXPECT_EQ(row.date, "2026-05-13") << "the split's own date is not the row's";
    EXPECT_EQ(row.amount.text(), "-1100.00");
    EXPECT_EQ(row.check_number, "501");
    EXPECT_EQ(row.payee, "Market");
    EXPECT_EQ(row.memo, "weekly");
    EXPECT_EQ(row.category, "Food");
    EXPECT_EQ(row.line, 2U);
    ASSERT_EQ(row.splits.size(), 2U);
    EXPECT_EQ(row.splits[0].category, "Food:Fruit");
    EXPECT_EQ(row.splits[0].memo, "apples");
    EXPECT_EQ(row.splits[0].amount->text(), "-100.00");
    EXPECT_EQ(row.splits[1].category, "[Cash]");
}

TEST(StatementQif, TheOrderOfDatesIsThatOfTheFileAndCanBeChosen) {
    constexpr std::string_view open = "!Type:Cash\nD1/2/2026\nT1\n^\n";
    EXPECT_FALSE(read(open).guess.order_sure);
    EXPECT_EQ(read(open).statements.at(0).rows.at(0).date, "2026-01-02");
    const auto chosen = read(open, {.order = DateOrder::dmy});
    EXPECT_TRUE(chosen.guess.order_sure);
    EXPECT_EQ(chosen.statements.at(0).rows.at(0).date, "2026-02-01");
    const auto european = read("!Type:CCard\nD1/2/2026\nT-1.100,50\n^\nD13/2/2026\nT5\n^\n");
    EXPECT_EQ(european.statements.at(0).rows.at(0).date, "2026-02-01");
    EXPECT_EQ(european.statements.at(0).rows.at(0).amount.text(), "-1100.50");
    EXPECT_EQ(european.guess.mark, DecimalMark::comma);
    EXPECT_EQ(
        read("!Type:Bank\nD2026-02-01\nT1\n^\n").statements.at(0).rows.at(0).date, "2026-02-01"
    );
    EXPECT_EQ(read("!Type:Bank\nD1/2'26\nT1\n^\n").statements.at(0).rows.at(0).date, "2026-01-02");
}

TEST(StatementQif, AccountsNameTheirSections) {
    const auto statements = read(
        "!Option:AutoSwitch\n!Account\nNGiro\nTBank\n^\nNCard\nTCCard\n^\n!Clear:AutoSwitch\n"
        "!Account\nNGiro\nTBank\n^\n!Type:Bank\nD5/13/26\nT1\n^\n"
        "!Account\nNCard\nTCCard\n^\n!Type:CCard\nD5/13/26\nT2\n^\nD5/13/26\nT3\n^\n"
    );
    ASSERT_EQ(statements.statements.size(), 2U);
    EXPECT_EQ(statements.statements[0].account_name, "Giro");
    EXPECT_EQ(statements.statements[1].account_name, "Card");
    EXPECT_EQ(statements.statements[1].rows.size(), 2U);
}

TEST(StatementQif, ListsAreNoRowsAndSecuritiesAreNoted) {
    const auto statements = read(
        "!Type:Cat\nNFood\nE\n^\n!Type:Invst\nD5/13/26\nNBuy\nT1\n^\n!Type:Bank\nD5/13/26\nT1\n^\n"
    );
    EXPECT_EQ(statements.statements.at(0).rows.size(), 1U);
    ASSERT_EQ(statements.notes.size(), 1U);
    EXPECT_TRUE(statements.notes[0].message.starts_with("1 movements of securities"));
}

TEST(StatementQif, DialectsAreForgiven) {
    const auto statements = read(
        "!Type:Bank \r\nD8/ 1/97\r\nT3,300.00\r\nPa\r\n^^\r\nD03/25/099Share\r\nT-99.99\r\n^\r\n"
        "D8/15/97\r\nT5\r\nPOpening Balance\r\nL[Giro]\r\n"
    );
    const auto& rows = statements.statements.at(0).rows;
    ASSERT_EQ(rows.size(), 3U) << "the last record needs no end";
    EXPECT_EQ(rows[0].date, "1997-08-01");
    EXPECT_EQ(rows[1].date, "1999-03-25");
    EXPECT_EQ(rows[2].type, "opening");
    EXPECT_EQ(read("D5/13/26\nT1\nPx\n^\n").statements.at(0).rows.size(), 1U) << "no header at all";
}

TEST(StatementQif, ABadRowIsRefusedByLine) {
    const auto statements =
        read("!Type:Bank\nD5/13/26\nT$5\n^\nD13/13/26\nT5\n^\nD5/13/26\n^\nD5/13/26\nT5\n^\n");
    EXPECT_EQ(statements.statements.at(0).rows.size(), 1U);
    ASSERT_EQ(statements.refused.size(), 3U);
    EXPECT_EQ(statements.refused[0].line, 2U);
    EXPECT_EQ(statements.refused[0].content, "$5");
    EXPECT_EQ(statements.refused[1].message, "The date is not a day of the calendar.");
    EXPECT_EQ(statements.refused[2].message, "The amount is missing.");
}

}  // namespace
}  // namespace budgetplanner
