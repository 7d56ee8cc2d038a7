#include "platform/base/random.h"

#include <openssl/evp.h>
#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <mutex>

#include "platform/base/error.h"

namespace base {
namespace {

void fill_random(void* out, std::size_t count) {
    auto* at = static_cast<unsigned char*>(out);
    while (count > 0) {
        const ssize_t got = ::getrandom(at, count, 0);
        if (got < 0) {
            if (errno == EINTR) continue;
            throw Error(Code::internal, "No random numbers are available.", std::strerror(errno));
        }
        at += got;
        count -= static_cast<std::size_t>(got);
    }
}

// A call of the kernel costs more than an id does, so ids draw from a small pool of each thread.
// Bytes are wiped as they are taken; secrets do not come from here.
void fill_pooled(unsigned char* out, std::size_t count) {
    struct Pool {
        std::array<unsigned char, 1024> bytes{};
        std::size_t used = 1024;
    };
    thread_local Pool pool;
    if (pool.used + count > pool.bytes.size()) {
        fill_random(pool.bytes.data(), pool.bytes.size());
        pool.used = 0;
    }
    std::memcpy(out, pool.bytes.data() + pool.used, count);
    std::memset(pool.bytes.data() + pool.used, 0, count);
    pool.used += count;
}

constexpr char hex_digits[] = "0123456789abcdef";

std::string uuid_text(const std::array<unsigned char, 16>& bytes) {
    std::string out(36, '-');
    std::size_t at = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) ++at;
        out[at++] = hex_digits[bytes[i] >> 4U];
        out[at++] = hex_digits[bytes[i] & 15U];
    }
    return out;
}

void mark(std::array<unsigned char, 16>& bytes, unsigned version) {
    bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0FU) | (version << 4U));
    bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3FU) | 0x80U);
}

// RFC 9562 section 6.2, method 1: rand_a and the first 14 bits of rand_b are one counter of 26
// bits, seeded at random below its half in each new millisecond. It goes on from the last id's
// instant when the clock stands still or goes back, and borrows a millisecond when it is full.
struct Counter {
    std::mutex mutex;
    std::uint64_t ms = 0;
    std::uint32_t count = 0;
};
constexpr std::uint32_t count_max = (1U << 26U) - 1;

constexpr std::string_view standard =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view url_safe =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::string encode(std::string_view bytes, std::string_view alphabet, bool padded) {
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    const auto at = [&](std::size_t i) -> std::uint32_t {
        return i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0U;
    };
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const std::uint32_t group = (at(i) << 16U) | (at(i + 1) << 8U) | at(i + 2);
        const std::size_t left = bytes.size() - i;
        out += alphabet[(group >> 18U) & 63U];
        out += alphabet[(group >> 12U) & 63U];
        if (left > 1) out += alphabet[(group >> 6U) & 63U];
        if (left > 2) out += alphabet[group & 63U];
        if (padded && left < 3) out.append(3 - left, '=');
    }
    return out;
}

constexpr std::array<std::int16_t, 256> reversed(std::string_view alphabet) {
    std::array<std::int16_t, 256> table{};
    for (auto& value : table) value = -1;
    for (std::size_t i = 0; i < alphabet.size(); ++i)
        table[static_cast<unsigned char>(alphabet[i])] = static_cast<std::int16_t>(i);
    return table;
}
constexpr auto standard_values = reversed(standard);
constexpr auto url_safe_values = reversed(url_safe);

// Only the one spelling of a value is accepted: bits beyond the last byte must be zero, or two
// texts would stand for the same token.
bool decode(std::string_view text, const std::array<std::int16_t, 256>& values, std::string& out) {
    if (text.size() % 4 == 1) return false;
    out.clear();
    out.reserve(text.size() / 4 * 3 + 2);
    std::uint32_t bits = 0;
    unsigned have = 0;
    for (const char c : text) {
        const int value = values[static_cast<unsigned char>(c)];
        if (value < 0) return false;
        bits = (bits << 6U) | static_cast<std::uint32_t>(value);
        have += 6;
        if (have < 8) continue;
        have -= 8;
        out += static_cast<char>((bits >> have) & 0xFFU);
        bits &= (1U << have) - 1;
    }
    return bits == 0;
}

}  // namespace

