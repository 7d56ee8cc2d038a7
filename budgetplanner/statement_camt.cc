// CAMT.052, 053 and 054 (ISO 20022) in all versions: the names that matter have not moved, so one
// reader takes them by the end of their path. Document types and entities are refused outright.

#include "budgetplanner/statement_camt.h"

#include <expat.h>
#include <expat_external.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <initializer_list>
#include <memory>
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

constexpr std::size_t depth_max = 64;
constexpr std::size_t value_bytes_max = 4096;
constexpr std::size_t type_bytes_max = 100;
constexpr std::size_t details_max = 20'000;
constexpr std::size_t statements_max = 1000;

struct Balance {
    std::string kind;
    std::string amount;
    std::string direction;
    std::string date;
};

// What a document's elements say, put together as they end. Knows nothing of XML itself.
class Reader {
  public:
    explicit Reader(bool negated) { out_.guess.negated = negated; }

    void start(std::string_view name, std::string_view currency, std::size_t line) {
        path_.emplace_back(name);
        value_.clear();
        currency_ = currency;
        if (is_statement(name)) {
            out_.statements.emplace_back();
            statement_depth_ = path_.size();
        } else if (name == "Ntry") {
            entry_.emplace();
            entry_->line = line;
        } else if (name == "TxDtls" && entry_ && entry_->details.size() < details_max) {
            entry_->details.emplace_back();
        } else if (name == "Bal") {
            balance_ = Balance{};
        }
    }

    void text(std::string_view more) {
        if (value_.size() + more.size() <= value_bytes_max) value_ += more;
    }

    void end() {
        const std::string value = one_line(value_);
        if (path_.back() == "Ntry") {
            finish_entry();
        } else if (path_.back() == "Bal") {
            finish_balance();
        } else if (!value.empty()) {
            if (entry_)
                inside("TxDtls") && !entry_->details.empty() ? details_field(value)
                                                             : entry_field(value);
            else
                statement_field(value);
        }
        path_.pop_back();
        value_.clear();
    }

    [[nodiscard]] bool too_deep() const { return path_.size() >= depth_max; }
    [[nodiscard]] bool too_long() const {
        return rows_ > statement_rows_max || out_.statements.size() > statements_max;
    }
    [[nodiscard]] bool any() const { return !out_.statements.empty(); }

    Statements take() {
        if (pending_ > 0)
            out_.notes.push_back(
                {.line = first_pending_,
                 .content = "",
                 .message = std::to_string(pending_) +
                            " entries are not booked yet and are left out; they come once they are."
                }
            );
        return std::move(out_);
    }
    Statements& out() { return out_; }

  private:
    static bool is_statement(std::string_view name) {
        return name == "Stmt" || name == "Rpt" || name == "Ntfctn";
    }
    // Whether the path ends so.
    [[nodiscard]] bool at(std::initializer_list<std::string_view> tail) const {
        return path_.size() >= tail.size() &&
               std::equal(
                   tail.begin(), tail.end(), path_.end() - static_cast<std::ptrdiff_t>(tail.size())
               );
    }
    [[nodiscard]] bool inside(std::string_view name) const {
        return std::ranges::find(path_, name) != path_.end();
    }

    void entry_field(const std::string& value) {
        CamtEntry& entry = *entry_;
        if (at({"Ntry", "Amt"})) {
            entry.amount = value;
            entry.currency = currency_;
        }
        if (at({"Ntry", "CdtDbtInd"})) entry.direction = value;
        if (at({"Ntry", "RvslInd"})) entry.reversal = value;
        if (at({"Ntry", "Sts"}) || at({"Ntry", "Sts", "Cd"})) entry.status = value;
        if (at({"BookgDt", "Dt"}) || at({"BookgDt", "DtTm"})) entry.booked = value;
        if (at({"ValDt", "Dt"}) || at({"ValDt", "DtTm"})) entry.valued = value;
        if (at({"Ntry", "AcctSvcrRef"})) entry.bank_id = value;
        if (at({"Ntry", "AddtlNtryInf"})) append_words(entry.additional, value);
        const bool code =
            at({"BkTxCd", "Domn", "Cd"}) || at({"Domn", "Fmly", "Cd"}) || at({"Fmly", "SubFmlyCd"});
        if (code && entry.type.size() + value.size() < type_bytes_max)
            entry.type += (entry.type.empty() ? "" : "/") + value;
        if (at({"BkTxCd", "Prtry", "Cd"}) && entry.type.empty()) entry.type = value;
    }

