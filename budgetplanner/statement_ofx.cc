// OFX 1 (SGML), OFX 2 (XML) and QFX by one forgiving scanner: an element's end tag may be missing,
// the whole file may stand on one line, and names of elements may have blanks around them. What it
// means is judged strictly: a row needs a date and an amount.

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "budgetplanner/statement.h"
#include "budgetplanner/statement_read.h"
#include "budgetplanner/statement_tags.h"

namespace budgetplanner {
namespace {

constexpr std::size_t statements_max = 1000;

class Reader {
  public:
    Reader(std::string_view text, const StatementChoices& choices) : tags_(text) {
        out_.guess.order = DateOrder::ymd;
        out_.guess.negated = choices.negated.value_or(false);
        const std::string_view head = text.substr(0, 2048);
        for (const std::string_view key : {"VERSION:", "VERSION=\""}) {
            // OFX 2 has the XML's own version in front, which has a point.
            for (std::size_t at = head.find(key); at != std::string_view::npos;
                 at = head.find(key, at + 1)) {
                const std::string_view value = head.substr(at + key.size(), 3);
                const std::string version = code_in_front(value, 3);
                if (!version.empty() && !version.contains('.'))
                    out_.guess.variant = "OFX " + version;
            }
        }
        if (out_.guess.variant.empty()) out_.guess.variant = "OFX";
    }

    ReadStatements run() {
        while (const auto tag = tags_.next()) {
            if (same_letters(tag->name, "OFX")) any_ = true;
            if (tag->closes)
                end(*tag);
            else
                start(*tag);
            if (rows_ > statement_rows_max || out_.statements.size() > statements_max)
                return too_many_rows();
        }
        finish_row(true);
        note_investments();
        if (out_.statements.empty() && out_.refused.empty()) {
            const std::string_view message =
                any_ ? "The file has no statement of an account." : "This is no OFX file.";
            return no_statement(1, server_message_, message);
        }
        return std::move(out_);
    }

  private:
    enum class Part { none, account, counter_account, row, ledger, available, currency, original };

    // Fields of the row that is being read; dates and amounts stay text until it ends.
    struct Pending {
        StatementRow row;
        std::string name;
        std::string extended_name;
        std::string date;
        std::string amount;
    };

    void start(const StatementTag& tag) {
        const std::string_view name = tag.name;
        if (same_letters(name, "STMTRS") || same_letters(name, "CCSTMTRS") ||
            same_letters(name, "INVSTMTRS"))
            return start_statement(name);
        if (same_letters(name, "STMTTRN")) return start_row(tag.line);
        if (same_letters(name, "INVTRAN")) ++investments_;
        if (start_part(name)) return;
        const std::string value = tag.text();
        if (value.empty()) return;
        if (same_letters(name, "ORG") && bank_.empty()) bank_ = value;
        if (same_letters(name, "MESSAGE")) server_message_ = value;
        if (pending_ && part_ != Part::counter_account && part_ != Part::currency &&
            part_ != Part::original)
            row_field(name, value);
        else
            other_field(tag, value);
    }

    bool start_part(std::string_view name) {
        constexpr std::array<std::pair<std::string_view, Part>, 9> parts = {{
            {"BANKACCTFROM", Part::account},
            {"CCACCTFROM", Part::account},
            {"INVACCTFROM", Part::account},
            {"BANKACCTTO", Part::counter_account},
            {"CCACCTTO", Part::counter_account},
            {"LEDGERBAL", Part::ledger},
            {"AVAILBAL", Part::available},
            {"CURRENCY", Part::currency},
            {"ORIGCURRENCY", Part::original},
        }};
        for (const auto& [element, part] : parts)
            if (same_letters(name, element)) {
                if (part == Part::account || part == Part::ledger || part == Part::available)
                    finish_row(false);
                part_ = part;
                balance_date_.clear();
                balance_amount_.clear();
                return true;
            }
        return false;
    }

    void end(const StatementTag& tag) {
        const std::string_view name = tag.name;
        if (same_letters(name, "STMTTRN") || same_letters(name, "BANKTRANLIST") ||
            same_letters(name, "INVBANKTRAN"))
            return finish_row(false);
        if (same_letters(name, "STMTRS") || same_letters(name, "CCSTMTRS") ||
            same_letters(name, "INVSTMTRS")) {
            finish_row(false);
            part_ = Part::none;
            return;
        }
        if (same_letters(name, "LEDGERBAL") || same_letters(name, "AVAILBAL")) finish_balance(tag);
        constexpr std::array<std::string_view, 9> parts = {
            "BANKACCTFROM", "CCACCTFROM", "INVACCTFROM", "BANKACCTTO",  "CCACCTTO",
            "LEDGERBAL",    "AVAILBAL",   "CURRENCY",    "ORIGCURRENCY"
        };
        if (std::ranges::any_of(parts, [&](auto part) { return same_letters(name, part); }))
            part_ = pending_ ? Part::row : Part::none;
    }

