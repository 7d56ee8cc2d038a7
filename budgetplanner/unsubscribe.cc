#include "budgetplanner/unsubscribe.h"

#include <utility>

#include "budgetplanner/preferences.h"
#include "budgetplanner/tables.h"
#include "platform/base/error.h"
#include "platform/base/random.h"

namespace budgetplanner {
namespace {

constexpr std::size_t id_length = 36;
constexpr int tries_max = 5;

base::Error wrong_link() {
    return base::Error::not_found(
        "This link is not whole, or its account is gone. Notices can be switched off in the "
        "settings."
    );
}

}  // namespace

Unsubscribe::Unsubscribe(journal::Journal& journal, std::string_view secret)
    : journal_(journal), hmac_(secret) {}

std::string Unsubscribe::signature(std::string_view user_id) const {
    const auto tag = hmac_("unsubscribe|" + std::string(user_id));
    return base::hex({reinterpret_cast<const char*>(tag.data()), tag.size()});
}

std::string Unsubscribe::token(std::string_view user_id) const {
    return std::string(user_id) + "." + signature(user_id);
}

std::optional<std::string> Unsubscribe::user_of(std::string_view token) const {
    if (token.size() <= id_length || token[id_length] != '.') return std::nullopt;
    const auto user_id = token.substr(0, id_length);
    if (!base::is_uuid(user_id)) return std::nullopt;
    if (!auth::equal_secret(token.substr(id_length + 1), signature(user_id))) return std::nullopt;
    return std::string(user_id);
}

base::Task<http::Response> Unsubscribe::page(web::Call call) {
    const std::string token(call.request.parameter("token"));
    if (!user_of(token)) throw wrong_link();
    co_return call.show("unsubscribe", {{"token", token}, {"done", false}});
}

base::Task<http::Response> Unsubscribe::end(web::Call call) {
    const std::string token(call.request.parameter("token"));
    const auto user_id = user_of(token);
    if (!user_id) throw wrong_link();
    for (int i = 0; i < tries_max; ++i) {
        const auto record = co_await journal_.store().get(&users_table, {*user_id, {}});
        if (!record) throw wrong_link();
        auto user = record->item();
        auto preferences = preferences_of(user);
        if (!preferences.notify_mail)
            co_return call.show("unsubscribe", {{"token", token}, {"done", true}});
        preferences.notify_mail = false;
        auto after = with_consent(user, "mail", false, "link", journal_.clock().now_ms());
        after.set("preferences", budgetplanner::shown(preferences));
        journal::Transaction change(
            {*user_id, std::string(user.text("username"))}, "notices_by_mail_off",
            subject_of(*user_id)
        );
        change.replace(&users_table, std::move(user), std::move(after));
        change.note("By the link in a mail, without a sign-in.");
        change.tell({"account_changed", {room_of(*user_id)}, {}});
        const auto done = co_await journal_.commit(std::move(change));
        if (done) co_return call.show("unsubscribe", {{"token", token}, {"done", true}});
    }
    throw base::Error(base::Code::unavailable, "The account is being changed: try again.");
}

}  // namespace budgetplanner
