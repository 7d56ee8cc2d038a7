#include "budgetplanner/mail_work.h"

#include <utility>

#include "budgetplanner/notices.h"
#include "budgetplanner/tables.h"
#include "platform/auth/hmac.h"
#include "platform/base/error.h"
#include "platform/base/random.h"

namespace budgetplanner {
namespace {

constexpr int writes_max = 10;
constexpr int sendings_max = 2;  // of which we don't know how they ended

base::Error not_yet(const std::string& words) {
    return {base::Code::unavailable, "The mail could not be sent yet.", words};
}

}  // namespace

std::string host_of(std::string_view url) {
    if (const auto at = url.find("://"); at != std::string_view::npos) url.remove_prefix(at + 3);
    url = url.substr(0, url.find_first_of("/:?#"));
    return std::string(url);
}

std::string checked_public_url(std::string_view url) {
    while (url.ends_with('/')) url.remove_suffix(1);
    const bool web = url.starts_with("http://") || url.starts_with("https://");
    bool plain = true;
    for (const char c : url) plain = plain && c > 0x20 && c < 0x7F && c != '<' && c != '>';
    if (!web || !plain || host_of(url).empty())
        throw base::Error::invalid(
            "public-url", "Give the address that people open, such as https://budget.example.org."
        );
    return std::string(url);
}

MailWork::MailWork(
    journal::Journal& journal, queue::Queue& queue, notify::Mailer& mailer,
    const view::Templates& templates, auth::Links& confirm_links, auth::Links& reset_links,
    const Unsubscribe& unsubscribe, MailSettings settings
)
    : journal_(journal),
      queue_(queue),
      mailer_(mailer),
      templates_(templates),
      confirm_links_(confirm_links),
      reset_links_(reset_links),
      unsubscribe_(unsubscribe),
      settings_(std::move(settings)),
      domain_(host_of(settings_.public_url)) {}

void MailWork::add_work(queue::Worker& worker) {
    worker.on("confirm_address", [this](queue::Message* message) {
        return confirm_address(message);
    });
    worker.on("reset_password", [this](queue::Message* message) {
        return reset_password(message);
    });
    worker.on("notice", [this](queue::Message* message) { return notice(message); });
}

base::Task<> MailWork::send_link(json::Object user, Letter letter, std::string token) {
    const Words words(templates_, preferences_of(user));
    auto mail = mail_of(
        templates_, words, letter, std::string(user.text("email")),
        base::hex(auth::sha256("mail|" + token)).substr(0, 32) + "@" + domain_
    );
    const auto outcome = co_await mailer_.send(std::move(mail));
    if (outcome.sent == notify::Sent::later) throw not_yet(outcome.words);
    // What comes of it stands in the person's log: whoever waits for a link learns why there is none.
    journal::Transaction change(
        {}, outcome.sent == notify::Sent::accepted ? "mail_accepted" : "mail_refused",
        subject_of(user.text("user_id"))
    );
    change.note(outcome.words);
    change.tell({"account_changed", {room_of(user.text("user_id"))}, {}});
    (void)co_await journal_.commit(std::move(change));
}

base::Task<> MailWork::confirm_address(queue::Message* message) {
    const std::string user_id(message->payload.text("user_id"));
    const auto record = co_await journal_.store().get(&users_table, {user_id, {}});
    if (!record) co_return;
    auto user = record->item();
    if (user.truth("email_confirmed")) co_return;
    const auto made = co_await confirm_links_.issue(user_id);
    const Words words(templates_, preferences_of(user));
    auto letter = confirmation_letter(
        words, user.text("username"), settings_.public_url + "/confirm/" + made.token
    );
    co_await send_link(std::move(user), std::move(letter), made.token);
}

base::Task<> MailWork::reset_password(queue::Message* message) {
    const std::string user_id(message->payload.text("user_id"));
    const auto record = co_await journal_.store().get(&users_table, {user_id, {}});
    if (!record) co_return;
    auto user = record->item();
    const auto made = co_await reset_links_.issue(user_id);
    const Words words(templates_, preferences_of(user));
    auto letter =
        reset_letter(words, user.text("username"), settings_.public_url + "/reset/" + made.token);
    co_await send_link(std::move(user), std::move(letter), made.token);
}

base::Task<bool> MailWork::begin_try(std::string notification_id) {
    for (int i = 0; i < writes_max; ++i) {
        const auto record =
            co_await journal_.store().get(&notifications_table, {notification_id, {}});
        if (!record) co_return false;
        auto before = record->item();
        const auto sendings = before.integer("sendings");
        if (sendings >= sendings_max) co_return false;
        auto after = before;
        after.set("sendings", sendings + 1);
        journal::Transaction change({}, "mail_begun", subject_of(before.text("user_id")));
        change.silent();
        change.replace(&notifications_table, std::move(before), std::move(after));
        if (co_await journal_.commit(std::move(change))) co_return true;
    }
    throw base::Error::conflict("The notification changes all the time.");
}

base::Task<bool> MailWork::write_down(
    queue::Message* message, std::string state, std::string words, bool ends
) {
    const std::string id(message->payload.text("notification_id"));
    for (int i = 0; i < writes_max; ++i) {
        const auto record = co_await journal_.store().get(&notifications_table, {id, {}});
        if (!record) co_return false;
        auto before = record->item();
        auto after = with_delivery(before, state, words, journal_.clock().now_ms());
        after.erase("sendings");
        const std::string user_id(before.text("user_id"));
        journal::Transaction change({}, "mail_" + state, subject_of(user_id));
        change.silent();
        change.replace(&notifications_table, std::move(before), std::move(after));
        change.tell({"notification", {room_of(user_id)}, {{"notification_id", id}}});
        if (ends) queue_.done_in(change, message);
        if (co_await journal_.commit(std::move(change))) co_return true;
        message->ended = false;
    }
    throw base::Error::conflict("The notification changes all the time.");
}

base::Task<> MailWork::put_off(queue::Message* message, std::int64_t delay_ms) {
    journal::Transaction change({}, "mail_put_off", "mail");
    change.silent();
    queue_.add(
        change, {.queue = message->queue,
                 .kind = message->kind,
                 .payload = message->payload,
                 .delay_ms = delay_ms}
    );
    queue_.done_in(change, message);
    if (!co_await journal_.commit(std::move(change))) message->ended = false;
}

base::Task<> MailWork::notice(queue::Message* message) {
    auto& store = journal_.store();
    const std::string id(message->payload.text("notification_id"));
    const auto record = co_await store.get(&notifications_table, {id, {}});
    if (!record) co_return;  // deleted meanwhile
    const auto notification = record->item();
    const std::string user_id(notification.text("user_id"));
    const auto found = co_await store.get(&users_table, {user_id, {}});
    if (!found) co_return;
    const auto user = found->item();
    const auto preferences = preferences_of(user);
    const Words words(templates_, preferences);
    if (!preferences.notify_mail || !user.truth("email_confirmed")) {
        const auto* const why = preferences.notify_mail ? "notice_unconfirmed" : "notice_mail_off";
        (void)co_await write_down(message, "none", words(why), true);
        co_return;
    }
    if (const auto quiet = quiet_ms(preferences, journal_.clock().now_ms()); quiet > 0) {
        co_await put_off(message, quiet);
        co_return;
    }
    if (!co_await begin_try(id)) {
        (void)co_await write_down(message, "unknown", words("notice_unknown"), true);
        co_return;
    }
    auto letter = notice_letter(
        words, notification, settings_.public_url,
        settings_.public_url + "/unsubscribe/" + unsubscribe_.token(user_id)
    );
    auto mail =
        mail_of(templates_, words, letter, std::string(user.text("email")), id + "@" + domain_);
    const auto outcome = co_await mailer_.send(std::move(mail));
    const bool last = message->tries >= mail_retry.tries_max;
    if (outcome.sent == notify::Sent::later) {
        (void)co_await write_down(message, last ? "refused" : "retried", outcome.words, false);
        throw not_yet(outcome.words);
    }
    const bool accepted = outcome.sent == notify::Sent::accepted;
    const auto* const state = !accepted ? "refused" : settings_.server ? "accepted" : "printed";
    (void)co_await write_down(message, state, outcome.words, true);
}

}  // namespace budgetplanner
