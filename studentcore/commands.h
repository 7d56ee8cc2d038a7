// The program's sub-commands beside `serve`: each does one thing to a data directory and ends.
//
// They throw base::Error with a sentence when it could not be done. Those that write take the
// directory for themselves (a running server is told of as such); backup, export and recount without
// --mend read beside a server.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include "platform/program/serve.h"

namespace studentcore {

using program::Place;

struct DemoOptions {
    std::size_t scale = 1;
    std::size_t students = 0;  // 0: by scale
    std::size_t marks = 0;
    std::string today;  // "" for the real one
};
void run_demo(const Place& place, const DemoOptions& options);

struct ImportOptions {
    std::string table;
    std::filesystem::path file;
    bool dry_run = false;
};
void run_import(const Place& place, const ImportOptions& options);
// One table as CSV to standard output, or all as files in `to`.
void run_export(const Place& place, const std::string& table, const std::filesystem::path& to);

void run_backup(const Place& place, const std::filesystem::path& to);
// The whole directory from a backup; or, with a table and a time, that table's records as they were
// then, by the change log.
struct RestoreOptions {
    std::filesystem::path from;
    std::string table;
    std::string as_of;
};
void run_restore(const Place& place, const RestoreOptions& options);
// True when the kept counters were right (or were mended).
bool run_recount(const Place& place, bool mend);

// Prints the work that was given up after its last try; with `replay`, queues it anew for the next
// start of the server.
void run_outbox(const Place& place, bool replay);

struct UserOptions {
    std::string username;
    std::string role = "admin";
    std::string full_name;
};
// Makes the user, or gives an existing one a new password; prints the password once.
void run_user(const Place& place, const UserOptions& options);

}  // namespace studentcore
