// MT940 and MT942 (SWIFT): fields ":61:" and the like at the start of a line, ":86:" behind each row
// free, in German codes (?20 …), or in words between slashes (/NAME/).

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "budgetplanner/statement.h"
#include "budgetplanner/statement_read.h"
#include "platform/base/clock.h"
#include "platform/base/decimal.h"
#include "platform/base/text.h"

namespace budgetplanner {
namespace {

constexpr std::size_t statements_max = 5000;  // one a day
constexpr std::size_t balances_max = 1000;
constexpr std::size_t wrapped_bytes = 65;  // a line of :86: that is full goes on in the next

bool digit(char c) { return c >= '0' && c <= '9'; }
bool digits(std::string_view text) { return !text.empty() && std::ranges::all_of(text, digit); }

struct Field {
    std::string tag;                      // "61", "60F"
    std::vector<std::string_view> lines;  // without line ends
    std::size_t line = 0;
};

// YYMMDD as YYYY-MM-DD. Banks count thirty days a month: 30 February is its last day.
std::optional<std::string> short_date(std::string_view text) {
    if (text.size() != 6 || !digits(text)) return std::nullopt;
    const std::string century = text[0] >= '7' ? "19" : "20";
    std::string date = century;
    (date += text.substr(0, 2)) += '-';
    (date += text.substr(2, 2)) += '-';
    date += text.substr(4, 2);
    if (base::is_date(date)) return date;
    if (!date.ends_with("-02-30") && !date.ends_with("-02-29")) return std::nullopt;
    const std::string leap = date.substr(0, 8) + "29";
    return base::is_date(leap) ? leap : date.substr(0, 8) + "28";
}

// The day of booking, MMDD, in the year that brings it nearest to the value date.
std::optional<std::string> booked_date(std::string_view month_day, const std::string& near) {
    std::optional<std::string> best;
    const int year =
        (near[0] - '0') * 1000 + (near[1] - '0') * 100 + (near[2] - '0') * 10 + (near[3] - '0');
    for (int each = year - 1; each <= year + 1; ++each) {
        std::string date = std::to_string(each) + "-";
        (date += month_day.substr(0, 2)) += '-';
        date += month_day.substr(2, 2);
        if (!base::is_date(date)) continue;
        if (!best ||
            std::abs(base::days_between(near, date)) < std::abs(base::days_between(near, *best)))
            best = date;
    }
    return best;
}

struct Movement {
    std::string value_date;
    std::string date;
    base::Decimal amount;
    bool expected = false;
    std::string type;
    std::string reference;
    std::string bank_id;
};

enum class Fault { none, date, amount };

// Reads ":61:" from front to back; what it has read is taken off the text.
class MovementReader {
  public:
    explicit MovementReader(std::string_view text) : text_(text) {}

    Fault read(Movement& movement) {
        if (!dates(movement)) return Fault::date;
        if (!amount(movement)) return Fault::amount;
        references(movement);
        return Fault::none;
    }

  private:
    bool dates(Movement& movement) {
        const auto value = short_date(text_.substr(0, 6));
        if (!value) return false;
        movement.value_date = *value;
        movement.date = *value;
        text_.remove_prefix(6);
        if (text_.size() >= 4 && digits(text_.substr(0, 4))) {
            const auto booked = booked_date(text_.substr(0, 4), *value);
            if (!booked) return false;
            movement.date = *booked;
            text_.remove_prefix(4);
        }
        return true;
    }

    // C or D, with R for a reversal or E for what is only expected in front, a letter of the
    // currency behind, and the number. A reversed credit takes money away.
    bool amount(Movement& movement) {
        bool reversed = false;
        if (text_.starts_with('R') || text_.starts_with('E')) {
            (text_.front() == 'R' ? reversed : movement.expected) = true;
            text_.remove_prefix(1);
        }
        if (!text_.starts_with('C') && !text_.starts_with('D')) return false;
        const bool spent = text_.starts_with('D') != reversed;
        text_.remove_prefix(1);
        if (!text_.empty() && text_.front() >= 'A' && text_.front() <= 'Z') text_.remove_prefix(1);
        const std::size_t end = std::min(text_.find_first_not_of("0123456789,."), text_.size());
        const auto number = read_plain_amount(text_.substr(0, end));
        if (!number) return false;
        movement.amount = spent ? negative(*number) : *number;
        text_.remove_prefix(end);
        return true;
    }

    void references(Movement& movement) {
        movement.type = code_in_front(text_, 4);
        // Where no type stands, all of it is the reference.
        const std::string_view rest = text_.substr(movement.type.size());
        const std::size_t slashes = rest.find("//");
        movement.reference = one_line(rest.substr(0, slashes));
        if (slashes != std::string_view::npos)
            movement.bank_id = one_line(rest.substr(slashes + 2));
    }

