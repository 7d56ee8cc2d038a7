#include "studentcore/sign_in.h"

#include <utility>

#include "platform/auth/csrf.h"
#include "platform/auth/password_rules.h"
#include "platform/base/error.h"
#include "platform/base/text.h"
#include "studentcore/access.h"
#include "studentcore/demo.h"
#include "studentcore/tables.h"

namespace studentcore {
namespace {

constexpr std::size_t username_bytes_max = 256;

base::Error refused() {
    return {base::Code::unauthenticated, "The user name or the password is not right."};
}

void require_turn(std::uint32_t wait_s) {
    if (wait_s == 0) return;
    base::Error error(
        base::Code::too_many,
        "Too many tries. Please wait " + std::to_string(wait_s) + " seconds and try again."
    );
    error.retry_after_s = wait_s;
    throw error;
}

json::Object answer_of(const auth::User& user, std::string_view csrf) {
    json::Object about{
        {"user_id", user.user_id},
        {"username", user.username},
        {"full_name", user.name},
        {"role", user.role},
    };
    if (!user.own_record.empty()) about.set("student_id", user.own_record);
    return {{"csrf_token", csrf}, {"user", std::move(about)}};
}

}  // namespace

std::string own_page(std::string_view next) {
    // Browsers leave tabs and line ends out of an address: "/<tab>/host" is another site's.
    const bool own = next.starts_with('/') && !next.starts_with("//") &&
                     next.find_first_of("\\\t\r\n") == std::string_view::npos &&
                     !base::has_control(next);
    return own ? std::string(next) : std::string();
}

base::Task<http::Response> SignIn::login_page(web::Call call) {
    // After a refused try the page to go on to is in the form.
    const auto asked = call.request.query("next");
    const std::string next = own_page(asked ? *asked : std::string(call.typed.text("next")));
    if (call.who.known() && !call.problem)
        co_return http::redirect(next.empty() ? std::string("/") : next);
    json::Object model{{"next", next}, {"form", json::Object{{"username", ""}}}};
    if (call.request.from_this_machine()) {
        const auto first = co_await users_.by_name(std::string(demo_accounts().front().username));
        json::Array accounts;
        if (first && first->truth("demo"))
            for (const auto& account : demo_accounts())
                accounts.emplace_back(json::Object{
                    {"username", account.username},
                    {"password", account.password},
                    {"role", account.role}
                });
        if (!accounts.empty()) model.set("demo_accounts", std::move(accounts));
    }
    co_return call.show("login", std::move(model));
}

base::Task<http::Response> SignIn::login(web::Call call) {
    auth::require_own_site(call.request);
    const auto sent = call.body();
    const std::string username(base::trimmed(sent.text("username")));
    const std::string password(sent.text("password"));
    base::FieldErrors errors;
    if (username.empty()) errors.push_back({"username", "Enter your user name."});
    if (password.empty()) errors.push_back({"password", "Enter your password."});
    if (!errors.empty()) throw base::Error::invalid(std::move(errors));
    // No account has such a name or password; hashing them would only cost time.
    if (username.size() > username_bytes_max || !base::is_utf8(username) ||
        password.size() > auth::password_bytes_max)
        throw refused();
    const std::string account = base::folded(username);
    const std::string address(call.request.remote_address());
    require_turn(slow_down_.wait_s(account, address));
    auto user = co_await verified(username, password);
    require_turn(slow_down_.ended(account, address, user.has_value()));
    if (!user) throw refused();
    if (user->truth("demo") && !call.request.from_this_machine())
        throw base::Error(base::Code::forbidden, "The demo accounts work on this computer only.");
    std::string next = own_page(sent.text("next"));
    if (next.empty() || next == "/login") next = user->text("role") == student ? "/me" : "/";
    co_return co_await begin(std::move(call), std::move(*user), std::move(next));
}

base::Task<std::optional<json::Object>> SignIn::verified(
    std::string username, std::string password
) {
    auto user = co_await users_.by_name(std::move(username));
    if (!user || user->text("password_hash").empty()) {
        (void)co_await passwords_.verify_nobody(std::move(password));
        co_return std::nullopt;
    }
    const auto verdict =
        co_await passwords_.verify(std::string(user->text("password_hash")), password);
    if (!verdict.ok) co_return std::nullopt;
    if (verdict.renew) co_await renew_hash(*user, std::move(password));
    co_return user;
}

base::Task<> SignIn::renew_hash(json::Object user, std::string password) {
    auto hash = co_await passwords_.hash(std::move(password));
    auto after = user;
    after.set("password_hash", std::move(hash));
    journal::Transaction change({}, "hash_renewed", "user:" + std::string(user.text("user_id")));
    change.replace(&users_table, std::move(user), std::move(after));
    change.silent();
    // Whoever changed the user meanwhile wins: the hash is renewed at the next sign-in.
    (void)co_await journal_.commit(std::move(change));
}

base::Task<http::Response> SignIn::begin(web::Call call, json::Object user, std::string next) {
    const auto who = co_await users_.session_user(std::move(user));
    const auto started = co_await sessions_.start(who);
    const bool secure = call.request.secure();
    auto response =
        call.is_api() ? http::json(answer_of(who, started.csrf)) : http::redirect(std::move(next));
    http::set_cookie(
        response, auth::cookie_name(secure), started.cookie, started.max_age_s, secure
    );
    co_return response;
}

base::Task<http::Response> SignIn::logout(web::Call call) {
    if (!call.who.session_id.empty()) co_await sessions_.end(call.who);
    const bool secure = call.request.secure();
    auto response = call.is_api() ? http::no_content() : http::redirect("/login");
    http::set_cookie(response, auth::cookie_name(secure), "", 0, secure);
    co_return response;
}

base::Task<http::Response> SignIn::session(web::Call call) {
    if (!call.who.known()) throw base::Error(base::Code::unauthenticated, "Nobody is signed in.");
    const auth::User user{
        .user_id = call.who.user_id,
        .username = call.who.username,
        .name = call.who.name,
        .role = call.who.role,
        .own_record = call.who.own_record,
    };
    co_return http::json(answer_of(user, call.who.csrf));
}

base::Task<http::Response> SignIn::change_password(web::Call call) {
    if (call.who.session_id.empty())
        throw base::Error(base::Code::forbidden, "Sign in with your password to change it.");
    const auto sent = call.body();
    const std::string account = base::folded(call.who.username);
    const std::string address(call.request.remote_address());
    require_turn(slow_down_.wait_s(account, address));
    auto user = co_await users_.find(call.who.user_id);
    if (!user) throw base::Error(base::Code::unauthenticated, "Nobody is signed in.");
    const auto verdict = co_await passwords_.verify(
        std::string(user->text("password_hash")), std::string(sent.text("password"))
    );
    require_turn(slow_down_.ended(account, address, verdict.ok));
    if (!verdict.ok) throw base::Error::invalid("password", "This is not your password.");
    const std::string fresh(sent.text("new_password"));
    auto wrong = auth::check_password(
        fresh, {std::string(user->text("username")), std::string(user->text("full_name"))},
        "new_password"
    );
    if (!wrong.empty()) throw base::Error::invalid(std::move(wrong));
    auto hash = co_await passwords_.hash(fresh);
    auto after = *user;
    after.set("password_hash", std::move(hash));
    const std::string id(user->text("user_id"));
    journal::Transaction change(call.actor(), "password_set", "user:" + id);
    change.replace(&users_table, std::move(*user), after);
    const auto ending = co_await sessions_.ending(id);
    change.also(ending.operation);
    const auto done = co_await journal_.commit(std::move(change));
    if (!done) throw web::error_of(done.error());
    sessions_.committed(ending);
    // All sessions are over, this one too: go on with a new one.
    co_return co_await begin(std::move(call), std::move(after), "/");
}

}  // namespace studentcore
