// Who the client is when proxies stand in between: X-Forwarded-For, believed only from those named.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace http {

// An IPv4 or IPv6 address; IPv4 as its mapped form, so that both compare alike.
using AddressBytes = std::array<std::uint8_t, 16>;
[[nodiscard]] std::optional<AddressBytes> parse_address(std::string_view text);

// Addresses and CIDR blocks, such as "10.0.0.0/8" and "fd00::/8".
class AddressBlocks {
  public:
    AddressBlocks() = default;
    // Throws base::Error with a sentence that names the entry that can't be read.
    explicit AddressBlocks(const std::vector<std::string>& entries);
    [[nodiscard]] bool contains(std::string_view address) const;
    [[nodiscard]] bool empty() const { return blocks_.empty(); }

  private:
    struct Block {
        AddressBytes address{};
        unsigned bits = 0;
    };
    std::vector<Block> blocks_;
};

// The rightmost address of X-Forwarded-For that is no trusted proxy, or the peer itself.
// `forwarded` holds the header's values in order, joined by commas.
[[nodiscard]] std::string client_address(
    std::string_view peer, std::string_view forwarded, const AddressBlocks& trusted
);

}  // namespace http
