// The file as a whole: made, checked, brought up to the declared tables, copied.
//
// The table "<prefix>meta" holds the format number and, for each table, the index columns that the
// program which wrote last has kept: a column that is not among them is filled anew from the items.
// An index that the file has under a declared name, but made by another statement, is made anew.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "platform/table/sqlite_handle.h"
#include "platform/table/sqlite_layout.h"

namespace table::sqlite {

inline constexpr int format_number = 1;
inline constexpr std::string_view file_name = "tables.db";
inline constexpr std::string_view backup_folder = "backups";

// One process at a time may serve a data directory.
class Lock {
  public:
    // Throws base::Error{unavailable} that says who has it.
    explicit Lock(const std::filesystem::path& directory);
    ~Lock();
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;

  private:
    int descriptor_ = -1;
};

// Throws base::Error{internal} with a sentence when the file is not ours, or newer than this
// program. An empty file passes.
void check_format(Connection& connection, std::string_view prefix);

// Makes what is missing or was declared otherwise. A file that has to change is copied to `backups`
// first.
void bring_up_to_date(
    const std::filesystem::path& directory, const std::vector<Layout>& layouts,
    std::string_view prefix
);

// A copy as of one moment, checked and on the disk when this returns. Others may write meanwhile.
void copy_database(const std::filesystem::path& from, const std::filesystem::path& to);

// A file name in the folder that is not taken: "<start>2026-11-22T11-59-03-123.db".
[[nodiscard]] std::filesystem::path name_with_time(
    const std::filesystem::path& folder, const std::string& start
);

// Waits until a file's, and its directory's, contents are on the disk.
void sync_to_disk(const std::filesystem::path& path);

}  // namespace table::sqlite
