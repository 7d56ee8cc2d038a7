#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>

#include "budgetplanner/statement.h"

namespace budgetplanner {
namespace {

std::string document(const std::string& entries, const std::string& version = "053.001.08") {
    return "<?xml version=\"1.0\"?>\n<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt." +
           version +
           "\"><BkToCstmrStmt><Stmt><Acct><Id><IBAN>DE02</IBAN></Id><Ccy>EUR</Ccy>"
           "<Svcr><FinInstnId><BICFI>TESTDE00</BICFI></FinInstnId></Svcr></Acct>"
           "<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">7.00</Amt>"
           "<CdtDbtInd>DBIT</CdtDbtInd><Dt><Dt>2026-05-03</Dt></Dt></Bal>\n" +
           entries + "</Stmt></BkToCstmrStmt></Document>";
}
std::string entry(
    const std::string& amount, const std::string& direction, const std::string& more = ""
) {
    return "<Ntry><Amt Ccy=\"EUR\">" + amount + "</Amt><CdtDbtInd>" + direction +
           "</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-05-03</Dt></BookgDt>" + more + "</Ntry>";
}
Statements read(const std::string& text) {
    auto read = read_statements(text);
    if (read) return std::move(*read);
    ADD_FAILURE() << read.error().front().message;
    return {};
}
StatementRow row(const std::string& text) {
    const auto statements = read(document(text));
    if (statements.statements.size() == 1 && statements.statements[0].rows.size() == 1)
        return statements.statements[0].rows[0];
    ADD_FAILURE() << "not one row in " << text;
    return {};
}
const std::string parties =
    "<RltdPties><Dbtr><Nm>Payer</Nm></Dbtr><DbtrAcct><Id><IBAN>DE11</IBAN></Id></DbtrAcct>"
    "<Cdtr><Pty><Nm>Shop</Nm></Pty></Cdtr><CdtrAcct><Id><IBAN>DE22</IBAN></Id></CdtrAcct>"
    "</RltdPties><RmtInf><Ustrd>Invoice 7</Ustrd><Ustrd>May</Ustrd></RmtInf>";

TEST(StatementCamt, ReadsAnEntryWithTheOtherSide) {
    const auto statements = read(document(entry(
        "12.50", "DBIT",
        "<ValDt><Dt>2026-05-04</Dt></ValDt><AcctSvcrRef>REF1</AcctSvcrRef>"
        "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>ICDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn>"
        "</BkTxCd><NtryDtls><TxDtls>" +
            parties + "</TxDtls></NtryDtls>"
    )));
    EXPECT_EQ(statements.guess.variant, "camt.053.001.08");
    const auto& statement = statements.statements.at(0);
    EXPECT_EQ(statement.account, "DE02");
    EXPECT_EQ(statement.currency, "EUR");
    EXPECT_EQ(statement.bank, "TESTDE00");
    EXPECT_EQ(statement.balances.at(0).amount.text(), "-7.00");
    const auto& only = statement.rows.at(0);
    EXPECT_EQ(only.date, "2026-05-03");
    EXPECT_EQ(only.value_date, "2026-05-04");
    EXPECT_EQ(only.amount.text(), "-12.50");
    EXPECT_EQ(only.payee, "Shop");
    EXPECT_EQ(only.counter_account, "DE22");
    EXPECT_EQ(only.memo, "Invoice 7 May");
    EXPECT_EQ(only.bank_id, "REF1");
    EXPECT_EQ(only.type, "PMNT/ICDT/ESCT");
    EXPECT_EQ(only.line, 3U);
}

TEST(StatementCamt, TheSignIsTheMarksAndAReversalTurnsOnlyTheParties) {
    const std::string details = "<NtryDtls><TxDtls>" + parties + "</TxDtls></NtryDtls>";
    EXPECT_EQ(row(entry("1.00", "CRDT", details)).payee, "Payer");
    const auto back = row(entry("1.00", "CRDT", "<RvslInd>true</RvslInd>" + details));
    EXPECT_EQ(back.amount.text(), "1.00") << "what comes back is a credit";
    EXPECT_EQ(back.payee, "Shop") << "from whom it was bought";
    EXPECT_EQ(row(entry("25.00000", "DBIT")).amount.text(), "-25.00000");
}

TEST(StatementCamt, AllVersionsAndKindsAreRead) {
    for (const std::string kind : {"052", "053", "054"})
        for (int version = 1; version <= 13; ++version) {
            const std::string name =
                kind + ".001." + (version < 10 ? "0" : "") + std::to_string(version);
            std::string text = document(entry("1.00", "CRDT"), name);
            for (const std::string_view tag : {"<Stmt>", "</Stmt>"}) {
                const std::string to = kind == "052" ? "Rpt" : kind == "053" ? "Stmt" : "Ntfctn";
                const auto at = text.find(tag);
                text.replace(at + tag.size() - 5, 4, to);
            }
            const auto statements = read(text);
            EXPECT_EQ(statements.guess.variant, "camt." + name);
            EXPECT_EQ(statements.statements.at(0).rows.size(), 1U) << name;
        }
    const auto prefixed = read(
        "<n:Document xmlns:n=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.02\"><n:Stmt><n:Ntry>"
        "<n:Amt "
        "Ccy=\"CHF\">5</n:Amt><n:CdtDbtInd>CRDT</n:CdtDbtInd><n:Sts><n:Cd>BOOK</n:Cd></n:Sts>"
        "<n:BookgDt><n:DtTm>2026-05-03T23:30:00-05:00</n:DtTm></n:BookgDt></n:Ntry></n:Stmt>"
        "</n:Document>"
    );
    EXPECT_EQ(prefixed.statements.at(0).rows.at(0).date, "2026-05-03");
    EXPECT_EQ(prefixed.statements.at(0).rows.at(0).currency, "CHF");
}

std::string part(const std::string& amount, const std::string& more = "") {
    return "<TxDtls><Refs><AcctSvcrRef>P" + amount +
           "</AcctSvcrRef></Refs><AmtDtls><TxAmt><Amt "
           "Ccy=\"EUR\">" +
           amount + "</Amt></TxAmt></AmtDtls>" + more + "</TxDtls>";
}

TEST(StatementCamt, ABatchIsItsPartsIfTheyMakeUpTheWhole) {
    const auto whole = read(document(entry(
        "30.00", "DBIT", "<NtryDtls>" + part("10.00", parties) + part("20.00") + "</NtryDtls>"
    )));
    const auto& rows = whole.statements.at(0).rows;
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0].amount.text(), "-10.00");
    EXPECT_EQ(rows[0].payee, "Shop");
    EXPECT_EQ(rows[0].bank_id, "P10.00");
    EXPECT_EQ(rows[1].amount.text(), "-20.00");
    EXPECT_EQ(
        row(entry("31.00", "DBIT", "<NtryDtls>" + part("10.00") + part("20.00") + "</NtryDtls>"))
            .amount.text(),
        "-31.00"
    );
    // A part that goes the other way is told by its own mark.
    const auto mixed = read(document(entry(
        "10.00", "DBIT",
        "<NtryDtls>" + part("15.00") + part("5.00", "<CdtDbtInd>CRDT</CdtDbtInd>") + "</NtryDtls>"
    )));
    EXPECT_EQ(mixed.statements.at(0).rows.at(1).amount.text(), "5.00");
}

