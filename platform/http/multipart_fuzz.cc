// Uploaded forms: the first line is the content type, the rest the body. Read as a whole and in small pieces,
// which must agree.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/text.h"
#include "platform/http/multipart.h"
#include "platform/http/request.h"

namespace {

struct Read {
    std::string name, filename, content_type, body;
    bool operator==(const Read&) const = default;
};
using Parts = std::optional<std::vector<Read>>;  // nullopt: refused

Parts whole(std::string_view type, std::string_view body) {
    try {
        std::vector<Read> out;
        for (const http::Part& part : http::parse_multipart(type, body)) {
            const bool inside = part.body.empty() ||
                                (part.body.data() >= body.data() &&
                                 part.body.data() + part.body.size() <= body.data() + body.size());
            if (!inside || !base::is_utf8(part.name) || !base::is_utf8(part.filename)) std::abort();
            out.push_back({part.name, part.filename, part.content_type, std::string(part.body)});
        }
        return out;
    } catch (const base::Error&) {
        return std::nullopt;
    }
}

Parts in_pieces(std::string_view type, std::string_view body, std::size_t piece) {
    using Event = http::MultipartReader::Event;
    try {
        std::vector<Read> out;
        http::MultipartReader reader(type);
        while (true) {
            const Event event = reader.next();
            if (event == Event::end) return out;
            if (event == Event::part)
                out.push_back(
                    {reader.part().name, reader.part().filename, reader.part().content_type, {}}
                );
            if (event == Event::data) out.back().body += reader.data();
            if (event != Event::more) continue;
            reader.feed(body.substr(0, piece));
            body.remove_prefix(std::min(piece, body.size()));
        }
    } catch (const base::Error&) {
        return std::nullopt;
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const std::size_t line = bytes.find('\n');
    if (line == std::string_view::npos) return 0;
    const std::string_view type = bytes.substr(0, line);
    const std::string_view body = bytes.substr(line + 1);
    const Parts expected = whole(type, body);
    for (const std::size_t piece : {1U, 7U, 4096U})
        if (in_pieces(type, body, piece) != expected) std::abort();
    return 0;
}