    std::string_view text_;
};

std::string joined(const Field& field, bool directly) {
    std::string out;
    bool full = true;
    for (const std::string_view line : field.lines) {
        if (!directly && !full) out += ' ';
        out += line;
        full = line.size() >= wrapped_bytes;
    }
    return out;
}

// The reference and purpose words of SEPA inside the purpose; what follows SVWZ+ is the text itself.
std::string purpose_of(std::string_view text) {
    const std::size_t at = text.find("SVWZ+");
    if (at == std::string_view::npos) return one_line(text);
    std::string_view purpose = text.substr(at + 5);
    for (const std::string_view next :
         {"EREF+", "KREF+", "MREF+", "CRED+", "DEBT+", "ABWA+", "ABWE+", "IBAN+", "BIC+"})
        purpose = purpose.substr(0, purpose.find(next));
    return one_line(purpose);
}

// "166?00GUTSCHRIFT?20SVWZ+…?32KARL": a code, and pieces numbered after a mark. False if it is not so.
bool read_codes(std::string_view text, StatementRow& row) {
    const std::size_t code = text.size() > 3 && digits(text.substr(0, 3)) ? 3 : 0;
    if (text.size() < code + 3 || !digits(text.substr(code + 1, 2))) return false;
    const char mark = text[code];
    if (!std::string_view("?>~^<+").contains(mark)) return false;
    std::string purpose;
    std::string name;
    for (std::size_t at = code; at < text.size();) {
        const std::size_t end = std::min(text.find(mark, at + 1), text.size());
        const std::string_view piece = text.substr(at + 1, end - at - 1);
        at = end;
        if (piece.size() < 2 || !digits(piece.substr(0, 2))) {
            purpose += mark;  // the mark was meant as itself
            purpose += piece;
            continue;
        }
        const int number = (piece[0] - '0') * 10 + (piece[1] - '0');
        const std::string_view value = piece.substr(2);
        if (number == 0 && row.type.starts_with('N')) row.type = one_line(value);
        if ((number >= 20 && number <= 29) || (number >= 60 && number <= 63)) purpose += value;
        if (number == 31 || number == 38) row.counter_account = one_line(value);
        if (number == 32 || number == 33) name += value;
    }
    row.payee = one_line(name);
    row.memo = purpose_of(purpose);
    return true;
}

// "/TRTP/…/NAME/JOHN DOE/REMI/Reference/": words between slashes, a value up to the next known one.
bool read_slashes(std::string_view text, StatementRow& row) {
    constexpr std::array<std::string_view, 20> words = {"TRTP", "IBAN", "BIC",  "NAME", "REMI",
                                                        "EREF", "ORDP", "BENM", "ADDR", "ISDT",
                                                        "CSID", "MARF", "PURP", "ULTD", "ULTB",
                                                        "CREF", "IREF", "RTRN", "PREF", "ACCW"};
    if (!text.starts_with('/')) return false;
    std::string_view word;
    bool any = false;
    for (const std::string_view piece : base::split(text.substr(1), '/')) {
        if (std::ranges::find(words, piece) != words.end()) {
            word = piece;
            any = true;
            continue;
        }
        if (word == "NAME") append_words(row.payee, one_line(piece));
        if (word == "REMI") append_words(row.memo, one_line(piece));
        if (word == "IBAN") row.counter_account = one_line(piece);
    }
    if (any && row.memo.empty() && row.payee.empty()) row.memo = one_line(text);
    return any;
}

// ":NS:" of old German exports: lines that begin with two digits.
void read_numbered(const Field& field, StatementRow& row) {
    for (const std::string_view line : field.lines) {
        if (line.size() < 3 || !digits(line.substr(0, 2))) continue;
        const int number = (line[0] - '0') * 10 + (line[1] - '0');
        if (number >= 1 && number <= 14) append_words(row.memo, one_line(line.substr(2)));
        if (number == 15 || number == 16) append_words(row.payee, one_line(line.substr(2)));
    }
}

class Reader {
  public:
    Reader(std::string_view text, const StatementChoices& choices) : text_(text) {
        out_.guess.variant = "MT940";
        out_.guess.mark = DecimalMark::comma;
        out_.guess.negated = choices.negated.value_or(false);
    }

    ReadStatements run() {
        std::size_t number = 0;
        for (std::size_t at = 0; at < text_.size();) {
            const std::size_t end = std::min(text_.find('\n', at), text_.size());
            std::string_view line = text_.substr(at, end - at);
            if (line.ends_with('\r')) line.remove_suffix(1);
            read_line(line, ++number);
            at = end + 1;
            if (rows_ > statement_rows_max || out_.statements.size() > statements_max)
                return too_many_rows();
        }
        finish_field();
        if (out_.statements.empty())
            return no_statement(
                1, text_.substr(0, text_.find('\n')), "The file has no statement of an account."
            );
        if (pending_ > 0)
            out_.notes.push_back(
                {.line = 0,
                 .content = "",
                 .message = std::to_string(pending_) +
                            " movements are only expected and are left out; they come once booked."}
            );
        return std::move(out_);
    }

