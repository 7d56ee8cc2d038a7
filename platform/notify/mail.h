// Mail to people: what is sent, and what came of it.
//
//   Outcome outcome = co_await mailer.send(mail);
//   if (outcome.sent == Sent::later) throw …        // the queue tries again
// A Mailer outlives every request that uses it; calls may come at once from any I/O thread. send() does not
// throw for what a mail server may do: a refusal for good and a server that is away are outcomes. When the
// process is killed between the server's word and ours, the same mail may be sent twice: with one message
// id, so that the reader's program may show it once.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "platform/base/task.h"

namespace notify {

struct Mail {
    std::string to;  // one address, see address_error()
    std::string subject;
    std::string text;
    std::string html;  // "" for none; an alternative to the text
    std::string
        message_id;  // without its brackets, such as "<uuid>@budget.example": one a mail, for all tries
    // An https address that takes POST and needs no more (RFC 8058); "" for mail that nobody can do without.
    std::string unsubscribe;
};

enum class Sent : std::uint8_t {
    accepted,  // the server has taken it on
    refused,   // for good: another try would end the same
    later,     // the server is away, or asks for another try
};

struct Outcome {
    Sent sent = Sent::later;
    std::string words;  // the server's, or what went wrong; for the operator and the history
};

class Mailer {
  public:
    virtual ~Mailer() = default;
    [[nodiscard]] virtual base::Task<Outcome> send(Mail mail) = 0;
};

// "" when mail can be sent there, else a sentence: one address in ASCII, without a name or brackets.
[[nodiscard]] std::string address_error(std::string_view address);

}  // namespace notify
