#include "platform/socketio/frame.h"

#include <openssl/sha.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "platform/base/random.h"
#include "platform/base/text.h"
#include "platform/socketio/deflate.h"

namespace websocket {
namespace {

constexpr std::size_t control_bytes_max = 125;

bool is_control(Opcode opcode) { return (static_cast<unsigned>(opcode) & 8U) != 0; }

bool is_known(unsigned opcode) { return opcode <= 2 || (opcode >= 8 && opcode <= 10); }

std::unexpected<Failure> failed(std::uint16_t code, std::string_view reason) {
    return std::unexpected(Failure{.code = code, .reason = reason});
}

// Eight bytes at a time: `at` is where in the mask the first byte stands.
void apply_mask(char* bytes, std::size_t size, std::array<unsigned char, 4> mask, unsigned at) {
    std::array<unsigned char, 8> turned{};
    for (unsigned i = 0; i < 8; ++i) turned[i] = mask[(at + i) & 3U];
    std::uint64_t wide = 0;
    std::memcpy(&wide, turned.data(), sizeof wide);
    std::size_t done = 0;
    for (; done + sizeof wide <= size; done += sizeof wide) {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes + done, sizeof word);
        word ^= wide;
        std::memcpy(bytes + done, &word, sizeof word);
    }
    for (; done < size; ++done)
        bytes[done] =
            static_cast<char>(static_cast<unsigned char>(bytes[done]) ^ turned[done & 7U]);
}

}  // namespace

std::expected<void, Failure> Reader::read(std::string_view bytes, std::vector<Message>& messages) {
    while (!closed_) {
        if (!in_payload_) {
            const Step step = take_header(bytes);
            if (!step) return std::unexpected(step.error());
            if (!*step) return {};
        }
        take_payload(bytes);
        if (left_ > 0) return {};
        in_payload_ = false;
        header_size_ = 0;
        if (const auto done = finish_frame(messages); !done) return done;
        if (bytes.empty()) return {};
    }
    return {};
}

// False: the header is not all there yet.
Reader::Step Reader::take_header(std::string_view& bytes) {
    const auto wanted = [this] {
        if (header_size_ < 2) return std::size_t{2};
        const unsigned length = header_[1] & 0x7FU;
        const std::size_t extended = length == 127 ? 8U : length == 126 ? 2U : 0U;
        return 2 + extended + ((header_[1] & 0x80U) != 0 ? 4U : 0U);
    };
    while (header_size_ < wanted()) {
        if (bytes.empty()) return false;
        header_.at(header_size_++) = static_cast<unsigned char>(bytes.front());
        bytes.remove_prefix(1);
        if (header_size_ == 2)
            if (const Step step = check_header(); !step) return step;
    }
    if (const Step step = read_lengths(); !step) return step;
    mask_at_ = 0;
    in_payload_ = true;
    return true;
}

// The length and the mask of a header that is all there.
Reader::Step Reader::read_lengths() {
    const unsigned length = header_[1] & 0x7FU;
    std::size_t at = 2;
    left_ = length;
    if (length >= 126) {
        left_ = 0;
        const std::size_t count = length == 127 ? 8 : 2;
        for (std::size_t i = 0; i < count; ++i) left_ = (left_ << 8U) | header_.at(at++);
        if (left_ <= (count == 2 ? 125U : 65535U))
            return failed(code::protocol_error, "length not in its shortest form");
    }
    if ((header_[1] & 0x80U) != 0)
        for (unsigned char& byte : mask_) byte = header_.at(at++);
    if (!is_control(opcode_) &&
        (left_ > options_.message_bytes_max || data_.size() + left_ > options_.message_bytes_max))
        return failed(code::too_big, "message too big");
    return true;
}

// What the first two bytes alone tell.
Reader::Step Reader::check_header() {
    const unsigned opcode = header_[0] & 0x0FU;
    final_ = (header_[0] & 0x80U) != 0;
    const bool rsv1 = (header_[0] & 0x40U) != 0;
    if ((header_[0] & 0x30U) != 0 || (rsv1 && !options_.deflate))
        return failed(code::protocol_error, "reserved bit set");
    if (!is_known(opcode)) return failed(code::protocol_error, "unknown opcode");
    opcode_ = static_cast<Opcode>(opcode);
    const bool masked = (header_[1] & 0x80U) != 0;
    if (masked != (options_.role == Role::server))
        return failed(code::protocol_error, masked ? "masked frame" : "frame without a mask");
    if (is_control(opcode_)) {
        if (!final_ || rsv1) return failed(code::protocol_error, "fragmented control frame");
        if ((header_[1] & 0x7FU) > control_bytes_max)
            return failed(code::protocol_error, "control frame too long");
        return true;
    }
    const bool continues = opcode_ == Opcode::continuation;
    if (continues != (message_ != Opcode::continuation))
        return failed(code::protocol_error, "fragments out of order");
    if (continues && rsv1) return failed(code::protocol_error, "reserved bit set");
    if (!continues) {
        message_ = opcode_;
        compressed_ = rsv1;
    }
    return true;
}

