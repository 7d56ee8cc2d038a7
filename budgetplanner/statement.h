// Bank statements as files: OFX and QFX, QIF, CAMT.052/053/054, MT940 and MT942, CSV.
//
// read_statements() takes the bytes of one file and gives its accounts and rows, what it refused and
// why, and what it guessed about the file (format, encoding, order of dates, decimal mark, signs,
// columns). Any of the guesses can be chosen instead, and the file read again. Nothing is ever made
// up: an amount or a date that does not read is refused with its line and content, and the good rows
// of the same file still come. Pure: no clock, no files; safe from any thread; memory is a small
// multiple of the file.
//   const auto read = read_statements(bytes);
//   if (!read) show(read.error());              // no statement at all, and the reasons
//   for (const auto& statement : read->statements) for (const auto& row : statement.rows) …
//   for (const auto& each : read->refused) …    // rows that did not read, beside the good ones
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/decimal.h"

namespace budgetplanner {

inline constexpr std::size_t statement_bytes_max = std::size_t{32} * 1024 * 1024;
inline constexpr std::size_t statement_rows_max = 200'000;
inline constexpr std::size_t statement_text_bytes_max = 2000;  // of one field of a row

enum class StatementFormat : std::uint8_t { ofx, qif, camt, mt940, csv };
enum class DateOrder : std::uint8_t { ymd, dmy, mdy };
enum class DecimalMark : std::uint8_t { point, comma };
[[nodiscard]] std::string_view name_of(StatementFormat format);  // "ofx" …
[[nodiscard]] std::string_view name_of(DateOrder order);         // "ymd" …
[[nodiscard]] std::string_view name_of(DecimalMark mark);        // "point", "comma"

// One part of a QIF row that is divided among categories.
struct StatementSplit {
    std::string category;
    std::string memo;
    std::optional<base::Decimal> amount;
    bool operator==(const StatementSplit&) const = default;
};

struct StatementRow {
    std::string date;        // YYYY-MM-DD, the day on which the bank booked it, as the file says it
    std::string value_date;  // where the file has one
    base::Decimal amount;    // the bank's view: below zero is spent; exact, with up to 18 places
    std::string currency;    // as the file says it; empty where it says none
    std::string payee;
    std::string memo;
    std::string bank_id;  // what the bank calls the row: often, but not always, unique
    std::string type;  // the bank's word for the kind: "POS", "NTRF", "PMNT/RCDT/BOOK", "opening"
    std::string check_number;
    std::string category;         // a hint from the file; "[name]" is a transfer to that account
    std::string counter_account;  // the other side's account, where it is told
    std::vector<StatementSplit> splits;
    std::size_t line = 0;  // 1 for the first line of the file
};

struct StatementBalance {
    enum class Kind : std::uint8_t { opening, closing, available };
    Kind kind = Kind::closing;
    base::Decimal amount;
    std::string date;
};

// All that one file says of one account.
struct Statement {
    std::string account;  // the bank's number of it, or the column's text; empty where none is told
    std::string account_name;
    std::string account_type;  // "CHECKING", "CCard" …
    std::string bank;
    std::string currency;
    std::vector<StatementRow> rows;
    std::vector<StatementBalance> balances;
};

struct StatementNote {
    std::size_t line = 0;
    std::string content;  // an excerpt of what stands there
    std::string message;  // a sentence
};

// Which column of a CSV file is what; -1 where there is none. It is remembered by `headers`.
struct CsvMapping {
    char separator = ',';
    std::size_t first_row = 0;         // of the data, counted in rows that are not empty
    std::vector<std::string> headers;  // as they stand above the data; empty without any
    int date = -1;
    int value_date = -1;
    int amount = -1;
    int debit = -1;      // money out, whatever its sign
    int credit = -1;     // money in
    int direction = -1;  // a word that says which
    std::vector<std::string> debit_words;
    std::vector<int> payee;
    std::vector<int> memo;
    int currency = -1;
    int bank_id = -1;
    int category = -1;
    int account = -1;
    int counter_account = -1;
    int check_number = -1;
    int type = -1;
    bool operator==(const CsvMapping&) const = default;
};

struct StatementGuess {
    StatementFormat format = StatementFormat::csv;
    std::string variant;  // "OFX 102", "camt.053.001.08", "MT942"
    std::string encoding;
    DecimalMark mark = DecimalMark::point;
    bool mark_sure = true;
    DateOrder order = DateOrder::ymd;
    bool order_sure = true;
    bool negated = false;  // the file writes what was spent above zero
    bool negated_sure = true;
    CsvMapping csv;
    bool csv_sure = true;
};

// What a person decided; where nothing is, the guess holds.
struct StatementChoices {
    std::optional<StatementFormat> format;
    std::optional<std::string> encoding;  // any name that ICU knows
    std::optional<DecimalMark> mark;
    std::optional<DateOrder> order;
    std::optional<bool> negated;
    std::optional<CsvMapping> csv;
};

struct Statements {
    StatementGuess guess;
    std::vector<Statement> statements;
    std::vector<StatementNote> refused;  // rows with an amount or a date that does not read
    std::vector<StatementNote> notes;    // what was left out on purpose: pending, investments …
};

using StatementNotes = std::vector<StatementNote>;

[[nodiscard]] std::expected<Statements, StatementNotes> read_statements(
    std::string_view bytes, const StatementChoices& choices = {}
);

}  // namespace budgetplanner
