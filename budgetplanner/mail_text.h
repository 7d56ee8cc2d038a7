// The mails that the program writes: subject, text and HTML, from the same words. Pure.
#pragma once

#include <string>
#include <string_view>

#include "budgetplanner/words.h"
#include "platform/base/json.h"
#include "platform/notify/mail.h"
#include "platform/view/view.h"

namespace budgetplanner {

struct Letter {
    std::string subject;
    std::string greeting;
    std::string body;
    std::string button;  // what the link says
    std::string link;
    std::string foot;         // why this came
    std::string unsubscribe;  // an address; "" for mail that nobody can do without
};

[[nodiscard]] Letter confirmation_letter(
    const Words& words, std::string_view username, std::string link
);
[[nodiscard]] Letter reset_letter(const Words& words, std::string_view username, std::string link);
[[nodiscard]] Letter notice_letter(
    const Words& words, const json::Object& notification, const std::string& public_url,
    std::string unsubscribe
);

[[nodiscard]] notify::Mail mail_of(
    const view::Templates& templates, const Words& words, const Letter& letter, std::string to,
    std::string message_id
);

}  // namespace budgetplanner
