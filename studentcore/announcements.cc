#include "studentcore/announcements.h"

#include <utility>
#include <vector>

#include "platform/base/clock.h"
#include "platform/base/error.h"
#include "platform/base/random.h"
#include "platform/base/text.h"
#include "studentcore/access.h"

namespace studentcore {
namespace {

constexpr std::size_t title_length_max = 120;
constexpr std::size_t text_length_max = 2000;

std::string partition_of(std::string_view audience) {
    return "announcement#" + std::string(audience);
}

// The audiences that this person belongs to: their lists are merged by time.
std::vector<std::string> partitions_for(const web::Identity& who) {
    std::vector<std::string> partitions{partition_of("everyone")};
    if (!is_student(who)) partitions.push_back(partition_of("staff"));
    return partitions;
}

json::Object shown(const json::Object& item) {
    json::Object announcement{{"announcement_id", item.text("sk")}};
    for (const auto* const name : {"title", "text", "by", "at", "audience"})
        announcement.append_new(name, item.text(name));
    return announcement;
}

std::string text_in(
    const json::Object& sent, std::string_view name, std::size_t length_max,
    base::FieldErrors& errors
) {
    std::string text(base::trimmed(sent.text(name)));
    if (text.empty()) errors.push_back({std::string(name), "Write something here."});
    if (base::length(text) > length_max || base::has_control(text)) {
        errors.push_back(
            {std::string(name), "At most " + std::to_string(length_max) + " characters of text."}
        );
    }
    return text;
}

struct Found {
    json::Array items;
    std::string cursor;
};

base::Task<Found> found_for(
    table::Store* store, web::Identity who, std::size_t limit, std::string cursor
) {
    table::Query query;
    query.table = &journal::system_table();
    query.partitions = partitions_for(who);
    query.descending = true;
    query.limit = limit;
    query.cursor = std::move(cursor);
    const auto page = co_await store->query(std::move(query));
    Found found{.items = {}, .cursor = page.cursor};
    for (const auto& record : page.records) found.items.emplace_back(shown(record.item()));
    co_return found;
}

}  // namespace

base::Task<json::Array> Announcements::newest(web::Identity who, std::size_t limit) {
    auto found = co_await found_for(&journal_.store(), std::move(who), limit, {});
    co_return std::move(found.items);
}

base::Task<http::Response> Announcements::list(web::Call call) {
    const auto list = call.list({});
    auto found = co_await found_for(&journal_.store(), call.who, list.limit, list.cursor);
    json::Object model{
        {"items", std::move(found.items)},
        {"cursor", found.cursor.empty() ? json::Value(nullptr) : json::Value(found.cursor)},
    };
    if (!call.is_api()) {
        model.set("can", json::Object{{"create", !is_student(call.who)}});
        if (!found.cursor.empty()) {
            model.set(
                "more",
                json::Object{{"url", "/announcements?cursor=" + http::percent_encode(found.cursor)}}
            );
        }
    }
    co_return call.show("announcements", std::move(model));
}

base::Task<http::Response> Announcements::create(web::Call call) {
    const auto sent = call.body();
    base::FieldErrors errors;
    auto title = text_in(sent, "title", title_length_max, errors);
    auto text = text_in(sent, "text", text_length_max, errors);
    std::string audience(sent.text("audience"));
    if (audience.empty()) audience = "everyone";
    if (audience != "everyone" && audience != "staff")
        errors.push_back({"audience", "This is everyone or staff."});
    if (!errors.empty()) throw base::Error::invalid(std::move(errors));
    const auto now = journal_.clock().now_ms();
    const auto id = base::uuid_v7(now);
    const json::Object item{
        {"pk", partition_of(audience)},
        {"sk", id},
        {"title", title},
        {"text", text},
        {"by", call.who.name},
        {"at", base::timestamp(now)},
        {"audience", audience},
    };
    journal::Transaction change(call.actor(), "announcement_added", "announcement:" + id);
    change.also(table::Put{&journal::system_table(), item, {table::Condition::absent()}});
    change.note(title);
    std::vector<std::string> rooms{"everyone"};
    if (audience == "staff") rooms = {std::string(admin), std::string(faculty)};
    change.tell(
        {"server_message",
         std::move(rooms),
         {{"announcement_id", id}, {"title", std::move(title)}, {"text", std::move(text)}}}
    );
    web::Call::Done done{
        .item = shown(item), .location = "/api/announcements/" + id, .page = "/announcements"
    };
    co_return co_await call.commit(std::move(change), std::move(done));
}

base::Task<http::Response> Announcements::remove(web::Call call) {
    const auto id = call.id("announcement_id");
    for (auto& partition : partitions_for(call.who)) {
        table::Key key{partition, id};
        const auto found = co_await journal_.store().get(&journal::system_table(), key);
        if (!found) continue;
        journal::Transaction change(call.actor(), "announcement_deleted", "announcement:" + id);
        change.note(std::string(found->item().text("title")));
        change.also(
            table::Delete{&journal::system_table(), std::move(key), {table::Condition::present()}}
        );
        web::Call::Done done{.item = {}, .location = {}, .page = "/announcements"};
        co_return co_await call.commit(std::move(change), std::move(done));
    }
    throw base::Error::not_found("There is no such announcement.");
}

}  // namespace studentcore
