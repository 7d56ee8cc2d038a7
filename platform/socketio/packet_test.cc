#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "platform/socketio/engine_packet.h"
#include "platform/socketio/frame.h"
#include "platform/socketio/socket_packet.h"

namespace socketio {
namespace {

using engine_io::decode_packet;
using engine_io::decode_payload;

TEST(EnginePacket, APayloadComesBackPacketByPacket) {
    std::string body;
    append_payload(body, engine_io::Packet::text(engine_io::Type::message, "héllo"));
    append_payload(body, engine_io::Packet::binary(std::string_view("\x01\x02\x03\x04", 4)));
    append_payload(body, engine_io::Packet::text(engine_io::Type::ping));
    EXPECT_EQ(
        body,
        "4héllo\x1e"
        "bAQIDBA==\x1e"
        "2"
    );
    const auto packets = decode_payload(body);
    ASSERT_TRUE(packets.has_value());
    ASSERT_EQ(packets->size(), 3U);
    EXPECT_EQ((*packets)[0].data, "héllo");
    EXPECT_TRUE((*packets)[1].binary);
    EXPECT_EQ((*packets)[1].data, std::string("\x01\x02\x03\x04", 4));
    EXPECT_EQ((*packets)[2].type, engine_io::Type::ping);
}

TEST(EnginePacket, WhatIsNoPacketIsRefused) {
    for (const std::string_view bad :
         {"", "7", "abc", "4a\x1e",
          "\x1e"
          "4a",
          "b!", "bAQ"})
        EXPECT_FALSE(decode_payload(bad).has_value()) << bad;
    EXPECT_TRUE(decode_packet("4").has_value());
    EXPECT_TRUE(decode_packet("b").has_value());
    std::string many = "2";
    for (std::size_t i = 0; i < engine_io::payload_packets_max; ++i)
        many +=
            "\x1e"
            "2";
    EXPECT_FALSE(decode_payload(many).has_value());
}

TEST(EnginePacket, ThePacketIsAFrameAndItsPayloadAView) {
    for (const std::size_t size : {0U, 124U, 125U, 65534U, 65535U, 100000U}) {
        const std::string data(size, 'z');
        const auto packet = engine_io::Packet::text(engine_io::Type::message, data);
        EXPECT_EQ(packet.payload(), "4" + data) << size;
        websocket::Reader reader({.role = websocket::Role::client});
        std::vector<websocket::Message> read;
        ASSERT_TRUE(reader.read(*packet.frame(), read));
        ASSERT_EQ(read.size(), 1U);
        EXPECT_EQ(read[0].data, "4" + data);
    }
}

TEST(EnginePacket, TheCompressedFrameSaysTheSame) {
    auto packet = engine_io::Packet::text(engine_io::Type::message, std::string(5000, 'a'));
    packet.compress();
    ASSERT_TRUE(packet.compressed_frame());
    EXPECT_LT(packet.compressed_frame()->size(), 100U);
    websocket::Reader reader({.role = websocket::Role::client, .deflate = true});
    std::vector<websocket::Message> read;
    ASSERT_TRUE(reader.read(*packet.compressed_frame(), read));
    ASSERT_EQ(read.size(), 1U);
    EXPECT_EQ(read[0].data, packet.payload());
    auto short_one = engine_io::Packet::text(engine_io::Type::message, "x");
    short_one.compress();
    EXPECT_FALSE(short_one.compressed_frame());
}

std::string text_of(const Encoded& packets) {
    return packets.empty() ? "" : std::string(packets.front().payload());
}

// What comes after decoding a packet that needs no attachments; its encoding again.
std::string again(std::string_view text) {
    Decoder decoder;
    const auto packet = decoder.text(text);
    if (!packet) return "refused";
    if (!*packet) return "waits";
    return text_of(encode((*packet)->type, (*packet)->name_space, (*packet)->id, (*packet)->payload)
    )
        .substr(1);
}

TEST(SocketPacket, TextPacketsComeBackAsTheyWere) {
    for (const std::string_view text :
         {R"(2["message"])", R"(2["message",1,"2",{"3":[true]}])", R"(2/custom,["a",null])",
          R"(2456["a",0.1,-1.5e-7,9007199254740991])", R"(2/admin,7["a"])", R"(3456[1,"2"])",
          R"(3/custom,0[])", R"(2["żółć","🙂"])", R"(2["a",{"_placeholder":true,"num":0}])",
          R"(23["a,b/c",{"/x,":"1-2"}])"})
        EXPECT_EQ(again(text), text);
    EXPECT_EQ(again("2/custom?token=abc,[\"a\"]"), "2/custom,[\"a\"]");
}

TEST(SocketPacket, WhatIsNoPacketIsRefused) {
    for (const std::string_view bad :
         {"",
          "7",
          "9[1]",
          "abc",
          "2",
          "2{}",
          "2[]",
          "2[\"a\"",
          "2null",
          "2\"x\"",
          "2[{}]",
          "2[null]",
          "2abc[\"a\"]",
          "2[\"connect\"]",
          "2[\"disconnecting\"]",
          "2[\"newListener\"]",
          "3",
          "3{}",
          "31",
          "0\"x\"",
          "0[1]",
          "0{",
          "1{}",
          "1[]",
          "4",
          "41",
          "5[\"a\"]",
          "5-[\"a\"]",
          "5x-[\"a\"]",
          "51[\"a\"]",
          "565-[\"a\"]",
          "599999999999999999999-[\"a\"]",
          "299999999999999999999999[\"a\"]",
          "2[\"a\"]x",
          "2\xff[\"a\"]",
          "2[\"\xff\"]"})
        EXPECT_EQ(again(bad), "refused") << bad;
    EXPECT_EQ(again("2/" + std::string(200, 'n') + ",[\"a\"]"), "refused");
    EXPECT_EQ(again("2[\"a\"," + std::string(100, '[') + std::string(100, ']') + "]"), "refused");
}

TEST(SocketPacket, AConnectCarriesAnObjectOrNothing) {
    Decoder decoder;
    const auto bare = decoder.text("0/custom");
    ASSERT_TRUE(bare && *bare);
    EXPECT_EQ((*bare)->type, Type::connect);
    EXPECT_EQ((*bare)->name_space, "/custom");
    EXPECT_FALSE((*bare)->data.has_value());
    const auto with = decoder.text(R"(0{"token":"x"})");
    ASSERT_TRUE(with && *with);
    EXPECT_EQ((*with)->name_space, "/");
    EXPECT_EQ((*with)->data->object()->text("token"), "x");
}

TEST(SocketPacket, AttachmentsTakeTheirPlaces) {
    Decoder decoder;
    const std::string text =
        R"(52-/c,9["m",{"a":[{"_placeholder":true,"num":1}]},{"num":0,"_placeholder":true}])";
    const auto first = decoder.text(text);
    ASSERT_TRUE(first);
    EXPECT_FALSE(*first);
    ASSERT_TRUE(decoder.binary("zero"));
    const auto whole = decoder.binary("one");
    ASSERT_TRUE(whole && *whole);
    const Packet& packet = **whole;
    EXPECT_EQ(packet.id, 9U);
    const json::Value& deep = packet.payload.values[1].object()->find("a")->array()->front();
    ASSERT_NE(packet.payload.bytes_of(deep), nullptr);
    EXPECT_EQ(*packet.payload.bytes_of(deep), "one");

    // Sent on, they are numbered as they stand in the tree.
    const Encoded sent = encode(Type::ack, "/c", 9, packet.payload);
    ASSERT_EQ(sent.size(), 3U);
    EXPECT_EQ(
        sent[0].payload(),
        R"(462-/c,9["m",{"a":[{"_placeholder":true,"num":0}]},{"_placeholder":true,"num":1}])"
    );
    EXPECT_EQ(sent[1].payload(), "one");
    EXPECT_EQ(sent[2].payload(), "zero");
}

TEST(SocketPacket, AttachmentsThatDoNotFitAreRefused) {
    for (const std::string_view bad :
         {R"(51-["m",{"_placeholder":true,"num":1}])", R"(51-["m",{"_placeholder":true,"num":-1}])",
          R"(51-["m",{"_placeholder":true,"num":"splice"}])", R"(51-["m",{"_placeholder":true}])",
          R"(51-["m",{"_placeholder":true,"num":0.5}])"}) {
        Decoder decoder;
        EXPECT_FALSE(decoder.text(bad).has_value()) << bad;
    }
    Decoder unannounced;
    EXPECT_FALSE(unannounced.binary("x").has_value());
    Decoder interrupted;
    ASSERT_TRUE(interrupted.text(R"(51-["m",{"_placeholder":true,"num":0}])"));
    EXPECT_FALSE(interrupted.text(R"(2["m"])").has_value());
    Decoder heavy({.attachment_bytes_max = 10});
    ASSERT_TRUE(heavy.text(R"(52-["m"])"));
    ASSERT_TRUE(heavy.binary(std::string(10, 'x')));
    EXPECT_FALSE(heavy.binary("x").has_value());
}

TEST(SocketPacket, AddedBytesAreSentAsAttachments) {
    Payload payload;
    payload.values.emplace_back("before");
    payload.values.push_back(payload.add("bytes"));
    const Encoded sent = encode_event("/", "file", payload, 3);
    ASSERT_EQ(sent.size(), 2U);
    EXPECT_EQ(sent[0].payload(), R"(451-3["file","before",{"_placeholder":true,"num":0}])");
    EXPECT_TRUE(sent[1].is_binary());
    EXPECT_EQ(sent[1].payload(), "bytes");
}

TEST(SocketPacket, TheQuickWayForTextGivesTheSameBytes) {
    const Payload payload{.values = {json::Value(1), json::Value("x")}};
    EXPECT_EQ(
        encode_event_text("/", "a\"b", R"(1,"x")").payload(),
        encode_event("/", "a\"b", payload)[0].payload()
    );
    EXPECT_EQ(encode_event_text("/n", "a", "").payload(), R"(42/n,["a"])");
    EXPECT_EQ(encode_control(Type::disconnect, "/").payload(), "41");
    EXPECT_EQ(
        encode_control(Type::connect, "/n", R"({"sid":"x"})").payload(), R"(40/n,{"sid":"x"})"
    );
}

json::Value random_value(std::mt19937& random, Payload& payload, int depth) {
    const auto below = [&random](int limit) {
        return std::uniform_int_distribution(0, limit - 1)(random);
    };
    switch (below(depth > 3 ? 5 : 7)) {
        case 0:
            return {};
        case 1:
            return below(2) == 0;
        case 2:
            return below(1000) - 500;
        case 3:
            return payload.add(std::string(static_cast<std::size_t>(below(50)), 'b'));
        case 4:
            return std::string(static_cast<std::size_t>(below(20)), "a\"/,-\n"[below(6)]);
        case 5: {
            json::Array array;
            for (int i = below(4); i > 0; --i)
                array.push_back(random_value(random, payload, depth + 1));
            return array;
        }
        default: {
            json::Object object;
            for (int i = below(4); i > 0; --i)
                object.set("k" + std::to_string(i), random_value(random, payload, depth + 1));
            return object;
        }
    }
}

TEST(SocketPacket, RandomEventsComeBack) {
    for (unsigned seed = 0; seed < 500; ++seed) {
        std::mt19937 random(seed);
        Payload payload;
        payload.values.emplace_back("event");
        for (unsigned i = seed % 5; i > 0; --i)
            payload.values.push_back(random_value(random, payload, 0));
        const Encoded sent = encode(Type::event, seed % 2 == 0 ? "/" : "/room", seed, payload);
        Decoder decoder;
        auto packet = decoder.text(sent[0].payload().substr(1));
        ASSERT_TRUE(packet.has_value()) << "seed " << seed;
        for (std::size_t i = 1; i < sent.size(); ++i) {
            ASSERT_FALSE(*packet) << "seed " << seed;
            packet = decoder.binary(std::string(sent[i].payload()));
            ASSERT_TRUE(packet.has_value()) << "seed " << seed;
        }
        ASSERT_TRUE(packet->has_value()) << "seed " << seed;
        const Encoded twice =
            encode((*packet)->type, (*packet)->name_space, (*packet)->id, (*packet)->payload);
        ASSERT_EQ(twice.size(), sent.size()) << "seed " << seed;
        for (std::size_t i = 0; i < sent.size(); ++i)
            EXPECT_EQ(twice[i].payload(), sent[i].payload()) << "seed " << seed;
    }
}

}  // namespace
}  // namespace socketio
