#include "platform/auth/cookie.h"

#include <array>

#include "platform/base/json.h"
#include "platform/base/random.h"

namespace auth {
namespace {

constexpr std::string_view format = "1";
constexpr std::size_t members = 12;

std::string_view bytes_of(const Hmac::Tag& tag) {
    return {reinterpret_cast<const char*>(tag.data()), tag.size()};
}

std::int64_t number(const json::Value& value) {
    json::Object holder;
    holder.append_new("n", value);
    return holder.integer("n", -1);
}

}  // namespace

std::string write_cookie(const Claims& claims, const Hmac& sign) {
    const User& user = claims.user;
    const json::Array payload = {format,          user.user_id,     claims.session_id,
                                 user.role,       user.username,    user.name,
                                 user.own_record, claims.csrf,      claims.signed_in_s,
                                 claims.issued_s, claims.expires_s, claims.epoch};
    std::string cookie = base::base64url(json::write(json::Value(payload)));
    const Hmac::Tag tag = sign(cookie);
    cookie += '.';
    cookie += base::base64url(bytes_of(tag));
    return cookie;
}

std::optional<Claims> read_cookie(std::string_view cookie, const Hmac& sign) {
    if (cookie.size() > cookie_bytes_max) return std::nullopt;
    const std::size_t dot = cookie.find('.');
    if (dot == std::string_view::npos) return std::nullopt;
    std::string tag;
    if (!base::base64url_decode(cookie.substr(dot + 1), tag)) return std::nullopt;
    const Hmac::Tag expected = sign(cookie.substr(0, dot));
    if (!equal_secret(tag, bytes_of(expected))) return std::nullopt;

    std::string payload;
    if (!base::base64url_decode(cookie.substr(0, dot), payload)) return std::nullopt;
    const auto parsed = json::parse(payload);
    const json::Array* array = parsed ? parsed->array() : nullptr;
    if (array == nullptr || array->size() != members) return std::nullopt;
    std::array<std::string, 8> texts;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        const std::string* text = (*array)[i].string();
        if (text == nullptr) return std::nullopt;
        texts[i] = *text;
    }
    if (texts[0] != format || texts[1].empty()) return std::nullopt;
    Claims claims;
    claims.user = {
        .user_id = texts[1],
        .username = texts[4],
        .name = texts[5],
        .role = texts[3],
        .own_record = texts[6]
    };
    claims.session_id = texts[2];
    claims.csrf = texts[7];
    claims.signed_in_s = number((*array)[8]);
    claims.issued_s = number((*array)[9]);
    claims.expires_s = number((*array)[10]);
    claims.epoch = number((*array)[11]);
    if (claims.signed_in_s < 0 || claims.issued_s < 0 || claims.expires_s < 0 || claims.epoch < 0)
        return std::nullopt;
    return claims;
}

}  // namespace auth
