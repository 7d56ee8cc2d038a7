#include "platform/table/sqlite_layout.h"

#include <algorithm>

#include "platform/base/error.h"
#include "platform/table/sqlite_handle.h"

namespace table::sqlite {
namespace {

std::string joined(const std::vector<std::string>& parts, std::string_view between) {
    std::string text;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (i > 0) text += between;
        text += parts[i];
    }
    return text;
}

std::string parameters(std::size_t first, std::size_t count) {
    std::vector<std::string> names;
    for (std::size_t i = first; i < first + count; ++i) names.push_back("?" + std::to_string(i));
    return joined(names, ",");
}

[[noreturn]] void bad_declaration(const Schema& schema, const std::string& why) {
    throw base::Error(
        base::Code::internal, "The table " + schema.name + " is not declared well: " + why
    );
}

// The column, quoted, that holds an attribute.
std::string column_of(const Schema& schema, std::string_view attribute) {
    if (attribute == schema.key) return "pk";
    if (attribute == schema.sort_key) return "sk";
    return identifier(attribute);
}

std::string column_for(const Path::Role role, const std::string& sort) {
    if (role == Path::Role::sort) return sort;
    return role == Path::Role::partition ? "pk" : "sk";
}

// The statements of a list. `sort` is a column or "".
void make_select(
    Path& path, const Layout& layout, const std::string& partition, const std::string& sort
) {
    using Role = Path::Role;
    path.sorted = !sort.empty();
    if (path.sorted) path.order.push_back(Role::sort);
    if (sort != "pk") path.order.push_back(Role::partition);
    if (layout.sorted && sort != "sk") path.order.push_back(Role::key_sort);
    std::vector<std::string> ordered;
    for (const Role role : path.order) ordered.push_back(column_for(role, sort));
    const std::string tuple = "(" + joined(ordered, ",") + ")";
    const std::string all = "SELECT item," + (path.sorted ? sort : "''") + ",pk," +
                            (layout.sorted ? "sk" : "''") + (layout.expires ? ",expires" : "") +
                            " FROM " + layout.physical + " INDEXED BY " + path.physical +
                            " WHERE " + partition + "=?1" +
                            (path.sorted ? " AND " + sort + " IS NOT NULL" : "");
    const std::string body = all + " AND " + tuple + ">(" + parameters(2, ordered.size()) +
                             ") AND " + tuple + "<(" +
                             parameters(2 + ordered.size(), ordered.size()) + ") ORDER BY ";
    const std::string forward = joined(ordered, ",");
    const std::string backward = joined(ordered, " DESC,") + " DESC";
    path.select = {body + forward, body + backward};
    path.whole = {all + " ORDER BY " + forward, all + " ORDER BY " + backward};
}

Path own_path(const Layout& layout, std::string_view prefix) {
    Path path;
    path.physical = identifier(std::string(prefix) + layout.schema->name + ".key");
    make_select(path, layout, "pk", layout.sorted ? "sk" : "");
    return path;
}

Path index_path(const Layout& layout, const Index& index, std::string_view prefix) {
    const Schema& schema = *layout.schema;
    if (index.partition.empty() || index.name.empty())
        bad_declaration(schema, "an index needs a name and a partition attribute.");
    Path path;
    path.name = index.name;
    path.physical = identifier(std::string(prefix) + schema.name + "." + index.name);
    const std::string partition = column_of(schema, index.partition);
    const std::string sort = index.sort.empty() ? "" : column_of(schema, index.sort);
    make_select(path, layout, partition, sort);
    std::vector<std::string> indexed = {partition};
    for (const Path::Role role : path.order) indexed.push_back(column_for(role, sort));
    path.create = "CREATE INDEX " + path.physical + " ON " + layout.physical + "(" +
                  joined(indexed, ",") + ") WHERE " + partition + " IS NOT NULL" +
                  (sort.empty() ? "" : " AND " + sort + " IS NOT NULL");
    return path;
}

std::vector<std::string> index_columns(const Schema& schema) {
    std::vector<std::string> columns;
    for (const Index& index : schema.indexes)
        for (const std::string& attribute : {index.partition, index.sort}) {
            if (attribute.empty() || attribute == schema.key || attribute == schema.sort_key)
                continue;
            if (attribute == "pk" || attribute == "sk" || attribute == "item" ||
                attribute == "rowid" || attribute == "expires")
                bad_declaration(schema, attribute + " can't be an index attribute.");
            if (std::ranges::find(columns, attribute) == columns.end())
                columns.push_back(attribute);
        }
    return columns;
}

}  // namespace

