#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>

#include "budgetplanner/statement.h"

namespace budgetplanner {
namespace {

Statements read(std::string_view text) {
    auto read = read_statements(text);
    if (read) return std::move(*read);
    ADD_FAILURE() << read.error().front().message;
    return {};
}
Statements rows(const std::string& inside) {
    return read("<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>EUR" + inside + "</STMTRS></OFX>");
}
// The first row, which must be there.
StatementRow row(const std::string& inside) {
    const auto statements = rows("<STMTTRN>" + inside + "</STMTTRN>");
    if (statements.statements.empty() || statements.statements.front().rows.empty()) {
        ADD_FAILURE() << "no row in " << inside;
        return {};
    }
    return statements.statements.front().rows.front();
}
std::string refused(const std::string& inside) {
    const auto statements = rows("\n<STMTTRN>" + inside + "</STMTTRN>");
    if (statements.refused.size() != 1) return "not refused";
    const auto& note = statements.refused.front();
    return std::to_string(note.line) + ": " + note.message + " " + note.content;
}

constexpr const char* good = "<DTPOSTED>20260503<TRNAMT>-12.50<FITID>1";

TEST(StatementOfx, ReadsSgmlWithItsHeader) {
    const auto statements = read(
        "OFXHEADER:100\r\nDATA:OFXSGML\r\nVERSION:102\r\nENCODING:USASCII\r\nCHARSET:1252\r\n\r\n"
        "<OFX>\r\n<SIGNONMSGSRSV1><SONRS><FI><ORG>Test Bank</FI></SONRS></SIGNONMSGSRSV1>\r\n"
        "<BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>USD\r\n"
        "<BANKACCTFROM><BANKID>123<ACCTID>456<ACCTTYPE>CHECKING</BANKACCTFROM>\r\n"
        "<BANKTRANLIST><STMTTRN>\r\n<TRNTYPE>POS\r\n<DTPOSTED>20260503120000[-5:EST]\r\n"
        "<TRNAMT>-12.50\r\n<FITID>A1\r\n<NAME>Caf\xE9 & Bar\r\n<MEMO>x &lt;y&gt; &#8364;\r\n"
        "<CHECKNUM>77\r\n<BANKACCTTO><ACCTID>789</BANKACCTTO></STMTTRN></BANKTRANLIST>\r\n"
        "<LEDGERBAL><BALAMT>100.00<DTASOF>20260504</LEDGERBAL></STMTRS></STMTTRNRS></OFX>"
    );
    ASSERT_EQ(statements.statements.size(), 1U);
    EXPECT_EQ(statements.guess.variant, "OFX 102");
    EXPECT_EQ(statements.guess.encoding, "windows-1252");
    const auto& statement = statements.statements.front();
    EXPECT_EQ(statement.bank, "Test Bank");
    EXPECT_EQ(statement.account, "456");
    EXPECT_EQ(statement.account_type, "CHECKING");
    EXPECT_EQ(statement.currency, "USD");
    ASSERT_EQ(statement.balances.size(), 1U);
    EXPECT_EQ(statement.balances.front().amount.text(), "100.00");
    ASSERT_EQ(statement.rows.size(), 1U);
    const auto& only = statement.rows.front();
    EXPECT_EQ(only.date, "2026-05-03") << "the day that the bank wrote, in no other zone";
    EXPECT_EQ(only.amount.text(), "-12.50");
    EXPECT_EQ(only.currency, "USD");
    EXPECT_EQ(only.payee, "Caf\u00E9 & Bar");
    EXPECT_EQ(only.memo, "x <y> \u20AC");
    EXPECT_EQ(only.bank_id, "A1");
    EXPECT_EQ(only.type, "POS");
    EXPECT_EQ(only.check_number, "77");
    EXPECT_EQ(only.counter_account, "789");
    EXPECT_EQ(only.line, 11U);
}

TEST(StatementOfx, ReadsXmlAndCdata) {
    const auto statements = read(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><?OFX OFXHEADER=\"200\" VERSION=\"211\"?>"
        "<OFX><CREDITCARDMSGSRSV1><CCSTMTTRNRS><CCSTMTRS><CURDEF>EUR</CURDEF>"
        "<CCACCTFROM><ACCTID>4111</ACCTID></CCACCTFROM><BANKTRANLIST>"
        "<STMTTRN><TRNTYPE>DEBIT</TRNTYPE><DTPOSTED>20260503</DTPOSTED><TRNAMT>-1</TRNAMT>"
        "<FITID>1</FITID><NAME/><MEMO><![CDATA[a <b> &amp; c]]></MEMO></STMTTRN>"
        "</BANKTRANLIST></CCSTMTRS></CCSTMTTRNRS></CREDITCARDMSGSRSV1></OFX>"
    );
    EXPECT_EQ(statements.guess.variant, "OFX 211");
    const auto& statement = statements.statements.at(0);
    EXPECT_EQ(statement.account_type, "CREDITCARD");
    EXPECT_EQ(statement.rows.at(0).memo, "a <b> &amp; c");
}

TEST(StatementOfx, BanksDialectsAreForgiven) {
    EXPECT_EQ(row("<DTPOSTED>\n2026\n0503\n<TRNAMT>\n-12.50\n<NAME>a\nb").date, "2026-05-03");
    EXPECT_EQ(
        row("< DTPOSTED >20260503</ DTPOSTED ><trnamt>-1,50</trnamt>").amount.text(), "-1.50"
    );
    EXPECT_EQ(row(std::string(good) + "<NAME>GROCER A & Z").payee, "GROCER A & Z");
    EXPECT_EQ(row(std::string(good) + "<NAME>a &unknown; b &").payee, "a &unknown; b &");
    EXPECT_EQ(row(std::string(good) + "<NAME><MEMO>m").memo, "m");
    EXPECT_EQ(row(std::string(good) + "<!-- <NAME>no --><NAME>yes").payee, "yes");
    EXPECT_EQ(row(std::string(good) + "<PAYEE><NAME>Inside</PAYEE>").payee, "Inside");
    EXPECT_EQ(
        row(std::string(good) + "<NAME>LONG NAME CUT<EXTDNAME>LONG NAME CUT OFF").payee,
        "LONG NAME CUT OFF"
    );
    // Rows that are never closed, and an element of an unknown name.
    const auto statements = rows(
        std::string("<BANKTRANLIST><STMTTRN>") + good + "<FOO>bar<STMTTRN>" + good +
        "</BANKTRANLIST>"
    );
    EXPECT_EQ(statements.statements.at(0).rows.size(), 2U);
}

TEST(StatementOfx, LongTextsAreCutNotLost) {
    const auto memo = row(std::string(good) + "<MEMO>" + std::string(5000, 'x')).memo;
    EXPECT_EQ(memo.size(), statement_text_bytes_max);
    // Each "&" once looked for its end through all that follows.
    EXPECT_EQ(
        row(std::string(good) + "<MEMO>" + std::string(3'000'000, '&')).memo.size(), memo.size()
    );
}

TEST(StatementOfx, ACurrencyOfTheRowIsItsOwnUnlessItWasConverted) {
    EXPECT_EQ(
        row(std::string(good) + "<CURRENCY><CURRATE>1.1<CURSYM>USD</CURRENCY>").currency, "USD"
    );
    EXPECT_EQ(
        row(std::string(good) + "<ORIGCURRENCY><CURRATE>1.1<CURSYM>USD</ORIGCURRENCY>").currency,
        "EUR"
    );
}

TEST(StatementOfx, ABadRowIsRefusedByLineAndTheGoodOnesStay) {
    EXPECT_EQ(
        refused("<DTPOSTED>20260503<TRNAMT>$120"),
        "2: The amount is not a number that can be read. $120"
    );
    EXPECT_EQ(refused("<DTPOSTED>20260503<TRNAMT>"), "2: The amount is missing. ");
    EXPECT_EQ(refused("<TRNAMT>1.00"), "2: The date is missing. ");
    EXPECT_EQ(
        refused("<DTPOSTED>20260230<TRNAMT>1.00"),
        "2: The date is not a day of the calendar. 20260230"
    );
    const auto both = rows(
        std::string("<STMTTRN>") + good + "</STMTTRN><STMTTRN><TRNAMT>1</STMTTRN><STMTTRN>" + good +
        "</STMTTRN>"
    );
    EXPECT_EQ(both.statements.at(0).rows.size(), 2U);
    EXPECT_EQ(both.refused.size(), 1U);
}

TEST(StatementOfx, AFileThatBreaksOffSaysSo) {
    const auto statements =
        read(std::string("<OFX><STMTRS><STMTTRN>") + good + "</STMTTRN><STMTTRN><DTPOSTED>20260");
    EXPECT_EQ(statements.statements.at(0).rows.size(), 1U);
    ASSERT_EQ(statements.refused.size(), 1U);
    EXPECT_EQ(statements.refused[0].message, "The file ends inside this row: download it again.");
}

TEST(StatementOfx, SecuritiesAndBadBalancesAreLeftOutWithANote) {
    const auto statements = read(
        std::string("<OFX><INVSTMTRS><CURDEF>USD<INVTRANLIST><BUYSTOCK><INVBUY><INVTRAN><FITID>1"
                    "</INVTRAN></INVBUY></BUYSTOCK><INVBANKTRAN><STMTTRN>") +
        good + "</STMTTRN></INVBANKTRAN></INVTRANLIST><LEDGERBAL><BALAMT>R$ 1<DTASOF>x</LEDGERBAL>"
    );
    EXPECT_EQ(statements.statements.at(0).rows.size(), 1U);
    ASSERT_EQ(statements.notes.size(), 2U);
    EXPECT_EQ(statements.notes[0].message, "The balance does not read and is left out.");
    EXPECT_EQ(
        statements.notes[1].message, "1 movements of securities are left out: only cash is read."
    );
}

}  // namespace
}  // namespace budgetplanner
