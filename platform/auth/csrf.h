// Whether a write that carries a cookie was meant by the person whose cookie it is.
//
// Two proofs are asked for: the session's own token (X-CSRF-Token, or csrf_token in a form), and
// that the browser, where it says so, sends it from our own pages (Sec-Fetch-Site, else Origin).
// Programs with a bearer token are not asked: no browser adds such a header by itself. A sign-in
// has no session yet; it must not come from another site, or a person could be signed in as
// somebody else. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "platform/auth/identity.h"
#include "platform/http/request.h"

namespace auth {

enum class Csrf : std::uint8_t { good, foreign, missing, wrong };

// What the headers say, "" where one is absent. `host` is the Host header.
struct Origin {
    std::string_view fetch_site;  // Sec-Fetch-Site
    std::string_view origin;
    std::string_view host;
    bool secure = false;
};
[[nodiscard]] Origin origin_of(http::Request request);

// The session's token as a page carries it: different in each page, so that nothing can be learned of
// it from how well compressed pages are (BREACH). check_write() takes it as well as the token itself.
[[nodiscard]] std::string masked(std::string_view csrf);

// False when a browser says that the request comes from elsewhere; true when nothing is said.
[[nodiscard]] bool from_own_site(const Origin& origin);
// `sent` is the header's or the form's token. GET and HEAD need no check; do not ask.
[[nodiscard]] Csrf check_write(const Origin& origin, const Identity& who, std::string_view sent);
// With the header; `form_token` where the body is a form. Throws base::Error{forbidden} in words.
void require_own_write(
    http::Request request, const Identity& who, std::string_view form_token = {}
);
// For sign-in forms and whatever else a stranger may post.
void require_own_site(http::Request request);

}  // namespace auth
