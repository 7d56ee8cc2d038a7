#include "platform/http/address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

#include "platform/base/error.h"
#include "platform/http/ascii.h"

namespace http {
namespace {

constexpr unsigned mapped_bits = 96;  // the prefix of an IPv4 address in its mapped form

// "[::1]:80", "1.2.3.4:80" and "\"[::1]\"" as proxies write them, to the address alone.
std::string_view without_port(std::string_view text) {
    if (text.size() >= 2 && text.front() == '"' && text.back() == '"')
        text = text.substr(1, text.size() - 2);
    if (text.starts_with('[')) return text.substr(1, text.find(']') - 1);
    const std::size_t colon = text.find(':');
    if (colon != std::string_view::npos && text.find(':', colon + 1) == std::string_view::npos)
        return text.substr(0, colon);
    return text;
}

}  // namespace

std::optional<AddressBytes> parse_address(std::string_view text) {
    AddressBytes bytes{};
    const std::string name(text.substr(0, 64));
    if (inet_pton(AF_INET6, name.c_str(), bytes.data()) == 1) return bytes;
    std::array<std::uint8_t, 4> four{};
    if (inet_pton(AF_INET, name.c_str(), four.data()) != 1) return std::nullopt;
    bytes = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, four[0], four[1], four[2], four[3]};
    return bytes;
}

AddressBlocks::AddressBlocks(const std::vector<std::string>& entries) {
    for (const std::string& entry : entries) {
        const std::size_t slash = entry.find('/');
        const std::string_view text = std::string_view(entry).substr(0, slash);
        const auto address = parse_address(text);
        const bool four = text.find(':') == std::string_view::npos;
        const unsigned most = four ? 32 : 128;
        unsigned bits = most;
        bool valid = address.has_value();
        if (slash != std::string::npos) {
            const char* end = entry.data() + entry.size();
            const auto read = std::from_chars(entry.data() + slash + 1, end, bits);
            valid = valid && read.ec == std::errc() && read.ptr == end && bits <= most;
        }
        if (!valid)
            throw base::Error(
                base::Code::invalid,
                "The trusted proxy \"" + entry + "\" is no address or CIDR block."
            );
        blocks_.push_back({.address = *address, .bits = four ? bits + mapped_bits : bits});
    }
}

bool AddressBlocks::contains(std::string_view address) const {
    if (blocks_.empty()) return false;
    const auto bytes = parse_address(address);
    if (!bytes) return false;
    return std::ranges::any_of(blocks_, [&](const Block& block) {
        const std::size_t whole = block.bits / 8;
        if (!std::equal(bytes->begin(), bytes->begin() + whole, block.address.begin()))
            return false;
        const unsigned rest = block.bits % 8;
        if (rest == 0) return true;
        const unsigned mask = (0xFFU << (8 - rest)) & 0xFFU;
        return (((*bytes)[whole] ^ block.address[whole]) & mask) == 0;
    });
}

std::string client_address(
    std::string_view peer, std::string_view forwarded, const AddressBlocks& trusted
) {
    std::string client(peer);
    while (!forwarded.empty() && trusted.contains(client)) {
        const std::size_t comma = forwarded.rfind(',');
        const std::string_view last =
            comma == std::string_view::npos ? forwarded : forwarded.substr(comma + 1);
        forwarded =
            comma == std::string_view::npos ? std::string_view() : forwarded.substr(0, comma);
        const std::string_view text = without_port(trim_blanks(last));
        if (!parse_address(text)) break;  // "unknown" or nonsense: what stood right of it counts
        client = text;
    }
    return client;
}

}  // namespace http
