// Password hashes, made and checked on threads of their own, so that no request waits for
// another's.
//
// The threads run at SCHED_BATCH and nice 10: a flood of sign-ins leaves the processor to the rest.
// The queue is bounded: when it is full, hash() and verify() throw base::Error{unavailable}.
// Destroy it when the I/O threads have ended and before their io_contexts are destroyed: what still
// waits is dropped, its coroutine with it. Thread-safe.
//
//   const auto verdict = co_await passwords.verify(stored, typed);
//   if (verdict.ok && verdict.renew) …store co_await passwords.hash(typed)
//
// Read: Argon2 (PHC text, id, i and d), bcrypt ($2a$, $2b$, $2y$), Werkzeug's pbkdf2 and scrypt.
// A stored text whose parameters ask for more work than the limits below is wrong at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "platform/base/pool.h"
#include "platform/base/task.h"

namespace auth {

enum class Scheme : std::uint8_t { argon2id, bcrypt };

struct PasswordOptions {
    Scheme scheme = Scheme::argon2id;  // of new hashes
    unsigned threads = 2;
    std::size_t queue_depth_max = 500;
    std::uint32_t argon2_memory_kib = 19 * 1024;
    std::uint32_t argon2_passes = 2;
    unsigned bcrypt_cost = 12;
};

struct Verdict {
    bool ok = false;
    bool renew = false;  // right, but the stored hash is of another scheme or weaker than new ones
};

inline constexpr std::size_t password_bytes_max = 1024;

class Passwords {
  public:
    explicit Passwords(PasswordOptions options = {});

    // 422 when the scheme can't take the password whole (bcrypt: 72 bytes and no NUL).
    [[nodiscard]] base::Task<std::string> hash(std::string password);
    [[nodiscard]] base::Task<Verdict> verify(std::string stored, std::string password);
    // For a user name that nobody has: takes as long as a wrong password, and is always wrong.
    [[nodiscard]] base::Task<Verdict> verify_nobody(std::string password);

    [[nodiscard]] base::Pool::Numbers numbers() const { return pool_.numbers(); }
    // Ends the threads: what still waits throws unavailable. The destructor does it as well.
    void stop() { pool_.stop(); }

  private:
    PasswordOptions options_;
    std::string nobody_;
    base::Pool pool_;
};

// The same on the calling thread: for commands and tests.
[[nodiscard]] std::string hash_now(std::string_view password, const PasswordOptions& options = {});
[[nodiscard]] Verdict verify_now(
    std::string_view stored, std::string_view password, const PasswordOptions& options = {}
);

}  // namespace auth
