#include "studentcore/exports.h"

#include <memory>

#include "platform/base/csv.h"
#include "platform/base/error.h"
#include "studentcore/tables.h"

namespace studentcore {
namespace {

std::string cell_of(const json::Object& item, std::string_view name) {
    const json::Value* value = item.find(name);
    if (value == nullptr || value->is_null()) return {};
    if (const auto* list = value->array()) {
        std::string text;
        for (const auto& one : *list) {
            if (!text.empty()) text += ';';
            if (one.string() != nullptr) text += *one.string();
        }
        return text;
    }
    if (value->string() != nullptr || value->number() != nullptr)
        return std::string(item.text(name));
    return json::write(*value);
}

}  // namespace

std::string csv_heading(const table::Schema& table) {
    std::vector<std::string> cells;
    for (const auto& field : table.fields)
        if (!field.secret) cells.push_back(field.name);
    cells.emplace_back(more_column);
    std::string line;
    csv::append_row(line, cells);
    return line;
}

std::string csv_line(const table::Schema& table, const json::Object& item) {
    std::vector<std::string> cells;
    for (const auto& field : table.fields)
        if (!field.secret) cells.push_back(cell_of(item, field.name));
    json::Object more;
    for (const auto& [name, value] : item)
        if (table.field(name) == nullptr) more.append_new(name, value);
    cells.push_back(more.empty() ? std::string() : json::write(more));
    std::string line;
    csv::append_row(line, cells);
    return line;
}

namespace {

// A table on its way out, a page at a time; lives until the last chunk is sent.
class Reading {
  public:
    Reading(table::Store& store, table::SchemaRef table) : store_(store), table_(table) {}

    base::Task<std::string> next() {
        std::string out;
        if (ended_) co_return out;
        if (!std::exchange(begun_, true)) out = csv_heading(*table_);
        const table::Page page = co_await store_.scan(table_, cursor_, 500);
        for (const auto& record : page.records) {
            const json::Object item = record.item();
            if (!item.contains("deleting")) out += csv_line(*table_, item);
        }
        cursor_ = page.cursor;
        ended_ = page.cursor.empty();
        co_return out;
    }

  private:
    table::Store& store_;
    table::SchemaRef table_;
    bool begun_ = false;
    bool ended_ = false;
    std::string cursor_;
};

}  // namespace

base::Task<http::Response> Exports::csv(web::Call call) {
    constexpr std::string_view api = "/api/";
    const std::string_view path = call.request.path();
    const std::string_view name = path.substr(api.size(), path.find('/', api.size()) - api.size());
    table::SchemaRef table = nullptr;
    for (const auto* one : record_tables())
        if (one->name == name) table = one;
    if (table == nullptr) throw base::Error::not_found("There is no such table.");
    http::Response response;
    response.content_type = http::type_csv;
    response.headers.emplace_back(
        "Content-Disposition", "attachment; filename=\"" + table->name + ".csv\""
    );
    response.chunks = [reading = std::make_shared<Reading>(journal_.store(), table)] {
        return reading->next();
    };
    co_return response;
}

}  // namespace studentcore
