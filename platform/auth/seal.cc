#include "platform/auth/seal.h"

#include <openssl/evp.h>

#include <memory>

#include "platform/auth/hmac.h"
#include "platform/base/error.h"
#include "platform/base/random.h"

namespace auth {
namespace {

constexpr std::size_t nonce_bytes = 12;
constexpr std::size_t tag_bytes = 16;

struct Free {
    void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, Free>;

std::string key_of(std::string_view secret) { return sha256("seal 1:" + std::string(secret)); }

unsigned char* bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }
const unsigned char* bytes(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

std::string seal(std::string_view secret, std::string_view text) {
    const std::string key = key_of(secret);
    const std::string nonce = base::random_bytes(nonce_bytes);
    std::string out(text.size(), '\0');
    std::string tag(tag_bytes, '\0');
    const Context context(EVP_CIPHER_CTX_new());
    int length = 0;
    const bool done =
        context != nullptr &&
        EVP_EncryptInit_ex(
            context.get(), EVP_aes_256_gcm(), nullptr, bytes(std::string_view(key)),
            bytes(std::string_view(nonce))
        ) == 1 &&
        EVP_EncryptUpdate(
            context.get(), bytes(out), &length, bytes(text), static_cast<int>(text.size())
        ) == 1 &&
        EVP_EncryptFinal_ex(context.get(), bytes(out) + length, &length) == 1 &&
        EVP_CIPHER_CTX_ctrl(
            context.get(), EVP_CTRL_GCM_GET_TAG, static_cast<int>(tag_bytes), tag.data()
        ) == 1;
    if (!done) throw base::Error(base::Code::internal, "The answer could not be kept.", "seal");
    return base::base64url(nonce + out + tag);
}

std::optional<std::string> unseal(std::string_view secret, std::string_view sealed) {
    std::string all;
    if (!base::base64url_decode(sealed, all) || all.size() < nonce_bytes + tag_bytes)
        return std::nullopt;
    const std::string key = key_of(secret);
    const std::string_view nonce = std::string_view(all).substr(0, nonce_bytes);
    const std::string_view inside =
        std::string_view(all).substr(nonce_bytes, all.size() - nonce_bytes - tag_bytes);
    std::string tag = all.substr(all.size() - tag_bytes);
    std::string out(inside.size(), '\0');
    const Context context(EVP_CIPHER_CTX_new());
    int length = 0;
    const bool done =
        context != nullptr &&
        EVP_DecryptInit_ex(
            context.get(), EVP_aes_256_gcm(), nullptr, bytes(std::string_view(key)), bytes(nonce)
        ) == 1 &&
        EVP_DecryptUpdate(
            context.get(), bytes(out), &length, bytes(inside), static_cast<int>(inside.size())
        ) == 1 &&
        EVP_CIPHER_CTX_ctrl(
            context.get(), EVP_CTRL_GCM_SET_TAG, static_cast<int>(tag_bytes), tag.data()
        ) == 1 &&
        EVP_DecryptFinal_ex(context.get(), bytes(out) + length, &length) == 1;
    if (!done) return std::nullopt;
    return out;
}

}  // namespace auth
