#include "platform/http/request.h"

#include <algorithm>
#include <utility>

#include "platform/http/ascii.h"

namespace http {

std::string_view name(Method method) {
    switch (method) {
        case Method::get:
            return "GET";
        case Method::head:
            return "HEAD";
        case Method::post:
            return "POST";
        case Method::put:
            return "PUT";
        case Method::patch:
            return "PATCH";
        case Method::del:
            return "DELETE";
        case Method::options:
            return "OPTIONS";
        case Method::other:
            break;
    }
    return "OTHER";
}

base::Task<std::string_view> Request::read() const {
    RequestData* const data = data_;
    if (data->read) co_return co_await data->read();
    co_return std::exchange(data->body, {});  // it is all there
}

std::string_view Request::header(std::string_view name) const {
    for (const auto& [there, value] : data_->headers)
        if (same_text(there, name)) return value;
    return {};
}

std::string_view Request::cookie(std::string_view name) const {
    for (const auto& [header, value] : data_->headers) {
        if (!same_text(header, "Cookie")) continue;
        std::string_view rest = value;
        while (!rest.empty()) {
            std::string_view pair = take_until(rest, ';');
            const std::size_t equals = pair.find('=');
            if (equals == std::string_view::npos || trim_blanks(pair.substr(0, equals)) != name)
                continue;
            std::string_view text = trim_blanks(pair.substr(equals + 1));
            if (text.size() >= 2 && text.front() == '"' && text.back() == '"')
                text = text.substr(1, text.size() - 2);
            return text;
        }
    }
    return {};
}

std::string_view Request::parameter(std::string_view name) const {
    for (const auto& [there, value] : data_->parameters)
        if (there == name) return value;
    return {};
}

bool Request::from_this_machine() const {
    const std::string_view from = remote_address();
    if (from != "::1" && !from.starts_with("127.") && !from.starts_with("::ffff:127."))
        return false;
    // A proxy on this machine that nobody named as trusted: its clients are anywhere.
    constexpr std::string_view forwarded = "X-Forwarded-";
    return std::ranges::none_of(data_->headers, [&](const auto& header) {
        const std::string_view name = header.first;
        return same_text(name, "Forwarded") || same_text(name, "Via") ||
               same_text(name, "X-Real-IP") ||
               (name.size() > forwarded.size() &&
                same_text(name.substr(0, forwarded.size()), forwarded));
    });
}

Pairs Request::query() const {
    const std::string_view target = data_->target;
    const std::size_t mark = target.find('?');
    if (mark == std::string_view::npos) return {};
    return parse_form(target.substr(mark + 1));
}

std::optional<std::string> Request::query(std::string_view name) const {
    if (data_->target.find('?') == std::string::npos) return std::nullopt;
    for (auto& [there, value] : query())
        if (there == name) return std::move(value);
    return std::nullopt;
}

bool Request::wants_html() const {
    if (path().starts_with("/api/")) return false;
    // Browsers name text/html first; programs send */* or application/json, or nothing.
    double html = 0;
    double json = 0;
    std::string_view rest = header("Accept");
    while (!rest.empty()) {
        std::string_view range = take_until(rest, ',');
        const std::string_view type = take_until(range, ';');
        double quality = 1;
        while (!range.empty()) {
            const std::string_view parameter = take_until(range, ';');
            if (parameter.size() >= 3 && same_text(parameter.substr(0, 2), "q="))
                quality = parameter[2] == '0' ? (parameter.size() > 4 ? 0.5 : 0) : 1;
        }
        if (same_text(type, "text/html") || same_text(type, "application/xhtml+xml"))
            html = std::max(html, quality);
        if (same_text(type, "application/json") || same_text(type, "application/problem+json"))
            json = std::max(json, quality);
    }
    return html > 0 && html >= json;
}

}  // namespace http
