// QIF: lines of one letter and a value, a record up to "^". The order of days and months and the
// decimal mark are nowhere written down: they are decided over the whole file.

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "budgetplanner/statement.h"
#include "budgetplanner/statement_read.h"
#include "platform/base/text.h"

namespace budgetplanner {
namespace {

constexpr std::size_t statements_max = 1000;
constexpr std::size_t splits_max = 1000;

// A split as it stands in the file.
struct RawSplit {
    std::string category;
    std::string memo;
    std::string amount;
};

struct Record {
    StatementRow row;
    std::size_t statement = 0;
    std::string_view date;
    std::string_view amount;
    std::vector<RawSplit> splits;
    bool any = false;
    bool split_opened = false;
};

// Up to the first letter: some banks repeat the payee behind the date. With a month's name, all.
std::string_view date_text(std::string_view value) {
    const std::size_t letters = value.find_first_not_of("0123456789 /.-'#");
    const std::string_view front = value.substr(0, letters);
    return date_parts(front) ? front : value;
}

bool starts_with_letters(std::string_view text, std::string_view start) {
    return text.size() >= start.size() && same_letters(text.substr(0, start.size()), start);
}

class Reader {
  public:
    Reader(std::string_view text, const StatementChoices& choices)
        : text_(text), choices_(choices) {}

    ReadStatements run() {
        std::size_t line = 0;
        for (std::size_t at = 0; at < text_.size();) {
            const std::size_t end = std::min(text_.find_first_of("\r\n", at), text_.size());
            read_line(text_.substr(at, end - at), ++line);
            at = text_.substr(std::min(end, text_.size())).starts_with("\r\n") ? end + 2 : end + 1;
            if (records_.size() > statement_rows_max || out_.statements.size() > statements_max)
                return too_many_rows();
        }
        finish_record();
        decide();
        for (Record& record : records_) add(record);
        note_skipped();
        if (records_.empty() && out_.statements.empty()) {
            auto none = no_statement(
                1, text_.substr(0, text_.find('\n')), "The file has no statement of an account."
            );
            std::ranges::move(out_.notes, std::back_inserter(none.error()));
            return none;
        }
        return std::move(out_);
    }

  private:
    enum class Section { money, account, list, investment, unknown };

    void read_line(std::string_view line, std::size_t number) {
        if (line.starts_with('!')) return read_header(base::trimmed(line.substr(1)));
        if (line.starts_with('^')) return finish_record();
        if (line.empty() || base::trimmed(line).empty()) return;
        if (section_ == Section::account) return account_field(line.front(), line.substr(1));
        if (section_ == Section::investment || section_ == Section::unknown) record_.any = true;
        if (section_ == Section::money) record_field(line.front(), line.substr(1), number);
    }

    void read_header(std::string_view header) {
        finish_record();
        if (starts_with_letters(header, "account")) {
            section_ = Section::account;
            next_account_ = Statement{};
            return;
        }
        if (!starts_with_letters(header, "type:")) return;  // options change nothing here
        const std::string_view type = base::trimmed(header.substr(5));
        section_ = section_of(type);
        if (section_ != Section::money) return;
        Statement statement = std::exchange(next_account_, Statement{});
        if (statement.account_type.empty()) statement.account_type = one_line(type);
        out_.statements.push_back(std::move(statement));
        opened_ = true;
    }

    static Section section_of(std::string_view type) {
        constexpr std::array<std::string_view, 6> money = {"bank",  "cash",  "ccard",
                                                           "oth a", "oth l", "invoice"};
        constexpr std::array<std::string_view, 6> lists = {"cat",      "class",  "memorized",
                                                           "security", "prices", "tag"};
        const auto is = [&](std::string_view name) { return starts_with_letters(type, name); };
        if (std::ranges::any_of(money, is)) return Section::money;
        if (std::ranges::any_of(lists, is)) return Section::list;
        return is("invst") || is("port") ? Section::investment : Section::unknown;
    }

    void account_field(char code, std::string_view value) {
        if (code == 'N') next_account_.account_name = one_line(value);
        if (code == 'T') next_account_.account_type = one_line(value);
        if (code == 'N') next_account_.account = next_account_.account_name;
    }

