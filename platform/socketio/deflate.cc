#include "platform/socketio/deflate.h"

#include <zlib.h>

#include <array>
#include <new>
#include <optional>
#include <vector>

#include "platform/http/ascii.h"

namespace websocket {
namespace {

constexpr std::string_view tail{"\x00\x00\xff\xff", 4};

struct Deflater {
    z_stream stream{};
    Deflater() {
        if (deflateInit2(&stream, 3, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK)
            throw std::bad_alloc();
    }
    ~Deflater() { deflateEnd(&stream); }
    Deflater(const Deflater&) = delete;
    Deflater& operator=(const Deflater&) = delete;
};

struct Inflater {
    z_stream stream{};
    Inflater() {
        if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) throw std::bad_alloc();
    }
    ~Inflater() { inflateEnd(&stream); }
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;
};

Bytef* bytes_of(std::string_view data) {
    return reinterpret_cast<Bytef*>(const_cast<char*>(data.data()));  // zlib's next_in is not const
}

std::unexpected<Failure> failed(std::uint16_t code, std::string_view reason) {
    return std::unexpected(Failure{.code = code, .reason = reason});
}

// Inflates `part` into `out`; the message may go on in the next part.
std::expected<void, Failure> inflate_part(
    z_stream& stream, std::string_view part, std::size_t bytes_max, std::string& out
) {
    std::array<char, 16 * 1024> buffer;
    stream.next_in = bytes_of(part);
    stream.avail_in = static_cast<uInt>(part.size());
    do {
        stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
        stream.avail_out = static_cast<uInt>(buffer.size());
        const int result = inflate(&stream, Z_SYNC_FLUSH);
        if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR)
            return failed(code::bad_data, "malformed compressed message");
        const std::size_t got = buffer.size() - stream.avail_out;
        if (out.size() + got > bytes_max) return failed(code::too_big, "message too big");
        out.append(buffer.data(), got);
        // A sender may end a block with BFINAL; what follows is a new deflate stream (7.2.3.4).
        if (result == Z_STREAM_END) inflateReset(&stream);
        if (result == Z_BUF_ERROR && got == 0) break;
    } while (stream.avail_in > 0 || stream.avail_out == 0);
    return {};
}

struct Parameter {
    std::string_view name;
    std::string_view value;
    bool has_value = false;
};

std::optional<int> window_bits(const Parameter& parameter) {
    if (parameter.value.empty() || parameter.value.size() > 2) return std::nullopt;
    int bits = 0;
    for (const char c : parameter.value) {
        if (c < '0' || c > '9') return std::nullopt;
        bits = bits * 10 + (c - '0');
    }
    const bool fits = bits >= 8 && bits <= 15 && parameter.value.front() != '0';
    return fits ? std::optional(bits) : std::nullopt;
}

std::vector<Parameter> parameters_of(std::string_view offer) {
    std::vector<Parameter> parameters;
    while (!offer.empty()) {
        std::string_view item = http::take_until(offer, ';');
        Parameter parameter;
        parameter.has_value = item.contains('=');
        parameter.name = http::take_until(item, '=');
        parameter.value = http::trim_blanks(item);
        if (parameter.value.size() >= 2 && parameter.value.front() == '"' &&
            parameter.value.back() == '"')
            parameter.value = parameter.value.substr(1, parameter.value.size() - 2);
        parameters.push_back(parameter);
    }
    return parameters;
}

std::optional<DeflateTerms> terms_for(const std::vector<Parameter>& parameters) {
    DeflateTerms terms{
        .agreed = true,
        .compress = true,
        .answer = "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
    };
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        const Parameter& parameter = parameters[i];
        for (std::size_t j = 0; j < i; ++j)
            if (http::same_text(parameters[j].name, parameter.name)) return std::nullopt;
        if (http::same_text(parameter.name, "server_no_context_takeover") ||
            http::same_text(parameter.name, "client_no_context_takeover")) {
            if (parameter.has_value) return std::nullopt;
        } else if (http::same_text(parameter.name, "client_max_window_bits")) {
            if (parameter.has_value && !window_bits(parameter)) return std::nullopt;
        } else if (http::same_text(parameter.name, "server_max_window_bits")) {
            const auto bits = window_bits(parameter);
            if (!bits) return std::nullopt;
            // One compressed broadcast serves all; whoever wants a smaller window gets it plain.
            terms.compress = *bits == MAX_WBITS;
            terms.answer += "; server_max_window_bits=" + std::to_string(*bits);
        } else {
            return std::nullopt;
        }
    }
    return terms;
}

}  // namespace

std::string deflate_message(std::string_view data) {
    static thread_local Deflater deflater;
    z_stream& stream = deflater.stream;
    deflateReset(&stream);
    std::string out(deflateBound(&stream, static_cast<uLong>(data.size())) + 16, '\0');
    stream.next_in = bytes_of(data);
    stream.avail_in = static_cast<uInt>(data.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_SYNC_FLUSH);
    out.resize(out.size() - stream.avail_out);
    if (out.ends_with(tail)) out.resize(out.size() - tail.size());
    return out;
}

std::expected<std::string, Failure> inflate_message(std::string_view data, std::size_t bytes_max) {
    static thread_local Inflater inflater;
    inflateReset(&inflater.stream);
    std::string out;
    for (const std::string_view part : {data, tail})
        if (const auto done = inflate_part(inflater.stream, part, bytes_max, out); !done)
            return std::unexpected(done.error());
    return out;
}

DeflateTerms negotiate_deflate(std::string_view offers) {
    while (!offers.empty()) {
        std::string_view offer = http::take_until(offers, ',');
        if (!http::same_text(http::take_until(offer, ';'), "permessage-deflate")) continue;
        if (auto terms = terms_for(parameters_of(offer))) return *terms;
    }
    return {};
}

}  // namespace websocket
