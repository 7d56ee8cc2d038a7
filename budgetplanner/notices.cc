#include "budgetplanner/notices.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "budgetplanner/tables.h"
#include "platform/base/error.h"
#include "platform/base/random.h"

namespace budgetplanner {
namespace {

constexpr std::size_t deliveries_max = 20;
constexpr std::int64_t told_seconds = std::int64_t{800} * 86'400;
constexpr int minutes_a_day = 24 * 60;
constexpr std::size_t read_at_once = 40;
constexpr int tries_max = 5;

base::Error no_such_notification() {
    return base::Error::not_found("There is no such notification.");
}

// Why nothing goes by mail; "" when it does.
std::string_view no_mail_reason(const json::Object& user, const Preferences& preferences) {
    if (!preferences.notify_mail) return "Notices by mail are switched off.";
    if (!user.truth("email_confirmed")) return "The e-mail address is not confirmed.";
    return {};
}

int minute_of_day(const Preferences& preferences, std::int64_t now_ms) {
    const auto today = base::date_of(now_ms, preferences.time_zone);
    // Not by the time since midnight: a day on which clocks change has another length.
    int low = 0;
    int high = minutes_a_day - 1;
    while (low < high) {
        const int middle = (low + high + 1) / 2;
        if (base::instant_of(today, middle, preferences.time_zone) <= now_ms)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

}  // namespace

std::string told_partition(std::string_view user_id) { return "told#" + std::string(user_id); }

std::int64_t quiet_ms(const Preferences& preferences, std::int64_t now_ms) {
    const int from = preferences.quiet_from;
    const int until = preferences.quiet_until;
    if (from < 0 || until < 0 || from == until) return 0;
    const int minute = minute_of_day(preferences, now_ms);
    const bool overnight = until < from;
    const bool quiet =
        overnight ? minute >= from || minute < until : minute >= from && minute < until;
    if (!quiet) return 0;
    auto day = base::date_of(now_ms, preferences.time_zone);
    if (overnight && minute >= from) day = base::add_days(day, 1);
    const auto end = base::instant_of(day, until, preferences.time_zone);
    return end > now_ms ? end - now_ms : 0;
}

json::Object with_delivery(
    json::Object notification, std::string_view state, std::string_view words, std::int64_t now_ms,
    std::string_view way
) {
    json::Array history;
    if (const auto* before = notification.find("deliveries");
        before != nullptr && before->array() != nullptr)
        history = *before->array();
    history.emplace_back(json::Object{
        {"at", base::timestamp(now_ms)}, {"way", way}, {"state", state}, {"words", words}
    });
    if (history.size() > deliveries_max) history.erase(history.begin());
    notification.set("deliveries", std::move(history));
    if (way == "mail") notification.set("delivery", state);
    return notification;
}

std::string Notices::add(journal::Transaction& change, const json::Object& user, Notice notice) {
    const std::string user_id(user.text("user_id"));
    const auto now = journal_.clock().now_ms();
    const auto preferences = preferences_of(user);
    std::string id =
        notice.key.empty() ? base::uuid_v7(now) : base::uuid_v5(user_id + "|" + notice.key);
    json::Object item{
        {"notification_id", id},
        {"user_id", user_id},
        {"type", std::move(notice.type)},
        {"message", std::move(notice.message)},
        {"created_at", base::timestamp(now)},
        {"read", false},
        {"link", std::move(notice.link)},
    };
    std::string reason = std::move(notice.app_only);
    if (reason.empty()) reason = no_mail_reason(user, preferences);
    if (reason.empty()) {
        item.set("delivery", "waiting");
        queue_.add(
            change, {.queue = "mail",
                     .kind = "notice",
                     .payload = {{"user_id", user_id}, {"notification_id", id}},
                     .delay_ms = quiet_ms(preferences, now)}
        );
    } else {
        item = with_delivery(std::move(item), "none", reason, now);
    }
    if (!notice.key.empty()) {
        json::Object told{
            {"pk", told_partition(user_id)},
            {"sk", std::move(notice.key)},
            {"ttl", now / 1000 + told_seconds}
        };
        change.also(
            table::Put{&journal::system_table(), std::move(told), {table::Condition::absent()}}
        );
    }
    change.create(&notifications_table, std::move(item));
    change.tell({"notification", {room_of(user_id)}, {{"notification_id", id}}});
    return id;
}

base::Task<std::int64_t> Notices::unread(std::string user_id) {
    const auto counters = co_await journal_.store().counters("unread#" + user_id);
    co_return counters.empty() ? 0 : counters.front().value;
}

base::Task<json::Object> Notices::require(web::Identity who, std::string id) {
    const auto record = co_await journal_.store().get(&notifications_table, {std::move(id), {}});
    if (!record) throw no_such_notification();
    auto item = record->item();
    if (item.text("user_id") != who.user_id) throw no_such_notification();
    co_return item;
}

base::Task<http::Response> Notices::list(web::Call call) {
    const auto list = call.list({"-created_at"});
    table::Query query;
    query.table = &notifications_table;
    query.index = "user_id-index";
    query.partitions = {call.who.user_id};
    query.descending = true;
    query.limit = list.limit;
    query.cursor = list.cursor;
    auto page = co_await journal_.store().query(std::move(query));
    json::Array items;
    for (const auto& record : page.records)
        items.emplace_back(table::shown(notifications_table, record.item()));
    json::Object model{{"items", std::move(items)}};
    if (page.cursor.empty())
        model.set("cursor", nullptr);
    else
        model.set("cursor", page.cursor);
    model.set("unread", co_await unread(call.who.user_id));
    if (!call.is_api()) {
        const auto user = co_await user_of(&journal_.store(), call.who.user_id);
        model.set("preferences", budgetplanner::shown(preferences_of(user)));
    }
    co_return call.show("notifications", std::move(model));
}

base::Task<http::Response> Notices::patch(web::Call call) {
    auto before = co_await require(call.who, call.id("notification_id"));
    const auto sent = call.body(&notifications_table);
    call.check_version(before, sent);
    bool read = true;
    if (const auto* value = sent.find("read"); value != nullptr) {
        if (value->boolean() == nullptr)
            throw base::Error::invalid("read", "This is true or false.");
        read = *value->boolean();
    } else if (call.is_api()) {
        throw base::Error::invalid("read", "Say whether it is read: true or false.");
    }
    auto after = before;
    after.set("read", read);
    journal::Transaction change(
        call.actor(), read ? "notification_read" : "notification_unread",
        subject_of(call.who.user_id)
    );
    if (read != before.truth("read"))
        change.tell(
            {"notification",
             {room_of(call.who.user_id)},
             {{"notification_id", before.text("notification_id")}}}
        );
    change.replace(&notifications_table, std::move(before), after);
    web::Call::Done done{.item = std::move(after), .location = {}, .page = "/notifications"};
    co_return co_await call.commit(std::move(change), std::move(done));
}

base::Task<http::Response> Notices::remove(web::Call call) {
    auto before = co_await require(call.who, call.id("notification_id"));
    call.check_version(before);
    journal::Transaction change(call.actor(), "notification_deleted", subject_of(call.who.user_id));
    change.tell(
        {"notification",
         {room_of(call.who.user_id)},
         {{"notification_id", before.text("notification_id")}}}
    );
    change.remove(&notifications_table, std::move(before));
    web::Call::Done done{.item = {}, .location = {}, .page = "/notifications"};
    co_return co_await call.commit(std::move(change), std::move(done));
}

// Marks those as read; how many. What was delivered, read or deleted meanwhile is looked at again.
base::Task<std::int64_t> Notices::mark_read(web::Call* call, std::vector<json::Object> waiting) {
    std::int64_t marked = 0;
    int refused = 0;
    while (!waiting.empty()) {
        journal::Transaction change(
            call->actor(), "notifications_read", subject_of(call->who.user_id)
        );
        const auto count = std::min(read_at_once, waiting.size());
        for (std::size_t i = 0; i < count; ++i) {
            auto after = waiting[i];
            after.set("read", true);
            change.replace(&notifications_table, waiting[i], std::move(after));
        }
        change.tell({"notification", {room_of(call->who.user_id)}, {}});
        const auto done = co_await journal_.commit(std::move(change));
        if (done) {
            marked += static_cast<std::int64_t>(count);
            waiting.erase(waiting.begin(), waiting.begin() + static_cast<std::ptrdiff_t>(count));
            continue;
        }
        if (++refused >= tries_max) throw web::error_of(done.error());
        std::vector<table::Key> keys;
        for (const auto& item : waiting)
            keys.emplace_back(std::string(item.text("notification_id")));
        const auto records =
            co_await journal_.store().get_many(&notifications_table, std::move(keys));
        waiting.clear();
        for (const auto& record : records) {
            if (!record) continue;
            if (auto item = record->item(); !item.truth("read")) waiting.push_back(std::move(item));
        }
    }
    co_return marked;
}

base::Task<http::Response> Notices::read_all(web::Call call) {
    table::Query query;
    query.table = &notifications_table;
    query.index = "user_id-index";
    query.partitions = {call.who.user_id};
    query.descending = true;
    query.limit = 200;
    auto left = co_await unread(call.who.user_id);
    std::int64_t marked = 0;
    // The newest first, until as many were seen as are unread: old read ones are not looked at.
    while (left > 0) {
        const auto page = co_await journal_.store().query(query);
        std::vector<json::Object> waiting;
        for (const auto& record : page.records)
            if (auto item = record.item(); !item.truth("read")) waiting.push_back(std::move(item));
        left -= static_cast<std::int64_t>(waiting.size());
        marked += co_await mark_read(&call, std::move(waiting));
        if (page.cursor.empty()) break;
        query.cursor = page.cursor;
    }
    if (!call.is_api()) co_return http::redirect("/notifications");
    co_return http::json({{"read", marked}});
}

}  // namespace budgetplanner