    void record_field(char code, std::string_view value, std::size_t number) {
        // Text in front of the first section is a comment.
        if (!opened_ && !record_.any && code != 'D' && code != 'T') return;
        if (!record_.any) record_.row.line = number;
        record_.any = true;
        StatementRow& row = record_.row;
        switch (code) {
            case 'D':
                if (!record_.split_opened) record_.date = value;
                break;
            case 'U':
                if (record_.amount.empty()) record_.amount = value;
                break;
            case 'T':
                record_.amount = value;
                break;
            case 'P':
                row.payee = one_line(value);
                break;
            case 'M':
                row.memo = one_line(value);
                break;
            case 'N':
                row.check_number = one_line(value);
                break;
            case 'L':
                row.category = one_line(value);
                break;
            default:
                split_field(code, value);
        }
    }

    void split_field(char code, std::string_view value) {
        if (code == 'S') {
            record_.split_opened = true;
            if (record_.splits.size() < splits_max)
                record_.splits.push_back({.category = one_line(value), .memo = {}, .amount = {}});
        }
        if (record_.splits.empty()) return;
        if (code == 'E') record_.splits.back().memo = one_line(value);
        if (code == '$') record_.splits.back().amount = std::string(value);
    }

    void finish_record() {
        if (section_ == Section::account || !record_.any) {
            record_ = Record{};
            return;
        }
        if (section_ == Section::investment) ++investments_;
        if (section_ == Section::unknown) ++unknown_;
        if (section_ == Section::money) {
            if (out_.statements.empty()) out_.statements.emplace_back();
            record_.statement = out_.statements.size() - 1;
            records_.push_back(std::move(record_));
        }
        record_ = Record{};
    }

    void decide() {
        MarkVotes marks;
        DateVotes dates;
        for (const Record& record : records_) {
            marks.add(base::trimmed(record.amount));
            const std::string_view text = date_text(record.date);
            if (const auto parts = date_parts(text)) dates.add(*parts, text.contains('.'));
        }
        StatementGuess& guess = out_.guess;
        guess.variant = "QIF";
        guess.mark = choices_.mark.value_or(marks.mark());
        guess.mark_sure = choices_.mark || marks.sure();
        guess.order = choices_.order.value_or(dates.order(guess.mark));
        guess.order_sure = choices_.order || dates.sure();
        guess.negated = choices_.negated.value_or(false);
    }

    void add(Record& record) {
        StatementRow& row = record.row;
        const auto parts = date_parts(date_text(record.date));
        auto date = parts ? date_in_order(*parts, out_.guess.order) : std::nullopt;
        if (!date) {
            out_.refused.push_back(refused_date(row.line, record.date));
            return;
        }
        const auto amount = read_amount(record.amount, out_.guess.mark);
        if (!amount) {
            out_.refused.push_back(refused_amount(row.line, record.amount));
            return;
        }
        row.date = std::move(*date);
        row.amount = out_.guess.negated ? negative(*amount) : *amount;
        for (RawSplit& split : record.splits) {
            auto part = read_amount(split.amount, out_.guess.mark);
            if (part && out_.guess.negated) part = negative(*part);
            row.splits.push_back(
                {.category = std::move(split.category),
                 .memo = std::move(split.memo),
                 .amount = part}
            );
        }
        if (row.category == "--Split--") row.category.clear();
        // Quicken's first row of an account; nothing was earned there.
        if (same_letters(row.payee, "opening balance")) row.type = "opening";
        out_.statements[record.statement].rows.push_back(std::move(row));
    }

    void note_skipped() {
        if (investments_ > 0)
            out_.notes.push_back(
                {.line = 0,
                 .content = "",
                 .message = std::to_string(investments_) +
                            " movements of securities are left out: only cash is read."}
            );
        if (unknown_ > 0)
            out_.notes.push_back(
                {.line = 0,
                 .content = "",
                 .message = std::to_string(unknown_) +
                            " records stand in sections of an unknown type and are left out."}
            );
    }

    std::string_view text_;
    const StatementChoices& choices_;
    Statements out_;
    std::vector<Record> records_;
    Record record_;
    Statement next_account_;
    Section section_ = Section::money;
    bool opened_ = false;  // a section's header was seen
    std::size_t investments_ = 0;
    std::size_t unknown_ = 0;
};

}  // namespace

ReadStatements read_qif(std::string_view text, const StatementChoices& choices) {
    return Reader(text, choices).run();
}

}  // namespace budgetplanner
