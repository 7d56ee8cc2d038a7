#include "platform/program/flags.h"

#include <cctype>

namespace program {

std::string Flags::variable(const std::string& name) const {
    std::string variable = prefix_ + "_";
    for (const char c : name)
        variable += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return variable;
}

void Flags::add_place(CLI::App* app, Place& place) const {
    option(app, "data", place.data, "the data directory; made when missing");
    option(app, "table-prefix", place.table_prefix, "stands before every table's name");
}

CLI::App* Flags::add_serve(CLI::App& app, Place& place, ServeOptions& serve) const {
    auto* command = app.add_subcommand("serve", "Serve the application");
    add_place(command, place);
    auto& http = serve.http;
    option(
        command, "address", http.address,
        "the address to listen on; another than loopback wants TLS"
    );
    option(command, "port", http.port, "the port to listen on");
    option(command, "threads", http.threads, "I/O threads; 0 for one a core");
    option(
        command, "certificate", http.certificate_file,
        "TLS certificate chain (PEM); read again on SIGHUP"
    );
    option(command, "key", http.key_file, "TLS private key (PEM)");
    option(
        command, "trusted-proxies", http.trusted_proxies,
        "addresses or blocks whose X-Forwarded-For counts"
    );
    option(command, "connections", http.connections_max, "open connections at most");
    option(
        command, "secret", serve.secret,
        "64 hexadecimal digits that sign sessions; made on first start when not given"
    );
    option(
        command, "admin-password", serve.admin_password,
        "of the first admin; random and printed when not given"
    );
    option(command, "password-hash", serve.password_hash, "of new passwords")
        ->check(CLI::IsMember({"argon2id", "bcrypt"}));
    option(command, "tables", serve.tables, "where tables are kept")
        ->check(CLI::IsMember({"sqlite"}));
    option(
        command, "cors-origins", serve.cors_origins,
        "other sites whose pages may connect for live events"
    );
    option(
        command, "templates", serve.templates,
        "read pages from this folder (the application's in the source tree), for development"
    );
    option(command, "log-level", serve.log_level, "what is logged")
        ->check(CLI::IsMember({"debug", "info", "warning", "error"}));
    option(
        command, "metrics-token", serve.metrics_token,
        "bearer token for /metrics from elsewhere than this machine"
    );
    command->add_flag("--no-access-log", serve.no_access_log, "log no line a request");
    return command;
}

}  // namespace program
