#include "platform/base/json.h"

#include <array>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/error.hpp>
#include <charconv>
#include <cstring>
#include <unordered_set>

namespace json {

Object::Object() = default;
Object::Object(std::initializer_list<Member> members) : members_(members) {}
Object::~Object() = default;
Object::Object(const Object&) = default;
Object::Object(Object&&) noexcept = default;
Object& Object::operator=(const Object&) = default;
Object& Object::operator=(Object&&) noexcept = default;

namespace {

// Names of one length mostly differ in their last character: that is seen without a call.
bool is_named(const Object::Member& member, std::string_view name) {
    const std::string& own = member.first;
    return own.size() == name.size() &&
           (name.empty() ||
            (own.back() == name.back() && std::memcmp(own.data(), name.data(), name.size()) == 0));
}

}  // namespace

const Value* Object::find(std::string_view name) const {
    for (const auto& member : members_)
        if (is_named(member, name)) return &member.second;
    return nullptr;
}
Value* Object::find(std::string_view name) {
    return const_cast<Value*>(std::as_const(*this).find(name));
}

Object& Object::set(std::string_view name, Value value) {
    if (Value* there = find(name))
        *there = std::move(value);
    else
        members_.emplace_back(std::string(name), std::move(value));
    return *this;
}

void Object::reserve(std::size_t count) { members_.reserve(count); }

Object::Member& Object::append_new(std::string name, Value value) {
    return members_.emplace_back(std::move(name), std::move(value));
}

bool Object::erase(std::string_view name) {
    return std::erase_if(members_, [&](const Member& member) { return member.first == name; }) > 0;
}

std::string_view Object::text(std::string_view name) const {
    const Value* value = find(name);
    if (value == nullptr) return {};
    if (const auto* string = value->string()) return *string;
    if (const auto* number = value->number()) return number->text;
    return {};
}

std::int64_t Object::integer(std::string_view name, std::int64_t otherwise) const {
    const std::string_view digits = text(name);
    std::int64_t value = 0;
    const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return code == std::errc() && end == digits.data() + digits.size() ? value : otherwise;
}

bool Object::truth(std::string_view name) const {
    const Value* value = find(name);
    const bool* boolean = value == nullptr ? nullptr : value->boolean();
    return boolean != nullptr && *boolean;
}

bool Object::operator==(const Object& other) const {
    if (members_.size() != other.members_.size()) return false;
    for (const auto& [name, value] : members_) {
        const Value* theirs = other.find(name);
        if (theirs == nullptr || !(*theirs == value)) return false;
    }
    return true;
}

namespace {

// Builds the tree from the parser's events. A false return with `code` set stops the parser.
struct Builder {
    static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

    struct Level {
        bool is_object = false;
        Object object;
        Array array;
        std::string name;
        std::unordered_set<std::string> seen;  // used once an object has more than a few members
    };
    using Code = boost::json::error_code;

    Limits limits;
    std::size_t values = 0;
    std::vector<Level> levels;
    Value result;
    std::string pending;
    std::string complaint;

    bool refuse(std::string why, Code& code) {
        complaint = std::move(why);
        code = boost::json::error::too_deep;
        return false;
    }
    bool put(Value value, Code& code) {
        if (++values > limits.values_max) return refuse("The JSON has too many values.", code);
        if (levels.empty()) {
            result = std::move(value);
            return true;
        }
        Level& level = levels.back();
        if (!level.is_object) {
            level.array.push_back(std::move(value));
            return true;
        }
        const bool many = level.object.size() >= 16;
        if (many && level.seen.empty())
            for (const auto& member : level.object) level.seen.insert(member.first);
        const bool twice =
            many ? !level.seen.insert(level.name).second : level.object.contains(level.name);
        if (twice) return refuse("The JSON has the member \"" + level.name + "\" twice.", code);
        // Known to be new, so append without looking again.
        level.object.append_new(std::move(level.name), std::move(value));
        level.name.clear();
        return true;
    }
    bool open(bool is_object, Code& code) {
        if (levels.size() >= limits.depth_max)
            return refuse("The JSON is nested too deeply.", code);
        levels.emplace_back().is_object = is_object;
        return true;
    }
    bool close(Code& code) {
        Level level = std::move(levels.back());
        levels.pop_back();
        return level.is_object ? put(Value(std::move(level.object)), code)
                               : put(Value(std::move(level.array)), code);
    }

