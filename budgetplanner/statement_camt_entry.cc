#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "budgetplanner/statement.h"
#include "budgetplanner/statement_camt.h"
#include "budgetplanner/statement_read.h"
#include "platform/base/clock.h"
#include "platform/base/decimal.h"

namespace budgetplanner {
namespace {

bool is_direction(std::string_view text) { return text == "CRDT" || text == "DBIT"; }

// The signed amounts of a batch's parts; none unless all have one and they make up the whole.
std::vector<base::Decimal> parts_of(const CamtEntry& entry, const StatementRow& row) {
    std::vector<base::Decimal> parts;
    if (entry.details.size() < 2) return parts;
    std::optional<base::Decimal> sum = base::Decimal(0, 0);
    for (const CamtDetails& details : entry.details) {
        const auto amount = camt_amount(
            details.amount, details.direction.empty() ? entry.direction : details.direction
        );
        const bool foreign = !details.currency.empty() && details.currency != row.currency;
        if (!amount || foreign) return {};
        parts.push_back(*amount);
        sum = sum->plus(*amount);
        if (!sum) return {};
    }
    if (*sum != row.amount) parts.clear();
    return parts;
}

void describe(StatementRow& row, const CamtEntry& entry, const CamtDetails& details) {
    // Of a reversal the parties are those of the payment that is taken back.
    const bool reversal = entry.reversal == "true" || entry.reversal == "1";
    const bool received = (entry.direction == "CRDT") != reversal;
    const CamtParty& other = received ? details.debtor : details.creditor;
    row.payee = other.name.empty() ? other.ultimate : other.name;
    row.counter_account = other.account;
    row.check_number = details.check_number;
    for (const std::string* text :
         {&details.unstructured, &details.reference, &details.additional, &entry.additional})
        if (row.memo.empty()) row.memo = *text;
    if (row.bank_id.empty()) row.bank_id = details.bank_id;
}

}  // namespace

std::optional<std::string> camt_day(std::string_view text) {
    const std::string_view day = text.substr(0, 10);
    if (!base::is_date(day)) return std::nullopt;
    return std::string(day);
}

std::optional<base::Decimal> camt_amount(std::string_view text, std::string_view direction) {
    if (!is_direction(direction)) return std::nullopt;
    if (text.find_first_not_of("0123456789.") != std::string_view::npos) return std::nullopt;
    const auto amount = read_amount(text, DecimalMark::point);
    if (amount && direction == "DBIT") return negative(*amount);
    return amount;
}

std::expected<std::vector<StatementRow>, StatementNote> camt_rows(
    const CamtEntry& entry, const std::string& account_currency
) {
    const std::string& day = entry.booked.empty() ? entry.valued : entry.booked;
    auto date = camt_day(day);
    if (!date) return std::unexpected(refused_date(entry.line, day));
    const auto amount = camt_amount(entry.amount, entry.direction);
    if (!amount) {
        StatementNote note = refused_amount(entry.line, entry.amount);
        if (!is_direction(entry.direction))
            note.message = "The entry says neither credit (CRDT) nor debit (DBIT).";
        return std::unexpected(std::move(note));
    }
    StatementRow row;
    row.date = std::move(*date);
    row.value_date = camt_day(entry.valued).value_or("");
    row.amount = *amount;
    row.currency = entry.currency.empty() ? account_currency : entry.currency;
    row.bank_id = entry.bank_id;
    row.type = entry.type;
    row.line = entry.line;

    std::vector<StatementRow> rows;
    const auto parts = parts_of(entry, row);
    if (parts.empty()) {
        if (entry.details.size() == 1) describe(row, entry, entry.details.front());
        if (row.memo.empty()) row.memo = entry.additional;
        rows.push_back(std::move(row));
        return rows;
    }
    for (std::size_t i = 0; i < parts.size(); ++i) {
        StatementRow part = row;
        part.amount = parts[i];
        describe(part, entry, entry.details[i]);
        if (!entry.details[i].bank_id.empty()) part.bank_id = entry.details[i].bank_id;
        rows.push_back(std::move(part));
    }
    return rows;
}

}  // namespace budgetplanner
