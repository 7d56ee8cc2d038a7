#include "platform/journal/rows.h"

#include "platform/base/text.h"

namespace journal {

std::string guard_partition(
    const table::Schema& schema, std::string_view field, std::string_view folded
) {
    return "unique#" + schema.name + "." + std::string(field) + "#" + std::string(folded);
}

std::string word_partition(const table::Schema& schema, std::string_view word) {
    // The first character, however many bytes it has.
    std::size_t length = 1;
    while (length < word.size() && (static_cast<unsigned char>(word[length]) & 0xC0U) == 0x80U)
        ++length;
    return "word#" + schema.name + "#" + std::string(word.substr(0, length));
}

std::string word_partition_within(const table::Schema& schema, std::string_view scope) {
    return "words#" + schema.name + "#" + std::string(scope);
}

namespace {

std::vector<std::string> search_words(const table::Schema& schema, const json::Object& item) {
    std::string text;
    for (const auto& field : schema.search) text.append(item.text(field)).push_back(' ');
    return base::words(text, search_words_max);
}

}  // namespace

std::size_t count_rows(const table::Schema& schema, const json::Object& item) {
    const std::size_t words = schema.search.empty() ? 0 : search_words(schema, item).size();
    return words + (schema.links == nullptr ? 0 : schema.links(item).size());
}

std::vector<json::Object> rows_of(const table::Schema& schema, const json::Object& item) {
    std::vector<json::Object> rows;
    const std::string key(item.text(schema.key));
    if (!schema.search.empty()) {
        const bool scoped = !schema.search_scope.empty();
        const auto words = search_words(schema, item);
        std::string all;
        for (const auto& word : words) {
            if (!all.empty()) all.push_back(' ');
            all.append(word);
        }
        for (const auto& word : words) {
            std::string sort = word;
            if (scoped) sort.append("#").append(item.text(schema.search_order));
            sort.append("#").append(key);
            rows.push_back(
                {{"pk", scoped ? word_partition_within(schema, item.text(schema.search_scope))
                               : word_partition(schema, word)},
                 {"sk", std::move(sort)},
                 {"key", key},
                 {"words", all}}
            );
        }
    }
    if (schema.links != nullptr)
        for (auto& link : schema.links(item))
            rows.push_back({{"pk", std::move(link.partition)}, {"sk", std::move(link.sort)}});
    return rows;
}

}  // namespace journal
