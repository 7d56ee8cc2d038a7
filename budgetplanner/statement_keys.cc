#include "budgetplanner/statement_keys.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "budgetplanner/money.h"
#include "budgetplanner/statement.h"
#include "platform/base/clock.h"
#include "platform/base/decimal.h"
#include "platform/base/random.h"

namespace budgetplanner {

std::string import_key(
    std::string_view account, std::string_view bank_id, std::string_view date,
    const base::Decimal& amount
) {
    // Lengths in front, so that no text of a bank can pass for two others.
    std::string name = "statement row|";
    for (const std::string_view part : {account, bank_id, date})
        ((name += std::to_string(part.size())) += ':') += part;
    name += amount.units() == 0 ? "0" : amount.plain();
    return base::uuid_v5(name);
}

std::string numbered_key(std::string_view key, std::size_t number) {
    return std::string(key) + "#" + std::to_string(number);
}

std::string import_text(const StatementRow& row) {
    if (row.payee.empty() || row.memo.empty()) return row.payee + row.memo;
    return row.payee + " | " + row.memo;
}

bool fuller(std::string_view text, std::string_view than) {
    return text.size() != than.size() ? text.size() > than.size() : text > than;
}

std::vector<JudgedRow> judge(
    std::string_view account, std::span<const StatementRow> rows, const KnownTexts& known
) {
    std::vector<JudgedRow> judged;
    judged.reserve(rows.size());
    std::unordered_map<std::string, std::vector<std::size_t>> groups;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const StatementRow& row = rows[i];
        JudgedRow& each = judged.emplace_back();
        each.key = import_key(account, row.bank_id, row.date, row.amount);
        each.text = import_text(row);
        groups[each.key].push_back(i);
    }
    for (auto& [key, group] : groups) {
        std::ranges::sort(group, [&](std::size_t a, std::size_t b) {
            if (judged[a].text != judged[b].text) return fuller(judged[a].text, judged[b].text);
            return a < b;
        });
        const std::vector<std::string> texts = known(key);
        for (std::size_t i = 0; i < group.size(); ++i) {
            JudgedRow& each = judged[group[i]];
            each.number = i + 1;
            if (i < texts.size())
                each.verdict = fuller(each.text, texts[i]) ? Verdict::changed : Verdict::same;
        }
    }
    return judged;
}

std::vector<int> match_typed(
    std::span<const BankRow> rows, std::span<const TypedExpense> expenses
) {
    std::map<std::pair<Currency, std::int64_t>, std::vector<std::size_t>> by_amount;
    for (std::size_t i = 0; i < expenses.size(); ++i)
        by_amount[{expenses[i].amount.currency, expenses[i].amount.minor}].push_back(i);

    std::vector<std::tuple<int, std::size_t, std::size_t>> pairs;  // days apart, row, expense
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto found = by_amount.find({rows[i].amount.currency, rows[i].amount.minor});
        if (found == by_amount.end()) continue;
        for (const std::size_t each : found->second) {
            const TypedExpense& expense = expenses[each];
            const bool other_account = !expense.account.empty() && !rows[i].account.empty() &&
                                       expense.account != rows[i].account;
            const int days = std::abs(base::days_between(rows[i].date, expense.date));
            if (!other_account && days <= typed_days_max) pairs.emplace_back(days, i, each);
        }
    }
    std::ranges::sort(pairs);
    std::vector<int> matches(rows.size(), -1);
    std::vector<bool> taken(expenses.size(), false);
    for (const auto& [days, row, expense] : pairs) {
        if (matches[row] >= 0 || taken[expense]) continue;
        matches[row] = static_cast<int>(expense);
        taken[expense] = true;
    }
    return matches;
}

}  // namespace budgetplanner
