// What is a person's own beside the tables: categories, rules, accounts, rates, recurring entries.
//
// A noun is declared as a table is (fields, checks, API document), but its items are rows of the system
// table: pk "<noun>#<user_id>", sk the item's id. Each change stands in the person's log and is told to
// their open pages as "<noun>_changed". Thread-safe.
//
//   OwnItems rules(journal, {&rule_items, 200});
//   routes.api(Method::get, "/api/rules", person, call(rules, &OwnItems::list), …);
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/json.h"
#include "platform/base/task.h"
#include "platform/http/response.h"
#include "platform/journal/journal.h"
#include "platform/table/schema.h"
#include "platform/web/call.h"

namespace budgetplanner {

struct OwnNoun {
    table::SchemaRef schema = nullptr;  // its name is the noun, its key the item's id
    std::size_t most = 200;             // items a person may have
    std::string page;                   // where a form goes on
    // What is wrong beside the fields' own checks; may complete the item. `others` are the person's.
    std::function<base::FieldErrors(json::Object& item, const std::vector<json::Object>& others)>
        check;
    // What else a change does, in its own transaction: before and after, empty when there is none.
    std::function<void(
        journal::Transaction& change, const std::string& user_id, const json::Object& before,
        const json::Object& after
    )>
        follow_up;
};

class OwnItems {
  public:
    OwnItems(journal::Journal& journal, OwnNoun noun) : journal_(journal), noun_(std::move(noun)) {}

    // GET /api/<noun>, POST, and GET, PATCH, DELETE /api/<noun>/{<key>}; forms POST to the same names.
    [[nodiscard]] base::Task<http::Response> list(web::Call call);
    [[nodiscard]] base::Task<http::Response> create(web::Call call);
    [[nodiscard]] base::Task<http::Response> get(web::Call call);
    [[nodiscard]] base::Task<http::Response> patch(web::Call call);
    [[nodiscard]] base::Task<http::Response> remove(web::Call call);

    // All of a person's, in the order of `position`, then of their ids.
    [[nodiscard]] base::Task<std::vector<json::Object>> of(std::string user_id);
    [[nodiscard]] base::Task<std::optional<json::Object>> find(std::string user_id, std::string id);
    // As operations of another change: a new item, with its id.
    void add(
        journal::Transaction& change, const std::string& user_id, std::string id, json::Object item
    ) const;
    [[nodiscard]] const table::Schema& schema() const { return *noun_.schema; }

  private:
    [[nodiscard]] std::string partition(const std::string& user_id) const;
    [[nodiscard]] json::Object shown(json::Object row) const;
    [[nodiscard]] journal::Transaction change_by(const web::Call& call, std::string action) const;
    void tell(journal::Transaction& change, const std::string& user_id) const;
    [[nodiscard]] base::Task<json::Object> require(std::string user_id, std::string id);

    journal::Journal& journal_;
    OwnNoun noun_;
};

// A person's items of that noun, in the order of `position`, then of their ids.
[[nodiscard]] base::Task<std::vector<json::Object>> own_items(
    table::Store* store, table::SchemaRef noun, std::string user_id
);

}  // namespace budgetplanner
