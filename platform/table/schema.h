// The declaration of a table: plain data, written once, from which all else is derived.
//
// From it come the SQLite columns and indexes, the DynamoDB table, validation of JSON, forms and CSV
// alike, the OpenAPI schema and the CSV columns. Declarations are constants that live as long as the
// program; everything else points at them (SchemaRef). Attributes that no field names are allowed,
// stored and returned: a record may bring more than this version knows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/json.h"

namespace table {

enum class Type : std::uint8_t {
    text,
    decimal,  // an exact number with at most `decimals` places
    integer,
    boolean,
    date,       // YYYY-MM-DD
    timestamp,  // RFC 3339, UTC
    choice,     // one of `choices`
    id,         // the UUID of a record of another table
    list,       // a list of texts
};

struct Field {
    std::string name;
    Type type = Type::text;
    bool required = false;
    bool server = false;           // set by the server; what a client sends for it is ignored
    bool secret = false;           // never leaves the server
    std::size_t length_max = 200;  // code points of a text; members of a list
    bool lines = false;            // a text of several lines: line breaks and tabs may stand in it
    int decimals = 0;
    std::string least;  // of a number, "" for no bound
    std::string most;
    std::vector<std::string> choices;
    std::string otherwise;   // the value when a create does not bring one
    std::string references;  // the table that an id points into
    std::string format;      // of a text, as the API document calls it: "email"
    // What is wrong with a text beside its length, "" when nothing is.
    std::string_view (*rule)(std::string_view text) = nullptr;
    std::string description;  // a sentence for the API document
};

struct Index {
    std::string name;
    std::string partition;  // attribute names; an item that lacks one is not in the index
    std::string sort;       // "" for none
};

// One kept number that an item takes part in: counted up when the item appears, down when it goes; by
// one, or by a value of the item, such as an amount in minor units.
struct CountKey {
    std::string group;
    std::string name;
    std::int64_t value = 1;
    bool operator==(const CountKey&) const = default;
};

// A row of the system table that leads to the item from something other than its indexes, such as
// from a co-lecturer to a course: {"teaches#<user>", "<course>"}. Kept with the item by the journal.
struct LinkKey {
    std::string partition;
    std::string sort;
    bool operator==(const LinkKey&) const = default;
};

struct Schema {
    std::string name;  // as in the specification, without the prefix
    std::string key;   // the partition key's attribute
    std::string sort_key;
    std::vector<Field> fields;
    std::vector<Index> indexes;
    std::vector<std::string> unique;  // text fields whose folded value only one item may have
    std::vector<std::string> search;  // text fields whose word prefixes find the item
    // When set, words find only among the items that share this attribute (such as the owner), and
    // the second orders what is found (such as a date): see Journal::search_within().
    std::string search_scope;
    std::string search_order;
    std::vector<CountKey> (*counts)(const json::Object& item) = nullptr;
    std::vector<LinkKey> (*links)(const json::Object& item) = nullptr;
    // Sets the attributes that follow from others, such as the name that a list sorts by. The journal
    // calls it before each write; an engine for every item when the declaration became another one.
    void (*derive)(json::Object& item) = nullptr;
    // Turns an item into what a client sees, such as amounts into texts; called by shown().
    void (*show)(json::Object& item) = nullptr;
    std::string ttl;        // the attribute that holds when an item expires, in epoch seconds
    bool recovery = false;  // point-in-time recovery asked of the engine

    [[nodiscard]] const Field* field(std::string_view name) const;
    [[nodiscard]] const Index* index(std::string_view name) const;
};
using SchemaRef = const Schema*;

enum class Mode : std::uint8_t {
    create,   // required fields must be there, defaults are filled in
    replace,  // PUT: what is not sent is removed, server fields stay
    patch,    // PATCH: only what is sent changes; null removes
};

// Checks what a client sent and gives the item to store: `before` with the change applied (before is
// empty for a create). Pure. Every wrong field is named, not only the first. Numbers are normalised
// (a form's "07" is 7, 7.50 stays 7.50), texts trimmed; unknown attributes pass within the limits below.
[[nodiscard]] std::expected<json::Object, base::FieldErrors> checked(
    const Schema& schema, const json::Object& sent, const json::Object& before, Mode mode
);
inline constexpr std::size_t item_bytes_max = 100 * 1024;
inline constexpr std::size_t unknown_attributes_max = 100;
inline constexpr std::size_t number_length_max = 40;  // characters, also in unknown attributes

// A form's or CSV row's texts as the values that the fields' types ask for ("" is left out).
[[nodiscard]] json::Object from_texts(
    const Schema& schema, const std::vector<std::pair<std::string, std::string>>& texts
);

// The item without its secret attributes, as a client may see it.
[[nodiscard]] json::Object shown(const Schema& schema, json::Object item);

// JSON Schema 2020-12 of what a client sends (request) or gets.
[[nodiscard]] json::Object json_schema(
    const Schema& schema, bool request, Mode mode = Mode::create
);

}  // namespace table
