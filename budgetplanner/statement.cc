#include "budgetplanner/statement.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <expected>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "budgetplanner/statement_read.h"
#include "platform/base/text.h"

namespace budgetplanner {
namespace {

constexpr std::size_t sniffed_bytes = 16 * 1024;
constexpr std::size_t excerpt_bytes = 80;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

bool blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

std::string lowered(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), lower);
    return out;
}

bool has_line(std::string_view head, std::string_view start) {
    return head.starts_with(start) || head.contains("\n" + std::string(start)) ||
           head.contains("\r" + std::string(start));
}

// At most so many bytes from the front, without half a character at the end.
std::string_view whole_characters(std::string_view text, std::size_t bytes_max) {
    if (text.size() <= bytes_max) return text;
    std::size_t end = bytes_max;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    return text.substr(0, end);
}

struct Foreign {
    std::string_view start;
    std::string_view name;
};
constexpr std::array<Foreign, 5> foreign = {{
    {"%PDF", "a PDF document"},
    {"PK\x03\x04", "a spreadsheet or an archive"},
    {"\xD0\xCF\x11\xE0", "an old spreadsheet"},
    {"\x1F\x8B", "a compressed file"},
    {"<!DOCTYPE", "a web page"},
}};

std::optional<std::string> foreign_message(std::string_view bytes) {
    for (const Foreign& each : foreign)
        if (bytes.starts_with(each.start))
            return "This is " + std::string(each.name) +
                   ": download the statement as OFX, CAMT, MT940, QIF or CSV instead.";
    return std::nullopt;
}

std::optional<StatementFormat> format_of(std::string_view text) {
    const std::string head = lowered(text.substr(0, sniffed_bytes));
    if (head.contains("ofxheader") || head.contains("<ofx")) return StatementFormat::ofx;
    if (head.contains("camt.05") || head.contains("bktocstmr")) return StatementFormat::camt;
    const std::size_t first = head.find_first_not_of(" \t\r\n");
    // Any other mark-up is nothing that has columns.
    if (first == std::string::npos || head[first] == '<') return std::nullopt;
    if (has_line(head, "!type:") || has_line(head, "!account") || has_line(head, "!option:"))
        return StatementFormat::qif;
    const bool tags =
        has_line(head, ":20:") || head.contains("{4:\n:20:") || head.contains("{4:\r\n:20:");
    if (tags && (has_line(head, ":25") || has_line(head, ":60") || has_line(head, ":61:")))
        return StatementFormat::mt940;
    if (has_line(head, "^") && (has_line(head, "d") || has_line(head, "t")) &&
        !head.contains("\n^,"))
        return StatementFormat::qif;
    return StatementFormat::csv;
}

ReadStatements read_as(
    StatementFormat format, std::string_view text, const StatementChoices& choices
) {
    switch (format) {
        case StatementFormat::ofx:
            return read_ofx(text, choices);
        case StatementFormat::qif:
            return read_qif(text, choices);
        case StatementFormat::camt:
            return read_camt(text, choices);
        case StatementFormat::mt940:
            return read_mt940(text, choices);
        case StatementFormat::csv:
            return read_csv(text, choices);
    }
    return no_statement(0, "", "The format is unknown.");
}

// One statement an account: MT940 files have one a day, some OFX files several.
void merge_accounts(Statements& read) {
    std::map<std::array<std::string, 4>, std::size_t> places;
    std::vector<Statement> merged;
    for (Statement& each : read.statements) {
        const auto [at, fresh] = places.try_emplace(
            {each.account, each.account_name, each.account_type, each.currency}, merged.size()
        );
        if (fresh) {
            merged.push_back(std::move(each));
            continue;
        }
        Statement& into = merged[at->second];
        std::ranges::move(each.rows, std::back_inserter(into.rows));
        std::ranges::move(each.balances, std::back_inserter(into.balances));
    }
    read.statements = std::move(merged);
}

}  // namespace

