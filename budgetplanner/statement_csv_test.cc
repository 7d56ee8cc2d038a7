#include "budgetplanner/statement_csv.h"

#include <gtest/gtest.h>

#include <cstddef>
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
const StatementRow& row(const Statements& read, std::size_t index) {
    return read.statements.at(0).rows.at(index);
}

TEST(StatementCsv, ReadsAGermanExportBelowItsPreamble) {
    const auto statements = read(
        "\"Kontonummer:\";\"DE02 / Girokonto\"\r\n\r\n\"Kontostand:\";\"1.000,00 EUR\"\r\n\r\n"
        "\"Buchungstag\";\"Wertstellung\";\"Auftraggeber / Empf\xE4nger\";\"Verwendungszweck\";"
        "\"Betrag (EUR)\"\r\n"
        "\"03.05.2026\";\"04.05.2026\";\"B\xE4"
        "cker\";\"Br\xF6tchen; viele\r\nund Kuchen\";"
        "\"-1.012,50\"\r\n\"04.05.2026\";\"04.05.2026\";\"Firma\";\"Lohn\";\"2.000\"\r\n"
    );
    EXPECT_EQ(statements.guess.csv.separator, ';');
    EXPECT_EQ(statements.guess.mark, DecimalMark::comma);
    EXPECT_EQ(statements.guess.order, DateOrder::dmy);
    EXPECT_TRUE(statements.guess.order_sure);
    EXPECT_TRUE(statements.guess.csv_sure);
    EXPECT_EQ(statements.guess.encoding, "windows-1252");
    EXPECT_EQ(row(statements, 0).date, "2026-05-03");
    EXPECT_EQ(row(statements, 0).value_date, "2026-05-04");
    EXPECT_EQ(row(statements, 0).amount.text(), "-1012.50");
    EXPECT_EQ(row(statements, 0).currency, "EUR") << "said by the heading";
    EXPECT_EQ(row(statements, 0).payee, "B\u00E4cker");
    EXPECT_EQ(row(statements, 0).memo, "Br\u00F6tchen; viele und Kuchen");
    EXPECT_EQ(row(statements, 1).amount.text(), "2000");
}

TEST(StatementCsv, ReadsTwoColumnsOfAmounts) {
    const auto statements = read(
        "Date,Description,Withdrawal,Deposit,Balance\n05/13/2026,Rent,\"$1,000.00\",,$5.00\n"
        "05/14/2026,Pay,,$2.00,$7.00\n05/15/2026,Fee,0.00,3.00,$7.00\n05/16/"
        "2026,Both,1.00,3.00,$7.00\n"
    );
    EXPECT_EQ(row(statements, 0).amount.text(), "-1000.00");
    EXPECT_EQ(row(statements, 1).amount.text(), "2.00");
    EXPECT_EQ(row(statements, 2).amount.text(), "3.00");
    ASSERT_EQ(statements.refused.size(), 1U) << "both at once say nothing";
    EXPECT_EQ(statements.refused[0].line, 5U);
    EXPECT_EQ(statements.refused[0].content, "1.00 3.00");
}

TEST(StatementCsv, AWordMayTellTheDirection) {
    const auto statements = read(
        "Datum;Naam / Omschrijving;Af Bij;Bedrag "
        "(EUR)\n20260503;Winkel;Af;12,50\n20260504;Baas;Bij;99,00\n"
        "20260505;Wie;Wat;1,00\n"
    );
    EXPECT_EQ(row(statements, 0).amount.text(), "-12.50");
    EXPECT_EQ(row(statements, 1).amount.text(), "99.00");
    EXPECT_EQ(statements.refused.size(), 1U) << "a word that is neither is no sign";
}

