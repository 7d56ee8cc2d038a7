#include "budgetplanner/statement_keys.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "budgetplanner/money.h"
#include "budgetplanner/statement.h"
#include "platform/base/clock.h"

namespace budgetplanner {
namespace {

StatementRow row(
    std::string date, std::int64_t cents, std::string payee = {}, std::string bank_id = {}
) {
    StatementRow made;
    made.date = std::move(date);
    made.amount = base::Decimal(cents, 2);
    made.payee = std::move(payee);
    made.bank_id = std::move(bank_id);
    return made;
}

// What an application keeps: of each key the texts of its rows.
class Ledger {
  public:
    std::vector<Verdict> import(const std::string& account, const std::vector<StatementRow>& rows) {
        const auto judged = judge(account, rows, [this](const std::string& key) {
            const auto found = texts_.find(key);
            return found == texts_.end() ? std::vector<std::string>{} : found->second;
        });
        std::vector<Verdict> verdicts;
        for (const auto& each : judged) {
            verdicts.push_back(each.verdict);
            auto& texts = texts_[each.key];
            if (each.verdict == Verdict::same) continue;
            if (texts.size() < each.number) texts.resize(each.number);
            texts[each.number - 1] = each.text;
        }
        return verdicts;
    }
    [[nodiscard]] std::size_t size() const {
        std::size_t rows = 0;
        for (const auto& [key, texts] : texts_) rows += texts.size();
        return rows;
    }
    bool operator==(const Ledger&) const = default;

