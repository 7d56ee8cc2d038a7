#include "platform/table/sqlite_handle.h"

#include <cerrno>

namespace table::sqlite {

base::Error error_of(sqlite3* handle, int code, std::string_view doing) {
    std::string detail = "sqlite " + std::string(doing) + ": ";
    detail += handle != nullptr ? sqlite3_errmsg(handle) : sqlite3_errstr(code);
    detail += " (" + std::to_string(code) + ")";
    const int system = handle != nullptr ? sqlite3_system_errno(handle) : 0;
    const int primary = code & 0xff;
    const bool no_room = system == ENOSPC || system == EDQUOT || system == EFBIG;
    if (primary == SQLITE_FULL || (primary == SQLITE_IOERR && no_room))
        return {
            base::Code::storage_full,
            "There is no room left on the disk. Nothing was saved; free some space and try again.",
            std::move(detail)
        };
    switch (primary) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
        case SQLITE_IOERR:
        case SQLITE_CANTOPEN:
        case SQLITE_READONLY:
        case SQLITE_NOMEM:
        case SQLITE_PROTOCOL:
            return {
                base::Code::unavailable,
                "The data can't be reached just now. Nothing was changed; try again.",
                std::move(detail)
            };
        default:
            return {base::Code::internal, "The data can't be read or written.", std::move(detail)};
    }
}

Statement::Statement(sqlite3* handle, std::string_view sql) {
    sqlite3_stmt* made = nullptr;
    const int code = sqlite3_prepare_v3(
        handle, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &made, nullptr
    );
    statement_.reset(made);
    if (code != SQLITE_OK) throw error_of(handle, code, sql);
}

void Statement::bind(int parameter, std::string_view text) {
    // A null pointer would bind NULL.
    const char* start = text.data() == nullptr ? "" : text.data();
    const int code = sqlite3_bind_text64(
        statement_.get(), parameter, start, text.size(), SQLITE_STATIC, SQLITE_UTF8
    );
    if (code != SQLITE_OK) throw error_of(sqlite3_db_handle(statement_.get()), code, "bind");
}

void Statement::bind(int parameter, std::int64_t number) {
    sqlite3_bind_int64(statement_.get(), parameter, number);
}

void Statement::bind_null(int parameter) { sqlite3_bind_null(statement_.get(), parameter); }

void Statement::bind_past_all_text(int parameter) {
    sqlite3_bind_zeroblob(statement_.get(), parameter, 0);
}

bool Statement::step() {
    const int code = sqlite3_step(statement_.get());
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    base::Error error = error_of(sqlite3_db_handle(statement_.get()), code, "step");
    reset();
    throw error;
}

void Statement::run() {
    const Resets resets(*this);
    while (step()) {
    }
}

void Statement::reset() noexcept {
    if (statement_) sqlite3_reset(statement_.get());
}

std::string_view Statement::text(int column) const {
    // The order matters: the length is that of the text as it was just made.
    const auto* start = sqlite3_column_text(statement_.get(), column);
    if (start == nullptr) return {};
    const auto length = static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column));
    return {reinterpret_cast<const char*>(start), length};
}

std::int64_t Statement::integer(int column) const {
    return sqlite3_column_int64(statement_.get(), column);
}

bool Statement::is_null(int column) const {
    return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

Connection::Connection(const std::filesystem::path& file, Access access) {
    const int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                      (access == Access::read_write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                                                    : SQLITE_OPEN_READONLY);
    sqlite3* opened = nullptr;
    const int code = sqlite3_open_v2(file.c_str(), &opened, flags, nullptr);
    handle_.reset(opened);
    if (code != SQLITE_OK) throw error_of(opened, code, "open");
    sqlite3_busy_timeout(opened, 5000);
}

void Connection::execute(const std::string& sql) {
    const int code = sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) throw error_of(handle_.get(), code, sql);
}

Statement Connection::prepare(std::string_view sql) { return {handle_.get(), sql}; }

std::string Connection::value(std::string_view sql) {
    Statement statement = prepare(sql);
    return statement.step() ? std::string(statement.text(0)) : std::string();
}

namespace {
std::string quoted(std::string_view text, char quote) {
    std::string out(1, quote);
    for (const char c : text) {
        if (c == quote) out += c;
        out += c;
    }
    return out += quote;
}
}  // namespace

std::string identifier(std::string_view name) { return quoted(name, '"'); }
std::string literal(std::string_view text) { return quoted(text, '\''); }

}  // namespace table::sqlite
