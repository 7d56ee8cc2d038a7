// Sample files of others, with the answers that other programs agree on: the folder that SUITES
// names, or ../shared/suites beside the project. Left out, and it says so, where there is none.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <expected>
#include <filesystem>
#include <fstream>
#include <ios>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "budgetplanner/statement.h"
#include "budgetplanner/statement_csv.h"
#include "budgetplanner/statement_read.h"
#include "platform/base/clock.h"
#include "platform/base/csv.h"
#include "platform/base/decimal.h"
#include "platform/base/json.h"
#include "platform/base/text.h"

namespace budgetplanner {
namespace {

std::filesystem::path folder() {
    const char* given = std::getenv("SUITES");
    return std::filesystem::path(given != nullptr ? given : "../shared/suites") / "imports";
}
bool left_out() {
    if (std::filesystem::exists(folder() / "index.json")) return false;
    std::fprintf(stderr, "*** LEFT OUT: no %s; set SUITES to its folder ***\n", folder().c_str());
    return true;
}

std::string bytes_of(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}
json::Value json_of(const std::filesystem::path& file) {
    return json::parse(bytes_of(file)).value();
}

std::string text_at(const json::Object& object, std::string_view key) {
    return std::string(object.text(key));
}

// Amounts of the suite may have more places than Decimal::parse() takes.
base::Decimal amount_at(const json::Object& object) {
    return read_amount(object.text("amount"), DecimalMark::point).value();
}

struct Expected {
    std::vector<std::string> dates;  // any of them
    base::Decimal amount;
    std::string currency;
    std::string payee;
    std::string bank_id;
};

// The suite's own reader wrote some dates with day and month changed round, which are no days then.
std::string real_date(const std::string& date) {
    if (date.empty() || base::is_date(date)) return date;
    return date.substr(0, 5) + date.substr(8, 2) + "-" + date.substr(5, 2);
}

std::vector<Expected> expected_rows(const json::Object& answer) {
    std::vector<Expected> rows;
    const json::Array& listed = *answer.find("transactions")->array();
    const bool turned = std::ranges::any_of(listed, [](const json::Value& each) {
        const std::string date = text_at(*each.object(), "date");
        return !date.empty() && !base::is_date(date);
    });
    for (const auto& each : listed) {
        const json::Object& row = *each.object();
        if (row.text("amount").empty()) continue;
        Expected expected{
            .dates = {},
            .amount = amount_at(row),
            .currency = text_at(row, "currency"),
            .payee = one_line(text_at(row, "payee")),
            .bank_id = text_at(row, "fitid")
        };
        for (const std::string_view key : {"date", "date_utc", "value_date"}) {
            std::string date = text_at(row, key);
            if (date.empty()) continue;
            // One such date in a file means that all its dates are turned round.
            if (turned) date = date.substr(0, 5) + date.substr(8, 2) + "-" + date.substr(5, 2);
            expected.dates.push_back(real_date(date));
        }
        rows.push_back(std::move(expected));
    }
    return rows;
}

std::vector<StatementRow> all_rows(const Statements& statements) {
    std::vector<StatementRow> rows;
    for (const auto& statement : statements.statements)
        rows.insert(rows.end(), statement.rows.begin(), statement.rows.end());
    return rows;
}

// Payee and memo, the other side's account in front of its name as some answers have it.
std::string text_of(const StatementRow& row) {
    std::string text = row.counter_account + row.payee + " " + row.payee + " " + row.memo;
    return one_line(text);
}

bool fits(const Expected& expected, const StatementRow& row) {
    return row.amount == expected.amount &&
           std::ranges::find(expected.dates, row.date) != expected.dates.end();
}

// What differs, in words; empty if nothing does. The rules are those of the suite's compare.py.
std::vector<std::string> differences(const json::Object& answer, const Statements& read) {
    std::vector<std::string> out;
    std::vector<StatementRow> rows = all_rows(read);
    const auto expected = expected_rows(answer);
    if (rows.size() != expected.size())
        out.push_back(std::to_string(rows.size()) + " rows for " + std::to_string(expected.size()));
    for (const auto& each : expected) {
        auto found = std::ranges::find_if(rows, [&](const StatementRow& row) {
            return fits(each, row) && !each.bank_id.empty() && row.bank_id == each.bank_id;
        });
        if (found == rows.end())
            found = std::ranges::find_if(rows, [&](const StatementRow& row) {
                return fits(each, row) && text_of(row).contains(each.payee);
            });
        if (found == rows.end()) {
            const std::string date = each.dates.empty() ? "" : each.dates.front();
            out.push_back("no row " + date + " " + each.amount.text() + " " + each.payee);
            continue;
        }
        if (!text_of(*found).contains(each.payee))
            out.push_back("payee '" + text_of(*found) + "' for '" + each.payee + "'");
        if (!each.currency.empty() && !found->currency.empty() && each.currency != found->currency)
            out.push_back("currency " + found->currency + " for " + each.currency);
        if (!each.bank_id.empty() && !found->bank_id.empty() && each.bank_id != found->bank_id)
            out.push_back("id " + found->bank_id + " for " + each.bank_id);
        rows.erase(found);
    }
    if (!read.refused.empty())
        out.push_back("refused: " + read.refused.front().message + read.refused.front().content);
    return out;
}

std::vector<std::string> judged(
    const json::Object& answer, const std::expected<Statements, StatementNotes>& read
) {
    const std::string expect = text_at(answer, "expect");
    const bool nothing = !read || all_rows(*read).empty();
    if (expect == "error_or_empty")
        return nothing ? std::vector<std::string>{}
                       : std::vector<std::string>{"rows, none expected"};
    if (expect == "ok_or_error" && nothing) return {};
    if (!read) return {"refused: " + read.error().front().message};
    return differences(answer, *read);
}

std::vector<int> columns_named(
    const csv::Row& header, const json::Object& profile, std::string_view key
) {
    const std::string name = text_at(profile, key);
    for (std::size_t i = 0; i < header.cells.size() && !name.empty(); ++i)
        if (base::trimmed(header.cells[i]) == name) return {static_cast<int>(i)};
    return {};
}

// The mapping that a sample's profile describes by the names of columns.
StatementChoices choices_of(const json::Object& profile, const std::string& text) {
    const auto table = csv::parse(text, {}, csv_separator(text)).value();
    const csv::Row& header = table.rows.front();
    const auto column = [&](std::string_view key) {
        const auto found = columns_named(header, profile, key);
        return found.empty() ? -1 : found.front();
    };
    CsvMapping map{
        .separator = table.separator,
        .first_row = 1,
        .date = column("date"),
        .amount = column("amount"),
        .debit = column("debit"),
        .credit = column("credit"),
        .direction = column("sign"),
        .payee = columns_named(header, profile, "payee"),
        .memo = columns_named(header, profile, "memo"),
        .currency = column("currency"),
        .bank_id = column("fitid"),
    };
    if (const auto* debit_words = profile.find("sign_debit"))
        for (const auto& word : *debit_words->array()) map.debit_words.push_back(*word.string());
    const std::string format = text_at(profile, "date_format");
    StatementChoices choices{.csv = map};
    choices.order = format.starts_with("%Y")   ? DateOrder::ymd
                    : format.starts_with("%d") ? DateOrder::dmy
                                               : DateOrder::mdy;
    choices.negated = profile.truth("negate");
    return choices;
}

TEST(StatementSuite, EverySampleGivesItsExpectedAnswer) {
    if (left_out()) GTEST_SKIP();
    std::map<std::string, std::pair<int, int>> counts;
    const json::Value index = json_of(folder() / "index.json");
    for (const auto& entry : *index.array()) {
        const json::Object& sample = *entry.object();
        const std::string file = text_at(sample, "file");
        const std::string format = text_at(sample, "format");
        const json::Value document = json_of(folder() / (file + ".expected.json"));
        const json::Object& answer = *document.object();
        const std::string bytes = bytes_of(folder() / file);
        StatementChoices choices;
        if (const auto* profile = answer.find("profile"))
            choices = choices_of(*profile->object(), decoded(bytes, "", false).text);
        const auto wrong = judged(answer, read_statements(bytes, choices));
        ++counts[format].second;
        if (wrong.empty()) ++counts[format].first;
        for (const auto& each : wrong) ADD_FAILURE() << file << ": " << each;
    }
    for (const auto& [format, count] : counts)
        std::printf("%s: %d of %d\n", format.c_str(), count.first, count.second);
}

TEST(StatementSuite, MostCsvSamplesNeedNoHelp) {
    if (left_out()) GTEST_SKIP();
    int right = 0;
    int all = 0;
    const json::Value index = json_of(folder() / "index.json");
    for (const auto& entry : *index.array()) {
        const json::Object& sample = *entry.object();
        const std::string file = text_at(sample, "file");
        if (text_at(sample, "format") != "csv") continue;
        const json::Value document = json_of(folder() / (file + ".expected.json"));
        const json::Object& answer = *document.object();
        const auto wrong = judged(answer, read_statements(bytes_of(folder() / file)));
        ++all;
        if (wrong.empty()) ++right;
        for (const auto& each : wrong)
            std::printf("by guess, %s: %s\n", file.c_str(), each.c_str());
    }
    std::printf("csv by guess alone: %d of %d\n", right, all);
    EXPECT_GE(right, 12);
}

// A day and a time as PHP's date() writes them in the format, for the presets of another program.
std::string php_date(std::string_view format) {
    const std::map<char, std::string> letters = {
        {'d', "23"}, {'j', "23"},  {'m', "11"},  {'n', "11"},     {'Y', "2026"},
        {'y', "26"}, {'M', "Nov"}, {'H', "14"},  {'i', "05"},     {'s', "06"},
        {'g', "2"},  {'a', "pm"},  {'v', "123"}, {'P', "+02:00"}, {'#', "/"},
    };
    if (const std::size_t language = format.find(":d"); format.size() > 2 && language == 2)
        format.remove_prefix(3);
    std::string out;
    for (std::size_t i = 0; i < format.size(); ++i) {
        const auto letter = letters.find(format[i]);
        if (format[i] == '\\')
            out += format[++i];
        else
            out += letter == letters.end() ? std::string(1, format[i]) : letter->second;
    }
    return out;
}

// A row as the preset's bank writes it, and the mapping that its roles mean.
struct Preset {
    CsvMapping map;
    std::string row;
};
// The member of the mapping that a role means; none for what is not read, and for lists.
int* column_for(CsvMapping& map, const std::string& role) {
    const std::map<std::string_view, int*> columns = {
        {"amount", &map.amount},
        {"amount_negated", &map.amount},
        {"amount_debit", &map.debit},
        {"amount_credit", &map.credit},
        {"generic-debit-credit", &map.direction},
        {"rabo-debit-credit", &map.direction},
        {"ing-debit-credit", &map.direction},
        {"currency-code", &map.currency},
        {"external-id", &map.bank_id},
        {"internal_reference", &map.bank_id},
        {"opposing-iban", &map.counter_account},
        {"opposing-number", &map.counter_account},
        {"category-name", &map.category},
    };
    if (role == "date_transaction" || (role.starts_with("date_") && map.date < 0)) return &map.date;
    const auto found = columns.find(role);
    return found == columns.end() ? nullptr : found->second;
}

Preset preset_of(const json::Object& document) {
    const std::string_view delimiter = document.text("delimiter");
    Preset preset;
    preset.map.separator = delimiter == "comma" ? ',' : delimiter == "tab" ? '\t' : ';';
    const std::string amount = preset.map.separator == ',' ? "12.34" : "12,34";
    const std::map<std::string_view, std::string> cells = {
        {"amount", amount},         {"amount_negated", amount}, {"amount_debit", amount},
        {"amount_credit", ""},      {"currency-code", "EUR"},   {"generic-debit-credit", "D"},
        {"ing-debit-credit", "Af"}, {"rabo-debit-credit", "D"},
    };
    int column = 0;
    for (const auto& each : *document.find("roles")->array()) {
        const std::string& role = *each.string();
        if (int* place = column_for(preset.map, role)) *place = column;
        if (role == "description" || role == "note") preset.map.memo.push_back(column);
        if (role == "opposing-name") preset.map.payee.push_back(column);
        const auto known = cells.find(role);
        std::string cell = known == cells.end() ? "text" : known->second;
        if (role.starts_with("date_")) cell = php_date(document.text("date"));
        if (column++ > 0) preset.row += preset.map.separator;
        preset.row += '"' + cell + '"';
    }
    return preset;
}

TEST(StatementSuite, EveryPresetOfOtherProgramsIsAMapping) {
    if (left_out()) GTEST_SKIP();
    int read = 0;
    int incomplete = 0;
    for (const auto& file :
         std::filesystem::recursive_directory_iterator(folder() / "csv-presets")) {
        if (file.path().extension() != ".json") continue;
        const json::Value document = json_of(file.path());
        const Preset preset = preset_of(*document.object());
        if (preset.map.date < 0 || (preset.map.amount < 0 && preset.map.debit < 0)) {
            ++incomplete;  // no role for the day, or none for the amount
            continue;
        }
        const auto statements =
            read_statements(preset.row, {.format = StatementFormat::csv, .csv = preset.map});
        ASSERT_TRUE(statements) << file.path() << preset.row;
        const auto rows = all_rows(*statements);
        ASSERT_EQ(rows.size(), 1U) << file.path() << preset.row;
        EXPECT_EQ(rows[0].date, "2026-11-23") << file.path() << preset.row;
        const bool spent = preset.map.amount < 0 || preset.map.direction >= 0;
        EXPECT_EQ(rows[0].amount.text(), spent ? "-12.34" : "12.34") << file.path() << preset.row;
        ++read;
    }
    std::printf("presets: %d read, %d without a day or an amount\n", read, incomplete);
    EXPECT_GT(read, 100);
}

}  // namespace
}  // namespace budgetplanner
