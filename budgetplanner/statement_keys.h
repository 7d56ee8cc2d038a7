// Which rows of a statement are in the ledger already, and which expense typed by hand each one is.
//
// A bank's own id is not unique in practice, and two equal rows of one day are two purchases. So a
// row's key is made of account, id, date and amount, and rows with one key are counted: the ledger
// holds of each key the most that any one file had. Importing any files any number of times, in any
// order, and in any split that keeps an account's day together, therefore gives the same ledger.
//
// So do their texts. Rows with one key are numbered by their texts, the fullest first, and of each
// number the ledger keeps the fullest text seen; a row that would change one is "changed".
//   const auto judged = judge(account, rows, [&](const std::string& key) { return known(key); });
// Pure; safe from any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "budgetplanner/money.h"
#include "budgetplanner/statement.h"
#include "platform/base/decimal.h"

namespace budgetplanner {

// A UUID of these four; 12.5 and 12.50 are the same amount. The account is the ledger's own id of it,
// not what the file calls it, as two formats of one bank call it differently.
[[nodiscard]] std::string import_key(
    std::string_view account, std::string_view bank_id, std::string_view date,
    const base::Decimal& amount
);
// The n-th of a key's rows, from 1: what a ledger's row is stored and looked up by.
[[nodiscard]] std::string numbered_key(std::string_view key, std::size_t number);

// What of a row's text is compared: payee and memo.
[[nodiscard]] std::string import_text(const StatementRow& row);
// Whether the text says more; a total order, so that the fullest of many is the same in any order.
[[nodiscard]] bool fuller(std::string_view text, std::string_view than);

enum class Verdict : std::uint8_t {
    fresh,    // not in the ledger
    same,     // in the ledger, with this text or a fuller one
    changed,  // in the ledger, and the file has the fuller text
};

struct JudgedRow {
    Verdict verdict = Verdict::fresh;
    std::string key;         // import_key()
    std::size_t number = 1;  // the n-th with this key
    std::string text;        // import_text(), to be stored with the row
};

// The texts of a key's rows in the ledger, by their number: index 0 is the first.
using KnownTexts = std::function<std::vector<std::string>(const std::string& key)>;

// One for each row, in the rows' order. Rows are those of one account in one file.
[[nodiscard]] std::vector<JudgedRow> judge(
    std::string_view account, std::span<const StatementRow> rows, const KnownTexts& known
);

// An expense without a bank's row. The amount is the bank's view: below zero is spent.
struct TypedExpense {
    std::string id;
    std::string date;
    Money amount;
    std::string account;  // empty: none was said, and any matches
};
struct BankRow {
    std::string date;
    Money amount;
    std::string account;
};

inline constexpr int typed_days_max = 10;

// For each bank row the index of the typed expense that it confirms, or -1: the same amount, at most
// so many days apart, the nearest days first, each expense once.
[[nodiscard]] std::vector<int> match_typed(
    std::span<const BankRow> rows, std::span<const TypedExpense> expenses
);

}  // namespace budgetplanner