    void details_field(const std::string& value) {
        CamtDetails& details = entry_->details.back();
        if (at({"TxDtls", "Amt"}) || (at({"TxAmt", "Amt"}) && details.amount.empty())) {
            details.amount = value;
            details.currency = currency_;
        }
        if (at({"TxDtls", "CdtDbtInd"})) details.direction = value;
        if (at({"Refs", "AcctSvcrRef"})) details.bank_id = value;
        if (at({"Refs", "ChqNb"})) details.check_number = value;
        if (at({"RmtInf", "Ustrd"})) append_words(details.unstructured, value);
        if (at({"CdtrRefInf", "Ref"})) append_words(details.reference, value);
        if (at({"TxDtls", "AddtlTxInf"})) append_words(details.additional, value);
        party_field(details.debtor, {"Dbtr", "UltmtDbtr", "DbtrAcct"}, value);
        party_field(details.creditor, {"Cdtr", "UltmtCdtr", "CdtrAcct"}, value);
    }

    void party_field(
        CamtParty& party, const std::array<std::string_view, 3>& names, const std::string& value
    ) const {
        const auto& [direct, ultimate, account] = names;
        if (at({direct, "Nm"}) || at({direct, "Pty", "Nm"})) party.name = value;
        if (at({ultimate, "Nm"}) || at({ultimate, "Pty", "Nm"})) party.ultimate = value;
        if (at({account, "Id", "IBAN"}) || at({account, "Id", "Othr", "Id"})) party.account = value;
    }

    void statement_field(const std::string& value) {
        if (out_.statements.empty()) return;
        Statement& statement = out_.statements.back();
        if (path_.size() > statement_depth_ && path_[statement_depth_] == "Acct") {
            if (at({"Acct", "Id", "IBAN"}) || at({"Acct", "Id", "Othr", "Id"}))
                statement.account = value;
            if (at({"Acct", "Ccy"})) statement.currency = value;
            if (at({"Acct", "Nm"})) statement.account_name = value;
            if (at({"Acct", "Tp", "Cd"})) statement.account_type = value;
            const bool code = at({"FinInstnId", "BIC"}) || at({"FinInstnId", "BICFI"});
            if (at({"FinInstnId", "Nm"}) || (code && statement.bank.empty()))
                statement.bank = value;
            return;
        }
        if (at({"CdOrPrtry", "Cd"})) balance_.kind = value;
        if (at({"Bal", "CdtDbtInd"})) balance_.direction = value;
        if (at({"Bal", "Dt", "Dt"}) || at({"Bal", "Dt", "DtTm"})) balance_.date = value;
        if (at({"Bal", "Amt"})) {
            balance_.amount = value;
            if (statement.currency.empty()) statement.currency = currency_;
        }
    }

    void finish_balance() {
        using Kind = StatementBalance::Kind;
        if (out_.statements.empty() || entry_) return;
        const auto amount = camt_amount(balance_.amount, balance_.direction);
        const auto date = camt_day(balance_.date);
        const std::string& kind = balance_.kind;
        const bool opening = kind == "OPBD" || kind == "PRCD";
        const bool available = kind == "CLAV" || kind == "ITAV";
        if (!amount || !date || (!opening && !available && kind != "CLBD")) return;
        out_.statements.back().balances.push_back(
            {.kind = opening     ? Kind::opening
                     : available ? Kind::available
                                 : Kind::closing,
             .amount = *amount,
             .date = *date}
        );
    }

