#include "platform/table/sqlite_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <string>
#include <system_error>

#include "platform/base/clock.h"
#include "platform/base/error.h"
#include "platform/base/json.h"
#include "platform/base/log.h"
#include "platform/table/stored_item.h"

namespace table::sqlite {
namespace {

constexpr std::size_t fill_rows = 2000;  // between two looks at the clock of a writer's patience

base::Error system_error(std::string shown, const std::filesystem::path& path) {
    const int code = errno;
    return {
        code == ENOSPC || code == EDQUOT ? base::Code::storage_full : base::Code::unavailable,
        std::move(shown), path.filename().string() + ": " + std::generic_category().message(code)
    };
}

std::string meta_table(std::string_view prefix) { return identifier(std::string(prefix) + "meta"); }

bool has(Connection& connection, std::string_view type, const std::string& quoted) {
    // The names are quoted as identifiers; none of ours has a quote inside.
    const std::string name = quoted.substr(1, quoted.size() - 2);
    return !connection
                .value(
                    "SELECT 1 FROM sqlite_schema WHERE type=" + literal(type) +
                    " AND name=" + literal(name)
                )
                .empty();
}

// The statement that made the index; "" when it is not there.
std::string index_statement(Connection& connection, const std::string& quoted) {
    return connection.value(
        "SELECT sql FROM sqlite_schema WHERE type='index' AND name=" +
        literal(quoted.substr(1, quoted.size() - 2))
    );
}

bool has_column(Connection& connection, const std::string& table, const std::string& column) {
    const std::string name = table.substr(1, table.size() - 2);
    return !connection
                .value(
                    "SELECT 1 FROM pragma_table_info(" + literal(name) +
                    ") WHERE name=" + literal(column)
                )
                .empty();
}

std::string kept_columns(const Layout& layout) {
    json::Array names;
    for (const std::string& column : layout.columns) names.emplace_back(column);
    if (layout.expires) names.emplace_back(layout.schema->ttl);
    return json::write(json::Value(std::move(names)));
}

void set_meta(
    Connection& connection, std::string_view prefix, std::string_view name, std::string_view value
) {
    connection.execute(
        "INSERT INTO " + meta_table(prefix) + " VALUES(" + literal(name) + "," + literal(value) +
        ") ON CONFLICT(name) DO UPDATE SET value=excluded.value"
    );
}

std::string meta(Connection& connection, std::string_view prefix, std::string_view name) {
    return connection.value(
        "SELECT value FROM " + meta_table(prefix) + " WHERE name=" + literal(name)
    );
}

// What the file lacks of one declared table.
struct Lack {
    bool table = false;
    std::vector<std::string> columns;  // to be added
    bool fill = false;                 // columns to be filled from the items
    std::vector<std::string> indexes;  // statements that make them
    std::vector<std::string> drop;     // indexes that nobody declares, or not any more so
    [[nodiscard]] bool any() const {
        return table || !columns.empty() || fill || !indexes.empty() || !drop.empty();
    }
};

// What an index lacks; true when one of that name is there that was declared otherwise.
bool lacks_index(
    Connection& connection, const std::string& name, const std::string& create, Lack& lack
) {
    const std::string there = lack.table ? "" : index_statement(connection, name);
    if (there == create) return false;
    lack.indexes.push_back(create);
    if (there.empty()) return false;
    lack.drop.push_back(name);
    return true;
}

// Indexes of this table in the file that the declaration does not know: they would slow each write.
std::vector<std::string> undeclared(Connection& connection, const Layout& layout) {
    const std::string name = layout.physical.substr(1, layout.physical.size() - 2);
    Statement names = connection.prepare(
        "SELECT name FROM sqlite_schema WHERE type='index' AND sql IS NOT NULL AND tbl_name=" +
        literal(name)
    );
    std::vector<std::string> found;
    while (names.step()) {
        const std::string index = identifier(names.text(0));
        const bool declared = std::ranges::any_of(layout.paths, [&](const Path& path) {
            return path.physical == index;
        });
        const bool expiry = layout.expires && index == identifier(name + ".expires");
        if (!declared && !expiry) found.push_back(index);
    }
    return found;
}

Lack lack_of(Connection& connection, const Layout& layout, std::string_view prefix) {
    Lack lack;
    lack.table = !has(connection, "table", layout.physical);
    bool otherwise = false;
    for (const Path& path : layout.paths)
        if (!path.create.empty())
            otherwise = lacks_index(connection, path.physical, path.create, lack) || otherwise;
    if (lack.table) return lack;
    // An index that is another one now may go by an attribute that older items don't have.
    lack.fill = otherwise ||
                meta(connection, prefix, "columns:" + layout.schema->name) != kept_columns(layout);
    for (const std::string& column : layout.columns)
        if (!has_column(connection, layout.physical, column))
            lack.columns.push_back(identifier(column) + " TEXT");
    if (layout.expires && !has_column(connection, layout.physical, "expires"))
        lack.columns.emplace_back("expires INTEGER");
    if (layout.expires) {
        const std::string index =
            layout.physical.substr(0, layout.physical.size() - 1) + ".expires\"";
        lacks_index(connection, index, layout.create.back(), lack);
    }
    for (std::string& index : undeclared(connection, layout)) lack.drop.push_back(std::move(index));
    return lack;
}

// The item's index columns, and after them when it expires, from the first parameter on.
void bind_columns(Statement& update, const Layout& layout, const json::Object& item) {
    int parameter = 1;
    for (const std::string& column : layout.columns) {
        if (const auto text = index_text(item, column))
            update.bind(parameter, *text);
        else
            update.bind_null(parameter);
        ++parameter;
    }
    if (!layout.expires) return;
    if (const auto at = expires_at(*layout.schema, item))
        update.bind(parameter, *at);
    else
        update.bind_null(parameter);
}

// Writes every item's index columns again, and the item where attributes follow from others.
void fill(Connection& connection, const Layout& layout) {
    const Schema& schema = *layout.schema;
    std::string sets;
    std::vector<std::string> names = layout.columns;
    for (const std::string& column : names)
        sets += identifier(column) + "=?" + std::to_string(&column - names.data() + 1) + ",";
    const int expires = static_cast<int>(names.size()) + 1;
    if (layout.expires) sets += "expires=?" + std::to_string(expires) + ",";
    if (sets.empty() && schema.derive == nullptr) return;
    const int item_text = expires + 1;
    sets += "item=?" + std::to_string(item_text);
    const int rowid = item_text + 1;
    Statement update = connection.prepare(
        "UPDATE " + layout.physical + " SET " + sets + " WHERE rowid=?" + std::to_string(rowid)
    );
    Statement rows = connection.prepare(layout.scan + " LIMIT " + std::to_string(fill_rows));
    std::int64_t after = 0;
    for (bool more = true; more;) {
        rows.bind(1, after);
        std::vector<std::pair<std::int64_t, json::Object>> items;
        while (rows.step()) items.emplace_back(rows.integer(0), json::parse_stored(rows.text(1)));
        rows.reset();
        more = items.size() == fill_rows;
        for (auto& [row, item] : items) {
            if (schema.derive != nullptr) schema.derive(item);
            bind_columns(update, layout, item);
            const std::string text = json::write(item);
            update.bind(item_text, text);
            update.bind(rowid, row);
            update.run();
            after = row;
        }
    }
}

void mend(Connection& connection, const Layout& layout, const Lack& lack, std::string_view prefix) {
    if (lack.table)
        for (const std::string& statement : layout.create) connection.execute(statement);
    for (const std::string& index : lack.drop) connection.execute("DROP INDEX " + index);
    for (const std::string& column : lack.columns)
        connection.execute("ALTER TABLE " + layout.physical + " ADD COLUMN " + column);
    if (lack.fill) fill(connection, layout);
    for (const std::string& index : lack.indexes) connection.execute(index);
    set_meta(connection, prefix, "columns:" + layout.schema->name, kept_columns(layout));
}

}  // namespace

std::filesystem::path name_with_time(
    const std::filesystem::path& folder, const std::string& start
) {
    // Sorts by time, and every file system takes it.
    std::string time = base::timestamp(base::SystemClock().now_ms()).substr(0, 23);
    std::ranges::replace(time, ':', '-');
    std::ranges::replace(time, '.', '-');
    auto path = folder / (start + time + ".db");
    for (int i = 2; std::filesystem::exists(path); ++i)
        path = folder / (start + time + "-" + std::to_string(i) + ".db");
    return path;
}

Lock::Lock(const std::filesystem::path& directory) {
    const auto path = directory / "lock";
    descriptor_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor_ < 0) throw system_error("The data directory can't be written to.", path);
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
        char owner[32] = {};
        const auto read = ::read(descriptor_, owner, sizeof owner - 1);
        ::close(descriptor_);
        std::string who(owner, read > 0 ? static_cast<std::size_t>(read) : 0);
        while (!who.empty() && who.back() == '\n') who.pop_back();
        throw base::Error(
            base::Code::unavailable, "Another process" + (who.empty() ? "" : " (" + who + ")") +
                                         " is using this data directory; stop it first."
        );
    }
    const std::string who = std::to_string(::getpid()) + "\n";
    // Only for people's eyes: the lock holds without it.
    if (::ftruncate(descriptor_, 0) != 0 || ::write(descriptor_, who.data(), who.size()) < 0)
        return;
}

