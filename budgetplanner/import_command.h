// The command that imports a bank statement: what the page does, in one step, without a running server.
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

// Says how many rows were new, same, changed and refused, and the refused ones by their line.
void run_import(const program::Place& place, const ImportOptions& options);

}  // namespace budgetplanner
