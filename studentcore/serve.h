// The server: opens the data directory, starts everything, and stops it in order.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "platform/http/server.h"
#include "studentcore/commands.h"

namespace studentcore {

inline constexpr std::string_view version = "0.1.0";

struct ServeOptions {
    http::ServerConfig http = {.address = "127.0.0.1", .port = 5000};
    std::string secret;
    std::string admin_password;
    std::string password_hash = "argon2id";
    std::string tables = "sqlite";
    std::vector<std::string> cors_origins;
    std::string templates;
    std::string log_level = "info";
    std::string metrics_token;
    bool no_access_log = false;
};

// Returns after SIGTERM or SIGINT, when every request that had begun is answered. SIGHUP reads the
// TLS files again.
void run_serve(const Place& place, ServeOptions options);

}  // namespace studentcore
