#include "platform/auth/password_try.h"

#include <cstdint>
#include <utility>

#include "platform/base/error.h"

namespace auth {
namespace {

void require_turn(std::uint32_t wait_s) {
    if (wait_s == 0) return;
    base::Error error(
        base::Code::too_many,
        "Too many tries. Please wait " + std::to_string(wait_s) + " seconds and try again."
    );
    error.retry_after_s = wait_s;
    throw error;
}

}  // namespace

base::Task<Verdict> PasswordTry::attempt(Try tried) {
    require_turn(slow_down_.wait_s(tried.account, tried.address));
    Verdict verdict;
    // No account has such a password; hashing it would only cost time.
    if (tried.password.size() <= password_bytes_max) {
        if (tried.stored.empty())
            verdict = co_await passwords_.verify_nobody(std::move(tried.password));
        else
            verdict = co_await passwords_.verify(tried.stored, std::move(tried.password));
    }
    require_turn(slow_down_.ended(tried.account, tried.address, verdict.ok));
    co_return verdict;
}

}  // namespace auth
