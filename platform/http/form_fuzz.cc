// Query strings and plain forms: what is read can be written and is read alike.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "platform/base/error.h"
#include "platform/http/request.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    http::Pairs pairs;
    try {
        pairs = http::parse_form({reinterpret_cast<const char*>(data), size});
    } catch (const base::Error&) {
        return 0;
    }
    std::string written;
    for (const auto& [name, value] : pairs) {
        if (!written.empty()) written += '&';
        written += http::percent_encode(name) + "=" + http::percent_encode(value);
    }
    if (http::parse_form(written) != pairs) std::abort();
    return 0;
}
