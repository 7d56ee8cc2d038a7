// Short messages to phones. Only services do that (on AWS, SNS); without one, NoSms says how to have one.
#pragma once

#include <string>
#include <string_view>

#include "platform/base/task.h"
#include "platform/notify/mail.h"

namespace notify {

struct Sms {
    std::string to;  // E.164: "+4915112345678"
    std::string text;
};

class Texter {
  public:
    virtual ~Texter() = default;
    [[nodiscard]] virtual base::Task<Outcome> send(Sms sms) = 0;
    // "" when short messages can be sent, else the sentence that a settings page shows.
    [[nodiscard]] virtual std::string_view missing() const = 0;
};

class NoSms final : public Texter {
  public:
    [[nodiscard]] base::Task<Outcome> send(Sms sms) override;
    [[nodiscard]] std::string_view missing() const override;
};

// "" when it is a phone number in the international form, else a sentence.
[[nodiscard]] std::string phone_error(std::string_view number);

}  // namespace notify
