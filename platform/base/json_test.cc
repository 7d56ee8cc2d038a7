#include "platform/base/json.h"

#include <gtest/gtest.h>

#include <string>

#include "platform/base/error.h"
#include "platform/base/json_stored.h"

namespace {

std::string again(std::string_view text) {
    const auto value = json::parse(text);
    return value ? json::write(*value) : "error: " + value.error().message;
}

TEST(Json, NumbersKeepTheirText) {
    for (const char* text :
         {"12.50", "-0", "0.000", "1e3", "1E+3", "-1.5e-7", "12345678901234567890",
          "1234567890123456789012345678901234567890.5", "9007199254740993"})
        EXPECT_EQ(again(text), text);
}

TEST(Json, MembersKeepTheirOrder) {
    const char* text = R"({"z":1,"a":[true,false,null,{"b":"c"}],"m":"x"})";
    EXPECT_EQ(again(text), text);
    EXPECT_EQ(again(" { \"a\" : [ ] , \"b\" : { } } "), R"({"a":[],"b":{}})");
}

TEST(Json, MemberThatComesTwiceIsRefused) {
    EXPECT_FALSE(json::parse(R"({"a":1,"a":2})"));
    EXPECT_FALSE(json::parse(R"({"a":1,"\u0061":2})"));
    EXPECT_TRUE(json::parse(R"({"a":{"a":1},"b":{"a":1}})"));
    std::string many = "{";
    for (int i = 0; i < 40; ++i) many += "\"m" + std::to_string(i) + "\":1,";
    EXPECT_TRUE(json::parse(many + "\"last\":1}"));
    EXPECT_FALSE(json::parse(many + "\"m7\":1}")) << "beyond where look-up changes";
    EXPECT_FALSE(json::parse(many + "\"m39\":1}"));
}

TEST(Json, DepthIsLimited) {
    const auto nested = [](std::size_t depth) {
        return std::string(depth, '[') + std::string(depth, ']');
    };
    EXPECT_TRUE(json::parse(nested(32)));
    const auto deep = json::parse(nested(33));
    ASSERT_FALSE(deep);
    EXPECT_EQ(deep.error().message, "The JSON is nested too deeply.");
    EXPECT_FALSE(json::parse(nested(100'000)));
    EXPECT_FALSE(json::parse(std::string(100'000, '[')));
}

TEST(Json, ValuesAreLimited) {
    EXPECT_TRUE(json::parse("[1,2,3]", {.values_max = 4}));
    EXPECT_FALSE(json::parse("[1,2,3]", {.values_max = 3}));
}

TEST(Json, MalformedIsRefusedWithItsPlace) {
    for (const char* text :
         {"",         " ",     "{",       "}",           "[1,]",   "{\"a\":}", "{a:1}", "'a'",
          "01",       "1.",    ".5",      "+1",          "nul",    "truee",    "\"a",   "\"\x01\"",
          "\"\xff\"", "[1] 2", "\"\\x\"", "\"\\ud800\"", "//c\n1", "NaN",      "[1 2]"})
        EXPECT_FALSE(json::parse(text)) << text;
    EXPECT_EQ(json::parse("[1,x]").error().offset, 3U);
}

TEST(Json, TextsAreEscaped) {
    const json::Value value(std::string("\"\\\n\r\t\x01<\x7f é😀/"));
    EXPECT_TRUE(json::write(value).starts_with(R"("\"\\\n\r\t\u0001\u003c)")) << json::write(value);
    const auto back = json::parse(R"("\u00e9\ud83d\ude00\/\b\f")");
    ASSERT_TRUE(back);
    EXPECT_EQ(*back->string(), "é😀/\b\f");
    EXPECT_EQ(*json::parse(json::write(*back))->string(), *back->string());
}

TEST(Json, LongStringsComeWhole) {
    std::string text;
    for (int i = 0; i < 100'000; ++i) text += "aé\"\n"[i % 5];
    json::Object object{{"text", "é" + std::string(70'000, 'x') + "\n\""}};
    EXPECT_EQ(json::parse_stored(json::write(object)), object);
}

TEST(Object, ReadersWant) {
    const json::Object object = json::parse_stored(
        R"({"s":"text","n":12.50,"i":-7,"t":true,"f":false,"z":null,"quoted":"8"})"
    );
    EXPECT_EQ(object.text("s"), "text");
    EXPECT_EQ(object.text("n"), "12.50");
    EXPECT_EQ(object.text("z"), "");
    EXPECT_EQ(object.text("none"), "");
    EXPECT_EQ(object.integer("i"), -7);
    EXPECT_EQ(object.integer("quoted"), 8);
    EXPECT_EQ(object.integer("n", 99), 99);
    EXPECT_TRUE(object.truth("t"));
    EXPECT_FALSE(object.truth("f"));
    EXPECT_FALSE(object.truth("s"));
}

TEST(Object, SetReplacesInPlace) {
    json::Object object{{"a", 1}, {"b", 2}};
    object.set("a", "x").set("c", nullptr);
    EXPECT_EQ(json::write(object), R"({"a":"x","b":2,"c":null})");
    EXPECT_TRUE(object.erase("b"));
    EXPECT_FALSE(object.erase("b"));
    EXPECT_EQ(object, (json::Object{{"c", nullptr}, {"a", "x"}})) << "in any order";
    EXPECT_FALSE((object == json::Object{{"a", "x"}}));
}

TEST(ParseStored, ThrowsWhatIsNoObject) {
    EXPECT_THROW((void)json::parse_stored("[]"), base::Error);
    EXPECT_THROW((void)json::parse_stored("{"), base::Error);
}

TEST(ParseStored, ReadsWhatIsWrittenAndAnyOtherForm) {
    const json::Object object{
        {"text", std::string("\"\\\n\r\t\x01<\x7f é😀/")},
        {"", ""},
        {"number", json::Number{"-12.50e-3"}},
        {"nested",
         json::Array{json::Object{{"a", json::Array{}}}, json::Object{}, nullptr, true, false}},
    };
    EXPECT_EQ(json::parse_stored(json::write(object)), object);
    EXPECT_EQ(
        json::write(json::parse_stored(R"( {"a" : [1, 2], "b": "\u00e9\/\b"})")),
        "{\"a\":[1,2],\"b\":\"é/\\u0008\"}"
    );
    for (const char* text :
         {"{\"a\":01}", "{\"a\":1.}", "{\"a\":-}", "{\"a\":1e}", "{\"a\":tru}", "{\"a\":nul}",
          "{\"a\":\"b}", "{\"a\":\"\\u00\"}", "{\"a\":\"\\", "{\"a\"}", "{\"a\":1,}",
          "{\"a\":[1,]}", "{\"a\":1}x", "{\"a\":1", "{\"a\":", ""})
        EXPECT_THROW((void)json::parse_stored(text), base::Error) << text;
    EXPECT_THROW((void)json::parse_stored("{\"a\":" + std::string(100'000, '[')), base::Error)
        << "too deep";
}

TEST(ParseStored, BuildsOnlyTheMembersThatAreWanted) {
    const std::string text =
        R"({"a":{"name":"inner","x":[1,{"b":"]"}]},"trap":"\"name\":,}","name":"o\"uter","n":5,"list":[1,2]})";
    const json::Object part = json::parse_stored(text, {"list", "name", "none"});
    EXPECT_EQ(json::write(part), R"({"name":"o\"uter","list":[1,2]})");
    EXPECT_TRUE(json::parse_stored("{}", {"a"}).empty());
    EXPECT_EQ(json::write(json::parse_stored(R"( {"b": 1, "a" : 2})", {"a"})), R"({"a":2})")
        << "in any form";
    for (const char* bad : {"", "{", "{\"a\"", "{\"b\":[1", "{\"a\":1,}", "{\"b\":1}x", "[]"})
        EXPECT_THROW((void)json::parse_stored(bad, {"a"}), base::Error) << bad;
}

TEST(AppendQuoted, FindsWhatIsEscapedWhereverItStands) {
    // One, two and three odd bytes at every place among bytes that are none.
    const auto expected = [](std::string_view text) {
        std::string out = "\"";
        for (const char c : text) {
            const auto byte = static_cast<unsigned char>(c);
            if (c == '"' || c == '\\')
                (out += '\\') += c;
            else if (byte < 0x20 || c == '<')
                out += c == '\n'   ? "\\n"
                       : c == '\t' ? "\\t"
                       : c == '\r' ? "\\r"
                       : c == '<'  ? "\\u003c"
                                   : "\\u001f";
            else
                out += c;
        }
        return out + "\"";
    };
    for (const char odd : {'"', '\\', '<', '\n', '\t', '\r', '\x1f'})
        for (const char plain : {'a', '\x7f', '\x80', '\xff', ' ', '!', ';', '=', '['})
            for (std::size_t size = 0; size < 20; ++size)
                for (std::size_t at = 0; at <= size; ++at) {
                    std::string text(size, plain);
                    for (std::size_t i = at; i < size; i += 7) text[i] = odd;
                    std::string out;
                    json::append_quoted(out, text);
                    ASSERT_EQ(out, expected(text));
                }
}

TEST(Picked, GivesTheTextsOfTopLevelMembers) {
    const std::string text =
        R"({"a":{"name":"inner"},"trap":"\"name\":,}","name":"outer","n":-5.50,"e":"a\"\\b\u0009","t":true,"l":["n"],"empty":""})";
    json::Picked picked(text, {"name", "n", "e", "t", "none", "empty"});
    const json::Picked moved = std::move(picked);
    EXPECT_EQ(moved[0], "outer");
    EXPECT_EQ(moved[1], "-5.50");
    EXPECT_EQ(moved[2], "a\"\\b\t");
    EXPECT_EQ(moved[3], "") << "neither string nor number";
    EXPECT_EQ(moved[4], "");
    EXPECT_EQ(moved[5], "");
    EXPECT_EQ(json::Picked("{}", {"a"})[0], "");
    EXPECT_EQ(json::Picked(R"( {"b": 1, "a" : "x\/"})", {"a", "b"})[0], "x/") << "in any form";
    for (const char* bad : {"", "{", "{\"a\"", "{\"b\":[1", "{\"a\":1,}", "{\"b\":1}x", "[]"})
        EXPECT_THROW((void)json::Picked(bad, {"a"}), base::Error) << bad;
}

TEST(Peek, FindsTopLevelTextsOnly) {
    const std::string text =
        R"({"a":{"name":"inner"},"list":["name",{"name":"x"}],"trap":"\"name\":","name":"outer","n":5,"e":"a\"b","empty":""})";
    EXPECT_EQ(json::peek(text, "name"), "outer");
    EXPECT_EQ(json::peek(text, "empty"), "");
    EXPECT_EQ(json::peek(text, "n"), std::nullopt) << "no text";
    EXPECT_EQ(json::peek(text, "e"), std::nullopt) << "an escape needs the parser";
    EXPECT_EQ(json::peek(text, "none"), std::nullopt);
    EXPECT_EQ(json::peek("", "a"), std::nullopt);
    EXPECT_EQ(json::peek("{\"a", "a"), std::nullopt);
    EXPECT_EQ(json::peek("{\"a\":", "a"), std::nullopt);
    EXPECT_EQ(json::peek("{\"a\":\"b", "a"), std::nullopt);
    EXPECT_EQ(json::peek("{\"a\\", "a"), std::nullopt);
}

}  // namespace
