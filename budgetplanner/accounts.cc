#include "budgetplanner/accounts.h"

#include <utility>
#include <vector>

#include "budgetplanner/keywords.h"
#include "budgetplanner/preferences.h"
#include "budgetplanner/tables.h"
#include "platform/auth/csrf.h"
#include "platform/auth/password_rules.h"
#include "platform/base/error.h"
#include "platform/base/random.h"
#include "platform/base/text.h"

namespace budgetplanner {
namespace {

constexpr std::size_t name_bytes_max = 256;
constexpr std::size_t agent_bytes_max = 200;

base::Error refused() {
    return {base::Code::unauthenticated, "The user name or the password is not right."};
}
base::Error dead_link() {
    return base::Error::not_found("This link was used, is too old, or a newer one was sent.");
}

auth::User session_user_of(const json::Object& user) {
    return {
        .user_id = std::string(user.text("user_id")),
        .username = std::string(user.text("username")),
        .name = std::string(user.text("username")),
        .role = "person",
        .own_record = {},
    };
}

json::Object answer_of(const auth::User& user, std::string_view csrf) {
    return {
        {"csrf_token", csrf},
        {"user", json::Object{{"user_id", user.user_id}, {"username", user.username}}}
    };
}

// A page of this site to go on to, or "": never an address elsewhere.
std::string own_page(std::string_view next) {
    const bool own = next.starts_with('/') && !next.starts_with("//") &&
                     next.find_first_of("\\\t\r\n") == std::string_view::npos &&
                     !base::has_control(next);
    return own ? std::string(next) : std::string();
}

// What the browser calls itself, as the list of sessions shows it.
std::string agent_of(http::Request request) {
    std::string agent(request.header("User-Agent").substr(0, agent_bytes_max));
    if (!base::is_utf8(agent) || base::has_control(agent)) agent.clear();
    return agent;
}

queue::New mail(std::string kind, std::string_view user_id) {
    return {.queue = "mail", .kind = std::move(kind), .payload = {{"user_id", user_id}}};
}

void check_new_password(
    const std::string& password, const json::Object& user, std::string_view field,
    base::FieldErrors& errors
) {
    const std::vector<std::string> names{
        std::string(user.text("username")), std::string(user.text("email"))
    };
    for (auto& wrong : auth::check_password(password, names, field))
        errors.push_back(std::move(wrong));
}

}  // namespace

base::Task<std::optional<json::Object>> Accounts::by_name(std::string name) {
    const bool is_email = name.find('@') != std::string::npos;
    const auto id =
        co_await journal_.owner(&users_table, is_email ? "email" : "username", std::move(name));
    if (!id) co_return std::nullopt;
    const auto record = co_await journal_.store().get(&users_table, {*id, {}});
    if (!record) co_return std::nullopt;
    co_return record->item();
}

base::Task<std::optional<auth::User>> Accounts::session_user(std::string user_id) {
    const auto record = co_await journal_.store().get(&users_table, {std::move(user_id), {}});
    if (!record) co_return std::nullopt;
    co_return session_user_of(record->item());
}

base::Task<http::Response> Accounts::register_page(web::Call call) {
    if (call.who.known() && !call.problem) co_return http::redirect("/");
    json::Object form{{"username", ""}, {"email", ""}, {"currency", "EUR"}, {"time_zone", ""}};
    co_return call.show("register", {{"form", std::move(form)}});
}

base::Task<http::Response> Accounts::register_me(web::Call call) {
    auth::require_own_site(call.request);
    const auto sent = call.body();
    const std::string password(sent.text("password"));
    const json::Object named{
        {"username", base::trimmed(sent.text("username"))},
        {"email", base::trimmed(sent.text("email"))},
    };
    auto item = table::checked(users_table, named, {}, table::Mode::create);
    base::FieldErrors errors;
    if (!item) errors = std::move(item.error());
    if (named.text("username").find_first_of(" \t\n/\\<>\"@") != std::string_view::npos)
        errors.push_back({"username", "A user name has no blanks, quotes, slashes or @."});
    check_new_password(password, named, "password", errors);
    auto preferences = changed(preferences_of({}), sent);
    if (!preferences)
        for (auto& wrong : preferences.error()) errors.push_back(std::move(wrong));
    if (!errors.empty()) throw base::Error::invalid(std::move(errors));

    const std::string id = base::uuid_v7(journal_.clock().now_ms());
    auto hash = co_await passwords_.hash(password);
    item->set("user_id", id)
        .set("email_confirmed", false)
        .set("password_hash", std::move(hash))
        .set("preferences", budgetplanner::shown(*preferences));
    journal::Transaction change(
        {id, std::string(named.text("username"))}, "registered", subject_of(id)
    );
    change.create(&users_table, *item);
    std::int64_t position = 0;
    for (const auto& category : default_categories())
        categories_.add(
            change, id, base::uuid_v7(journal_.clock().now_ms()),
            {{"name", category.name},
             {"kind", category.kind == Kind::income ? "income" : "expense"},
             {"position", ++position}}
        );
    queue_.add(change, mail("confirm_address", id));
    const auto done = co_await journal_.commit(std::move(change));
    if (!done) throw web::error_of(done.error());
    co_return co_await begin(std::move(call), std::move(*item), "/", 201);
}

base::Task<http::Response> Accounts::login_page(web::Call call) {
    const auto asked = call.request.query("next");
    const std::string next = own_page(asked ? *asked : std::string(call.typed.text("next")));
    if (call.who.known() && !call.problem)
        co_return http::redirect(next.empty() ? std::string("/") : next);
    json::Object model{{"next", next}, {"form", json::Object{{"username", ""}}}};
    if (call.request.from_this_machine()) {
        const auto first = co_await by_name("demo");
        if (first && first->truth("demo"))
            model.set(
                "demo_account",
                json::Object{{"username", "demo"}, {"password", "kitchen-table-demo"}}
            );
    }
    co_return call.show("login", std::move(model));
}

base::Task<http::Response> Accounts::login(web::Call call) {
    auth::require_own_site(call.request);
    const auto sent = call.body();
    const std::string name(base::trimmed(sent.text("username")));
    const std::string password(sent.text("password"));
    base::FieldErrors errors;
    if (name.empty()) errors.push_back({"username", "Enter your user name or e-mail address."});
    if (password.empty()) errors.push_back({"password", "Enter your password."});
    if (!errors.empty()) throw base::Error::invalid(std::move(errors));
    if (name.size() > name_bytes_max || !base::is_utf8(name)) throw refused();
    auto user = co_await by_name(name);
    const std::string stored(user ? user->text("password_hash") : "");
    auth::Try tried{
        .account = base::folded(name),
        .address = std::string(call.request.remote_address()),
        .stored = stored,
        .password = password,
    };
    const auto verdict = co_await password_try_.attempt(std::move(tried));
    if (!verdict.ok) throw refused();
    if (user->truth("demo") && !call.request.from_this_machine())
        throw base::Error(base::Code::forbidden, "The demo account works on this computer only.");
    if (verdict.renew) {
        auto hash = co_await passwords_.hash(password);
        auto after = *user;
        after.set("password_hash", std::move(hash));
        journal::Transaction change({}, "hash_renewed", subject_of(user->text("user_id")));
        change.replace(&users_table, *user, std::move(after));
        change.silent();
        // Whoever changed the user meanwhile wins: the hash is renewed at the next sign-in.
        (void)co_await journal_.commit(std::move(change));
    }
    std::string next = own_page(sent.text("next"));
    if (next.empty() || next == "/login") next = "/";
    co_return co_await begin(std::move(call), std::move(*user), std::move(next), 200);
}

base::Task<http::Response> Accounts::begin(
    web::Call call, json::Object user, std::string next, int status
) {
    const auto who = session_user_of(user);
    const auto started = co_await sessions_.start(who);
    const auto now = journal_.clock().now_s();
    json::Object row{
        {"pk", session_rows_of(who.user_id)},       {"sk", started.session_id},
        {"at", base::timestamp(now * 1000)},        {"agent", agent_of(call.request)},
        {"address", call.request.remote_address()}, {"ttl", now + auth::SessionOptions{}.whole_s},
    };
    // The sign-in stands in the person's log; the row is what the list of sessions shows.
    journal::Transaction change({who.user_id, who.name}, "signed_in", subject_of(who.user_id));
    change.also(table::Put{&journal::system_table(), std::move(row), {}});
    (void)co_await journal_.commit(std::move(change));
    const bool secure = call.request.secure();
    auto response = call.is_api() ? http::json(answer_of(who, started.csrf), status)
                                  : http::redirect(std::move(next));
    http::set_cookie(
        response, auth::cookie_name(secure), started.cookie, started.max_age_s, secure
    );
    co_return response;
}

base::Task<http::Response> Accounts::logout(web::Call call) {
    if (!call.who.session_id.empty()) {
        co_await sessions_.end(call.who);
        table::Write write;
        write.operations.emplace_back(table::Delete{
            &journal::system_table(), {session_rows_of(call.who.user_id), call.who.session_id}, {}
        });
        (void)co_await journal_.store().write(std::move(write));
    }
    const bool secure = call.request.secure();
    auto response = call.is_api() ? http::no_content() : http::redirect("/login");
    http::set_cookie(response, auth::cookie_name(secure), "", 0, secure);
    co_return response;
}

base::Task<http::Response> Accounts::session(web::Call call) {
    if (!call.who.known()) throw base::Error(base::Code::unauthenticated, "Nobody is signed in.");
    const auth::User user{
        .user_id = call.who.user_id,
        .username = call.who.username,
        .name = call.who.name,
        .role = call.who.role,
        .own_record = {},
    };
    co_return http::json(answer_of(user, call.who.csrf));
}

base::Task<http::Response> Accounts::send_confirmation(web::Call call) {
    const auto user = co_await user_of(&journal_.store(), call.who.user_id);
    if (user.truth("email_confirmed"))
        throw base::Error::conflict("Your e-mail address is confirmed already.");
    journal::Transaction change(call.actor(), "confirmation_asked", subject_of(call.who.user_id));
    queue_.add(change, mail("confirm_address", call.who.user_id));
    web::Call::Done done{.item = {}, .location = {}, .page = "/settings"};
    co_return co_await call.commit(std::move(change), std::move(done));
}

base::Task<http::Response> Accounts::confirm_page(web::Call call) {
    const std::string token(call.request.parameter("token"));
    const auto found = co_await confirm_links_.look(token);
    if (!found) throw dead_link();
    co_return call.show("confirm", {{"token", token}});
}

base::Task<http::Response> Accounts::confirm(web::Call call) {
    auth::require_own_site(call.request);
    const auto found = co_await confirm_links_.look(std::string(call.request.parameter("token")));
    if (!found) throw dead_link();
    auto user = co_await user_of(&journal_.store(), found->user_id);
    auto after = user;
    after.set("email_confirmed", true);
    const bool wants_mail = preferences_of(user).notify_mail;
    after = with_consent(
        std::move(after), "mail", wants_mail, "confirmation", journal_.clock().now_ms()
    );
    journal::Transaction change(
        {found->user_id, std::string(user.text("username"))}, "address_confirmed",
        subject_of(found->user_id)
    );
    change.replace(&users_table, std::move(user), std::move(after));
    for (auto& operation : auth::Links::consume(*found)) change.also(std::move(operation));
    change.tell({"account_changed", {room_of(found->user_id)}, {}});
    const auto done = co_await journal_.commit(std::move(change));
    if (!done) throw web::error_of(done.error());
    co_return call.show("confirmed", {});
}

base::Task<http::Response> Accounts::forgot_page(web::Call call) {
    const bool sent = call.request.query("sent").has_value();
    co_return call.show("forgot", {{"form", json::Object{{"email", ""}}}, {"sent", sent}});
}

base::Task<http::Response> Accounts::forgot(web::Call call) {
    auth::require_own_site(call.request);
    const auto sent = call.body();
    const std::string email(base::trimmed(sent.text("email")));
    if (!base::is_utf8(email) || !base::is_email(email))
        throw base::Error::invalid("email", "Enter the e-mail address of your account.");
    const auto user = co_await by_name(email);
    if (user) {
        const std::string id(user->text("user_id"));
        journal::Transaction change({}, "reset_asked", subject_of(id));
        queue_.add(change, mail("reset_password", id));
        (void)co_await journal_.commit(std::move(change));
    }
    // Whether there is such an account is nobody's business.
    if (!call.is_api()) co_return http::redirect("/forgot?sent");
    co_return http::no_content();
}

base::Task<http::Response> Accounts::reset_page(web::Call call) {
    const std::string token(call.request.parameter("token"));
    const auto found = co_await reset_links_.look(token);
    if (!found) throw dead_link();
    co_return call.show("reset", {{"token", token}});
}

base::Task<http::Response> Accounts::reset(web::Call call) {
    auth::require_own_site(call.request);
    const auto found = co_await reset_links_.look(std::string(call.request.parameter("token")));
    if (!found) throw dead_link();
    const auto sent = call.body();
    auto user = co_await user_of(&journal_.store(), found->user_id);
    // Whoever has the link reads the address's mail.
    user.set("email_confirmed", true);
    co_await set_password(
        &call, user, std::string(sent.text("password")), "password", auth::Links::consume(*found)
    );
    co_return co_await begin(std::move(call), std::move(user), "/", 200);
}

base::Task<> Accounts::set_password(
    web::Call* call, json::Object user, std::string password, std::string field,
    std::vector<table::Operation> also
) {
    base::FieldErrors errors;
    check_new_password(password, user, field, errors);
    if (!errors.empty()) throw base::Error::invalid(std::move(errors));
    const std::string id(user.text("user_id"));
    const auto before = co_await user_of(&journal_.store(), id);
    auto hash = co_await passwords_.hash(std::move(password));
    user.set("password_hash", std::move(hash));
    auto actor = call->actor();
    if (actor.user_id.empty()) actor = {id, std::string(user.text("username"))};
    journal::Transaction change(std::move(actor), "password_set", subject_of(id));
    change.replace(&users_table, before, std::move(user));
    const auto ending = co_await sessions_.ending(id);
    change.also(ending.operation);
    for (auto& operation : also) change.also(std::move(operation));
    const auto done = co_await journal_.commit(std::move(change));
    if (!done) throw web::error_of(done.error());
    sessions_.committed(ending);
}

base::Task<http::Response> Accounts::change_password(web::Call call) {
    if (call.who.session_id.empty())
        throw base::Error(base::Code::forbidden, "Sign in with your password to change it.");
    const auto sent = call.body();
    auto user = co_await user_of(&journal_.store(), call.who.user_id);
    auth::Try tried{
        .account = base::folded(call.who.username),
        .address = std::string(call.request.remote_address()),
        .stored = std::string(user.text("password_hash")),
        .password = std::string(sent.text("password")),
    };
    const auto verdict = co_await password_try_.attempt(std::move(tried));
    if (!verdict.ok) throw base::Error::invalid("password", "This is not your password.");
    co_await set_password(&call, user, std::string(sent.text("new_password")), "new_password", {});
    // All sessions are over, this one too: go on with a new one.
    co_return co_await begin(std::move(call), std::move(user), "/settings", 200);
}

}  // namespace budgetplanner
