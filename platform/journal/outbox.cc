#include "platform/journal/outbox.h"

#include <algorithm>

#include "platform/base/error.h"
#include "platform/base/log.h"
#include "platform/journal/rows.h"

namespace journal {
namespace {

constexpr std::size_t batch = 100;
constexpr std::string_view failed_partition = "outbox_failed";

table::Query of_partition(std::string_view partition) {
    table::Query query;
    query.table = &system_table();
    query.partitions = {std::string(partition)};
    query.limit = batch;
    return query;
}

table::Delete removal(const json::Object& item) {
    return {&system_table(), {std::string(item.text("pk")), std::string(item.text("sk"))}, {}};
}

struct Running {
    std::atomic<bool>& flag;
    ~Running() { flag = false; }
};

}  // namespace

base::Task<std::size_t> Outbox::drain() {
    if (running_.exchange(true)) co_return 0;
    const Running running{running_};
    if (!counted_.exchange(true)) failed_count_ = (co_await failed()).size();
    std::size_t done = 0;
    table::Query query = of_partition(outbox_partition());
    do {
        table::Page page = co_await journal_.store().query(query);
        query.cursor = page.cursor;
        for (const auto& record : page.records) {
            json::Object item = record.item();
            if (item.integer("not_before") > journal_.clock().now_ms()) continue;
            if (co_await run_one(std::move(item))) ++done;
        }
    } while (!query.cursor.empty());
    co_return done;
}

base::Task<bool> Outbox::run_one(json::Object item) {
    const auto work = work_.find(item.text("kind"));
    const json::Value* payload = item.find("payload");
    std::string failure;
    if (work == work_.end() || payload == nullptr || payload->object() == nullptr) {
        failure = "nobody does this kind of work";
    } else {
        try {
            co_await work->second(*payload->object());
        } catch (const base::Error& error) {
            failure = error.detail.empty() ? error.shown : error.detail;
        } catch (const std::exception& error) {
            failure = error.what();
        }
    }
    if (failure.empty()) {
        table::Write write;
        write.operations.emplace_back(removal(item));
        (void)co_await journal_.store().write(std::move(write));
        co_return true;
    }
    base::log(
        base::Level::warning, "outbox_failed",
        {{"kind", item.text("kind")}, {"tries", item.integer("tries") + 1}, {"cause", failure}}
    );
    item.set("cause", failure);
    co_await postpone(std::move(item));
    co_return false;
}

base::Task<> Outbox::postpone(json::Object item) {
    const std::int64_t tries = item.integer("tries") + 1;
    table::Write write;
    if (tries >= tries_max) {
        write.operations.emplace_back(removal(item));
        item.set("pk", failed_partition);
        ++failed_count_;
    }
    const std::int64_t wait_s =
        std::min<std::int64_t>(300, std::int64_t{1} << std::min<std::int64_t>(tries - 1, 9));
    item.set("tries", tries);
    item.set("not_before", journal_.clock().now_ms() + wait_s * 1000);
    write.operations.emplace_back(table::Put{&system_table(), std::move(item), {}});
    (void)co_await journal_.store().write(std::move(write));
}

base::Task<std::vector<json::Object>> Outbox::failed() {
    std::vector<json::Object> items;
    table::Query query = of_partition(failed_partition);
    do {
        table::Page page = co_await journal_.store().query(query);
        query.cursor = std::move(page.cursor);
        for (const auto& record : page.records) items.push_back(record.item());
    } while (!query.cursor.empty());
    co_return items;
}

base::Task<std::size_t> Outbox::replay() {
    auto items = co_await failed();
    for (auto& item : items) {
        table::Write write;
        write.operations.emplace_back(removal(item));
        item.set("pk", outbox_partition()).set("tries", 0).set("not_before", 0);
        item.erase("cause");
        write.operations.emplace_back(table::Put{&system_table(), std::move(item), {}});
        (void)co_await journal_.store().write(std::move(write));
    }
    counted_ = false;
    co_return items.size();
}

base::Task<std::size_t> Outbox::waiting() {
    const table::Page page = co_await journal_.store().query(of_partition(outbox_partition()));
    co_return page.records.size();
}

}  // namespace journal
