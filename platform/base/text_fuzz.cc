// Any bytes, as text, as a decimal, as a time and as base64: each reader's promises hold.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "platform/base/clock.h"
#include "platform/base/decimal.h"
#include "platform/base/random.h"
#include "platform/base/text.h"

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const base::Decoded decoded = base::decode(bytes);
    require(base::is_utf8(decoded.text));
    const std::string folded = base::folded(decoded.text);
    require(base::is_utf8(folded));
    require(base::folded(folded) == folded);
    require(base::length(decoded.text) <= decoded.text.size());
    require(base::words(decoded.text).size() <= 8);
    (void)base::has_control(bytes);

    if (const auto decimal = base::Decimal::parse(bytes)) {
        require(base::Decimal::parse(decimal->text()) == decimal);
        require(base::Decimal::parse(decimal->plain()) == decimal);
        const auto doubled = decimal->plus(*decimal);
        if (doubled) require(doubled->minus(*decimal) == decimal);
        const auto itself = decimal->over(*decimal, 3);
        if (decimal->units() != 0) require(itself && itself->text() == "1.000");
    }
    if (const auto ms = base::parse_timestamp(bytes)) {
        if (*ms > 0 && *ms < 4'000'000'000'000)
            require(base::parse_timestamp(base::timestamp(*ms)) == ms);
    }
    if (base::is_date(bytes)) require(base::add_days(base::add_days(bytes, 40), -40) == bytes);
    std::string out;
    if (base::base64url_decode(bytes, out)) require(base::base64url(out) == bytes);
    if (base::base64_decode(bytes, out)) require(base::base64(out) == bytes);
    return 0;
}
