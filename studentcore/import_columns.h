// What a spreadsheet's columns and cells mean, before anything is looked up. Pure functions.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/base/csv.h"
#include "platform/table/schema.h"

namespace studentcore {

// The field that a column's heading names: by name, by plain words ("Full name"), by what people
// write ("Programme", "Reg. no."). An unknown heading names an attribute of its own.
[[nodiscard]] std::string field_of_heading(const table::Schema& table, std::string_view heading);

enum class DateOrder : unsigned char { iso, day_first, month_first };
[[nodiscard]] std::string_view words_of(DateOrder order);

// The order that all dates of a column can be read in; where both can, day first is assumed.
struct DateGuess {
    DateOrder order = DateOrder::iso;
    bool assumed = false;
};
[[nodiscard]] DateGuess guess_dates(const std::vector<std::string_view>& cells);
// YYYY-MM-DD, or "" when the cell is no date in that order.
[[nodiscard]] std::string read_date(std::string_view cell, DateOrder order);

// A file read and mapped: the texts of each row by field.
struct Sheet {
    std::string encoding;
    char separator = ',';
    std::string date_order;                                    // in words; "" without dates
    std::vector<std::pair<std::string, std::string>> columns;  // heading, field
    struct Row {
        std::size_t line = 0;
        std::vector<std::pair<std::string, std::string>> texts;
        std::string problem;  // the row can't be read: why
        [[nodiscard]] std::string_view text(std::string_view field) const;
    };
    std::vector<Row> rows;
};
// A sentence when the file as a whole can't be read.
[[nodiscard]] std::expected<Sheet, std::string> read_sheet(
    const table::Schema& table, std::string_view bytes
);

}  // namespace studentcore
