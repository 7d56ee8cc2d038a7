#include "platform/socketio/frame.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <vector>

#include "platform/socketio/deflate.h"

namespace websocket {
namespace {

using Mask = std::array<unsigned char, 4>;
constexpr Mask mask = {0x37, 0xFA, 0x21, 0x3D};

std::string masked(
    Opcode opcode, std::string_view payload, bool final = true, bool compressed = false
) {
    std::string bytes;
    append_frame(bytes, opcode, payload, final, compressed, mask);
    return bytes;
}

struct Outcome {
    std::vector<Message> messages;
    std::uint16_t failure = 0;
};

Outcome read(std::string_view bytes, ReaderOptions options = {}) {
    Reader reader(options);
    Outcome outcome;
    const auto done = reader.read(bytes, outcome.messages);
    if (!done) outcome.failure = done.error().code;
    return outcome;
}

// The examples of RFC 6455, 5.7.
TEST(Frame, TheStandardsExamplesAreReadAndWritten) {
    const std::string hello("\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58", 11);
    EXPECT_EQ(masked(Opcode::text, "Hello"), hello);
    const Outcome outcome = read(hello);
    ASSERT_EQ(outcome.messages.size(), 1U);
    EXPECT_EQ(outcome.messages[0].data, "Hello");

    std::string plain;
    append_frame(plain, Opcode::text, "Hello");
    EXPECT_EQ(plain, "\x81\x05Hello");
    const Outcome by_client = read(plain, {.role = Role::client});
    ASSERT_EQ(by_client.messages.size(), 1U);
    EXPECT_EQ(by_client.messages[0].data, "Hello");
}

TEST(Frame, TheStandardsKeyGivesTheStandardsAnswer) {
    EXPECT_EQ(accept_key("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    EXPECT_EQ(accept_key("dGhlIHNhbXBsZSBub25jZQ"), std::nullopt);
    EXPECT_EQ(accept_key(""), std::nullopt);
    EXPECT_EQ(accept_key("c2hvcnQ="), std::nullopt);
}

TEST(Frame, LengthsOnBothSidesOfEachFormComeBack) {
    for (const std::size_t size : {0U, 1U, 125U, 126U, 127U, 65535U, 65536U, 70000U}) {
        const std::string payload(size, 'x');
        const Outcome outcome = read(masked(Opcode::binary, payload));
        ASSERT_EQ(outcome.messages.size(), 1U) << size;
        EXPECT_EQ(outcome.messages[0].data, payload) << size;
        EXPECT_EQ(outcome.messages[0].opcode, Opcode::binary);
    }
}

// Random messages, fragments, masks, control frames between, and cuts of the byte stream.
TEST(Frame, WhateverThePiecesTheMessagesAreTheSame) {
    for (unsigned seed = 0; seed < 300; ++seed) {
        std::mt19937 random(seed);
        const auto below = [&random](std::size_t limit) {
            return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
        };
        std::string bytes;
        std::vector<Message> sent;
        for (std::size_t count = 1 + below(6); count > 0; --count) {
            const bool binary = below(2) == 0;
            std::string data(below(5) == 0 ? below(70000) : below(300), '\0');
            for (char& c : data) c = static_cast<char>(binary ? below(256) : ' ' + below(90));
            const bool compressed = below(3) == 0;
            const std::string whole = compressed ? deflate_message(data) : data;
            const std::size_t parts = 1 + below(4);
            std::string_view rest = whole;
            for (std::size_t part = 0; part < parts; ++part) {
                const bool last = part + 1 == parts;
                const std::string_view piece =
                    rest.substr(0, last ? rest.size() : below(rest.size() + 1));
                rest.remove_prefix(piece.size());
                const Opcode kind = binary ? Opcode::binary : Opcode::text;
                const Mask random_mask = {
                    static_cast<unsigned char>(below(256)), static_cast<unsigned char>(below(256)),
                    static_cast<unsigned char>(below(256)), static_cast<unsigned char>(below(256))
                };
                append_frame(
                    bytes, part == 0 ? kind : Opcode::continuation, piece, last,
                    compressed && part == 0, random_mask
                );
                if (!last && below(3) == 0) {
                    append_frame(bytes, Opcode::ping, "between", true, false, random_mask);
                    sent.push_back({.opcode = Opcode::ping, .data = "between"});
                }
            }
            sent.push_back({.opcode = binary ? Opcode::binary : Opcode::text, .data = data});
        }
        Reader reader({.deflate = true});
        std::vector<Message> got;
        for (std::string_view rest = bytes; !rest.empty();) {
            const std::size_t size = std::min(rest.size(), 1 + below(below(2) == 0 ? 8 : 4000));
            ASSERT_TRUE(reader.read(rest.substr(0, size), got)) << "seed " << seed;
            rest.remove_prefix(size);
        }
        ASSERT_EQ(got.size(), sent.size()) << "seed " << seed;
        for (std::size_t i = 0; i < got.size(); ++i) {
            EXPECT_EQ(got[i].opcode, sent[i].opcode) << "seed " << seed;
            ASSERT_EQ(got[i].data, sent[i].data) << "seed " << seed;
        }
    }
}

TEST(Frame, WhatTheStandardForbidsEndsTheConnection) {
    const auto plain = [](std::string bytes) { return read(bytes).failure; };
    EXPECT_EQ(plain(std::string("\x81\x05Hello", 7)), code::protocol_error) << "no mask";
    EXPECT_EQ(plain(std::string("\xC1\x80", 2)), code::protocol_error) << "RSV1 not agreed on";
    EXPECT_EQ(plain(std::string("\xA1\x80", 2)), code::protocol_error) << "RSV2";
    EXPECT_EQ(plain(std::string("\x83\x80", 2)), code::protocol_error) << "reserved opcode";
    EXPECT_EQ(plain(std::string("\x8B\x80", 2)), code::protocol_error) << "reserved control";
    EXPECT_EQ(plain(std::string("\x09\x80", 2)), code::protocol_error) << "fragmented ping";
    EXPECT_EQ(plain(std::string("\x89\xFE", 2)), code::protocol_error) << "long ping";
    EXPECT_EQ(plain(std::string("\x80\x80", 2)), code::protocol_error) << "continues nothing";
    EXPECT_EQ(
        plain(masked(Opcode::text, "a", false) + masked(Opcode::text, "b")), code::protocol_error
    ) << "a new message within one";
    EXPECT_EQ(plain(std::string("\x81\xFE\x00\x05\0\0\0\0Hello", 13)), code::protocol_error)
        << "length in more bytes than needed";
    EXPECT_EQ(plain(masked(Opcode::text, "\xff")), code::bad_data);
    EXPECT_EQ(plain(masked(Opcode::text, "\xed\xa0\x80")), code::bad_data) << "a surrogate";
    EXPECT_EQ(plain(masked(Opcode::close, "x")), code::protocol_error);
    EXPECT_EQ(
        plain(masked(Opcode::close, close_payload(1005, "").append("\x03\xED"))),
        code::protocol_error
    );
    EXPECT_EQ(plain(masked(Opcode::close, close_payload(1000, "\xff"))), code::bad_data);
}

TEST(Frame, ACharacterMayBeCutByAFragment) {
    const Outcome outcome =
        read(masked(Opcode::text, "\xc5", false) + masked(Opcode::continuation, "\xbc"));
    ASSERT_EQ(outcome.messages.size(), 1U);
    EXPECT_EQ(outcome.messages[0].data, "ż");
}

TEST(Frame, AMessageThatIsTooLongIsRefusedByItsHeader) {
    const ReaderOptions small{.message_bytes_max = 1000};
    EXPECT_EQ(read(masked(Opcode::binary, std::string(1000, 'x')), small).failure, 0);
    const std::string header = masked(Opcode::binary, std::string(1001, 'x')).substr(0, 8);
    EXPECT_EQ(read(header, small).failure, code::too_big);
    const std::string half(600, 'x');
    EXPECT_EQ(
        read(masked(Opcode::binary, half, false) + masked(Opcode::continuation, half), small)
            .failure,
        code::too_big
    );
    // 2^63 bytes announced.
    EXPECT_EQ(
        read(std::string("\x82\xFF\x80\0\0\0\0\0\0\0\0\0\0\0", 14), small).failure, code::too_big
    );
}

TEST(Frame, WhatFollowsACloseIsIgnored) {
    const Outcome outcome =
        read(masked(Opcode::close, close_payload(1000, "bye")) + masked(Opcode::text, "late"));
    ASSERT_EQ(outcome.messages.size(), 1U);
    EXPECT_EQ(close_code(outcome.messages[0].data), 1000);
    EXPECT_EQ(close_code(""), code::no_status);
    EXPECT_EQ(close_code(close_payload(4000, "")), 4000);
    for (const std::uint16_t bad : std::vector<std::uint16_t>{0, 999, 1004, 1006, 1015, 2999, 5000})
        EXPECT_EQ(close_code(close_payload(bad, "")), std::nullopt) << bad;
}

TEST(Deflate, AMessageComesBackAndABombDoesNot) {
    std::string text;
    for (int i = 0; i < 2000; ++i) text += "attendance_marked " + std::to_string(i % 7);
    const std::string small = deflate_message(text);
    EXPECT_LT(small.size(), text.size() / 5);
    EXPECT_EQ(inflate_message(small, text.size()), text);
    const auto bomb = inflate_message(small, text.size() - 1);
    ASSERT_FALSE(bomb.has_value());
    EXPECT_EQ(bomb.error().code, code::too_big);
    const auto nonsense = inflate_message("\xff\xff\xff\xff", 1000);
    ASSERT_FALSE(nonsense.has_value());
    EXPECT_EQ(nonsense.error().code, code::bad_data);
    EXPECT_EQ(inflate_message(deflate_message(""), 10), "");
}

// RFC 7692, 7.2.3.1 and 7.2.3.4: "Hello", also in a block marked as the last.
TEST(Deflate, TheStandardsExamplesAreRead) {
    EXPECT_EQ(inflate_message(std::string_view("\xf2\x48\xcd\xc9\xc9\x07\x00", 7), 10), "Hello");
    EXPECT_EQ(
        inflate_message(std::string_view("\xf3\x48\xcd\xc9\xc9\x07\x00\x00", 8), 10), "Hello"
    );
    EXPECT_EQ(
        inflate_message(
            std::string_view("\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00", 13), 10
        ),
        "Hello"
    );
}

TEST(Deflate, OffersAreMetAsTheStandardSays) {
    EXPECT_FALSE(negotiate_deflate("").agreed);
    EXPECT_FALSE(negotiate_deflate("x-webkit-deflate-frame").agreed);
    const auto browser = negotiate_deflate("permessage-deflate; client_max_window_bits");
    EXPECT_TRUE(browser.agreed);
    EXPECT_TRUE(browser.compress);
    EXPECT_EQ(
        browser.answer, "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
    );
    EXPECT_FALSE(negotiate_deflate("permessage-deflate; unknown=1").agreed);
    EXPECT_FALSE(negotiate_deflate("permessage-deflate; server_max_window_bits").agreed);
    EXPECT_FALSE(negotiate_deflate("permessage-deflate; server_max_window_bits=16").agreed);
    EXPECT_FALSE(negotiate_deflate("permessage-deflate; client_max_window_bits=7").agreed);
    EXPECT_FALSE(
        negotiate_deflate("permessage-deflate; client_max_window_bits; client_max_window_bits")
            .agreed
    );
    const auto narrow = negotiate_deflate("permessage-deflate; server_max_window_bits=\"10\"");
    EXPECT_TRUE(narrow.agreed);
    EXPECT_FALSE(narrow.compress);
    EXPECT_TRUE(narrow.answer.ends_with("; server_max_window_bits=10"));
    EXPECT_TRUE(negotiate_deflate("permessage-deflate; nonsense, permessage-deflate").agreed);
}

}  // namespace
}  // namespace websocket