std::string_view name_of(StatementFormat format) {
    constexpr std::array<std::string_view, 5> names = {"ofx", "qif", "camt", "mt940", "csv"};
    return names[static_cast<std::size_t>(format)];
}
std::string_view name_of(DateOrder order) {
    constexpr std::array<std::string_view, 3> names = {"ymd", "dmy", "mdy"};
    return names[static_cast<std::size_t>(order)];
}
std::string_view name_of(DecimalMark mark) {
    return mark == DecimalMark::point ? "point" : "comma";
}

std::expected<Statements, StatementNotes> read_statements(
    std::string_view bytes, const StatementChoices& choices
) {
    if (bytes.size() > statement_bytes_max)
        return no_statement(0, "", "The file is too large: split it by year.");
    if (const auto message = foreign_message(bytes)) return no_statement(0, "", *message);
    const bool chosen = choices.encoding.has_value();
    const StatementText read = decoded(
        bytes, chosen ? std::string_view(*choices.encoding) : declared_encoding(bytes), chosen
    );
    if (base::trimmed(read.text).empty()) return no_statement(1, "", "The file is empty.");
    const auto format = choices.format ? choices.format : format_of(read.text);
    if (!format)
        return no_statement(
            1, read.text, "This is no statement that can be read: use OFX, CAMT, MT940, QIF or CSV."
        );
    auto statements = read_as(*format, read.text, choices);
    if (statements) {
        merge_accounts(*statements);
        statements->guess.format = *format;
        statements->guess.encoding = read.encoding;
    }
    return statements;
}

std::string excerpt(std::string_view text) {
    std::string out = one_line(whole_characters(text, excerpt_bytes * 2));
    if (out.size() <= excerpt_bytes) return out;
    return std::string(whole_characters(out, excerpt_bytes)) + "…";
}

std::string one_line(std::string_view text) {
    std::string out;
    out.reserve(std::min(text.size(), statement_text_bytes_max));
    bool gap = false;
    for (const char c : text) {
        if (static_cast<unsigned char>(c) <= ' ' || c == '\x7F') {
            gap = !out.empty();
            continue;
        }
        // A character is never cut in half: the limit waits for its end.
        const bool inside = (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
        if (out.size() >= statement_text_bytes_max && !inside) break;
        if (gap) out += ' ';
        gap = false;
        out += c;
    }
    return out;
}

std::string code_in_front(std::string_view text, std::size_t bytes) {
    const std::string_view front = text.substr(0, bytes);
    const bool code = std::ranges::all_of(front, [](char c) {
        return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z') || c == '.';
    });
    return code ? std::string(front) : std::string();
}

std::string without_blanks(std::string_view text) {
    std::string out(text);
    std::erase_if(out, blank);
    return out;
}

bool same_letters(std::string_view text, std::string_view ascii) {
    return std::ranges::equal(text, ascii, [](char a, char b) { return lower(a) == lower(b); });
}

void append_words(std::string& text, std::string_view more) {
    if (more.empty() || text.size() + 1 >= statement_text_bytes_max) return;
    if (!text.empty()) text += ' ';
    text += whole_characters(more, statement_text_bytes_max - text.size());
}

void add_note(Statements& statements, StatementNote note) {
    constexpr std::size_t notes_max = 1000;
    if (statements.notes.size() < notes_max) statements.notes.push_back(std::move(note));
}

StatementNote refused_amount(std::size_t line, std::string_view content) {
    return {
        .line = line,
        .content = excerpt(content),
        .message = base::trimmed(content).empty() ? "The amount is missing."
                                                  : "The amount is not a number that can be read."
    };
}

StatementNote refused_date(std::size_t line, std::string_view content) {
    return {
        .line = line,
        .content = excerpt(content),
        .message = base::trimmed(content).empty() ? "The date is missing."
                                                  : "The date is not a day of the calendar."
    };
}

std::unexpected<StatementNotes> no_statement(
    std::size_t line, std::string_view content, std::string_view message
) {
    StatementNotes notes;
    notes.push_back({.line = line, .content = excerpt(content), .message = std::string(message)});
    return std::unexpected(std::move(notes));
}

std::unexpected<StatementNotes> too_many_rows() {
    return no_statement(
        0, "",
        "The file has more than " + std::to_string(statement_rows_max) + " rows: split it by year."
    );
}

}  // namespace budgetplanner
