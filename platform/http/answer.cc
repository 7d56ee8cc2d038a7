#include "platform/http/answer.h"

#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>

#include "platform/base/log.h"
#include "platform/http/ascii.h"
#include "platform/http/gzip.h"
#include "platform/http/negotiate.h"
#include "platform/http/status.h"

namespace http {
namespace {

constexpr std::string_view strict_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

constexpr std::string_view security_headers =
    "X-Content-Type-Options: nosniff\r\n"
    "Referrer-Policy: same-origin\r\n"
    "Cross-Origin-Opener-Policy: same-origin\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\n"
    "Permissions-Policy: camera=(), geolocation=(), microphone=(), payment=(), usb=()\r\n";

constexpr std::string_view transport_security =
    "Strict-Transport-Security: max-age=31536000; includeSubDomains\r\n";

std::string_view cache_control(Cache cache) {
    switch (cache) {
        case Cache::revalidate:
            return "Cache-Control: private, no-cache\r\n";
        case Cache::immutable:
            return "Cache-Control: public, max-age=31536000, immutable\r\n";
        case Cache::no_store:
            break;
    }
    return "Cache-Control: no-store\r\n";
}

void append_number(std::string& out, std::size_t value) {
    std::array<char, 20> digits{};
    const auto end = std::to_chars(digits.begin(), digits.end(), value).ptr;
    out.append(digits.begin(), end);
}

void append_line(std::string& out, std::string_view name, std::string_view value) {
    // A line break in a value would let it write headers of its own.
    if (value.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos) {
        base::log(base::Level::error, "header dropped: line break in its value", {{"name", name}});
        return;
    }
    out += name;
    out += ": ";
    out += value;
    out += "\r\n";
}

bool has_header(const Response& response, std::string_view name) {
    for (const auto& [there, value] : response.headers)
        if (same_text(there, name)) return true;
    return false;
}

std::string_view whole_body(const Response& response) {
    if (response.shared_body) return *response.shared_body;
    if (!response.fixed_body.empty()) return response.fixed_body;
    return response.body;
}

// The steps of compose(), which share what they find out.
class Composer {
  public:
    Composer(Response& response, Request request, std::string& scratch)
        : response_(response), request_(request), scratch_(scratch) {}

    Answer answer{};
    bool compressed = false;
    bool varies = false;
    std::string content_range;

    void choose() {
        answer.status = response_.status;
        answer.body = whole_body(response_);
        const bool reads = request_.method() == Method::get || request_.method() == Method::head;
        if (response_.status != 200 || !reads) {
            if (!response_.chunks) compress();
            return;
        }
        if (!response_.etag.empty()) {
            const std::string_view known = request_.header("If-None-Match");
            if (!known.empty() && etag_matches(known, response_.etag)) {
                answer.status = 304;
                varies = response_.compress && compressible(response_.content_type);
                return;
            }
        }
        if (response_.chunks) return;
        if (request_.method() == Method::get && take_range()) return;
        compress();
    }

  private:
    bool take_range() {
        const std::string_view header = request_.header("Range");
        if (header.empty()) return false;
        const std::string_view condition = request_.header("If-Range");
        if (!condition.empty() && condition != response_.etag) return false;
        const std::size_t size = answer.body.size();
        const auto range = parse_range(header, size);
        if (!range) return false;
        if (range->count == 0) {
            answer.status = 416;
            answer.body = {};
            content_range = "bytes */" + std::to_string(size);
            return true;
        }
        answer.status = 206;
        answer.body = answer.body.substr(range->first, range->count);
        content_range = "bytes " + std::to_string(range->first) + "-" +
                        std::to_string(range->first + range->count - 1) + "/" +
                        std::to_string(size);
        return true;
    }

    void compress() {
        if (!response_.compress || answer.body.size() < gzip_bytes_min ||
            !compressible(response_.content_type))
            return;
        varies = true;
        if (!accepts_gzip(request_.header("Accept-Encoding"))) return;
        compressed = true;
        if (response_.shared_body && response_.shared_gzip) {
            answer.body = *response_.shared_gzip;
        } else if (!response_.shared_body && !response_.fixed_gzip.empty()) {
            answer.body = response_.fixed_gzip;
        } else {
            gzip_quickly(answer.body, scratch_);
            answer.body = scratch_;
        }
    }

