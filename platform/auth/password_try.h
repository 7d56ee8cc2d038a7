// One try to prove who one is by a password, slowed down after failures and never telling by its time
// whether the account exists.
//
//   const auto verdict = co_await password_try.attempt({account, address, stored_hash, typed});
//   if (!verdict.ok) …the name or the password is not right
#pragma once

#include <string>

#include "platform/auth/passwords.h"
#include "platform/auth/slow_down.h"
#include "platform/base/task.h"

namespace auth {

struct Try {
    std::string account;  // as typed, folded
    std::string address;  // of the client
    std::string stored;   // the hash; "" when there is no such account
    std::string password;
};

class PasswordTry {
  public:
    PasswordTry(Passwords& passwords, SlowDown& slow_down)
        : passwords_(passwords), slow_down_(slow_down) {}

    // base::Error too_many with Retry-After when it must wait, before or after.
    [[nodiscard]] base::Task<Verdict> attempt(Try tried);

  private:
    Passwords& passwords_;
    SlowDown& slow_down_;
};

}  // namespace auth