Layout::Layout(const Schema& declared, std::string_view prefix)
    : schema(&declared),
      physical(identifier(std::string(prefix) + declared.name)),
      sorted(!declared.sort_key.empty()),
      expires(!declared.ttl.empty()),
      columns(index_columns(declared)) {
    const std::string by_key = sorted ? "pk=?1 AND sk=?2" : "pk=?1";
    const std::string key = sorted ? "pk,sk" : "pk";
    paths.push_back(own_path(*this, prefix));
    const std::string& unique = paths.front().physical;

    std::vector<std::string> stored = {"item"};  // all that changes with an item
    if (expires) stored.emplace_back("expires");
    for (const std::string& column : columns) stored.push_back(identifier(column));
    std::vector<std::string> sets;
    std::vector<std::string> excluded;
    for (std::size_t i = 0; i < stored.size(); ++i) {
        sets.push_back(stored[i] + "=?" + std::to_string(i + 1));
        excluded.push_back(stored[i] + "=excluded." + stored[i]);
    }
    const std::size_t key_parts = sorted ? 2 : 1;

    std::string table = "CREATE TABLE " + physical + "(rowid INTEGER PRIMARY KEY, pk TEXT NOT NULL";
    if (sorted) table += ", sk TEXT NOT NULL";
    table += ", item TEXT NOT NULL";
    if (expires) table += ", expires INTEGER";
    for (const std::string& column : columns) table += ", " + identifier(column) + " TEXT";
    create = {table + ")", "CREATE UNIQUE INDEX " + unique + " ON " + physical + "(" + key + ")"};

    const std::string from = " FROM " + physical + " INDEXED BY " + unique + " WHERE " + by_key;
    const std::string item_columns = expires ? "item,expires" : "item";
    get = "SELECT " + item_columns + from;
    look = "SELECT rowid," + joined(stored, ",") + from;
    insert = "INSERT INTO " + physical + "(" + key + "," + joined(stored, ",") + ") VALUES(" +
             parameters(1, key_parts + stored.size()) + ")";
    upsert = insert + " ON CONFLICT(" + key + ") DO UPDATE SET " + joined(excluded, ",");
    update = "UPDATE " + physical + " SET " + joined(sets, ",") + " WHERE rowid=?" +
             std::to_string(stored.size() + 1);
    update_item = "UPDATE " + physical + " SET item=?1 WHERE rowid=?2";
    remove = "DELETE FROM " + physical + " WHERE rowid=?1";
    remove_key = "DELETE FROM " + physical + " WHERE " + by_key;
    scan = "SELECT rowid," + item_columns + " FROM " + physical + " WHERE rowid>?1 ORDER BY rowid";
    if (expires) {
        const std::string index = identifier(std::string(prefix) + declared.name + ".expires");
        create.push_back(
            "CREATE INDEX " + index + " ON " + physical + "(expires) WHERE expires IS NOT NULL"
        );
        sweep = "DELETE FROM " + physical + " WHERE rowid IN (SELECT rowid FROM " + physical +
                " INDEXED BY " + index + " WHERE expires<=?1 LIMIT ?2)";
    }
    for (const Index& index : declared.indexes) paths.push_back(index_path(*this, index, prefix));
}

const Path* Layout::path(std::string_view index) const {
    for (const Path& path : paths)
        if (path.name == index) return &path;
    return nullptr;
}

}  // namespace table::sqlite
