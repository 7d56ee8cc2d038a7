// JSON as a small tree that keeps what matters: member order, and each number's own text.
//
// Numbers stay text because amounts and marks are exact decimals and a double is not (RFC 8259 lets
// an implementation choose). The parser is Boost.JSON's, with limits; the writer gives the compact
// form, which parse_stored() reads by a quicker way. Values own their strings. Not thread-safe to
// modify; fine to read from many threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace json {

class Value;
using Array = std::vector<Value>;

// A number by its text, as "12.50" or "-1e3"; always valid JSON.
struct Number {
    std::string text;
    bool operator==(const Number&) const = default;
};

// Members in the order they came; look-up is linear, as objects here are small.
class Object {
  public:
    using Member = std::pair<std::string, Value>;
    Object();
    Object(std::initializer_list<Member> members);
    ~Object();
    Object(const Object&);
    Object(Object&&) noexcept;
    Object& operator=(const Object&);
    Object& operator=(Object&&) noexcept;

    [[nodiscard]] const Value* find(std::string_view name) const;
    [[nodiscard]] Value* find(std::string_view name);
    [[nodiscard]] bool contains(std::string_view name) const { return find(name) != nullptr; }
    Object& set(std::string_view name, Value value);  // replaces in place, or appends
    bool erase(std::string_view name);
    // The caller knows that the name is not there yet: no look-up.
    Member& append_new(std::string name, Value value);
    void reserve(std::size_t count);

    // The member if it is a string, else "" (or the number's text): what most readers want.
    [[nodiscard]] std::string_view text(std::string_view name) const;
    [[nodiscard]] std::int64_t integer(std::string_view name, std::int64_t otherwise = 0) const;
    [[nodiscard]] bool truth(std::string_view name) const;

    // Defined below, where Value is complete.
    [[nodiscard]] std::size_t size() const;
    [[nodiscard]] bool empty() const;
    [[nodiscard]] const Member* begin() const;
    [[nodiscard]] const Member* end() const;
    [[nodiscard]] Member* begin();
    [[nodiscard]] Member* end();
    bool operator==(const Object& other) const;  // by members, in any order

  private:
    std::vector<Member> members_;
};

class Value {
  public:
    Value() = default;
    // Literals and texts become values by themselves: {"name", 3} is a member.
    // NOLINTBEGIN(google-explicit-constructor)
    Value(std::nullptr_t) {}
    Value(bool value) : data_(value) {}
    Value(int value) : data_(Number{std::to_string(value)}) {}
    Value(std::int64_t value) : data_(Number{std::to_string(value)}) {}
    Value(std::uint64_t value) : data_(Number{std::to_string(value)}) {}
    Value(Number value) : data_(std::move(value)) {}
    Value(const char* value) : data_(std::string(value)) {}
    Value(std::string_view value) : data_(std::string(value)) {}
    Value(std::string value) : data_(std::move(value)) {}
    Value(Array value) : data_(std::move(value)) {}
    Value(Object value) : data_(std::move(value)) {}
    // NOLINTEND(google-explicit-constructor)

    [[nodiscard]] bool is_null() const { return std::holds_alternative<std::nullptr_t>(data_); }
    [[nodiscard]] const bool* boolean() const { return std::get_if<bool>(&data_); }
    [[nodiscard]] const Number* number() const { return std::get_if<Number>(&data_); }
    [[nodiscard]] const std::string* string() const { return std::get_if<std::string>(&data_); }
    [[nodiscard]] const Array* array() const { return std::get_if<Array>(&data_); }
    [[nodiscard]] const Object* object() const { return std::get_if<Object>(&data_); }
    [[nodiscard]] std::string* string() { return std::get_if<std::string>(&data_); }
    [[nodiscard]] Array* array() { return std::get_if<Array>(&data_); }
    [[nodiscard]] Object* object() { return std::get_if<Object>(&data_); }
    bool operator==(const Value&) const = default;

  private:
    std::variant<std::nullptr_t, bool, Number, std::string, Array, Object> data_;
};

inline std::size_t Object::size() const { return members_.size(); }
inline bool Object::empty() const { return members_.empty(); }
inline const Object::Member* Object::begin() const { return members_.data(); }
inline const Object::Member* Object::end() const { return members_.data() + members_.size(); }
inline Object::Member* Object::begin() { return members_.data(); }
inline Object::Member* Object::end() { return members_.data() + members_.size(); }

struct Limits {
    std::size_t depth_max = 32;
    std::size_t values_max = 200'000;  // all values of a document together
};

struct ParseError {
    std::string message;  // a sentence, such as "Not valid JSON near byte 17: syntax error."
    std::size_t offset = 0;
};

// A whole document in UTF-8. A member that comes twice is an error: which one wins is a trap.
[[nodiscard]] std::expected<Value, ParseError> parse(std::string_view text, Limits limits = {});
// Text that we wrote ourselves (a stored item): throws base::Error{internal} if it is no object.
[[nodiscard]] Object parse_stored(std::string_view text);

[[nodiscard]] std::string write(const Value& value);
[[nodiscard]] std::string write(const Object& object);
void append(std::string& out, const Value& value);
void append(std::string& out, const Object& object);
void append_quoted(std::string& out, std::string_view text);  // "…" with escapes; < is escaped too

// The member's text straight from a stored item, without building the tree: the hot path's way to
// one attribute. Only top-level string members without escapes; nullopt otherwise.
[[nodiscard]] std::optional<std::string_view> peek(std::string_view text, std::string_view name);
// The same of a top-level number, such as the version.
[[nodiscard]] std::optional<std::string_view> peek_number(
    std::string_view text, std::string_view name
);

}  // namespace json
