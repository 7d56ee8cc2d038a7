#include "budgetplanner/import_plan.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "budgetplanner/money.h"
#include "budgetplanner/sorting.h"
#include "budgetplanner/statement_keys.h"
#include "platform/base/text.h"

namespace budgetplanner {
namespace {

constexpr std::size_t payee_bytes_max = 200;
constexpr std::size_t description_bytes_max = 500;
constexpr std::string_view opening = "opening";

// The row's amount in its currency; else why it can't be kept.
struct Readable {
    std::optional<Money> amount;
    std::string reason;
};

Readable readable(
    const ImportPlanner& planner, const ImportAccount& account, const Statement& statement,
    const StatementRow& row
) {
    if (row.type == opening)
        return {{}, "This is the account's opening balance, neither spending nor income."};
    std::string code = row.currency;
    if (code.empty()) code = statement.currency;
    if (code.empty()) code = account.currency;
    const auto currency = code.empty() ? planner.household->preferences.home : Currency::find(code);
    if (!currency) return {{}, "\"" + plain_text(code, 20) + "\" is no currency's code."};
    const auto amount = exactly(row.amount, *currency);
    if (!amount)
        return {
            {},
            "The amount " + row.amount.text() + " can't be kept exactly in " +
                std::string(currency->code()) + "."
        };
    if (amount->minor == 0) return {{}, "An amount of nothing is neither spending nor income."};
    return {amount, {}};
}

// The file's own category, where the person has one of that name.
void take_hint(const ImportPlanner& planner, const StatementRow& row, json::Object& expense) {
    if (row.category.empty() || !row.splits.empty()) return;
    if (row.category.front() == '[') {
        expense.set("kind", "transfer");
        return;
    }
    const auto name = base::folded(row.category);
    for (const auto& one : *planner.categories)
        if (base::folded(one) == name) {
            expense.set("category", one).set("category_source", "rule");
            expense.set("category_reason", "The file names this category.");
            expense.erase("suggestions");
            return;
        }
}

// The entry that the row becomes, or why it can't.
std::expected<json::Object, std::string> expense_of(
    const ImportPlanner& planner, const ImportAccount& account, const StatementRow& row,
    const Money& amount
) {
    const bool spent = amount.minor < 0;
    json::Object sent{
        {"kind", spent ? "expense" : "income"},
        {"amount", text(spent ? negated(amount) : amount)},
        {"currency", amount.currency.code()},
        {"date", row.date},
        {"description", plain_text(row.memo, description_bytes_max)},
        {"payee", plain_text(row.payee, payee_bytes_max)},
        {"account", account.name},
    };
    auto item = checked_expense(*planner.household, std::move(sent), {}, table::Mode::create);
    if (!item) {
        std::string reason;
        for (const auto& error : item.error()) {
            if (!reason.empty()) reason += ' ';
            reason += error.message;
        }
        return std::unexpected(std::move(reason));
    }
    if (planner.decide) *item = with_decision(*item, planner.decide(*item));
    take_hint(planner, row, *item);
    return std::move(*item);
}

TypedExpense typed_of(const json::Object& expense) {
    auto amount = amount_of(expense);
    if (kind_of(expense) == Kind::expense) amount = negated(amount);
    return {
        .id = std::string(expense.text("expense_id")),
        .date = std::string(expense.text("date")),
        .amount = amount,
        .account = std::string(expense.text("account")),
    };
}

// Offers each entry typed by hand to the new row that is nearest.
void offer_confirmations(
    const ImportPlanner& planner, const std::vector<BankRow>& bank_rows,
    const std::vector<std::size_t>& places, std::vector<json::Object>& rows
) {
    std::vector<TypedExpense> typed;
    for (const auto& one : *planner.typed) typed.push_back(typed_of(one));
    const auto matches = match_typed(bank_rows, typed);
    for (std::size_t i = 0; i < matches.size(); ++i)
        if (matches[i] >= 0)
            rows[places[i]]
                .set("state", "confirms")
                .set("confirms", typed[static_cast<std::size_t>(matches[i])].id);
}

std::string_view name_of(Verdict verdict) {
    constexpr std::string_view names[] = {"new", "same", "changed"};
    return names[static_cast<std::size_t>(verdict)];
}

void refuse(json::Object& row, std::string reason) {
    row.set("state", "refused").set("reason", std::move(reason));
}

}  // namespace

std::string plain_text(std::string_view text, std::size_t bytes_max) {
    std::string plain(text);
    if (plain.size() > bytes_max) {
        std::size_t end = bytes_max;
        while (end > 0 && (static_cast<unsigned char>(plain[end]) & 0xC0U) == 0x80U) --end;
        plain.resize(end);
    }
    for (char& c : plain)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
    return std::string(base::trimmed(plain));
}

std::vector<std::string> keys_of(const ImportAccount& account, const Statement& statement) {
    std::unordered_map<std::string, std::size_t> seen;
    std::vector<std::string> keys;
    keys.reserve(statement.rows.size());
    for (const auto& row : statement.rows) {
        const auto key = import_key(account.account_id, row.bank_id, row.date, row.amount);
        keys.push_back(numbered_key(key, ++seen[key]));
    }
    return keys;
}

std::vector<json::Object> planned_rows(
    const ImportPlanner& planner, const ImportAccount& account, const Statement& statement,
    std::size_t first
) {
    std::vector<json::Object> rows;
    std::vector<StatementRow> good;
    std::vector<Money> amounts;
    std::vector<std::size_t> places;
    for (const auto& row : statement.rows) {
        auto& planned = rows.emplace_back();
        planned.set("row", static_cast<std::uint64_t>(first + rows.size() - 1));
        planned.set("line", static_cast<std::uint64_t>(row.line));
        auto read = readable(planner, account, statement, row);
        if (!read.amount) {
            refuse(planned, std::move(read.reason));
            planned.set("date", row.date).set("amount", row.amount.text());
            planned.set("text", plain_text(import_text(row), description_bytes_max));
            continue;
        }
        good.push_back(row);
        amounts.push_back(*read.amount);
        places.push_back(rows.size() - 1);
    }
    const auto known = [&](const std::string& key) {
        std::vector<std::string> texts;
        for (std::size_t number = 1;; ++number) {
            const auto there = planner.imported->find(numbered_key(key, number));
            if (there == planner.imported->end()) return texts;
            texts.emplace_back(there->second.text("text"));
        }
    };
    const auto judged = judge(account.account_id, good, known);
    std::vector<BankRow> fresh;
    std::vector<std::size_t> fresh_places;
    for (std::size_t i = 0; i < good.size(); ++i) {
        auto& planned = rows[places[i]];
        const auto key = numbered_key(judged[i].key, judged[i].number);
        // A number before it may be missing where the person left a row out, so the key itself says.
        const auto there = planner.imported->find(key);
        auto verdict = judged[i].verdict;
        if (there == planner.imported->end()) {
            verdict = Verdict::fresh;
        } else if (verdict == Verdict::fresh) {
            verdict = fuller(judged[i].text, there->second.text("text")) ? Verdict::changed
                                                                         : Verdict::same;
        }
        auto expense = expense_of(planner, account, good[i], amounts[i]);
        if (!expense) {
            refuse(planned, std::move(expense.error()));
            planned.set("date", good[i].date).set("amount", good[i].amount.text());
            continue;
        }
        planned.set("state", name_of(verdict)).set("key", key).set("text", judged[i].text);
        planned.set("expense", std::move(*expense));
        if (verdict != Verdict::fresh) continue;
        fresh.push_back({good[i].date, amounts[i], account.name});
        fresh_places.push_back(places[i]);
    }
    offer_confirmations(planner, fresh, fresh_places, rows);
    return rows;
}

std::string_view outcome_of(const json::Object& row) {
    const auto state = row.text("state");
    const auto choice = row.text("choice");
    if (state == "same" || state == "refused") return state;
    if (choice == "skip") return choice;
    if (state == "confirms" && choice == "separate") return "new";
    return state;
}

void ImportCounts::add(const json::Object& row, int sign) {
    const auto outcome = outcome_of(row);
    const auto step = [&](std::size_t& number) { sign > 0 ? ++number : --number; };
    if (outcome == "new") step(fresh);
    if (outcome == "same") step(same);
    if (outcome == "changed") step(changed);
    if (outcome == "confirms") step(confirms);
    if (outcome == "refused") step(refused);
    if (outcome == "skip") step(skipped);
}

json::Object ImportCounts::shown() const {
    const auto number = [](std::size_t value) { return static_cast<std::uint64_t>(value); };
    return {
        {"new", number(fresh)},         {"same", number(same)},       {"changed", number(changed)},
        {"confirms", number(confirms)}, {"refused", number(refused)}, {"skipped", number(skipped)},
        {"ready", number(ready())},     {"total", number(total())},
    };
}

ImportCounts ImportCounts::of(const json::Object& shown) {
    const auto number = [&](std::string_view name) {
        return static_cast<std::size_t>(shown.integer(name));
    };
    return {
        .fresh = number("new"),
        .same = number("same"),
        .changed = number("changed"),
        .confirms = number("confirms"),
        .refused = number("refused"),
        .skipped = number("skipped"),
    };
}

}  // namespace budgetplanner