TEST(StatementCamt, WhatIsNotBookedIsLeftOutWithANote) {
    const std::string pending =
        "<Ntry><Amt Ccy=\"EUR\">1</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>PDNG</Sts></Ntry>";
    const auto statements = read(document(pending + entry("2.00", "DBIT")));
    EXPECT_EQ(statements.statements.at(0).rows.size(), 1U);
    ASSERT_EQ(statements.notes.size(), 1U);
    EXPECT_TRUE(statements.notes[0].message.starts_with("1 entries are not booked yet"));
}

TEST(StatementCamt, ABadEntryIsRefusedByLine) {
    const auto statements = read(document(
        entry("1,00", "CRDT") + entry("-1.00", "DBIT") + entry("1.00", "") + entry("", "CRDT") +
        "\n<Ntry><Amt Ccy=\"EUR\">1</Amt><CdtDbtInd>DBIT</CdtDbtInd><BookgDt><Dt>2026-02-30</Dt>"
        "</BookgDt></Ntry>" +
        entry("1.00", "CRDT")
    ));
    EXPECT_EQ(statements.statements.at(0).rows.size(), 1U);
    ASSERT_EQ(statements.refused.size(), 5U);
    EXPECT_EQ(statements.refused[0].content, "1,00");
    EXPECT_EQ(statements.refused[1].content, "-1.00") << "a sign beside the mark";
    EXPECT_EQ(
        statements.refused[2].message, "The entry says neither credit (CRDT) nor debit (DBIT)."
    );
    EXPECT_EQ(statements.refused[3].message, "The amount is missing.");
    EXPECT_EQ(statements.refused[4].line, 4U);
}

TEST(StatementCamt, ALongPurposeIsCutNotLost) {
    const std::string purpose = "<RmtInf><Ustrd>" + std::string(3000, 'x') + "</Ustrd></RmtInf>";
    const auto memo =
        row(entry("1.00", "CRDT", "<NtryDtls><TxDtls>" + purpose + "</TxDtls></NtryDtls>")).memo;
    EXPECT_EQ(memo.size(), statement_text_bytes_max);
}

TEST(StatementCamt, DocumentTypesAndEntitiesAreRefused) {
    const auto read_doctype = [](const std::string& front) {
        const auto result = read_statements(front + "<Document xmlns=\"camt.053\">&x;</Document>");
        return result ? "read" : result.error().front().message;
    };
    EXPECT_EQ(
        read_doctype(
            "<?xml version=\"1.0\"?><!DOCTYPE d [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>"
        ),
        "The file declares a document type, which no bank does."
    );
    EXPECT_EQ(read_doctype("<?xml version=\"1.0\"?>"), "The file has no statement of an account.");
    std::string deep = "<Document xmlns=\"camt.053\">";
    for (int i = 0; i < 100; ++i) deep += "<a>";
    EXPECT_EQ(read_statements(deep).error().front().message, "The file is nested too deeply.");
}

TEST(StatementCamt, AFileThatBreaksOffKeepsWhatCameBefore) {
    std::string text = document(entry("1.00", "CRDT") + entry("2.00", "CRDT"));
    text.resize(text.find("2.00"));
    const auto statements = read(text);
    EXPECT_EQ(statements.statements.at(0).rows.size(), 1U);
    EXPECT_EQ(statements.refused.at(0).message, "The file breaks off here: download it again.");
}

}  // namespace
}  // namespace budgetplanner
