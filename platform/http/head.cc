#include "platform/http/head.h"

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <cstring>
#include <limits>

#include "platform/base/text.h"
#include "platform/http/ascii.h"

namespace http {
namespace {

namespace beast = boost::beast;

Method method_of(beast::http::verb verb) {
    switch (verb) {
        case beast::http::verb::get:
            return Method::get;
        case beast::http::verb::head:
            return Method::head;
        case beast::http::verb::post:
            return Method::post;
        case beast::http::verb::put:
            return Method::put;
        case beast::http::verb::patch:
            return Method::patch;
        case beast::http::verb::delete_:
            return Method::del;
        case beast::http::verb::options:
            return Method::options;
        default:
            return Method::other;
    }
}

// Beast finds the tokens; this keeps views of them and the rules that Beast is lenient about.
class Parser final : public beast::http::basic_parser<true> {
  public:
    Parser(Head& head, HeaderViews& headers, std::size_t headers_max)
        : head_(head), headers_(headers), headers_max_(headers_max) {
        header_limit(std::numeric_limits<std::uint32_t>::max());  // the caller bounds the bytes
        body_limit(boost::none);
    }
    [[nodiscard]] const Refusal& refusal() const { return refusal_; }
    [[nodiscard]] unsigned hosts() const { return hosts_; }
    [[nodiscard]] bool upgrades() const { return upgrades_; }

  private:
    using Error = beast::error_code;
    using Text = beast::string_view;

    void refuse(int status, std::string_view message, Error& code) {
        refusal_ = {.status = status, .message = message};
        code = beast::http::error::bad_value;
    }

    void on_request_impl(beast::http::verb verb, Text, Text target, int version, Error&) override {
        head_.method = method_of(verb);
        head_.target = target;
        head_.version_1_0 = version == 10;
    }

    void on_field_impl(beast::http::field field, Text name, Text value, Error& code) override {
        if (headers_.size() >= headers_max_)
            return refuse(431, "The request has too many headers.", code);
        headers_.emplace_back(name, value);
        switch (field) {
            case beast::http::field::host:
                if (++hosts_ > 1) refuse(400, "The Host header comes twice.", code);
                break;
            case beast::http::field::content_length:
                length(value, code);
                break;
            case beast::http::field::transfer_encoding:
                encoding(value, code);
                break;
            case beast::http::field::expect:
                if (!same_text(value, "100-continue"))
                    return refuse(417, "The only expectation met here is 100-continue.", code);
                head_.expects_continue = true;
                break;
            case beast::http::field::upgrade:
                upgrades_ = lists_token(value, "websocket");
                break;
            default:
                break;
        }
    }

    void length(std::string_view value, Error& code) {
        if (head_.content_length) return refuse(400, "Content-Length comes twice.", code);
        std::uint64_t bytes = 0;
        for (const char c : value) {
            if (c < '0' || c > '9' || bytes > std::numeric_limits<std::uint64_t>::max() / 10 - 1)
                return refuse(400, "Content-Length is not a number.", code);
            bytes = bytes * 10 + static_cast<std::uint64_t>(c - '0');
        }
        head_.content_length = bytes;
    }

    void encoding(std::string_view value, Error& code) {
        if (head_.chunked) return refuse(400, "Transfer-Encoding comes twice.", code);
        if (!same_text(value, "chunked"))
            return refuse(501, "The only transfer encoding read here is chunked.", code);
        head_.chunked = true;
    }

    void on_response_impl(int, Text, int, Error&) override {}
    void on_header_impl(Error&) override {}
    void on_body_init_impl(const boost::optional<std::uint64_t>&, Error&) override {}
    std::size_t on_body_impl(Text, Error&) override { return 0; }
    void on_chunk_header_impl(std::uint64_t, Text, Error&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, Text, Error&) override { return 0; }
    void on_finish_impl(Error&) override {}

    Head& head_;
    HeaderViews& headers_;
    std::size_t headers_max_;
    Refusal refusal_{.status = 400, .message = "The request is not valid HTTP."};
    unsigned hosts_ = 0;
    bool upgrades_ = false;
};

// Drops "." and resolves "..", as RFC 3986 5.2.4 does, on the decoded path.
void resolve_dots(std::string& path) {
    if (path.find("/.") == std::string::npos) return;
    std::string out;
    std::string_view rest(path);
    while (!rest.empty()) {
        const std::size_t end = rest.find('/', 1);
        const std::string_view segment = rest.substr(0, end);
        rest = end == std::string_view::npos ? std::string_view() : rest.substr(end);
        if (segment == "/..") {
            const std::size_t last = out.rfind('/');
            out.resize(last == std::string::npos ? 0 : last);
        } else if (segment != "/.") {
            out += segment;
            continue;
        }
        if (rest.empty()) out += '/';
    }
    path = std::move(out);
}

// "http://host/path" to "/path"; an origin form stays as it is.
std::string_view without_authority(std::string_view target) {
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (target.size() < scheme.size() || !same_text(target.substr(0, scheme.size()), scheme))
            continue;
        const std::size_t path = target.find_first_of("/?", scheme.size());
        if (path == std::string_view::npos || target[path] == '?') return "/";
        return target.substr(path);
    }
    return target;
}

}  // namespace

