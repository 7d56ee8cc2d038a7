#include "budgetplanner/expense_record.h"

#include <optional>
#include <utility>

#include "budgetplanner/tables.h"
#include "platform/base/text.h"

namespace budgetplanner {
namespace {

// JSON numbers are taken by their own text; a form's text may be written as people do.
void numbers_as_texts(json::Object& sent) {
    for (const auto* const name : {"amount", "rate"})
        if (auto* value = sent.find(name); value != nullptr && value->number() != nullptr)
            *value = json::Value(value->number()->text);
}

std::string rate_for(
    const Household& household, const json::Object& item, const json::Object& before
) {
    const std::string_view currency = item.text("currency");
    if (currency == household.preferences.home.code()) return {};
    if (!item.text("rate").empty()) return std::string(item.text("rate"));
    if (before.text("currency") == currency && !before.text("rate").empty())
        return std::string(before.text("rate"));
    const auto known = household.rates.find(currency);
    return known == household.rates.end() ? std::string() : known->second;
}

void set_amounts(
    const Household& household, json::Object& item, const json::Object& before,
    base::FieldErrors& errors
) {
    const Currency& home = household.preferences.home;
    if (item.text("currency").empty()) item.set("currency", home.code());
    const auto currency = Currency::find(item.text("currency"));
    if (!currency) {
        errors.push_back({"currency", "This is a currency's code, such as EUR."});
        return;
    }
    const auto amount = parse_money(item.text("amount"), *currency);
    if (!amount) {
        errors.push_back({"amount", amount.error()});
        return;
    }
    if (amount->minor == 0) {
        errors.push_back({"amount", "An amount of nothing can't be kept."});
        return;
    }
    item.set("amount", json::Number{text(*amount)});
    const std::string rate = rate_for(household, item, before);
    if (*currency == home) {
        item.erase("rate");
        item.set("home_minor", amount->minor);
        return;
    }
    if (rate.empty()) {
        errors.push_back(
            {"rate", "Say how many " + std::string(home.code()) + " one " +
                         std::string(currency->code()) + " is, here or in the settings."}
        );
        return;
    }
    const auto read = parse_rate(rate);
    const auto converted_amount = read ? converted(*amount, *read, home) : std::nullopt;
    if (!converted_amount) {
        errors.push_back(
            {"rate", read ? "The amount becomes too large by this rate." : read.error()}
        );
        return;
    }
    item.set("rate", json::Number{rate});
    item.set("home_minor", converted_amount->minor);
}

// A category that was sent is the person's own choice, which nothing overwrites.
void set_category(const json::Object& sent, const json::Object& before, json::Object& item) {
    if (!sent.contains("category")) {
        if (!before.contains("category_source")) item.set("category_source", "none");
        return;
    }
    if (item.text("category").empty()) {
        item.set("category", "").set("category_source", "none");
    } else if (item.text("category") != before.text("category") ||
               before.text("category_source") != "person") {
        item.set("category_source", "person");
    }
    item.erase("category_reason");
    item.erase("suggestions");
}

}  // namespace

std::expected<json::Object, base::FieldErrors> checked_expense(
    const Household& household, json::Object sent, const json::Object& before, table::Mode mode
) {
    numbers_as_texts(sent);
    json::Object old = before;
    numbers_as_texts(old);
    auto item = table::checked(expenses_table, sent, old, mode);
    base::FieldErrors errors;
    if (!item) return std::unexpected(std::move(item.error()));
    if (item->text("date").empty()) item->set("date", household.today);
    if (!item->contains("category")) item->set("category", "");
    set_amounts(household, *item, before, errors);
    set_category(sent, before, *item);
    if (!errors.empty()) return std::unexpected(std::move(errors));
    return std::move(*item);
}

Kind kind_of(const json::Object& expense) {
    const auto kind = expense.text("kind");
    if (kind == "income") return Kind::income;
    return kind == "transfer" ? Kind::transfer : Kind::expense;
}

Money amount_of(const json::Object& expense) {
    const auto currency = Currency::find(expense.text("currency")).value_or(Currency());
    const auto amount = parse_money(expense.text("amount"), currency);
    return amount ? *amount : Money{0, currency};
}

Money home_of(const json::Object& expense, const Currency& home) {
    return {expense.integer("home_minor"), home};
}

Spending spending_of(const json::Object& expense) {
    return {
        .description = expense.text("description"),
        .payee = expense.text("payee"),
        .account = expense.text("account"),
        .date = expense.text("date"),
        .kind = kind_of(expense),
        .amount = amount_of(expense),
    };
}

}  // namespace budgetplanner
