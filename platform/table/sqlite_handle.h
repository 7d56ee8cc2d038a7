// SQLite's C interface with ownership and our errors; for the SQLite files of this folder.
//
// A connection and its statements belong to one thread at a time. What SQLite refuses becomes
// base::Error: storage_full when there is no room, unavailable when trying again may help, internal
// otherwise; `detail` has SQLite's own words.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "platform/base/error.h"

namespace table::sqlite {

// The error that the connection has just met, while doing that ("commit").
[[nodiscard]] base::Error error_of(sqlite3* handle, int code, std::string_view doing);

class Statement {
  public:
    Statement() = default;
    Statement(sqlite3* handle, std::string_view sql);

    // The text must stay as it is until reset(). The first parameter is 1.
    void bind(int parameter, std::string_view text);
    void bind(int parameter, std::int64_t number);
    void bind_null(int parameter);
    void bind_past_all_text(int parameter);  // sorts after every text

    [[nodiscard]] bool step();  // whether there is a row
    void run();                 // a statement without rows, and reset
    void reset() noexcept;

    // Of the row; a text lives until the next step or reset. The first column is 0.
    [[nodiscard]] std::string_view text(int column) const;
    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] bool is_null(int column) const;

    [[nodiscard]] explicit operator bool() const { return statement_ != nullptr; }

  private:
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
    };
    std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

// Resets a statement at the end of a scope, however it is left.
class Resets {
  public:
    explicit Resets(Statement& statement) : statement_(statement) {}
    ~Resets() { statement_.reset(); }
    Resets(const Resets&) = delete;
    Resets& operator=(const Resets&) = delete;

  private:
    Statement& statement_;
};

class Connection {
  public:
    enum class Access : std::uint8_t { read_only, read_write };
    Connection() = default;
    Connection(const std::filesystem::path& file, Access access);

    void execute(const std::string& sql);
    [[nodiscard]] Statement prepare(std::string_view sql);
    // The first column of the first row, "" if there is none.
    [[nodiscard]] std::string value(std::string_view sql);

    [[nodiscard]] sqlite3* handle() const { return handle_.get(); }
    [[nodiscard]] explicit operator bool() const { return handle_ != nullptr; }
    void close() noexcept { handle_.reset(); }

  private:
    struct Close {
        void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
    };
    std::unique_ptr<sqlite3, Close> handle_;
};

// "name" as an identifier, 'text' as a literal.
[[nodiscard]] std::string identifier(std::string_view name);
[[nodiscard]] std::string literal(std::string_view text);

}  // namespace table::sqlite
