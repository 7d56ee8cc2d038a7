// How a bank's CSV file is taken apart: where its columns are, by their headings and contents.
//
// Internal to statement_csv*.cc. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "budgetplanner/statement.h"
#include "platform/base/csv.h"

namespace budgetplanner {

enum class CsvRole : std::uint8_t {
    date,
    value_date,
    amount,
    debit,
    credit,
    direction,
    payee,
    memo,
    currency,
    bank_id,
    category,
    account,
    counter_account,
    check_number,
    type,
};
inline constexpr std::size_t csv_roles = 15;

// The place of a heading() among a role's known words, the best 0; -1 if it is none of them.
[[nodiscard]] int heading_rank(std::string_view head, CsvRole role);
[[nodiscard]] bool is_card_heading(std::string_view head);

[[nodiscard]] char csv_separator(std::string_view text);

struct CsvGuess {
    CsvMapping mapping;
    bool sure = false;  // date and amount were found by their headings
    bool card = false;  // the headings are those of a card's statement
};
[[nodiscard]] CsvGuess guess_csv(const csv::Table& table);

// "amount" of " Amount (EUR) ": folded, without what stands in parentheses and the marks.
[[nodiscard]] std::string heading(std::string_view cell);
[[nodiscard]] std::string_view cell_of(const csv::Row& row, int column);
// Whether a folded word says money out; it may be one of what banks write in such a column.
[[nodiscard]] bool is_debit_word(std::string_view word);
[[nodiscard]] bool is_credit_word(std::string_view word);

}  // namespace budgetplanner
