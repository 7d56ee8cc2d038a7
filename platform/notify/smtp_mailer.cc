#include "platform/notify/smtp_mailer.h"

#include <curl/curl.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

#include "platform/base/error.h"
#include "platform/base/text.h"
#include "platform/notify/message.h"

namespace notify {
namespace {

constexpr std::size_t words_bytes_max = 500;

using Handle = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;
using List = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

void start_curl_once() {
    static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (started != CURLE_OK)
        throw base::Error(base::Code::internal, "Mail can't be sent.", curl_easy_strerror(started));
}

struct Sending {
    std::string_view rest;
    std::string reply;  // the server's last one
};

std::size_t give(char* to, std::size_t size, std::size_t count, void* from) {
    auto& sending = *static_cast<Sending*>(from);
    const std::size_t bytes = std::min(size * count, sending.rest.size());
    std::memcpy(to, sending.rest.data(), bytes);
    sending.rest.remove_prefix(bytes);
    return bytes;
}

std::size_t take_reply(char* bytes, std::size_t size, std::size_t count, void* to) {
    auto& sending = *static_cast<Sending*>(to);
    const std::string_view line(bytes, size * count);
    if (line.starts_with("221")) return line.size();  // to our QUIT: not what it came to
    // Lines of one reply go on with a dash behind the code.
    const std::string_view last =
        std::string_view(sending.reply).substr(sending.reply.rfind('\n') + 1);
    if (last.size() < 4 || last[3] != '-')
        sending.reply.clear();
    else
        sending.reply += '\n';
    if (sending.reply.size() > 8 * words_bytes_max) return 0;  // it goes on without end
    sending.reply += base::trimmed(line);
    return line.size();
}

// Of a text that goes into a log and a history: one line, and not too long.
std::string words_of(std::string text) {
    std::ranges::replace_if(text, [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
    return text.substr(0, words_bytes_max);
}

bool is_this_machine(std::string_view host) {
    return host == "localhost" || host == "[::1]" || host.starts_with("127.");
}

// What came of it, by the server's last word and by what curl says.
Outcome outcome_of(CURLcode code, long answered, const Sending& sending, const char* error) {
    if (code == CURLE_OK) return {.sent = Sent::accepted, .words = words_of(sending.reply)};
    const bool said = sending.reply.size() >= 3 && answered >= 400;
    const std::string words = said             ? sending.reply
                              : *error != '\0' ? error
                                               : curl_easy_strerror(code);
    // A login that is refused, a greeting without service and missing TLS are for the operator to mend, and
    // the mail is not lost meanwhile.
    const bool of_the_mail = code == CURLE_SEND_ERROR || code == CURLE_RECV_ERROR ||
                             (code == CURLE_WEIRD_SERVER_REPLY && sending.rest.empty());
    const bool for_good =
        said && answered >= 500 && of_the_mail && answered != 530 && answered != 535;
    return {.sent = for_good ? Sent::refused : Sent::later, .words = words_of(words)};
}

template <class T>
void set(const Handle& curl, CURLoption option, T value) {
    if (const CURLcode code = curl_easy_setopt(curl.get(), option, value); code != CURLE_OK)
        throw base::Error(base::Code::internal, "Mail can't be sent.", curl_easy_strerror(code));
}

}  // namespace

SmtpMailer::SmtpMailer(SmtpOptions options, base::Pool& pool, const base::Clock& clock)
    : options_(std::move(options)), pool_(pool), clock_(clock) {
    std::string_view host = options_.url;
    const bool from_the_first = host.starts_with("smtps://");
    if (!from_the_first && !host.starts_with("smtp://"))
        throw base::Error::invalid(
            "smtp", "Give the mail server as smtp://host:port or smtps://host:port."
        );
    host.remove_prefix(host.find("//") + 2);
    if (host.empty() || host.find_first_of("@/?# \r\n") != std::string_view::npos)
        throw base::Error::invalid(
            "smtp", "Give host and port alone; user and password have flags of their own."
        );
    plain_ = is_this_machine(host) && !options_.always_tls;
    if (const std::string error = address_error(address_of(options_.from)); !error.empty())
        throw base::Error::invalid("mail-from", error);
    start_curl_once();
}

base::Task<Outcome> SmtpMailer::send(Mail mail) {
    co_return co_await pool_.run([&] { return send_now(mail); });
}

Outcome SmtpMailer::send_now(const Mail& mail) const {
    std::string text;
    try {
        text = message(mail, options_.from, clock_.now_ms());
    } catch (const base::Error& error) {
        return {
            .sent = Sent::refused,
            .words = error.fields.empty() ? error.shown : error.fields[0].message
        };
    }
    const Handle curl(curl_easy_init(), curl_easy_cleanup);
    const List to(curl_slist_append(nullptr, ("<" + mail.to + ">").c_str()), curl_slist_free_all);
    if (!curl || !to) throw base::Error(base::Code::internal, "Mail can't be sent.", "curl failed");
    Sending sending{.rest = text, .reply = {}};
    char error[CURL_ERROR_SIZE] = "";
    const std::string from = "<" + std::string(address_of(options_.from)) + ">";
    set(curl, CURLOPT_URL, options_.url.c_str());
    set(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    set(curl, CURLOPT_PROXY, "");  // whatever the environment says
    set(curl, CURLOPT_NOSIGNAL, 1L);
    set(curl, CURLOPT_CONNECTTIMEOUT, options_.connect_seconds_max);
    set(curl, CURLOPT_TIMEOUT, options_.seconds_max);
    set(curl, CURLOPT_ERRORBUFFER, error);
    set(curl, CURLOPT_USE_SSL, static_cast<long>(plain_ ? CURLUSESSL_NONE : CURLUSESSL_ALL));
    set(curl, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    if (!options_.ca_file.empty()) set(curl, CURLOPT_CAINFO, options_.ca_file.c_str());
    if (!options_.user.empty()) {
        set(curl, CURLOPT_USERNAME, options_.user.c_str());
        set(curl, CURLOPT_PASSWORD, options_.password.c_str());
    }
    set(curl, CURLOPT_MAIL_FROM, from.c_str());
    set(curl, CURLOPT_MAIL_RCPT, to.get());
    set(curl, CURLOPT_UPLOAD, 1L);
    set(curl, CURLOPT_READFUNCTION, &give);
    set(curl, CURLOPT_READDATA, &sending);
    set(curl, CURLOPT_HEADERFUNCTION, &take_reply);
    set(curl, CURLOPT_HEADERDATA, &sending);
    const CURLcode code = curl_easy_perform(curl.get());
    long answered = 0;
    curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &answered);
    return outcome_of(code, answered, sending, error);
}

}  // namespace notify
