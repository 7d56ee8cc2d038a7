#include "platform/http/request.h"

#include <gtest/gtest.h>

#include <random>

#include "platform/base/error.h"
#include "platform/http/multipart.h"

namespace http {
namespace {

RequestData with_header(std::string_view name, std::string_view value) {
    RequestData data;
    data.headers.emplace_back(name, value);
    data.path = "/";
    return data;
}

TEST(Request, HeadersCompareWithoutCase) {
    RequestData data = with_header("Content-TYPE", "text/plain");
    EXPECT_EQ(Request(data).header("content-type"), "text/plain");
    EXPECT_EQ(Request(data).header("content-typ"), "");
}

TEST(Request, CookiesAreFoundByTheirWholeName) {
    RequestData data =
        with_header("cookie", "a=1; session=abc ;b=\"quoted\"; session=second; flag");
    const Request request(data);
    EXPECT_EQ(request.cookie("session"), "abc");
    EXPECT_EQ(request.cookie("a"), "1");
    EXPECT_EQ(request.cookie("b"), "quoted");
    EXPECT_EQ(request.cookie("sess"), "");
    EXPECT_EQ(request.cookie("flag"), "");
    EXPECT_EQ(request.cookie("A"), "");
}

TEST(Request, ThisMachineIsALoopbackAddressWithoutAProxysWord) {
    const auto here = [](std::string address, std::string_view header = "Accept") {
        RequestData data = with_header(header, "127.0.0.1");
        data.remote_address = std::move(address);
        return Request(data).from_this_machine();
    };
    for (const char* address : {"127.0.0.1", "127.8.0.1", "::1", "::ffff:127.0.0.1"})
        EXPECT_TRUE(here(address)) << address;
    for (const char* address : {"10.0.0.1", "12.7.0.1", "::2", ""})
        EXPECT_FALSE(here(address)) << address;
    for (const char* header :
         {"Forwarded", "X-Forwarded-For", "x-forwarded-proto", "X-Forwarded-Host", "X-Real-IP",
          "Via"})
        EXPECT_FALSE(here("127.0.0.1", header)) << header;
    EXPECT_TRUE(here("127.0.0.1", "X-Forward"));
}

TEST(Request, HtmlIsForThoseWhoPreferIt) {
    const auto wants = [](std::string_view accept, std::string path = "/students") {
        RequestData data = with_header("Accept", accept);
        data.path = std::move(path);
        return Request(data).wants_html();
    };
    EXPECT_TRUE(wants("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"));
    EXPECT_FALSE(wants("text/html", "/api/students"));
    EXPECT_FALSE(wants("application/json"));
    EXPECT_FALSE(wants("*/*"));
    EXPECT_FALSE(wants(""));
    EXPECT_FALSE(wants("application/json, text/html;q=0.5"));
    EXPECT_FALSE(wants("text/html;q=0"));
}

TEST(Query, IsDecodedInOrder) {
    RequestData data;
    data.target = "/x?a=1&b=two+words&a=%C3%A9&empty=&none&=value";
    const Pairs expected{{"a", "1"},    {"b", "two words"}, {"a", "\xC3\xA9"},
                         {"empty", ""}, {"none", ""},       {"", "value"}};
    EXPECT_EQ(Request(data).query(), expected);
    EXPECT_EQ(Request(data).query("a"), "1");
    EXPECT_EQ(Request(data).query("empty"), "");
    EXPECT_EQ(Request(data).query("absent"), std::nullopt);
    data.target = "/x";
    EXPECT_TRUE(Request(data).query().empty());
}

TEST(Form, MalformedOnesAreRefused) {
    for (const std::string_view body : {"%", "a=%4", "a=%zz", "a=%ff", "a=%00", "%C3=b"})
        EXPECT_THROW(static_cast<void>(parse_form(body)), base::Error) << body;
    std::string many;
    for (std::size_t i = 0; i <= form_fields_max; ++i) many += "a=b&";
    EXPECT_THROW(static_cast<void>(parse_form(many)), base::Error);
}

TEST(Form, WhatIsEncodedIsReadBack) {
    std::mt19937 random(7);
    for (int round = 0; round < 500; ++round) {
        Pairs pairs;
        std::string body;
        for (auto i = random() % 5; i > 0; --i) {
            std::string texts[2];
            for (std::string& text : texts)
                for (auto c = 1 + random() % 10; c > 0; --c)
                    text += static_cast<char>(1 + random() % 127);
            if (!body.empty()) body += '&';
            body += percent_encode(texts[0]) + "=" + percent_encode(texts[1]);
            pairs.emplace_back(texts[0], texts[1]);
        }
        EXPECT_EQ(parse_form(body), pairs) << body;
    }
}

TEST(Multipart, FieldsAndFilesAreRead) {
    const std::string body =
        "preamble\r\n--XX\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nA title\r\n"
        "--XX\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a%22b\\\"c.csv\"\r\n"
        "Content-Type: text/csv\r\n\r\na,b\r\n--X not yet\r\n\r\n--XX  \r\n"
        "Content-Disposition: form-data; name=empty\r\n\r\n\r\n--XX--\r\nepilogue";
    const auto parts = parse_multipart("multipart/form-data; boundary=XX", body);
    ASSERT_EQ(parts.size(), 3U);
    EXPECT_EQ(parts[0].name, "title");
    EXPECT_EQ(parts[0].body, "A title");
    EXPECT_EQ(parts[1].filename, "a\"b\"c.csv");
    EXPECT_EQ(parts[1].content_type, "text/csv");
    EXPECT_EQ(parts[1].body, "a,b\r\n--X not yet\r\n");
    EXPECT_EQ(parts[2].name, "empty");
    EXPECT_EQ(parts[2].body, "");
}

TEST(Multipart, MalformedOnesAreRefused) {
    const std::string type = "multipart/form-data; boundary=\"X X\"";
    const std::string good =
        "--X X\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nbody\r\n--X X--";
    ASSERT_EQ(parse_multipart(type, good).size(), 1U);
    for (std::size_t size = 0; size + 1 < good.size(); ++size)
        EXPECT_THROW(static_cast<void>(parse_multipart(type, good.substr(0, size))), base::Error)
            << size;
    for (const std::string_view other :
         {"", "text/plain", "multipart/form-data", "multipart/form-data; boundary=",
          "multipart/form-data; boundary=\"X", "multipart/mixed; boundary=\"X X\""})
        EXPECT_THROW(static_cast<void>(parse_multipart(other, good)), base::Error) << other;
    for (const std::string_view head :
         {"Content-Type: text/plain", "Content-Disposition: form-data",
          "Content-Disposition: attachment; name=a", "no colon",
          "Content-Disposition: form-data; name=\"\xff\"", "Content-Disposition: form-data; name"})
        EXPECT_THROW(
            static_cast<void>(
                parse_multipart(type, "--X X\r\n" + std::string(head) + "\r\n\r\nbody\r\n--X X--")
            ),
            base::Error
        ) << head;
}

// The parts of a form that comes in pieces of that size, as "name=body;".
std::string read_in_pieces(std::string_view body, std::size_t piece) {
    using Event = MultipartReader::Event;
    MultipartReader reader("multipart/form-data; boundary=XX");
    std::string out;
    while (true) {
        const Event event = reader.next();
        if (event == Event::end) return out;
        if (event == Event::part) out += reader.part().name + "=";
        if (event == Event::data) out += reader.data();
        if (event == Event::part_end) out += ";";
        if (event != Event::more) continue;
        reader.feed(body.substr(0, piece));
        body.remove_prefix(std::min(piece, body.size()));
    }
}

TEST(Multipart, AFormIsReadInPiecesOfAnySize) {
    const std::string_view form =
        "preamble\r\n--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--X\r\n-\r\n"
        "--XX  \r\nContent-Disposition: form-data; name=\"empty\"\r\n\r\n\r\n"
        "--XX\r\nContent-Disposition: form-data; name=\"none\"\r\n\r\n--XX--epilogue";
    for (std::size_t piece = 1; piece <= form.size(); ++piece)
        EXPECT_EQ(read_in_pieces(form, piece), "a=1\r\n--X\r\n-;empty=;none=;") << piece;
    for (std::size_t cut = 1; cut < form.size() - 8; ++cut)
        EXPECT_THROW(static_cast<void>(read_in_pieces(form.substr(0, cut), 5)), base::Error) << cut;
}

TEST(Multipart, PartsAreCounted) {
    std::string body;
    for (std::size_t i = 0; i <= multipart_parts_max; ++i)
        body += "--X\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n";
    EXPECT_THROW(
        static_cast<void>(parse_multipart("multipart/form-data; boundary=X", body + "--X--")),
        base::Error
    );
}

}  // namespace
}  // namespace http
