#include "studentcore/bulk.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "platform/base/text.h"

namespace studentcore {

base::Task<std::optional<std::vector<json::Object>>> Walk::next(std::size_t limit) {
    if (ended_) co_return std::nullopt;
    query_.limit = limit;
    table::Query now = query_;
    const auto page = co_await store_.query(std::move(now));
    query_.cursor = page.cursor;
    ended_ = page.cursor.empty();
    std::vector<table::Key> keys;
    for (const auto& record : page.records)
        keys.push_back({std::string(record.item().text(query_.table->key)), {}});
    std::vector<json::Object> fresh;
    if (keys.empty()) co_return fresh;
    const auto records = co_await store_.get_many(query_.table, std::move(keys));
    for (const auto& record : records)
        if (record) fresh.push_back(record->item());
    co_return fresh;
}

table::Query index_query(table::SchemaRef table, std::string index, std::string partition) {
    table::Query query;
    query.table = table;
    query.index = std::move(index);
    query.partitions.push_back(std::move(partition));
    return query;
}

base::Task<std::vector<table::Record>> all_of(table::Store* store, table::Query query) {
    query.limit = table::query_limit_max;
    std::vector<table::Record> all;
    do {
        auto page = co_await store->query(query);
        query.cursor = std::move(page.cursor);
        if (all.empty())
            all = std::move(page.records);
        else
            std::ranges::move(page.records, std::back_inserter(all));
    } while (!query.cursor.empty());
    co_return all;
}

base::Task<std::vector<table::Record>> all_of(
    table::Store* store, table::SchemaRef table, std::string index, std::string partition
) {
    auto query = index_query(table, std::move(index), std::move(partition));
    co_return co_await all_of(store, std::move(query));
}

base::Task<std::size_t> count_of(
    table::Store* store, table::SchemaRef table, std::string index, std::string partition
) {
    const auto all = co_await all_of(store, table, std::move(index), std::move(partition));
    co_return all.size();
}

json::Array texts_of(const json::Object& item, std::string_view name) {
    const json::Value* value = item.find(name);
    return value == nullptr || value->array() == nullptr ? json::Array{} : *value->array();
}

std::vector<std::string> strings_of(const json::Object& item, std::string_view name) {
    std::vector<std::string> strings;
    const auto take = [&](std::string_view text) {
        for (const std::string_view line : base::split(text, '\n'))
            for (const std::string_view part : base::split(line, ','))
                for (const std::string_view piece : base::split(part, ';'))
                    if (const auto word = base::trimmed(piece); !word.empty())
                        strings.emplace_back(word);
    };
    const json::Value* value = item.find(name);
    if (value == nullptr) return strings;
    if (value->string() != nullptr) take(*value->string());
    if (value->array() != nullptr)
        for (const auto& one : *value->array())
            if (one.string() != nullptr) take(*one.string());
    return strings;
}

}  // namespace studentcore
