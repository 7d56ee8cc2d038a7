#include "budgetplanner/budgets.h"

#include <algorithm>
#include <utility>

#include "budgetplanner/own_pages.h"
#include "budgetplanner/tables.h"
#include "platform/base/error.h"
#include "platform/base/text.h"

namespace budgetplanner {
namespace {

constexpr int carried_months_max = 120;
constexpr std::int64_t percent_max = 1'000'000;

base::Error no_such_budget() { return base::Error::not_found("There is no such budget."); }

std::int64_t minor_of(const json::Object& budget, const Currency& home) {
    const auto amount = parse_money(budget.text("amount"), home);
    return amount ? amount->minor : 0;
}

// The person's budgets of these months, `from` to `until` included.
base::Task<std::vector<json::Object>> budgets_between(
    table::Store* store, std::string user_id, std::string from, std::string until
) {
    std::vector<json::Object> budgets;
    table::Query query;
    query.table = &budgets_table;
    query.index = "user_id-index";
    query.partitions = {std::move(user_id)};
    query.from = std::move(from);
    query.until = until + "~";
    query.limit = table::query_limit_max;
    do {
        auto page = co_await store->query(query);
        for (const auto& record : page.records) budgets.push_back(record.item());
        query.cursor = std::move(page.cursor);
    } while (!query.cursor.empty());
    co_return budgets;
}

using ByMonth = std::map<std::string, json::Object, std::less<>>;

std::int64_t spent_on(const Totals& totals, std::string_view category) {
    const auto there = totals.expense.find(category);
    return there == totals.expense.end() ? 0 : there->second.minor;
}

// The months before `month` from which something may have come: an unbroken chain that carries over.
std::vector<std::string> chain_before(const ByMonth& budgets, const std::string& month) {
    std::vector<std::string> chain;
    for (int i = 1; i <= carried_months_max; ++i) {
        auto earlier = add_months(month, -i);
        const auto there = budgets.find(earlier);
        if (there == budgets.end()) break;
        const auto mode = there->second.text("carry_over");
        if (mode.empty() || mode == "none") break;
        chain.push_back(std::move(earlier));
    }
    std::ranges::reverse(chain);
    return chain;
}

json::Object shown_standing(const Standing& one, const Currency& home, std::int64_t expected) {
    auto item = table::shown(budgets_table, one.budget);
    const auto set = [&](std::string_view name, std::int64_t minor) {
        item.set(name, text({minor, home}));
    };
    set("carried", one.carried);
    set("available", one.available());
    set("spent", one.spent);
    set("left", one.left());
    set("expected", expected);
    item.set("percent", one.percent());
    item.set("over", one.left() < 0);
    item.set("bar", std::clamp<std::int64_t>(one.percent(), 0, 100));
    return item;
}

json::Object checked_budget(
    json::Object sent, const json::Object& before, table::Mode mode, const Currency& home
) {
    if (auto* amount = sent.find("amount"); amount != nullptr && amount->number() != nullptr)
        *amount = json::Value(amount->number()->text);
    // Lists hold texts; who sends percentages as numbers means the same.
    if (auto* sent_list = sent.find("thresholds");
        sent_list != nullptr && sent_list->array() != nullptr) {
        json::Array texts;
        for (const auto& one : *sent_list->array())
            texts.emplace_back(one.number() != nullptr ? json::Value(one.number()->text) : one);
        *sent_list = json::Value(std::move(texts));
    }
    auto old = before;
    if (auto* amount = old.find("amount"); amount != nullptr && amount->number() != nullptr)
        *amount = json::Value(amount->number()->text);
    auto item = table::checked(budgets_table, sent, old, mode);
    base::FieldErrors errors;
    if (!item) throw base::Error::invalid(std::move(item.error()));
    const auto amount = parse_money(item->text("amount"), home);
    if (!amount)
        errors.push_back({"amount", amount.error()});
    else if (amount->minor < 0)
        errors.push_back({"amount", "A budget is nothing or more."});
    if (!before.empty() && (item->text("category") != before.text("category") ||
                            item->text("month") != before.text("month")))
        errors.push_back({"category", "Category and month stay: make another budget instead."});
    if (const auto* list = item->find("thresholds"); list != nullptr) {
        const auto read = changed(Preferences{}, {{"thresholds", *list}});
        if (!read)
            for (const auto& wrong : read.error()) errors.push_back(wrong);
    }
    if (!errors.empty()) throw base::Error::invalid(std::move(errors));
    item->set("amount", json::Number{text(*amount)});
    return std::move(*item);
}

std::string month_in(const web::Call& call, const std::string& today) {
    auto month = call.request.query("month").value_or("");
    if (month.empty()) month = month_of(today);
    if (!is_month(month)) throw base::Error::invalid("month", "This is a month, such as 2026-11.");
    return month;
}

}  // namespace

std::int64_t Standing::percent() const {
    if (available() <= 0) return spent > 0 ? 100 : 0;
    // Amounts are at most 10^15, so a hundred times as much fits.
    return std::min(spent * 100 / available(), percent_max);
}

std::int64_t carried_over(std::string_view carry_over, std::int64_t left) {
    if (carry_over == "all") return left;
    return carry_over == "left" ? std::max<std::int64_t>(left, 0) : 0;
}

base::Task<Month> month_of_budgets(
    table::Store* store, std::string user_id, std::string month, Currency home
) {
    Month all;
    all.month = month;
    const auto first = add_months(month, -carried_months_max);
    const auto budgets = co_await budgets_between(store, user_id, first, month);
    std::map<std::string, ByMonth, std::less<>> by_category;
    for (const auto& budget : budgets)
        by_category[std::string(budget.text("category"))].emplace(budget.text("month"), budget);
    std::map<std::string, Totals, std::less<>> totals;  // of the months that are needed
    totals.emplace(month, co_await totals_of_month(store, user_id, month));
    for (const auto& [category, months] : by_category) {
        const auto now = months.find(month);
        if (now == months.end()) continue;
        Standing standing{.budget = now->second};
        const auto chain = chain_before(months, month);
        for (const auto& earlier : chain) {
            if (!totals.contains(earlier)) {
                auto read = co_await totals_of_month(store, user_id, earlier);
                totals.emplace(earlier, std::move(read));
            }
            const auto& budget = months.find(earlier)->second;
            const auto left =
                minor_of(budget, home) + standing.carried - spent_on(totals.at(earlier), category);
            standing.carried = carried_over(budget.text("carry_over"), left);
        }
        standing.amount = minor_of(now->second, home);
        standing.spent = spent_on(totals.at(month), category);
        all.budgets.push_back(std::move(standing));
    }
    all.totals = std::move(totals.at(month));
    co_return all;
}

json::Object shown(const Month& month, const Preferences& preferences, std::string today) {
    const Currency& home = preferences.home;
    const std::string first = month.month + "-01";
    const std::string next = add_months(month.month, 1) + "-01";
    const int days = base::days_between(first, next);
    const int gone = std::clamp(base::days_between(first, today) + 1, 0, days);
    json::Array items;
    Standing sum_of_all;
    for (const auto& one : month.budgets) {
        const auto expected = std::max<std::int64_t>(one.available(), 0) * gone / days;
        items.emplace_back(shown_standing(one, home, expected));
        sum_of_all.amount += one.amount;
        sum_of_all.carried += one.carried;
        sum_of_all.spent += one.spent;
    }
    json::Array others;
    for (const auto& [category, total] : month.totals.expense) {
        const bool planned = std::ranges::any_of(month.budgets, [&](const Standing& one) {
            return one.budget.text("category") == category;
        });
        if (planned) continue;
        others.emplace_back(json::Object{
            {"category", category},
            {"spent", text({total.minor, home})},
            {"count", total.count},
        });
    }
    return {
        {"month", month.month},
        {"currency", home.code()},
        {"previous", add_months(month.month, -1)},
        {"next", add_months(month.month, 1)},
        {"days_left", days - gone},
        {"days_gone", gone},
        {"days", days},
        {"items", std::move(items)},
        {"without_budget", std::move(others)},
        {"total",
         json::Object{
             {"amount", text({sum_of_all.amount, home})},
             {"carried", text({sum_of_all.carried, home})},
             {"available", text({sum_of_all.available(), home})},
             {"spent", text({sum_of_all.spent, home})},
             {"left", text({sum_of_all.left(), home})},
             {"percent", sum_of_all.percent()},
             {"over", sum_of_all.left() < 0},
             {"bar", std::clamp<std::int64_t>(sum_of_all.percent(), 0, 100)},
         }},
    };
}

void Budgets::follow_up(
    journal::Transaction& change, std::string_view user_id, std::vector<std::string> months
) {
    json::Array all;
    for (auto& month : months) all.emplace_back(std::move(month));
    queue_.add(
        change, {.queue = "expenses",
                 .kind = "look_at_budgets",
                 .payload = {{"user_id", user_id}, {"months", all}}}
    );
    change.tell({"budgets_changed", {room_of(user_id)}, {{"months", std::move(all)}}});
}

base::Task<json::Object> Budgets::require(web::Identity who, std::string budget_id) {
    const auto record = co_await journal_.store().get(&budgets_table, {std::move(budget_id), {}});
    if (!record) throw no_such_budget();
    auto item = record->item();
    if (item.text("user_id") != who.user_id) throw no_such_budget();
    co_return item;
}

base::Task<http::Response> Budgets::list(web::Call call) {
    const auto user = co_await user_of(&journal_.store(), call.who.user_id);
    const auto preferences = preferences_of(user);
    const auto today = preferences.today(journal_.clock());
    const auto month = month_in(call, today);
    const auto all =
        co_await month_of_budgets(&journal_.store(), call.who.user_id, month, preferences.home);
    auto model = shown(all, preferences, today);
    model.set("cursor", nullptr);
    if (!call.is_api()) {
        model.erase("cursor");
        model.set("preferences", budgetplanner::shown(preferences));
        model.set("form", json::Object{{"category", ""}, {"amount", ""}});
        co_await place_choices(&model, &journal_.store(), call.who.user_id);
    }
    co_return call.show("budgets", std::move(model));
}

base::Task<http::Response> Budgets::get(web::Call call) {
    auto item = co_await require(call.who, call.id("budget_id"));
    const std::string version(item.text("version"));
    co_return web::Call::record(json::write(table::shown(budgets_table, std::move(item))), version);
}

base::Task<http::Response> Budgets::create(web::Call call) {
    const auto user = co_await user_of(&journal_.store(), call.who.user_id);
    const auto home = preferences_of(user).home;
    auto item = checked_budget(call.body(&budgets_table), {}, table::Mode::create, home);
    const auto id = budget_key(call.who.user_id, item.text("category"), item.text("month"));
    const std::string month(item.text("month"));
    json::Object stored{{"budget_id", id}, {"user_id", call.who.user_id}};
    for (auto& [name, value] : item)
        if (name != "budget_id" && name != "user_id") stored.append_new(name, std::move(value));
    journal::Transaction change(call.actor(), "budget_added", subject_of(call.who.user_id));
    change.create(&budgets_table, stored);
    follow_up(change, call.who.user_id, {month});
    web::Call::Done done{
        .item = std::move(stored),
        .location = "/api/budgets/" + id,
        .page = "/budgets?month=" + month
    };
    co_return co_await call.commit(std::move(change), std::move(done));
}

base::Task<http::Response> Budgets::copy(web::Call call) {
    const auto sent = call.body();
    const std::string from(sent.text("from"));
    const std::string to(sent.text("to"));
    base::FieldErrors errors;
    if (!is_month(from)) errors.push_back({"from", "This is a month, such as 2026-10."});
    if (!is_month(to)) errors.push_back({"to", "This is a month, such as 2026-11."});
    if (errors.empty() && from == to) errors.push_back({"to", "Copy to another month."});
    if (!errors.empty()) throw base::Error::invalid(std::move(errors));
    auto earlier = co_await budgets_between(&journal_.store(), call.who.user_id, from, from);
    if (earlier.empty())
        throw base::Error::invalid("from", "There are no budgets in that month to copy.");
    const auto there = co_await budgets_between(&journal_.store(), call.who.user_id, to, to);
    journal::Transaction change(call.actor(), "budgets_copied", subject_of(call.who.user_id));
    std::int64_t copied = 0;
    for (auto& budget : earlier) {
        const auto category = budget.text("category");
        const bool has = std::ranges::any_of(there, [&](const json::Object& one) {
            return base::folded(one.text("category")) == base::folded(category);
        });
        if (has) continue;
        budget.set("budget_id", budget_key(call.who.user_id, category, to)).set("month", to);
        budget.erase("version");
        budget.erase("updated_at");
        change.create(&budgets_table, std::move(budget));
        ++copied;
    }
    if (change.operations() > table::write_operations_max - 10)
        throw base::Error::invalid("from", "These are too many budgets to copy at once.");
    if (copied > 0) follow_up(change, call.who.user_id, {to});
    web::Call::Done done{
        .item = {{"copied", copied}}, .location = {}, .page = "/budgets?month=" + to
    };
    co_return co_await call.commit(std::move(change), std::move(done));
}

base::Task<http::Response> Budgets::replace(web::Call call) {
    const bool whole = call.is_api();
    return edit(std::move(call), whole ? table::Mode::replace : table::Mode::patch);
}
base::Task<http::Response> Budgets::patch(web::Call call) {
    return edit(std::move(call), table::Mode::patch);
}

base::Task<http::Response> Budgets::edit(web::Call call, table::Mode mode) {
    const auto before = co_await require(call.who, call.id("budget_id"));
    auto sent = call.body(&budgets_table);
    call.check_version(before, sent);
    const auto user = co_await user_of(&journal_.store(), call.who.user_id);
    auto after = checked_budget(std::move(sent), before, mode, preferences_of(user).home);
    const std::string month(after.text("month"));
    journal::Transaction change(call.actor(), "budget_updated", subject_of(call.who.user_id));
    change.replace(&budgets_table, before, after);
    if (after != before) follow_up(change, call.who.user_id, {month});
    web::Call::Done done{
        .item = std::move(after), .location = {}, .page = "/budgets?month=" + month
    };
    co_return co_await call.commit(std::move(change), std::move(done));
}

base::Task<http::Response> Budgets::remove(web::Call call) {
    auto before = co_await require(call.who, call.id("budget_id"));
    call.check_version(before);
    const std::string month(before.text("month"));
    journal::Transaction change(call.actor(), "budget_deleted", subject_of(call.who.user_id));
    change.remove(&budgets_table, std::move(before));
    follow_up(change, call.who.user_id, {month});
    web::Call::Done done{.item = {}, .location = {}, .page = "/budgets?month=" + month};
    co_return co_await call.commit(std::move(change), std::move(done));
}

}  // namespace budgetplanner
