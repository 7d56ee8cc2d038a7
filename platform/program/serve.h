// What every server of ours does around its application: flags, the data directory's secret, signals,
// templates, and the order in which it stops.
//
// An application's own serve.cc makes its parts between begin() and wait_for_end(). Not thread-safe:
// called by main's thread alone.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "platform/auth/passwords.h"
#include "platform/http/server.h"
#include "platform/http/static_files.h"
#include "platform/view/view.h"

namespace program {

// Where a program keeps its data.
struct Place {
    std::filesystem::path data = "data";
    std::string table_prefix;
};

struct ServeOptions {
    http::ServerConfig http;
    std::string secret;  // hexadecimal; "" for the one kept beside the data
    std::string admin_password;
    std::string password_hash = "argon2id";
    std::string tables = "sqlite";
    std::vector<std::string> cors_origins;
    std::string templates;
    std::string log_level = "info";
    std::string metrics_token;
    bool no_access_log = false;
};

// Before any thread is started: blocks the signals that end or reload the server, allows as many open
// files as the system does, keeps memory small, sets the log's level, and warns of an address that is
// served without TLS.
void begin(ServeOptions& options);

// The key that signs sessions and URLs: as given (64 hexadecimal digits or more), or made once and kept
// beside the data, readable by its owner alone.
[[nodiscard]] std::string secret_of(const Place& place, const std::string& given);

// The pages inside the program, their assets' addresses with the set's version; or, with
// options.templates, those of that folder.
[[nodiscard]] std::unique_ptr<view::Templates> templates_of(
    const ServeOptions& options, std::span<const http::Asset> templates,
    const http::StaticFiles& assets
);

[[nodiscard]] auth::PasswordOptions hashing_of(const ServeOptions& options);

// After server.start(): says where it listens, waits for SIGINT or SIGTERM (SIGHUP reads the TLS files
// again), does `first` (workers end what they have begun), then stops the server when every request that
// had begun is answered.
void wait_for_end(
    http::Server& server, const ServeOptions& options, const std::function<void()>& first = {}
);

}  // namespace program
