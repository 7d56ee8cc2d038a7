// OpenSSL 3 calls the plain SHA-256 functions deprecated; its replacement fetches the algorithm and
// allocates a context for each tag, which costs several times the hash of a cookie.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "platform/auth/hmac.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <algorithm>

namespace auth {

struct Hmac::States {
    SHA256_CTX inner;
    SHA256_CTX outer;
};

Hmac::Hmac(std::string_view key) : states_(std::make_unique<States>()) {
    std::array<unsigned char, SHA256_CBLOCK> block{};
    const std::string shortened = key.size() > block.size() ? sha256(key) : std::string(key);
    std::ranges::copy(shortened, block.begin());
    const auto start = [&](SHA256_CTX& state, unsigned char pad) {
        auto padded = block;
        for (auto& byte : padded) byte ^= pad;
        SHA256_Init(&state);
        SHA256_Update(&state, padded.data(), padded.size());
        OPENSSL_cleanse(padded.data(), padded.size());
    };
    start(states_->inner, 0x36);
    start(states_->outer, 0x5C);
    OPENSSL_cleanse(block.data(), block.size());
}

Hmac::~Hmac() { OPENSSL_cleanse(states_.get(), sizeof(States)); }

Hmac::Tag Hmac::operator()(std::string_view text) const {
    Tag tag{};
    SHA256_CTX state = states_->inner;
    SHA256_Update(&state, text.data(), text.size());
    SHA256_Final(tag.data(), &state);
    state = states_->outer;
    SHA256_Update(&state, tag.data(), tag.size());
    SHA256_Final(tag.data(), &state);
    return tag;
}

std::string sha256(std::string_view bytes) {
    std::string digest(SHA256_DIGEST_LENGTH, '\0');
    SHA256(
        reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
        reinterpret_cast<unsigned char*>(digest.data())
    );
    return digest;
}

bool equal_secret(std::string_view left, std::string_view right) {
    return left.size() == right.size() &&
           CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace auth
