#include "studentcore/imports.h"

#include <fstream>
#include <iterator>

#include "platform/base/error.h"
#include "platform/base/log.h"
#include "platform/base/random.h"
#include "platform/base/run.h"
#include "studentcore/import_write.h"
#include "studentcore/tables.h"

namespace studentcore {
namespace {

using State = PlannedRow::State;
constexpr std::size_t rows_shown_max = 200;
constexpr std::string_view imports_partition = "imports";
constexpr std::size_t left_kept_max = 50;  // of what an undo left, by name

table::SchemaRef table_named(std::string_view name) {
    for (const auto* table : record_tables())
        if (table->name == name) return table;
    throw base::Error::invalid("table", "There is no such table to import into.");
}

// The table of "/api/students/import", or the form's choice.
std::string table_of_path(std::string_view path) {
    constexpr std::string_view api = "/api/";
    if (!path.starts_with(api)) return {};
    return std::string(path.substr(api.size(), path.find('/', api.size()) - api.size()));
}

struct Upload {
    std::string table;
    std::string file_name = "file.csv";
    std::string bytes;
    std::string import_id;
    bool confirmed = false;
};

Upload upload_of(const web::Call& call) {
    Upload upload;
    upload.table = table_of_path(call.request.path());
    const std::string_view type = call.request.header("Content-Type");
    if (type.starts_with("text/csv") || type.starts_with("text/plain")) {
        upload.bytes = call.request.body();
        return upload;
    }
    if (type.starts_with("application/x-www-form-urlencoded")) {
        const json::Object sent = call.body();
        upload.table = sent.text("table");
        upload.import_id = sent.text("import_id");
        upload.confirmed = !sent.text("confirm").empty();
        return upload;
    }
    if (!type.starts_with("multipart/form-data"))
        throw base::Error(
            base::Code::unsupported_media, "Send the file as text/csv, or as a form with a file."
        );
    for (const auto& part : http::parse_multipart(call.request)) {
        if (part.name == "table") upload.table = part.body;
        if (part.name == "import_id") upload.import_id = part.body;
        if (part.name == "confirm") upload.confirmed = !part.body.empty();
        if (part.name == "file" && !part.filename.empty()) {
            upload.bytes = part.body;
            upload.file_name = part.filename;
        }
    }
    return upload;
}

// A file that was looked at and never imported holds personal data: it stays a day.
void forget_old_files(const std::filesystem::path& folder) {
    std::error_code code;
    const auto now = std::filesystem::file_time_type::clock::now();
    for (const auto& file : std::filesystem::directory_iterator(folder, code))
        if (now - file.last_write_time(code) > std::chrono::hours(24))
            std::filesystem::remove(file.path(), code);
}

json::Object row_shown(const PlannedRow& row) {
    return {
        {"line", static_cast<std::uint64_t>(row.line)},
        {"status", word_of(row.state)},
        {"name", row.name},
        {"reason", row.reason}
    };
}

// Attributes of the row that differ, for the report of a change.
std::string difference_in_words(const PlannedRow& row) {
    std::string words;
    if (!row.before || !row.after) return words;
    for (const auto& [name, value] : *row.after) {
        const auto* old = row.before->find(name);
        if (old != nullptr && *old == value) continue;
        if (!words.empty()) words += "; ";
        words += name + ": " + (old == nullptr ? "" : std::string(row.before->text(name))) + " → " +
                 std::string(row.after->text(name));
    }
    return words;
}

}  // namespace

json::Object report_of(const Plan& plan) {
    json::Object report{
        {"table", plan.table->name},
        {"encoding", plan.sheet.encoding},
        {"delimiter",
         plan.sheet.separator == '\t' ? std::string("tab") : std::string(1, plan.sheet.separator)},
        {"date_order", plan.sheet.date_order}
    };
    for (const auto state : {State::added, State::changed, State::same, State::refused})
        report.set(word_of(state), static_cast<std::uint64_t>(plan.count(state)));
    report.set("total", static_cast<std::uint64_t>(plan.rows.size()));
    const auto ready = plan.count(State::added) + plan.count(State::changed);
    report.set("ready", ready > 0);
    report.set("ready_total", static_cast<std::uint64_t>(ready));
    json::Array programs;
    for (const auto& program : plan.new_programs)
        programs.emplace_back(json::Object{{"name", program}});
    report.set("new_programs", std::move(programs));
    json::Array columns;
    for (const auto& [heading, field] : plan.sheet.columns)
        columns.emplace_back(json::Object{{"column", heading}, {"field", field}});
    report.set("columns", std::move(columns));
    // Refused rows first: they are what a person must look at.
    json::Array rows;
    for (const auto state : {State::refused, State::changed, State::added, State::same})
        for (const auto& row : plan.rows) {
            if (row.state != state || rows.size() >= rows_shown_max) continue;
            json::Object shown = row_shown(row);
            if (state == State::changed) shown.set("detail", difference_in_words(row));
            rows.emplace_back(std::move(shown));
        }
    report.set("rows_more", static_cast<std::uint64_t>(plan.rows.size() - rows.size()));
    report.set("rows", std::move(rows));
    return report;
}

base::Task<Plan> Imports::plan(table::SchemaRef table, std::string bytes) {
    auto sheet = read_sheet(*table, bytes);
    if (!sheet) throw base::Error::invalid("file", sheet.error());
    Planner planner(journal_, settings_, table);
    co_return co_await planner.plan(std::move(*sheet));
}

Imports::Busy Imports::occupy(const std::string& import_id) {
    const std::lock_guard lock(busy_mutex_);
    if (!busy_.insert(import_id).second)
        throw base::Error::conflict("This import is being written or taken back right now.");
    return {this, import_id};
}

Imports::Busy::~Busy() {
    const std::lock_guard lock(imports->busy_mutex_);
    imports->busy_.erase(import_id);
}

base::Task<json::Object> Imports::apply(journal::Actor actor, Plan plan, std::string file_name) {
    const std::string import_id = base::uuid_v7(journal_.clock().now_ms());
    const Busy busy = occupy(import_id);
    json::Object item{
        {"pk", imports_partition},
        {"sk", import_id},
        {"import_id", import_id},
        {"at", base::timestamp(journal_.clock().now_ms())},
        {"by", actor.name},
        {"table", plan.table->name},
        {"file_name", std::move(file_name)},
        {"state", "running"}
    };
    for (const auto state : {State::added, State::changed, State::same, State::refused})
        item.set(word_of(state), static_cast<std::uint64_t>(plan.count(state)));
    table::Write start;
    start.operations.emplace_back(table::Put{&journal::system_table(), item, {}});
    (void)co_await journal_.store().write(std::move(start));
    std::optional<base::Error> failure;
    try {
        for (const auto& program : plan.new_programs)
            (void)co_await settings_.adopt_program(actor, program);
        write_plan(journal_, actor, plan, import_id);
    } catch (const base::Error& error) {
        failure = error;
    }
    if (failure) {
        (void)co_await take_back(import_id, actor);
        throw base::Error(
            failure->code, failure->shown + " The import was taken back whole.", failure->detail
        );
    }
    co_await set_state(import_id, "done");
    item.erase("pk");
    item.erase("sk");
    item.set("state", "done");
    co_return item;
}

base::Task<> Imports::set_state(
    std::string import_id, std::string state, const std::vector<Left>* left
) {
    const table::Key key{std::string(imports_partition), import_id};
    const auto record = co_await journal_.store().get(&journal::system_table(), key);
    if (!record) co_return;
    json::Object item = record->item();
    item.set("state", std::move(state));
    if (left != nullptr) {
        json::Array first;
        for (const auto& one : *left)
            if (first.size() < left_kept_max) first.emplace_back(shown(one));
        item.set("left", static_cast<std::uint64_t>(left->size()));
        item.set("left_records", std::move(first));
    }
    table::Write write;
    write.operations.emplace_back(table::Put{&journal::system_table(), std::move(item), {}});
    (void)co_await journal_.store().write(std::move(write));
}

base::Task<std::size_t> Imports::resume() {
    forget_old_files(folder_);
    table::Query query;
    query.table = &journal::system_table();
    query.partitions = {std::string(imports_partition)};
    query.descending = true;
    query.limit = 100;
    const table::Page page = co_await journal_.store().query(std::move(query));
    std::size_t count = 0;
    for (const auto& record : page.records) {
        const json::Object item = record.item();
        if (item.text("state") != "running" && item.text("state") != "undoing") continue;
        const auto left = co_await take_back(std::string(item.text("import_id")), {{}, "System"});
        base::log(
            base::Level::warning, "import_taken_back",
            {{"import_id", item.text("import_id")},
             {"records_left", static_cast<std::uint64_t>(left.size())}}
        );
        ++count;
    }
    co_return count;
}

base::Task<json::Object> Imports::page_model() {
    table::Query query;
    query.table = &journal::system_table();
    query.partitions = {std::string(imports_partition)};
    query.descending = true;
    query.limit = 20;
    const table::Page page = co_await journal_.store().query(std::move(query));
    json::Array recent;
    for (const auto& record : page.records) {
        json::Object item = record.item();
        item.erase("pk");
        item.erase("sk");
        const bool partly = item.text("state") == "partly undone";
        item.set("partly_undone", partly).set("undone", !partly && item.text("state") != "done");
        recent.emplace_back(std::move(item));
    }
    json::Array tables;
    for (const auto* table : record_tables())
        tables.emplace_back(
            json::Object{{"name", table->name}, {"selected", table == &students_table}}
        );
    co_return json::Object{{"items", recent}, {"recent", recent}, {"tables", std::move(tables)}};
}

base::Task<http::Response> Imports::list(web::Call call) {
    json::Object model = co_await page_model();
    if (call.is_api()) {
        model.erase("recent");
        model.erase("tables");
        model.set("cursor", nullptr);
    }
    co_return call.show("import", std::move(model));
}

base::Task<http::Response> Imports::import(web::Call call) {
    Upload upload = upload_of(call);
    const table::SchemaRef table = table_named(upload.table);
    if (upload.bytes.empty())
        throw base::Error::invalid("file", "Choose a file with at least one row.");
    const bool dry_run = call.request.query("dry_run").value_or("") == "true";
    // The worker's own run: it reads and writes much and waits for nobody's request.
    json::Object answer = co_await pool_.run([this, &upload, &call, table, dry_run] {
        Plan planned = base::run(plan(table, std::move(upload.bytes)));
        json::Object report = report_of(planned);
        if (dry_run) return report;
        report.set(
            "import_id",
            base::run(apply(call.actor(), std::move(planned), upload.file_name)).text("import_id")
        );
        return report;
    });
    co_return http::json(answer);
}

base::Task<http::Response> Imports::form(web::Call call) {
    Upload upload = upload_of(call);
    json::Object done = co_await pool_.run([this, &upload, &call] {
        if (upload.confirmed) {
            if (!base::is_uuid(upload.import_id))
                throw base::Error::invalid("import_id", "Choose the file again.");
            std::ifstream file(folder_ / (upload.import_id + ".csv"), std::ios::binary);
            upload.bytes.assign(std::istreambuf_iterator<char>(file), {});
            if (upload.bytes.empty())
                throw base::Error::invalid("file", "The file is gone. Choose it again.");
        }
        if (upload.bytes.empty())
            throw base::Error::invalid("file", "Choose a file with at least one row.");
        const std::string bytes = upload.bytes;
        Plan planned = base::run(plan(table_named(upload.table), std::move(upload.bytes)));
        if (upload.confirmed) {
            json::Object item =
                base::run(apply(call.actor(), std::move(planned), upload.file_name));
            std::filesystem::remove(folder_ / (upload.import_id + ".csv"));
            return json::Object{{"done", std::move(item)}};
        }
        json::Object report = report_of(planned);
        const std::string id = base::uuid_v7(journal_.clock().now_ms());
        std::filesystem::create_directories(folder_);
        forget_old_files(folder_);
        std::ofstream(folder_ / (id + ".csv"), std::ios::binary) << bytes;
        report.set("import_id", id).set("file_name", upload.file_name);
        return json::Object{{"report", std::move(report)}};
    });
    json::Object model = co_await page_model();
    for (auto& [name, value] : done) model.set(name, value);
    co_return call.show("import", std::move(model));
}

base::Task<http::Response> Imports::undo(web::Call call) {
    const std::string import_id = call.id("import_id");
    const auto record = co_await journal_.store().get(
        &journal::system_table(), {std::string(imports_partition), import_id}
    );
    if (!record) throw base::Error::not_found("There is no such import.");
    if (record->item().text("state") == "undone")
        throw base::Error::conflict("This import was taken back already.");
    const Busy busy = occupy(import_id);
    const auto left = co_await pool_.run([this, &call, &import_id] {
        return base::run(take_back(import_id, call.actor()));
    });
    if (!call.is_api()) co_return http::redirect("/import");
    json::Array records;
    for (const auto& one : left)
        if (records.size() < left_kept_max) records.emplace_back(shown(one));
    co_return http::json({
        {"import_id", import_id},
        {"left", static_cast<std::uint64_t>(left.size())},
        {"left_records", std::move(records)},
    });
}

}  // namespace studentcore
