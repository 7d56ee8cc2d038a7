// How a statement's file is read, as the API says it: what was guessed, and what the person chose.
//
// {"format", "encoding", "decimal_mark": "point|comma", "date_order": "ymd|dmy|mdy",
//  "spent_is": "negative|positive", "columns": {…CsvMapping: numbers of columns from 0}}. Pure.
#pragma once

#include <expected>
#include <string>

#include "budgetplanner/statement.h"
#include "platform/base/error.h"
#include "platform/base/json.h"

namespace budgetplanner {

// Empty texts count as not chosen, as a form sends them.
[[nodiscard]] std::expected<StatementChoices, base::FieldErrors> choices_of(
    const json::Object& options
);
// What choices_of() reads, laid over what was chosen before; an empty value takes the choice back.
[[nodiscard]] json::Object merged_options(json::Object before, const json::Object& sent);

// With "<option>_sure": false where the file could also be read in another way.
[[nodiscard]] json::Object shown(const StatementGuess& guess);

[[nodiscard]] json::Object json_of(const CsvMapping& mapping);
[[nodiscard]] std::expected<CsvMapping, std::string> mapping_of(const json::Object& columns);
// By what a file of the same kind is known again: its headings and separator.
[[nodiscard]] std::string signature_of(const CsvMapping& mapping);

}  // namespace budgetplanner
