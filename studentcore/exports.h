// Every table as CSV, as it can be imported again. Streamed page by page; no secret leaves.
//
// GET /api/{table}/export.csv   admin; cells that a spreadsheet would run are neutralised
#pragma once

#include "platform/http/response.h"
#include "platform/journal/journal.h"
#include "platform/web/call.h"

namespace studentcore {

class Exports {
  public:
    explicit Exports(journal::Journal& journal) : journal_(journal) {}
    [[nodiscard]] base::Task<http::Response> csv(web::Call call);

  private:
    journal::Journal& journal_;
};

// The last column: what the record has beside its table's fields, as a JSON object.
inline constexpr std::string_view more_column = "more";

// The heading line and one record's line.
[[nodiscard]] std::string csv_heading(const table::Schema& table);
[[nodiscard]] std::string csv_line(const table::Schema& table, const json::Object& item);

}  // namespace studentcore
