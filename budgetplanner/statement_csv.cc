// CSV by a mapping of columns: the guessed one, or one that a person made and the application kept.

#include "budgetplanner/statement_csv.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "budgetplanner/money.h"
#include "budgetplanner/statement.h"
#include "budgetplanner/statement_read.h"
#include "platform/base/csv.h"
#include "platform/base/decimal.h"
#include "platform/base/text.h"

namespace budgetplanner {
namespace {

constexpr std::size_t statements_max = 1000;

bool dotted(std::string_view date) {
    const std::size_t at = date.find_first_not_of("0123456789 ");
    return at != std::string_view::npos && date[at] == '.';
}

bool zero(const std::optional<base::Decimal>& amount) { return !amount || amount->units() == 0; }

// A currency that the amount's own heading names: "Amount (EUR)".
std::string currency_in(std::string_view header) {
    std::string word;
    for (const char c : std::string(header) + " ") {
        if (c >= 'A' && c <= 'Z') {
            word += c;
            continue;
        }
        if (Currency::find(word)) return word;
        word.clear();
    }
    return {};
}

class Reader {
  public:
    Reader(const csv::Table& table, const StatementChoices& choices)
        : table_(table), choices_(choices) {}

    ReadStatements run() {
        decide_columns();
        const CsvMapping& map = out_.guess.csv;
        const bool amounts = map.amount >= 0 || map.debit >= 0 || map.credit >= 0;
        if (map.date < 0 || !amounts || map.first_row >= table_.rows.size()) {
            const csv::Row* first = table_.rows.empty() ? nullptr : &table_.rows.front();
            return no_statement(
                first == nullptr ? 1 : first->line, first == nullptr ? "" : first->cells.front(),
                "The file has no column of dates, or none of amounts: choose the columns."
            );
        }
        decide_values();
        decide_sign();
        for (std::size_t i = map.first_row; i < table_.rows.size(); ++i) {
            add(table_.rows[i]);
            if (out_.statements.size() > statements_max) return too_many_rows();
        }
        if (out_.statements.empty() && out_.refused.empty()) return nothing();
        note_skipped();
        return std::move(out_);
    }

  private:
    void decide_columns() {
        StatementGuess& guess = out_.guess;
        guess.variant = "CSV";
        CsvGuess found = guess_csv(table_);
        card_ = found.card;
        guess.csv = std::move(found.mapping);
        if (choices_.csv) guess.csv = *choices_.csv;
        guess.csv_sure = choices_.csv || found.sure;
        guess.csv.separator = table_.separator;
        const int column = std::max(guess.csv.amount, guess.csv.debit);
        if (column >= 0 && static_cast<std::size_t>(column) < guess.csv.headers.size())
            currency_ = currency_in(guess.csv.headers[static_cast<std::size_t>(column)]);
    }

    void decide_values() {
        StatementGuess& guess = out_.guess;
        MarkVotes marks;
        DateVotes dates;
        for (std::size_t i = guess.csv.first_row; i < table_.rows.size(); ++i) {
            const csv::Row& row = table_.rows[i];
            for (const int column : {guess.csv.amount, guess.csv.debit, guess.csv.credit})
                marks.add(base::trimmed(cell_of(row, column)));
            const std::string_view date = base::trimmed(cell_of(row, guess.csv.date));
            if (const auto parts = date_parts(date)) dates.add(*parts, dotted(date));
        }
        guess.mark = choices_.mark.value_or(marks.mark());
        guess.mark_sure = choices_.mark || marks.sure();
        guess.order = choices_.order.value_or(dates.order(guess.mark));
        guess.order_sure = choices_.order || dates.sure();
    }

    // A card's statement writes purchases above zero; any other that has no sign at all is open.
    void decide_sign() {
        StatementGuess& guess = out_.guess;
        guess.negated = choices_.negated.value_or(false);
        if (choices_.negated || guess.csv.amount < 0 || guess.csv.direction >= 0) return;
        std::size_t above = 0;
        std::size_t below = 0;
        for (std::size_t i = guess.csv.first_row; i < table_.rows.size(); ++i) {
            const auto amount = number(cell_of(table_.rows[i], guess.csv.amount));
            if (zero(amount)) continue;
            ++(amount->negative() ? below : above);
        }
        guess.negated = card_ && above > below;
        guess.negated_sure = below > 0 && !card_;
    }

    [[nodiscard]] std::optional<base::Decimal> number(std::string_view cell) const {
        return read_amount(cell, out_.guess.mark, true);
    }

