#include "budgetplanner/imports.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>

#include "budgetplanner/import_options.h"
#include "budgetplanner/statement_keys.h"
#include "budgetplanner/tables.h"
#include "platform/base/error.h"
#include "platform/base/random.h"
#include "platform/base/text.h"

namespace budgetplanner {
namespace {

constexpr std::int64_t preview_seconds = std::int64_t{7} * 86'400;
constexpr std::size_t chosen_max = 200;
constexpr std::size_t file_name_bytes_max = 120;

// As the API shows an import, without its rows.
json::Object shown_import(json::Object import) {
    json::Object all{{"import_id", import.text("sk")}};
    for (auto& [name, value] : import)
        if (name != "pk" && name != "sk" && name != "plan" && name != "by" && name != "numbers")
            all.append_new(name, std::move(value));
    if (all.text("state") == "preview") {
        if (const auto ttl = all.integer("ttl"); ttl > 0)
            all.set("expires_at", base::timestamp(ttl * 1000));
    }
    all.erase("ttl");
    return all;
}

json::Object shown_row(const json::Object& row) {
    json::Object all;
    for (const auto* const name :
         {"row", "line", "state", "reason", "choice", "confirms", "date", "amount", "text"})
        if (const auto* value = row.find(name); value != nullptr) all.set(name, *value);
    all.set("outcome", outcome_of(row));
    const auto* expense = row.find("expense");
    if (expense == nullptr || expense->object() == nullptr) return all;
    all.erase("text");
    for (const auto* const name :
         {"kind", "amount", "currency", "date", "payee", "description", "account", "category",
          "category_source", "category_reason", "suggestions", "rate"})
        if (const auto* value = expense->object()->find(name); value != nullptr)
            all.set(name, value->number() != nullptr ? json::Value(value->number()->text) : *value);
    return all;
}

// Of one page of rows: which piece to begin with.
std::size_t offset_of(const web::List& list) {
    std::size_t offset = 0;
    if (list.cursor.empty()) return offset;
    const char* end = list.cursor.data() + list.cursor.size();
    const auto read = std::from_chars(list.cursor.data(), end, offset);
    if (read.ec != std::errc() || read.ptr != end)
        throw base::Error::invalid("cursor", "This is no cursor of this list.");
    return offset;
}

void must_be_preview(const json::Object& import) {
    if (import.text("state") != "preview")
        throw base::Error::conflict("This import was applied already: undo it first.");
}

void choose(json::Object& row, const json::Object& chosen) {
    if (const auto* choice = chosen.find("choice"); choice != nullptr) {
        const auto word = chosen.text("choice");
        if (word.empty() || word == "import")
            row.erase("choice");
        else if (word == "skip" || (word == "separate" && row.text("state") == "confirms"))
            row.set("choice", word);
        else
            throw base::Error::invalid(
                "choice", "This is import or skip, or separate for a row that confirms an entry."
            );
    }
    auto* expense = row.find("expense");
    if (!chosen.contains("category") || expense == nullptr || expense->object() == nullptr) return;
    const auto category = chosen.text("category");
    if (category.size() > 60 || category.find_first_of("|#") != std::string_view::npos)
        throw base::Error::invalid("category", "This is the name of a category.");
    auto& item = *expense->object();
    if (category == item.text("category")) return;
    item.set("category", category).set("category_source", category.empty() ? "none" : "person");
    item.erase("category_reason");
    item.erase("suggestions");
}

}  // namespace

std::string imports_of(std::string_view user_id) { return "imports#" + std::string(user_id); }
std::string rows_of(const json::Object& import) {
    return "import_rows#" + std::string(import.text("sk")) + "#" + std::string(import.text("plan"));
}
std::string imported_of(std::string_view user_id) { return "imported#" + std::string(user_id); }
std::string piece_name(std::size_t number) {
    std::string digits = std::to_string(number);
    return std::string(6 - std::min<std::size_t>(digits.size(), 6), '0') + digits;
}

base::Task<Imported> imported_among(
    table::Store* store, std::string user_id, std::vector<std::string> keys
) {
    Imported known;
    const auto partition = imported_of(user_id);
    for (std::size_t at = 0; at < keys.size(); at += table::query_limit_max) {
        std::vector<table::Key> some;
        for (std::size_t i = at; i < std::min(keys.size(), at + table::query_limit_max); ++i)
            some.emplace_back(partition, keys[i]);
        const auto records = co_await store->get_many(&journal::system_table(), std::move(some));
        for (std::size_t i = 0; i < records.size(); ++i)
            if (records[i]) known.emplace(keys[at + i], records[i]->item());
    }
    co_return known;
}

void put_import(journal::Transaction& change, const json::Object& before, json::Object after) {
    after.set("version", before.integer("version") + 1);
    change.also(table::Put{
        &journal::system_table(),
        std::move(after),
        {table::Condition::equals("version", before.integer("version"))}
    });
}

Imports::Upload Imports::upload_of(const web::Call& call) {
    Upload upload;
    const std::string_view type = call.request.header("Content-Type");
    if (type.starts_with("multipart/form-data")) {
        for (const auto& part : http::parse_multipart(call.request))
            if (part.name == "file" && !part.filename.empty()) {
                upload.bytes = part.body;
                upload.file_name = part.filename;
            } else if (part.filename.empty()) {
                upload.sent.set(part.name, part.body);
            }
        if (upload.sent.contains("options")) {
            const auto options = json::parse(upload.sent.text("options"));
            if (!options || options->object() == nullptr)
                throw base::Error::invalid("options", "These are a JSON object.");
            upload.sent.erase("options");
            upload.sent = merged_options(std::move(upload.sent), *options->object());
        }
    } else {
        upload.bytes = call.request.body();
        upload.file_name = call.request.query("file_name").value_or("statement");
        for (const auto& [name, value] : call.request.query()) upload.sent.set(name, value);
    }
    if (upload.bytes.empty()) throw base::Error::invalid("file", "Choose the bank's file.");
    if (upload.bytes.size() > import_bytes_max)
        throw base::Error::invalid("file", "The file is larger than 20 MB: split it by year.");
    return upload;
}

base::Task<json::Object> Imports::require(const web::Call* call) {
    table::Key key{imports_of(call->who.user_id), call->id("import_id")};
    const auto record = co_await journal_.store().get(&journal::system_table(), std::move(key));
    if (!record) throw base::Error::not_found("There is no such import.");
    auto import = record->item();
    const auto ttl = import.integer("ttl");
    if (ttl > 0 && ttl < journal_.clock().now_s())
        throw base::Error::not_found("This preview has expired: send the file again.");
    co_return import;
}

base::Task<std::optional<json::Object>> Imports::remembered(
    std::string partition, std::string sort
) {
    table::Key key{std::move(partition), std::move(sort)};
    const auto record = co_await journal_.store().get(&journal::system_table(), std::move(key));
    if (!record) co_return std::nullopt;
    co_return record->item();
}

base::Task<http::Response> Imports::list(web::Call call) {
    table::Query query;
    query.table = &journal::system_table();
    query.partitions = {imports_of(call.who.user_id)};
    query.descending = true;
    const auto asked = call.list({"-created_at"});
    query.limit = asked.limit;
    query.cursor = asked.cursor;
    const auto page = co_await journal_.store().query(std::move(query));
    json::Array items;
    for (const auto& record : page.records) {
        auto import = record.item();
        const auto ttl = import.integer("ttl");
        if (ttl == 0 || ttl >= journal_.clock().now_s())
            items.emplace_back(shown_import(std::move(import)));
    }
    json::Object model{
        {"items", std::move(items)},
        {"cursor", page.cursor.empty() ? json::Value(nullptr) : json::Value(page.cursor)}
    };
    if (!call.is_api()) {
        const auto own = co_await accounts_.of(call.who.user_id);
        json::Array names;
        for (const auto& one : own) names.emplace_back(json::Object{{"name", one.text("name")}});
        model.set("accounts", std::move(names));
    }
    co_return call.show("import", std::move(model));
}

base::Task<http::Response> Imports::create(web::Call call) {
    auto upload = upload_of(call);
    const auto now = journal_.clock().now_ms();
    const std::string id = base::uuid_v7(now);
    const std::int64_t ttl = now / 1000 + preview_seconds;
    json::Object import{
        {"pk", imports_of(call.who.user_id)},
        {"sk", id},
        {"state", "preview"},
        {"file_name", plain_text(upload.file_name, file_name_bytes_max)},
        {"account", base::trimmed(upload.sent.text("account"))},
        {"created_at", base::timestamp(now)},
        {"ttl", ttl},
        {"version", 1},
    };
    import.set("options", merged_options({}, upload.sent));
    import = co_await planned(call.who.user_id, std::move(import), upload.bytes);
    co_await store_file(id, &upload.bytes, ttl);
    journal::Transaction change(call.actor(), "import_looked_at", subject_of(call.who.user_id));
    change.also(table::Put{&journal::system_table(), import, {table::Condition::absent()}});
    change.tell({"imports_changed", {room_of(call.who.user_id)}, {{"import_id", id}}});
    web::Call::Done done{
        .item = shown_import(std::move(import)),
        .location = "/api/imports/" + id,
        .page = "/import/" + id
    };
    co_return co_await call.commit(std::move(change), std::move(done));
}

base::Task<http::Response> Imports::get(web::Call call) {
    auto import = co_await require(&call);
    const auto list = call.list({"row"});
    const auto state = call.request.query("state").value_or("");
    std::size_t offset = offset_of(list);
    const std::string partition = rows_of(import);
    const auto pieces = static_cast<std::size_t>(import.integer("pieces"));
    json::Array rows;
    bool more = false;
    while (offset / rows_a_piece < pieces && !more) {
        const auto piece = co_await remembered(partition, piece_name(offset / rows_a_piece));
        const auto* all = piece ? piece->find("rows") : nullptr;
        std::size_t at = offset % rows_a_piece;
        offset += rows_a_piece - at;
        if (all == nullptr || all->array() == nullptr) continue;
        for (; at < all->array()->size(); ++at) {
            const auto& row = *all->array()->at(at).object();
            if (!state.empty() && outcome_of(row) != state) continue;
            if (rows.size() == list.limit) {
                more = true;
                offset = static_cast<std::size_t>(row.integer("row"));
                break;
            }
            rows.emplace_back(shown_row(row));
        }
    }
    const auto version = std::string(import.text("version"));
    const auto was = std::string(import.text("state"));
    auto model = shown_import(std::move(import));
    model.set("items", std::move(rows));
    model.set("cursor", more ? json::Value(std::to_string(offset)) : json::Value(nullptr));
    if (call.is_api()) co_return web::Call::record(json::write(model), version);
    model.set("is_preview", was == "preview").set("is_applied", was == "applied");
    model.set("is_working", was == "applying" || was == "undoing")
        .set("is_undone", was == "undone");
    model.set("shown_state", state).set("left_given", model.integer("left_count") > 0);
    co_return call.show("import_rows", std::move(model));
}

base::Task<> Imports::choose_rows(
    journal::Transaction* change, json::Object* import, const json::Array* chosen
) {
    if (chosen->empty() || chosen->size() > chosen_max)
        throw base::Error::invalid("rows", "Name 1 to 200 rows.");
    std::map<std::size_t, std::vector<const json::Object*>> by_piece;
    for (const auto& one : *chosen) {
        if (one.object() == nullptr || one.object()->integer("row", -1) < 0)
            throw base::Error::invalid("rows", "Each is {row, choice, category}.");
        const auto row = static_cast<std::size_t>(one.object()->integer("row"));
        by_piece[row / rows_a_piece].push_back(one.object());
    }
    if (by_piece.size() > 50)
        throw base::Error::invalid("rows", "These are too far apart: choose fewer at once.");
    auto counts = ImportCounts::of(*import->find("counts")->object());
    for (const auto& [number, ones] : by_piece) {
        auto piece = co_await remembered(rows_of(*import), piece_name(number));
        auto* rows = piece ? piece->find("rows") : nullptr;
        if (rows == nullptr || rows->array() == nullptr)
            throw base::Error::invalid("rows", "There is no such row.");
        for (const auto* one : ones) {
            const auto at = static_cast<std::size_t>(one->integer("row")) % rows_a_piece;
            if (at >= rows->array()->size())
                throw base::Error::invalid("rows", "There is no such row.");
            auto& row = *rows->array()->at(at).object();
            counts.add(row, -1);
            choose(row, *one);
            counts.add(row);
        }
        change->also(table::Put{&journal::system_table(), std::move(*piece), {}});
    }
    import->set("counts", counts.shown());
}

base::Task<http::Response> Imports::patch(web::Call call) {
    const auto before = co_await require(&call);
    auto sent = call.body();
    call.check_version(before, sent);
    must_be_preview(before);
    auto import = before;
    journal::Transaction change(call.actor(), "import_looked_at", subject_of(call.who.user_id));
    // A form names one row, or options by their own names.
    if (!call.is_api()) {
        if (sent.contains("row")) {
            json::Object one{{"row", json::Number{std::string(sent.text("row"))}}};
            for (const auto* const name : {"choice", "category"})
                if (sent.contains(name)) one.set(name, sent.text(name));
            json::Array rows;
            rows.emplace_back(std::move(one));
            sent.set("rows", std::move(rows));
        } else {
            sent.set("options", merged_options({}, sent));
        }
    }
    const auto* options = sent.find("options");
    if (options != nullptr && options->object() == nullptr)
        throw base::Error::invalid("options", "These are an object.");
    const auto* account = sent.find("account");
    if (options != nullptr || account != nullptr) {
        if (options != nullptr) {
            const auto* old = before.find("options");
            import.set(
                "options", call.is_api()
                               ? merged_options(
                                     old != nullptr && old->object() != nullptr ? *old->object()
                                                                                : json::Object(),
                                     *options->object()
                                 )
                               : *options->object()
            );
        }
        if (account != nullptr) import.set("account", base::trimmed(sent.text("account")));
        auto bytes = co_await file_of(std::string(before.text("sk")));
        import = co_await planned(call.who.user_id, std::move(import), std::move(bytes));
    }
    if (const auto* rows = sent.find("rows"); rows != nullptr) {
        if (rows->array() == nullptr)
            throw base::Error::invalid("rows", "This is a list of {row, choice, category}.");
        co_await choose_rows(&change, &import, rows->array());
    }
    put_import(change, before, import);
    import.set("version", before.integer("version") + 1);
    change.tell({"imports_changed", {room_of(call.who.user_id)}, {{"import_id", before.text("sk")}}}
    );
    web::Call::Done done{
        .item = shown_import(std::move(import)),
        .location = {},
        .page = "/import/" + std::string(before.text("sk"))
    };
    co_return co_await call.commit(std::move(change), std::move(done));
}

base::Task<> Imports::prepare_apply(
    journal::Transaction* change, std::string user_id, json::Object* import
) {
    auto* accounts = import->find("accounts");
    for (auto& one : *accounts->array()) {
        auto& account = *one.object();
        if (!account.truth("new")) continue;
        account.set("new", false);
        const std::string id(account.text("account_id"));
        const auto there = co_await accounts_.find(user_id, id);
        if (there) continue;
        accounts_.add(*change, user_id, id, {{"name", account.text("name")}});
        change->tell({"accounts_changed", {room_of(user_id)}, {}});
    }
    const auto* numbers = import->find("numbers");
    std::set<std::string> known;
    if (numbers != nullptr && numbers->array() != nullptr)
        for (const auto& one : *numbers->array()) {
            if (known.size() == 20 || !known.emplace(one.object()->text("number")).second) continue;
            json::Object row{
                {"pk", "import_account#" + user_id},
                {"sk", one.object()->text("number")},
                {"account_id", one.object()->text("account_id")}
            };
            change->also(table::Put{&journal::system_table(), std::move(row), {}});
        }
    const auto& guess = *import->find("guess")->object();
    const auto* columns = guess.find("columns");
    if (columns == nullptr || columns->object() == nullptr || accounts->array()->size() != 1)
        co_return;
    const auto mapping = mapping_of(*columns->object());
    if (!mapping || mapping->headers.empty()) co_return;
    json::Object options{{"columns", *columns}};
    for (const auto* const name : {"decimal_mark", "date_order", "spent_is"})
        options.set(name, guess.text(name));
    json::Object row{
        {"pk", "import_columns#" + user_id},
        {"sk", signature_of(*mapping) + "#" +
                   std::string(accounts->array()->front().object()->text("account_id"))}
    };
    row.set("options", std::move(options));
    change->also(table::Put{&journal::system_table(), std::move(row), {}});
}

base::Task<http::Response> Imports::start(web::Call call, std::string kind, std::string state) {
    const auto before = co_await require(&call);
    call.check_version(before);
    auto import = before;
    journal::Transaction change(
        call.actor(), kind == "apply" ? "import_applied" : "import_undone",
        subject_of(call.who.user_id)
    );
    if (kind == "apply") {
        must_be_preview(before);
        if (ImportCounts::of(*before.find("counts")->object()).ready() == 0)
            throw base::Error::conflict("There is nothing in it to import.");
        co_await prepare_apply(&change, call.who.user_id, &import);
        import.erase("ttl");
    } else if (before.text("state") != "applied" && before.text("state") != "undone") {
        throw base::Error::conflict("This import is not applied, so there is nothing to undo.");
    }
    import.set("state", state).set("by", call.who.name);
    put_import(change, before, import);
    import.set("version", before.integer("version") + 1);
    const std::string id(before.text("sk"));
    queue_.add(
        change, {.queue = "imports",
                 .kind = kind,
                 .payload = {{"user_id", call.who.user_id}, {"import_id", id}}}
    );
    change.tell({"imports_changed", {room_of(call.who.user_id)}, {{"import_id", id}}});
    web::Call::Done done{
        .item = shown_import(std::move(import)), .location = {}, .page = "/import/" + id
    };
    co_return co_await call.commit(std::move(change), std::move(done));
}

base::Task<http::Response> Imports::apply(web::Call call) {
    return start(std::move(call), "apply", "applying");
}
base::Task<http::Response> Imports::undo(web::Call call) {
    return start(std::move(call), "undo", "undoing");
}

base::Task<http::Response> Imports::remove(web::Call call) {
    const auto before = co_await require(&call);
    call.check_version(before);
    must_be_preview(before);
    journal::Transaction change(call.actor(), "import_forgotten", subject_of(call.who.user_id));
    change.also(table::Delete{
        &journal::system_table(),
        {std::string(before.text("pk")), std::string(before.text("sk"))},
        {table::Condition::equals("version", before.integer("version"))}
    });
    change.tell({"imports_changed", {room_of(call.who.user_id)}, {}});
    // Its rows and file end by their own time.
    web::Call::Done done{.item = {}, .location = {}, .page = "/import"};
    co_return co_await call.commit(std::move(change), std::move(done));
}

}  // namespace budgetplanner
