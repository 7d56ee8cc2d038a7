#include "platform/http/static_files.h"

#include <algorithm>
#include <cstdint>
#include <stdexcept>
#include <utility>

#include "platform/base/error.h"

namespace http {
namespace {

// FNV-1a over the files' own hashes: names the set, guards nothing.
std::string version_of(const std::vector<Asset>& assets) {
    std::uint64_t state = 0xCBF29CE484222325U;
    const auto mix = [&state](std::string_view text) {
        for (const char c : text) state = (state ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
        state = (state ^ 0xFFU) * 0x100000001B3U;
    };
    for (const Asset& asset : assets) {
        mix(asset.name);
        mix(asset.hash);
    }
    static constexpr char digits[] = "0123456789abcdef";
    std::string text;
    for (int i = 0; i < 16; ++i, state >>= 4U) text += digits[state & 15U];
    return text;
}

}  // namespace

std::string_view content_type_of(std::string_view name) {
    static constexpr std::pair<std::string_view, std::string_view> types[] = {
        {".css", "text/css; charset=utf-8"},
        {".js", "text/javascript; charset=utf-8"},
        {".mjs", "text/javascript; charset=utf-8"},
        {".html", "text/html; charset=utf-8"},
        {".txt", "text/plain; charset=utf-8"},
        {".csv", "text/csv; charset=utf-8"},
        {".json", "application/json"},
        {".map", "application/json"},
        {".webmanifest", "application/manifest+json"},
        {".svg", "image/svg+xml"},
        {".png", "image/png"},
        {".jpg", "image/jpeg"},
        {".webp", "image/webp"},
        {".ico", "image/x-icon"},
        {".woff2", "font/woff2"},
        {".pdf", "application/pdf"},
    };
    for (const auto& [ending, type] : types)
        if (name.ends_with(ending)) return type;
    return "application/octet-stream";
}

StaticFiles::StaticFiles(std::span<const Asset> assets) : assets_(assets.begin(), assets.end()) {
    std::ranges::sort(assets_, {}, &Asset::name);
    version_ = version_of(assets_);
}

void StaticFiles::add_to(Router& router) const {
    const auto handler = [this](Request request) { return serve(request); };
    router.add(Method::get, "/assets/{name}", handler);
    router.add(Method::get, "/assets/{version}/{name}", handler);
    router.add(Method::get, "/assets/{version}/{folder}/{name}", handler);
}

void StaticFiles::add_at(Router& router, std::string path, std::string name) const {
    static_cast<void>(url(name));  // a name that is not there is a mistake in the program
    router.add(Method::get, std::move(path), [this, kept = std::move(name)](Request) {
        return serve_named(kept);
    });
}

std::string StaticFiles::url(std::string_view name) const {
    if (find(name) == nullptr)
        throw std::logic_error("There is no embedded file " + std::string(name));
    return "/assets/" + version_ + "/" + std::string(name);
}

const Asset* StaticFiles::find(std::string_view name) const {
    const auto place = std::ranges::lower_bound(assets_, name, {}, &Asset::name);
    return place != assets_.end() && place->name == name ? &*place : nullptr;
}

base::Task<Response> StaticFiles::serve(Request request) const {
    std::string name(request.parameter("folder"));
    if (!name.empty()) name += '/';
    name += request.parameter("name");
    // Without a version the first segment is a folder: /assets/js/app.js.
    if (find(name) == nullptr) {
        const std::string whole = std::string(request.parameter("version")) + "/" + name;
        if (find(whole) != nullptr) co_return response(whole, false);
    }
    co_return response(name, request.parameter("version") == version_);
}

base::Task<Response> StaticFiles::serve_named(std::string name) const {
    co_return response(name, false);
}

Response StaticFiles::response(std::string_view name, bool immutable) const {
    const Asset* asset = find(name);
    if (asset == nullptr) throw base::Error::not_found("There is no such file.");
    Response response;
    response.content_type = content_type_of(name);
    response.fixed_body = asset->bytes;
    response.fixed_gzip = asset->gzip;
    response.compress = !asset->gzip.empty();
    response.etag.append("\"").append(asset->hash).append("\"");
    response.cache = immutable ? Cache::immutable : Cache::revalidate;
    return response;
}

}  // namespace http
