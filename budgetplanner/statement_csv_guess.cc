#include <algorithm>
#include <array>
#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "budgetplanner/statement.h"
#include "budgetplanner/statement_csv.h"
#include "budgetplanner/statement_read.h"
#include "platform/base/csv.h"
#include "platform/base/text.h"

namespace budgetplanner {
namespace {

constexpr std::size_t header_rows_max = 40;  // what may stand above the headings
constexpr std::size_t sampled_rows_max = 200;
constexpr std::size_t accounts_max = 10;

class Guess {
  public:
    explicit Guess(const csv::Table& table) : table_(table) {}

    CsvGuess run() {
        out_.mapping.separator = table_.separator;
        if (table_.rows.empty()) return out_;
        const bool headed = find_header();
        if (headed) by_headings();
        const bool amounts =
            out_.mapping.amount >= 0 || out_.mapping.debit >= 0 || out_.mapping.credit >= 0;
        out_.sure = headed && out_.mapping.date >= 0 && amounts;
        if (!out_.sure) by_contents(headed);
        // Where one text is all there is, it names the shop.
        if (out_.mapping.payee.empty() && !out_.mapping.memo.empty()) {
            out_.mapping.payee.push_back(out_.mapping.memo.front());
            out_.mapping.memo.erase(out_.mapping.memo.begin());
        }
        return out_;
    }

  private:
    [[nodiscard]] std::size_t known_headings(const csv::Row& row) const {
        std::set<CsvRole> found;
        for (const auto cell : row.cells) {
            const std::string head = heading(cell);
            for (std::size_t i = 0; i < csv_roles && !head.empty(); ++i)
                if (heading_rank(head, static_cast<CsvRole>(i)) >= 0) {
                    found.insert(static_cast<CsvRole>(i));
                    break;
                }
        }
        return found.size();
    }

    bool find_header() {
        std::size_t best = 1;
        bool any = false;
        for (std::size_t i = 0; i < std::min(table_.rows.size(), header_rows_max); ++i) {
            const std::size_t known = known_headings(table_.rows[i]);
            if (known <= best) continue;
            best = known;
            any = true;
            out_.mapping.first_row = i + 1;
        }
        if (!any) return false;
        for (const auto cell : table_.rows[out_.mapping.first_row - 1].cells) {
            out_.mapping.headers.push_back(one_line(cell));
            headings_.push_back(heading(cell));
        }
        return true;
    }

    // Columns by their headings, the best first; each one's cells must be what the heading says.
    void by_headings() {
        CsvMapping& map = out_.mapping;
        map.date = best(CsvRole::date, &Guess::holds_dates);
        map.value_date = best(CsvRole::value_date, &Guess::holds_dates);
        if (map.value_date == map.date) map.value_date = -1;
        map.amount = best(CsvRole::amount, &Guess::holds_amounts);
        if (map.amount < 0) {
            map.debit = best(CsvRole::debit, &Guess::holds_amounts);
            map.credit = best(CsvRole::credit, &Guess::holds_amounts);
        }
        map.currency = best(CsvRole::currency, &Guess::holds_codes);
        // Where amounts have signs of their own, a word beside them says the same once more.
        const bool signs = map.amount >= 0 && any_negative(map.amount);
        map.direction =
            map.amount >= 0 && !signs ? best(CsvRole::direction, &Guess::holds_directions) : -1;
        map.bank_id = best(CsvRole::bank_id, nullptr);
        map.category = best(CsvRole::category, nullptr);
        map.check_number = best(CsvRole::check_number, nullptr);
        map.counter_account = best(CsvRole::counter_account, nullptr);
        map.account = best(CsvRole::account, nullptr);
        if (map.account >= 0 && too_many_values(map.account)) {
            if (map.counter_account < 0) map.counter_account = map.account;
            map.account = -1;
        }
        map.type = best(CsvRole::type, nullptr);
        map.payee = all(CsvRole::payee);
        map.memo = all(CsvRole::memo);
        out_.card = std::ranges::any_of(headings_, [](const std::string& head) {
            return is_card_heading(head);
        });
    }

    using Check = bool (Guess::*)(int) const;

    int best(CsvRole role, Check check) const {
        int found = -1;
        int found_rank = 0;
        for (std::size_t i = 0; i < headings_.size(); ++i) {
            const int rank = heading_rank(headings_[i], role);
            const int column = static_cast<int>(i);
            if (rank < 0 || (found >= 0 && rank >= found_rank)) continue;
            if (check != nullptr && !(this->*check)(column)) continue;
            found = column;
            found_rank = rank;
        }
        return found;
    }

    std::vector<int> all(CsvRole role) const {
        std::vector<std::pair<int, int>> ranked;
        for (std::size_t i = 0; i < headings_.size(); ++i)
            if (const int rank = heading_rank(headings_[i], role); rank >= 0)
                ranked.emplace_back(rank, static_cast<int>(i));
        std::ranges::sort(ranked);
        std::vector<int> columns;
        for (const auto& [rank, column] : ranked) columns.push_back(column);
        return columns;
    }

