// What pages show of a person's own beside their own model: the lists that forms offer to choose from,
// and the page of categories and rules.
//
// GET /categories   CategoriesPage::show   categories and rules, with their forms
#pragma once

#include <string>

#include "platform/base/json.h"
#include "platform/base/task.h"
#include "platform/http/response.h"
#include "platform/journal/journal.h"
#include "platform/table/schema.h"
#include "platform/table/table.h"
#include "platform/web/call.h"

namespace budgetplanner {

// The record with null for every field that it lacks: in a list on a page a field that is not there would be
// read from what stands around it. Pure.
[[nodiscard]] json::Object whole(const table::Schema& schema, json::Object item);

// Sets own_categories and own_accounts, each item whole. `model` lives until the task is done.
[[nodiscard]] base::Task<> place_choices(
    json::Object* model, table::Store* store, std::string user_id
);

// The person's items of that noun (own_nouns.h) for a page, each whole.
[[nodiscard]] base::Task<json::Array> own_rows(
    table::Store* store, table::SchemaRef noun, std::string user_id
);

class CategoriesPage {
  public:
    explicit CategoriesPage(journal::Journal& journal) : journal_(journal) {}

    [[nodiscard]] base::Task<http::Response> show(web::Call call);

  private:
    journal::Journal& journal_;
};

}  // namespace budgetplanner
