// Every URL of an application: who may call it, which function answers, what the API document says.
//
// Around each function stand, in this order: who asks (session or token), the role, the token's
// scope, the CSRF check of writes by cookie, the documented query parameters, the Idempotency-Key,
// then the function, then the renewed session cookie. A stranger is answered 401 under /api and sent to
// the sign-in page elsewhere. Filled before the server starts.
//
//   routes.api(Method::get, "/api/results", {faculty, admin}, call(results, &Results::list),
//              {.summary = "List results", .items = &results_table});
//   routes.page("/results", {faculty, admin}, call(results, &Results::choose));
//   routes.form("/students", {admin}, call(students, &Students::create), call(students,
//   &Students::list));
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/auth/sessions.h"
#include "platform/base/json.h"
#include "platform/base/task.h"
#include "platform/http/router.h"
#include "platform/table/schema.h"
#include "platform/web/call.h"
#include "platform/web/once.h"

namespace web {

using Function = std::function<base::Task<http::Response>(Call)>;

// A member function of a resource that lives as long as the routes.
template <class Resource>
[[nodiscard]] Function call(
    Resource& resource, base::Task<http::Response> (Resource::*member)(Call)
) {
    return [&resource, member](Call asked) { return (resource.*member)(std::move(asked)); };
}

// Roles that may; none: whoever is signed in.
using Roles = std::vector<std::string_view>;

// A query parameter as the API document tells it. A value that is not of its enum, its format (uuid,
// date) or its maxLength is 422 before the function is called; an empty one counts as none. No name
// may come twice.
struct Parameter {
    std::string name;
    std::string description;
    json::Object schema = {{"type", "string"}};
    bool required = false;
};

// What the API document says of a route beside its path.
struct Doc {
    std::string summary;
    table::SchemaRef body = nullptr;  // the request is one of its records
    table::Mode mode = table::Mode::create;
    json::Object body_schema = {};     // or this JSON Schema
    json::Object body_more = {};       // what the request may hold beside the record
    table::SchemaRef item = nullptr;   // the answer is one of its records
    table::SchemaRef items = nullptr;  // or a list of them
    json::Object answer = {};          // or this JSON Schema
    std::string answer_type = "application/json";
    std::string body_type = "application/json";
    int status = 200;
    std::vector<Parameter> query = {};
    bool list = false;  // takes limit, cursor, q and sort (of `sorts`)
    std::vector<std::string> sorts = {};
    Once once = Once::by_commit;  // of a write: what its Idempotency-Key does
    bool versioned = true;        // of PUT, PATCH, DELETE: heeds If-Match
};

struct Documented {
    http::Method method;
    std::string pattern;
    Roles roles;
    bool strangers = false;
    Doc doc;
};

class Routes {
  public:
    Routes(http::Router& router, auth::Sessions& sessions, journal::Journal& journal, Pages& pages)
        : router_(router), sessions_(sessions), journal_(journal), pages_(pages) {}

    void api(
        http::Method method, std::string pattern, Roles roles, Function function, Doc doc,
        http::RouteOptions options = {}
    );
    // GET of an HTML page.
    void page(std::string pattern, Roles roles, Function function);
    // POST of a plain form. When it is refused the page is shown again with what was typed.
    void form(
        std::string pattern, Roles roles, Function post, Function page,
        http::RouteOptions options = {}
    );
    // For whoever comes: sign-in, health. Writes still need to come from our own pages.
    void open_api(
        http::Method method, std::string pattern, Function function, Doc doc,
        http::RouteOptions options = {}
    );
    void open_page(std::string pattern, Function function);
    void open_form(std::string pattern, Function post, Function page);

    [[nodiscard]] const std::vector<Documented>& documented() const { return documented_; }

  private:
    struct Guard {
        Roles roles;
        bool strangers = false;
        bool api = false;
        std::vector<Parameter> query = {};
        Once once = Once::no;
    };
    [[nodiscard]] http::Handler guarded(Guard guard, Function function, Function refused = {});
    [[nodiscard]] base::Task<http::Response> serve(
        http::Request request, const Guard* guard, const Function* function, const Function* refused
    );

    [[nodiscard]] base::Task<http::Response> run(
        Call call, const Guard* guard, const Function* function
    );

    http::Router& router_;
    auth::Sessions& sessions_;
    journal::Journal& journal_;
    Pages& pages_;
    std::vector<Documented> documented_;
};

// The OpenAPI 3.1 document of the routes and their tables.
[[nodiscard]] json::Object openapi(
    const std::vector<Documented>& routes, std::string_view title, std::string_view version,
    const std::vector<table::SchemaRef>& tables
);

}  // namespace web
