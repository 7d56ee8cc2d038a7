// Header values that are read on their own: cookies, ranges, encodings, tags, addresses, Accept.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "platform/http/address.h"
#include "platform/http/negotiate.h"
#include "platform/http/request.h"
#include "platform/http/response.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view value(reinterpret_cast<const char*>(data), size);
    http::RequestData request;
    request.path = "/";
    request.headers = {{"Cookie", value}, {"Accept", value}};
    const std::string_view cookie = http::Request(request).cookie("session");
    if (cookie.find(';') != std::string_view::npos) std::abort();
    static_cast<void>(http::Request(request).wants_html());
    for (const std::size_t body_size : {std::size_t{0}, std::size_t{1}, std::size_t{1000}}) {
        const auto range = http::parse_range(value, body_size);
        if (!range || range->count == 0) continue;
        if (range->first >= body_size || range->count > body_size - range->first) std::abort();
    }
    static_cast<void>(http::accepts_gzip(value));
    static_cast<void>(http::compressible(value));
    static_cast<void>(http::etag_matches(value, "\"1\""));
    static const http::AddressBlocks trusted({"10.0.0.0/8", "fd00::/8"});
    const std::string client = http::client_address("10.0.0.1", value, trusted);
    if (!http::parse_address(client)) std::abort();
    return 0;
}