  private:
    void read_line(std::string_view line, std::size_t number) {
        if (line.starts_with("{")) line = line.substr(std::min(line.find(":20:"), line.size()));
        const std::size_t colon =
            line.starts_with(':') ? line.find(':', 1) : std::string_view::npos;
        const bool tagged = colon != std::string_view::npos && colon >= 3 && colon <= 4 &&
                            std::ranges::all_of(line.substr(1, colon - 1), [](char c) {
                                return digit(c) || (c >= 'A' && c <= 'Z');
                            });
        if (tagged) {
            finish_field();
            field_ = Field{
                .tag = std::string(line.substr(1, colon - 1)),
                .lines = {line.substr(colon + 1)},
                .line = number
            };
            return;
        }
        if (line.starts_with('-') && (line.size() == 1 || line[1] == '}' || line[1] == '\x03'))
            return finish_field();
        if (field_ && field_->lines.size() < 100) field_->lines.push_back(line);
    }

    void finish_field() {
        if (!field_) return;
        const Field field = std::move(*field_);
        field_.reset();
        const std::string_view tag = field.tag;
        if (tag == "20") start_statement();
        if (out_.statements.empty()) return;
        const std::string_view first = field.lines.front();
        if (tag == "25" || tag == "25P") account(first);
        if (tag == "34F" && statement().currency.empty()) {
            statement().currency = code_in_front(first, 3);
            out_.guess.variant = "MT942";
        }
        if (tag.starts_with("60") || tag.starts_with("62") || tag == "64") balance(field);
        if (tag == "61") movement(field);
        if (tag == "86" && row_open_) describe(field);
        if (tag == "NS" && row_open_) read_numbered(field, statement().rows.back());
        // Whatever follows another field does not belong to the row.
        if (tag != "61" && tag != "86" && tag != "NS") row_open_ = false;
    }

    void start_statement() {
        out_.statements.emplace_back();
        row_open_ = false;
    }
    Statement& statement() { return out_.statements.back(); }

    void account(std::string_view value) {
        const std::string text = one_line(value);
        const std::size_t slash = text.find('/');
        // Bank code and number, parted by a slash; an IBAN stands alone.
        if (slash != std::string::npos) statement().bank = text.substr(0, slash);
        statement().account = slash == std::string::npos ? text : text.substr(slash + 1);
    }

    // "C070903EUR766656,49"; some leave out the currency.
    void balance(const Field& field) {
        using Kind = StatementBalance::Kind;
        std::string_view text = base::trimmed(field.lines.front());
        const bool debit = text.starts_with('D');
        if (!debit && !text.starts_with('C')) return;
        const auto date = short_date(text.substr(1, 6));
        text.remove_prefix(std::min<std::size_t>(text.size(), 7));
        if (text.size() > 3 && text[0] >= 'A' && text[0] <= 'Z') {
            statement().currency = code_in_front(text, 3);
            text.remove_prefix(3);
        }
        const auto amount = read_plain_amount(text);
        if (!date || !amount) {
            add_note(
                out_, {.line = field.line,
                       .content = excerpt(field.lines.front()),
                       .message = "The balance does not read and is left out."}
            );
            return;
        }
        const Kind kind = field.tag.starts_with("60")   ? Kind::opening
                          : field.tag.starts_with("62") ? Kind::closing
                                                        : Kind::available;
        if (statement().balances.size() >= balances_max) return;
        statement().balances.push_back(
            {.kind = kind, .amount = debit ? negative(*amount) : *amount, .date = *date}
        );
    }

    void movement(const Field& field) {
        ++rows_;
        row_open_ = false;
        Movement read;
        const std::string_view text = base::trimmed(field.lines.front());
        const Fault fault = MovementReader(text).read(read);
        if (fault != Fault::none) {
            out_.refused.push_back(
                fault == Fault::date ? refused_date(field.line, text)
                                     : refused_amount(field.line, text)
            );
            return;
        }
        if (read.expected) {
            ++pending_;
            return;
        }
        StatementRow row;
        row.date = std::move(read.date);
        row.value_date = std::move(read.value_date);
        row.amount = out_.guess.negated ? negative(read.amount) : read.amount;
        row.currency = statement().currency;
        row.bank_id = std::move(read.bank_id);
        row.type = std::move(read.type);
        if (row.type == "NCHK") row.check_number = read.reference;
        row.line = field.line;
        statement().rows.push_back(std::move(row));
        row_open_ = true;
    }

    void describe(const Field& field) {
        StatementRow& row = statement().rows.back();
        // Codes may be cut in half by the end of a line, so those lines are joined as they are.
        if (read_codes(joined(field, true), row)) return;
        const std::string text = joined(field, false);
        if (!read_slashes(text, row)) append_words(row.memo, one_line(text));
    }

    std::string_view text_;
    Statements out_;
    std::optional<Field> field_;
    bool row_open_ = false;
    std::size_t rows_ = 0;
    std::size_t pending_ = 0;
};

}  // namespace

ReadStatements read_mt940(std::string_view text, const StatementChoices& choices) {
    return Reader(text, choices).run();
}

}  // namespace budgetplanner
