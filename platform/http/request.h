// One HTTP request as handlers see it: a small handle on data that the connection owns.
//
// Copy it freely, but only keep it while the request is served: it is valid until the response has
// been sent. Texts are views into the connection's buffers. Names of headers compare without case.
// RFC 9110, RFC 9112.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/base/task.h"

namespace http {

enum class Method : std::uint8_t { get, head, post, put, patch, del, options, other };
[[nodiscard]] std::string_view name(Method method);  // "GET" … , "DELETE" for del

using Pairs = std::vector<std::pair<std::string, std::string>>;  // decoded, in order

// What the connection (or a test) fills in.
struct RequestData {
    Method method = Method::get;
    std::string target;  // as it came: path and query
    std::string path;    // percent-decoded, valid UTF-8, without "." segments
    std::vector<std::pair<std::string_view, std::string_view>> headers;
    std::string_view body;
    // Of a route whose body is streamed: its next piece, "" at its end.
    std::function<base::Task<std::string_view>()> read;
    std::string remote_address;  // the client's, after trusted proxies
    bool secure = false;         // came by TLS, here or at a trusted proxy
    std::string id;              // request id, ours
    std::vector<std::pair<std::string_view, std::string>> parameters;  // of the route
    std::string_view route;  // the pattern that matched, such as "/api/students/{student_id}"
    std::string user;        // user id for the access log, set by whoever authenticates
};

class Request {
  public:
    explicit Request(RequestData& data) : data_(&data) {}

    [[nodiscard]] Method method() const { return data_->method; }
    [[nodiscard]] std::string_view target() const { return data_->target; }
    [[nodiscard]] std::string_view path() const { return data_->path; }
    [[nodiscard]] std::string_view header(std::string_view name) const;  // "" when absent
    [[nodiscard]] std::string_view cookie(std::string_view name) const;  // RFC 6265; "" when absent
    [[nodiscard]] std::string_view body() const { return data_->body; }
    // The body of a streamed route, piece by piece, "" at its end; a piece is valid until the next call.
    // Throws base::Error when it is too large, too slow or malformed, or when the client left.
    [[nodiscard]] base::Task<std::string_view> read() const;
    [[nodiscard]] std::string_view parameter(std::string_view name) const;
    [[nodiscard]] std::string_view remote_address() const { return data_->remote_address; }
    // The client is a program on this very machine: a loopback address, and no proxy's word of another.
    [[nodiscard]] bool from_this_machine() const;
    [[nodiscard]] bool secure() const { return data_->secure; }
    [[nodiscard]] std::string_view id() const { return data_->id; }
    [[nodiscard]] RequestData& data() const { return *data_; }

    [[nodiscard]] Pairs query() const;  // malformed escapes: base::Error bad_request
    [[nodiscard]] std::optional<std::string> query(std::string_view name) const;  // the first one

    // Whether the client prefers HTML to JSON (Accept), for errors outside /api.
    [[nodiscard]] bool wants_html() const;

  private:
    RequestData* data_;
};

// application/x-www-form-urlencoded; throws base::Error when malformed or too many (forms_max).
[[nodiscard]] Pairs parse_form(std::string_view body);
inline constexpr std::size_t form_fields_max = 2000;
[[nodiscard]] std::string percent_encode(std::string_view text);

struct Part {
    std::string name;
    std::string filename;  // "" for a plain field
    std::string content_type;
    std::string_view body;  // a view into the request's body
};
// multipart/form-data (RFC 7578) of a request; throws base::Error when it is none or malformed.
[[nodiscard]] std::vector<Part> parse_multipart(Request request);
[[nodiscard]] std::vector<Part> parse_multipart(
    std::string_view content_type, std::string_view body
);
inline constexpr std::size_t multipart_parts_max = 100;

}  // namespace http
