// TLS with certificates made here: handshake, versions, ALPN, and a new certificate while serving.
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <stdlib.h>

#include <cstdio>
#include <filesystem>
#include <memory>

#include "platform/base/error.h"
#include "platform/http/server_test.h"
#include "platform/http/upgrade.h"

namespace http {
namespace {

using test::Client;
using test::text_response;

void write_certificate(const std::string& folder, const char* name) {
    EVP_PKEY* key = EVP_EC_gen("P-256");
    X509* certificate = X509_new();
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    X509_NAME* subject = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(
        subject, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(name), -1, -1, 0
    );
    X509_set_issuer_name(certificate, subject);
    X509_sign(certificate, key, EVP_sha256());
    FILE* file = std::fopen((folder + "/certificate.pem").c_str(), "w");
    PEM_write_X509(file, certificate);
    std::fclose(file);
    file = std::fopen((folder + "/key.pem").c_str(), "w");
    PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
    std::fclose(file);
    X509_free(certificate);
    EVP_PKEY_free(key);
}

// A TLS client by OpenSSL, blocking.
class TlsClient {
  public:
    explicit TlsClient(std::uint16_t port, int version_max = 0, bool http2_only = false)
        : client_(port), context_(SSL_CTX_new(TLS_client_method()), SSL_CTX_free) {
        SSL_CTX_set_max_proto_version(context_.get(), version_max);
        static constexpr unsigned char one[] = "\x08http/1.1";
        static constexpr unsigned char two[] = "\x02h2";
        if (http2_only)
            SSL_CTX_set_alpn_protos(context_.get(), two, sizeof two - 1);
        else
            SSL_CTX_set_alpn_protos(context_.get(), one, sizeof one - 1);
        tls_.reset(SSL_new(context_.get()));
        SSL_set_fd(tls_.get(), client_.descriptor());
        connected_ = SSL_connect(tls_.get()) == 1;
    }
    bool connected() const { return connected_; }
    std::string ask(std::string_view bytes) {
        SSL_write(tls_.get(), bytes.data(), static_cast<int>(bytes.size()));
        std::string reply;
        char buffer[16 * 1024];
        int count = 0;
        while ((count = SSL_read(tls_.get(), buffer, sizeof buffer)) > 0)
            reply.append(buffer, static_cast<std::size_t>(count));
        return reply;
    }
    std::string name() const {
        X509* certificate = SSL_get1_peer_certificate(tls_.get());
        char text[100] = "";
        X509_NAME_get_text_by_NID(
            X509_get_subject_name(certificate), NID_commonName, text, sizeof text
        );
        X509_free(certificate);
        return text;
    }
    std::string protocol() const {
        const unsigned char* chosen = nullptr;
        unsigned size = 0;
        SSL_get0_alpn_selected(tls_.get(), &chosen, &size);
        return {reinterpret_cast<const char*>(chosen), size};
    }

  private:
    Client client_;
    std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context_;
    std::unique_ptr<SSL, void (*)(SSL*)> tls_{nullptr, SSL_free};
    bool connected_ = false;
};

base::Task<> answer_once(std::shared_ptr<Upgraded> socket) {
    char bytes[100];
    const std::size_t count = co_await socket->read_some(bytes, sizeof bytes);
    const std::string answer = "you said " + std::string(bytes, count);
    EXPECT_TRUE(co_await socket->write(answer));
}

class Secure : public testing::Test {
  protected:
    Secure() {
        char path[] = "/tmp/http_tls_XXXXXX";
        folder_ = ::mkdtemp(path);
        write_certificate(folder_, "first");
        server_.config.certificate_file = folder_ + "/certificate.pem";
        server_.config.key_file = folder_ + "/key.pem";
        server_.config.header_seconds_max = 1;
        server_.router.add(Method::get, "/", [](Request request) {
            return text_response(request.secure() ? "secure" : "plain");
        });
        server_.router.add(Method::get, "/large", [](Request) {
            return text_response(std::string(3'000'000, 'x'));
        });
        server_.start();
    }
    ~Secure() override { std::filesystem::remove_all(folder_); }

    static constexpr std::string_view get =
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    std::string folder_;
    test::TestServer server_;
};

TEST_F(Secure, RequestsAreAnswered) {
    TlsClient client(server_.port());
    ASSERT_TRUE(client.connected());
    EXPECT_EQ(client.protocol(), "http/1.1");
    const std::string reply = client.ask(get);
    EXPECT_TRUE(reply.starts_with("HTTP/1.1 200 OK\r\n"));
    EXPECT_TRUE(reply.ends_with("\r\n\r\nsecure"));
    EXPECT_NE(reply.find("Strict-Transport-Security: "), std::string::npos);
}

TEST_F(Secure, LargeAnswersAreWhole) {
    TlsClient client(server_.port());
    const std::string reply =
        client.ask("GET /large HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    EXPECT_TRUE(reply.ends_with(std::string(3'000'000, 'x')));
}

TEST_F(Secure, SocketsAreHandedOver) {
    test::TestServer server;
    server.config = server_.config;
    server.server =
        std::make_unique<Server>(server.config, server.router, server.render, server.clock);
    server.server->on_upgrade("/socket/", [](std::unique_ptr<Upgraded> taken) {
        std::shared_ptr<Upgraded> socket(std::move(taken));
        EXPECT_EQ(socket->try_write("x"), 0U);  // TLS does not write at once
        socket->spawn([socket] { return answer_once(socket); });
    });
    server.server->start();
    TlsClient client(server.port());
    EXPECT_EQ(
        client.ask("GET /socket/ HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\n"
                   "Upgrade: websocket\r\n\r\nearly"),
        "you said early"
    );
}

TEST_F(Secure, VersionsBeforeOneTwoAreRefused) {
    EXPECT_FALSE(TlsClient(server_.port(), TLS1_1_VERSION).connected());
    EXPECT_TRUE(TlsClient(server_.port(), TLS1_2_VERSION).connected());
}

TEST_F(Secure, OtherProtocolsAreRefused) {
    EXPECT_FALSE(TlsClient(server_.port(), 0, true).connected());
}

TEST_F(Secure, ANewCertificateIsUsedOnceReloaded) {
    TlsClient before(server_.port());
    EXPECT_EQ(before.name(), "first");
    write_certificate(folder_, "second");
    EXPECT_EQ(TlsClient(server_.port()).name(), "first");
    server_.server->reload_tls();
    EXPECT_EQ(TlsClient(server_.port()).name(), "second");
    EXPECT_TRUE(before.ask(get).ends_with("secure"));
}

TEST_F(Secure, ABadCertificateIsReportedAndTheOldOneStays) {
    std::filesystem::resize_file(folder_ + "/key.pem", 20);
    EXPECT_THROW(server_.server->reload_tls(), base::Error);
    EXPECT_EQ(TlsClient(server_.port()).name(), "first");
}

TEST_F(Secure, AHandshakeThatDoesNotComeIsEnded) {
    Client client(server_.port());
    EXPECT_TRUE(client.at_end());
}

TEST_F(Secure, PlainRequestsAreNotAnswered) {
    Client client(server_.port());
    EXPECT_EQ(client.ask(get).status, 0);
}

}  // namespace
}  // namespace http
