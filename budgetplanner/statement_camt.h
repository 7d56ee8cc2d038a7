// An entry of a CAMT statement, as its elements say it, and the rows that it means.
//
// Internal to statement_camt*.cc. Pure.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "budgetplanner/statement.h"
#include "platform/base/decimal.h"

namespace budgetplanner {

struct CamtParty {
    std::string name;
    std::string ultimate;
    std::string account;
};

// One payment of the entry; of a batch there are several.
struct CamtDetails {
    std::string amount;
    std::string currency;
    std::string direction;
    std::string bank_id;
    std::string check_number;
    std::string unstructured;
    std::string reference;
    std::string additional;
    CamtParty debtor;
    CamtParty creditor;
};

struct CamtEntry {
    std::size_t line = 0;
    std::string amount;
    std::string currency;
    std::string direction;
    std::string reversal;
    std::string status;
    std::string booked;
    std::string valued;
    std::string bank_id;
    std::string additional;
    std::string type;
    std::vector<CamtDetails> details;
};

// The day of a date or an instant, as written.
[[nodiscard]] std::optional<std::string> camt_day(std::string_view text);
// Signed by its mark; a number that has a sign of its own says two things at once.
[[nodiscard]] std::optional<base::Decimal> camt_amount(
    std::string_view text, std::string_view direction
);
// One row; of a batch, one a part, if the parts have amounts that make up the whole.
[[nodiscard]] std::expected<std::vector<StatementRow>, StatementNote> camt_rows(
    const CamtEntry& entry, const std::string& account_currency
);

}  // namespace budgetplanner
