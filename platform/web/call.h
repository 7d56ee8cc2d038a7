// One call of an application's function: the request, who asks, and how to answer.
//
// The same function serves /api/… (JSON) and the page's own URL (HTML): it makes a model and calls
// show(). A change is gathered in a journal::Transaction and ended by commit(), which knows
// idempotency keys and turns what stood in the way into an answer. Lives as long as its request.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/auth/identity.h"
#include "platform/base/error.h"
#include "platform/base/json.h"
#include "platform/base/task.h"
#include "platform/http/request.h"
#include "platform/http/response.h"
#include "platform/journal/journal.h"
#include "platform/table/schema.h"

namespace web {

using Identity = auth::Identity;  // who asks; an empty user_id is a stranger

struct List {
    std::size_t limit = 50;  // 1 to 200
    std::string cursor;
    std::string sort;  // as asked, "-" in front for descending; checked against what is offered
    bool descending = false;
    std::string q;
};

// Turns a model into a page; made once by the application (view/).
class Pages {
  public:
    virtual ~Pages() = default;
    // Renders templates/<name>.html inside the layout. `model` gets what every page shows (who,
    // term, csrf, theme, language) by the implementation.
    [[nodiscard]] virtual std::string render(
        std::string_view name, json::Object model, const Identity& who, http::Request request
    ) = 0;
};

class Call {
  public:
    Call(http::Request asked, Identity identity, journal::Journal& log, Pages& pages)
        : request(asked), who(std::move(identity)), journal_(&log), pages_(&pages) {}

    http::Request request;
    Identity who;
    // The request's Idempotency-Key (web/once.h), when commit() is what keeps the answer.
    std::string once_key;
    // When a plain form was refused, its page is shown again with these.
    json::Object typed;
    std::optional<base::Error> problem;

    [[nodiscard]] bool is_api() const { return request.path().starts_with("/api/"); }
    // With the header X-Client-Id, which an open page chooses: its event carries it back, so that
    // the page knows its own doing, and another page of the same person does not take it for its.
    [[nodiscard]] journal::Actor actor() const;
    // Of the path; 404 unless a UUID.
    [[nodiscard]] std::string id(std::string_view parameter) const;

    // The body as an object: JSON (application/json) or a form, whose texts take the fields' types.
    // 415 for another type, 400 when malformed, 422 when it is no object.
    [[nodiscard]] json::Object body(table::SchemaRef schema = nullptr) const;
    // limit, cursor, sort and q of the query, checked; the first of the sorts is the default.
    [[nodiscard]] List list(std::vector<std::string_view> sorts) const;
    // 412 when If-Match names another version than the record's; 409 when the body's version does.
    void check_version(const json::Object& record, const json::Object& sent = {}) const;

    // JSON under /api; else the page of that name (with `typed` and `problem` in it).
    [[nodiscard]] http::Response show(std::string_view page, json::Object model, int status = 200)
        const;
    // A stored record as JSON with its ETag.
    [[nodiscard]] static http::Response record(std::string text, std::string_view version);
    // {"items": [...], "cursor": …, "total": …} of stored texts, joined without parsing.
    [[nodiscard]] static http::Response items(
        const std::vector<table::Record>& records, std::string_view cursor,
        std::optional<std::int64_t> total = {}
    );

    // Commits; then answers with `item` (201 with location, or 200), or, on a page, goes to `page`.
    // A conflict ends in base::Error: 409 (with the existing record's id), 412, 422 for a check.
    struct Done {
        json::Object item;     // the answer's body; empty: 204
        std::string location;  // of a created record under /api
        std::string page;      // where a browser goes next
    };
    [[nodiscard]] base::Task<http::Response> commit(journal::Transaction change, Done done) const;

    [[nodiscard]] journal::Journal& journal() const { return *journal_; }

  private:
    // Keeps the answer in the same write, for who asks again with that key.
    void remember(journal::Transaction& change, std::string key, const Done& done, int status)
        const;
    [[nodiscard]] http::Response answer_of(journal::Entry entry, const Done& done, int status)
        const;
    [[nodiscard]] http::Response logged(
        http::Response response, std::string id, std::string subject
    ) const;

    journal::Journal* journal_;
    Pages* pages_;
};

// The ETag of a version: "\"v7\"".
[[nodiscard]] std::string etag_of(std::string_view version);
// The error that a conflict becomes.
[[nodiscard]] base::Error error_of(const journal::Conflict& conflict);

}  // namespace web