void scan_head(std::string_view bytes, HeadScan& scan) {
    while (true) {
        const std::size_t line = bytes.find('\n', scan.scanned);
        if (line == std::string_view::npos) return;
        if (line == 0 || bytes[line - 1] != '\r') {
            scan.malformed = true;
            return;
        }
        const bool blank = line - scan.scanned == 1;
        const bool folded = bytes[scan.scanned] == ' ' || bytes[scan.scanned] == '\t';
        if (folded) {
            scan.malformed = true;
            return;
        }
        scan.scanned = line + 1;
        if (!blank) continue;
        scan.end = line + 1;
        return;
    }
}

std::expected<Head, Refusal> parse_head(
    std::string_view bytes, std::size_t headers_max, HeaderViews& headers
) {
    Head head;
    headers.clear();
    Parser parser(head, headers, headers_max);
    beast::error_code code;
    parser.put(boost::asio::const_buffer(bytes.data(), bytes.size()), code);
    if (code == beast::http::error::bad_version)
        return std::unexpected(Refusal{505, "The versions spoken here are HTTP/1.0 and HTTP/1.1."});
    if (code || !parser.is_header_done()) return std::unexpected(parser.refusal());
    if (head.chunked && head.content_length)
        return std::unexpected(
            Refusal{400, "Content-Length and Transfer-Encoding exclude each other."}
        );
    if (head.version_1_0 && head.chunked)
        return std::unexpected(Refusal{400, "HTTP/1.0 has no transfer encoding."});
    if (!head.version_1_0 && parser.hosts() == 0)
        return std::unexpected(Refusal{400, "The Host header is missing."});
    head.keep_alive = parser.keep_alive();
    head.wants_websocket = parser.upgrade() && parser.upgrades() && head.method == Method::get &&
                           !head.version_1_0 && !head.chunked &&
                           head.content_length.value_or(0) == 0;
    if (head.version_1_0) head.expects_continue = false;
    return head;
}

std::expected<void, Refusal> decode_path(std::string_view target, std::string& path) {
    static constexpr Refusal malformed{400, "The path of the request is malformed."};
    path.clear();
    std::string_view encoded = without_authority(target);
    encoded = encoded.substr(0, encoded.find('?'));
    if (encoded.empty() || encoded.front() != '/') return std::unexpected(malformed);
    bool ascii = true;
    for (std::size_t i = 0; i < encoded.size(); ++i) {
        char c = encoded[i];
        if (c == '%') {
            if (i + 2 >= encoded.size()) return std::unexpected(malformed);
            const int high = hex_digit(encoded[i + 1]);
            const int low = hex_digit(encoded[i + 2]);
            if (high < 0 || low < 0) return std::unexpected(malformed);
            c = static_cast<char>(high * 16 + low);
            if (c == '/') return std::unexpected(malformed);
            i += 2;
        } else if (c == '#') {
            return std::unexpected(malformed);
        }
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7F) return std::unexpected(malformed);
        ascii = ascii && byte < 0x80;
        path += c;
    }
    if (!ascii && !base::is_utf8(path)) return std::unexpected(malformed);
    resolve_dots(path);
    if (path.empty()) path = "/";
    return {};
}

bool ChunkReader::read_size(std::string_view line) {
    std::uint64_t size = 0;
    std::size_t digits = 0;
    while (digits < line.size() && hex_digit(line[digits]) >= 0) {
        if (digits >= 15) return false;
        size = size * 16 + static_cast<std::uint64_t>(hex_digit(line[digits]));
        ++digits;
    }
    if (digits == 0) return false;
    const std::string_view extension = trim_blanks(line.substr(digits));
    if (!extension.empty() && extension.front() != ';') return false;
    for (const char c : extension)
        if ((static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F) return false;
    left_ = size;
    return true;
}

void ChunkReader::take_data(std::string_view& bytes, std::string& body) {
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
    body.append(bytes.substr(0, count));
    bytes.remove_prefix(count);
    left_ -= count;
    if (left_ == 0) step_ = Step::data_end;
}

ChunkReader::State ChunkReader::take_line(std::string_view text, std::size_t body_bytes) {
    if (step_ == Step::size) {
        if (!read_size(text)) return State::malformed;
        if (left_ > body_bytes_max_ - std::min(body_bytes, body_bytes_max_))
            return State::too_large;
        step_ = left_ == 0 ? Step::trailer : Step::data;
    } else if (step_ == Step::data_end) {
        if (!text.empty()) return State::malformed;
        step_ = Step::size;
    } else {
        if (text.empty()) return State::done;
        trailer_bytes_ += text.size() + 2;
        if (trailer_bytes_ > line_bytes_max) return State::malformed;
    }
    return State::more;
}

ChunkReader::State ChunkReader::read(std::string_view& bytes, std::string& body) {
    while (!bytes.empty()) {
        if (step_ == Step::data) {
            take_data(bytes, body);
            continue;
        }
        const std::size_t end = bytes.find('\n');
        line_.append(bytes.substr(0, end == std::string_view::npos ? end : end + 1));
        bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
        if (line_.size() > line_bytes_max) return State::malformed;
        if (end == std::string_view::npos) return State::more;
        if (!line_.ends_with("\r\n")) return State::malformed;
        const std::string line = std::exchange(line_, {});
        const State state =
            take_line(std::string_view(line).substr(0, line.size() - 2), body.size());
        if (state != State::more) return state;
    }
    return State::more;
}

}  // namespace http
