#include "platform/object/signing.h"

#include <charconv>

#include "platform/base/clock.h"
#include "platform/base/json.h"
#include "platform/base/random.h"
#include "platform/base/text.h"
#include "platform/http/request.h"

namespace object {
namespace {

// Keeps this use of the secret apart from its others.
std::string key_of(std::string_view secret) {
    const auth::Hmac master(secret);
    const auto tag = master("objects");
    return {reinterpret_cast<const char*>(tag.data()), tag.size()};
}

// No field can reach into the next, as lengths stand before them.
std::string signed_text(
    std::string_view key, std::string_view expires, std::string_view name, std::string_view shown
) {
    std::string out = "get";
    for (const std::string_view field : {key, expires, name, shown}) {
        out += '\n';
        out += std::to_string(field.size());
        out += ':';
        out += field;
    }
    return out;
}

std::string encoded_path(std::string_view key) {
    std::string out(objects_path);
    for (const std::string_view segment : base::split(key, '/'))
        out += "/" + http::percent_encode(segment);
    return out;
}

std::int64_t number_of(std::string_view text) {
    std::int64_t value = -1;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
    return code == std::errc() && end == text.data() + text.size() ? value : -1;
}

}  // namespace

Signing::Signing(std::string_view secret) : hmac_(key_of(secret)) {}

std::string Signing::signature(std::string_view what) const {
    const auto tag = hmac_(what);
    return base::hex({reinterpret_cast<const char*>(tag.data()), tag.size()});
}

std::string Signing::get_address(std::string_view key, const GetLink& link, std::int64_t now_ms)
    const {
    const std::string expires = std::to_string(now_ms / 1000 + link.seconds);
    const std::string shown = link.shown ? "1" : "";
    std::string out = encoded_path(key) + "?expires=" + expires;
    if (!link.download_name.empty()) out += "&name=" + http::percent_encode(link.download_name);
    if (link.shown) out += "&shown=1";
    return out + "&signature=" + signature(signed_text(key, expires, link.download_name, shown));
}

std::optional<GetLink> Signing::accepts(
    std::string_view key, const Asked& asked, std::int64_t now_ms
) const {
    const std::string expected =
        signature(signed_text(key, asked.expires, asked.name, asked.shown));
    if (!auth::equal_secret(expected, asked.signature)) return std::nullopt;
    const std::int64_t left = number_of(asked.expires) - now_ms / 1000;
    if (left <= 0) return std::nullopt;
    return GetLink{.seconds = left, .download_name = asked.name, .shown = asked.shown == "1"};
}

PostForm Signing::post_form(std::string_view key, const PostLink& link, std::int64_t now_ms) const {
    const json::Object policy{
        {"expiration", base::timestamp(now_ms + link.seconds * 1000)},
        {"conditions",
         json::Array{
             json::Object{{"key", key}}, json::Object{{"Content-Type", link.type}},
             json::Array{"content-length-range", 1, static_cast<std::uint64_t>(link.bytes_max)}
         }}
    };
    std::string text = base::base64(json::write(policy));
    std::string tag = signature("post\n" + text);
    return {
        .url = std::string(objects_path),
        .fields =
            {{"key", std::string(key)},
             {"Content-Type", link.type},
             {"policy", std::move(text)},
             {"signature", std::move(tag)}}
    };
}

std::expected<Signing::Policy, std::string> Signing::policy_of(
    std::string_view policy, std::string_view tag, std::int64_t now_ms
) const {
    const auto refused = [] {
        return std::unexpected(std::string("This upload was not agreed on. Ask for a new one."));
    };
    if (!auth::equal_secret(signature("post\n" + std::string(policy)), tag)) return refused();
    // All of it is ours from here on.
    std::string text;
    if (!base::base64_decode(policy, text)) return refused();
    const json::Object stored = json::parse_stored(text);
    const auto expires = base::parse_timestamp(stored.text("expiration"));
    const json::Value* conditions = stored.find("conditions");
    if (!expires || conditions == nullptr || conditions->array() == nullptr) return refused();
    if (*expires <= now_ms)
        return std::unexpected(std::string("The time for this upload is over. Ask for a new one."));
    Policy out;
    for (const json::Value& condition : *conditions->array()) {
        if (const json::Object* equal = condition.object()) {
            if (equal->contains("key")) out.key = equal->text("key");
            if (equal->contains("Content-Type")) out.type = equal->text("Content-Type");
        } else if (const json::Array* range = condition.array(); range && range->size() == 3) {
            if (const json::Number* most = range->back().number())
                out.bytes_max = static_cast<std::size_t>(number_of(most->text));
        }
    }
    if (out.key.empty() || out.type.empty()) return refused();
    return out;
}

}  // namespace object
