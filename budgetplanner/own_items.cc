#include "budgetplanner/own_items.h"

#include <algorithm>
#include <utility>

#include "budgetplanner/tables.h"
#include "platform/base/random.h"

namespace budgetplanner {
namespace {

table::Condition unchanged(const json::Object& row) {
    return table::Condition::equals("version", row.integer("version"));
}

// As a client sees it: the id by its own name, without the row's keys.
json::Object shown_as(const table::Schema& schema, json::Object row) {
    json::Object item{{schema.key, row.text("sk")}};
    for (auto& [name, value] : row)
        if (name != "pk" && name != "sk" && name != schema.key)
            item.append_new(name, std::move(value));
    return table::shown(schema, std::move(item));
}

}  // namespace

base::Task<std::vector<json::Object>> own_items(
    table::Store* store, table::SchemaRef noun, std::string user_id
) {
    table::Query query;
    query.table = &journal::system_table();
    query.partitions = {noun->name + "#" + user_id};
    query.limit = table::query_limit_max;
    const auto page = co_await store->query(std::move(query));
    std::vector<json::Object> items;
    for (const auto& record : page.records) items.push_back(shown_as(*noun, record.item()));
    std::ranges::stable_sort(items, {}, [](const json::Object& item) {
        return item.integer("position");
    });
    co_return items;
}

std::string OwnItems::partition(const std::string& user_id) const {
    return noun_.schema->name + "#" + user_id;
}

json::Object OwnItems::shown(json::Object row) const {
    return shown_as(*noun_.schema, std::move(row));
}

journal::Transaction OwnItems::change_by(const web::Call& call, std::string action) const {
    journal::Transaction change(
        call.actor(), noun_.schema->name + "_" + std::move(action), subject_of(call.who.user_id)
    );
    return change;
}

void OwnItems::tell(journal::Transaction& change, const std::string& user_id) const {
    change.tell({noun_.schema->name + "_changed", {room_of(user_id)}, {}});
}

base::Task<std::vector<json::Object>> OwnItems::of(std::string user_id) {
    return own_items(&journal_.store(), noun_.schema, std::move(user_id));
}

base::Task<std::optional<json::Object>> OwnItems::find(std::string user_id, std::string id) {
    table::Key key{partition(user_id), std::move(id)};
    const auto record = co_await journal_.store().get(&journal::system_table(), std::move(key));
    if (!record) co_return std::nullopt;
    co_return shown(record->item());
}

base::Task<json::Object> OwnItems::require(std::string user_id, std::string id) {
    auto found = co_await find(std::move(user_id), std::move(id));
    if (!found) throw base::Error::not_found("There is nothing at this address.");
    co_return std::move(*found);
}

void OwnItems::add(
    journal::Transaction& change, const std::string& user_id, std::string id, json::Object item
) const {
    json::Object row{{"pk", partition(user_id)}, {"sk", std::move(id)}};
    for (auto& [name, value] : item)
        if (name != noun_.schema->key && name != "version" && name != "pk" && name != "sk")
            row.append_new(name, std::move(value));
    row.set("version", 1);
    change.also(table::Put{&journal::system_table(), std::move(row), {table::Condition::absent()}});
}

base::Task<http::Response> OwnItems::list(web::Call call) {
    auto items = co_await of(call.who.user_id);
    json::Array all;
    for (auto& item : items) all.emplace_back(std::move(item));
    co_return call.show(noun_.schema->name, {{"items", std::move(all)}, {"cursor", nullptr}});
}

base::Task<http::Response> OwnItems::get(web::Call call) {
    const auto item = co_await require(call.who.user_id, call.id(noun_.schema->key));
    co_return web::Call::record(json::write(item), item.text("version"));
}

base::Task<http::Response> OwnItems::create(web::Call call) {
    const auto others = co_await of(call.who.user_id);
    if (others.size() >= noun_.most)
        throw base::Error::conflict(
            "There are " + std::to_string(others.size()) + " of these already: delete one first."
        );
    auto item = table::checked(*noun_.schema, call.body(noun_.schema), {}, table::Mode::create);
    base::FieldErrors errors;
    if (!item)
        errors = std::move(item.error());
    else if (noun_.check)
        errors = noun_.check(*item, others);
    if (!errors.empty()) throw base::Error::invalid(std::move(errors));
    const std::string id = base::uuid_v7(journal_.clock().now_ms());
    auto change = change_by(call, "added");
    add(change, call.who.user_id, id, *item);
    item->set(noun_.schema->key, id).set("version", 1);
    if (noun_.follow_up) noun_.follow_up(change, call.who.user_id, {}, *item);
    tell(change, call.who.user_id);
    web::Call::Done done{
        .item = table::shown(*noun_.schema, std::move(*item)),
        .location = "/api/" + noun_.schema->name + "/" + id,
        .page = noun_.page
    };
    co_return co_await call.commit(std::move(change), std::move(done));
}

base::Task<http::Response> OwnItems::patch(web::Call call) {
    const std::string id = call.id(noun_.schema->key);
    const auto before = co_await require(call.who.user_id, id);
    const auto sent = call.body(noun_.schema);
    call.check_version(before, sent);
    auto after = table::checked(*noun_.schema, sent, before, table::Mode::patch);
    base::FieldErrors errors;
    if (!after) {
        errors = std::move(after.error());
    } else if (noun_.check) {
        auto others = co_await of(call.who.user_id);
        std::erase_if(others, [&](const json::Object& one) {
            return one.text(noun_.schema->key) == id;
        });
        errors = noun_.check(*after, others);
    }
    if (!errors.empty()) throw base::Error::invalid(std::move(errors));
    auto change = change_by(call, "changed");
    json::Object row{{"pk", partition(call.who.user_id)}, {"sk", id}};
    for (const auto& [name, value] : *after)
        if (name != noun_.schema->key) row.append_new(name, value);
    row.set("version", before.integer("version") + 1);
    change.also(table::Put{&journal::system_table(), std::move(row), {unchanged(before)}});
    after->set("version", before.integer("version") + 1);
    if (noun_.follow_up) noun_.follow_up(change, call.who.user_id, before, *after);
    tell(change, call.who.user_id);
    web::Call::Done done{
        .item = table::shown(*noun_.schema, std::move(*after)), .location = {}, .page = noun_.page
    };
    co_return co_await call.commit(std::move(change), std::move(done));
}

base::Task<http::Response> OwnItems::remove(web::Call call) {
    const std::string id = call.id(noun_.schema->key);
    const auto before = co_await require(call.who.user_id, id);
    call.check_version(before);
    auto change = change_by(call, "deleted");
    change.also(table::Delete{
        &journal::system_table(), {partition(call.who.user_id), id}, {unchanged(before)}
    });
    if (noun_.follow_up) noun_.follow_up(change, call.who.user_id, before, {});
    tell(change, call.who.user_id);
    web::Call::Done done{.item = {}, .location = {}, .page = noun_.page};
    co_return co_await call.commit(std::move(change), std::move(done));
}

}  // namespace budgetplanner
