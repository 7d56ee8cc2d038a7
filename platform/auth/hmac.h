// HMAC-SHA-256 (RFC 2104) under a key that is worked in once. Thread-safe: operator() copies.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>

namespace auth {

class Hmac {
  public:
    using Tag = std::array<unsigned char, 32>;
    explicit Hmac(std::string_view key);
    ~Hmac();
    Hmac(const Hmac&) = delete;
    Hmac& operator=(const Hmac&) = delete;

    [[nodiscard]] Tag operator()(std::string_view text) const;

  private:
    struct States;
    std::unique_ptr<States> states_;
};

[[nodiscard]] std::string sha256(std::string_view bytes);  // 32 bytes
// Takes as long whatever differs; texts of other lengths are unequal at once.
[[nodiscard]] bool equal_secret(std::string_view left, std::string_view right);

}  // namespace auth
