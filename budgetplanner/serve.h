// The server: opens the data directory, starts everything, and stops it in order.
#pragma once

#include <string_view>

#include "platform/program/serve.h"

namespace budgetplanner {

inline constexpr std::string_view version = "0.1.0";

// Returns after SIGTERM or SIGINT, when every request and message that had begun is ended. SIGHUP reads
// the TLS files again.
void run_serve(const program::Place& place, program::ServeOptions options);

}  // namespace budgetplanner
