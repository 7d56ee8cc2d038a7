// parse_stored(): reads the compact form that write() gives, several times quicker than the parser
// of any JSON. What is not in that form is left to that parser, which also says what is wrong.
#include "platform/base/json_stored.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "platform/base/error.h"

namespace json {
namespace {

constexpr int depth_max = 64;
constexpr std::size_t members_first = 12;  // what most objects have room for at once

bool is_digit(char c) { return c >= '0' && c <= '9'; }

class StoredReader {
  public:
    explicit StoredReader(std::string_view text)
        : at_(text.data()), end_(text.data() + text.size()) {}

    // False: not the form of write(), or too deep.
    [[nodiscard]] bool whole(Object& to) { return take('{') && object(to, 1) && at_ == end_; }

    // The same of these members alone; the others' values are not looked into.
    [[nodiscard]] bool part(Object& to, std::initializer_list<std::string_view> wanted) {
        if (!take('{')) return false;
        if (take('}')) return at_ == end_;
        to.reserve(wanted.size());
        do {
            if (!take('"')) return false;
            const char* const first = at_;
            if (!skip_string()) return false;
            const std::string_view name(first, at_ - 1);
            if (name.contains('\\') || !take(':')) return false;
            if (std::ranges::find(wanted, name) == wanted.end()) {
                if (!skip_value()) return false;
            } else if (!value(to.append_new(std::string(name), {}).second, 1)) {
                return false;
            }
        } while (take(','));
        return take('}') && at_ == end_;
    }

    // Calls found(name, text, plain) for each member; `text` is a string without its quotes or
    // another value as it stands, `plain` that it needs no unescaping. False as whole().
    template <class Found>
    [[nodiscard]] bool each(const Found& found) {
        if (!take('{')) return false;
        if (take('}')) return at_ == end_;
        do {
            if (!take('"')) return false;
            const char* first = at_;
            if (!skip_string()) return false;
            const std::string_view name(first, at_ - 1);
            if (!take(':') || at_ == end_) return false;
            first = at_;
            if (take('"')) {
                if (!skip_string()) return false;
                found(name, std::string_view(first + 1, at_ - 1), true);
            } else {
                if (!skip_value()) return false;
                found(name, std::string_view(first, at_), false);
            }
        } while (take(','));
        return take('}') && at_ == end_;
    }
    // A string's text from between its quotes.
    [[nodiscard]] static bool unescape(std::string_view quoted, std::string& to) {
        // What each() gave has its closing quote behind it.
        StoredReader reader({quoted.data(), quoted.size() + 1});
        return reader.string(to);
    }

  private:
    [[nodiscard]] bool take(char wanted) {
        if (at_ == end_ || *at_ != wanted) return false;
        ++at_;
        return true;
    }
    [[nodiscard]] bool take(std::string_view wanted) {
        if (std::string_view(at_, end_).substr(0, wanted.size()) != wanted) return false;
        at_ += wanted.size();
        return true;
    }

    // After the opening brace, to behind the closing one.
    [[nodiscard]] bool object(Object& to, int depth) {
        if (depth > depth_max) return false;
        if (take('}')) return true;
        to.reserve(members_first);
        do {
            auto& [name, member] = to.append_new({}, {});
            if (!take('"') || !string(name) || !take(':') || !value(member, depth)) return false;
        } while (take(','));
        return take('}');
    }

    [[nodiscard]] bool array(Array& to, int depth) {
        if (depth > depth_max) return false;
        if (take(']')) return true;
        do {
            if (!value(to.emplace_back(), depth)) return false;
        } while (take(','));
        return take(']');
    }

    [[nodiscard]] bool value(Value& to, int depth) {
        if (at_ == end_) return false;
        switch (*at_) {
            case '"':
                ++at_;
                to = Value(std::string());
                return string(*to.string());
            case '{':
                ++at_;
                to = Value(Object());
                return object(*to.object(), depth + 1);
            case '[':
                ++at_;
                to = Value(Array());
                return array(*to.array(), depth + 1);
            case 't':
                to = Value(true);
                return take("true");
            case 'f':
                to = Value(false);
                return take("false");
            case 'n':
                return take("null");
            default:
                return number(to);
        }
    }

    // After the opening quote, to behind the closing one.
    [[nodiscard]] bool skip_string() {
        const char* const first = at_;
        while (true) {
            const auto left = static_cast<std::size_t>(end_ - at_);
            const auto* const quote = static_cast<const char*>(std::memchr(at_, '"', left));
            if (quote == nullptr) return false;
            at_ = quote + 1;
            const char* before = quote;
            while (before != first && before[-1] == '\\') --before;
            if ((quote - before) % 2 == 0) return true;
        }
    }

