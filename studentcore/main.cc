// The program: reads its configuration, builds what was asked for, runs it.
#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <string>

#include "platform/base/error.h"
#include "platform/base/log.h"
#include "platform/program/flags.h"
#include "studentcore/commands.h"
#include "studentcore/serve.h"

namespace {

using program::Place;

const program::Flags flags("STUDENTCORE");

void add_data_commands(
    CLI::App& app, Place& place, studentcore::DemoOptions& demo,
    studentcore::RestoreOptions& restore, std::string& path, bool& mend, int& status
) {
    auto* command = app.add_subcommand("demo", "Write the demo data into an empty data directory");
    flags.add_place(command, place);
    command->add_option("--scale", demo.scale, "multiply it")->check(CLI::Range(1, 1000));
    command->add_option("--students", demo.students, "that many students, and courses to fit");
    command->add_option("--marks", demo.marks, "that many attendance records");
    command->add_option("--today", demo.today, "the day it ends at, YYYY-MM-DD");
    command->callback([&] { studentcore::run_demo(place, demo); });

    command =
        app.add_subcommand("backup", "Copy the data to a new file, also beside a running server");
    flags.add_place(command, place);
    command->add_option("to", path, "the file to make")->required();
    command->callback([&] { studentcore::run_backup(place, path); });

    command = app.add_subcommand("restore", "Put a backup in place, or a table back as of a time");
    flags.add_place(command, place);
    command->add_option("from", restore.from, "the backup to restore whole");
    command->add_option("--table", restore.table, "bring this table's records back");
    command->add_option(
        "--as-of", restore.as_of, "as they were then, such as 2026-11-22T10:00:00Z"
    );
    command->callback([&] { studentcore::run_restore(place, restore); });

    command = app.add_subcommand("recount", "Compare the kept counters with the records");
    flags.add_place(command, place);
    command->add_flag("--mend", mend, "set them right (no server may run)");
    command->callback([&] { status = studentcore::run_recount(place, mend) ? 0 : 1; });

    command = app.add_subcommand("outbox", "List background work that was given up");
    flags.add_place(command, place);
    command->add_flag("--replay", mend, "queue it anew (no server may run)");
    command->callback([&] { studentcore::run_outbox(place, mend); });
}

void add_record_commands(
    CLI::App& app, Place& place, studentcore::ImportOptions& import, studentcore::UserOptions& user,
    std::string& table, std::string& path
) {
    auto* command = app.add_subcommand("import", "Import a table's records from CSV");
    flags.add_place(command, place);
    command
        ->add_option(
            "table", import.table, "students, courses, enrolments, attendance, results or users"
        )
        ->required();
    command->add_option("file", import.file, "the CSV file")->required()->check(CLI::ExistingFile);
    command->add_flag("--dry-run", import.dry_run, "only say what would change");
    command->callback([&] { studentcore::run_import(place, import); });

    command = app.add_subcommand("export", "Export tables as CSV");
    flags.add_place(command, place);
    command->add_option("table", table, "one table, to standard output; else all, into --to");
    command->add_option("--to", path, "the folder for all tables");
    command->callback([&] { studentcore::run_export(place, table, path); });

    command = app.add_subcommand("user", "Make a user, or give one a new password");
    flags.add_place(command, place);
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
    program::ServeOptions serve;
    serve.http = {.address = "127.0.0.1", .port = 5000};
    studentcore::DemoOptions demo;
    studentcore::RestoreOptions restore;
    studentcore::ImportOptions import;
    studentcore::UserOptions user;
    std::string table;
    std::string path;
    bool mend = false;
    int status = 0;
    try {
        auto* command = flags.add_serve(app, place, serve);
        command->callback([&] { studentcore::run_serve(place, serve); });
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
