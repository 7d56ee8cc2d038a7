// How long files of many rows take: statement_bench [ROWS]. The targets are in docs, not here.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ratio>
#include <string>
#include <string_view>
#include <vector>

#include "budgetplanner/statement.h"
#include "budgetplanner/statement_keys.h"
#include "platform/base/clock.h"

namespace {

std::string cents(int row) {
    const std::string text = std::to_string(row % 9973 + 100);
    return text.substr(0, text.size() - 2) + "." + text.substr(text.size() - 2);
}
std::string day(int row) { return base::add_days("2020-01-01", row % 2000); }
std::string compact(std::string date) {
    std::erase(date, '-');
    return date;
}

std::string ofx(int rows) {
    std::string out = "OFXHEADER:100\nVERSION:102\n\n<OFX><STMTRS><CURDEF>EUR<BANKTRANLIST>\n";
    for (int i = 0; i < rows; ++i) {
        out +=
            "<STMTTRN>\n<TRNTYPE>POS\n<DTPOSTED>" + compact(day(i)) + "120000[-5:EST]\n<TRNAMT>-";
        out += cents(i) + "\n<FITID>2026" + std::to_string(i) + "\n<NAME>Shop &amp; Sons ";
        out += std::to_string(i % 700) + "\n<MEMO>Card 1234 purchase\n</STMTTRN>\n";
    }
    return out + "</BANKTRANLIST></STMTRS></OFX>\n";
}
std::string qif(int rows) {
    std::string out = "!Type:Bank\n";
    for (int i = 0; i < rows; ++i)
        out += "D" + day(i) + "\nT-" + cents(i) + "\nPShop " + std::to_string(i % 700) + "\n^\n";
    return out;
}
std::string camt(int rows) {
    std::string out = "<Document xmlns=\"camt.053.001.08\"><Stmt>";
    for (int i = 0; i < rows; ++i)
        out += "<Ntry><Amt Ccy=\"EUR\">" + cents(i) +
               "</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>" + day(i) +
               "</Dt></BookgDt><NtryDtls><TxDtls><RltdPties><Cdtr><Nm>Shop " +
               std::to_string(i % 700) +
               "</Nm></Cdtr></RltdPties><RmtInf><Ustrd>Card 1234 purchase</Ustrd></RmtInf>"
               "</TxDtls></NtryDtls></Ntry>\n";
    return out + "</Stmt></Document>";
}
std::string mt940(int rows) {
    std::string out = ":20:X\n:25:1/2\n:60F:C200101EUR0,00\n";
    for (int i = 0; i < rows; ++i) {
        std::string amount = cents(i);
        amount[amount.find('.')] = ',';
        out += ":61:" + compact(day(i)).substr(2) + "D" + amount + "NTRFNONREF//" +
               std::to_string(i) + "\n:86:166?00CARD?20SVWZ+Card 1234?32Shop " +
               std::to_string(i % 700) + "\n";
    }
    return out + "-\n";
}
std::string csv(int rows) {
    std::string out = "Date,Payee,Description,Amount\n";
    for (int i = 0; i < rows; ++i)
        out += day(i) + ",Shop " + std::to_string(i % 700) + ",\"Card 1234, purchase\",-" +
               cents(i) + "\n";
    return out;
}

template <class Work>
double best_ms(Work work) {
    double best = 1e9;
    for (int round = 0; round < 5; ++round) {
        const auto start = std::chrono::steady_clock::now();
        work();
        const std::chrono::duration<double, std::milli> took =
            std::chrono::steady_clock::now() - start;
        if (took.count() < best) best = took.count();
    }
    return best;
}

void measure(const char* name, const std::string& text) {
    std::size_t rows = 0;
    const double ms = best_ms([&] {
        const auto read = budgetplanner::read_statements(text);
        rows = read ? read->statements.front().rows.size() : 0;
    });
    const double megabytes = static_cast<double>(text.size()) / 1e6;
    std::printf("%-6s %zu rows, %.1f MB: %.0f ms\n", name, rows, megabytes, ms);
}

}  // namespace

int main(int count, char** arguments) {
    const int rows = count > 1 ? std::atoi(arguments[1]) : 50'000;
    const std::string statement = ofx(rows);
    measure("ofx", statement);
    measure("qif", qif(rows));
    measure("camt", camt(rows));
    measure("mt940", mt940(rows));
    measure("csv", csv(rows));
    const auto read = budgetplanner::read_statements(statement);
    if (!read) return 1;
    const double ms = best_ms([&] {
        const auto judged =
            budgetplanner::judge("giro", read->statements.front().rows, [](const std::string&) {
                return std::vector<std::string>{};
            });
        if (judged.empty()) std::abort();
    });
    std::printf("judge  %d rows: %.0f ms\n", rows, ms);
    return 0;
}
