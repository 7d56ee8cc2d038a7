// The head of a request: request line and headers, read strictly.
//
// What two servers could read in two ways is refused rather than repaired, as that is how requests
// are smuggled: a bare line feed, a folded line, a blank before the colon, Content-Length beside
// Transfer-Encoding, either of them or Host twice. Pure functions; Beast does the tokens.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/http/request.h"

namespace http {

struct Refusal {
    int status = 400;
    std::string_view message;  // of static storage
};

using HeaderViews = std::vector<std::pair<std::string_view, std::string_view>>;

struct Head {
    Method method = Method::other;
    std::string_view target;
    bool version_1_0 = false;
    bool keep_alive = true;
    bool chunked = false;
    bool expects_continue = false;
    bool wants_websocket = false;
    std::optional<std::uint64_t> content_length;
};

// Looks for the blank line that ends a head. Call again with more bytes, and with what it gave.
struct HeadScan {
    std::size_t scanned = 0;  // bytes known to hold complete lines
    std::size_t end = 0;      // bytes of the head with its blank line; 0: not all there yet
    bool malformed = false;   // a bare line feed, or a folded line
};
void scan_head(std::string_view bytes, HeadScan& scan);

// `bytes` is one head that scan_head found, `headers` is filled with views into it.
[[nodiscard]] std::expected<Head, Refusal> parse_head(
    std::string_view bytes, std::size_t headers_max, HeaderViews& headers
);

// The path of a request target (origin or absolute form), decoded: valid UTF-8, dot segments
// resolved. Encoded slashes, control characters and malformed escapes are refused.
[[nodiscard]] std::expected<void, Refusal> decode_path(std::string_view target, std::string& path);

// Reads a chunked body (RFC 9112, 7.1) as it comes. Extensions and trailers are dropped.
class ChunkReader {
  public:
    enum class State : std::uint8_t { more, done, malformed, too_large };
    explicit ChunkReader(std::size_t body_bytes_max) : body_bytes_max_(body_bytes_max) {}
    // Appends what it can to `body` and takes it off the front of `bytes`.
    State read(std::string_view& bytes, std::string& body);

  private:
    enum class Step : std::uint8_t { size, data, data_end, trailer };
    static constexpr std::size_t line_bytes_max = 4096;
    bool read_size(std::string_view line);
    void take_data(std::string_view& bytes, std::string& body);
    State take_line(std::string_view text, std::size_t body_bytes);  // more: go on

    std::size_t body_bytes_max_;
    std::uint64_t left_ = 0;
    std::size_t trailer_bytes_ = 0;
    Step step_ = Step::size;
    std::string line_;  // the start of a line whose end has not come yet
};

}  // namespace http
