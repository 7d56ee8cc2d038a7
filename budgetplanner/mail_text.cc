#include "budgetplanner/mail_text.h"

#include <utility>

namespace budgetplanner {

Letter confirmation_letter(const Words& words, std::string_view username, std::string link) {
    const Words::Values values{{"username", std::string(username)}};
    return {
        .subject = words("mail_confirm_subject"),
        .greeting = words("mail_greeting", values),
        .body = words("mail_confirm_body"),
        .button = words("mail_confirm_button"),
        .link = std::move(link),
        .foot = words("mail_confirm_foot"),
    };
}

Letter reset_letter(const Words& words, std::string_view username, std::string link) {
    const Words::Values values{{"username", std::string(username)}};
    return {
        .subject = words("mail_reset_subject"),
        .greeting = words("mail_greeting", values),
        .body = words("mail_reset_body"),
        .button = words("mail_reset_button"),
        .link = std::move(link),
        .foot = words("mail_reset_foot"),
    };
}

Letter notice_letter(
    const Words& words, const json::Object& notification, const std::string& public_url,
    std::string unsubscribe
) {
    const std::string link(notification.text("link"));
    return {
        .subject = std::string(notification.text("message")),
        .body = std::string(notification.text("message")),
        .button = link.empty() ? std::string() : words("mail_notice_button"),
        .link = link.empty() ? std::string() : public_url + link,
        .foot = words("mail_notice_foot"),
        .unsubscribe = std::move(unsubscribe),
    };
}

notify::Mail mail_of(
    const view::Templates& templates, const Words& words, const Letter& letter, std::string to,
    std::string message_id
) {
    std::string text;
    if (!letter.greeting.empty()) text += letter.greeting + "\n\n";
    text += letter.body + "\n\n";
    if (!letter.link.empty()) text += letter.button + ":\n" + letter.link + "\n\n";
    text += "-- \n" + letter.foot + "\n";
    const std::string stop = words("mail_stop");
    if (!letter.unsubscribe.empty()) text += stop + ":\n" + letter.unsubscribe + "\n";
    const json::Object model{
        {"language", words.language()},
        {"subject", letter.subject},
        {"greeting", letter.greeting},
        {"body", letter.body},
        {"button", letter.button},
        {"link", letter.link},
        {"foot", letter.foot},
        {"unsubscribe", letter.unsubscribe},
        {"stop", stop},
    };
    return {
        .to = std::move(to),
        .subject = letter.subject,
        .text = std::move(text),
        .html = templates.render("mail", model, words.language()),
        .message_id = std::move(message_id),
        .unsubscribe = letter.unsubscribe,
    };
}

}  // namespace budgetplanner
