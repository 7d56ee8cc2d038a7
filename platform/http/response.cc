#include "platform/http/response.h"

#include "platform/http/ascii.h"
#include "platform/http/status.h"

namespace http {

Response json_text(std::string body, int status) {
    Response response;
    response.status = status;
    response.body = std::move(body);
    return response;
}

Response json(const json::Object& body, int status) { return json_text(json::write(body), status); }

Response html(std::string body, int status) {
    Response response = json_text(std::move(body), status);
    response.content_type = type_html;
    return response;
}

Response redirect(std::string location, int status) {
    Response response;
    response.status = status;
    response.content_type = type_text;
    response.headers.emplace_back("Location", std::move(location));
    return response;
}

Response created(std::string location, std::string body) {
    Response response = json_text(std::move(body), 201);
    response.headers.emplace_back("Location", std::move(location));
    return response;
}

Response no_content() {
    Response response;
    response.status = 204;
    return response;
}

Response problem(const base::Error& error, std::string_view request_id) {
    const int status = static_cast<int>(error.code);
    json::Object body{
        {"type", "about:blank"},
        {"title", reason(status)},
        {"status", status},
        {"detail", error.shown},
    };
    if (!error.fields.empty()) {
        json::Array fields;
        for (const auto& [field, message] : error.fields)
            fields.emplace_back(json::Object{{"field", field}, {"message", message}});
        body.append_new("errors", std::move(fields));
    }
    if (!request_id.empty()) body.append_new("request_id", request_id);
    for (const auto& [name, value] : error.facts) body.set(name, value);
    Response response = json(body, status);
    response.content_type = type_problem;
    if (error.retry_after_s > 0)
        response.headers.emplace_back("Retry-After", std::to_string(error.retry_after_s));
    return response;
}

void set_cookie(
    Response& response, std::string_view name, std::string_view value, std::int64_t max_age_s,
    bool secure
) {
    std::string cookie(name);
    cookie += '=';
    cookie += value;
    cookie += "; Path=/; HttpOnly; SameSite=Lax";
    if (max_age_s >= 0) cookie += "; Max-Age=" + std::to_string(max_age_s);
    if (secure) cookie += "; Secure";
    response.headers.emplace_back("Set-Cookie", std::move(cookie));
}

bool etag_matches(std::string_view header, std::string_view etag) {
    if (etag.starts_with("W/")) etag.remove_prefix(2);
    std::string_view rest = trim_blanks(header);
    if (rest == "*") return !etag.empty();
    if (etag.empty()) return false;
    // A tag may hold a comma, so it is cut by its quotes.
    while (!rest.empty()) {
        if (rest.starts_with("W/")) rest.remove_prefix(2);
        const std::size_t close = rest.find('"', 1);
        if (rest.empty() || rest.front() != '"' || close == std::string_view::npos) return false;
        if (rest.substr(0, close + 1) == etag) return true;
        rest = trim_blanks(rest.substr(close + 1));
        if (rest.starts_with(',')) rest = trim_blanks(rest.substr(1));
    }
    return false;
}

}  // namespace http
