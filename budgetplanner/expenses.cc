#include "budgetplanner/expenses.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <utility>

#include "budgetplanner/own_pages.h"
#include "budgetplanner/tables.h"
#include "platform/base/error.h"
#include "platform/base/random.h"
#include "platform/base/text.h"

namespace budgetplanner {
namespace {

constexpr std::size_t found_by_words_max = 1000;
constexpr std::size_t queries_max = 500;  // of one call, when a filter lets little through
constexpr std::size_t bulk_max = 500;

base::Error no_such_expense() { return base::Error::not_found("There is no such entry."); }

json::Object answer_of(json::Object item) { return table::shown(expenses_table, std::move(item)); }

std::optional<Money> bound_of(const web::Call& call, std::string_view name, const Currency& home) {
    const auto text = call.request.query(name);
    if (!text || text->empty()) return std::nullopt;
    const auto amount = parse_typed(*text, home);
    if (!amount) throw base::Error::invalid(std::string(name), amount.error());
    return *amount;
}

std::string date_in(const web::Call& call, std::string_view name) {
    auto date = call.request.query(name).value_or("");
    if (!date.empty() && !base::is_date(date))
        throw base::Error::invalid(std::string(name), "This is a date, such as 2026-11-22.");
    return date;
}

// What the page's filter holds, and where the next page of it is.
void place_filter(const web::Call& call, const std::string& cursor, json::Object* model) {
    json::Object filter;
    std::string query;
    bool filtered = false;
    for (const auto* const name :
         {"q", "category", "kind", "account", "from", "until", "least", "most", "sort"}) {
        const auto value = call.request.query(name).value_or("");
        filter.set(name, value);
        if (value.empty()) continue;
        filtered = filtered || std::string_view(name) != "sort";
        query += std::string(name) + "=" + http::percent_encode(value) + "&";
    }
    filter.set("without_category", filter.text("category") == "none");
    model->set("filter", std::move(filter)).set("filtered", filtered);
    if (!cursor.empty())
        model->set(
            "more",
            json::Object{{"url", "/expenses?" + query + "cursor=" + http::percent_encode(cursor)}}
        );
}

}  // namespace

base::Task<Rates> rates_of(table::Store* store, std::string user_id) {
    table::Query query;
    query.table = &journal::system_table();
    query.partitions = {"rates#" + user_id};
    query.limit = table::query_limit_max;
    const auto page = co_await store->query(std::move(query));
    Rates rates;
    for (const auto& record : page.records) {
        const auto item = record.item();
        rates.emplace(item.text("currency"), item.text("rate"));
    }
    co_return rates;
}

base::Task<Household> Expenses::household(std::string user_id) {
    const auto user = co_await user_of(&journal_.store(), user_id);
    Household home;
    home.preferences = preferences_of(user);
    home.rates = co_await rates_of(&journal_.store(), std::move(user_id));
    home.today = home.preferences.today(journal_.clock());
    co_return home;
}

base::Task<json::Object> Expenses::require(web::Identity who, std::string expense_id) {
    const auto record = co_await journal_.store().get(&expenses_table, {std::move(expense_id), {}});
    if (!record) throw no_such_expense();
    auto item = record->item();
    if (item.text("user_id") != who.user_id) throw no_such_expense();
    co_return item;
}

void Expenses::follow_up(
    journal::Transaction& change, std::string_view user_id, const std::vector<json::Object>& changed
) {
    json::Array ids;
    json::Array without;
    std::set<std::string, std::less<>> months;
    for (const auto& item : changed) {
        ids.emplace_back(item.text("expense_id"));
        months.emplace(month_of(item.text("date")));
        if (item.text("category").empty() && item.text("category_source") == "none" &&
            kind_of(item) != Kind::transfer)
            without.emplace_back(item.text("expense_id"));
    }
    if (!without.empty())
        queue_.add(
            change, {.queue = "expenses",
                     .kind = "categorise",
                     .payload = {{"user_id", user_id}, {"expense_ids", std::move(without)}}}
        );
    json::Array all_months;
    for (const auto& month : months) all_months.emplace_back(month);
    queue_.add(
        change, {.queue = "expenses",
                 .kind = "look_at_budgets",
                 .payload = {{"user_id", user_id}, {"months", std::move(all_months)}}}
    );
    change.tell({"expenses_changed", {room_of(user_id)}, {{"expense_ids", std::move(ids)}}});
}

base::Task<http::Response> Expenses::create(web::Call call) {
    const auto home = co_await household(call.who.user_id);
    auto sent = call.body(&expenses_table);
    std::string id(sent.text("expense_id"));
    if (!id.empty() && !base::is_uuid(id))
        throw base::Error::invalid("expense_id", "This must be a UUID in lower case.");
    auto item = checked_expense(home, std::move(sent), {}, table::Mode::create);
    if (!item) throw base::Error::invalid(std::move(item.error()));
    const bool chosen = !id.empty();
    if (!chosen) id = base::uuid_v7(journal_.clock().now_ms());
    json::Object stored{{"expense_id", id}, {"user_id", call.who.user_id}};
    for (auto& [name, value] : *item)
        if (name != "expense_id" && name != "user_id") stored.append_new(name, std::move(value));
    if (chosen) {
        // Sent again after an answer that never came: the entry is there already.
        const auto before = co_await journal_.store().get(&expenses_table, {id, {}});
        if (before) {
            const auto there = before->item();
            if (there.text("user_id") != call.who.user_id)
                throw base::Error::invalid("expense_id", "This id is taken: choose another.");
            co_return web::Call::record(json::write(answer_of(there)), there.text("version"));
        }
    }
    journal::Transaction change(call.actor(), "expense_added", subject_of(call.who.user_id));
    change.create(&expenses_table, stored);
    follow_up(change, call.who.user_id, {stored});
    web::Call::Done done{
        .item = std::move(stored), .location = "/api/expenses/" + id, .page = "/expenses"
    };
    co_return co_await call.commit(std::move(change), std::move(done));
}

base::Task<http::Response> Expenses::get(web::Call call) {
    auto item = co_await require(call.who, call.id("expense_id"));
    const std::string version(item.text("version"));
    if (!call.is_api()) {
        const auto home = co_await household(call.who.user_id);
        auto entry = whole(expenses_table, answer_of(std::move(item)));
        json::Object model{{"form", entry}, {"expense", std::move(entry)}};
        model.set("preferences", budgetplanner::shown(home.preferences));
        co_await place_choices(&model, &journal_.store(), call.who.user_id);
        co_return call.show("expense", std::move(model));
    }
    co_return web::Call::record(json::write(answer_of(std::move(item))), version);
}

base::Task<http::Response> Expenses::replace(web::Call call) {
    const bool whole = call.is_api();
    return edit(std::move(call), whole ? table::Mode::replace : table::Mode::patch);
}
base::Task<http::Response> Expenses::patch(web::Call call) {
    return edit(std::move(call), table::Mode::patch);
}

base::Task<http::Response> Expenses::edit(web::Call call, table::Mode mode) {
    const auto before = co_await require(call.who, call.id("expense_id"));
    auto sent = call.body(&expenses_table);
    call.check_version(before, sent);
    const auto home = co_await household(call.who.user_id);
    auto after = checked_expense(home, std::move(sent), before, mode);
    if (!after) throw base::Error::invalid(std::move(after.error()));
    journal::Transaction change(call.actor(), "expense_updated", subject_of(call.who.user_id));
    change.replace(&expenses_table, before, *after);
    if (*after != before) {
        follow_up(change, call.who.user_id, {before, *after});
        // What a person says of a category teaches.
        if (after->text("category") != before.text("category") &&
            after->text("category_source") == "person")
            queue_.add(
                change, {.queue = "expenses",
                         .kind = "learn",
                         .payload =
                             {{"user_id", call.who.user_id},
                              {"expense_id", after->text("expense_id")},
                              {"was", before.text("category")}}}
            );
    }
    web::Call::Done done{.item = *after, .location = {}, .page = "/expenses"};
    co_return co_await call.commit(std::move(change), std::move(done));
}

base::Task<http::Response> Expenses::remove(web::Call call) {
    auto before = co_await require(call.who, call.id("expense_id"));
    call.check_version(before);
    journal::Transaction change(call.actor(), "expense_deleted", subject_of(call.who.user_id));
    follow_up(change, call.who.user_id, {before});
    change.remove(&expenses_table, std::move(before));
    web::Call::Done done{.item = {}, .location = {}, .page = "/expenses"};
    co_return co_await call.commit(std::move(change), std::move(done));
}

base::Task<http::Response> Expenses::bulk(web::Call call) {
    const auto sent = call.body();
    const auto* ids = sent.find("expense_ids");
    if (ids == nullptr || ids->array() == nullptr || ids->array()->empty() ||
        ids->array()->size() > bulk_max)
        throw base::Error::invalid("expense_ids", "Name 1 to 500 entries.");
    const bool remove = sent.truth("delete");
    const auto* what = sent.find("change");
    if (!remove && (what == nullptr || what->object() == nullptr))
        throw base::Error::invalid("change", "Say what to change, or \"delete\": true.");
    const auto home = co_await household(call.who.user_id);
    journal::Transaction change(
        call.actor(), remove ? "expenses_deleted" : "expenses_updated", subject_of(call.who.user_id)
    );
    std::vector<json::Object> touched;
    for (const auto& id : *ids->array()) {
        if (id.string() == nullptr || !base::is_uuid(*id.string()))
            throw base::Error::invalid("expense_ids", "Each is the id of an entry.");
        auto before = co_await require(call.who, *id.string());
        touched.push_back(before);
        if (remove) {
            change.remove(&expenses_table, std::move(before));
            continue;
        }
        auto after = checked_expense(home, *what->object(), before, table::Mode::patch);
        if (!after) throw base::Error::invalid(std::move(after.error()));
        touched.push_back(*after);
        change.replace(&expenses_table, std::move(before), std::move(*after));
    }
    follow_up(change, call.who.user_id, touched);
    if (change.operations() > table::write_operations_max)
        throw base::Error::invalid("expense_ids", "That is too much for one change: name fewer.");
    const auto count = static_cast<std::int64_t>(ids->array()->size());
    web::Call::Done done{.item = {{"changed", count}}, .location = {}, .page = "/expenses"};
    co_return co_await call.commit(std::move(change), std::move(done));
}

Expenses::Filter Expenses::filter_of(const web::Call& call, const Household& household) const {
    Filter filter;
    const auto category = call.request.query("category");
    filter.has_category = category.has_value() && (call.is_api() || !category->empty());
    filter.category = category.value_or("");
    if (filter.category == "none") filter.category.clear();
    filter.kind = call.request.query("kind").value_or("");
    filter.account = call.request.query("account").value_or("");
    filter.from = date_in(call, "from");
    filter.until = date_in(call, "until");
    filter.least = bound_of(call, "least", household.preferences.home);
    filter.most = bound_of(call, "most", household.preferences.home);
    return filter;
}

bool Expenses::matches(const json::Object& item, const Filter& filter) {
    if (filter.has_category && item.text("category") != filter.category) return false;
    if (!filter.kind.empty() && item.text("kind") != filter.kind) return false;
    if (!filter.account.empty() && item.text("account") != filter.account) return false;
    const auto date = item.text("date");
    if (!filter.from.empty() && date < filter.from) return false;
    if (!filter.until.empty() && date > filter.until) return false;
    const auto minor = item.integer("home_minor");
    return (!filter.least || minor >= filter.least->minor) &&
           (!filter.most || minor <= filter.most->minor);
}

base::Task<Expenses::Found> Expenses::found_by_date(
    std::string user_id, web::List list, Filter filter
) {
    table::Query query;
    query.table = &expenses_table;
    query.index = filter.has_category ? "category-index" : "user_id-index";
    query.partitions = {filter.has_category ? user_id + "#" + filter.category : user_id};
    if (!filter.from.empty()) query.from = filter.from;
    if (!filter.until.empty()) query.until = base::add_days(filter.until, 1);
    query.descending = list.sort != "date";
    query.cursor = list.cursor;
    const bool sieved =
        !filter.kind.empty() || !filter.account.empty() || filter.least || filter.most;
    Found found;
    if (!sieved && !filter.has_category && filter.from.empty() && filter.until.empty()) {
        const auto counters = co_await journal_.store().counters("expenses#" + user_id);
        found.total = counters.empty() ? 0 : counters.front().value;
    }
    std::size_t queries = 0;
    do {
        // Never more than still fit, so that the engine's cursor is where this page ends.
        query.limit = list.limit - found.items.size();
        const auto page = co_await journal_.store().query(query);
        for (const auto& record : page.records) {
            auto item = record.item();
            if (!sieved || matches(item, filter)) found.items.push_back(std::move(item));
        }
        query.cursor = page.cursor;
    } while (sieved && found.items.size() < list.limit && !query.cursor.empty() &&
             ++queries < queries_max);
    found.cursor = query.cursor;
    co_return found;
}

base::Task<Expenses::Found> Expenses::found_by_words(
    std::string user_id, web::List list, Filter filter
) {
    std::size_t offset = 0;
    if (!list.cursor.empty()) {
        const auto [end, code] =
            std::from_chars(list.cursor.data(), list.cursor.data() + list.cursor.size(), offset);
        if (code != std::errc() || end != list.cursor.data() + list.cursor.size())
            throw base::Error::invalid("cursor", "This is no cursor of this list.");
    }
    const auto ids = co_await journal_.search_within(
        &expenses_table, std::move(user_id), list.q, found_by_words_max
    );
    Found found;
    std::size_t at = 0;
    for (; at < ids.size() && found.items.size() < offset + list.limit; at += list.limit) {
        std::vector<table::Key> keys;
        for (std::size_t i = at; i < std::min(ids.size(), at + list.limit); ++i)
            keys.emplace_back(ids[i]);
        const auto records = co_await journal_.store().get_many(&expenses_table, std::move(keys));
        for (const auto& record : records) {
            if (!record) continue;
            auto item = record->item();
            if (matches(item, filter)) found.items.push_back(std::move(item));
        }
    }
    if (at < ids.size() || found.items.size() > offset + list.limit)
        found.cursor = std::to_string(offset + list.limit);
    if (found.items.size() > offset + list.limit) found.items.resize(offset + list.limit);
    found.items.erase(
        found.items.begin(),
        found.items.begin() + static_cast<std::ptrdiff_t>(std::min(offset, found.items.size()))
    );
    co_return found;
}

base::Task<http::Response> Expenses::list(web::Call call) {
    const auto list = call.list({"-date", "date"});
    const auto home = co_await household(call.who.user_id);
    auto filter = filter_of(call, home);
    Found found;
    if (list.q.empty())
        found = co_await found_by_date(call.who.user_id, list, filter);
    else
        found = co_await found_by_words(call.who.user_id, list, filter);
    json::Array items;
    for (auto& item : found.items) {
        auto entry = answer_of(std::move(item));
        if (!call.is_api()) entry = whole(expenses_table, std::move(entry));
        items.emplace_back(std::move(entry));
    }
    json::Object model{
        {"items", std::move(items)},
        {"cursor", found.cursor.empty() ? json::Value(nullptr) : json::Value(found.cursor)},
    };
    if (found.total) model.set("total", *found.total);
    if (!call.is_api()) {
        model.set("preferences", budgetplanner::shown(home.preferences));
        model.set("today", home.today);
        place_filter(call, found.cursor, &model);
        model.set(
            "form", whole(
                        expenses_table, {{"date", home.today},
                                         {"kind", "expense"},
                                         {"currency", home.preferences.home.code()}}
                    )
        );
        co_await place_choices(&model, &journal_.store(), call.who.user_id);
    }
    co_return call.show("expenses", std::move(model));
}

}  // namespace budgetplanner
