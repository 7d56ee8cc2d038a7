// What an import would do, row by row, before anything is written: pure, so that it may run on a pool.
//
// A planned row is a JSON object, stored as it is until the import is applied and after it, for undo:
//   row      its place in the import, from 0
//   line     of the file
//   state    new, same, changed, confirms (an entry typed by hand), refused
//   reason   of refused: a sentence
//   key      numbered_key() of statement_keys.h, with the ledger's own id of the account
//   text     what is compared with the same row of another file
//   expense  the entry as it would be stored, with the guessed category
//   confirms the id of the entry typed by hand
//   choice   of the person: "skip", or "separate" for what is no confirmation; absent: as planned
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "budgetplanner/categoriser.h"
#include "budgetplanner/expense_record.h"
#include "budgetplanner/statement.h"
#include "platform/base/json.h"

namespace budgetplanner {

// What the ledger knows of rows that were imported, by numbered key (imports.h).
using Imported = std::unordered_map<std::string, json::Object>;

struct ImportAccount {
    std::string account_id;
    std::string name;
    std::string currency;  // "" for the home currency
    bool made = false;     // is not there yet: applying makes it
};

struct ImportPlanner {
    std::string user_id;
    const Household* household = nullptr;
    const Imported* imported = nullptr;
    const std::vector<json::Object>* typed = nullptr;  // entries of the time without a bank's row
    const std::vector<std::string>* categories = nullptr;
    std::function<Decision(const json::Object&)> decide;
};

// The numbered keys of which the planner has to know what is imported.
[[nodiscard]] std::vector<std::string> keys_of(
    const ImportAccount& account, const Statement& statement
);
// In the order of the file; `row` begins at `first`.
[[nodiscard]] std::vector<json::Object> planned_rows(
    const ImportPlanner& planner, const ImportAccount& account, const Statement& statement,
    std::size_t first
);

// How many rows of each state, "skip" among them where the person said so, and "total".
struct ImportCounts {
    std::size_t fresh = 0, same = 0, changed = 0, confirms = 0, refused = 0, skipped = 0;

    void add(const json::Object& row, int sign = 1);
    [[nodiscard]] std::size_t total() const {
        return fresh + same + changed + confirms + refused + skipped;
    }
    [[nodiscard]] std::size_t ready() const { return fresh + changed + confirms; }
    [[nodiscard]] json::Object shown() const;
    [[nodiscard]] static ImportCounts of(const json::Object& shown);
};
// What applying does with it: its state, or "skip"; "new" for what was said to be no confirmation.
[[nodiscard]] std::string_view outcome_of(const json::Object& row);

// At most so many bytes, cut between characters; control characters become blanks.
[[nodiscard]] std::string plain_text(std::string_view text, std::size_t bytes_max);

}  // namespace budgetplanner
