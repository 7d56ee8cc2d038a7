#include "platform/auth/csrf.h"

#include <algorithm>

#include "platform/auth/hmac.h"
#include "platform/base/error.h"
#include "platform/base/random.h"

namespace auth {
namespace {

bool same_text(std::string_view left, std::string_view right) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return std::ranges::equal(left, right, {}, lower, lower);
}

// The token of that size behind a mask; anything else as it came.
std::string unmasked(std::string_view sent, std::size_t size) {
    std::string bytes;
    if (sent.size() == size || !base::base64url_decode(sent, bytes) || bytes.size() != 2 * size)
        return std::string(sent);
    std::string token;
    for (std::size_t i = 0; i < size; ++i)
        token.push_back(static_cast<char>(bytes[i] ^ bytes[size + i]));
    return token;
}

[[noreturn]] void refuse_foreign() {
    throw base::Error(
        base::Code::forbidden, "This was sent from another site, so it was not done.",
        "cross-site request"
    );
}

}  // namespace

Origin origin_of(http::Request request) {
    return {
        .fetch_site = request.header("sec-fetch-site"),
        .origin = request.header("origin"),
        .host = request.header("host"),
        .secure = request.secure()
    };
}

bool from_own_site(const Origin& from) {
    // "none": typed or bookmarked, by the person alone.
    if (!from.fetch_site.empty())
        return from.fetch_site == "same-origin" || from.fetch_site == "none";
    if (from.origin.empty()) return true;
    // A proxy may end TLS without telling, so that https is taken where we know of http only; the
    // other way round a page without TLS would speak for one with it.
    std::string_view host = from.origin;
    if (host.starts_with("https://"))
        host.remove_prefix(8);
    else if (host.starts_with("http://") && !from.secure)
        host.remove_prefix(7);
    else
        return false;
    return !from.host.empty() && same_text(host, from.host);
}

std::string masked(std::string_view csrf) {
    std::string bytes = base::random_bytes(csrf.size());
    for (std::size_t i = 0; i < csrf.size(); ++i)
        bytes.push_back(static_cast<char>(csrf[i] ^ bytes[i]));
    return base::base64url(bytes);
}

Csrf check_write(const Origin& origin, const Identity& who, std::string_view sent) {
    if (who.session_id.empty()) return Csrf::good;  // a token, or a stranger, who has no rights
    if (!from_own_site(origin)) return Csrf::foreign;
    if (sent.empty()) return Csrf::missing;
    if (who.csrf.empty()) return Csrf::wrong;
    return equal_secret(unmasked(sent, who.csrf.size()), who.csrf) ? Csrf::good : Csrf::wrong;
}

void require_own_write(http::Request request, const Identity& who, std::string_view form_token) {
    const std::string_view header = request.header("x-csrf-token");
    switch (check_write(origin_of(request), who, header.empty() ? form_token : header)) {
        case Csrf::good:
            return;
        case Csrf::foreign:
            refuse_foreign();
        case Csrf::missing:
            throw base::Error(
                base::Code::forbidden,
                "The X-CSRF-Token header is missing; its value is in the answer of the sign-in."
            );
        case Csrf::wrong:
            throw base::Error(
                base::Code::forbidden,
                "This page is from an earlier session; reload it and try again."
            );
    }
}

void require_own_site(http::Request request) {
    if (!from_own_site(origin_of(request))) refuse_foreign();
}

}  // namespace auth
