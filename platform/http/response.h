// What a handler answers. The server adds the rest: date, length, request id, security headers,
// compression, and 304 or 206 where the request allows it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/json.h"
#include "platform/base/task.h"

namespace http {

inline constexpr std::string_view type_json = "application/json";
inline constexpr std::string_view type_problem = "application/problem+json";
inline constexpr std::string_view type_html = "text/html; charset=utf-8";
inline constexpr std::string_view type_text = "text/plain; charset=utf-8";
inline constexpr std::string_view type_csv = "text/csv; charset=utf-8";
inline constexpr std::string_view type_pdf = "application/pdf";

enum class Cache : std::uint8_t {
    no_store,    // personal data: the default
    revalidate,  // may be kept, asked again each time (ETag)
    immutable,   // named by its content: kept for a year
};

struct Response {
    int status = 200;
    std::string_view content_type = type_json;  // of static storage
    std::string body;
    std::shared_ptr<const std::string> shared_body;  // instead of body: many answers, one copy
    std::shared_ptr<const std::string> shared_gzip;  // shared_body compressed beforehand, if it is
    std::string_view fixed_body;                     // instead of body: of static storage
    std::string_view fixed_gzip;                     // fixed_body compressed beforehand, if it is
    // A body that is made while it is sent (chunked): called until it gives "".
    std::function<base::Task<std::string>()> chunks;
    std::optional<std::uint64_t> chunks_bytes;  // of all chunks, if known: then not chunked
    std::vector<std::pair<std::string_view, std::string>> headers;  // names of static storage
    std::string etag;  // with its quotes; the server answers If-None-Match by it
    Cache cache = Cache::no_store;
    bool compress = true;  // false for what is compressed already
};

[[nodiscard]] Response json_text(std::string body, int status = 200);
[[nodiscard]] Response json(const json::Object& body, int status = 200);
[[nodiscard]] Response html(std::string body, int status = 200);
[[nodiscard]] Response redirect(std::string location, int status = 303);
[[nodiscard]] Response created(std::string location, std::string body);  // 201
[[nodiscard]] Response no_content();                                     // 204
// RFC 9457: type about:blank, title, status, detail, errors [{field, message}], request_id, facts.
[[nodiscard]] Response problem(const base::Error& error, std::string_view request_id);

// Set-Cookie with HttpOnly, SameSite=Lax, Path=/ and, when secure, Secure. max_age_s 0 removes it;
// negative: until the browser closes.
void set_cookie(
    Response& response, std::string_view name, std::string_view value, std::int64_t max_age_s,
    bool secure
);

// Whether an If-Match or If-None-Match value names the tag ("*" names any). Weakly, as an answer
// that was compressed on its way carries W/ before its tag.
[[nodiscard]] bool etag_matches(std::string_view header, std::string_view etag);

// For bodies that are compressed once and sent often; level 1 to 12.
[[nodiscard]] std::string gzip(std::string_view text, int level = 6);

}  // namespace http
