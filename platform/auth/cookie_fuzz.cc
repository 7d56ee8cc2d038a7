// Session cookies and bearer tokens as they come: the first byte chooses. A cookie is tried as it is,
// and once more as the payload of one that we signed, so that what lies behind the signature is read.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "platform/auth/cookie.h"
#include "platform/auth/tokens.h"
#include "platform/base/random.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auth::Hmac sign("fuzz");
    if (size == 0) return 0;
    const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
    if (data[0] == 't') {
        if (const auto token = auth::parse_token(text))
            if (token->token_id.size() != 36 || token->secret.size() != 43) std::abort();
        return 0;
    }
    // Nobody guesses the signature.
    if (auth::read_cookie(text, sign)) std::abort();
    std::string cookie = base::base64url(text);
    const auto tag = sign(cookie);
    cookie += '.';
    cookie += base::base64url({reinterpret_cast<const char*>(tag.data()), tag.size()});
    if (const auto claims = auth::read_cookie(cookie, sign)) {
        const auto again = auth::read_cookie(auth::write_cookie(*claims, sign), sign);
        if (!again || again->user.user_id != claims->user.user_id || again->epoch != claims->epoch)
            std::abort();
    }
    return 0;
}
