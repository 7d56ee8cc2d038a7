#include "platform/table/stored_item.h"

#include <algorithm>

#include "platform/base/error.h"

namespace table {
namespace {

// The place after the JSON string that starts at `at` (on its quote).
std::size_t after_string(std::string_view text, std::size_t at) {
    for (++at; at < text.size(); ++at) {
        if (text[at] == '\\')
            ++at;
        else if (text[at] == '"')
            return at + 1;
    }
    return text.size();
}

// The place after the value that starts at `at`.
std::size_t after_value(std::string_view text, std::size_t at) {
    std::size_t depth = 0;
    while (at < text.size()) {
        const char c = text[at];
        if (c == '"') {
            at = after_string(text, at);
            if (depth == 0) return at;
            continue;
        }
        if (depth == 0 && (c == ',' || c == '}')) return at;
        if (c == '{' || c == '[') ++depth;
        if ((c == '}' || c == ']') && --depth == 0) return at + 1;
        ++at;
    }
    return at;
}

[[noreturn]] void no_key(const Schema& schema, std::string_view why) {
    throw base::Error(
        base::Code::internal, "The record can't be stored.",
        "table " + schema.name + ": " + std::string(why)
    );
}

constexpr std::size_t partition_bytes_max = 2048;  // as DynamoDB
constexpr std::size_t sort_bytes_max = 1024;

}  // namespace

std::optional<std::string_view> find_member(std::string_view text, std::string_view name) {
    std::string wanted;
    json::append_quoted(wanted, name);
    std::size_t at = 1;  // after the brace
    while (at < text.size() && text[at] == '"') {
        const std::size_t name_end = after_string(text, at);
        const std::size_t value_end = after_value(text, name_end + 1);
        if (text.substr(at, name_end - at) == wanted)
            return text.substr(name_end + 1, value_end - name_end - 1);
        at = value_end + 1;  // after the comma
    }
    return std::nullopt;
}

std::optional<std::string_view> index_text(const json::Object& item, std::string_view attribute) {
    const json::Value* value = item.find(attribute);
    const std::string* text = value == nullptr ? nullptr : value->string();
    if (text == nullptr || text->empty()) return std::nullopt;
    return *text;
}

std::optional<std::int64_t> expires_at(const Schema& schema, const json::Object& item) {
    if (schema.ttl.empty()) return std::nullopt;
    const std::int64_t at = item.integer(schema.ttl, 0);
    return at == 0 ? std::nullopt : std::optional(at);
}

Key key_of(const Schema& schema, const json::Object& item) {
    const auto partition = index_text(item, schema.key);
    if (!partition) no_key(schema, "an item without the text " + schema.key);
    Key key{std::string(*partition), {}};
    if (!schema.sort_key.empty()) {
        const auto sort = index_text(item, schema.sort_key);
        if (!sort) no_key(schema, "an item without the text " + schema.sort_key);
        key.sort = *sort;
    }
    check_key(schema, key);
    return key;
}

void check_key(const Schema& schema, const Key& key) {
    if (key.partition.empty()) no_key(schema, "a key without its partition");
    if (key.sort.empty() != schema.sort_key.empty()) no_key(schema, "a key of another shape");
    if (key.partition.size() > partition_bytes_max || key.sort.size() > sort_bytes_max)
        no_key(schema, "a key that is too long");
}

namespace {

bool equals(std::string_view found, const json::Value& wanted) {
    if (found == json::write(wanted)) return true;
    // Only what has members may be equal in another order.
    if (wanted.object() == nullptr && wanted.array() == nullptr) return false;
    const auto parsed = json::parse(found);
    return parsed && *parsed == wanted;
}

bool holds_one(const Condition& condition, std::optional<std::string_view> found) {
    switch (condition.kind) {
        case Condition::Kind::absent:
            return !found;
        case Condition::Kind::present:
            return found.has_value();
        case Condition::Kind::lacks:
            return !found || !find_member(*found, condition.attribute);
        case Condition::Kind::equals:
            break;
    }
    if (!found) return false;
    const auto member = find_member(*found, condition.attribute);
    return member && equals(*member, condition.value);
}

}  // namespace

bool holds(const std::vector<Condition>& conditions, std::optional<std::string_view> found) {
    return std::ranges::all_of(conditions, [&](const Condition& condition) {
        return holds_one(condition, found);
    });
}

}  // namespace table
