#include "platform/table/schema.h"

#include <algorithm>

#include "platform/base/clock.h"
#include "platform/base/decimal.h"
#include "platform/base/random.h"
#include "platform/base/text.h"

namespace table {
namespace {

using base::FieldErrors;

std::string sentence_list(const std::vector<std::string>& choices) {
    std::string text;
    for (std::size_t i = 0; i < choices.size(); ++i) {
        if (i > 0) text += i + 1 == choices.size() ? " or " : ", ";
        text += choices[i];
    }
    return text;
}

// The value to store, or a message about the one that was sent.
using Checked = std::expected<json::Value, std::string>;

Checked check_text(const Field& field, const json::Value& sent) {
    const std::string* string = sent.string();
    if (string == nullptr) return std::unexpected("This must be a text.");
    if (!base::is_utf8(*string)) return std::unexpected("This is not valid UTF-8.");
    const std::string_view trimmed = base::trimmed(*string);
    if (base::has_control(trimmed)) return std::unexpected("This has control characters in it.");
    if (!field.lines && base::has_line_break(trimmed))
        return std::unexpected("This must be one line, without tabs.");
    if (base::has_direction_override(trimmed))
        return std::unexpected("This has invisible characters that change the order of the text.");
    if (base::length(trimmed) > field.length_max)
        return std::unexpected(
            "This is longer than " + std::to_string(field.length_max) + " characters."
        );
    if (field.rule != nullptr)
        if (const std::string_view wrong = field.rule(trimmed); !wrong.empty())
            return std::unexpected(std::string(wrong));
    return json::Value(trimmed);
}

Checked check_number(const Field& field, const json::Value& sent) {
    const json::Number* number = sent.number();
    const std::string* string = sent.string();
    if (number == nullptr && string == nullptr) return std::unexpected("This must be a number.");
    const std::string_view text =
        number != nullptr ? std::string_view(number->text) : base::trimmed(*string);
    if (text.size() > number_length_max) return std::unexpected("This number is too long.");
    const auto value = base::Decimal::parse(text);
    if (!value) return std::unexpected("This must be a plain number, such as 12 or 12.5.");
    const int places = field.type == Type::integer ? 0 : field.decimals;
    if (value->scale() > places && value->rounded(places) != *value)
        return std::unexpected(
            places == 0 ? "This must be a whole number."
                        : "This may have at most " + std::to_string(places) + " decimals."
        );
    const auto least = base::Decimal::parse(field.least);
    const auto most = base::Decimal::parse(field.most);
    if (least && *value < *least)
        return std::unexpected("This must be at least " + field.least + ".");
    if (most && *value > *most) return std::unexpected("This must be at most " + field.most + ".");
    return json::Value(json::Number{value->rounded(std::min(places, value->scale())).text()});
}

Checked check_list(const Field& field, const json::Value& sent) {
    const json::Array* array = sent.array();
    if (array == nullptr) return std::unexpected("This must be a list of texts.");
    if (array->size() > field.length_max)
        return std::unexpected(
            "This has more than " + std::to_string(field.length_max) + " entries."
        );
    Field entry = field;
    entry.length_max = 200;
    json::Array list;
    for (const auto& one : *array) {
        auto text = check_text(entry, one);
        if (!text) return text;
        if (!field.references.empty() && !base::is_uuid(*text->string()))
            return std::unexpected("Each entry must be an id.");
        list.push_back(std::move(*text));
    }
    return json::Value(std::move(list));
}

Checked check_value(const Field& field, const json::Value& sent) {
    switch (field.type) {
        case Type::text:
            return check_text(field, sent);
        case Type::decimal:
        case Type::integer:
            return check_number(field, sent);
        case Type::boolean:
            if (sent.boolean() == nullptr) return std::unexpected("This must be true or false.");
            return sent;
        case Type::list:
            return check_list(field, sent);
        case Type::date:
            if (sent.string() == nullptr || !base::is_date(*sent.string()))
                return std::unexpected("This must be a date, such as 2026-09-01.");
            return sent;
        case Type::timestamp:
            if (sent.string() == nullptr || !base::parse_timestamp(*sent.string()))
                return std::unexpected("This must be a time, such as 2026-09-01T08:00:00Z.");
            return sent;
        case Type::choice:
            if (sent.string() == nullptr ||
                std::ranges::find(field.choices, *sent.string()) == field.choices.end())
                return std::unexpected("This must be " + sentence_list(field.choices) + ".");
            return sent;
        case Type::id:
            if (sent.string() == nullptr || !base::is_uuid(*sent.string()))
                return std::unexpected("This must be the id of a record.");
            return sent;
    }
    return sent;
}

bool is_empty(const json::Value& value) {
    return value.is_null() || (value.string() != nullptr && base::trimmed(*value.string()).empty());
}

// Every engine keeps a number exactly, as long as it is no longer than that.
bool has_long_number(const json::Value& value) {
    if (value.number() != nullptr) return value.number()->text.size() > number_length_max;
    if (value.array() != nullptr) return std::ranges::any_of(*value.array(), has_long_number);
    if (value.object() == nullptr) return false;
    return std::ranges::any_of(*value.object(), [](const json::Object::Member& member) {
        return has_long_number(member.second);
    });
}

// Attributes that no field names: any JSON within the limits, but no empty or odd name.
void take_unknown(
    const Schema& schema, const json::Object& sent, json::Object& item, FieldErrors& errors
) {
    std::size_t count = 0;
    for (const auto& [name, value] : sent) {
        if (schema.field(name) != nullptr) continue;
        if (!schema.sort_key.empty() && name == schema.sort_key) continue;
        if (name.empty() || name.size() > 100 || !base::is_utf8(name) || base::has_control(name)) {
            errors.push_back({"", "An attribute's name must be 1 to 100 characters of text."});
            continue;
        }
        if (++count > unknown_attributes_max) {
            errors.push_back({name, "There are too many attributes."});
            return;
        }
        if (has_long_number(value))
            errors.push_back({name, "A number in this is too long."});
        else if (value.is_null())
            item.erase(name);
        else
            item.set(name, value);
    }
}

}  // namespace

const Field* Schema::field(std::string_view wanted) const {
    for (const auto& one : fields)
        if (one.name == wanted) return &one;
    return nullptr;
}

const Index* Schema::index(std::string_view wanted) const {
    for (const auto& one : indexes)
        if (one.name == wanted) return &one;
    return nullptr;
}

namespace {

void take_value(
    const Field& field, const json::Value& value, json::Object& item, FieldErrors& errors
) {
    auto good = check_value(field, value);
    if (good)
        item.set(field.name, std::move(*good));
    else
        errors.push_back({field.name, std::move(good.error())});
}

void take_nothing(const Field& field, json::Object& item, FieldErrors& errors) {
    if (field.required)
        errors.push_back({field.name, "This is needed."});
    else if (!field.otherwise.empty() && field.type == Type::decimal)
        item.set(field.name, json::Number{field.otherwise});
    else if (!field.otherwise.empty())
        item.set(field.name, field.otherwise);
    else
        item.erase(field.name);
}

}  // namespace

std::expected<json::Object, FieldErrors> checked(
    const Schema& schema, const json::Object& sent, const json::Object& before, Mode mode
) {
    FieldErrors errors;
    json::Object item;
    if (mode == Mode::patch) {
        item = before;
    } else {
        for (const auto& field : schema.fields)
            if (const auto* kept = field.server ? before.find(field.name) : nullptr)
                item.set(field.name, *kept);
    }
    for (const auto& field : schema.fields) {
        if (field.server) continue;
        const json::Value* value = sent.find(field.name);
        if (value != nullptr && !is_empty(*value))
            take_value(field, *value, item, errors);
        else if (value != nullptr || mode != Mode::patch)
            take_nothing(field, item, errors);
    }
    take_unknown(schema, sent, item, errors);
    if (errors.empty() && json::write(item).size() > item_bytes_max)
        errors.push_back({"", "The record is larger than 100 KB."});
    if (!errors.empty()) return std::unexpected(std::move(errors));
    return item;
}

namespace {

// The list so far and the parts of the text. Nothing typed takes the attribute away, as with a text.
json::Value longer_list(const json::Value* before, std::string_view text) {
    json::Array list;
    if (before != nullptr && before->array() != nullptr) list = *before->array();
    for (const std::string_view part : base::split(text, ';'))
        if (!base::trimmed(part).empty()) list.emplace_back(base::trimmed(part));
    return list.empty() ? json::Value(nullptr) : json::Value(std::move(list));
}

}  // namespace

json::Object from_texts(
    const Schema& schema, const std::vector<std::pair<std::string, std::string>>& texts
) {
    json::Object values;
    for (const auto& [name, text] : texts) {
        const Field* field = schema.field(name);
        if (field != nullptr && field->type == Type::list) {
            values.set(name, longer_list(values.find(name), text));
        } else if (field != nullptr && field->type == Type::boolean && !text.empty()) {
            values.set(name, text == "true" || text == "on" || text == "yes" || text == "1");
        } else {
            // Numbers stay texts here: checked() reads both. An empty text takes an attribute away.
            values.set(
                name, field == nullptr && text.empty() ? json::Value(nullptr) : json::Value(text)
            );
        }
    }
    return values;
}

json::Object shown(const Schema& schema, json::Object item) {
    for (const auto& field : schema.fields)
        if (field.secret) item.erase(field.name);
    if (schema.show != nullptr) schema.show(item);
    return item;
}

namespace {

json::Object field_schema(const Field& field) {
    json::Object out;
    switch (field.type) {
        case Type::text:
            out.set("type", "string")
                .set("maxLength", static_cast<std::uint64_t>(field.length_max));
            if (field.required) out.set("minLength", 1);
            if (!field.format.empty()) out.set("format", field.format);
            break;
        case Type::decimal:
        case Type::integer: {
            out.set("type", field.type == Type::integer ? "integer" : "number");
            if (!field.least.empty()) out.set("minimum", json::Number{field.least});
            if (!field.most.empty()) out.set("maximum", json::Number{field.most});
            if (field.decimals > 0)
                out.set("multipleOf", json::Number{base::Decimal(1, field.decimals).text()});
            break;
        }
        case Type::boolean:
            out.set("type", "boolean");
            break;
        case Type::date:
            out.set("type", "string").set("format", "date");
            break;
        case Type::timestamp:
            out.set("type", "string").set("format", "date-time");
            break;
        case Type::id:
            out.set("type", "string").set("format", "uuid");
            break;
        case Type::choice: {
            json::Array choices;
            for (const auto& choice : field.choices) choices.emplace_back(choice);
            out.set("type", "string").set("enum", std::move(choices));
            break;
        }
        case Type::list: {
            json::Object entry{{"type", "string"}};
            if (!field.references.empty()) entry.set("format", "uuid");
            out.set("type", "array").set("items", std::move(entry));
            out.set("maxItems", static_cast<std::uint64_t>(field.length_max));
            break;
        }
    }
    if (!field.description.empty()) out.set("description", field.description);
    return out;
}

}  // namespace

json::Object json_schema(const Schema& schema, bool request, Mode mode) {
    json::Object properties;
    json::Array required;
    for (const auto& field : schema.fields) {
        if (field.secret || (request && field.server)) continue;
        json::Object one = field_schema(field);
        if (request && !field.required && one.text("type") != "array") {
            // null takes an optional attribute away, and so does an emptied field.
            if (one.contains("format")) {
                json::Object filled{{"type", "string"}, {"format", one.text("format")}};
                if (const auto* most = one.find("maxLength")) filled.set("maxLength", *most);
                for (const char* moved : {"type", "format", "maxLength"}) one.erase(moved);
                one.set(
                    "anyOf",
                    json::Array{std::move(filled), json::Object{{"enum", json::Array{"", nullptr}}}}
                );
                properties.set(field.name, std::move(one));
                continue;
            }
            json::Array types{json::Value(one.text("type")), json::Value("null")};
            if (one.contains("enum")) {
                json::Array choices = *one.find("enum")->array();
                choices.emplace_back(nullptr);
                one.set("enum", std::move(choices));
            }
            one.set("type", std::move(types));
        }
        properties.set(field.name, std::move(one));
        if (field.required && mode != Mode::patch) required.emplace_back(field.name);
        if (!request && field.name == schema.key) required.emplace_back(field.name);
    }
    json::Object out{{"type", "object"}, {"properties", std::move(properties)}};
    if (!required.empty()) out.set("required", std::move(required));
    out.set("additionalProperties", true);
    return out;
}

}  // namespace table
