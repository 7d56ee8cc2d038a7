#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>

#include "budgetplanner/statement.h"

namespace budgetplanner {
namespace {

Statements read(const std::string& movements) {
    auto read = read_statements(
        ":20:STARTUMS\r\n:25:10020030/1234567\r\n:28C:1/1\r\n:60F:C260502EUR1000,00\r\n" +
        movements + ":62F:C260503EUR900,00\r\n:86:about the statement\r\n-\r\n"
    );
    if (read) return std::move(*read);
    ADD_FAILURE() << read.error().front().message;
    return {};
}
StatementRow row(const std::string& movement) {
    const auto statements = read(movement + "\r\n");
    if (statements.statements.size() == 1 && statements.statements[0].rows.size() == 1)
        return statements.statements[0].rows[0];
    ADD_FAILURE() << "not one row in " << movement;
    return {};
}

TEST(StatementMt940, ReadsAMovementWithGermanCodes) {
    const auto statements = read(
        ":61:2605040503DR12,5NTRFNONREF//BANK1\r\n:86:166?00GUTSCHRIFT?100399?20EREF+1?21SVWZ+Rechn"
        "ung ?22Mai?30TES\r\nTDE00?31DE22?32KARL ?33KAUFMANN?60 und mehr\r\n"
    );
    const auto& statement = statements.statements.at(0);
    EXPECT_EQ(statement.bank, "10020030");
    EXPECT_EQ(statement.account, "1234567");
    EXPECT_EQ(statement.currency, "EUR");
    ASSERT_EQ(statement.balances.size(), 2U);
    EXPECT_EQ(statement.balances[1].amount.text(), "900.00");
    EXPECT_EQ(statement.balances[1].date, "2026-05-03");
    ASSERT_EQ(statement.rows.size(), 1U);
    const auto& only = statement.rows[0];
    EXPECT_EQ(only.date, "2026-05-03") << "booked";
    EXPECT_EQ(only.value_date, "2026-05-04");
    EXPECT_EQ(only.amount.text(), "-12.5");
    EXPECT_EQ(only.bank_id, "BANK1");
    EXPECT_EQ(only.payee, "KARL KAUFMANN");
    EXPECT_EQ(only.counter_account, "DE22");
    EXPECT_EQ(only.memo, "Rechnung Mai und mehr");
    EXPECT_EQ(only.type, "GUTSCHRIFT");
    EXPECT_EQ(only.line, 5U);
}

TEST(StatementMt940, MarksTellTheSignAndReversalsTurnIt) {
    EXPECT_EQ(row(":61:260503C1,NTRF").amount.text(), "1");
    EXPECT_EQ(row(":61:260503D1,NTRF").amount.text(), "-1");
    EXPECT_EQ(row(":61:260503RC1,00NTRF").amount.text(), "-1.00");
    EXPECT_EQ(row(":61:260503RD1,00NTRF").amount.text(), "1.00");
    EXPECT_EQ(row(":61:2605030503CR1,00NTRF").amount.text(), "1.00") << "a letter of the currency";
    EXPECT_EQ(row(":61:260503RDR1,00NTRF").amount.text(), "1.00");
    EXPECT_EQ(row(":61:260503D000000000025,00N102EREF").amount.text(), "-25.00");
}

TEST(StatementMt940, TheDayOfBookingTakesTheNearestYear) {
    EXPECT_EQ(row(":61:2601011231D1,NTRF").date, "2025-12-31");
    EXPECT_EQ(row(":61:2512310102D1,NTRF").date, "2026-01-02");
    EXPECT_EQ(row(":61:2602300302D1,NTRF").value_date, "2026-02-28") << "banks have 30 February";
    EXPECT_EQ(row(":61:2402300301D1,NTRF").value_date, "2024-02-29");
}

TEST(StatementMt940, FreeTextAndWordsBetweenSlashesAreRead) {
    EXPECT_EQ(row(":61:260503D1,NTRF\r\n:86: one\r\ntwo  \r\n").memo, "one two");
    const std::string full(65, 'x');
    EXPECT_EQ(row(":61:260503D1,NTRF\r\n:86:" + full + "\r\ny\r\n").memo, full + "y");
    const auto words =
        row(":61:260503D1,NTRF\r\n:86:/BENM//NAME/JOHN DOE/REMI/Ref 7/ISDT/2026-05-03\r\n");
    EXPECT_EQ(words.payee, "JOHN DOE");
    EXPECT_EQ(words.memo, "Ref 7");
}

TEST(StatementMt940, ABadMovementIsRefusedByLineAndItsTextGoesToNoOther) {
    const auto statements = read(
        ":61:260503D1,00NTRF\r\n:86:first\r\n:61:261303D1,00NTRF\r\n:86:second\r\n"
        ":61:260503DabcNTRF\r\n:61:260503X1,00\r\n:61:\r\n"
    );
    ASSERT_EQ(statements.statements.at(0).rows.size(), 1U);
    EXPECT_EQ(statements.statements[0].rows[0].memo, "first");
    ASSERT_EQ(statements.refused.size(), 4U);
    EXPECT_EQ(statements.refused[0].line, 7U);
    EXPECT_EQ(statements.refused[0].message, "The date is not a day of the calendar.");
    EXPECT_EQ(statements.refused[1].message, "The amount is not a number that can be read.");
}

// The type was once cut out by bytes, in the middle of a letter.
TEST(StatementMt940, ATypeThatIsNoneIsLeftOutWhole) {
    const auto odd = row(":61:260503D1,S0\u00E4\u00E41//B7");
    EXPECT_EQ(odd.type, "");
    EXPECT_EQ(odd.bank_id, "B7");
}

TEST(StatementMt940, ReadsSwiftBlocksAndInterimReports) {
    const auto read_all = read_statements(
        "{1:F01TEST}{2:I942}{4:\r\n:20:X\r\n:25:DE02\r\n:34F:EURD0,\r\n:61:260503C1,00NTRF\r\n"
        ":61:260503EC2,00NTRF\r\n-}\r\n"
    );
    ASSERT_TRUE(read_all);
    EXPECT_EQ(read_all->guess.variant, "MT942");
    EXPECT_EQ(read_all->statements.at(0).rows.at(0).currency, "EUR");
    EXPECT_EQ(read_all->statements.at(0).rows.size(), 1U) << "the other is only expected";
    EXPECT_EQ(read_all->notes.size(), 1U);
}

TEST(StatementMt940, DaysOfOneAccountAreOneStatement) {
    const std::string day = ":20:X\n:25:DE02\n:60F:C260502EUR1,00\n:61:260503C1,00NTRF\n-\n";
    const auto both = read_statements(day + day);
    ASSERT_TRUE(both);
    ASSERT_EQ(both->statements.size(), 1U);
    EXPECT_EQ(both->statements[0].rows.size(), 2U);
}

}  // namespace
}  // namespace budgetplanner
