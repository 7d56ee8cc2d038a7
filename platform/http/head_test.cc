#include "platform/http/head.h"

#include <gtest/gtest.h>

namespace http {
namespace {

int status_of(std::string_view bytes) {
    HeaderViews headers;
    const auto head = parse_head(bytes, 64, headers);
    return head ? 200 : head.error().status;
}

std::string get_with(std::string_view lines) {
    return "GET / HTTP/1.1\r\nHost: a\r\n" + std::string(lines) + "\r\n";
}

TEST(Head, MethodTargetAndHeadersAreRead) {
    const std::string bytes = "PATCH /a?b=c HTTP/1.1\r\nHost: here\r\nX-One:  two words \r\n\r\n";
    HeaderViews headers;
    const auto head = parse_head(bytes, 64, headers);
    ASSERT_TRUE(head);
    EXPECT_EQ(head->method, Method::patch);
    EXPECT_EQ(head->target, "/a?b=c");
    EXPECT_TRUE(head->keep_alive);
    ASSERT_EQ(headers.size(), 2U);
    EXPECT_EQ(headers[1].first, "X-One");
    EXPECT_EQ(headers[1].second, "two words");
}

TEST(Head, VersionOneZeroClosesUnlessAskedToStay) {
    HeaderViews headers;
    EXPECT_FALSE(parse_head("GET / HTTP/1.0\r\n\r\n", 64, headers)->keep_alive);
    EXPECT_TRUE(
        parse_head("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", 64, headers)->keep_alive
    );
}

TEST(Head, WhatTwoServersCouldReadInTwoWaysIsRefused) {
    EXPECT_EQ(status_of("GET / HTTP/1.1\r\n\r\n"), 400);
    EXPECT_EQ(status_of(get_with("Host: b\r\n")), 400);
    EXPECT_EQ(status_of(get_with("Content-Length: 1\r\nContent-Length: 1\r\n")), 400);
    EXPECT_EQ(status_of(get_with("Content-Length: 1, 1\r\n")), 400);
    EXPECT_EQ(status_of(get_with("Content-Length: +1\r\n")), 400);
    EXPECT_EQ(status_of(get_with("Content-Length: 0x1\r\n")), 400);
    EXPECT_EQ(status_of(get_with("Content-Length: -1\r\n")), 400);
    EXPECT_EQ(status_of(get_with("Content-Length: 99999999999999999999999\r\n")), 400);
    EXPECT_EQ(status_of(get_with("Content-Length:\r\n")), 400);
    EXPECT_EQ(status_of(get_with("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n")), 400);
    EXPECT_EQ(status_of(get_with("Transfer-Encoding: chunked\r\nContent-Length: 1\r\n")), 400);
    EXPECT_EQ(
        status_of(get_with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n")), 400
    );
    EXPECT_EQ(status_of(get_with("Transfer-Encoding: identity\r\n")), 501);
    EXPECT_EQ(status_of(get_with("Transfer-Encoding: gzip, chunked\r\n")), 501);
    EXPECT_EQ(
        status_of(get_with("Transfer-Encoding: \x0b"
                           "chunked\r\n")),
        400
    );
    EXPECT_EQ(status_of(get_with("Transfer-Encoding : chunked\r\n")), 400);
    EXPECT_EQ(status_of(get_with("X\x01: control\r\n")), 400);
    EXPECT_EQ(status_of(get_with(": no name\r\n")), 400);
    EXPECT_EQ(status_of(get_with("no colon\r\n")), 400);
    EXPECT_EQ(status_of("GET  / HTTP/1.1\r\nHost: a\r\n\r\n"), 400);
    EXPECT_EQ(status_of("GET / HTTP/1.1 \r\nHost: a\r\n\r\n"), 505);
    EXPECT_EQ(status_of("GET /\r\n\r\n"), 400);
    EXPECT_EQ(status_of("GET / HTTP/2.0\r\nHost: a\r\n\r\n"), 505);
    EXPECT_EQ(status_of("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"), 400);
}

TEST(Head, OtherExpectationsAreNotMet) {
    EXPECT_EQ(status_of(get_with("Expect: 100-continue\r\n")), 200);
    EXPECT_EQ(status_of(get_with("Expect: cake\r\n")), 417);
}

TEST(Head, HeadersAreCounted) {
    HeaderViews headers;
    const auto head = parse_head(get_with("A: 1\r\nB: 2\r\n"), 2, headers);
    ASSERT_FALSE(head);
    EXPECT_EQ(head.error().status, 431);
}

TEST(Head, ScanFindsTheEndInAnyPieces) {
    const std::string bytes = "GET / HTTP/1.1\r\nHost: a\r\n\r\nbody";
    HeadScan scan;
    for (std::size_t size = 0; size < bytes.size() - 4; ++size) {
        scan_head(std::string_view(bytes).substr(0, size), scan);
        EXPECT_EQ(scan.end, 0U) << size;
    }
    scan_head(bytes, scan);
    EXPECT_EQ(scan.end, bytes.size() - 4);
    EXPECT_FALSE(scan.malformed);
}

TEST(Head, BareLineFeedsAndFoldsAreMalformed) {
    for (const std::string_view bytes :
         {"GET / HTTP/1.1\nHost: a\n\n", "\n", "GET / HTTP/1.1\r\nA: b\r\n c: d\r\n\r\n",
          "GET / HTTP/1.1\r\nA: b\n\r\n\r\n"}) {
        HeadScan scan;
        scan_head(bytes, scan);
        EXPECT_TRUE(scan.malformed) << bytes;
    }
}

std::string path_of(std::string_view target) {
    std::string path;
    return decode_path(target, path) ? path : "refused";
}

TEST(Path, IsDecodedAndResolved) {
    EXPECT_EQ(path_of("/a/b"), "/a/b");
    EXPECT_EQ(path_of("/a%20b?c=d"), "/a b");
    EXPECT_EQ(path_of("/%C3%A9"), "/\xC3\xA9");
    EXPECT_EQ(path_of("/a/./b/../c"), "/a/c");
    EXPECT_EQ(path_of("/a/%2e%2e/b"), "/b");
    EXPECT_EQ(path_of("/../../etc"), "/etc");
    EXPECT_EQ(path_of("/a/.."), "/");
    EXPECT_EQ(path_of("/a/b/."), "/a/b/");
    EXPECT_EQ(path_of("/.hidden/..name"), "/.hidden/..name");
    EXPECT_EQ(path_of("http://host"), "/");
    EXPECT_EQ(path_of("http://host/x/y?z"), "/x/y");
}

TEST(Path, MalformedOnesAreRefused) {
    for (const std::string_view target :
         {"", "a", "*", "/%", "/%2", "/%zz", "/%00", "/%0a", "/a%2fb", "/a%2Fb", "/%ff", "/%C3",
          "/\x80", "/a#b", "host:80", "/%C0%AF"})
        EXPECT_EQ(path_of(target), "refused") << target;
}

struct Read {
    ChunkReader::State state;
    std::string body;
    std::string rest;
};

Read chunks(std::string_view bytes, std::size_t step, std::size_t most = 1000) {
    ChunkReader reader(most);
    Read read{.state = ChunkReader::State::more, .body = {}, .rest = {}};
    while (!bytes.empty() && read.state == ChunkReader::State::more) {
        std::string_view piece = bytes.substr(0, step);
        const std::size_t size = piece.size();
        read.state = reader.read(piece, read.body);
        bytes.remove_prefix(size - piece.size());
        if (read.state == ChunkReader::State::more) {
            EXPECT_TRUE(piece.empty());
        }
    }
    read.rest = bytes;
    return read;
}

TEST(Chunks, AreJoinedInAnyPieces) {
    const std::string bytes = "5;x=y\r\nhello\r\n1\r\n \r\nA\r\n0123456789\r\n0\r\nT: x\r\n\r\nGET";
    for (std::size_t step = 1; step <= bytes.size(); ++step) {
        const Read read = chunks(bytes, step);
        EXPECT_EQ(read.state, ChunkReader::State::done) << step;
        EXPECT_EQ(read.body, "hello 0123456789");
        EXPECT_EQ(read.rest, "GET");
    }
}

TEST(Chunks, MalformedOnesAreRefused) {
    for (const std::string_view bytes :
         {"x\r\n", "\r\n", "5\nhello\r\n", "5\r\nhelloX\r\n", "5\r\nhello\n0\r\n\r\n", "-1\r\n",
          "0x5\r\nhello\r\n", "5 x\r\nhello\r\n", "FFFFFFFFFFFFFFFFF\r\n", "5;\x01\r\nhello\r\n"})
        EXPECT_EQ(chunks(bytes, 100).state, ChunkReader::State::malformed) << bytes;
    EXPECT_EQ(chunks(std::string(5000, '1'), 100).state, ChunkReader::State::malformed);
    EXPECT_EQ(
        chunks("0\r\n" + std::string(3000, 'a') + "\r\n" + std::string(3000, 'a') + "\r\n\r\n", 99)
            .state,
        ChunkReader::State::malformed
    );
}

TEST(Chunks, SumIsBounded) {
    EXPECT_EQ(chunks("6\r\n123456\r\n5\r\n", 100, 10).state, ChunkReader::State::too_large);
    EXPECT_EQ(chunks("fffffffffffffff\r\n", 100, 10).state, ChunkReader::State::too_large);
    EXPECT_EQ(chunks("A\r\n0123456789\r\n0\r\n\r\n", 100, 10).state, ChunkReader::State::done);
}

}  // namespace
}  // namespace http
