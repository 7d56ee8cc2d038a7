#include "platform/web/call.h"

#include <algorithm>
#include <charconv>

#include "platform/base/random.h"
#include "platform/base/text.h"
#include "platform/web/once.h"

namespace web {
namespace {

constexpr std::size_t client_id_max = 64;

bool has_type(std::string_view content_type, std::string_view wanted) {
    if (content_type.size() < wanted.size()) return false;
    const auto same = [](char a, char b) {
        return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + 32) : a) == b;
    };
    if (!std::equal(wanted.begin(), wanted.end(), content_type.begin(), [&](char b, char a) {
            return same(a, b);
        }))
        return false;
    const std::string_view rest = content_type.substr(wanted.size());
    return rest.empty() || rest.front() == ';' || rest.front() == ' ';
}

json::Object form_object(table::SchemaRef schema, http::Pairs pairs) {
    std::erase_if(pairs, [](const auto& pair) { return pair.first == "csrf_token"; });
    static const table::Schema any;
    return table::from_texts(schema == nullptr ? any : *schema, pairs);
}

}  // namespace

std::string Call::id(std::string_view parameter) const {
    const std::string_view text = request.parameter(parameter);
    if (!base::is_uuid(text)) throw base::Error::not_found("There is nothing at this address.");
    return std::string(text);
}

journal::Actor Call::actor() const {
    const std::string_view client = request.header("X-Client-Id");
    const bool good = client.size() <= client_id_max && std::ranges::all_of(client, [](char c) {
                          return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                                 (c >= 'A' && c <= 'Z') || c == '-';
                      });
    return {who.user_id, who.name, good ? std::string(client) : std::string()};
}

json::Object Call::body(table::SchemaRef schema) const {
    const std::string_view type = request.header("Content-Type");
    if (has_type(type, "application/x-www-form-urlencoded"))
        return form_object(schema, http::parse_form(request.body()));
    if (has_type(type, "multipart/form-data")) {
        http::Pairs pairs;
        for (const auto& part : http::parse_multipart(request))
            if (part.filename.empty()) pairs.emplace_back(part.name, std::string(part.body));
        return form_object(schema, std::move(pairs));
    }
    if (!has_type(type, "application/json") && !has_type(type, "application/merge-patch+json"))
        throw base::Error(
            base::Code::unsupported_media, "Send the data as application/json (UTF-8) or as a form."
        );
    if (!base::is_utf8(request.body()))
        throw base::Error(base::Code::bad_request, "The JSON is not valid UTF-8.");
    auto value = json::parse(request.body());
    if (!value) throw base::Error(base::Code::bad_request, value.error().message);
    json::Object* object = value->object();
    if (object == nullptr)
        throw base::Error(
            base::Code::invalid, "The data must be a JSON object, such as {\"name\": …}."
        );
    return std::move(*object);
}

List Call::list(std::vector<std::string_view> sorts) const {
    List list;
    if (const auto limit = request.query("limit"); limit && !limit->empty()) {
        const auto [end, code] =
            std::from_chars(limit->data(), limit->data() + limit->size(), list.limit);
        if (code != std::errc() || end != limit->data() + limit->size() || list.limit < 1 ||
            list.limit > 200)
            throw base::Error::invalid("limit", "This must be a whole number from 1 to 200.");
    }
    list.cursor = request.query("cursor").value_or("");
    list.q = std::string(base::trimmed(request.query("q").value_or("")));
    if (base::has_control(list.q) || list.q.size() > 200)
        throw base::Error::invalid("q", "Search for at most 200 characters of text.");
    list.sort = request.query("sort").value_or("");
    if (list.sort.empty() && !sorts.empty()) list.sort = sorts.front();
    if (!sorts.empty() && std::ranges::find(sorts, list.sort) == sorts.end()) {
        std::string offered;
        for (const auto sort : sorts) offered.append(offered.empty() ? "" : ", ").append(sort);
        throw base::Error::invalid("sort", "This list can be sorted by " + offered + ".");
    }
    list.descending = list.sort.starts_with('-');
    return list;
}

void Call::check_version(const json::Object& record, const json::Object& sent) const {
    const std::string_view wanted = request.header("If-Match");
    const std::string now(record.text("version"));
    if (!wanted.empty() && wanted != "*" && wanted.find(etag_of(now)) == std::string_view::npos)
        throw base::Error(
            base::Code::precondition_failed,
            "Someone changed this record since you read it. Read it again, then make your change."
        );
    const std::string_view version = sent.text("version");
    if (!version.empty() && version != now) {
        base::Error error = base::Error::conflict(
            "Someone changed this record since you opened it. Nothing was saved: reload to see "
            "their change, then make yours again."
        );
        error.facts.emplace_back("version", now);
        throw error;
    }
}

http::Response Call::show(std::string_view page, json::Object model, int status) const {
    if (is_api()) return http::json(model, status);
    if (!typed.empty()) model.set("typed", typed);
    if (problem) {
        json::Array errors;
        for (const auto& field : problem->fields)
            errors.emplace_back(json::Object{{"field", field.field}, {"message", field.message}});
        model.set("errors", std::move(errors));
        model.set("problem", problem->shown);
        json::Object facts;
        for (const auto& [name, value] : problem->facts) facts.set(name, value);
        model.set("facts", std::move(facts));
        status = static_cast<int>(problem->code);
    }
    return http::html(pages_->render(page, std::move(model), who, request), status);
}

