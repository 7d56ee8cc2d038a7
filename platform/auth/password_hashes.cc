// The hash formats themselves; passwords.cc has the threads.
#include <argon2.h>
#include <crypt.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <array>
#include <charconv>
#include <memory>
#include <optional>
#include <vector>

#include "platform/auth/passwords.h"
#include "platform/base/error.h"
#include "platform/base/random.h"
#include "platform/base/text.h"

namespace auth {
namespace {

// What a stored hash may ask for at most: about a second of one core.
constexpr std::uint64_t argon2_memory_kib_max = 256 * 1024;
constexpr std::uint64_t argon2_work_kib_max = 1024 * 1024;  // memory times passes
constexpr std::uint64_t argon2_lanes_max = 16;
constexpr unsigned bcrypt_cost_max = 15;
constexpr std::size_t bcrypt_bytes_max = 72;
constexpr std::uint64_t pbkdf2_iterations_max = 2'000'000;
constexpr std::uint64_t scrypt_bytes_max = 256ULL * 1024 * 1024;
constexpr std::size_t stored_bytes_max = 512;

constexpr std::size_t salt_bytes = 16;
constexpr std::size_t tag_bytes = 32;

// Decimal digits only, without leading zeros: the one spelling of a parameter.
std::optional<std::uint64_t> number(std::string_view text) {
    std::uint64_t value = 0;
    if (text.empty() || (text.size() > 1 && text.front() == '0')) return std::nullopt;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (code != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

bool same(std::string_view left, std::string_view right) {
    return left.size() == right.size() &&
           CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

struct Argon2 {
    argon2_type type = Argon2_id;
    std::uint64_t version = 0;
    std::uint64_t memory_kib = 0;
    std::uint64_t passes = 0;
    std::uint64_t lanes = 0;
};

std::optional<std::uint64_t> parameter(std::string_view text, std::string_view name) {
    if (!text.starts_with(name)) return std::nullopt;
    return number(text.substr(name.size()));
}

// $argon2id$v=19$m=19456,t=2,p=1$salt$tag; the library decodes salt and tag.
std::optional<Argon2> parse_argon2(std::string_view stored) {
    const auto parts = base::split(stored, '$');
    if (parts.size() < 5 || parts.size() > 6 || !parts[0].empty()) return std::nullopt;
    Argon2 found;
    if (parts[1] == "argon2i")
        found.type = Argon2_i;
    else if (parts[1] == "argon2d")
        found.type = Argon2_d;
    else if (parts[1] != "argon2id")
        return std::nullopt;
    const auto version =
        parts.size() == 6 ? parameter(parts[2], "v=") : std::optional<std::uint64_t>(16);
    const auto fields = base::split(parts[parts.size() - 3], ',');
    if (!version || (*version != 16 && *version != 19) || fields.size() != 3) return std::nullopt;
    const auto memory = parameter(fields[0], "m=");
    const auto passes = parameter(fields[1], "t=");
    const auto lanes = parameter(fields[2], "p=");
    if (!memory || !passes || !lanes) return std::nullopt;
    if (*memory > argon2_memory_kib_max || *passes > argon2_work_kib_max ||
        *memory * *passes > argon2_work_kib_max || *lanes > argon2_lanes_max)
        return std::nullopt;
    found.version = *version;
    found.memory_kib = *memory;
    found.passes = *passes;
    found.lanes = *lanes;
    return found;
}

bool verify_argon2(std::string_view stored, std::string_view password, const Argon2& parsed) {
    return argon2_verify(
               std::string(stored).c_str(), password.data(), password.size(), parsed.type
           ) == ARGON2_OK;
}

std::string hash_argon2(std::string_view password, const PasswordOptions& options) {
    const std::string salt = base::random_bytes(salt_bytes);
    std::string encoded(
        argon2_encodedlen(
            options.argon2_passes, options.argon2_memory_kib, 1, salt_bytes, tag_bytes, Argon2_id
        ),
        '\0'
    );
    const int code = argon2id_hash_encoded(
        options.argon2_passes, options.argon2_memory_kib, 1, password.data(), password.size(),
        salt.data(), salt.size(), tag_bytes, encoded.data(), encoded.size()
    );
    if (code != ARGON2_OK)
        throw base::Error(
            base::Code::unavailable, "The password can't be stored just now; try again.",
            argon2_error_message(code)
        );
    encoded.resize(encoded.find('\0'));
    return encoded;
}

// The cost of a bcrypt text of the right form, or 0.
unsigned bcrypt_cost_of(std::string_view stored) {
    if (stored.size() != 60 || stored[0] != '$' || stored[1] != '2' || stored[3] != '$' ||
        stored[6] != '$' || !std::string_view("aby").contains(stored[2]))
        return 0;
    const auto tens = static_cast<unsigned>(stored[4] - '0');
    const auto ones = static_cast<unsigned>(stored[5] - '0');
    if (tens > 9 || ones > 9) return 0;
    const unsigned cost = tens * 10 + ones;
    return cost >= 4 && cost <= bcrypt_cost_max ? cost : 0;
}

// libxcrypt's answer, or "" when it refuses the setting.
std::string bcrypt(std::string_view password, const std::string& setting) {
    auto data = std::make_unique<crypt_data>();
    std::string zero_ended(password);
    const char* made = crypt_rn(zero_ended.c_str(), setting.c_str(), data.get(), sizeof *data);
    std::string result = made == nullptr || made[0] == '*' ? "" : made;
    OPENSSL_cleanse(zero_ended.data(), zero_ended.size());
    OPENSSL_cleanse(data.get(), sizeof *data);
    return result;
}

bool verify_bcrypt(std::string_view stored, std::string_view password) {
    // The library reads up to the NUL: "a" must not open the account of "a\0c".
    if (password.contains('\0')) return false;
    return same(bcrypt(password, std::string(stored)), stored);
}

std::string hash_bcrypt(std::string_view password, const PasswordOptions& options) {
    if (password.size() > bcrypt_bytes_max || password.contains('\0'))
        throw base::Error::invalid("password", "Use at most 72 bytes, without control characters.");
    const std::string random = base::random_bytes(16);
    std::array<char, CRYPT_GENSALT_OUTPUT_SIZE> setting{};
    const char* made = crypt_gensalt_rn(
        "$2b$", options.bcrypt_cost, random.data(), static_cast<int>(random.size()), setting.data(),
        static_cast<int>(setting.size())
    );
    std::string hashed = made == nullptr ? "" : bcrypt(password, made);
    if (hashed.empty())
        throw base::Error(
            base::Code::internal, "The password can't be stored.", "bcrypt refused its setting"
        );
    return hashed;
}

std::optional<std::string> from_hex(std::string_view text) {
    if (text.size() % 2 != 0) return std::nullopt;
    std::string bytes;
    for (std::size_t i = 0; i < text.size(); i += 2) {
        unsigned value = 0;
        const auto [end, code] = std::from_chars(&text[i], text.data() + i + 2, value, 16);
        if (code != std::errc() || end != text.data() + i + 2) return std::nullopt;
        bytes += static_cast<char>(value);
    }
    return bytes;
}

// method$salt$hex, method being pbkdf2:sha256:600000 or scrypt:32768:8:1; the salt is taken as
// text.
bool verify_werkzeug(std::string_view stored, std::string_view password) {
    const auto parts = base::split(stored, '$');
    if (parts.size() != 3 || parts[1].empty()) return false;
    const auto method = base::split(parts[0], ':');
    const auto tag = from_hex(parts[2]);
    if (!tag) return false;
    const auto* salt = reinterpret_cast<const unsigned char*>(parts[1].data());
    std::string made(tag->size(), '\0');
    auto* out = reinterpret_cast<unsigned char*>(made.data());
    if (method[0] == "pbkdf2" && method.size() == 3) {
        const bool known = method[1] == "sha1" || method[1] == "sha256" || method[1] == "sha512";
        const EVP_MD* digest =
            known ? EVP_get_digestbyname(std::string(method[1]).c_str()) : nullptr;
        const auto iterations = number(method[2]);
        if (digest == nullptr || !iterations || *iterations < 1 ||
            *iterations > pbkdf2_iterations_max)
            return false;
        // Werkzeug's tag is as long as the digest; a shorter one would be easier to meet.
        if (tag->size() != static_cast<std::size_t>(EVP_MD_get_size(digest))) return false;
        if (PKCS5_PBKDF2_HMAC(
                password.data(), static_cast<int>(password.size()), salt,
                static_cast<int>(parts[1].size()), static_cast<int>(*iterations), digest,
                static_cast<int>(made.size()), out
            ) != 1)
            return false;
        return same(made, *tag);
    }
    if (method[0] == "scrypt" && method.size() == 4) {
        const auto n = number(method[1]);
        const auto r = number(method[2]);
        const auto p = number(method[3]);
        if (!n || !r || !p || *n < 2 || *r < 1 || *p < 1 || *n > scrypt_bytes_max || *r > 1024 ||
            *p > 1024 || *n * *r * *p > scrypt_bytes_max / 128 || tag->size() != 64)
            return false;
        if (EVP_PBE_scrypt(
                password.data(), password.size(), salt, parts[1].size(), *n, *r, *p,
                scrypt_bytes_max + (1U << 20U), out, made.size()
            ) != 1)
            return false;
        return same(made, *tag);
    }
    return false;
}

}  // namespace

std::string hash_now(std::string_view password, const PasswordOptions& options) {
    if (password.size() > password_bytes_max)
        throw base::Error::invalid("password", "The password is too long.");
    return options.scheme == Scheme::bcrypt ? hash_bcrypt(password, options)
                                            : hash_argon2(password, options);
}

Verdict verify_now(
    std::string_view stored, std::string_view password, const PasswordOptions& options
) {
    if (password.size() > password_bytes_max || stored.size() > stored_bytes_max ||
        stored.contains('\0'))
        return {};
    if (stored.starts_with("$argon2")) {
        const auto parsed = parse_argon2(stored);
        if (!parsed || !verify_argon2(stored, password, *parsed)) return {};
        const bool weaker = parsed->type != Argon2_id || parsed->version != 19 ||
                            parsed->memory_kib < options.argon2_memory_kib ||
                            parsed->passes < options.argon2_passes;
        return {.ok = true, .renew = weaker};
    }
    if (stored.starts_with("$2")) {
        const unsigned cost = bcrypt_cost_of(stored);
        if (cost == 0 || !verify_bcrypt(stored, password)) return {};
        const bool current = options.scheme == Scheme::bcrypt && cost >= options.bcrypt_cost;
        // A password that bcrypt would cut can't be renewed by it.
        const bool fits = options.scheme != Scheme::bcrypt || password.size() <= bcrypt_bytes_max;
        return {.ok = true, .renew = !current && fits};
    }
    const bool ok = verify_werkzeug(stored, password);
    return {
        .ok = ok,
        .renew = ok && (options.scheme != Scheme::bcrypt || password.size() <= bcrypt_bytes_max)
    };
}

}  // namespace auth
