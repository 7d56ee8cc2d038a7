// Uploaded forms: the first line is the content type, the rest the body.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "platform/base/error.h"
#include "platform/base/text.h"
#include "platform/http/request.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const std::size_t line = bytes.find('\n');
    if (line == std::string_view::npos) return 0;
    const std::string_view body = bytes.substr(line + 1);
    try {
        for (const http::Part& part : http::parse_multipart(bytes.substr(0, line), body)) {
            const bool inside = part.body.empty() ||
                                (part.body.data() >= body.data() &&
                                 part.body.data() + part.body.size() <= body.data() + body.size());
            if (!inside || !base::is_utf8(part.name) || !base::is_utf8(part.filename)) std::abort();
        }
    } catch (const base::Error&) {
        return 0;
    }
    return 0;
}