http::Response Call::record(std::string text, std::string_view version) {
    http::Response response = http::json_text(std::move(text));
    response.etag = etag_of(version);
    response.cache = http::Cache::revalidate;
    return response;
}

http::Response Call::items(
    const std::vector<table::Record>& records, std::string_view cursor,
    std::optional<std::int64_t> total
) {
    std::size_t size = 64 + cursor.size();
    for (const auto& record : records) size += record.text.size() + 1;
    std::string body;
    body.reserve(size);
    body += "{\"items\":[";
    for (std::size_t i = 0; i < records.size(); ++i) {
        if (i > 0) body += ',';
        body += records[i].text;
    }
    body += "],\"cursor\":";
    if (cursor.empty())
        body += "null";
    else
        json::append_quoted(body, cursor);
    if (total) body.append(",\"total\":").append(std::to_string(*total));
    body += '}';
    return http::json_text(std::move(body));
}

void Call::remember(journal::Transaction& change, std::string key, const Done& done, int status)
    const {
    std::string answer_key;
    for (const auto& one : change.entry().changes)
        if (one.after && one.key == done.item.text(one.table->key)) answer_key = one.key;
    change.remember(
        {.key = std::move(key),
         .fingerprint = fingerprint_of(request),
         .status = status,
         .location = done.location,
         .answer = done.item.empty() ? "" : json::write(done.item),
         .answer_key = std::move(answer_key)}
    );
}

base::Task<http::Response> Call::commit(journal::Transaction change, Done done) const {
    // A record that was changed gets its version in the write; the answer must show the same.
    const int status = !done.location.empty() ? 201 : done.item.empty() ? 204 : 200;
    const bool same = change.empty();
    if (!once_key.empty()) remember(change, once_key, done, status);
    if (same) {
        // Nothing is different: the record stands as it was asked for.
        change.silent();
        if (!once_key.empty()) (void)co_await journal_->commit(std::move(change));
        if (!is_api() && !done.page.empty()) co_return http::redirect(done.page);
        co_return done.item.empty() ? http::no_content() : http::json(done.item);
    }
    auto outcome = co_await journal_->commit(std::move(change));
    if (!outcome) {
        const auto& conflict = outcome.error();
        if (conflict.kind == journal::Conflict::Kind::idempotent)
            if (auto before = co_await answered_before(journal_, request, once_key))
                co_return std::move(*before);
        base::Error error = error_of(conflict);
        // Who sent a precondition is told that it did not hold, however late that was found.
        if (conflict.kind == journal::Conflict::Kind::changed &&
            !request.header("If-Match").empty())
            error.code = base::Code::precondition_failed;
        throw base::Error(error);
    }
    const std::string id = outcome->id;
    const std::string subject = outcome->subject;
    co_return logged(answer_of(std::move(*outcome), done, status), id, subject);
}

// The entry that the change left in the log, so that a page can offer to take it back.
http::Response Call::logged(http::Response response, std::string id, std::string subject) const {
    if (!is_api()) return response;
    response.headers.emplace_back("Log-Entry", std::move(id));
    response.headers.emplace_back("Log-Subject", std::move(subject));
    return response;
}

http::Response Call::answer_of(journal::Entry entry, const Done& done, int status) const {
    if (!is_api() && !done.page.empty()) return http::redirect(done.page);
    if (status == 204) return http::no_content();
    // The stored form of the one record that the answer is about, with its new version.
    for (auto& one : entry.changes) {
        if (!one.after || one.key != done.item.text(one.table->key)) continue;
        const json::Object item = table::shown(*one.table, std::move(*one.after));
        http::Response response = status == 201 ? http::created(done.location, json::write(item))
                                                : http::json_text(json::write(item));
        response.etag = etag_of(item.text("version"));
        return response;
    }
    return status == 201 ? http::created(done.location, json::write(done.item))
                         : http::json(done.item, status);
}

std::string etag_of(std::string_view version) { return "\"v" + std::string(version) + "\""; }

base::Error error_of(const journal::Conflict& conflict) {
    using Kind = journal::Conflict::Kind;
    switch (conflict.kind) {
        case Kind::exists: {
            base::Error error = base::Error::conflict("This record is there already.");
            error.facts.emplace_back("existing", conflict.key);
            return error;
        }
        case Kind::taken: {
            base::Error error =
                base::Error::conflict("Another record has this " + conflict.field + " already.");
            error.fields.push_back({conflict.field, "Another record has this already."});
            error.facts.emplace_back("existing", conflict.key);
            return error;
        }
        case Kind::check:
            return {
                base::Code::invalid,
                "A record that this one refers to has changed or is gone. Reload and try again."
            };
        case Kind::idempotent:
            return base::Error::conflict("The same request is being handled already.");
        case Kind::changed:
            break;
    }
    if (!conflict.found)
        return {base::Code::conflict, "Someone deleted this record in the meantime."};
    return {
        base::Code::conflict,
        "Someone changed this record in the meantime. Reload to see their change, then make yours "
        "again."
    };
}

}  // namespace web
