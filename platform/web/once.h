// The same request twice by accident: under one Idempotency-Key it gets the first answer again.
//
// What is one transaction keeps its answer in it (Call::commit): both are there or neither. What
// writes in several steps, or outside the journal, has its route keep the answer: the key is taken
// first, which a second request meanwhile is told (409), and given back when the request fails. Such
// an answer may hold what is shown once, a token or a link, so it is sealed with the key itself,
// of which only the hash is stored. Keys are a caller's own and last a day.
#pragma once

#include <functional>
#include <string>

#include "platform/auth/identity.h"
#include "platform/base/task.h"
#include "platform/http/request.h"
#include "platform/http/response.h"
#include "platform/journal/journal.h"

namespace web {

enum class Once : std::uint8_t {
    by_commit,
    by_route,
    no,  // a key is checked, and has no effect
};

// The key as it is stored; "" when the request has none. 422 for more than 128 characters.
[[nodiscard]] std::string once_key(const http::Request& request, const auth::Identity& who);
// The first answer to that key, when there is one; 409 while it is being made, 422 when the key was
// another request's.
[[nodiscard]] base::Task<std::optional<http::Response>> answered_before(
    journal::Journal* journal, http::Request request, std::string key
);
// What tells requests under one key apart.
[[nodiscard]] std::string fingerprint_of(const http::Request& request);

// Runs `answer` under the key as Once::by_route says.
[[nodiscard]] base::Task<http::Response> answered_once(
    journal::Journal* journal, http::Request request, std::string key,
    std::function<base::Task<http::Response>()> answer
);

}  // namespace web
