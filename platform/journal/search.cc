// Finding records by words, unique values and kept answers; counting them again.
#include <algorithm>
#include <compare>
#include <functional>
#include <map>

#include "platform/base/text.h"
#include "platform/journal/journal.h"
#include "platform/journal/rows.h"

namespace journal {
namespace {

bool has_prefixes(std::string_view words, const std::vector<std::string>& wanted) {
    return std::ranges::all_of(wanted, [&](const std::string& prefix) {
        if (words.starts_with(prefix)) return true;
        return words.find(" " + prefix) != std::string_view::npos;
    });
}

using Counted = std::map<std::string, std::map<std::string, std::int64_t>>;  // by group and name

base::Task<> count_items(table::Store* store, table::SchemaRef table, Counted* counted) {
    std::string cursor;
    do {
        const table::Page page = co_await store->scan(table, cursor, table::query_limit_max);
        for (const auto& record : page.records)
            for (const auto& key : table->counts(record.item()))
                (*counted)[key.group][key.name] += key.value;
        cursor = page.cursor;
    } while (!cursor.empty());
}

}  // namespace

base::Task<std::vector<std::string>> Journal::search(
    table::SchemaRef table, std::string text, std::size_t limit
) {
    std::vector<std::string> keys;
    const auto wanted = base::words(text, search_words_max);
    if (wanted.empty()) co_return keys;
    // The longest word is the rarest: the others only filter.
    const auto longest = std::ranges::max_element(wanted, {}, &std::string::size);
    table::Query query;
    query.table = &system_table();
    query.partitions = {word_partition(*table, *longest)};
    query.prefix = *longest;
    query.limit = table::query_limit_max;
    do {
        table::Page page = co_await store_.query(query);
        for (const auto& record : page.records) {
            const auto key = json::peek(record.text, "key");
            const auto words = json::peek(record.text, "words");
            if (!key || !words || !has_prefixes(*words, wanted)) continue;
            if (std::ranges::find(keys, *key) == keys.end()) keys.emplace_back(*key);
            if (keys.size() == limit) co_return keys;
        }
        query.cursor = std::move(page.cursor);
    } while (!query.cursor.empty());
    co_return keys;
}

namespace {

// Not inside the coroutine: there g++ 12 leaves its comparison out of a release.
struct Hit {
    std::string order, key;
    auto operator<=>(const Hit&) const = default;
};

}  // namespace

base::Task<std::vector<std::string>> Journal::search_within(
    table::SchemaRef table, std::string scope, std::string text, std::size_t limit
) {
    std::vector<Hit> hits;
    const auto wanted = base::words(text, search_words_max);
    if (wanted.empty()) co_return std::vector<std::string>{};
    const std::string longest = *std::ranges::max_element(wanted, {}, &std::string::size);
    table::Query query;
    query.table = &system_table();
    query.partitions = {word_partition_within(*table, scope)};
    query.prefix = longest;
    query.descending = true;
    query.limit = table::query_limit_max;
    do {
        table::Page page = co_await store_.query(query);
        for (const auto& record : page.records) {
            const auto key = json::peek(record.text, "key");
            const auto words = json::peek(record.text, "words");
            const auto sort = json::peek(record.text, "sk");
            if (!key || !words || !sort || !has_prefixes(*words, wanted)) continue;
            // <word>#<order>#<key>: the order's own text never holds a #.
            const auto from = sort->find('#');
            hits.push_back(
                {std::string(sort->substr(from + 1, sort->size() - key->size() - from - 2)),
                 std::string(*key)}
            );
        }
        query.cursor = std::move(page.cursor);
    } while (!query.cursor.empty() && hits.size() < limit);
    std::ranges::sort(hits, std::greater());
    const auto same = std::ranges::unique(hits);
    hits.erase(same.begin(), same.end());
    if (hits.size() > limit) hits.resize(limit);
    std::vector<std::string> keys;
    keys.reserve(hits.size());
    for (auto& hit : hits) keys.push_back(std::move(hit.key));
    co_return keys;
}

base::Task<std::optional<std::string>> Journal::owner(
    table::SchemaRef table, std::string field, std::string value
) {
    const std::string folded = base::folded(value);
    if (folded.empty()) co_return std::nullopt;
    const auto guard =
        co_await store_.get(&system_table(), {guard_partition(*table, field, folded), "-"});
    if (!guard) co_return std::nullopt;
    co_return std::string(guard->item().text("owner"));
}

base::Task<std::optional<Idempotency>> Journal::answered(std::string key) {
    const auto record = co_await store_.get(&system_table(), {"idempotency#" + key, "-"});
    if (!record) co_return std::nullopt;
    const json::Object item = record->item();
    co_return Idempotency{
        .key = std::move(key),
        .fingerprint = std::string(item.text("fingerprint")),
        .status = static_cast<int>(item.integer("status")),
        .location = std::string(item.text("location")),
        .answer = std::string(item.text("answer"))
    };
}

base::Task<std::vector<Journal::Difference>> Journal::recount(
    std::vector<table::SchemaRef> tables, bool mend
) {
    Counted counted;
    for (const auto* table : tables) {
        if (table->counts == nullptr) continue;
        for (const auto& key : table->counts({})) counted[key.group];
        co_await count_items(&store_, table, &counted);
    }
    std::vector<Difference> differences;
    for (auto& [group, names] : counted) {
        std::vector<table::Counter> right;
        for (const auto& [name, value] : names) right.push_back({group, name, value});
        const auto all_kept = co_await store_.counters(group);
        for (const auto& kept : all_kept) {
            const auto there = names.find(kept.name);
            const std::int64_t value = there == names.end() ? 0 : there->second;
            if (value != kept.value) differences.push_back({group, kept.name, kept.value, value});
            if (there != names.end()) names.erase(there);
        }
        for (const auto& [name, value] : names) differences.push_back({group, name, 0, value});
        if (mend) co_await store_.set_counters(group, std::move(right));
    }
    co_return differences;
}

}  // namespace journal