Lock::~Lock() { ::close(descriptor_); }

void check_format(Connection& connection, std::string_view prefix) {
    if (!has(connection, "table", meta_table(prefix))) {
        if (connection.value("SELECT 1 FROM sqlite_schema LIMIT 1").empty()) return;
        throw base::Error(
            base::Code::internal, "The file " + std::string(file_name) +
                                      " holds no tables of this program with the prefix \"" +
                                      std::string(prefix) + "\"."
        );
    }
    const std::string text = meta(connection, prefix, "format");
    int format = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), format);
    if (code != std::errc() || end != text.data() + text.size() || format < 1)
        throw base::Error(
            base::Code::internal, "The file's format can't be told; restore a backup."
        );
    if (format > format_number)
        throw base::Error(
            base::Code::internal,
            "The data was written by a newer version of this program (format " + text +
                ", this one knows " + std::to_string(format_number) +
                "). Use the newer version, or restore a backup made before the upgrade."
        );
}

void bring_up_to_date(
    const std::filesystem::path& directory, const std::vector<Layout>& layouts,
    std::string_view prefix
) {
    const auto file = directory / file_name;
    Connection connection(file, Connection::Access::read_write);
    connection.execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL");
    check_format(connection, prefix);
    const bool fresh = !has(connection, "table", meta_table(prefix));
    std::vector<Lack> lacks;
    bool any = fresh;
    bool changes = false;  // to what holds data
    if (fresh)
        connection.execute(
            "CREATE TABLE " + meta_table(prefix) +
            "(name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID"
        );
    for (const Layout& layout : layouts) {
        lacks.push_back(lack_of(connection, layout, prefix));
        any = any || lacks.back().any();
        changes = changes || (lacks.back().any() && !lacks.back().table);
    }
    if (!any) return;
    if (changes) {
        std::filesystem::create_directories(directory / backup_folder);
        const auto backup = name_with_time(
            directory / backup_folder, "before-upgrade-" + std::to_string(format_number) + "-"
        );
        copy_database(file, backup);
        base::log(base::Level::info, "upgrade", {{"backup", backup.filename().string()}});
    }
    connection.execute("BEGIN IMMEDIATE");
    set_meta(connection, prefix, "format", std::to_string(format_number));
    for (std::size_t i = 0; i < layouts.size(); ++i)
        if (lacks[i].any()) mend(connection, layouts[i], lacks[i], prefix);
    connection.execute("COMMIT");
}