    void add(const csv::Row& cells) {
        const CsvMapping& map = out_.guess.csv;
        const std::string_view date_cell = cell_of(cells, map.date);
        std::string amount_cell;
        for (const int column : {map.amount, map.debit, map.credit})
            append_words(amount_cell, base::trimmed(cell_of(cells, column)));
        const auto parts = date_parts(base::trimmed(date_cell));
        if (!parts && amount_cell.empty()) {
            ++skipped_;  // a heading between the rows, or the foot of the file
            return;
        }
        auto date = parts ? date_in_order(*parts, out_.guess.order) : std::nullopt;
        if (!date) {
            out_.refused.push_back(refused_date(cells.line, date_cell));
            return;
        }
        const auto amount = amount_of(cells);
        if (!amount) {
            out_.refused.push_back(refused_amount(cells.line, amount_cell));
            return;
        }
        StatementRow row;
        row.date = std::move(*date);
        row.amount = *amount;
        row.line = cells.line;
        describe(cells, row);
        statement_of(one_line(cell_of(cells, map.account))).rows.push_back(std::move(row));
    }

    [[nodiscard]] std::optional<base::Decimal> amount_of(const csv::Row& cells) const {
        const CsvMapping& map = out_.guess.csv;
        if (map.amount < 0) return debit_or_credit(cells);
        const auto amount = number(cell_of(cells, map.amount));
        if (!amount || map.direction < 0)
            return amount && out_.guess.negated ? negative(*amount) : amount;
        const std::string word = base::folded(base::trimmed(cell_of(cells, map.direction)));
        const bool out = map.debit_words.empty()
                             ? is_debit_word(word)
                             : std::ranges::find(map.debit_words, word) != map.debit_words.end();
        // A word that is neither is no sign: better refused than turned round.
        if (!out && map.debit_words.empty() && !is_credit_word(word)) return std::nullopt;
        return out ? negative(*amount) : amount;
    }

    // Two columns: one of them has the amount, the other is empty or zero.
    [[nodiscard]] std::optional<base::Decimal> debit_or_credit(const csv::Row& cells) const {
        const CsvMapping& map = out_.guess.csv;
        const std::string_view out_cell = base::trimmed(cell_of(cells, map.debit));
        const std::string_view in_cell = base::trimmed(cell_of(cells, map.credit));
        const auto out = number(out_cell);
        const auto in = number(in_cell);
        if ((!out_cell.empty() && !out) || (!in_cell.empty() && !in)) return std::nullopt;
        if (!zero(out) && !zero(in)) return std::nullopt;
        if (!zero(out)) return out->negative() ? out : negative(*out);
        if (in) return in;
        return out;
    }

    void describe(const csv::Row& cells, StatementRow& row) const {
        const CsvMapping& map = out_.guess.csv;
        const auto text = [&](int column) { return one_line(cell_of(cells, column)); };
        for (const int column : map.payee)
            if (row.payee.empty()) row.payee = text(column);
        for (const int column : map.memo) {
            const std::string more = text(column);
            if (more != row.memo) append_words(row.memo, more);
        }
        row.currency = text(map.currency);
        std::ranges::transform(row.currency, row.currency.begin(), [](char c) {
            return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        });
        if (row.currency.empty()) row.currency = currency_;
        row.bank_id = text(map.bank_id);
        row.category = text(map.category);
        row.type = text(map.type);
        row.check_number = text(map.check_number);
        row.counter_account = text(map.counter_account);
        const auto value = date_parts(base::trimmed(cell_of(cells, map.value_date)));
        if (value) row.value_date = date_in_order(*value, out_.guess.order).value_or("");
    }

    Statement& statement_of(const std::string& account) {
        const auto [at, fresh] = accounts_.try_emplace(account, out_.statements.size());
        if (fresh) {
            Statement& statement = out_.statements.emplace_back();
            statement.account = account;
            statement.currency = currency_;
        }
        return out_.statements[at->second];
    }

    [[nodiscard]] ReadStatements nothing() const {
        return no_statement(
            table_.rows.front().line, table_.rows.front().cells.front(), "The file has no rows."
        );
    }

    void note_skipped() {
        if (skipped_ == 0) return;
        out_.notes.push_back(
            {.line = 0,
             .content = "",
             .message = std::to_string(skipped_) +
                        " lines have neither a date nor an amount and are left out."}
        );
    }

    const csv::Table& table_;
    const StatementChoices& choices_;
    Statements out_;
    std::unordered_map<std::string, std::size_t> accounts_;
    std::string currency_;
    bool card_ = false;
    std::size_t skipped_ = 0;
};

}  // namespace

ReadStatements read_csv(std::string_view text, const StatementChoices& choices) {
    const bool chosen =
        choices.csv && std::string_view(",;\t|: ~").contains(choices.csv->separator);
    const char separator = chosen ? choices.csv->separator : csv_separator(text);
    const csv::Limits limits{.rows_max = statement_rows_max, .columns_max = 200};
    const auto table = csv::parse(text, limits, separator);
    if (!table) return no_statement(table.error().line, "", table.error().message);
    return Reader(*table, choices).run();
}

}  // namespace budgetplanner
