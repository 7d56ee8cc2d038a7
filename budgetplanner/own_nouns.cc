#include "budgetplanner/own_nouns.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "platform/base/text.h"

namespace budgetplanner {
namespace {

using table::Type;

table::Field key_field(std::string name) {
    return {.name = std::move(name), .type = Type::id, .server = true, .description = "Its id."};
}
table::Field version_field() {
    return {
        .name = "version",
        .type = Type::integer,
        .server = true,
        .description = "Grows with each change; also the ETag."
    };
}
table::Field position_field() {
    return {
        .name = "position",
        .type = Type::integer,
        .least = "0",
        .most = "100000",
        .description = "Its place in the list."
    };
}

std::string_view wrong_name(std::string_view text) {
    return text.find_first_of("|#") == std::string_view::npos ? "" : "A name can't hold | or #.";
}
std::string_view wrong_currency(std::string_view text) {
    return text.empty() || Currency::find(text) ? "" : "This is a currency's code, such as EUR.";
}
std::string_view wrong_rate(std::string_view text) {
    return parse_rate(text) ? "" : "This is how much of the home currency one is, such as 0.92.";
}

// Nothing of the same name, read without case and accents.
std::function<base::FieldErrors(json::Object&, const std::vector<json::Object>&)> once(
    std::string field
) {
    return [field](json::Object& item, const std::vector<json::Object>& others) {
        base::FieldErrors errors;
        const auto name = base::folded(item.text(field));
        if (std::ranges::any_of(others, [&](const json::Object& one) {
                return base::folded(one.text(field)) == name;
            }))
            errors.push_back({field, "There is one of this name already."});
        return errors;
    };
}

template <class Value, std::size_t Size>
std::optional<Value> chosen(
    std::string_view text, const std::array<std::pair<std::string_view, Value>, Size>& words
) {
    for (const auto& [word, value] : words)
        if (word == text) return value;
    return std::nullopt;
}

constexpr std::array<std::pair<std::string_view, Field>, 3> fields{
    {{"description", Field::description}, {"payee", Field::payee}, {"account", Field::account}}
};
constexpr std::array<std::pair<std::string_view, Match>, 3> tests{
    {{"contains", Match::contains}, {"equals", Match::equals}, {"starts_with", Match::starts_with}}
};
constexpr std::array<std::pair<std::string_view, Sign>, 3> signs{
    {{"any", Sign::any}, {"positive", Sign::positive}, {"refund", Sign::refund}}
};
constexpr std::array<std::pair<std::string_view, Kind>, 3> kinds{
    {{"expense", Kind::expense}, {"income", Kind::income}, {"transfer", Kind::transfer}}
};

void take_condition(const json::Object& sent, Rule& rule, base::FieldErrors& errors) {
    const auto field = chosen(sent.text("field"), fields);
    const auto test = chosen(sent.contains("test") ? sent.text("test") : "contains", tests);
    if (!field) errors.push_back({"field", "This is description, payee or account."});
    if (!test) errors.push_back({"test", "This is contains, equals or starts_with."});
    if (base::trimmed(sent.text("text")).empty())
        errors.push_back({"text", "Say what to look for."});
    if (field && test)
        rule.conditions.push_back({*field, *test, std::string(base::trimmed(sent.text("text")))});
}

}  // namespace

const table::Schema category_items{
    .name = "categories",
    .key = "category_id",
    .sort_key = {},
    .fields =
        {key_field("category_id"),
         {.name = "name",
          .required = true,
          .length_max = 60,
          .rule = wrong_name,
          .description = "Once a person, without case."},
         {.name = "kind",
          .type = Type::choice,
          .choices = {"expense", "income"},
          .otherwise = "expense",
          .description = "What it is for."},
         position_field(),
         version_field()},
};

const table::Schema rule_items{
    .name = "rules",
    .key = "rule_id",
    .sort_key = {},
    .fields =
        {key_field("rule_id"),
         {.name = "field",
          .type = Type::choice,
          .choices = {"description", "payee", "account"},
          .description = "Where to look; or several, as conditions."},
         {.name = "test",
          .type = Type::choice,
          .choices = {"contains", "equals", "starts_with"},
          .description = "How to look; contains unless told."},
         {.name = "text", .description = "What to look for."},
         {.name = "sign",
          .type = Type::choice,
          .choices = {"any", "positive", "refund"},
          .description = "Of the amount; any unless told."},
         {.name = "of_kind",
          .type = Type::choice,
          .choices = {"expense", "income", "transfer"},
          .description = "Only entries of this kind."},
         {.name = "category",
          .length_max = 60,
          .rule = wrong_name,
          .description = "The category that it sets."},
         {.name = "kind",
          .type = Type::choice,
          .choices = {"expense", "income", "transfer"},
          .description = "The kind that it sets."},
         {.name = "payee", .description = "The payee that it sets."},
         position_field(),
         version_field()},
};

const table::Schema account_items{
    .name = "accounts",
    .key = "account_id",
    .sort_key = {},
    .fields =
        {key_field("account_id"),
         {.name = "name",
          .required = true,
          .length_max = 60,
          .rule = wrong_name,
          .description = "Once a person, without case."},
         {.name = "currency",
          .length_max = 3,
          .rule = wrong_currency,
          .description = "ISO 4217; the home currency unless told."},
         position_field(),
         version_field()},
};

const table::Schema rate_items{
    .name = "rates",
    .key = "rate_id",
    .sort_key = {},
    .fields =
        {key_field("rate_id"),
         {.name = "currency",
          .required = true,
          .length_max = 3,
          .rule = wrong_currency,
          .description = "ISO 4217."},
         {.name = "rate",
          .required = true,
          .length_max = 24,
          .rule = wrong_rate,
          .description = "Units of the home currency for one of this."},
         version_field()},
};

OwnNoun categories_noun(queue::Queue& queue) {
    return {
        .schema = &category_items,
        .most = 200,
        .page = "/categories",
        .check = once("name"),
        .follow_up =
            [&queue](
                journal::Transaction& change, const std::string& user_id,
                const json::Object& before, const json::Object& after
            ) {
                if (before.empty() || after.empty() || before.text("name") == after.text("name"))
                    return;
                queue.add(
                    change, {.queue = "expenses",
                             .kind = "rename_category",
                             .payload =
                                 {{"user_id", user_id},
                                  {"from", before.text("name")},
                                  {"to", after.text("name")}}}
                );
            },
    };
}

OwnNoun rules_noun() {
    return {
        .schema = &rule_items,
        .most = 500,
        .page = "/categories",
        .check =
            [](json::Object& item, const std::vector<json::Object>&) {
                const auto rule = rule_of(item);
                return rule ? faults_of(*rule) : rule.error();
            },
        .follow_up = {},
    };
}

OwnNoun accounts_noun() {
    return {
        .schema = &account_items,
        .most = 50,
        .page = "/settings",
        .check = once("name"),
        .follow_up = {},
    };
}

OwnNoun rates_noun() {
    return {
        .schema = &rate_items,
        .most = 50,
        .page = "/settings",
        .check = once("currency"),
        .follow_up = {},
    };
}

std::expected<Rule, base::FieldErrors> rule_of(const json::Object& item) {
    Rule rule;
    base::FieldErrors errors;
    rule.rule_id = item.text("rule_id");
    if (!item.text("text").empty()) take_condition(item, rule, errors);
    if (const auto* list = item.find("conditions"); list != nullptr) {
        if (list->array() == nullptr)
            errors.push_back({"conditions", "This is a list of {field, test, text}."});
        else
            for (const auto& one : *list->array())
                if (one.object() == nullptr)
                    errors.push_back({"conditions", "Each is {field, test, text}."});
                else
                    take_condition(*one.object(), rule, errors);
    }
    const auto bound = [&](std::string_view name, std::optional<Money>& to) {
        if (item.text(name).empty()) return;
        const auto currency = Currency::find(
            item.text("currency").empty() ? std::string_view("EUR") : item.text("currency")
        );
        const auto amount = parse_money(item.text(name), currency.value_or(Currency()));
        if (amount)
            to = *amount;
        else
            errors.push_back({std::string(name), amount.error()});
    };
    bound("least", rule.amount_min);
    bound("most", rule.amount_max);
    rule.sign = chosen(item.text("sign"), signs).value_or(Sign::any);
    rule.of_kind = chosen(item.text("of_kind"), kinds);
    rule.category = item.text("category");
    rule.kind = chosen(item.text("kind"), kinds);
    rule.payee = item.text("payee");
    if (!errors.empty()) return std::unexpected(std::move(errors));
    return rule;
}

}  // namespace budgetplanner
