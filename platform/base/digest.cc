// OpenSSL 3 calls the plain functions deprecated; hmac.cc of auth says why they are used all the same.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "platform/base/digest.h"

#include <openssl/sha.h>

namespace base {

struct Sha256::State {
    SHA256_CTX context;
};

Sha256::Sha256() : state_(std::make_unique<State>()) { SHA256_Init(&state_->context); }
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::add(std::string_view bytes) {
    SHA256_Update(&state_->context, bytes.data(), bytes.size());
}

std::string Sha256::end() {
    std::string digest(SHA256_DIGEST_LENGTH, '\0');
    SHA256_Final(reinterpret_cast<unsigned char*>(digest.data()), &state_->context);
    return digest;
}

}  // namespace base
