#include "platform/notify/sms.h"

#include <algorithm>

namespace notify {

std::string_view NoSms::missing() const {
    return "Short messages need a service: the operator turns it on with --sms sns and the region "
           "and credentials of an AWS account.";
}

base::Task<Outcome> NoSms::send(Sms) {
    Outcome outcome;
    outcome.sent = Sent::refused;
    outcome.words = missing();
    co_return outcome;
}

std::string phone_error(std::string_view number) {
    constexpr std::size_t digits_min = 7;
    constexpr std::size_t digits_max = 15;
    const bool good =
        number.size() > digits_min && number.size() <= digits_max + 1 && number[0] == '+' &&
        number[1] != '0' &&
        std::ranges::all_of(number.substr(1), [](char c) { return c >= '0' && c <= '9'; });
    return good ? "" : "Use the international form, such as +4915112345678.";
}

}  // namespace notify