    // To the comma or the bracket behind a value.
    [[nodiscard]] bool skip_value() {
        std::size_t depth = 0;
        for (; at_ != end_; ++at_) {
            const char c = *at_;
            if (c == '"') {
                ++at_;
                if (!skip_string()) return false;
                --at_;
            } else if (c == '{' || c == '[') {
                ++depth;
            } else if (c == '}' || c == ']') {
                if (depth == 0) return true;
                --depth;
            } else if (c == ',' && depth == 0) {
                return true;
            }
        }
        return false;
    }

    [[nodiscard]] bool digits() {
        const char* const first = at_;
        while (at_ != end_ && is_digit(*at_)) ++at_;
        return at_ != first;
    }
    [[nodiscard]] bool number(Value& to) {
        const char* const first = at_;
        (void)take('-');
        const char* const whole = at_;
        if (!digits() || (*whole == '0' && at_ - whole > 1)) return false;
        if (take('.') && !digits()) return false;
        if (take('e') || take('E')) {
            if (!take('+')) (void)take('-');
            if (!digits()) return false;
        }
        to = Value(Number{std::string(first, at_)});
        return true;
    }

    // After the opening quote, to behind the closing one.
    [[nodiscard]] bool string(std::string& to) {
        while (true) {
            const auto left = static_cast<std::size_t>(end_ - at_);
            const auto* const quote = static_cast<const char*>(std::memchr(at_, '"', left));
            if (quote == nullptr) return false;
            const auto length = static_cast<std::size_t>(quote - at_);
            const auto* const escape = static_cast<const char*>(std::memchr(at_, '\\', length));
            if (escape == nullptr) {
                to.append(at_, length);
                at_ = quote + 1;
                return true;
            }
            to.append(at_, escape);
            at_ = escape + 1;
            if (!escaped(to)) return false;
        }
    }

    // The escapes of append_quoted().
    [[nodiscard]] bool escaped(std::string& to) {
        if (at_ == end_) return false;
        switch (*at_++) {
            case '"':
                to += '"';
                return true;
            case '\\':
                to += '\\';
                return true;
            case 'n':
                to += '\n';
                return true;
            case 'r':
                to += '\r';
                return true;
            case 't':
                to += '\t';
                return true;
            case 'u':
                return ascii(to);
            default:
                return false;
        }
    }
    [[nodiscard]] bool ascii(std::string& to) {
        if (!take("00")) return false;
        int code = 0;
        for (int i = 0; i < 2; ++i, ++at_) {
            if (at_ == end_) return false;
            const char c = *at_;
            if (is_digit(c))
                code = code * 16 + (c - '0');
            else if (c >= 'a' && c <= 'f')
                code = code * 16 + (c - 'a' + 10);
            else
                return false;
        }
        if (code > 0x7F) return false;
        to += static_cast<char>(code);
        return true;
    }

    const char* at_;
    const char* end_;
};

}  // namespace

Object parse_stored(std::string_view text) {
    Object quick;
    if (StoredReader(text).whole(quick)) return quick;
    auto value = parse(text, {.depth_max = depth_max, .values_max = static_cast<std::size_t>(-1)});
    Object* object = value ? value->object() : nullptr;
    if (object == nullptr)
        throw base::Error(
            base::Code::internal, "A stored record can't be read.",
            value ? "stored item is no object" : value.error().message
        );
    return std::move(*object);
}

Object parse_stored(std::string_view text, std::initializer_list<std::string_view> wanted) {
    Object quick;
    if (StoredReader(text).part(quick, wanted)) return quick;
    const Object whole = parse_stored(text);
    Object part;
    for (const auto& [name, value] : whole)
        if (std::ranges::find(wanted, std::string_view(name)) != wanted.end())
            part.append_new(name, value);
    return part;
}

Picked::Picked(std::string_view text, std::initializer_list<std::string_view> names) {
    bool good = names.size() <= names_max;
    const auto found = [&](std::string_view name, std::string_view value, bool is_string) {
        const auto* const wanted = std::ranges::find(names, name);
        if (wanted == names.end()) return;
        auto& to = texts_[static_cast<std::size_t>(wanted - names.begin())];
        if (is_string && value.contains('\\')) {
            good = good && StoredReader::unescape(value, made_.emplace_front());
            to = made_.front();
        } else if (is_string || (!value.empty() && (value[0] == '-' || is_digit(value[0])))) {
            to = value;
        }
    };
    if (good && StoredReader(text).each(found) && good) return;
    const Object part = parse_stored(text, names);
    texts_ = {};
    for (std::size_t i = 0; i < names.size(); ++i)
        texts_[i] = made_.emplace_front(part.text(names.begin()[i]));
}

}  // namespace json
