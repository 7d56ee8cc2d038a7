// The program's sub-commands beside `serve`: each does one thing to a data directory and ends. They throw
// base::Error with a sentence when it could not be done.
#pragma once

#include <filesystem>
#include <string>

#include "platform/program/serve.h"

namespace budgetplanner {

struct ImportOptions {
    std::filesystem::path file;
    std::string user;     // name or e-mail address
    std::string account;  // name; the file's own when it tells one
    bool dry_run = false;
};

// Imports a bank statement as the page does, in one step, without a running server. Says how many rows
// were new, same, changed and refused, and the refused ones by their line.
void run_import(const program::Place& place, const ImportOptions& options);

}  // namespace budgetplanner
