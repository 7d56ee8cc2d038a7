#include "platform/table/restore.h"

#include <system_error>

#include "platform/base/error.h"
#include "platform/table/sqlite_file.h"

namespace table {
namespace {

using sqlite::Connection;

void check_copy(const std::filesystem::path& file, const std::string& prefix) {
    Connection connection(file, Connection::Access::read_write);
    if (connection.value("SELECT 1 FROM sqlite_schema LIMIT 1").empty())
        throw base::Error(base::Code::invalid, "The copy is empty.");
    sqlite::check_format(connection, prefix);
    if (connection.value("PRAGMA integrity_check") != "ok")
        throw base::Error(base::Code::invalid, "The copy is damaged; take another one.");
}

// Moves the log of a file that nobody uses into it, so that the file alone is everything.
void close_log(const std::filesystem::path& file) {
    {
        Connection connection(file, Connection::Access::read_write);
        connection.execute("PRAGMA journal_mode=WAL; PRAGMA wal_checkpoint(TRUNCATE)");
    }
    const std::filesystem::path log = file.string() + "-wal";
    std::error_code none;
    if (std::filesystem::exists(log, none) && std::filesystem::file_size(log, none) > 0)
        throw base::Error(
            base::Code::unavailable, "Another program has the data open; close it first."
        );
    std::filesystem::remove(log, none);
    std::filesystem::remove(file.string() + "-shm", none);
}

}  // namespace

void backup(const std::filesystem::path& data, const std::filesystem::path& to) {
    const auto file = data / sqlite::file_name;
    if (!std::filesystem::exists(file))
        throw base::Error(base::Code::not_found, "There is no data in this directory.");
    sqlite::copy_database(file, to);
}

std::filesystem::path restore(
    const std::filesystem::path& data, const std::filesystem::path& from, const std::string& prefix
) {
    if (!std::filesystem::is_regular_file(from))
        throw base::Error(base::Code::not_found, "There is no such copy.");
    std::filesystem::create_directories(data / sqlite::backup_folder);
    const sqlite::Lock lock(data);
    const auto file = data / sqlite::file_name;
    const auto incoming = data / "restore.db";
    std::error_code none;
    for (const char* end : {"", ".part", "-wal", "-shm"})
        std::filesystem::remove(incoming.string() + end, none);
    try {
        sqlite::copy_database(from, incoming);
        check_copy(incoming, prefix);
    } catch (const base::Error& error) {
        std::filesystem::remove(incoming, none);
        std::filesystem::remove(incoming.string() + ".part", none);
        if (error.code != base::Code::internal) throw;
        // It is the file that was given, not this program, that is wrong.
        throw base::Error(
            base::Code::invalid, "This file can't be put back. " + error.shown, error.detail
        );
    }
    std::filesystem::path kept;
    if (std::filesystem::exists(file)) {
        close_log(file);
        kept = sqlite::name_with_time(data / sqlite::backup_folder, "before-restore-");
        // A second name first, so that at no moment there is no file under the first.
        std::filesystem::create_hard_link(file, kept);
    }
    std::filesystem::rename(incoming, file);
    sqlite::sync_to_disk(file);
    return kept;
}

}  // namespace table