void sync_to_disk(const std::filesystem::path& path) {
    for (const auto& part : {path, path.parent_path().empty() ? "." : path.parent_path()}) {
        const int descriptor = ::open(part.c_str(), O_RDONLY | O_CLOEXEC);
        if (descriptor < 0) throw system_error("The copy can't be read back.", part);
        const int code = ::fsync(descriptor);
        const base::Error error = system_error("The copy can't be brought to the disk.", part);
        ::close(descriptor);
        if (code != 0) throw error;
    }
}

void copy_database(const std::filesystem::path& from, const std::filesystem::path& to) {
    if (std::filesystem::exists(to))
        throw base::Error(base::Code::conflict, "There is a file with the copy's name already.");
    std::filesystem::path part = to;
    part += ".part";
    std::filesystem::remove(part);
    {
        // One transaction on the source holds the moment that is copied, whoever writes meanwhile.
        Connection source(from, Connection::Access::read_write);
        source.execute("PRAGMA query_only=1; BEGIN; SELECT 1 FROM sqlite_schema LIMIT 1");
        Connection copy(part, Connection::Access::read_write);
        sqlite3_backup* backup =
            sqlite3_backup_init(copy.handle(), "main", source.handle(), "main");
        if (backup == nullptr)
            throw error_of(copy.handle(), sqlite3_errcode(copy.handle()), "backup");
        int code = SQLITE_OK;
        while (code == SQLITE_OK) code = sqlite3_backup_step(backup, 1024);
        const int finished = sqlite3_backup_finish(backup);
        if (code != SQLITE_DONE || finished != SQLITE_OK)
            throw error_of(copy.handle(), code == SQLITE_DONE ? finished : code, "backup");
        // A copy is one file: it has no log beside it.
        if (copy.value("PRAGMA journal_mode=DELETE") != "delete")
            throw base::Error(base::Code::internal, "The copy could not be closed.");
        if (copy.value("PRAGMA integrity_check") != "ok")
            throw base::Error(base::Code::internal, "The copy is damaged, so it was not kept.");
    }
    sync_to_disk(part);
    std::filesystem::rename(part, to);
    sync_to_disk(to);
}

}  // namespace table::sqlite
