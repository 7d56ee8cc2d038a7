#include "platform/base/csv.h"

#include <array>
#include <utility>

#include "platform/base/decimal.h"

namespace csv {
namespace {

constexpr std::string_view bom = "\xEF\xBB\xBF";

// One pass over the text; `at_` is the next byte, `line_` the line that it stands on.
class Parser {
  public:
    Parser(std::string_view text, Limits limits, char separator)
        : text_(text), limits_(limits), separator_(separator) {}

    std::expected<Table, ParseError> run() {
        table_.separator = separator_;
        while (at_ < text_.size() && complaint_.message.empty()) read_row();
        if (!complaint_.message.empty()) return std::unexpected(std::move(complaint_));
        return std::move(table_);
    }

  private:
    void refuse(std::size_t line, std::string_view why) {
        complaint_ = {
            .line = line, .message = "Line " + std::to_string(line) + ": " + std::string(why)
        };
    }

    [[nodiscard]] bool at_line_end() const {
        return at_ >= text_.size() || text_[at_] == '\n' || text_[at_] == '\r';
    }
    void skip_line_end() {
        if (at_ >= text_.size()) return;
        at_ += text_.substr(at_).starts_with("\r\n") ? 2 : 1;
        ++line_;
    }

    void read_row() {
        if (at_line_end()) return skip_line_end();  // an empty line is no row
        Row row{.line = line_, .cells = {}};
        row.cells.reserve(columns_);
        for (;;) {
            if (at_ < text_.size() && text_[at_] == '"')
                read_quoted(row);
            else
                read_plain(row);
            if (!complaint_.message.empty()) return;
            if (row.cells.back().size() > limits_.cell_bytes_max)
                return refuse(row.line, "a cell is too long.");
            if (row.cells.size() > limits_.columns_max)
                return refuse(row.line, "there are too many columns.");
            if (at_line_end()) break;
            ++at_;  // the separator
        }
        skip_line_end();
        if (table_.rows.size() >= limits_.rows_max)
            return refuse(row.line, "there are too many rows.");
        columns_ = row.cells.size();
        table_.rows.push_back(std::move(row));
    }

    void read_plain(Row& row) {
        const std::size_t start = at_;
        while (!at_line_end() && text_[at_] != separator_) ++at_;
        row.cells.push_back(text_.substr(start, at_ - start));
    }

    void read_quoted(Row& row) {
        const std::size_t opened = line_;
        const std::size_t start = ++at_;
        bool doubled = false;
        for (;; ++at_) {
            if (at_ >= text_.size())
                return refuse(opened, "the quote that opens here is never closed.");
            const char c = text_[at_];
            if (c == '\n' || (c == '\r' && (at_ + 1 == text_.size() || text_[at_ + 1] != '\n')))
                ++line_;
            if (c != '"') continue;
            if (at_ + 1 >= text_.size() || text_[at_ + 1] != '"') break;
            doubled = true;
            ++at_;
        }
        const std::string_view inside = text_.substr(start, at_ - start);
        ++at_;
        if (!at_line_end() && text_[at_] != separator_)
            return refuse(
                line_, "something follows a closing quote; a quote inside a cell is written twice."
            );
        row.cells.push_back(doubled ? keep(inside) : inside);
    }

    std::string_view keep(std::string_view inside) {
        std::string& cell = table_.unquoted.emplace_back();
        cell.reserve(inside.size());
        for (std::size_t i = 0; i < inside.size(); ++i) {
            cell += inside[i];
            if (inside[i] == '"') ++i;
        }
        return cell;
    }

    std::string_view text_;
    Limits limits_;
    char separator_;
    std::size_t at_ = 0;
    std::size_t line_ = 1;
    std::size_t columns_ = 8;
    Table table_;
    ParseError complaint_;
};

}  // namespace

char separator_of(std::string_view text) {
    if (text.starts_with(bom)) text.remove_prefix(bom.size());
    constexpr std::array<char, 3> candidates = {',', ';', '\t'};
    std::array<std::size_t, 3> counts{};
    bool quoted = false;
    bool any = false;
    for (const char c : text) {
        if (c == '"') quoted = !quoted;
        if (quoted) continue;
        if ((c == '\n' || c == '\r') && any) break;
        any = any || (c != '\n' && c != '\r');
        for (std::size_t i = 0; i < candidates.size(); ++i)
            if (c == candidates[i]) ++counts[i];
    }
    std::size_t best = 0;
    for (std::size_t i = 1; i < candidates.size(); ++i)
        if (counts[i] > counts[best]) best = i;
    return candidates[best];
}

std::expected<Table, ParseError> parse(std::string_view text, Limits limits, char separator) {
    if (text.starts_with(bom)) text.remove_prefix(bom.size());
    return Parser(text, limits, separator == 0 ? separator_of(text) : separator).run();
}

bool runs_in_a_spreadsheet(std::string_view cell) {
    if (cell.empty()) return false;
    if (std::string_view("=+-@\t\r\n").contains(cell.front())) return true;
    // Some programs read the wide forms of = + - @ as the plain ones.
    for (const std::string_view wide :
         {"\xEF\xBC\x9D", "\xEF\xBC\x8B", "\xEF\xBC\x8D", "\xEF\xBC\xA0"})
        if (cell.starts_with(wide)) return true;
    return false;
}

std::string neutral(std::string_view cell) {
    const bool runs = runs_in_a_spreadsheet(cell);
    // A negative mark is no formula, and would no longer be a number behind a quote.
    if (!runs || base::Decimal::parse(cell)) return std::string(cell);
    return "'" + std::string(cell);
}

void append_cell(std::string& out, std::string_view cell, char separator) {
    const std::string safe = neutral(cell);
    const bool quote = safe.find_first_of("\"\r\n") != std::string::npos ||
                       safe.find(separator) != std::string::npos || safe.starts_with(bom) ||
                       safe.starts_with(' ') || safe.ends_with(' ');
    if (!quote) {
        out += safe;
        return;
    }
    out += '"';
    for (const char c : safe) {
        out += c;
        if (c == '"') out += '"';
    }
    out += '"';
}

void append_row(std::string& out, std::span<const std::string> cells, char separator) {
    bool first = true;
    for (const auto& cell : cells) {
        if (!first) out += separator;
        first = false;
        append_cell(out, cell, separator);
    }
    // A row of one empty cell would read as an empty line.
    if (cells.size() == 1 && cells.front().empty()) out += "\"\"";
    out += "\r\n";
}

}  // namespace csv