    void start_statement(std::string_view name) {
        finish_row(false);
        Statement statement;
        statement.bank = bank_;
        if (same_letters(name, "CCSTMTRS")) statement.account_type = "CREDITCARD";
        if (same_letters(name, "INVSTMTRS")) statement.account_type = "INVESTMENT";
        out_.statements.push_back(std::move(statement));
        part_ = Part::none;
    }

    void start_row(std::size_t line) {
        finish_row(false);
        pending_.emplace();
        pending_->row.line = line;
        part_ = Part::row;
    }

    void row_field(std::string_view name, const std::string& value) {
        StatementRow& row = pending_->row;
        const std::array<std::pair<std::string_view, std::string*>, 9> fields = {{
            {"DTPOSTED", &pending_->date},
            {"TRNAMT", &pending_->amount},
            {"FITID", &row.bank_id},
            {"NAME", &pending_->name},
            {"MEMO", &row.memo},
            {"TRNTYPE", &row.type},
            {"CHECKNUM", &row.check_number},
            {"EXTDNAME", &pending_->extended_name},
            {"CATEGORY", &row.category},
        }};
        for (const auto& [element, field] : fields)
            if (same_letters(name, element)) {
                *field = value;
                return;
            }
    }

    void other_field(const StatementTag& tag, const std::string& value) {
        const std::string_view name = tag.name;
        if (part_ == Part::currency || part_ == Part::original) {
            // With ORIGCURRENCY the amount was already converted into the account's currency.
            if (pending_ && part_ == Part::currency && same_letters(name, "CURSYM"))
                pending_->row.currency = value;
            return;
        }
        if (part_ == Part::counter_account) {
            if (pending_ && same_letters(name, "ACCTID")) pending_->row.counter_account = value;
            return;
        }
        if (out_.statements.empty()) return;
        Statement& statement = out_.statements.back();
        if (same_letters(name, "CURDEF")) statement.currency = value;
        if (part_ == Part::account) {
            if (same_letters(name, "ACCTID")) statement.account = value;
            if (same_letters(name, "BANKID") && statement.bank.empty()) statement.bank = value;
            if (same_letters(name, "ACCTTYPE")) statement.account_type = value;
        }
        if (part_ == Part::ledger || part_ == Part::available) {
            if (same_letters(name, "BALAMT")) balance_amount_ = value;
            if (same_letters(name, "DTASOF")) balance_date_ = value;
        }
    }

    void finish_balance(const StatementTag& tag) {
        if (out_.statements.empty() || balance_amount_.empty()) return;
        const auto amount = read_plain_amount(without_blanks(balance_amount_));
        const auto date = compact_date(without_blanks(balance_date_));
        if (!amount || !date) {
            add_note(
                out_, {.line = tag.line,
                       .content = excerpt(balance_amount_ + " " + balance_date_),
                       .message = "The balance does not read and is left out."}
            );
            return;
        }
        using Kind = StatementBalance::Kind;
        out_.statements.back().balances.push_back(
            {.kind = same_letters(tag.name, "LEDGERBAL") ? Kind::closing : Kind::available,
             .amount = *amount,
             .date = *date}
        );
    }

    void finish_row(bool at_end) {
        if (!pending_) return;
        Pending pending = std::move(*pending_);
        pending_.reset();
        part_ = Part::none;
        ++rows_;
        StatementRow& row = pending.row;
        auto date = compact_date(without_blanks(pending.date));
        const auto amount = read_plain_amount(without_blanks(pending.amount));
        if (at_end && (!date || !amount)) {
            out_.refused.push_back(
                {.line = row.line,
                 .content = excerpt(pending.name),
                 .message = "The file ends inside this row: download it again."}
            );
            return;
        }
        if (!date) {
            out_.refused.push_back(refused_date(row.line, pending.date));
            return;
        }
        if (!amount) {
            out_.refused.push_back(refused_amount(row.line, pending.amount));
            return;
        }
        row.date = std::move(*date);
        row.amount = out_.guess.negated ? negative(*amount) : *amount;
        row.payee = pending.extended_name.size() > pending.name.size() ? pending.extended_name
                                                                       : pending.name;
        if (out_.statements.empty()) out_.statements.emplace_back();
        Statement& statement = out_.statements.back();
        if (row.currency.empty()) row.currency = statement.currency;
        statement.rows.push_back(std::move(row));
    }

    void note_investments() {
        if (investments_ == 0) return;
        out_.notes.push_back(
            {.line = 0,
             .content = "",
             .message = std::to_string(investments_) +
                        " movements of securities are left out: only cash is read."}
        );
    }

    StatementTags tags_;
    Statements out_;
    std::optional<Pending> pending_;
    Part part_ = Part::none;
    std::string bank_;
    std::string server_message_;
    std::string balance_amount_;
    std::string balance_date_;
    std::size_t rows_ = 0;
    std::size_t investments_ = 0;
    bool any_ = false;
};

}  // namespace

ReadStatements read_ofx(std::string_view text, const StatementChoices& choices) {
    return Reader(text, choices).run();
}

}  // namespace budgetplanner