    void finish_entry() {
        CamtEntry entry = std::move(*entry_);
        entry_.reset();
        rows_ += std::max<std::size_t>(entry.details.size(), 1);
        if (out_.statements.empty() || too_long()) return;
        if (!entry.status.empty() && entry.status != "BOOK") {
            if (pending_++ == 0) first_pending_ = entry.line;
            return;
        }
        auto rows = camt_rows(entry, out_.statements.back().currency);
        if (!rows) {
            out_.refused.push_back(std::move(rows.error()));
            return;
        }
        for (StatementRow& row : *rows) {
            if (out_.guess.negated) row.amount = negative(row.amount);
            out_.statements.back().rows.push_back(std::move(row));
        }
    }

    Statements out_;
    std::vector<std::string> path_;
    std::string value_;
    std::string currency_;
    std::optional<CamtEntry> entry_;
    Balance balance_;
    std::size_t statement_depth_ = 0;
    std::size_t rows_ = 0;
    std::size_t pending_ = 0;
    std::size_t first_pending_ = 0;
};

std::string_view local(std::string_view name) {
    const std::size_t colon = name.rfind(':');
    return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

// Hands expat's events to the reader.
struct Parse {
    XML_Parser parser;
    Reader& reader;
    std::string variant = {};
    std::string_view complaint = {};

    void stop(std::string_view why) {
        complaint = why;
        XML_StopParser(parser, XML_FALSE);
    }

    static void start(void* self, const XML_Char* name, const XML_Char** attributes) {
        auto& parse = *static_cast<Parse*>(self);
        std::string_view currency;
        for (; attributes[0] != nullptr; attributes += 2) {
            const std::string_view value = attributes[1];
            if (std::string_view(attributes[0]) == "Ccy") currency = value;
            const std::size_t at = value.find("camt.05");
            if (parse.variant.empty() && at != std::string_view::npos)
                parse.variant = code_in_front(value.substr(at), 15);
        }
        if (parse.reader.too_deep()) return parse.stop("The file is nested too deeply.");
        parse.reader.start(local(name), currency, XML_GetCurrentLineNumber(parse.parser));
    }
    static void end(void* self, const XML_Char* /*name*/) {
        auto& parse = *static_cast<Parse*>(self);
        parse.reader.end();
        if (parse.reader.too_long()) parse.stop("The file has too many rows: split it by year.");
    }
    static void text(void* self, const XML_Char* characters, int size) {
        static_cast<Parse*>(self)->reader.text({characters, static_cast<std::size_t>(size)});
    }
    static void doctype(
        void* self, const XML_Char* /*name*/, const XML_Char* /*system*/, const XML_Char* /*open*/,
        int /*internal*/
    ) {
        static_cast<Parse*>(self)->stop("The file declares a document type, which no bank does.");
    }
};

}  // namespace

ReadStatements read_camt(std::string_view text, const StatementChoices& choices) {
    Reader reader(choices.negated.value_or(false));
    // The text is UTF-8 by now, whatever its declaration says.
    const std::unique_ptr<XML_ParserStruct, decltype(&XML_ParserFree)> parser(
        XML_ParserCreate("UTF-8"), &XML_ParserFree
    );
    Parse parse{.parser = parser.get(), .reader = reader};
    XML_SetUserData(parser.get(), &parse);
    XML_SetElementHandler(parser.get(), &Parse::start, &Parse::end);
    XML_SetCharacterDataHandler(parser.get(), &Parse::text);
    XML_SetStartDoctypeDeclHandler(parser.get(), &Parse::doctype);
    const std::string_view body = base::trimmed(text);
    const auto status =
        XML_Parse(parser.get(), body.data(), static_cast<int>(body.size()), XML_TRUE);
    const std::size_t line = XML_GetCurrentLineNumber(parser.get());
    if (!parse.complaint.empty()) return no_statement(line, "", parse.complaint);
    if (!reader.any()) return no_statement(line, body, "The file has no statement of an account.");
    if (status != XML_STATUS_OK)
        reader.out().refused.push_back(
            {.line = line, .content = "", .message = "The file breaks off here: download it again."}
        );
    Statements out = reader.take();
    out.guess.variant = parse.variant.empty() ? "CAMT" : parse.variant;
    return out;
}

}  // namespace budgetplanner
