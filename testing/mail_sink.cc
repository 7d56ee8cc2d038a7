#include "testing/mail_sink.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <system_error>
#include <utility>

namespace testing {
namespace {

// Lines of a conversation.
class Lines {
  public:
    explicit Lines(int socket) : socket_(socket) {}
    // Without its end; nullopt when the other one has gone.
    std::optional<std::string> next() {
        std::size_t end = 0;
        while ((end = buffer_.find("\r\n")) == std::string::npos) {
            char bytes[4096];
            const ssize_t count = ::recv(socket_, bytes, sizeof bytes, 0);
            if (count <= 0) return std::nullopt;
            buffer_.append(bytes, static_cast<std::size_t>(count));
        }
        std::string line = buffer_.substr(0, end);
        buffer_.erase(0, end + 2);
        return line;
    }
    void say(const std::string& text) const {
        const std::string line = text + "\r\n";
        (void)::send(socket_, line.data(), line.size(), MSG_NOSIGNAL);
    }

  private:
    int socket_;
    std::string buffer_;
};

std::string between_brackets(const std::string& line) {
    const std::size_t open = line.find('<');
    const std::size_t close = line.find('>');
    return open == std::string::npos || close == std::string::npos
               ? ""
               : line.substr(open + 1, close - open - 1);
}

}  // namespace

MailSink::MailSink() : listening_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listening_, any, size) != 0 || ::listen(listening_, 16) != 0 ||
        ::getsockname(listening_, any, &size) != 0)
        throw std::system_error(errno, std::generic_category(), "mail sink");
    port_ = ntohs(address.sin_port);
    thread_ = std::jthread([this] { serve(); });
}

MailSink::~MailSink() {
    ::shutdown(listening_, SHUT_RDWR);
    thread_.join();
    ::close(listening_);
}

void MailSink::answer(const std::string& command, std::string reply) {
    const std::scoped_lock lock(mutex_);
    answers_[command] = std::move(reply);
}

std::vector<MailSink::Mail> MailSink::mails() const {
    const std::scoped_lock lock(mutex_);
    return mails_;
}

int MailSink::connections() const {
    const std::scoped_lock lock(mutex_);
    return connections_;
}

std::string MailSink::reply_to(const std::string& command, std::string otherwise) const {
    const std::scoped_lock lock(mutex_);
    const auto told = answers_.find(command);
    return told == answers_.end() || told->second.empty() ? std::move(otherwise) : told->second;
}

void MailSink::serve() {
    while (true) {
        const int socket = ::accept(listening_, nullptr, nullptr);
        if (socket < 0) return;
        {
            const std::scoped_lock lock(mutex_);
            ++connections_;
        }
        talk(socket);
        ::close(socket);
    }
}

// One conversation after the other.
void MailSink::talk(int socket) {
    Lines lines(socket);
    Mail mail;
    const auto reply = [&](const std::string& command, const char* otherwise) {
        const std::string text = reply_to(command, otherwise);
        if (text != "close") lines.say(text);
        return text;
    };
    if (reply("greeting", "220 sink")[0] != '2') return;
    while (const auto line = lines.next()) {
        const std::string command = line->substr(0, 4);
        if (command == "QUIT") {
            lines.say("221 bye");
            return;
        }
        if (command == "MAIL") mail.from = between_brackets(*line);
        if (command == "RCPT") mail.to = between_brackets(*line);
        const std::string said = reply(command, command == "DATA" ? "354 go on" : "250 fine");
        if (said == "close") return;
        if (command != "DATA" || said[0] != '3') continue;
        mail.data.clear();
        while (true) {
            const auto text = lines.next();
            if (!text) return;
            if (*text == ".") break;
            mail.data += (text->starts_with('.') ? text->substr(1) : *text) + "\r\n";
        }
        const std::string last = reply("end", "250 queued as 1");
        if (last == "close") return;
        const std::scoped_lock lock(mutex_);
        if (last[0] == '2') mails_.push_back(mail);
    }
}

}  // namespace testing
