#include "platform/web/routes.h"

#include <algorithm>

#include "platform/auth/csrf.h"
#include "platform/base/error.h"

namespace web {
namespace {

using http::Method;

bool writes(Method method) { return method != Method::get && method != Method::head; }

bool is_api(const http::Request& request) { return request.path().starts_with("/api/"); }

bool is_form(const http::Request& request) {
    const std::string_view type = request.header("Content-Type");
    return type.starts_with("application/x-www-form-urlencoded") ||
           type.starts_with("multipart/form-data");
}

std::string form_token(const http::Request& request) {
    if (!request.header("X-CSRF-Token").empty() || !is_form(request)) return {};
    if (request.header("Content-Type").starts_with("multipart/form-data")) {
        for (const auto& part : http::parse_multipart(request))
            if (part.name == "csrf_token") return std::string(part.body);
        return {};
    }
    for (auto& [name, value] : http::parse_form(request.body()))
        if (name == "csrf_token") return std::move(value);
    return {};
}

[[noreturn]] void refuse_stranger() {
    throw base::Error(base::Code::unauthenticated, "Sign in first.");
}

// Nothing: the call may go on. A redirect: a stranger who wants a page signs in first.
std::optional<http::Response> gate(
    http::Request request, const Identity& who, const Roles& roles, bool strangers
) {
    if (strangers) {
        // Open writes are sign-ins: they carry a proof of their own, and no session's token.
        if (writes(request.method())) auth::require_own_site(request);
    } else if (!who.known()) {
        if (is_api(request) || writes(request.method())) refuse_stranger();
        return http::redirect("/login?next=" + http::percent_encode(request.target()));
    } else if (!roles.empty() && std::ranges::find(roles, who.role) == roles.end()) {
        throw base::Error(base::Code::forbidden, "This is not for your role (" + who.role + ").");
    }
    if (who.known() && !who.may(writes(request.method()) ? "write" : "read"))
        throw base::Error(
            base::Code::forbidden, "This token may not do that: its scope is smaller."
        );
    if (writes(request.method()) && !strangers && !who.session_id.empty())
        auth::require_own_write(request, who, form_token(request));
    return std::nullopt;
}

}  // namespace

base::Task<http::Response> Routes::serve(
    http::Request request, const Guard* guard, const Function* function, const Function* refused
) {
    // A cookie seen before costs no coroutine.
    std::optional<Identity> known = sessions_.known(request);
    // Not by a conditional expression: g++ 12 destroys the result of a co_await in one twice.
    Identity who;
    if (known)
        who = std::move(*known);
    else
        who = co_await sessions_.identify(request);
    if (auto instead = gate(request, who, guard->roles, guard->strangers))
        co_return std::move(*instead);
    const auto renewed = who.session_id.empty() ? std::nullopt : sessions_.renewal(request);

    std::optional<base::Error> problem;
    http::Response response;
    if (*refused) {
        try {
            response = co_await (*function)(Call(request, who, journal_, pages_));
        } catch (const base::Error& error) {
            problem = error;
        }
        if (problem && static_cast<int>(problem->code) >= 500) throw base::Error(*problem);
        if (problem) {
            Call again(request, std::move(who), journal_, pages_);
            if (is_form(request)) again.typed = again.body();
            again.problem = std::move(problem);
            response = co_await (*refused)(std::move(again));
        }
    } else {
        response = co_await (*function)(Call(request, std::move(who), journal_, pages_));
    }
    if (renewed)
        http::set_cookie(
            response, auth::cookie_name(request.secure()), renewed->cookie, renewed->max_age_s,
            request.secure()
        );
    co_return response;
}

http::Handler Routes::guarded(Guard guard, Function function, Function refused) {
    struct Kept {
        Guard guard;
        Function function;
        Function refused;
    };
    auto kept =
        std::make_shared<const Kept>(std::move(guard), std::move(function), std::move(refused));
    return [this, kept](http::Request request) {
        return serve(request, &kept->guard, &kept->function, &kept->refused);
    };
}

void Routes::api(
    Method method, std::string pattern, Roles roles, Function function, Doc doc,
    http::RouteOptions options
) {
    documented_.push_back({method, pattern, roles, false, std::move(doc)});
    router_.add(
        method, std::move(pattern), guarded({std::move(roles)}, std::move(function)), options
    );
}

void Routes::page(std::string pattern, Roles roles, Function function) {
    router_.add(Method::get, std::move(pattern), guarded({std::move(roles)}, std::move(function)));
}

void Routes::form(
    std::string pattern, Roles roles, Function post, Function page, http::RouteOptions options
) {
    router_.add(
        Method::post, std::move(pattern),
        guarded({std::move(roles)}, std::move(post), std::move(page)), options
    );
}

void Routes::open_api(
    Method method, std::string pattern, Function function, Doc doc, http::RouteOptions options
) {
    documented_.push_back({method, pattern, {}, true, std::move(doc)});
    router_.add(method, std::move(pattern), guarded({{}, true}, std::move(function)), options);
}

void Routes::open_page(std::string pattern, Function function) {
    router_.add(Method::get, std::move(pattern), guarded({{}, true}, std::move(function)));
}

void Routes::open_form(std::string pattern, Function post, Function page) {
    router_.add(
        Method::post, std::move(pattern), guarded({{}, true}, std::move(post), std::move(page))
    );
}

}  // namespace web
