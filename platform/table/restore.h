// Copies of a data directory's tables, made and put back by the commands of a program.
#pragma once

#include <filesystem>
#include <string>

namespace table {

// Copies the directory's tables to the file `to`, which must not be there yet, beside a running
// server or without one. The copy is of one moment, checked, and on the disk when this returns.
void backup(const std::filesystem::path& data, const std::filesystem::path& to);

// Puts a copy in the place of the directory's tables: checked first, then swapped in by one rename.
// What was there is kept; its place is returned ("" if there was nothing). No server may run.
// Throws base::Error with a sentence, and then nothing has changed. `prefix` is that of the tables.
std::filesystem::path restore(
    const std::filesystem::path& data, const std::filesystem::path& from,
    const std::string& prefix = {}
);

}  // namespace table
