// What holds for any bytes that a statement reader is given. For statement_*_fuzz.cc.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "budgetplanner/statement.h"
#include "platform/base/clock.h"
#include "platform/base/text.h"

namespace budgetplanner {

inline void fuzz_expect(bool held) {
    if (!held) std::abort();
}

inline void fuzz_text(std::string_view text) {
    fuzz_expect(base::is_utf8(text));
    // A field ends behind the character that reaches the limit.
    fuzz_expect(text.size() <= statement_text_bytes_max + 4);
    for (const char c : text) fuzz_expect(static_cast<unsigned char>(c) >= ' ');
}

inline void fuzz_note(const StatementNote& note) {
    fuzz_expect(!note.message.empty());
    fuzz_text(note.message);
    fuzz_text(note.content);
}

inline int fuzz_statement(StatementFormat format, const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto read = read_statements(bytes, {.format = format});
    if (!read) {
        fuzz_expect(!read.error().empty());
        for (const auto& note : read.error()) fuzz_note(note);
        return 0;
    }
    fuzz_text(read->guess.variant);
    for (const auto& header : read->guess.csv.headers) fuzz_text(header);
    for (const auto& note : read->refused) fuzz_note(note);
    for (const auto& note : read->notes) fuzz_note(note);
    for (const auto& statement : read->statements) {
        for (const std::string_view text :
             {statement.account, statement.account_name, statement.bank, statement.currency})
            fuzz_text(text);
        fuzz_text(statement.account_type);
        for (const auto& row : statement.rows) {
            fuzz_expect(base::is_date(row.date));
            fuzz_expect(row.value_date.empty() || base::is_date(row.value_date));
            fuzz_expect(row.amount.scale() >= 0 && row.amount.scale() <= 18);
            fuzz_expect(row.line > 0);
            for (const std::string_view text :
                 {row.payee, row.memo, row.bank_id, row.type, row.check_number, row.category,
                  row.counter_account, row.currency})
                fuzz_text(text);
            for (const auto& split : row.splits) {
                fuzz_text(split.category);
                fuzz_text(split.memo);
            }
        }
    }
    return 0;
}

}  // namespace budgetplanner
