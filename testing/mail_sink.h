// A mail server for tests: takes what it is sent on 127.0.0.1, keeps it, and refuses when told.
//
//   testing::MailSink sink;                          // listens on a free port
//   sink.answer("RCPT", "550 5.1.1 Nobody here");    // instead of 250, until told otherwise ("")
//   … smtp://127.0.0.1:<sink.port()> …;  sink.mails()
// Thread-safe. Speaks as much SMTP as libcurl asks for, without TLS.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace testing {

class MailSink {
  public:
    struct Mail {
        std::string from, to;
        std::string data;  // as it came, without the dots that SMTP adds
    };

    MailSink();
    ~MailSink();
    MailSink(const MailSink&) = delete;
    MailSink& operator=(const MailSink&) = delete;

    [[nodiscard]] std::uint16_t port() const { return port_; }
    // To a command (EHLO, MAIL, RCPT, DATA), to "end" of the data, or as "greeting". "close" hangs up.
    void answer(const std::string& command, std::string reply);
    [[nodiscard]] std::vector<Mail> mails() const;
    [[nodiscard]] int connections() const;

  private:
    void serve();
    void talk(int socket);
    [[nodiscard]] std::string reply_to(const std::string& command, std::string otherwise) const;

    int listening_ = -1;
    std::uint16_t port_ = 0;
    mutable std::mutex mutex_;
    std::map<std::string, std::string> answers_;
    std::vector<Mail> mails_;
    int connections_ = 0;
    std::jthread thread_;
};

}  // namespace testing
