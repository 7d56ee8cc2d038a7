// Our own sample files, one a format, read as an upload is: nothing chosen.

#include <gtest/gtest.h>

#include <fstream>
#include <ios>
#include <iterator>
#include <string>
#include <vector>

#include "budgetplanner/statement.h"

namespace budgetplanner {
namespace {

// A line a row, as "2026-05-02 -3.50 EUR Café Corner | Card 1234"; then the refused ones.
std::vector<std::string> lines_of(const std::string& file) {
    std::ifstream stream("budgetplanner/samples/" + file, std::ios::binary);
    const std::string bytes(std::istreambuf_iterator<char>(stream), {});
    const auto read = read_statements(bytes);
    if (!read) return {read.error().front().message};
    std::vector<std::string> lines = {read->guess.variant + " " + read->guess.encoding};
    for (const auto& statement : read->statements)
        for (const auto& row : statement.rows)
            lines.push_back(
                row.date + " " + row.amount.text() + " " + row.currency + " " + row.payee + " | " +
                row.memo
            );
    for (const auto& each : read->refused)
        lines.push_back("line " + std::to_string(each.line) + ": " + each.content);
    return lines;
}
using Lines = std::vector<std::string>;

TEST(StatementSamples, AreReadWithoutAnyHelp) {
    EXPECT_EQ(
        lines_of("giro.ofx"),
        (Lines{
            "OFX 102 windows-1252", "2026-05-01 2400.00 EUR Example Works Ltd | Salary May",
            "2026-05-02 -3.50 EUR Caf\u00E9 Corner | Card 1234",
            "2026-05-02 -3.50 EUR Caf\u00E9 Corner | Card 1234",
            "2026-05-04 -780.00 EUR Housing & Homes | Rent May",
            "2026-05-11 -42.17 EUR Garden centre | ", "line 21: free"
        })
    );
    EXPECT_EQ(
        lines_of("card.qfx"), (Lines{
                                  "OFX 211 UTF-8", "2026-05-07 -19.99 USD Stream & Song | ",
                                  "2026-05-09 19.99 USD Stream & Song | Refund"
                              })
    );
    EXPECT_EQ(
        lines_of("household.qif"),
        (Lines{
            "QIF UTF-8", "2026-05-01 250.00  Opening Balance | ",
            "2026-05-16 -31.40  Market hall | ", "2026-05-17 -1100.00  Bicycle shop | "
        })
    );
    EXPECT_EQ(
        lines_of("giro.camt053.xml"),
        (Lines{
            "camt.053.001.08 UTF-8", "2026-05-04 -780.00 EUR Housing & Homes | Rent May",
            "2026-05-20 -10.00 EUR Sports club | ", "2026-05-20 -20.00 EUR Library | ",
            "2026-05-21 15.00 EUR Phone company | "
        })
    );
    EXPECT_EQ(
        lines_of("giro.sta"),
        (Lines{
            "MT940 UTF-8", "2026-05-04 -780.00 EUR HOUSING AND HOMES | Rent May",
            "2026-05-18 15.00 EUR  | Return of a direct debit PHONE COMPANY"
        })
    );
    EXPECT_EQ(
        lines_of("giro.csv"),
        (Lines{
            "CSV windows-1252",
            "2026-05-02 -12.40 EUR B\u00E4ckerei Sonne | Karte 1234; Danke f\u00FCr Ihren Einkauf",
            "2026-05-04 -1780.00 EUR Wohnbau AG | Miete Mai",
            "2026-05-15 2400.00 EUR Muster GmbH | Gehalt", "line 10: offen"
        })
    );
    EXPECT_EQ(
        lines_of("card.csv"),
        (Lines{
            "CSV UTF-8", "2026-05-13 -1004.10  Corner shop | ", "2026-05-13 -4.10  Corner shop | ",
            "2026-05-20 500.00  AUTOPAY PAYMENT | "
        })
    );
}

}  // namespace
}  // namespace budgetplanner
