#include "platform/web/routes.h"

#include <algorithm>

#include "platform/auth/csrf.h"
#include "platform/base/clock.h"
#include "platform/base/error.h"
#include "platform/base/random.h"
#include "platform/base/text.h"

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

std::string one_of(const json::Array& words) {
    std::string text;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
        if (words[i].string() != nullptr) text += *words[i].string();
    }
    return text;
}

// What is wrong with the value by the parameter's schema; "" when nothing is.
std::string misfit(const json::Object& schema, const std::string& value) {
    if (const auto* choices = schema.find("enum"); choices != nullptr && choices->array()) {
        const bool listed = std::ranges::any_of(*choices->array(), [&](const json::Value& one) {
            return one.string() != nullptr && *one.string() == value;
        });
        if (!listed) return "This must be " + one_of(*choices->array()) + ".";
    }
    if (!base::is_utf8(value)) return "This is not valid UTF-8.";
    const std::string_view format = schema.text("format");
    if (format == "uuid" && !base::is_uuid(value)) return "This must be the id of a record.";
    if (format == "date" && !base::is_date(value)) return "Give a day as YYYY-MM-DD.";
    const auto most = schema.integer("maxLength");
    if (most > 0 && base::length(value) > static_cast<std::size_t>(most))
        return "This is longer than " + std::to_string(most) + " characters.";
    return {};
}

// So that the API document is true of what it says about the query.
void check_query(const http::Request& request, const std::vector<Parameter>& parameters) {
    if (!request.target().contains('?')) return;
    const auto pairs = request.query();
    base::FieldErrors errors;
    for (auto pair = pairs.begin(); pair != pairs.end(); ++pair) {
        const auto& [name, value] = *pair;
        const auto is_it = [&](const auto& other) { return other.first == name; };
        if (std::find_if(pairs.begin(), pair, is_it) != pair) {
            errors.push_back({base::is_utf8(name) ? name : "", "This is there more than once."});
            continue;
        }
        const auto known = std::ranges::find(parameters, name, &Parameter::name);
        if (known == parameters.end() || value.empty()) continue;
        if (auto wrong = misfit(known->schema, value); !wrong.empty())
            errors.push_back({name, std::move(wrong)});
    }
    if (!errors.empty()) throw base::Error::invalid(std::move(errors));
}

}  // namespace

base::Task<http::Response> Routes::run(Call call, const Guard* guard, const Function* function) {
    const http::Request request = call.request;
    std::string key;
    if (writes(request.method())) key = once_key(request, call.who);
    if (key.empty() || guard->once == Once::no) co_return co_await (*function)(std::move(call));
    if (auto before = co_await answered_before(&journal_, request, key))
        co_return std::move(*before);
    if (guard->once == Once::by_commit) {
        call.once_key = key;
        co_return co_await (*function)(std::move(call));
    }
    std::function<base::Task<http::Response>()> answer = [function, &call] {
        return (*function)(std::move(call));
    };
    co_return co_await answered_once(&journal_, request, std::move(key), std::move(answer));
}

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
    std::optional<auth::Started> renewed;
    if (!who.session_id.empty() && sessions_.due(request)) {
        auto renewal = co_await sessions_.renewal(request);
        if (renewal.over) who = Identity{};
        renewed = std::move(renewal.fresh);
    }
    if (auto instead = gate(request, who, guard->roles, guard->strangers))
        co_return std::move(*instead);
    if (guard->api) check_query(request, guard->query);

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
    } else if (guard->api && writes(request.method())) {
        response = co_await run(Call(request, std::move(who), journal_, pages_), guard, function);
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
    Guard guard{
        .roles = roles, .strangers = false, .api = true, .query = doc.query, .once = doc.once
    };
    documented_.push_back({method, pattern, std::move(roles), false, std::move(doc)});
    router_.add(
        method, std::move(pattern), guarded(std::move(guard), std::move(function)), options
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
    Guard guard{.roles = {}, .strangers = true, .api = true, .query = doc.query};
    documented_.push_back({method, pattern, {}, true, std::move(doc)});
    router_.add(
        method, std::move(pattern), guarded(std::move(guard), std::move(function)), options
    );
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
