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
    std::string line;
    csv::append_row(line, cells);
    return line;
}

std::string csv_line(const table::Schema& table, const json::Object& item) {
    std::vector<std::string> cells;
    for (const auto& field : table.fields)
        if (!field.secret) cells.push_back(cell_of(item, field.name));
    std::string line;
    csv::append_row(line, cells);
    return line;
}

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
    struct Reading {
        bool begun = false;
        bool ended = false;
        std::string cursor;
    };
    response.chunks = [this, table,
                       reading = std::make_shared<Reading>()]() -> base::Task<std::string> {
        std::string out;
        if (reading->ended) co_return out;
        if (!std::exchange(reading->begun, true)) out = csv_heading(*table);
        const table::Page page = co_await journal_.store().scan(table, reading->cursor, 500);
        for (const auto& record : page.records) {
            const json::Object item = record.item();
            if (!item.truth("deleting")) out += csv_line(*table, item);
        }
        reading->cursor = page.cursor;
        reading->ended = page.cursor.empty();
        co_return out;
    };
    co_return response;
}

}  // namespace studentcore