TEST(StatementCsv, ACardsStatementCountsPurchasesAboveZero) {
    constexpr std::string_view card =
        "\"Merchant Name\",\"Card Used For Transaction\",\"Date\",\"Amount\"\n"
        "\"Mobil\",\"**** 1234\",\"01/31/2026\",\"36.33\"\n";
    const auto guessed = read(card);
    EXPECT_TRUE(guessed.guess.negated);
    EXPECT_FALSE(guessed.guess.negated_sure);
    EXPECT_EQ(row(guessed, 0).amount.text(), "-36.33");
    EXPECT_EQ(row(read(card, {.negated = false}), 0).amount.text(), "36.33");
    EXPECT_FALSE(read("Date,Amount\n2026-05-03,1.00\n").guess.negated_sure) << "no sign anywhere";
    EXPECT_TRUE(read("Date,Amount\n2026-05-03,-1.00\n").guess.negated_sure);
}

TEST(StatementCsv, AMappingOnceMadeIsUsed) {
    CsvMapping map{.separator = '|', .first_row = 1, .date = 2, .amount = 0, .payee = {1}};
    const auto statements = read("x|y|z\n5,00|Shop|1.2.2026\n", {.csv = map});
    EXPECT_EQ(row(statements, 0).date, "2026-02-01");
    EXPECT_EQ(row(statements, 0).amount.text(), "5.00");
    EXPECT_EQ(row(statements, 0).payee, "Shop");
    EXPECT_TRUE(statements.guess.csv_sure);
}

TEST(StatementCsv, WithoutHeadingsTheContentsTell) {
    const auto statements =
        read("2026-05-03,4711,Corner shop,-5.00\n2026-05-04,4712,Corner shop,-6.00\n");
    EXPECT_FALSE(statements.guess.csv_sure);
    EXPECT_EQ(row(statements, 1).amount.text(), "-6.00");
    EXPECT_EQ(row(statements, 1).payee, "Corner shop");
}

TEST(StatementCsv, AccountsOfOneFileAreToldApart) {
    const auto statements = read(
        "Account,Date,Amount,Currency\nGiro,2026-05-03,-1.00,eur\nCard,2026-05-03,-2.00,USD\n"
        "Giro,2026-05-04,-3.00,EUR\n"
    );
    ASSERT_EQ(statements.statements.size(), 2U);
    EXPECT_EQ(statements.statements[0].account, "Giro");
    EXPECT_EQ(statements.statements[0].rows.size(), 2U);
    EXPECT_EQ(statements.statements[0].rows[0].currency, "EUR");
    EXPECT_EQ(statements.statements[1].rows[0].currency, "USD");
}

TEST(StatementCsv, ABadRowIsRefusedByLineAndAFootIsLeftOut) {
    const auto statements = read(
        "Date,Payee,Amount\n2026-05-03,a,-1.00\n2026-02-30,b,-2.00\n,c,-3.00\n2026-05-03,d,x\n"
        "2026-05-03,e,\nEnd of list\n"
    );
    EXPECT_EQ(statements.statements.at(0).rows.size(), 1U);
    ASSERT_EQ(statements.refused.size(), 4U);
    EXPECT_EQ(statements.refused[0].line, 3U);
    EXPECT_EQ(statements.refused[0].content, "2026-02-30");
    EXPECT_EQ(statements.refused[1].message, "The date is missing.");
    EXPECT_EQ(statements.refused[2].content, "x");
    EXPECT_EQ(statements.refused[3].message, "The amount is missing.");
    ASSERT_EQ(statements.notes.size(), 1U);
}

TEST(StatementCsv, SeparatorsAreFoundByLinesThatAgree) {
    EXPECT_EQ(csv_separator("a;b,c;d\n1;2,5;3\n4;5,5;6\n"), ';');
    EXPECT_EQ(csv_separator("a,b\n\"1;2;3;4\",5\n"), ',');
    EXPECT_EQ(csv_separator("a\tb\n1\t2\n"), '\t');
    EXPECT_EQ(csv_separator("sep=|\na|b\n"), '|');
    EXPECT_EQ(csv_separator("Title, of sorts\na;b;c\n1;2;3\n"), ';');
    EXPECT_EQ(heading(" *Betrag (EUR)_in-USD:"), "betrag in usd");
}

}  // namespace
}  // namespace budgetplanner
