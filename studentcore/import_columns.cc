#include "studentcore/import_columns.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "platform/base/clock.h"
#include "platform/base/csv.h"
#include "platform/base/text.h"

namespace studentcore {
namespace {

struct Synonym {
    std::string_view heading;  // folded, words by one blank
    std::string_view field;
};
constexpr std::array synonyms{
    Synonym{"name", "full_name"},
    Synonym{"student", "full_name"},
    Synonym{"code", "student_code"},
    Synonym{"student no", "student_code"},
    Synonym{"student number", "student_code"},
    Synonym{"reg no", "student_code"},
    Synonym{"registration number", "student_code"},
    Synonym{"roll no", "student_code"},
    Synonym{"roll number", "student_code"},
    Synonym{"matriculation number", "student_code"},
    Synonym{"programme", "program"},
    Synonym{"degree", "program"},
    Synonym{"course of study", "program"},
    Synonym{"e mail", "email"},
    Synonym{"mail", "email"},
    Synonym{"course", "course_name"},
    Synonym{"class", "course_name"},
    Synonym{"subject", "course_name"},
    Synonym{"semester", "term"},
    Synonym{"exam", "exam_type"},
    Synonym{"mark", "marks"},
    Synonym{"score", "marks"},
    Synonym{"out of", "max_marks"},
    Synonym{"maximum", "max_marks"},
    Synonym{"max", "max_marks"},
    Synonym{"day", "date"},
    Synonym{"user name", "username"},
    Synonym{"login", "username"},
    Synonym{"password hash", "password_hash"},
};

// "Reg. No." and "reg_no" are the same heading.
std::string plain(std::string_view heading) {
    std::string text;
    for (const char c : base::folded(heading)) {
        const bool keeps = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                           (static_cast<unsigned char>(c) & 0x80U) != 0;
        if (keeps)
            text.push_back(c);
        else if (!text.empty() && text.back() != ' ')
            text.push_back(' ');
    }
    while (!text.empty() && text.back() == ' ') text.pop_back();
    return text;
}

struct Parts {
    int first = 0;
    int second = 0;
    int year = 0;
    bool good = false;
};

// "3/9/2026", "03.09.26", "3-9-2026".
Parts parts_of(std::string_view cell) {
    Parts parts;
    char a = 0;
    char b = 0;
    char rest = 0;
    const std::string text(base::trimmed(cell));
    if (text.size() > 10 ||
        std::sscanf(
            text.c_str(), "%2d%c%2d%c%4d%c", &parts.first, &a, &parts.second, &b, &parts.year, &rest
        ) != 5)
        return parts;
    if (parts.year < 100) parts.year += 2000;
    parts.good = a == b && (a == '/' || a == '.' || a == '-');
    return parts;
}

// A cell that was written with ' in front, so that no spreadsheet runs it, is read without.
std::string_view unneutral(std::string_view cell) {
    const bool guarded = cell.starts_with('\'') && csv::runs_in_a_spreadsheet(cell.substr(1));
    return guarded ? cell.substr(1) : cell;
}

bool is_date_field(const table::Schema& table, std::string_view field) {
    const auto* known = table.field(field);
    return known != nullptr && known->type == table::Type::date;
}

}  // namespace

std::string field_of_heading(const table::Schema& table, std::string_view heading) {
    const std::string words = plain(heading);
    std::string name = words;
    std::ranges::replace(name, ' ', '_');
    if (table.field(name) != nullptr) return name;
    for (const auto& synonym : synonyms)
        if (synonym.heading == words &&
            // "name" means another thing for a course.
            (table.field(synonym.field) != nullptr || synonym.field == "student_code" ||
             synonym.field == "course_name"))
            return std::string(synonym.field);
    if (words == "name" && table.field("course_name") != nullptr) return "course_name";
    return name;
}

std::string_view words_of(DateOrder order) {
    switch (order) {
        case DateOrder::iso:
            return "year-month-day";
        case DateOrder::day_first:
            return "day/month/year";
        case DateOrder::month_first:
            return "month/day/year";
    }
    return "";
}

DateGuess guess_dates(const std::vector<std::string_view>& cells) {
    bool day_first = true;
    bool month_first = true;
    bool any = false;
    for (const auto cell : cells) {
        if (base::trimmed(cell).empty() || base::is_date(base::trimmed(cell))) continue;
        any = true;
        day_first = day_first && !read_date(cell, DateOrder::day_first).empty();
        month_first = month_first && !read_date(cell, DateOrder::month_first).empty();
    }
    if (!any) return {};
    if (month_first && !day_first) return {DateOrder::month_first, false};
    return {DateOrder::day_first, month_first};
}

std::string read_date(std::string_view cell, DateOrder order) {
    const std::string_view text = base::trimmed(cell);
    if (base::is_date(text)) return std::string(text);
    const Parts parts = parts_of(text);
    if (!parts.good || order == DateOrder::iso) return {};
    const int day = order == DateOrder::day_first ? parts.first : parts.second;
    const int month = order == DateOrder::day_first ? parts.second : parts.first;
    char date[32];
    std::snprintf(date, sizeof date, "%04d-%02d-%02d", parts.year, month, day);
    return base::is_date(date) ? date : "";
}

std::string_view Sheet::Row::text(std::string_view field) const {
    for (const auto& [name, text] : texts)
        if (name == field) return text;
    return {};
}

namespace {

// The columns that the first line names; says which field is named twice.
std::expected<void, std::string> read_columns(
    Sheet& sheet, const table::Schema& table, const csv::Row& headings
) {
    for (const auto heading : headings.cells) {
        const std::string field = field_of_heading(table, heading);
        const bool twice =
            !field.empty() && std::ranges::any_of(sheet.columns, [&](const auto& one) {
                return one.second == field;
            });
        if (twice) return std::unexpected("Two columns mean " + field + ". Keep one of them.");
        sheet.columns.emplace_back(std::string(heading), field);
    }
    return {};
}

// In what order each column of dates writes them.
std::vector<DateGuess> read_date_orders(
    Sheet& sheet, const table::Schema& table, const csv::Table& parsed
) {
    std::vector<DateGuess> dates(sheet.columns.size());
    for (std::size_t column = 0; column < sheet.columns.size(); ++column) {
        if (!is_date_field(table, sheet.columns[column].second)) continue;
        std::vector<std::string_view> cells;
        for (std::size_t i = 1; i < parsed.rows.size(); ++i)
            if (column < parsed.rows[i].cells.size()) cells.push_back(parsed.rows[i].cells[column]);
        dates[column] = guess_dates(cells);
        sheet.date_order = words_of(dates[column].order);
        if (dates[column].assumed)
            sheet.date_order += " (assumed: every date could be read both ways)";
    }
    return dates;
}

Sheet::Row read_row(
    const Sheet& sheet, const table::Schema& table, const std::vector<DateGuess>& dates,
    const csv::Row& parsed
) {
    Sheet::Row row{.line = parsed.line, .texts = {}, .problem = {}};
    if (parsed.cells.size() > sheet.columns.size())
        row.problem = "This row has more cells than the first line has headings.";
    const std::size_t columns = std::min(parsed.cells.size(), sheet.columns.size());
    for (std::size_t column = 0; column < columns; ++column) {
        const std::string& field = sheet.columns[column].second;
        if (field.empty()) continue;
        std::string text(unneutral(parsed.cells[column]));
        if (is_date_field(table, field))
            if (std::string date = read_date(text, dates[column].order); !date.empty())
                text = std::move(date);
        row.texts.emplace_back(field, std::move(text));
    }
    return row;
}

}  // namespace

std::expected<Sheet, std::string> read_sheet(const table::Schema& table, std::string_view bytes) {
    Sheet sheet;
    const base::Decoded decoded = base::decode(bytes);
    sheet.encoding = decoded.encoding;
    const auto parsed = csv::parse(decoded.text, {.rows_max = 500'000});
    if (!parsed) return std::unexpected(parsed.error().message);
    sheet.separator = parsed->separator;
    if (parsed->rows.empty()) return std::unexpected("The file is empty.");
    auto columns = read_columns(sheet, table, parsed->rows.front());
    if (!columns) return std::unexpected(std::move(columns.error()));
    const std::vector<DateGuess> dates = read_date_orders(sheet, table, *parsed);
    sheet.rows.reserve(parsed->rows.size() - 1);
    for (std::size_t i = 1; i < parsed->rows.size(); ++i)
        sheet.rows.push_back(read_row(sheet, table, dates, parsed->rows[i]));
    return sheet;
}

}  // namespace studentcore
