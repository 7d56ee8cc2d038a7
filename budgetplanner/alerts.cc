#include "budgetplanner/alerts.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "budgetplanner/tables.h"
#include "budgetplanner/words.h"
#include "platform/base/error.h"
#include "platform/base/text.h"
#include "platform/schedule/schedule.h"

namespace budgetplanner {
namespace {

constexpr int tries_max = 5;
constexpr std::size_t notices_a_write = 25;
constexpr std::size_t messages_a_write = 80;
constexpr std::size_t users_a_page = 500;

const table::Key daily_key{"alerts_daily", "-"};

std::vector<int> thresholds_of(const json::Object& budget, const Preferences& preferences) {
    const auto* own = budget.find("thresholds");
    if (own == nullptr || own->array() == nullptr || own->array()->empty())
        return preferences.thresholds;
    const auto read = changed(preferences, {{"thresholds", *own}});
    return read ? read->thresholds : preferences.thresholds;
}

// What is to be looked at when these were touched.
std::set<std::string, std::less<>> months_of(const json::Object& payload, std::string_view today) {
    std::set<std::string, std::less<>> months;
    if (const auto* touched = payload.find("months");
        touched != nullptr && touched->array() != nullptr)
        for (const auto& month : *touched->array())
            if (month.string() != nullptr && is_month(*month.string()))
                months.insert(*month.string());
    const std::string current(month_of(today));
    if (months.empty() || *months.begin() < current) months.insert(current);
    return months;
}

}  // namespace

std::string Crossed::key() const {
    return "budget#" + month + "#" + base::folded(category) + "#" + std::to_string(threshold);
}

std::vector<Crossed> crossed_of(const Month& month, const Preferences& preferences) {
    std::vector<Crossed> crossed;
    for (const auto& standing : month.budgets) {
        if (standing.spent <= 0) continue;
        const auto percent = standing.percent();
        for (const int threshold : thresholds_of(standing.budget, preferences))
            if (percent >= threshold)
                crossed.push_back(
                    {.month = month.month,
                     .category = std::string(standing.budget.text("category")),
                     .threshold = threshold,
                     .percent = percent,
                     .spent = standing.spent,
                     .available = standing.available()}
                );
    }
    return crossed;
}

base::Task<> keep_told(table::Store* store, std::string user_id, std::string from, std::string to) {
    const std::string old_name = "#" + base::folded(from) + "#";
    const std::string new_name = "#" + base::folded(to) + "#";
    if (old_name == new_name) co_return;
    table::Query query;
    query.table = &journal::system_table();
    query.partitions = {told_partition(user_id)};
    query.prefix = "budget#";
    query.limit = table::write_operations_max;
    do {
        const auto page = co_await store->query(query);
        table::Write write;
        for (const auto& record : page.records) {
            auto row = record.item();
            std::string key(row.text("sk"));
            const auto at = key.find(old_name);
            if (at == std::string::npos) continue;
            row.set("sk", key.replace(at, old_name.size(), new_name));
            write.operations.emplace_back(table::Put{&journal::system_table(), std::move(row), {}});
        }
        if (!write.operations.empty()) (void)co_await store->write(std::move(write));
        query.cursor = page.cursor;
    } while (!query.cursor.empty());
}

void Alerts::add_work(queue::Worker& worker) {
    worker.on("look_at_budgets", [this](queue::Message* message) { return look(message); });
}

base::Task<std::vector<Crossed>> Alerts::untold(std::string user_id, std::vector<Crossed> crossed) {
    std::vector<Crossed> rest;
    for (std::size_t at = 0; at < crossed.size(); at += table::query_limit_max) {
        const auto end = std::min(crossed.size(), at + table::query_limit_max);
        std::vector<table::Key> keys;
        for (std::size_t i = at; i < end; ++i)
            keys.emplace_back(told_partition(user_id), crossed[i].key());
        const auto rows =
            co_await journal_.store().get_many(&journal::system_table(), std::move(keys));
        for (std::size_t i = at; i < end; ++i)
            if (!rows[i - at]) rest.push_back(std::move(crossed[i]));
    }
    co_return rest;
}

Notice Alerts::notice_of(const Crossed& crossed, bool highest, const Preferences& preferences)
    const {
    const Words words(templates_, preferences);
    const auto amount = [&](std::int64_t minor) {
        return budgetplanner::shown(Money{minor, preferences.home}, preferences.locale);
    };
    const Words::Values values{
        {"category", crossed.category},
        {"month", month_in_words(crossed.month, preferences.locale)},
        {"threshold", std::to_string(crossed.threshold)},
        {"percent", std::to_string(crossed.percent)},
        {"spent", amount(crossed.spent)},
        {"available", amount(crossed.available)},
        {"over", amount(crossed.spent - crossed.available)},
    };
    const auto left = crossed.available - crossed.spent;
    const char* const key = left > 0 ? "alert_near" : left == 0 ? "alert_reached" : "alert_over";
    Notice notice{
        .key = crossed.key(),
        .type = "budget_threshold",
        .message = words(key, values),
        .link = "/budgets?month=" + crossed.month,
    };
    const auto last_month = add_months(month_of(preferences.today(journal_.clock())), -1);
    if (crossed.month < last_month)
        notice.app_only = words("alert_month_is_over");
    else if (!highest)
        notice.app_only = words("alert_with_higher");
    return notice;
}

base::Task<> Alerts::look(queue::Message* message) {
    const std::string user_id(message->payload.text("user_id"));
    const auto record = co_await journal_.store().get(&users_table, {user_id, {}});
    if (!record) co_return;  // the account is gone
    const auto user = record->item();
    const auto preferences = preferences_of(user);
    const auto months = months_of(message->payload, preferences.today(journal_.clock()));
    std::vector<Crossed> crossed;
    for (const auto& name : months) {
        const auto month =
            co_await month_of_budgets(&journal_.store(), user_id, name, preferences.home);
        std::ranges::move(crossed_of(month, preferences), std::back_inserter(crossed));
    }
    int refused = 0;
    while (true) {
        auto rest = co_await untold(user_id, crossed);
        if (rest.empty()) co_return;
        const auto count = std::min(rest.size(), notices_a_write);
        journal::Transaction change({}, "budget_alert", subject_of(user_id));
        for (std::size_t i = 0; i < count; ++i) {
            const bool highest = i + 1 == rest.size() || rest[i + 1].category != rest[i].category ||
                                 rest[i + 1].month != rest[i].month;
            (void)notices_.add(change, user, notice_of(rest[i], highest, preferences));
        }
        const bool last = count == rest.size();
        if (last) queue_.done_in(change, message);
        const auto done = co_await journal_.commit(std::move(change));
        if (done && last) co_return;
        if (done) continue;
        // The same was told meanwhile, or this message is another worker's by now.
        message->ended = false;
        if (++refused >= tries_max)
            throw base::Error::conflict("Others tell of the same budgets at the same time.");
    }
}

base::Task<> Alerts::add_messages(std::vector<std::string> user_ids) {
    std::size_t at = 0;
    while (at < user_ids.size()) {
        journal::Transaction change({}, "daily_look", "alerts");
        change.silent();
        const auto end = std::min(user_ids.size(), at + messages_a_write);
        for (; at < end; ++at)
            queue_.add(
                change, {.queue = "expenses",
                         .kind = "look_at_budgets",
                         .payload = {{"user_id", user_ids[at]}}}
            );
        (void)co_await journal_.commit(std::move(change));
    }
}

base::Task<> Alerts::daily() {
    auto& store = journal_.store();
    const auto now = journal_.clock().now_ms();
    const auto row = co_await store.get(&journal::system_table(), daily_key);
    const auto last = row ? row->item().integer("until_ms") : now;
    std::map<std::string, bool, std::less<>> due;  // by zone
    std::string cursor;
    do {
        const auto page = co_await store.scan(&users_table, cursor, users_a_page);
        std::vector<std::string> user_ids;
        for (const auto& record : page.records) {
            const auto user = record.item();
            const auto zone = preferences_of(user).time_zone;
            auto there = due.find(zone);
            if (there == due.end()) {
                const schedule::Daily when{.hour = daily_hour, .minute = 0, .time_zone = zone};
                there = due.emplace(zone, schedule::last_time(when, now) > last).first;
            }
            if (there->second) user_ids.emplace_back(user.text("user_id"));
        }
        co_await add_messages(std::move(user_ids));
        cursor = page.cursor;
    } while (!cursor.empty());
    // Only now: a run that was cut off is made again, and what is looked at twice is told once.
    table::Write write;
    json::Object item{{"pk", daily_key.partition}, {"sk", daily_key.sort}, {"until_ms", now}};
    write.operations.emplace_back(table::Put{&journal::system_table(), std::move(item), {}});
    (void)co_await store.write(std::move(write));
}

}  // namespace budgetplanner