    bool on_document_begin(Code&) { return true; }
    bool on_document_end(Code&) { return true; }
    bool on_object_begin(Code& code) { return open(true, code); }
    bool on_object_end(std::size_t, Code& code) { return close(code); }
    bool on_array_begin(Code& code) { return open(false, code); }
    bool on_array_end(std::size_t, Code& code) { return close(code); }
    bool on_key_part(boost::json::string_view part, std::size_t, Code&) {
        pending.append(part);
        return true;
    }
    bool on_key(boost::json::string_view part, std::size_t, Code&) {
        pending.append(part);
        levels.back().name = std::move(pending);
        pending.clear();
        return true;
    }
    bool on_string_part(boost::json::string_view part, std::size_t, Code&) {
        pending.append(part);
        return true;
    }
    bool on_string(boost::json::string_view part, std::size_t, Code& code) {
        pending.append(part);
        Value value(std::move(pending));
        pending.clear();
        return put(std::move(value), code);
    }
    bool on_number_part(boost::json::string_view part, Code&) {
        pending.append(part);
        return true;
    }
    bool number(boost::json::string_view part, Code& code) {
        pending.append(part);
        Number value{std::move(pending)};
        pending.clear();
        return put(Value(std::move(value)), code);
    }
    bool on_int64(std::int64_t, boost::json::string_view part, Code& code) {
        return number(part, code);
    }
    bool on_uint64(std::uint64_t, boost::json::string_view part, Code& code) {
        return number(part, code);
    }
    bool on_double(double, boost::json::string_view part, Code& code) { return number(part, code); }
    bool on_bool(bool value, Code& code) { return put(Value(value), code); }
    bool on_null(Code& code) { return put(Value(nullptr), code); }
    bool on_comment_part(boost::json::string_view, Code&) { return true; }
    bool on_comment(boost::json::string_view, Code&) { return true; }
};

}  // namespace

std::expected<Value, ParseError> parse(std::string_view text, Limits limits) {
    boost::json::parse_options options;
    options.max_depth = limits.depth_max + 1;
    boost::json::basic_parser<Builder> parser(options);
    parser.handler().limits = limits;
    boost::json::error_code code;
    const std::size_t read = parser.write_some(false, text.data(), text.size(), code);
    std::size_t end = read;
    while (!code && end < text.size()) {
        const char c = text[end];
        if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
            code = boost::json::error::extra_data;
            break;
        }
        ++end;
    }
    if (code) {
        std::string message = std::move(parser.handler().complaint);
        if (message.empty())
            message =
                "Not valid JSON near byte " + std::to_string(read) + ": " + code.message() + ".";
        return std::unexpected(ParseError{.message = std::move(message), .offset = read});
    }
    return std::move(parser.handler().result);
}

namespace {

constexpr std::array<bool, 256> is_escaped = [] {
    std::array<bool, 256> escaped{};
    for (std::size_t c = 0; c < 0x20; ++c) escaped[c] = true;
    for (const char c : {'"', '\\', '<'}) escaped[static_cast<unsigned char>(c)] = true;
    return escaped;
}();

// Whether one of eight bytes is escaped. Each test sets the high bit of the bytes it is true for (and
// perhaps of those after the first).
bool any_escaped(const char* eight) {
    constexpr std::uint64_t ones = 0x0101010101010101U;
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, eight, sizeof bytes);
    const auto less_than = [](std::uint64_t of, std::uint64_t limit) {
        return (of - ones * limit) & ~of;
    };
    const std::uint64_t found = less_than(bytes, 0x20) | less_than(bytes ^ (ones * '"'), 1) |
                                less_than(bytes ^ (ones * '\\'), 1) |
                                less_than(bytes ^ (ones * '<'), 1);
    return (found & (ones * 0x80)) != 0;
}

// Where the first byte that is escaped stands, from there on; the text's size when there is none.
std::size_t next_escaped(std::string_view text, std::size_t from) {
    while (from + 8 <= text.size() && !any_escaped(text.data() + from)) from += 8;
    while (from < text.size() && !is_escaped[static_cast<unsigned char>(text[from])]) ++from;
    return from;
}

}  // namespace

