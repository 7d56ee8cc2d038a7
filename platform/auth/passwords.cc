#include "platform/auth/passwords.h"

#include <openssl/crypto.h>

#include <utility>

#include "platform/base/random.h"

namespace auth {
namespace {

// A password that is wiped when it is done with.
class Secret {
  public:
    explicit Secret(std::string text) : text_(std::move(text)) {}
    Secret(Secret&& other) noexcept : text_(std::exchange(other.text_, {})) { other.wipe(); }
    Secret& operator=(Secret&&) = delete;
    Secret(const Secret&) = delete;
    Secret& operator=(const Secret&) = delete;
    ~Secret() { wipe(); }
    [[nodiscard]] const std::string& text() const { return text_; }

  private:
    void wipe() { OPENSSL_cleanse(text_.data(), text_.size()); }
    std::string text_;
};

// A hash of the right cost that no password meets: its tag is random.
std::string hash_of_nobody(const PasswordOptions& options) {
    if (options.scheme == Scheme::bcrypt) {
        PasswordOptions quick = options;
        quick.bcrypt_cost = 4;
        std::string made = hash_now(base::random_token(), quick);
        made.replace(4, 2, options.bcrypt_cost < 10 ? "0" : "");
        made.insert(options.bcrypt_cost < 10 ? 5 : 4, std::to_string(options.bcrypt_cost));
        return made;
    }
    const auto unpadded = [](std::size_t bytes) {
        std::string text = base::base64(base::random_bytes(bytes));
        text.erase(text.find_last_not_of('=') + 1);
        return text;
    };
    return "$argon2id$v=19$m=" + std::to_string(options.argon2_memory_kib) +
           ",t=" + std::to_string(options.argon2_passes) + ",p=1$" + unpadded(16) + "$" +
           unpadded(32);
}

}  // namespace

Passwords::Passwords(PasswordOptions options)
    : options_(options),
      nobody_(hash_of_nobody(options)),
      pool_(options.threads, options.queue_depth_max) {}

base::Task<std::string> Passwords::hash(std::string password) {
    return pool_.run([options = options_, secret = Secret(std::move(password))] {
        return hash_now(secret.text(), options);
    });
}

base::Task<Verdict> Passwords::verify(std::string stored, std::string password) {
    return pool_.run([options = options_, stored = std::move(stored),
                      secret = Secret(std::move(password))] {
        return verify_now(stored, secret.text(), options);
    });
}

base::Task<Verdict> Passwords::verify_nobody(std::string password) {
    return verify(nobody_, std::move(password));
}

}  // namespace auth