  private:
    std::map<std::string, std::vector<std::string>> texts_;
};

using Verdicts = std::vector<Verdict>;
constexpr auto fresh = Verdict::fresh;
constexpr auto same = Verdict::same;
constexpr auto changed = Verdict::changed;

TEST(StatementKeys, AKeyIsAccountIdDateAndAmount) {
    const auto key = import_key("a", "1", "2026-05-03", base::Decimal(-1250, 2));
    EXPECT_EQ(key, import_key("a", "1", "2026-05-03", base::Decimal(-125, 1)));
    EXPECT_NE(key, import_key("b", "1", "2026-05-03", base::Decimal(-1250, 2)));
    EXPECT_NE(key, import_key("a", "2", "2026-05-03", base::Decimal(-1250, 2)));
    EXPECT_NE(key, import_key("a", "1", "2026-05-04", base::Decimal(-1250, 2)));
    EXPECT_NE(key, import_key("a", "1", "2026-05-03", base::Decimal(1250, 2)));
    EXPECT_NE(import_key("a1", "", "d", {}), import_key("a", "1", "d", {}));
    EXPECT_EQ(import_key("a", "", "d", {0, 2}), import_key("a", "", "d", {0, 0}));
    EXPECT_EQ(numbered_key("k", 2), "k#2");
}

TEST(StatementKeys, EqualRowsOfOneFileAreAsManyPurchases) {
    Ledger ledger;
    const std::vector<StatementRow> file = {row("2026-05-03", -350), row("2026-05-03", -350)};
    EXPECT_EQ(ledger.import("a", file), (Verdicts{fresh, fresh}));
    EXPECT_EQ(ledger.import("a", file), (Verdicts{same, same}));
    EXPECT_EQ(ledger.size(), 2U);
    EXPECT_EQ(ledger.import("b", file), (Verdicts{fresh, fresh}));
}

TEST(StatementKeys, ABanksIdThatComesAgainIsAnotherRow) {
    Ledger ledger;
    ledger.import("a", {row("2026-05-03", -350, "Cafe", "7")});
    EXPECT_EQ(ledger.import("a", {row("2026-06-03", -350, "Cafe", "7")}), (Verdicts{fresh}));
    EXPECT_EQ(ledger.import("a", {row("2026-05-03", -351, "Cafe", "7")}), (Verdicts{fresh}));
}

TEST(StatementKeys, AFullerTextIsAChangeAndAPoorerOneIsNone) {
    Ledger ledger;
    ledger.import("a", {row("2026-05-03", -350, "CARD 1234")});
    EXPECT_EQ(ledger.import("a", {row("2026-05-03", -350, "CARD")}), (Verdicts{same}));
    EXPECT_EQ(ledger.import("a", {row("2026-05-03", -350, "CARD 1234 CAFE")}), (Verdicts{changed}));
    EXPECT_EQ(ledger.import("a", {row("2026-05-03", -350, "CARD 1234 CAFE")}), (Verdicts{same}));
}

TEST(StatementKeys, TheOrderOfEqualRowsDoesNotMatter) {
    Ledger ledger;
    ledger.import("a", {row("2026-05-03", -350, "Cafe"), row("2026-05-03", -350, "Kiosk")});
    EXPECT_EQ(
        ledger.import("a", {row("2026-05-03", -350, "Kiosk"), row("2026-05-03", -350, "Cafe")}),
        (Verdicts{same, same})
    );
}

// A history with ids that are missing, repeated and shared, and with many equal rows.
std::vector<StatementRow> history(std::mt19937& random, int days) {
    std::vector<StatementRow> rows;
    for (int day = 0; day < days; ++day)
        for (auto i = random() % 5; i > 0; --i) {
            const auto kind = random() % 3;
            rows.push_back(
                row(base::add_days("2026-01-01", day), -100 - static_cast<int>(random() % 3),
                    std::string("Shop ") + static_cast<char>('A' + random() % 3),
                    kind == 0 ? "" : std::to_string(random() % 4))
            );
        }
    return rows;
}

TEST(StatementKeys, AnyFilesAnyNumberOfTimesInAnyOrderGiveOneLedger) {
    for (unsigned seed = 1; seed <= 60; ++seed) {
        std::mt19937 random(seed);
        const int days = 30;
        const auto all = history(random, days);
        Ledger whole;
        whole.import("a", all);
        ASSERT_EQ(whole.size(), all.size()) << "seed " << seed;

        // Files of some days each, overlapping, that together have all days; whole days, any order.
        std::vector<std::vector<StatementRow>> files;
        for (int from = 0; from < days; from += 1 + static_cast<int>(random() % 7)) {
            const std::string first = base::add_days("2026-01-01", from);
            const std::string last = base::add_days(first, 6 + static_cast<int>(random() % 9));
            auto& file = files.emplace_back();
            for (const auto& each : all)
                if (each.date >= first && each.date <= last) file.push_back(each);
            std::ranges::shuffle(file, random);
        }
        const auto again = files;
        for (auto times = random() % 3; times > 0; --times)
            files.insert(files.end(), again.begin(), again.end());
        std::ranges::shuffle(files, random);
        Ledger parts;
        for (const auto& file : files) parts.import("a", file);
        EXPECT_EQ(parts, whole) << "seed " << seed;
    }
}

// Even where two exports tell one row in different words, or a file is cut within a day.
TEST(StatementKeys, TheLedgerIsTheSameInAnyOrderOfAnyFilesAtAll) {
    for (unsigned seed = 1; seed <= 60; ++seed) {
        std::mt19937 random(seed);
        std::vector<std::vector<StatementRow>> files(4);
        for (auto& file : files) file = history(random, 6);
        Ledger forward;
        for (const auto& file : files) forward.import("a", file);
        std::ranges::shuffle(files, random);
        Ledger other;
        for (const auto& file : files) other.import("a", file);
        for (const auto& file : files) other.import("a", file);
        EXPECT_EQ(other, forward) << "seed " << seed;
    }
}

Money euros(std::int64_t cents) { return {.minor = cents, .currency = *Currency::find("EUR")}; }

TEST(StatementKeys, ATypedExpenseIsConfirmedByTheNearestRowOfItsAmount) {
    const std::vector<TypedExpense> typed = {
        {.id = "1", .date = "2026-05-01", .amount = euros(-350), .account = ""},
        {.id = "2", .date = "2026-05-10", .amount = euros(-350), .account = ""},
        {.id = "3", .date = "2026-05-03", .amount = euros(-400), .account = "card"},
    };
    const auto match = [&](std::vector<BankRow> rows) { return match_typed(rows, typed); };
    using Found = std::vector<int>;
    EXPECT_EQ(match({{"2026-05-09", euros(-350), "a"}}), (Found{1}));
    EXPECT_EQ(
        match({{"2026-05-09", euros(-350), "a"}, {"2026-05-08", euros(-350), "a"}}), (Found{1, 0})
    ) << "each expense once";
    EXPECT_EQ(match({{"2026-05-20", euros(-350), "a"}}), (Found{1})) << "ten days";
    EXPECT_EQ(match({{"2026-05-21", euros(-350), "a"}}), (Found{-1})) << "eleven days";
    EXPECT_EQ(match({{"2026-05-01", euros(350), "a"}}), (Found{-1})) << "a refund is no purchase";
    EXPECT_EQ(match({{"2026-05-03", euros(-400), "a"}}), (Found{-1})) << "another account";
    EXPECT_EQ(match({{"2026-05-03", euros(-400), "card"}}), (Found{2}));
    EXPECT_EQ(
        match({{"2026-05-03", {.minor = -400, .currency = *Currency::find("USD")}, "card"}}),
        (Found{-1})
    );
}

}  // namespace
}  // namespace budgetplanner
