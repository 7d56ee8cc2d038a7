// What the readers of all statement formats share: encodings, amounts, dates, refusals.
//
// Internal to statement*.cc. Texts are UTF-8 from decoded() on. Functions are pure.
#pragma once

#include <array>
#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "budgetplanner/statement.h"

namespace budgetplanner {

using ReadStatements = std::expected<Statements, StatementNotes>;

// One reader a format. The text is UTF-8; the caller fills in the guess's format and encoding.
[[nodiscard]] ReadStatements read_ofx(std::string_view text, const StatementChoices& choices);
[[nodiscard]] ReadStatements read_qif(std::string_view text, const StatementChoices& choices);
[[nodiscard]] ReadStatements read_camt(std::string_view text, const StatementChoices& choices);
[[nodiscard]] ReadStatements read_mt940(std::string_view text, const StatementChoices& choices);
[[nodiscard]] ReadStatements read_csv(std::string_view text, const StatementChoices& choices);

// --- encodings ---
struct StatementText {
    std::string text;
    std::string encoding;
};
// `declared` is what the file or a person says; a file's word is taken only where the bytes allow it.
[[nodiscard]] StatementText decoded(std::string_view bytes, std::string_view declared, bool chosen);
// What an OFX header or an XML declaration says, else nothing. Reads the first few hundred bytes.
[[nodiscard]] std::string declared_encoding(std::string_view bytes);

// --- amounts ---
// `decorated` also takes what CSV files put around a number: "$5.00", "20,00 EUR", "12.00 CR".
[[nodiscard]] std::optional<base::Decimal> read_amount(
    std::string_view text, DecimalMark mark, bool decorated = false
);
// Where one amount alone must tell: the last mark is the decimal one. For formats without thousands.
[[nodiscard]] std::optional<base::Decimal> read_plain_amount(std::string_view text);
[[nodiscard]] base::Decimal negative(const base::Decimal& amount);

// Decides over a whole file which mark is the decimal one.
class MarkVotes {
  public:
    void add(std::string_view amount);
    [[nodiscard]] DecimalMark mark() const;
    [[nodiscard]] bool sure() const;

  private:
    std::array<std::size_t, 2> decimal_{};    // by DecimalMark: surely the decimal mark
    std::array<std::size_t, 2> thousands_{};  // once, three digits behind: either is possible
    std::size_t unmarked_ = 0;
};

// --- dates ---
// The numbers of a date as written, before it is known which is which.
struct DateParts {
    std::array<int, 3> numbers{};
    std::array<int, 3> digits{};  // how many of them were written
    int month = 0;                // 1 to 12 if the month is a word; it then has no number
};
[[nodiscard]] std::optional<DateParts> date_parts(std::string_view text);
// YYYY-MM-DD if it is a day in that order.
[[nodiscard]] std::optional<std::string> date_in_order(const DateParts& parts, DateOrder order);
// YYYYMMDD…, and nothing else.
[[nodiscard]] std::optional<std::string> compact_date(std::string_view text);

// Decides over a whole file in which order days, months and years stand.
class DateVotes {
  public:
    void add(const DateParts& parts, bool dotted);
    [[nodiscard]] DateOrder order(DecimalMark mark) const;
    [[nodiscard]] bool sure() const;

  private:
    std::size_t year_first_ = 0;
    std::size_t day_first_ = 0;    // the first number is above 12
    std::size_t month_first_ = 0;  // the second one is
    std::size_t dotted_ = 0;       // 3.5.2026: nobody writes the month first with dots
    std::size_t open_ = 0;
};

// --- texts ---
[[nodiscard]] std::string excerpt(std::string_view text);   // for a message: one line, short
[[nodiscard]] std::string one_line(std::string_view text);  // blanks folded, bounded
// So many bytes from the front as a code, if they are letters, digits and points; else nothing.
[[nodiscard]] std::string code_in_front(std::string_view text, std::size_t bytes);
[[nodiscard]] std::string without_blanks(std::string_view text);
[[nodiscard]] bool same_letters(
    std::string_view text, std::string_view ascii
);                                                            // whatever the case
void append_words(std::string& text, std::string_view more);  // with a blank between

// As many as somebody may read; what follows is left out.
void add_note(Statements& statements, StatementNote note);
[[nodiscard]] StatementNote refused_amount(std::size_t line, std::string_view content);
[[nodiscard]] StatementNote refused_date(std::size_t line, std::string_view content);
[[nodiscard]] std::unexpected<StatementNotes> no_statement(
    std::size_t line, std::string_view content, std::string_view message
);
[[nodiscard]] std::unexpected<StatementNotes> too_many_rows();

}  // namespace budgetplanner
