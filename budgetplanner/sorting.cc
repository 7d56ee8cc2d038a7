#include "budgetplanner/sorting.h"

#include <algorithm>
#include <set>
#include <utility>

#include "budgetplanner/alerts.h"
#include "budgetplanner/expense_record.h"
#include "budgetplanner/own_nouns.h"
#include "budgetplanner/tables.h"
#include "platform/base/error.h"

namespace budgetplanner {
namespace {

constexpr std::int64_t built_again_ms = std::int64_t{6} * 3600 * 1000;
constexpr std::int64_t let_stand_ms = std::int64_t{3} * 24 * 3600 * 1000;
constexpr std::size_t chunk = 40;

// What the person chose, or saw filled in and left so for some days.
bool is_sorted(const json::Object& expense, const std::string& stood_since) {
    if (expense.text("category").empty() || kind_of(expense) == Kind::transfer) return false;
    const auto source = expense.text("category_source");
    if (source == "person" || source == "rule") return true;
    return (source == "payee" || source == "model") && expense.text("updated_at") < stood_since;
}

bool is_open(const json::Object& expense) {
    return expense.text("category").empty() && expense.text("category_source") != "person" &&
           kind_of(expense) != Kind::transfer;
}

std::vector<std::string> texts_in(const json::Object& payload, std::string_view name) {
    std::vector<std::string> texts;
    if (const auto* list = payload.find(name); list != nullptr && list->array() != nullptr)
        for (const auto& one : *list->array())
            if (one.string() != nullptr) texts.push_back(*one.string());
    return texts;
}

CategoryModel trained(const std::vector<json::Object>& expenses) {
    std::vector<Sorted> sorted;
    sorted.reserve(expenses.size());
    for (const auto& expense : expenses)
        sorted.push_back({spending_of(expense), expense.text("category")});
    return CategoryModel::trained(sorted);
}

// The event and the look at the budgets that a change of categories brings.
void follow_up(
    journal::Transaction& change, queue::Queue& queue, const std::string& user_id,
    const std::vector<json::Object>& changed
) {
    json::Array ids;
    std::set<std::string> months;
    for (const auto& expense : changed) {
        ids.emplace_back(expense.text("expense_id"));
        months.emplace(month_of(expense.text("date")));
    }
    json::Array all;
    for (const auto& month : months) all.emplace_back(month);
    queue.add(
        change, {.queue = "expenses",
                 .kind = "look_at_budgets",
                 .payload = {{"user_id", user_id}, {"months", std::move(all)}}}
    );
    change.tell({"expenses_changed", {room_of(user_id)}, {{"expense_ids", std::move(ids)}}});
}

base::Error changed_meanwhile() {
    return base::Error::conflict("An entry changed while its category was looked for.");
}

}  // namespace

Decision Sorter::decide(const json::Object& expense) {
    const std::scoped_lock lock(mutex_);
    return budgetplanner::decide(rules_, model_, categories_, spending_of(expense));
}

json::Object with_decision(const json::Object& expense, const Decision& decision) {
    json::Object after = expense;
    if (!decision.payee.empty()) after.set("payee", decision.payee);
    if (decision.kind) {
        constexpr std::string_view names[] = {"expense", "income", "transfer"};
        after.set("kind", names[static_cast<std::size_t>(*decision.kind)]);
    }
    if (decision.fill && !decision.category.empty()) {
        after.set("category", decision.category)
            .set("category_source", text(decision.source))
            .set("category_reason", reason(decision));
        after.erase("suggestions");
        return after;
    }
    json::Array best;
    for (const auto& one : decision.suggestions) best.emplace_back(one.category);
    if (best.empty()) {
        after.erase("suggestions");
    } else {
        after.set("suggestions", std::move(best));
        after.set("category_reason", reason(decision));
    }
    return after;
}

Sorting::Sorting(
    journal::Journal& journal, queue::Queue& queue, base::Pool& pool, OwnItems& categories,
    OwnItems& rules
)
    : journal_(journal), queue_(queue), pool_(pool), categories_(categories), rules_(rules) {
    journal_.on_commit([this](const journal::Entry& entry) {
        for (const auto& event : entry.events)
            if (event.name == "categories_changed" || event.name == "rules_changed")
                forget(entry.actor.user_id);
    });
}

void Sorting::add_work(queue::Worker& worker) {
    const auto on = [&](std::string kind, auto member) {
        worker.on(std::move(kind), [this, member](queue::Message* message) {
            return (this->*member)(message);
        });
    };
    on("categorise", &Sorting::categorise);
    on("learn", &Sorting::learn);
    on("rename_category", &Sorting::rename);
    on("apply_rules", &Sorting::apply_rules);
}

void Sorting::forget(std::string_view user_id) {
    const std::scoped_lock lock(mutex_);
    const auto there = by_user_.find(user_id);
    if (there == by_user_.end()) return;
    const auto kept = there->second;
    by_user_.erase(there);
    kept_.erase(kept);
}

void Sorting::keep(const std::string& user_id, std::shared_ptr<Sorter> sorter) {
    const std::scoped_lock lock(mutex_);
    if (const auto there = by_user_.find(user_id); there != by_user_.end()) {
        const auto kept = there->second;
        by_user_.erase(there);
        kept_.erase(kept);
    }
    kept_.push_front({user_id, std::move(sorter)});
    by_user_.emplace(kept_.front().user_id, kept_.begin());
    std::size_t bytes = 0;
    for (const auto& one : kept_) bytes += one.sorter->model_.bytes();
    while (kept_.size() > 1 && (kept_.size() > models_max || bytes > models_bytes_max)) {
        bytes -= std::min(bytes, kept_.back().sorter->model_.bytes());
        by_user_.erase(kept_.back().user_id);
        kept_.pop_back();
    }
}

base::Task<std::shared_ptr<Sorter>> Sorting::sorter(std::string user_id) {
    {
        const std::scoped_lock lock(mutex_);
        const auto there = by_user_.find(user_id);
        const auto now = journal_.clock().now_ms();
        if (there != by_user_.end() && now - there->second->sorter->built_ms_ < built_again_ms) {
            kept_.splice(kept_.begin(), kept_, there->second);
            co_return kept_.front().sorter;
        }
    }
    auto fresh = co_await built(user_id);
    keep(user_id, fresh);
    co_return fresh;
}

base::Task<std::shared_ptr<Sorter>> Sorting::built(std::string user_id) {
    auto sorter = std::make_shared<Sorter>();
    sorter->built_ms_ = journal_.clock().now_ms();
    const auto categories = co_await categories_.of(user_id);
    for (const auto& one : categories) sorter->categories_.emplace_back(one.text("name"));
    const auto items = co_await rules_.of(user_id);
    std::vector<Rule> rules;
    for (const auto& item : items)
        if (auto rule = rule_of(item)) rules.push_back(std::move(*rule));
    sorter->rules_ = RuleSet(std::move(rules));
    const auto stood_since = base::timestamp(sorter->built_ms_ - let_stand_ms);
    std::vector<json::Object> expenses;
    table::Query query;
    query.table = &expenses_table;
    query.index = "user_id-index";
    query.partitions = {user_id};
    query.descending = true;
    query.limit = table::query_limit_max;
    do {
        const auto page = co_await journal_.store().query(query);
        for (const auto& record : page.records) {
            auto item = record.item();
            if (is_sorted(item, stood_since)) expenses.push_back(std::move(item));
        }
        query.cursor = page.cursor;
    } while (!query.cursor.empty() && expenses.size() < learned_max);
    std::ranges::reverse(expenses);
    auto work = [&expenses] { return trained(expenses); };
    sorter->model_ = co_await pool_.run(std::move(work));
    co_return sorter;
}

base::Task<> Sorting::categorise(queue::Message* message) {
    const std::string user_id(message->payload.text("user_id"));
    std::vector<table::Key> keys;
    for (auto& id : texts_in(message->payload, "expense_ids")) keys.emplace_back(std::move(id));
    if (keys.empty()) co_return;
    const auto records = co_await journal_.store().get_many(&expenses_table, std::move(keys));
    const auto sorter_now = co_await sorter(user_id);
    journal::Transaction change({}, "categorised", subject_of(user_id));
    std::vector<json::Object> changed;
    for (const auto& record : records) {
        if (!record) continue;
        auto before = record->item();
        if (!is_open(before) || before.text("user_id") != user_id) continue;
        auto after = with_decision(before, sorter_now->decide(before));
        if (after == before) continue;
        changed.push_back(after);
        change.replace(&expenses_table, std::move(before), std::move(after));
    }
    if (changed.empty()) co_return;
    follow_up(change, queue_, user_id, changed);
    queue_.done_in(change, message);
    // Refused when the person was quicker: then it is looked at again, and left alone.
    if (!co_await journal_.commit(std::move(change))) throw changed_meanwhile();
}

base::Task<> Sorting::learn(queue::Message* message) {
    const std::string user_id(message->payload.text("user_id"));
    const std::string id(message->payload.text("expense_id"));
    const auto record = co_await journal_.store().get(&expenses_table, {id, {}});
    if (!record) co_return;
    const auto expense = record->item();
    if (expense.text("category").empty()) co_return;
    std::shared_ptr<Sorter> there;
    {
        const std::scoped_lock lock(mutex_);
        if (const auto kept = by_user_.find(user_id); kept != by_user_.end())
            there = kept->second->sorter;
    }
    // Not in memory: it will be built from the entries, this one among them.
    if (!there) co_return;
    const std::scoped_lock lock(there->mutex_);
    const auto spending = spending_of(expense);
    if (const auto was = message->payload.text("was"); !was.empty())
        there->model_.unlearn(spending, was);
    there->model_.learn(spending, expense.text("category"));
}

base::Task<> Sorting::rename(queue::Message* message) {
    const std::string user_id(message->payload.text("user_id"));
    const std::string from(message->payload.text("from"));
    const std::string to(message->payload.text("to"));
    co_await keep_told(&journal_.store(), user_id, from, to);
    table::Query query;
    query.table = &expenses_table;
    query.index = "category-index";
    query.partitions = {user_id + "#" + from};
    query.limit = chunk;
    // Each round takes its entries out of the partition, so the next one begins anew.
    while (true) {
        const auto page = co_await journal_.store().query(query);
        if (page.records.empty()) break;
        journal::Transaction change({}, "category_renamed", subject_of(user_id));
        for (const auto& record : page.records) {
            auto before = record.item();
            auto after = before;
            after.set("category", to);
            change.replace(&expenses_table, std::move(before), std::move(after));
        }
        change.tell({"expenses_changed", {room_of(user_id)}, {}});
        if (!co_await journal_.commit(std::move(change))) throw changed_meanwhile();
    }
    table::Query all;
    all.table = &budgets_table;
    all.index = "user_id-index";
    all.partitions = {user_id};
    all.limit = table::query_limit_max;
    const auto budgets = co_await journal_.store().query(std::move(all));
    for (const auto& record : budgets.records) {
        auto before = record.item();
        if (before.text("category") != from) continue;
        auto after = before;
        const auto id = budget_key(user_id, to, before.text("month"));
        after.set("category", to).set("budget_id", id);
        journal::Transaction change({}, "category_renamed", subject_of(user_id));
        const bool same_key = before.text("budget_id") == id;
        if (same_key) {
            change.replace(&budgets_table, std::move(before), std::move(after));
        } else {
            after.erase("version");
            change.remove(&budgets_table, std::move(before));
            change.create(&budgets_table, std::move(after));
        }
        change.tell({"budgets_changed", {room_of(user_id)}, {}});
        if (!co_await journal_.commit(std::move(change))) throw changed_meanwhile();
    }
}

base::Task<> Sorting::apply_rules(queue::Message* message) {
    const std::string user_id(message->payload.text("user_id"));
    table::Query query;
    query.table = &expenses_table;
    query.index = "category-index";
    query.partitions = {user_id + "#"};
    query.limit = chunk;
    query.descending = true;
    do {
        const auto page = co_await journal_.store().query(query);
        json::Array ids;
        for (const auto& record : page.records)
            if (const auto id = json::peek(record.text, "expense_id")) ids.emplace_back(*id);
        if (!ids.empty()) {
            journal::Transaction change({}, "categories_looked_for", subject_of(user_id));
            change.silent();
            queue_.add(
                change, {.queue = "expenses",
                         .kind = "categorise",
                         .payload = {{"user_id", user_id}, {"expense_ids", std::move(ids)}}}
            );
            if (!co_await journal_.commit(std::move(change))) throw changed_meanwhile();
        }
        query.cursor = page.cursor;
    } while (!query.cursor.empty());
}

base::Task<http::Response> Sorting::apply(web::Call call) {
    journal::Transaction change(call.actor(), "rules_applied", subject_of(call.who.user_id));
    queue_.add(
        change,
        {.queue = "expenses", .kind = "apply_rules", .payload = {{"user_id", call.who.user_id}}}
    );
    web::Call::Done done{.item = {}, .location = {}, .page = "/categories"};
    co_return co_await call.commit(std::move(change), std::move(done));
}

}  // namespace budgetplanner
