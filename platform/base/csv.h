// CSV as spreadsheets and schools write it (RFC 4180, and what Excel makes of it).
//
// parse() takes decoded text (text.h, decode()), finds the separator (comma, semicolon or tab) by
// the first record, unless told, and keeps the number of the line on which each row starts, as a
// person counts them in an editor. Quoted cells may hold separators, newlines and doubled quotes.
// Empty lines are left out. A quote that is never closed is an error that names the line, never a
// silent rest.
//
// The writer quotes what must be, ends rows by CRLF, and puts ' before a cell that a spreadsheet
// would run as a formula. Nothing here is shared: safe from any thread.
#pragma once

#include <cstddef>
#include <deque>
#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace csv {

struct Limits {
    std::size_t rows_max = 100'000;
    std::size_t columns_max = 200;
    std::size_t cell_bytes_max = 32 * 1024;
};

struct Row {
    std::size_t line = 0;                 // 1 for the first line of the file
    std::vector<std::string_view> cells;  // views into the text, or into the table's own store
};

// Owns the cells that had to be unquoted; the others are views into `text`, which must outlive it.
struct Table {
    Table() = default;
    Table(Table&&) noexcept = default;
    Table& operator=(Table&&) noexcept = default;
    Table(const Table&) = delete;  // its rows would point into the other one
    Table& operator=(const Table&) = delete;
    ~Table() = default;

    char separator = ',';
    std::vector<Row> rows;
    std::deque<std::string> unquoted;  // a deque, as rows point into it while it grows
};

struct ParseError {
    std::size_t line = 0;
    std::string message;  // a sentence that names the line
};

// separator 0: found by itself. A BOM in front is dropped.
[[nodiscard]] std::expected<Table, ParseError> parse(
    std::string_view text, Limits limits = {}, char separator = 0
);
[[nodiscard]] char separator_of(std::string_view text);

// Appends one row with its line end.
void append_row(std::string& out, std::span<const std::string> cells, char separator = ',');
void append_cell(std::string& out, std::string_view cell, char separator = ',');
// Whether a spreadsheet may take the cell for a formula: it begins with = + - @, one of their wide
// forms, a tab or an end of line.
[[nodiscard]] bool runs_in_a_spreadsheet(std::string_view cell);
// The cell as it may be written: "=1+1" -> "'=1+1". Plain numbers such as -3.5 stay what they are.
[[nodiscard]] std::string neutral(std::string_view cell);

}  // namespace csv
