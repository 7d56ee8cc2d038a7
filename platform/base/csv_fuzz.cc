// Any bytes: rows stay within the limits, and a table that is written and read again is the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/csv.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const csv::Limits limits{.rows_max = 1000, .columns_max = 50, .cell_bytes_max = 4096};
    const auto table = csv::parse(text, limits);
    if (!table) {
        if (table.error().line == 0 || table.error().message.empty()) std::abort();
        return 0;
    }
    std::string written;
    std::vector<std::vector<std::string>> rows;
    std::size_t line = 0;
    for (const auto& row : table->rows) {
        if (row.line <= line || row.cells.size() > limits.columns_max) std::abort();
        line = row.line;
        auto& cells = rows.emplace_back();
        for (const auto cell : row.cells) {
            if (cell.size() > limits.cell_bytes_max) std::abort();
            cells.push_back(csv::neutral(cell));
        }
        csv::append_row(written, cells, table->separator);
    }
    const auto again = csv::parse(written, {.cell_bytes_max = 8192}, table->separator);
    if (!again || again->rows.size() != rows.size()) std::abort();
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto& cells = again->rows[i].cells;
        if (std::vector<std::string>(cells.begin(), cells.end()) != rows[i]) std::abort();
    }
    return 0;
}