void append_quoted(std::string& out, std::string_view text) {
    static constexpr char digits[] = "0123456789abcdef";
    out += '"';
    std::size_t clean = 0;
    for (std::size_t i = next_escaped(text, 0); i < text.size(); i = next_escaped(text, i + 1)) {
        const auto c = static_cast<unsigned char>(text[i]);
        out.append(text.substr(clean, i - clean));
        clean = i + 1;
        switch (c) {
            case '"':
                out += "\\\"";
                break;
            case '\\':
                out += "\\\\";
                break;
            case '\n':
                out += "\\n";
                break;
            case '\r':
                out += "\\r";
                break;
            case '\t':
                out += "\\t";
                break;
            default:
                out += "\\u00";
                out += digits[c >> 4U];
                out += digits[c & 15U];
        }
    }
    out.append(text.substr(clean));
    out += '"';
}

void append(std::string& out, const Object& object) {
    out += '{';
    bool first = true;
    for (const auto& [name, value] : object) {
        if (!first) out += ',';
        first = false;
        append_quoted(out, name);
        out += ':';
        append(out, value);
    }
    out += '}';
}

void append(std::string& out, const Value& value) {
    if (const auto* string = value.string()) {
        append_quoted(out, *string);
    } else if (const auto* number = value.number()) {
        out += number->text;
    } else if (const auto* boolean = value.boolean()) {
        out += *boolean ? "true" : "false";
    } else if (const auto* object = value.object()) {
        append(out, *object);
    } else if (const auto* array = value.array()) {
        out += '[';
        for (std::size_t i = 0; i < array->size(); ++i) {
            if (i > 0) out += ',';
            append(out, (*array)[i]);
        }
        out += ']';
    } else {
        out += "null";
    }
}

std::string write(const Value& value) {
    std::string out;
    append(out, value);
    return out;
}
std::string write(const Object& object) {
    std::string out;
    append(out, object);
    return out;
}

namespace {

const char* find_in(const char* from, const char* end, char wanted) {
    return static_cast<const char*>(std::memchr(from, wanted, static_cast<std::size_t>(end - from))
    );
}

// Behind the closing quote of the string whose first character this is; null when there is none.
const char* after_string(const char* from, const char* end) {
    const char* const first = from;
    while (const char* quote = find_in(from, end, '"')) {
        const char* before = quote;
        while (before != first && before[-1] == '\\') --before;
        if ((quote - before) % 2 == 0) return quote + 1;
        from = quote + 1;
    }
    return nullptr;
}

// Behind the value that begins here: at its comma or closing bracket; null when it has no end.
const char* after_value(const char* from, const char* end) {
    std::size_t depth = 0;
    while (from != end) {
        const char c = *from++;
        if (c == '"') {
            from = after_string(from, end);
            if (from == nullptr) return nullptr;
        } else if (c == '{' || c == '[') {
            ++depth;
        } else if (c == '}' || c == ']') {
            if (depth == 0) return from - 1;
            --depth;
        } else if (c == ',' && depth == 0) {
            return from - 1;
        }
    }
    return nullptr;
}

// Where the value of a top-level member begins; npos when it is not there. Steps from member to
// member of the compact form.
std::size_t value_of(std::string_view text, std::string_view name) {
    const char* const end = text.data() + text.size();
    if (!text.starts_with('{')) return std::string_view::npos;
    const char* at = text.data() + 1;
    while (end - at > 3 && *at == '"') {
        const char* const first = at + 1;
        at = after_string(first, end);
        if (at == nullptr || at == end || *at != ':') break;
        const std::string_view found(first, at - 1);
        ++at;
        if (found == name && !name.contains('\\'))
            return static_cast<std::size_t>(at - text.data());
        at = after_value(at, end);
        if (at == nullptr || *at != ',') break;
        ++at;
    }
    return std::string_view::npos;
}

}  // namespace

std::optional<std::string_view> peek(std::string_view text, std::string_view name) {
    const std::size_t quote = value_of(text, name);
    if (quote >= text.size() || text[quote] != '"') return std::nullopt;
    const std::size_t value = quote + 1;
    const std::size_t end = text.find_first_of("\"\\", value);
    if (end == std::string_view::npos || text[end] != '"') return std::nullopt;
    return text.substr(value, end - value);
}

std::optional<std::string_view> peek_number(std::string_view text, std::string_view name) {
    const std::size_t value = value_of(text, name);
    if (value >= text.size()) return std::nullopt;
    const std::size_t end = text.find_first_not_of("+-.eE0123456789", value);
    if (end == value || end == std::string_view::npos) return std::nullopt;
    return text.substr(value, end - value);
}

}  // namespace json
