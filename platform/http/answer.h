// From a handler's Response to the bytes on the wire: the header block, and which body goes with
// it.
//
// One reused string holds the block; the headers that each answer has are kept ready, and the date
// changes once a second. No sockets here: the connection writes what compose() gives.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "platform/http/request.h"
#include "platform/http/response.h"

namespace http {

// "Date: …" and the security headers, for plain and for secure connections.
class CommonHeaders {
  public:
    explicit CommonHeaders(std::string content_security_policy = {});
    void set_time(std::int64_t now_s);  // cheap when the second is the same
    // With a policy of its own, an answer gets the block without ours.
    [[nodiscard]] std::string_view block(bool secure, bool with_policy) const {
        return blocks_[(secure ? 1U : 0U) + (with_policy ? 2U : 0U)];
    }

  private:
    std::string blocks_[4];
    std::int64_t now_s_ = -1;
};

struct AnswerOptions {
    bool version_1_0 = false;
    bool keep_alive = true;
    const CommonHeaders* common = nullptr;
};

// Valid as long as the response and `scratch` are unchanged.
struct Answer {
    int status = 200;
    std::string_view body;     // what to send after the block
    bool chunked = false;      // response.chunks follow, each as a chunk
    bool until_close = false;  // response.chunks follow as they are (HTTP/1.0)
    bool measured = false;     // response.chunks follow as they are, chunks_bytes of them
};

// Writes the block to `head`; `scratch` receives a compressed body. Answers If-None-Match by 304,
// Range by 206 or 416, HEAD without a body.
[[nodiscard]] Answer compose(
    Response& response, Request request, const AnswerOptions& options, std::string& head,
    std::string& scratch
);

// "Sun, 22 Nov 2026 11:59:03 GMT"
[[nodiscard]] std::string http_date(std::int64_t now_s);

}  // namespace http
