#include "studentcore/tokens.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "platform/base/error.h"
#include "platform/base/text.h"
#include "studentcore/access.h"
#include "studentcore/bulk.h"

namespace studentcore {
namespace {

constexpr std::int64_t days_unless_told = 90;

// Whose tokens: the caller's own, or for an admin those of the user that the query names.
std::string owner_of(const web::Call& call) {
    std::string asked = call.request.query("user_id").value_or("");
    if (asked.empty() || asked == call.who.user_id) return call.who.user_id;
    if (!is_admin(call.who))
        throw base::Error(base::Code::forbidden, "Only the office may see another's tokens.");
    return asked;
}

void require_session(const web::Call& call) {
    if (call.who.session_id.empty())
        throw base::Error(
            base::Code::forbidden, "Sign in with your password to make or revoke tokens."
        );
}

json::Object shown_token(const auth::Token& token) {
    auto item = token.shown();
    item.set("name", token.label);
    const bool writes = std::ranges::find(token.scopes, "write") != token.scopes.end();
    item.set("scope", writes ? "write" : "read");
    return item;
}

std::int64_t days_of(const json::Object& sent) {
    const std::string text(base::trimmed(sent.text("days")));
    if (text.empty()) return days_unless_told;
    std::int64_t days = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), days);
    if (code != std::errc() || end != text.data() + text.size())
        throw base::Error::invalid("days", "This must be a whole number of days.");
    return days;
}

std::vector<std::string> scopes_of(const json::Object& sent) {
    auto scopes = strings_of(sent, sent.contains("scopes") ? "scopes" : "scope");
    if (scopes.empty()) scopes = {"read"};
    // Who may write may read what was written.
    if (scopes == std::vector<std::string>{"write"}) scopes = {"read", "write"};
    return scopes;
}

}  // namespace

base::Task<json::Object> Tokens::model(web::Call call, std::string user_id) {
    json::Array items;
    const auto tokens = co_await tokens_.of_user(user_id);
    for (const auto& token : tokens) items.emplace_back(shown_token(token));
    const auto total = static_cast<std::int64_t>(items.size());
    json::Object model{{"items", std::move(items)}, {"cursor", nullptr}, {"total", total}};
    if (!call.is_api()) model.erase("cursor");
    co_return model;
}

base::Task<> Tokens::log(web::Call call, std::string action, std::string user_id) {
    journal::Transaction change(call.actor(), std::move(action), "user:" + user_id);
    (void)co_await journal_.commit(std::move(change));
}

base::Task<http::Response> Tokens::list(web::Call call) {
    auto answer = co_await model(call, owner_of(call));
    co_return call.show("tokens", std::move(answer));
}

base::Task<http::Response> Tokens::create(web::Call call) {
    require_session(call);
    const auto sent = call.body();
    std::string name(base::trimmed(sent.text(sent.contains("name") ? "name" : "label")));
    if (name.empty() || base::length(name) > 100)
        throw base::Error::invalid("name", "Give the token a name of at most 100 characters.");
    const auto issued =
        co_await tokens_.issue(call.who.user_id, std::move(name), scopes_of(sent), days_of(sent));
    co_await log(call, "token_added", call.who.user_id);
    auto item = shown_token(issued.token);
    item.set("token", issued.text);
    if (call.is_api()) {
        co_return http::created("/api/tokens/" + issued.token.token_id, json::write(item));
    }
    auto page = co_await model(call, call.who.user_id);
    page.set("made", std::move(item));
    co_return call.show("tokens", std::move(page));
}

base::Task<http::Response> Tokens::revoke(web::Call call) {
    require_session(call);
    const std::string token_id(call.request.parameter("token_id"));
    const std::string owner = owner_of(call);
    const bool gone = co_await tokens_.revoke(owner, token_id);
    if (!gone) throw base::Error::not_found("There is no such token.");
    co_await log(call, "token_deleted", owner);
    if (!call.is_api()) co_return http::redirect("/tokens");
    co_return http::no_content();
}

}  // namespace studentcore
