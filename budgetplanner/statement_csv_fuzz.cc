// Any bytes as a statement in this format: no crash, real days, clean texts, a word for every refusal.
#include <cstddef>
#include <cstdint>
#include "budgetplanner/statement.h"
#include "budgetplanner/statement_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    return budgetplanner::fuzz_statement(budgetplanner::StatementFormat::csv, data, size);
}
