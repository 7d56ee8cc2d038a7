#include "budgetplanner/import_options.h"

#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "platform/base/random.h"

namespace budgetplanner {
namespace {

constexpr int column_max = 199;
constexpr std::int64_t first_row_max = 1000;
constexpr std::size_t texts_max = 200;
constexpr std::array<std::string_view, 6> option_names{"format",     "encoding", "decimal_mark",
                                                       "date_order", "spent_is", "columns"};
constexpr std::array<std::pair<std::string_view, int CsvMapping::*>, 12> single_columns{{
    {"date", &CsvMapping::date},
    {"value_date", &CsvMapping::value_date},
    {"amount", &CsvMapping::amount},
    {"debit", &CsvMapping::debit},
    {"credit", &CsvMapping::credit},
    {"direction", &CsvMapping::direction},
    {"currency", &CsvMapping::currency},
    {"bank_id", &CsvMapping::bank_id},
    {"category", &CsvMapping::category},
    {"account", &CsvMapping::account},
    {"counter_account", &CsvMapping::counter_account},
    {"check_number", &CsvMapping::check_number},
}};

template <class Value, std::size_t Size>
std::optional<Value> one_of(
    const json::Object& options, std::string_view name, const std::array<Value, Size>& values,
    std::string_view message, base::FieldErrors& errors
) {
    const auto chosen = options.text(name);
    if (chosen.empty()) return std::nullopt;
    for (const Value value : values)
        if (name_of(value) == chosen) return value;
    errors.push_back({std::string(name), std::string(message)});
    return std::nullopt;
}

std::optional<int> column_in(const json::Value& value) {
    if (value.is_null()) return -1;
    if (value.number() == nullptr) return std::nullopt;
    const json::Object holder{{"n", value}};
    const auto number = holder.integer("n", column_max + 1);
    if (number < -1 || number > column_max) return std::nullopt;
    return static_cast<int>(number);
}

bool take_columns(const json::Object& columns, std::string_view name, std::vector<int>& out) {
    const auto* value = columns.find(name);
    if (value == nullptr || value->is_null()) return true;
    if (value->array() == nullptr) {
        const auto column = column_in(*value);
        if (column && *column >= 0) out.push_back(*column);
        return column.has_value();
    }
    for (const auto& one : *value->array()) {
        const auto column = column_in(one);
        if (!column || *column < 0 || out.size() > column_max) return false;
        out.push_back(*column);
    }
    return true;
}

bool take_texts(const json::Object& columns, std::string_view name, std::vector<std::string>& out) {
    const auto* value = columns.find(name);
    if (value == nullptr || value->is_null()) return true;
    if (value->array() == nullptr || value->array()->size() > texts_max) return false;
    for (const auto& one : *value->array()) {
        if (one.string() == nullptr) return false;
        out.push_back(*one.string());
    }
    return true;
}

json::Array numbers(const std::vector<int>& columns) {
    json::Array all;
    for (const int one : columns) all.emplace_back(one);
    return all;
}
json::Array texts(const std::vector<std::string>& words) {
    json::Array all;
    for (const auto& one : words) all.emplace_back(one);
    return all;
}

}  // namespace

json::Object json_of(const CsvMapping& mapping) {
    json::Object columns{
        {"separator", std::string(1, mapping.separator)},
        {"first_row", static_cast<std::uint64_t>(mapping.first_row)},
        {"headers", texts(mapping.headers)}
    };
    for (const auto& [name, member] : single_columns)
        if (mapping.*member >= 0) columns.set(name, mapping.*member);
    if (mapping.type >= 0) columns.set("type", mapping.type);
    columns.set("payee", numbers(mapping.payee)).set("memo", numbers(mapping.memo));
    columns.set("debit_words", texts(mapping.debit_words));
    return columns;
}

std::expected<CsvMapping, std::string> mapping_of(const json::Object& columns) {
    CsvMapping mapping;
    if (const auto separator = columns.text("separator"); !separator.empty()) {
        if (separator.size() != 1) return std::unexpected("The separator is one character.");
        mapping.separator = separator.front();
    }
    const auto first_row = columns.integer("first_row");
    if (first_row < 0 || first_row > first_row_max)
        return std::unexpected("The first row of the data is 0 to 1000.");
    mapping.first_row = static_cast<std::size_t>(first_row);
    const auto take = [&](std::string_view name, int& member) {
        const auto* value = columns.find(name);
        const auto column = value == nullptr ? -1 : column_in(*value);
        if (column) member = *column;
        return column.has_value();
    };
    constexpr std::string_view wrong = "A column is its number, from 0 for the first.";
    for (const auto& [name, member] : single_columns)
        if (!take(name, mapping.*member)) return std::unexpected(std::string(wrong));
    if (!take("type", mapping.type) || !take_columns(columns, "payee", mapping.payee) ||
        !take_columns(columns, "memo", mapping.memo))
        return std::unexpected(std::string(wrong));
    if (!take_texts(columns, "headers", mapping.headers) ||
        !take_texts(columns, "debit_words", mapping.debit_words))
        return std::unexpected("Headings and words are lists of texts.");
    if (mapping.date < 0) return std::unexpected("Say which column is the date.");
    if (mapping.amount < 0 && mapping.debit < 0 && mapping.credit < 0)
        return std::unexpected("Say which column is the amount.");
    return mapping;
}

std::string signature_of(const CsvMapping& mapping) {
    std::string name = "statement columns|" + std::string(1, mapping.separator);
    for (const auto& one : mapping.headers)
        ((name += '|') += std::to_string(one.size())) += ":" + one;
    return base::uuid_v5(name);
}

std::expected<StatementChoices, base::FieldErrors> choices_of(const json::Object& options) {
    using enum StatementFormat;
    StatementChoices choices;
    base::FieldErrors errors;
    choices.format = one_of<StatementFormat, 5>(
        options, "format", {ofx, qif, camt, mt940, csv}, "This is ofx, qif, camt, mt940 or csv.",
        errors
    );
    choices.mark = one_of<DecimalMark, 2>(
        options, "decimal_mark", {DecimalMark::point, DecimalMark::comma},
        "This is point or comma.", errors
    );
    choices.order = one_of<DateOrder, 3>(
        options, "date_order", {DateOrder::ymd, DateOrder::dmy, DateOrder::mdy},
        "This is ymd, dmy or mdy.", errors
    );
    if (const auto encoding = options.text("encoding"); !encoding.empty())
        choices.encoding = encoding;
    const auto spent = options.text("spent_is");
    if (spent == "positive" || spent == "negative")
        choices.negated = spent == "positive";
    else if (!spent.empty())
        errors.push_back({"spent_is", "This is negative or positive."});
    if (const auto* columns = options.find("columns"); columns != nullptr && !columns->is_null()) {
        if (columns->object() == nullptr) {
            errors.push_back({"columns", "This is an object that names columns."});
        } else if (!columns->object()->empty()) {
            auto mapping = mapping_of(*columns->object());
            if (mapping)
                choices.csv = std::move(*mapping);
            else
                errors.push_back({"columns", std::move(mapping.error())});
        }
    }
    if (!errors.empty()) return std::unexpected(std::move(errors));
    return choices;
}

json::Object merged_options(json::Object before, const json::Object& sent) {
    for (const auto name : option_names) {
        const auto* value = sent.find(name);
        if (value == nullptr) continue;
        const bool nothing =
            value->is_null() || (value->string() != nullptr && value->string()->empty());
        if (nothing)
            before.erase(name);
        else
            before.set(name, *value);
    }
    return before;
}

json::Object shown(const StatementGuess& guess) {
    json::Object all{
        {"format", name_of(guess.format)},
        {"variant", guess.variant},
        {"encoding", guess.encoding},
        {"decimal_mark", name_of(guess.mark)},
        {"decimal_mark_sure", guess.mark_sure},
        {"date_order", name_of(guess.order)},
        {"date_order_sure", guess.order_sure},
        {"spent_is", guess.negated ? "positive" : "negative"},
        {"spent_is_sure", guess.negated_sure},
    };
    if (guess.format == StatementFormat::csv)
        all.set("columns", json_of(guess.csv)).set("columns_sure", guess.csv_sure);
    return all;
}

}  // namespace budgetplanner