std::string random_bytes(std::size_t count) {
    std::string out(count, '\0');
    fill_random(out.data(), count);
    return out;
}

std::string random_token(std::size_t bytes) { return base64url(random_bytes(bytes)); }

std::string uuid_v7(std::int64_t now_ms) {
    static Counter counter;
    std::array<unsigned char, 16> bytes{};
    fill_pooled(bytes.data(), bytes.size());
    std::uint32_t seed = 0;
    std::memcpy(&seed, bytes.data(), sizeof seed);
    const auto now = static_cast<std::uint64_t>(std::max<std::int64_t>(now_ms, 0));
    std::uint64_t ms = 0;
    std::uint32_t count = 0;
    {
        const std::scoped_lock lock(counter.mutex);
        if (now > counter.ms) {
            counter.ms = now;
            counter.count = seed & (count_max >> 1U);
        } else if (++counter.count > count_max) {
            ++counter.ms;
            counter.count = 0;
        }
        ms = counter.ms;
        count = counter.count;
    }
    for (unsigned i = 0; i < 6; ++i)
        bytes[i] = static_cast<unsigned char>((ms >> (40U - 8U * i)) & 0xFFU);
    bytes[6] = static_cast<unsigned char>((count >> 22U) & 0x0FU);
    bytes[7] = static_cast<unsigned char>((count >> 14U) & 0xFFU);
    bytes[8] = static_cast<unsigned char>((count >> 8U) & 0x3FU);
    bytes[9] = static_cast<unsigned char>(count & 0xFFU);
    mark(bytes, 7);
    return uuid_text(bytes);
}

std::string uuid_v5(std::string_view name) {
    // The name space of this project: a v4 made once, never to change, as stored keys depend on it.
    static constexpr unsigned char space[16] = {0x5b, 0x0e, 0x6a, 0x1d, 0x93, 0xc4, 0x4f, 0x27,
                                                0xa8, 0x61, 0x2d, 0x7e, 0x40, 0xf3, 0xb9, 0x15};
    std::string input(reinterpret_cast<const char*>(space), sizeof space);
    input.append(name);
    // Fetching an algorithm by name is the slow part of a digest in OpenSSL 3: once is enough.
    static const EVP_MD* const sha1 = EVP_MD_fetch(nullptr, "SHA1", nullptr);
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    if (sha1 == nullptr ||
        EVP_Digest(input.data(), input.size(), digest.data(), &length, sha1, nullptr) != 1)
        throw Error(Code::internal, "An identifier can't be made.", "SHA-1 is not available");
    std::array<unsigned char, 16> bytes{};
    std::copy_n(digest.begin(), bytes.size(), bytes.begin());
    mark(bytes, 5);
    return uuid_text(bytes);
}

bool is_uuid(std::string_view text) {
    if (text.size() != 36) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        const bool digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
        if (dash ? c != '-' : !digit) return false;
    }
    return true;
}

std::string base64url(std::string_view bytes) { return encode(bytes, url_safe, false); }
std::string base64(std::string_view bytes) { return encode(bytes, standard, true); }

bool base64_decode(std::string_view text, std::string& out) {
    if (text.size() % 4 != 0) return false;
    if (text.ends_with('=')) text.remove_suffix(text.ends_with("==") ? 2 : 1);
    return decode(text, standard_values, out);
}
bool base64url_decode(std::string_view text, std::string& out) {
    return decode(text, url_safe_values, out);
}

std::string hex(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size() * 2);
    for (const char c : bytes) {
        out += hex_digits[static_cast<unsigned char>(c) >> 4U];
        out += hex_digits[static_cast<unsigned char>(c) & 15U];
    }
    return out;
}

}  // namespace base
