// The program: reads its configuration, builds what was asked for, runs it.
#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <string>

#include "platform/base/error.h"
#include "platform/base/log.h"
#include "studentcore/commands.h"
#include "studentcore/serve.h"

namespace {

using studentcore::Place;

// Every option may also come from the environment, as STUDENTCORE_<NAME>.
template <class T>
CLI::Option* option(CLI::App* app, const std::string& name, T& value, const std::string& help) {
    std::string variable = "STUDENTCORE_";
    for (const char c : name) variable += c == '-' ? '_' : static_cast<char>(std::toupper(c));
    return app->add_option("--" + name, value, help)->envname(variable)->capture_default_str();
}

void add_place(CLI::App* app, Place& place) {
    option(app, "data", place.data, "the data directory; made when missing");
    option(app, "table-prefix", place.table_prefix, "stands before every table's name");
}

void add_serve(CLI::App& app, Place& place, studentcore::ServeOptions& serve) {
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
        "read pages from this folder (the source tree's studentcore/), for development"
    );
    option(command, "log-level", serve.log_level, "what is logged")
        ->check(CLI::IsMember({"debug", "info", "warning", "error"}));
    option(
        command, "metrics-token", serve.metrics_token,
        "bearer token for /metrics from elsewhere than this machine"
    );
    command->add_flag("--no-access-log", serve.no_access_log, "log no line a request");
    command->callback([&] { studentcore::run_serve(place, serve); });
}

void add_data_commands(
    CLI::App& app, Place& place, studentcore::DemoOptions& demo,
    studentcore::RestoreOptions& restore, std::string& path, bool& mend, int& status
) {
    auto* command = app.add_subcommand("demo", "Write the demo data into an empty data directory");
    add_place(command, place);
    command->add_option("--scale", demo.scale, "multiply it")->check(CLI::Range(1, 1000));
    command->add_option("--students", demo.students, "that many students, and courses to fit");
    command->add_option("--marks", demo.marks, "that many attendance records");
    command->add_option("--today", demo.today, "the day it ends at, YYYY-MM-DD");
    command->callback([&] { studentcore::run_demo(place, demo); });

    command =
        app.add_subcommand("backup", "Copy the data to a new file, also beside a running server");
    add_place(command, place);
    command->add_option("to", path, "the file to make")->required();
    command->callback([&] { studentcore::run_backup(place, path); });

    command = app.add_subcommand("restore", "Put a backup in place, or a table back as of a time");
    add_place(command, place);
    command->add_option("from", restore.from, "the backup to restore whole");
    command->add_option("--table", restore.table, "bring this table's records back");
    command->add_option(
        "--as-of", restore.as_of, "as they were then, such as 2026-11-22T10:00:00Z"
    );
    command->callback([&] { studentcore::run_restore(place, restore); });

    command = app.add_subcommand("recount", "Compare the kept counters with the records");
    add_place(command, place);
    command->add_flag("--mend", mend, "set them right (no server may run)");
    command->callback([&] { status = studentcore::run_recount(place, mend) ? 0 : 1; });
}

void add_record_commands(
    CLI::App& app, Place& place, studentcore::ImportOptions& import, studentcore::UserOptions& user,
    std::string& table, std::string& path
) {
    auto* command = app.add_subcommand("import", "Import a table's records from CSV");
    add_place(command, place);
    command
        ->add_option(
            "table", import.table, "students, courses, enrolments, attendance, results or users"
        )
        ->required();
    command->add_option("file", import.file, "the CSV file")->required()->check(CLI::ExistingFile);
    command->add_flag("--dry-run", import.dry_run, "only say what would change");
    command->callback([&] { studentcore::run_import(place, import); });

    command = app.add_subcommand("export", "Export tables as CSV");
    add_place(command, place);
    command->add_option("table", table, "one table, to standard output; else all, into --to");
    command->add_option("--to", path, "the folder for all tables");
    command->callback([&] { studentcore::run_export(place, table, path); });

    command = app.add_subcommand("user", "Make a user, or give one a new password");
    add_place(command, place);
    command->add_option("username", user.username, "what the person signs in with")->required();
    command->add_option("--role", user.role, "of a new user")
        ->check(CLI::IsMember({"admin", "faculty", "student"}));
    command->add_option("--name", user.full_name, "of a new user");
    command->callback([&] { studentcore::run_user(place, user); });
}

}  // namespace

int main(int count, char** arguments) {
    // Records and secrets are nobody else's on this machine.
    umask(S_IRWXG | S_IRWXO);
    CLI::App app("StudentCore: a student information system in one program.");
    app.require_subcommand(1);
    app.set_version_flag("--version", std::string(studentcore::version));
    Place place{.data = "data", .table_prefix = {}};
    studentcore::ServeOptions serve;
    studentcore::DemoOptions demo;
    studentcore::RestoreOptions restore;
    studentcore::ImportOptions import;
    studentcore::UserOptions user;
    std::string table;
    std::string path;
    bool mend = false;
    int status = 0;
    try {
        add_serve(app, place, serve);
        add_data_commands(app, place, demo, restore, path, mend, status);
        add_record_commands(app, place, import, user, table, path);
        app.parse(count, arguments);
    } catch (const CLI::ParseError& error) {
        return app.exit(error);
    } catch (const base::Error& error) {
        std::fprintf(stderr, "studentcore: %s\n", error.shown.c_str());
        for (const auto& field : error.fields)
            std::fprintf(stderr, "  %s: %s\n", field.field.c_str(), field.message.c_str());
        if (!error.detail.empty()) std::fprintf(stderr, "  (%s)\n", error.detail.c_str());
        status = 1;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "studentcore: %s\n", error.what());
        status = 1;
    }
    base::flush_log();
    return status;
}
