// The program: reads its configuration, builds what was asked for, runs it.
#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <string>

#include "budgetplanner/commands.h"
#include "budgetplanner/serve.h"
#include "platform/base/error.h"
#include "platform/base/log.h"
#include "platform/program/flags.h"

namespace {

const program::Flags flags("BUDGETPLANNER");

void add_mail(CLI::App* command, budgetplanner::MailOptions& mail) {
    flags.option(
        command, "public-url", mail.public_url,
        "what people open, where links in mails begin; localhost and the port when not given"
    );
    flags.option(
        command, "smtp-url", mail.smtp_url,
        "the mail server, smtp://host:port or smtps://host:port; without, mail is printed to the "
        "log"
    );
    flags.option(command, "smtp-user", mail.smtp_user, "who signs in there");
    flags.option(command, "smtp-password", mail.smtp_password, "and the password");
    flags.option(command, "smtp-ca", mail.smtp_ca, "certificates to trust (PEM) but the system's");
    flags.option(command, "mail-from", mail.mail_from, "the sender, \"A name <address>\"");
}

void add_import(CLI::App& app, program::Place& place, budgetplanner::ImportOptions& import) {
    auto* command = app.add_subcommand("import", "Import a bank statement");
    flags.add_place(command, place);
    command->add_option("file", import.file, "OFX, QFX, QIF, CAMT, MT940 or CSV")
        ->required()
        ->check(CLI::ExistingFile);
    command->add_option("--user", import.user, "whose it is: user name or e-mail address")
        ->required();
    command->add_option("--account", import.account, "the account's name, where the file has none");
    command->add_flag("--dry-run", import.dry_run, "only say what would come");
    command->callback([&] { budgetplanner::run_import(place, import); });
}

}  // namespace

int main(int count, char** arguments) {
    // Records and secrets are nobody else's on this machine.
    umask(S_IRWXG | S_IRWXO);
    CLI::App app("Smart Budget Planner: a person's own budget in one program.");
    app.require_subcommand(1);
    app.set_version_flag("--version", std::string(budgetplanner::version));
    program::Place place;
    program::ServeOptions serve;
    serve.http = {.address = "127.0.0.1", .port = 5001};
    budgetplanner::MailOptions mail;
    budgetplanner::ImportOptions import;
    int status = 0;
    try {
        auto* command = flags.add_serve(app, place, serve);
        add_mail(command, mail);
        command->callback([&] { budgetplanner::run_serve(place, serve, mail); });
        add_import(app, place, import);
        app.parse(count, arguments);
    } catch (const CLI::ParseError& error) {
        return app.exit(error);
    } catch (const base::Error& error) {
        std::fprintf(stderr, "budgetplanner: %s\n", error.shown.c_str());
        for (const auto& field : error.fields)
            std::fprintf(stderr, "  %s: %s\n", field.field.c_str(), field.message.c_str());
        if (!error.detail.empty()) std::fprintf(stderr, "  (%s)\n", error.detail.c_str());
        status = 1;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "budgetplanner: %s\n", error.what());
        status = 1;
    }
    base::flush_log();
    return status;
}