    // How many of a column's cells are filled, and of how many `is` holds.
    template <class Is>
    bool mostly(int column, Is is) const {
        std::size_t filled = 0;
        std::size_t good = 0;
        const std::size_t first = out_.mapping.first_row;
        const std::size_t last = std::min(table_.rows.size(), first + sampled_rows_max);
        for (std::size_t i = first; i < last; ++i) {
            const std::string_view cell = base::trimmed(cell_of(table_.rows[i], column));
            if (cell.empty()) continue;
            ++filled;
            if (is(cell)) ++good;
        }
        return filled > 0 && good * 3 >= filled * 2;
    }
    bool holds_dates(int column) const {
        return mostly(column, [](std::string_view cell) { return date_parts(cell).has_value(); });
    }
    bool holds_amounts(int column) const {
        return mostly(column, [](std::string_view cell) {
            return read_amount(cell, DecimalMark::point, true) ||
                   read_amount(cell, DecimalMark::comma, true);
        });
    }
    bool holds_codes(int column) const {
        return mostly(column, [](std::string_view cell) {
            return cell.size() == 3 && std::ranges::all_of(cell, [](char c) {
                       return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
                   });
        });
    }
    bool holds_directions(int column) const {
        return mostly(column, [](std::string_view cell) {
            const std::string word = base::folded(cell);
            return is_debit_word(word) || is_credit_word(word);
        });
    }
    bool any_negative(int column) const {
        for (std::size_t i = out_.mapping.first_row; i < table_.rows.size(); ++i) {
            const auto amount =
                read_amount(cell_of(table_.rows[i], column), DecimalMark::point, true);
            const auto other =
                read_amount(cell_of(table_.rows[i], column), DecimalMark::comma, true);
            if ((amount && amount->negative()) || (other && other->negative())) return true;
        }
        return false;
    }
    bool too_many_values(int column) const {
        std::set<std::string_view> values;
        for (std::size_t i = out_.mapping.first_row; i < table_.rows.size(); ++i)
            if (values.insert(cell_of(table_.rows[i], column)).second &&
                values.size() > accounts_max)
                return true;
        return false;
    }

    // Without headings: the first column of dates, the first of amounts that are no bare numbers,
    // and the words.
    void by_contents(bool headed) {
        CsvMapping& map = out_.mapping;
        if (!headed) map.first_row = 0;
        std::size_t width = 0;
        for (std::size_t i = map.first_row;
             i < std::min(table_.rows.size(), map.first_row + sampled_rows_max); ++i)
            width = std::max(width, table_.rows[i].cells.size());
        for (int column = 0; column < static_cast<int>(width); ++column) {
            if (holds_dates(column)) {
                if (map.date < 0) map.date = column;
                continue;
            }
            if (holds_amounts(column)) {
                const bool marked = mostly(column, [](std::string_view cell) {
                    return cell.find_first_of(".,-+") != std::string_view::npos;
                });
                const bool free = map.amount < 0 && map.debit < 0 && map.credit < 0;
                if (free && marked) map.amount = column;
                continue;
            }
            if (map.payee.empty() && map.memo.empty() &&
                mostly(column, [](std::string_view cell) { return cell.size() > 3; }))
                map.memo.push_back(column);
        }
    }

    const csv::Table& table_;
    CsvGuess out_;
    std::vector<std::string> headings_;
};

constexpr std::string_view separators = ",;\t|";
constexpr std::size_t separator_bytes = 64 * 1024;  // of the file's front are looked at
using Counts = std::vector<std::size_t>;

// How often each separator comes on each line that has it, outside quotes.
std::array<Counts, separators.size()> separators_by_line(std::string_view text) {
    std::array<Counts, separators.size()> counts;
    std::array<std::size_t, separators.size()> line{};
    const auto end_line = [&] {
        for (std::size_t i = 0; i < separators.size(); ++i)
            if (line[i] > 0) counts[i].push_back(std::exchange(line[i], 0));
    };
    bool quoted = false;
    char before = '\n';
    for (const char c : text) {
        const bool opens = before == '\n' || before == '\r' || separators.contains(before);
        if (c == '"' && (quoted || opens)) quoted = !quoted;
        before = c;
        if (quoted) continue;
        if (c == '\n' || c == '\r') end_line();
        if (const std::size_t i = separators.find(c); i != std::string_view::npos) ++line[i];
    }
    end_line();
    return counts;
}

// Cells on lines that agree about their number, and how many each has.
using Agreement = std::pair<std::size_t, std::size_t>;
Agreement agreement(Counts counts) {
    std::ranges::sort(counts);
    Agreement best;
    for (std::size_t from = 0; from < counts.size();) {
        std::size_t to = from;
        while (to < counts.size() && counts[to] == counts[from]) ++to;
        best = std::max(best, Agreement((to - from) * counts[from], counts[from]));
        from = to;
    }
    return best;
}

}  // namespace

char csv_separator(std::string_view text) {
    if (text.starts_with("sep=") && text.size() > 4 && separators.contains(text[4])) return text[4];
    auto counts = separators_by_line(text.substr(0, separator_bytes));
    std::size_t best = 0;
    Agreement best_score;
    for (std::size_t i = 0; i < separators.size(); ++i) {
        const Agreement score = agreement(std::move(counts[i]));
        if (score <= best_score) continue;
        best_score = score;
        best = i;
    }
    return separators[best];
}

CsvGuess guess_csv(const csv::Table& table) { return Guess(table).run(); }

std::string heading(std::string_view cell) {
    constexpr std::size_t heading_bytes_max = 200;
    if (cell.size() > heading_bytes_max) return {};
    std::string plain;
    int depth = 0;
    for (const char c : cell) {
        if (c == '(' || c == '[') ++depth;
        if (depth == 0) plain += std::string_view("_/-*:\"'\t").contains(c) ? ' ' : c;
        if ((c == ')' || c == ']') && depth > 0) --depth;
    }
    return base::folded(plain);
}

std::string_view cell_of(const csv::Row& row, int column) {
    if (column < 0 || static_cast<std::size_t>(column) >= row.cells.size()) return {};
    return row.cells[static_cast<std::size_t>(column)];
}

}  // namespace budgetplanner
