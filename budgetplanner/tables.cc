#include "budgetplanner/tables.h"

#include <charconv>

#include "platform/base/clock.h"
#include "platform/base/random.h"
#include "platform/base/text.h"
#include "platform/journal/journal.h"

namespace budgetplanner {
namespace {

using table::CountKey;
using table::Field;
using table::Schema;
using table::Type;

constexpr std::size_t month_length = 7;

Field key_field(std::string name, std::string description) {
    return {
        .name = std::move(name),
        .type = Type::id,
        .server = true,
        .description = std::move(description)
    };
}
Field owner_field() {
    return {
        .name = "user_id",
        .type = Type::id,
        .server = true,
        .references = "users",
        .description = "Whose it is; nobody else sees it."
    };
}
Field version_field() {
    return {
        .name = "version",
        .type = Type::integer,
        .server = true,
        .description = "Grows with each change; also the ETag."
    };
}
Field updated_field() {
    return {
        .name = "updated_at",
        .type = Type::timestamp,
        .server = true,
        .description = "When the record last changed."
    };
}
Field server_text(std::string name, std::string description) {
    return {.name = std::move(name), .server = true, .description = std::move(description)};
}
// Money is text in JSON, as a reader's double would round it.
Field amount_field(std::string description) {
    return {
        .name = "amount", .required = true, .length_max = 24, .description = std::move(description)
    };
}

std::string_view wrong_email(std::string_view text) {
    return base::is_email(text) ? "" : "This must be an e-mail address, such as ann@example.org.";
}
std::string_view wrong_month(std::string_view text) {
    return is_month(text) ? "" : "This must be a month, such as 2026-11.";
}
std::string_view wrong_category(std::string_view text) {
    return text.find_first_of("|#") == std::string_view::npos
               ? ""
               : "The name of a category can't hold | or #.";
}

std::vector<CountKey> expense_counts(const json::Object& item) {
    const std::string_view user = item.text("user_id");
    if (user.empty()) return {};
    const std::string_view date = item.text("date");
    const std::string_view kind = item.text("kind");
    const std::string_view category = item.text("category");
    const std::int64_t minor = item.integer("home_minor");
    const std::string month = month_group(user, month_of(date));
    const std::string place = std::string(kind) + "|" + std::string(category);
    return {
        {month, "sum|" + place, minor},
        {month, "count|" + place},
        {days_group(user, month_of(date)), std::string(date.substr(month_length + 1)) + "|" + place,
         minor},
        {"expenses#" + std::string(user), "all"},
    };
}

void amount_as_text(json::Object& item, std::string_view name) {
    if (auto* value = item.find(name); value != nullptr && value->number() != nullptr)
        *value = json::Value(value->number()->text);
}
void show_amounts(json::Object& item) {
    amount_as_text(item, "amount");
    amount_as_text(item, "rate");
}

}  // namespace

const Schema users_table{
    .name = "users",
    .key = "user_id",
    .sort_key = {},
    .fields =
        {key_field("user_id", "The person's id."),
         {.name = "username",
          .required = true,
          .length_max = 64,
          .description = "What the person signs in with; unique without case."},
         {.name = "email",
          .required = true,
          .length_max = 254,
          .format = "email",
          .rule = wrong_email,
          .description = "Where notices go once it is confirmed; unique without case."},
         {.name = "email_confirmed",
          .type = Type::boolean,
          .server = true,
          .description = "Whether the owner of the address has said so."},
         {.name = "password_hash", .server = true, .secret = true, .length_max = 512},
         version_field(),
         updated_field()},
    .indexes =
        {{.name = "username-index", .partition = "username", .sort = {}},
         {.name = "email-index", .partition = "email", .sort = {}}},
    .unique = {"username", "email"},
};

const Schema expenses_table{
    .name = "expenses",
    .key = "expense_id",
    .sort_key = {},
    .fields =
        {{.name = "expense_id",
          .type = Type::id,
          .server = true,
          .description = "The entry's id; a client that works offline may choose it."},
         owner_field(),
         {.name = "kind",
          .type = Type::choice,
          .choices = {"expense", "income", "transfer"},
          .otherwise = "expense",
          .description = "Transfers between own accounts are neither spending nor income."},
         amount_field("Spent or received, such as \"12.34\"; below zero it is a refund."),
         {.name = "currency",
          .length_max = 3,
          .description = "ISO 4217; the home currency unless told."},
         {.name = "category",
          .length_max = 60,
          .rule = wrong_category,
          .description = "Without one it is found in the background."},
         {.name = "date",
          .type = Type::date,
          .description = "A civil date; today in the person's time zone unless told."},
         {.name = "description", .length_max = 500, .description = "What it was for."},
         {.name = "payee", .length_max = 200, .description = "Who was paid, or paid."},
         {.name = "account", .length_max = 60, .description = "The account it went through."},
         {.name = "rate",
          .length_max = 24,
          .description =
              "Units of the home currency for one of this; the person's rate unless told."},
         {.name = "home_minor",
          .type = Type::integer,
          .server = true,
          .description = "The amount in the home currency, in its minor units."},
         server_text("category_source", "person, rule, payee, model, keyword or none."),
         server_text("category_reason", "Why this category, in words."),
         {.name = "suggestions",
          .type = Type::list,
          .server = true,
          .description = "The best guesses where none was sure enough."},
         server_text("receipt", "The receipt's key in the object store."),
         server_text("import_id", "The import that brought it."),
         server_text("import_key", "What the bank's row is recognised by."),
         server_text("recurring_id", "The recurring entry that made it."),
         version_field(),
         updated_field()},
    .indexes =
        {{.name = "user_id-index", .partition = "user_id", .sort = "date"},
         {.name = "category-index", .partition = "user_category", .sort = "date"}},
    .search = {"description", "payee", "account"},
    .search_scope = "user_id",
    .search_order = "date",
    .counts = expense_counts,
    .derive =
        [](json::Object& item) {
            item.set(
                "user_category",
                std::string(item.text("user_id")) + "#" + std::string(item.text("category"))
            );
        },
    .show =
        [](json::Object& item) {
            item.erase("user_category");
            show_amounts(item);
        },
};

const Schema budgets_table{
    .name = "budgets",
    .key = "budget_id",
    .sort_key = {},
    .fields =
        {key_field("budget_id", "The budget's id; follows from person, category and month."),
         owner_field(),
         {.name = "category",
          .required = true,
          .length_max = 60,
          .rule = wrong_category,
          .description = "What may be spent on."},
         {.name = "month",
          .required = true,
          .length_max = month_length,
          .rule = wrong_month,
          .description = "YYYY-MM."},
         amount_field("What may be spent in the month, in the home currency."),
         {.name = "carry_over",
          .type = Type::choice,
          .choices = {"none", "left", "all"},
          .otherwise = "none",
          .description = "What goes on to the next month: nothing, what is left, or also what was "
                         "overspent."},
         {.name = "thresholds",
          .type = Type::list,
          .length_max = 5,
          .description = "Percentages that are told of; the person's own unless told."},
         version_field(),
         updated_field()},
    .indexes = {{.name = "user_id-index", .partition = "user_id", .sort = "month"}},
    .show = show_amounts,
};

const Schema notifications_table{
    .name = "notifications",
    .key = "notification_id",
    .sort_key = {},
    .fields =
        {key_field("notification_id", "The notice's id."),
         owner_field(),
         server_text("type", "budget_threshold, import_done, report_ready, …"),
         {.name = "message", .server = true, .length_max = 1000, .description = "In words."},
         {.name = "created_at",
          .type = Type::timestamp,
          .server = true,
          .description = "When it was made."},
         {.name = "read", .type = Type::boolean, .description = "Whether the person has seen it."},
         {.name = "link", .server = true, .description = "The page that it is about."},
         server_text(
             "delivery",
             "What became of it by mail: none, waiting, retried, accepted, refused, printed, "
             "unknown."
         ),
         {.name = "deliveries",
          .type = Type::list,
          .server = true,
          .description = "Its history: at, way, state and the mail server's words."},
         {.name = "sendings",
          .type = Type::integer,
          .server = true,
          .description = "Tries to send it of which the end is not known."},
         version_field(),
         updated_field()},
    .indexes = {{.name = "user_id-index", .partition = "user_id", .sort = "created_at"}},
    .counts = [](const json::Object& item) -> std::vector<CountKey> {
        const std::string_view user = item.text("user_id");
        if (user.empty() || item.truth("read")) return {};
        return {{"unread#" + std::string(user), "all"}};
    },
};

const std::vector<table::SchemaRef>& record_tables() {
    static const std::vector<table::SchemaRef> tables{
        &users_table, &expenses_table, &budgets_table, &notifications_table
    };
    return tables;
}

const std::vector<table::SchemaRef>& all_tables() {
    static const std::vector<table::SchemaRef> tables = [] {
        auto all = record_tables();
        all.push_back(&journal::system_table());
        return all;
    }();
    return tables;
}

std::string budget_key(
    std::string_view user_id, std::string_view category, std::string_view month
) {
    return base::uuid_v5(
        std::string(user_id) + "|" + base::folded(category) + "|" + std::string(month)
    );
}

std::string subject_of(std::string_view user_id) { return "user:" + std::string(user_id); }
std::string room_of(std::string_view user_id) { return "user:" + std::string(user_id); }

std::string_view month_of(std::string_view date) { return date.substr(0, month_length); }

bool is_month(std::string_view text) {
    return text.size() == month_length && base::is_date(std::string(text) + "-01");
}

std::string add_months(std::string_view month, int months) {
    int year = 0;
    int number = 0;
    std::from_chars(month.data(), month.data() + 4, year);
    std::from_chars(month.data() + 5, month.data() + 7, number);
    const int all = year * 12 + number - 1 + months;
    std::string text = std::to_string(all / 12) + "-";
    const int rest = all % 12 + 1;
    if (rest < 10) text += '0';
    return text + std::to_string(rest);
}

std::string month_group(std::string_view user_id, std::string_view month) {
    return "month#" + std::string(user_id) + "#" + std::string(month);
}
std::string days_group(std::string_view user_id, std::string_view month) {
    return "days#" + std::string(user_id) + "#" + std::string(month);
}

}  // namespace budgetplanner
