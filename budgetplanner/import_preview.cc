// Looking at a file: what it holds, row by row, beside what the ledger has.
#include <algorithm>
#include <iterator>
#include <utility>

#include "budgetplanner/import_options.h"
#include "budgetplanner/imports.h"
#include "budgetplanner/statement_keys.h"
#include "budgetplanner/tables.h"
#include "platform/base/error.h"
#include "platform/base/random.h"
#include "platform/base/text.h"

namespace budgetplanner {
namespace {

constexpr std::size_t file_piece_bytes = std::size_t{192} * 1024;
constexpr std::size_t puts_a_write = 8;
constexpr std::size_t account_bytes_max = 60;
constexpr std::size_t notes_shown_max = 20;

// "a, b" of what could not be read, as one error of the file.
base::Error unreadable(const StatementNotes& notes) {
    std::string message;
    for (std::size_t i = 0; i < std::min<std::size_t>(notes.size(), 3); ++i) {
        if (!message.empty()) message += ' ';
        if (notes[i].line > 0) message += "Line " + std::to_string(notes[i].line) + ": ";
        message += notes[i].message;
    }
    return base::Error::invalid("file", std::move(message));
}

json::Object json_of(const ImportAccount& account) {
    return {
        {"account_id", account.account_id},
        {"name", account.name},
        {"currency", account.currency},
        {"new", account.made},
    };
}

// Statements of one account become one, as their rows are counted together.
struct Joined {
    std::vector<Statement> statements;
    std::vector<ImportAccount> accounts;
};
Joined joined(std::vector<Statement> statements, std::vector<ImportAccount> accounts) {
    Joined all;
    for (std::size_t i = 0; i < statements.size(); ++i) {
        for (auto& row : statements[i].rows)
            if (row.currency.empty()) row.currency = statements[i].currency;
        const auto there =
            std::ranges::find(all.accounts, accounts[i].account_id, &ImportAccount::account_id);
        if (there == all.accounts.end()) {
            all.statements.push_back(std::move(statements[i]));
            all.accounts.push_back(std::move(accounts[i]));
            continue;
        }
        auto& rows = all.statements[static_cast<std::size_t>(there - all.accounts.begin())].rows;
        std::ranges::move(statements[i].rows, std::back_inserter(rows));
    }
    return all;
}

json::Object refused_line(const StatementNote& note, std::size_t row) {
    return {
        {"row", static_cast<std::uint64_t>(row)},
        {"line", static_cast<std::uint64_t>(note.line)},
        {"state", "refused"},
        {"reason", note.message},
        {"text", plain_text(note.content, 200)}
    };
}

ImportAccount new_account(const std::string& user_id, std::string_view name) {
    std::string plain = plain_text(name, account_bytes_max);
    std::ranges::replace_if(plain, [](char c) { return c == '|' || c == '#'; }, '-');
    return {
        .account_id = base::uuid_v5(user_id + "|account|" + base::folded(plain)),
        .name = plain,
        .currency = {},
        .made = true
    };
}

std::optional<ImportAccount> own_account(
    const std::vector<json::Object>& own, std::string_view name_or_id
) {
    const auto name = base::folded(name_or_id);
    for (const auto& one : own)
        if (one.text("account_id") == name_or_id || base::folded(one.text("name")) == name)
            return ImportAccount{
                .account_id = std::string(one.text("account_id")),
                .name = std::string(one.text("name")),
                .currency = std::string(one.text("currency"))
            };
    return std::nullopt;
}

void range_of(const std::vector<Statement>& statements, std::string& from, std::string& until) {
    for (const auto& statement : statements)
        for (const auto& row : statement.rows) {
            if (from.empty() || row.date < from) from = row.date;
            if (row.date > until) until = row.date;
        }
}

std::string number_name(const Statement& statement) {
    return base::uuid_v5("statement account|" + statement.bank + "|" + statement.account);
}

// Which of the file's numbers went to which account: remembered when it is applied.
void set_numbers(
    json::Object& import, const std::vector<ImportAccount>& accounts,
    const std::vector<Statement>& statements
) {
    json::Array numbers;
    for (std::size_t i = 0; i < accounts.size(); ++i)
        if (!statements[i].account.empty())
            numbers.emplace_back(json::Object{
                {"number", number_name(statements[i])}, {"account_id", accounts[i].account_id}
            });
    import.set("numbers", std::move(numbers));
}

json::Array items_of(const std::vector<ImportAccount>& accounts) {
    json::Array items;
    for (const auto& account : accounts) items.emplace_back(json_of(account));
    return items;
}

void set_notes(json::Object& import, const std::vector<StatementNote>& said) {
    json::Array notes;
    for (const auto& note : said)
        if (notes.size() < notes_shown_max)
            notes.emplace_back(json::Object{{"message", note.message}});
    import.set("notes", std::move(notes));
}

}  // namespace

base::Task<std::vector<ImportAccount>> Imports::accounts_of(
    std::string user_id, std::string chosen, const std::vector<Statement>* statements
) {
    const auto own = co_await accounts_.of(user_id);
    std::vector<ImportAccount> accounts;
    for (const auto& statement : *statements) {
        std::optional<ImportAccount> account;
        if (!chosen.empty() && statements->size() == 1) {
            account = own_account(own, chosen);
            if (!account && base::is_uuid(chosen))
                throw base::Error::invalid("account", "There is no such account.");
            accounts.push_back(account ? std::move(*account) : new_account(user_id, chosen));
            continue;
        }
        if (!statement.account.empty()) {
            const auto known =
                co_await remembered("import_account#" + user_id, number_name(statement));
            if (known) account = own_account(own, known->text("account_id"));
        }
        const auto& name =
            statement.account_name.empty() ? statement.account : statement.account_name;
        if (!account && !name.empty()) account = own_account(own, name);
        if (!account && !name.empty()) account = new_account(user_id, name);
        if (!account)
            throw base::Error::invalid("account", "Say which account this statement is of.");
        accounts.push_back(std::move(*account));
    }
    co_return accounts;
}

base::Task<std::vector<json::Object>> Imports::typed_entries(
    std::string user_id, std::string from, std::string until
) {
    std::vector<json::Object> typed;
    if (from.empty()) co_return typed;
    table::Query query;
    query.table = &expenses_table;
    query.index = "user_id-index";
    query.partitions = {user_id};
    query.from = base::add_days(from, -typed_days_max);
    query.until = base::add_days(until, typed_days_max + 1);
    query.limit = table::query_limit_max;
    do {
        const auto page = co_await journal_.store().query(query);
        for (const auto& record : page.records) {
            if (json::peek(record.text, "import_key")) continue;
            auto item = record.item();
            if (item.text("import_key").empty() && kind_of(item) != Kind::transfer)
                typed.push_back(std::move(item));
        }
        query.cursor = page.cursor;
    } while (!query.cursor.empty());
    co_return typed;
}

base::Task<> Imports::store_rows(
    std::string partition, std::vector<json::Object> rows, std::int64_t ttl
) {
    table::Write write;
    for (std::size_t at = 0; at < rows.size(); at += rows_a_piece) {
        json::Array some;
        for (std::size_t i = at; i < std::min(rows.size(), at + rows_a_piece); ++i)
            some.emplace_back(std::move(rows[i]));
        json::Object piece{{"pk", partition}, {"sk", piece_name(at / rows_a_piece)}, {"ttl", ttl}};
        piece.set("rows", std::move(some));
        write.operations.emplace_back(table::Put{&journal::system_table(), std::move(piece), {}});
        if (write.operations.size() < puts_a_write && at + rows_a_piece < rows.size()) continue;
        (void)co_await journal_.store().write(std::exchange(write, {}));
    }
}

base::Task<> Imports::store_file(
    std::string import_id, const std::string* bytes, std::int64_t ttl
) {
    const std::string partition = "import_file#" + import_id;
    for (std::size_t at = 0; at < bytes->size(); at += file_piece_bytes) {
        json::Object piece{
            {"pk", partition}, {"sk", piece_name(at / file_piece_bytes)}, {"ttl", ttl}
        };
        piece.set("data", base::base64(std::string_view(*bytes).substr(at, file_piece_bytes)));
        table::Write write;
        write.operations.emplace_back(table::Put{&journal::system_table(), std::move(piece), {}});
        (void)co_await journal_.store().write(std::move(write));
    }
}

base::Task<std::string> Imports::file_of(std::string import_id) {
    table::Query query;
    query.table = &journal::system_table();
    query.partitions = {"import_file#" + import_id};
    query.limit = puts_a_write;
    std::string bytes;
    do {
        const auto page = co_await journal_.store().query(query);
        for (const auto& record : page.records) {
            std::string piece;
            if (!base::base64_decode(record.item().text("data"), piece))
                throw base::Error::not_found("The file is gone: send it again.");
            bytes += piece;
        }
        query.cursor = page.cursor;
    } while (!query.cursor.empty());
    if (bytes.empty()) throw base::Error::not_found("The file is gone: send it again.");
    co_return bytes;
}

// The same kind of file of the same account is read as it was when it was last applied.
base::Task<std::optional<StatementChoices>> Imports::choices_before(
    std::string user_id, std::string kind_of_file, json::Object asked
) {
    const auto known = co_await remembered("import_columns#" + user_id, std::move(kind_of_file));
    const auto* columns = known ? known->find("options") : nullptr;
    if (columns == nullptr || columns->object() == nullptr) co_return std::nullopt;
    auto choices = choices_of(merged_options(*columns->object(), asked));
    if (!choices) co_return std::nullopt;
    co_return std::move(*choices);
}

base::Task<json::Object> Imports::planned(
    std::string user_id, json::Object import, std::string bytes
) {
    json::Object asked;
    if (const auto* sent = import.find("options"); sent != nullptr && sent->object() != nullptr)
        asked = *sent->object();
    auto choices = choices_of(asked);
    if (!choices) throw base::Error::invalid(std::move(choices.error()));
    auto read_work = [&] { return read_statements(bytes, *choices); };
    auto read = co_await pool_.run(read_work);
    if (!read) throw unreadable(read.error());
    auto accounts =
        co_await accounts_of(user_id, std::string(import.text("account")), &read->statements);
    if (read->guess.format == StatementFormat::csv && !choices->csv && accounts.size() == 1) {
        auto again = co_await choices_before(
            user_id, signature_of(read->guess.csv) + "#" + accounts.front().account_id, asked
        );
        if (again) {
            *choices = std::move(*again);
            auto reread = co_await pool_.run(read_work);
            if (reread && reread->statements.size() == 1) read = std::move(reread);
        }
    }
    set_numbers(import, accounts, read->statements);
    auto all = joined(std::move(read->statements), std::move(accounts));

    const auto home = co_await expenses_.household(user_id);
    std::vector<std::string> keys;
    for (std::size_t i = 0; i < all.statements.size(); ++i)
        std::ranges::move(keys_of(all.accounts[i], all.statements[i]), std::back_inserter(keys));
    const auto imported = co_await imported_among(&journal_.store(), user_id, std::move(keys));
    std::string from;
    std::string until;
    range_of(all.statements, from, until);
    const auto typed = co_await typed_entries(user_id, from, until);
    const auto own_categories = co_await categories_.of(user_id);
    std::vector<std::string> names;
    for (const auto& one : own_categories) names.emplace_back(one.text("name"));
    const auto sorter = co_await sorting_.sorter(user_id);

    ImportCounts counts;
    std::vector<json::Object> rows;
    auto plan = [&] {
        ImportPlanner planner{
            .user_id = user_id,
            .household = &home,
            .imported = &imported,
            .typed = &typed,
            .categories = &names,
            .decide = [&](const json::Object& expense) { return sorter->decide(expense); }
        };
        for (std::size_t i = 0; i < all.statements.size(); ++i)
            std::ranges::move(
                planned_rows(planner, all.accounts[i], all.statements[i], rows.size()),
                std::back_inserter(rows)
            );
        for (const auto& note : read->refused) rows.push_back(refused_line(note, rows.size()));
        for (const auto& row : rows) counts.add(row);
    };
    co_await pool_.run(plan);

    set_notes(import, read->notes);
    import.set("guess", budgetplanner::shown(read->guess)).set("counts", counts.shown());
    import.set("accounts", items_of(all.accounts));
    import.set("from", from).set("until", until);
    import.set(
        "pieces", static_cast<std::uint64_t>((rows.size() + rows_a_piece - 1) / rows_a_piece)
    );
    import.set("plan", base::uuid_v7(journal_.clock().now_ms()));
    co_await store_rows(rows_of(import), std::move(rows), import.integer("ttl"));
    co_return import;
}

}  // namespace budgetplanner