    Response& response_;
    Request request_;
    std::string& scratch_;
};

bool bodyless(int status) { return status == 204 || status == 304; }

void append_status_line(std::string& head, int status) {
    if (status == 200) {
        head += "HTTP/1.1 200 OK\r\n";
        return;
    }
    head += "HTTP/1.1 ";
    append_number(head, static_cast<std::size_t>(status));
    head += ' ';
    head += reason(status);
    head += "\r\n";
}

}  // namespace

std::string http_date(std::int64_t now_s) {
    const std::chrono::sys_seconds time{std::chrono::seconds(now_s)};
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(time - day);
    static constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::array<char, 40> text{};
    const int size = std::snprintf(
        text.data(), text.size(), "%s, %02u %s %04d %02d:%02d:%02d GMT",
        days[std::chrono::weekday(day).c_encoding()], static_cast<unsigned>(date.day()),
        months[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
        static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
        static_cast<int>(clock.seconds().count())
    );
    return {text.data(), static_cast<std::size_t>(size)};
}

CommonHeaders::CommonHeaders(std::string content_security_policy) {
    if (content_security_policy.empty()) content_security_policy = strict_policy;
    for (unsigned i = 0; i < 4; ++i) {
        std::string& block = blocks_[i];
        block = "Date: " + http_date(0) + "\r\n";
        block += security_headers;
        if ((i & 1U) != 0) block += transport_security;
        if ((i & 2U) != 0) append_line(block, "Content-Security-Policy", content_security_policy);
    }
}

void CommonHeaders::set_time(std::int64_t now_s) {
    if (now_s == now_s_) return;
    now_s_ = now_s;
    const std::string date = http_date(now_s);
    for (std::string& block : blocks_) block.replace(6, date.size(), date);
}

Answer compose(
    Response& response, Request request, const AnswerOptions& options, std::string& head,
    std::string& scratch
) {
    Composer composer(response, request, scratch);
    composer.choose();
    Answer answer = composer.answer;
    const bool none = bodyless(answer.status);

    head.clear();
    append_status_line(head, answer.status);
    const bool own_policy =
        !response.headers.empty() && has_header(response, "Content-Security-Policy");
    head += options.common->block(request.secure(), !own_policy);
    head += "X-Request-Id: ";
    head += request.id();
    if (!none && !(answer.body.empty() && !response.chunks)) {
        head += "\r\nContent-Type: ";
        head += response.content_type;
    }
    head += "\r\n";
    if (none) {
        answer.body = {};
    } else if (response.chunks && response.chunks_bytes) {
        answer.measured = request.method() != Method::head;
        head += "Content-Length: ";
        append_number(head, static_cast<std::size_t>(*response.chunks_bytes));
        head += "\r\n";
    } else if (response.chunks) {
        answer.chunked = !options.version_1_0 && request.method() != Method::head;
        answer.until_close = options.version_1_0 && request.method() != Method::head;
        if (!options.version_1_0) head += "Transfer-Encoding: chunked\r\n";
    } else {
        head += "Content-Length: ";
        append_number(head, answer.body.size());
        head += "\r\n";
    }
    const bool own_cache = !response.headers.empty() && has_header(response, "Cache-Control");
    if (!own_cache) head += cache_control(response.cache);
    if (!response.etag.empty()) {
        const bool weaken = composer.compressed && !response.etag.starts_with("W/");
        head += weaken ? "ETag: W/" : "ETag: ";
        head += response.etag;
        head += "\r\n";
    }
    if (composer.compressed) head += "Content-Encoding: gzip\r\n";
    if (composer.varies) head += "Vary: Accept-Encoding\r\n";
    if (!composer.content_range.empty()) append_line(head, "Content-Range", composer.content_range);
    for (const auto& [name, value] : response.headers) append_line(head, name, value);
    if (!options.keep_alive || answer.until_close)
        head += "Connection: close\r\n";
    else if (options.version_1_0)
        head += "Connection: keep-alive\r\n";
    head += "\r\n";
    if (request.method() == Method::head) answer.body = {};
    return answer;
}

}  // namespace http
