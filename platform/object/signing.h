// Addresses that let whoever has them read or write one object for a time, signed by the server's secret.
//
// Reading: /objects/<key>?expires=…&name=…&shown=…&signature=…, an HMAC-SHA-256 of all the rest. Writing: a
// policy in the shape of S3's (JSON in base64: expiration and conditions), and its HMAC. Pure but for the
// time, which the caller gives; thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "platform/auth/hmac.h"
#include "platform/object/object.h"

namespace object {

class Signing {
  public:
    explicit Signing(std::string_view secret);

    [[nodiscard]] std::string get_address(
        std::string_view key, const GetLink& link, std::int64_t now_ms
    ) const;
    // What the query of such an address says; nullopt when it is not of our making or its time is over.
    struct Asked {
        std::string expires, name, shown, signature;
    };
    [[nodiscard]] std::optional<GetLink> accepts(
        std::string_view key, const Asked& asked, std::int64_t now_ms
    ) const;

    [[nodiscard]] PostForm post_form(
        std::string_view key, const PostLink& link, std::int64_t now_ms
    ) const;
    struct Policy {
        std::string key;
        std::string type;
        std::size_t bytes_max = 0;
    };
    // Else a sentence: not ours, or over.
    [[nodiscard]] std::expected<Policy, std::string> policy_of(
        std::string_view policy, std::string_view signature, std::int64_t now_ms
    ) const;

  private:
    [[nodiscard]] std::string signature(std::string_view what) const;
    auth::Hmac hmac_;
};

inline constexpr std::string_view objects_path = "/objects";

}  // namespace object