void Reader::take_payload(std::string_view& bytes) {
    const std::size_t size = std::min<std::uint64_t>(left_, bytes.size());
    std::string& into = is_control(opcode_) ? control_ : data_;
    const std::size_t from = into.size();
    into.append(bytes.substr(0, size));
    if (options_.role == Role::server) apply_mask(into.data() + from, size, mask_, mask_at_);
    mask_at_ = static_cast<unsigned>((mask_at_ + size) & 3U);
    left_ -= size;
    bytes.remove_prefix(size);
}

std::expected<void, Failure> Reader::finish_frame(std::vector<Message>& messages) {
    if (!is_control(opcode_))
        return final_ ? finish_message(messages) : std::expected<void, Failure>();
    if (opcode_ == Opcode::close) {
        closed_ = true;
        if (!close_code(control_)) return failed(code::protocol_error, "malformed close frame");
        if (control_.size() > 2 && !base::is_utf8(std::string_view(control_).substr(2)))
            return failed(code::bad_data, "close reason is not UTF-8");
    }
    messages.push_back({.opcode = opcode_, .data = std::exchange(control_, {})});
    return {};
}

std::expected<void, Failure> Reader::finish_message(std::vector<Message>& messages) {
    std::string data = std::exchange(data_, {});
    const Opcode opcode = std::exchange(message_, Opcode::continuation);
    if (compressed_) {
        auto inflated = inflate_message(data, options_.message_bytes_max);
        if (!inflated) return std::unexpected(inflated.error());
        data = std::move(*inflated);
    }
    if (opcode == Opcode::text && !base::is_utf8(data))
        return failed(code::bad_data, "text is not UTF-8");
    messages.push_back({.opcode = opcode, .data = std::move(data)});
    return {};
}

std::size_t header_size(std::size_t payload_size) {
    if (payload_size < 126) return 2;
    return payload_size <= 0xFFFF ? 4 : 10;
}

void append_frame(
    std::string& out, Opcode opcode, std::string_view payload, bool final, bool compressed,
    std::optional<std::array<unsigned char, 4>> mask
) {
    const std::size_t size = payload.size();
    out.reserve(out.size() + header_size(size) + (mask ? 4 : 0) + size);
    const unsigned first =
        static_cast<unsigned>(opcode) | (final ? 0x80U : 0U) | (compressed ? 0x40U : 0U);
    const unsigned masked = mask ? 0x80U : 0U;
    out.push_back(static_cast<char>(first));
    const auto big_endian = [&](unsigned count) {
        for (unsigned i = count; i-- > 0;)
            out.push_back(static_cast<char>((std::uint64_t{size} >> (8 * i)) & 0xFFU));
    };
    if (size < 126) {
        out.push_back(static_cast<char>(masked | size));
    } else if (size <= 0xFFFF) {
        out.push_back(static_cast<char>(masked | 126U));
        big_endian(2);
    } else {
        out.push_back(static_cast<char>(masked | 127U));
        big_endian(8);
    }
    if (mask)
        for (const unsigned char byte : *mask) out.push_back(static_cast<char>(byte));
    const std::size_t from = out.size();
    out.append(payload);
    if (mask) apply_mask(out.data() + from, size, *mask, 0);
}

std::string close_payload(std::uint16_t code, std::string_view reason) {
    std::string payload;
    if (code == code::no_status) return payload;
    payload.push_back(static_cast<char>(code >> 8U));
    payload.push_back(static_cast<char>(code & 0xFFU));
    payload.append(reason.substr(0, control_bytes_max - 2));
    return payload;
}

std::optional<std::uint16_t> close_code(std::string_view payload) {
    if (payload.empty()) return code::no_status;
    if (payload.size() < 2) return std::nullopt;
    const auto high = static_cast<unsigned char>(payload[0]);
    const auto low = static_cast<unsigned char>(payload[1]);
    const auto code = static_cast<std::uint16_t>((high << 8U) | low);
    const bool of_protocol = (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014);
    const bool of_others = code >= 3000 && code <= 4999;
    return of_protocol || of_others ? std::optional(code) : std::nullopt;
}

std::optional<std::string> accept_key(std::string_view key) {
    std::string bytes;
    if (!base::base64_decode(key, bytes) || bytes.size() != 16) return std::nullopt;
    const std::string text = std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    std::string digest(SHA_DIGEST_LENGTH, '\0');
    SHA1(
        reinterpret_cast<const unsigned char*>(text.data()), text.size(),
        reinterpret_cast<unsigned char*>(digest.data())
    );
    return base::base64(digest);
}

}  // namespace websocket
