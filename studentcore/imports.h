// Importing a table's records from CSV: a dry run first, then all of it or nothing, and undo later.
//
// An import is one item (system table, partition "imports") and entries of the change log under the
// subject "import:<id>", each a chunk of records in one transaction. It ends whole or is undone:
// when the program is killed in the middle, of an import or of its undo, the next start takes back
// what was written (resume()).
// Undo takes back each chunk, newest first, by the rules of every undo (undo_rules.h): a record that
// was changed since, or that others stand on by now, is left as it is and named with the reason; the
// rest of its chunk goes back. It may be asked for again, for what was left. Work is done on the pool,
// never on an I/O thread.
//
// POST /api/{table}/import[?dry_run=true]   admin; text/csv or multipart  → the report
// POST /api/imports/{import_id}/undo        admin
// GET  /api/imports                         admin; also page /import
// POST /import                              the form: a file → report; import_id and confirm → done
#pragma once

#include <filesystem>
#include <mutex>
#include <set>
#include <string>

#include "platform/base/pool.h"
#include "platform/http/response.h"
#include "platform/journal/journal.h"
#include "platform/web/call.h"
#include "studentcore/import_plan.h"
#include "studentcore/settings.h"
#include "studentcore/undo_rules.h"

namespace studentcore {

inline constexpr std::size_t import_bytes_max = 64 * 1024 * 1024;

class Imports {
  public:
    Imports(
        journal::Journal& journal, Settings& settings, base::Pool& pool,
        std::filesystem::path folder
    )
        : journal_(journal), settings_(settings), pool_(pool), folder_(std::move(folder)) {}

    [[nodiscard]] base::Task<http::Response> import(web::Call call);
    [[nodiscard]] base::Task<http::Response> undo(web::Call call);
    [[nodiscard]] base::Task<http::Response> list(web::Call call);
    [[nodiscard]] base::Task<http::Response> form(web::Call call);

    // For the command line and tests; both wait on the store, so they belong on a worker thread.
    [[nodiscard]] base::Task<Plan> plan(table::SchemaRef table, std::string bytes);
    [[nodiscard]] base::Task<json::Object> apply(
        journal::Actor actor, Plan plan, std::string file_name
    );
    // Takes back what an import wrote; gives what was left.
    [[nodiscard]] base::Task<std::vector<Left>> take_back(
        std::string import_id, journal::Actor actor
    );
    // At start: undoes imports that were cut off, and goes on with undoing.
    [[nodiscard]] base::Task<std::size_t> resume();

  private:
    // While it lives, nobody else writes that import or takes it back.
    struct Busy {
        Busy(Imports* of, std::string id) : imports(of), import_id(std::move(id)) {}
        Busy(const Busy&) = delete;
        Busy& operator=(const Busy&) = delete;
        ~Busy();
        Imports* imports;
        std::string import_id;
    };
    [[nodiscard]] Busy occupy(const std::string& import_id);
    [[nodiscard]] base::Task<json::Object> page_model();
    [[nodiscard]] base::Task<> set_state(
        std::string import_id, std::string state, const std::vector<Left>* left = nullptr
    );

    journal::Journal& journal_;
    Settings& settings_;
    base::Pool& pool_;
    std::filesystem::path folder_;  // where a file waits between its report and its import
    std::mutex busy_mutex_;
    std::set<std::string> busy_;
};

// The report of a plan: counts, columns, the first rows of each state.
[[nodiscard]] json::Object report_of(const Plan& plan);

}  // namespace studentcore
