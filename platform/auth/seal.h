// Texts that only who knows a secret can read again: AES-256-GCM under the secret's SHA-256.
//
//   const auto kept = auth::seal(key, answer);   // base64url; another each time
//   auto answer = auth::unseal(key, kept);       // nullopt: another secret, or it was changed
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace auth {

[[nodiscard]] std::string seal(std::string_view secret, std::string_view text);
[[nodiscard]] std::optional<std::string> unseal(std::string_view secret, std::string_view sealed);

}  // namespace auth
