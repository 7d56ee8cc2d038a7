// Imports of bank statements: looked at first, applied when the person says so, taken back at any time.
//
// A file that is sent becomes a preview: what was guessed of it, and of each row what would come of it
// (import_plan.h). Nothing of the ledger changes before apply. Applying and undoing are messages of the
// queue "imports", worked on in chunks, several at once; each chunk may be done twice, as a row's entry
// and the key that it is recognised by are written together. Undo leaves what the person changed since,
// and names it. Progress is told as "import_progress", ends as "imports_changed". Thread-safe.
//
// GET    /api/imports                    list     the latest first; page /import
// POST   /api/imports                    create   multipart (file, account, options) or the file itself with
//                                                 ?account and ?file_name; form POST /import
// GET    /api/imports/{import_id}        get      with its rows: ?state, cursor, limit; page /import/{import_id}
// PATCH  /api/imports/{import_id}        patch    {account, options (import_options.h), rows: [{row, choice,
//                                                 category}]}; form POST /import/{import_id}
// POST   /api/imports/{import_id}/apply  apply    form POST /import/{import_id}/apply
// POST   /api/imports/{import_id}/undo   undo     form POST /import/{import_id}/undo
// DELETE /api/imports/{import_id}        remove   forgets a preview; form POST /import/{import_id}/delete
//
// Items of the system table:
//   imports#<user_id>, <import_id>                state: preview, applying, applied, undoing, undone
//   import_rows#<import_id>#<plan>, <number>      planned rows, rows_a_piece each
//   import_file#<import_id>, <number>             the file in base64; gone a week later
//   imported#<user_id>, <numbered key>            {expense_id, import_id, text, payee, description}
//   import_account#<user_id>, <uuid of a number>  the account that a bank's number is
//   import_columns#<user_id>, <signature>#<account_id>   how such a file of that account is read
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "budgetplanner/expenses.h"
#include "budgetplanner/import_plan.h"
#include "budgetplanner/own_items.h"
#include "budgetplanner/sorting.h"
#include "budgetplanner/statement.h"
#include "platform/base/json.h"
#include "platform/base/pool.h"
#include "platform/base/task.h"
#include "platform/http/response.h"
#include "platform/journal/journal.h"
#include "platform/queue/queue.h"
#include "platform/queue/worker.h"
#include "platform/web/call.h"

namespace budgetplanner {

inline constexpr std::size_t import_bytes_max = std::size_t{20} * 1024 * 1024;

class Imports {
  public:
    static constexpr std::size_t rows_a_piece = 50;

    Imports(
        journal::Journal& journal, queue::Queue& queue, base::Pool& pool, Expenses& expenses,
        Sorting& sorting, OwnItems& categories, OwnItems& accounts
    )
        : journal_(journal),
          queue_(queue),
          pool_(pool),
          expenses_(expenses),
          sorting_(sorting),
          categories_(categories),
          accounts_(accounts) {}

    void add_work(queue::Worker& worker);

    [[nodiscard]] base::Task<http::Response> list(web::Call call);
    [[nodiscard]] base::Task<http::Response> create(web::Call call);
    [[nodiscard]] base::Task<http::Response> get(web::Call call);
    [[nodiscard]] base::Task<http::Response> patch(web::Call call);
    [[nodiscard]] base::Task<http::Response> apply(web::Call call);
    [[nodiscard]] base::Task<http::Response> undo(web::Call call);
    [[nodiscard]] base::Task<http::Response> remove(web::Call call);

  private:
    struct Upload {
        std::string file_name, bytes;
        json::Object sent;  // account and options
    };
    struct Work;  // one run of apply or undo

    [[nodiscard]] static Upload upload_of(const web::Call& call);
    [[nodiscard]] base::Task<json::Object> require(const web::Call* call);
    // The import with its plan, whose rows are stored.
    [[nodiscard]] base::Task<json::Object> planned(
        std::string user_id, json::Object import, std::string bytes
    );
    [[nodiscard]] base::Task<std::vector<ImportAccount>> accounts_of(
        std::string user_id, std::string chosen, const std::vector<Statement>* statements
    );
    [[nodiscard]] base::Task<std::vector<json::Object>> typed_entries(
        std::string user_id, std::string from, std::string until
    );
    [[nodiscard]] base::Task<std::optional<StatementChoices>> choices_before(
        std::string user_id, std::string kind_of_file, json::Object asked
    );
    [[nodiscard]] base::Task<std::optional<json::Object>> remembered(
        std::string partition, std::string sort
    );
    [[nodiscard]] base::Task<> store_rows(
        std::string partition, std::vector<json::Object> rows, std::int64_t ttl
    );
    [[nodiscard]] base::Task<> store_file(
        std::string import_id, const std::string* bytes, std::int64_t ttl
    );
    [[nodiscard]] base::Task<std::string> file_of(std::string import_id);
    [[nodiscard]] base::Task<> choose_rows(
        journal::Transaction* change, json::Object* import, const json::Array* chosen
    );
    [[nodiscard]] base::Task<> prepare_apply(
        journal::Transaction* change, std::string user_id, json::Object* import
    );
    [[nodiscard]] base::Task<http::Response> start(
        web::Call call, std::string kind, std::string state
    );

    // In the background (import_work.cc).
    [[nodiscard]] base::Task<> work_on(queue::Message* message, bool undoing);
    [[nodiscard]] base::Task<> lane(std::shared_ptr<Work> work);
    [[nodiscard]] base::Task<bool> apply_piece(Work* work, std::size_t number, bool again);
    [[nodiscard]] base::Task<bool> undo_piece(Work* work, std::size_t number);
    [[nodiscard]] base::Task<> end(Work* work, queue::Message* message);

    journal::Journal& journal_;
    queue::Queue& queue_;
    base::Pool& pool_;
    Expenses& expenses_;
    Sorting& sorting_;
    OwnItems& categories_;
    OwnItems& accounts_;
};

// Names of the items above.
[[nodiscard]] std::string imports_of(std::string_view user_id);
[[nodiscard]] std::string rows_of(const json::Object& import);
[[nodiscard]] std::string imported_of(std::string_view user_id);
[[nodiscard]] std::string piece_name(std::size_t number);
// By numbered key, what is known of these.
[[nodiscard]] base::Task<Imported> imported_among(
    table::Store* store, std::string user_id, std::vector<std::string> keys
);
// Writes the import's next version: refused when it changed meanwhile.
void put_import(journal::Transaction& change, const json::Object& before, json::Object after);

}  // namespace budgetplanner
