// The head of a request, its path and a chunked body, from raw bytes.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "platform/base/text.h"
#include "platform/http/head.h"

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

// However the bytes are cut, the same is read.
void read_chunks(std::string_view bytes) {
    constexpr std::size_t most = 4096;
    std::string whole;
    http::ChunkReader at_once(most);
    std::string_view rest = bytes;
    const auto expected = at_once.read(rest, whole);
    std::string body;
    http::ChunkReader reader(most);
    auto state = http::ChunkReader::State::more;
    for (std::size_t i = 0; i < bytes.size() && state == http::ChunkReader::State::more; ++i) {
        std::string_view piece = bytes.substr(i, 1);
        state = reader.read(piece, body);
    }
    require(body.size() <= most && whole.size() <= most);
    // A line that is too long is noticed earlier in pieces; else the ends agree.
    if (expected == http::ChunkReader::State::done) require(state == expected && body == whole);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    http::HeadScan scan;
    http::scan_head(bytes, scan);
    http::HeadScan slow;
    for (std::size_t i = 1; i <= bytes.size() && slow.end == 0 && !slow.malformed; ++i)
        http::scan_head(bytes.substr(0, i), slow);
    require(slow.end == scan.end && slow.malformed == scan.malformed);
    if (scan.end == 0) return 0;
    http::HeaderViews headers;
    const auto head = http::parse_head(bytes.substr(0, scan.end), 64, headers);
    if (!head) return 0;
    require(headers.size() <= 64 && !(head->chunked && head->content_length));
    for (const auto& [name, value] : headers) {
        require(!name.empty() && name.find_first_of(" :\r\n") == std::string_view::npos);
        require(value.find_first_of("\r\n") == std::string_view::npos);
        require(
            value.empty() ||
            (value.data() >= bytes.data() && value.data() < bytes.data() + scan.end)
        );
    }
    std::string path;
    if (http::decode_path(head->target, path)) {
        require(path.starts_with('/') && base::is_utf8(path));
        require((path + "/").find("/../") == std::string::npos);
        require((path + "/").find("/./") == std::string::npos);
    }
    if (head->chunked) read_chunks(bytes.substr(scan.end));
    return 0;
}
