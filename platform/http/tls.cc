#include "platform/http/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <string_view>

#include "platform/base/error.h"

namespace http {
namespace {

[[noreturn]] void unreadable(const std::string& what, const std::string& file) {
    const unsigned long code = ERR_get_error();
    const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
    ERR_clear_error();
    throw base::Error(
        base::Code::invalid, "The " + what + " in " + file + " can't be used.",
        reason == nullptr ? "no reason given" : reason
    );
}

using Byte = unsigned char;

// Of what the client offers, only HTTP/1.1 is spoken; without an offer nothing is chosen.
int choose_protocol(SSL*, const Byte** chosen, Byte* chosen_size, const Byte* offered, unsigned size, void*) {
    static constexpr std::string_view ours("\x08http/1.1", 9);
    unsigned char* found = nullptr;
    const int result = SSL_select_next_proto(
        &found, chosen_size, reinterpret_cast<const unsigned char*>(ours.data()),
        static_cast<unsigned>(ours.size()), offered, size
    );
    *chosen = found;
    return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

}  // namespace

std::shared_ptr<boost::asio::ssl::context> make_tls(
    const std::string& certificate_file, const std::string& key_file
) {
    auto context =
        std::make_shared<boost::asio::ssl::context>(boost::asio::ssl::context::tls_server);
    SSL_CTX* tls = context->native_handle();
    SSL_CTX_set_min_proto_version(tls, TLS1_2_VERSION);
    SSL_CTX_set_options(
        tls, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                 SSL_OP_IGNORE_UNEXPECTED_EOF
    );
    SSL_CTX_set_mode(tls, SSL_MODE_RELEASE_BUFFERS);  // an idle connection keeps no 32 KiB
    // Of TLS 1.2, only what has forward secrecy and authenticated encryption.
    SSL_CTX_set_cipher_list(tls, "ECDHE+AESGCM:ECDHE+CHACHA20");
    SSL_CTX_set_alpn_select_cb(tls, choose_protocol, nullptr);
    ERR_clear_error();
    if (SSL_CTX_use_certificate_chain_file(tls, certificate_file.c_str()) != 1)
        unreadable("certificate", certificate_file);
    if (SSL_CTX_use_PrivateKey_file(tls, key_file.c_str(), SSL_FILETYPE_PEM) != 1)
        unreadable("key", key_file);
    if (SSL_CTX_check_private_key(tls) != 1)
        unreadable("key, which is of another certificate,", key_file);
    return context;
}

}  // namespace http
