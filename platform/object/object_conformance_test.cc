// What object.h promises, of every adapter.
#include "platform/object/object_conformance.h"

#include <algorithm>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "platform/base/error.h"
#include "platform/object/key.h"

namespace object::conformance {
namespace {

using Keys = std::vector<std::string>;

base::Code code_of(const std::function<void()>& action) {
    try {
        action();
    } catch (const base::Error& error) {
        return error.code;
    }
    return base::Code{};
}

TEST_P(Conformance, WhatIsPutIsThereWithItsTypeAndSize) {
    const Head put_head = put("receipts/u/1.jpg", std::string("\0\xff\n", 3), "image/jpeg");
    const auto got = testing::run(store().get("receipts/u/1.jpg"));
    ASSERT_TRUE(got);
    EXPECT_EQ(got->bytes, std::string("\0\xff\n", 3));
    EXPECT_EQ(got->head.type, "image/jpeg");
    EXPECT_EQ(got->head.size, 3U);
    EXPECT_EQ(got->head.etag, put_head.etag);
    EXPECT_EQ(got->head.modified_ms, opened_.clock.now_ms());
    const auto head = testing::run(store().head("receipts/u/1.jpg"));
    ASSERT_TRUE(head);
    EXPECT_EQ(head->etag, put_head.etag);
    EXPECT_EQ(head->key, "receipts/u/1.jpg");
}

TEST_P(Conformance, WhatIsNotThereIsAbsentNotAnError) {
    EXPECT_FALSE(bytes("nothing"));
    EXPECT_FALSE(testing::run(store().head("nothing")));
    EXPECT_FALSE(testing::run(store().remove("nothing")));
    EXPECT_FALSE(testing::run(store().copy("nothing", "other")));
    EXPECT_FALSE(testing::run(store().move("nothing", "other")));
    EXPECT_TRUE(keys().empty());
    put("a/b", "x");
    EXPECT_FALSE(bytes("a"));
    EXPECT_FALSE(testing::run(store().remove("a")));
    EXPECT_FALSE(bytes("a/b/c"));
}

TEST_P(Conformance, ARangeIsCutToWhatIsThere) {
    put("key", "0123456789");
    EXPECT_EQ(bytes("key", {.first = 2, .count = 3}), "234");
    EXPECT_EQ(bytes("key", {.first = 8, .count = 100}), "89");
    EXPECT_EQ(bytes("key", {.first = 10}), "");
    EXPECT_EQ(bytes("key", {.first = 99}), "");
}

TEST_P(Conformance, PuttingAgainReplaces) {
    const std::string first = put("key", "one").etag;
    opened_.clock.ms += 5;
    EXPECT_NE(put("key", "two", "text/csv").etag, first);
    EXPECT_EQ(bytes("key"), "two");
    EXPECT_EQ(testing::run(store().head("key"))->type, "text/csv");
    EXPECT_EQ(put("other", "one").etag, first);
}

TEST_P(Conformance, AFileIsTakenWhole) {
    const auto path = opened_.directory.path() / "large";
    const std::string large(90'000, 'x');
    std::ofstream(path) << large;
    const Head head = testing::run(store().put_file("key", path, "text/plain"));
    EXPECT_EQ(head.size, large.size());
    EXPECT_EQ(bytes("key"), large);
    EXPECT_EQ(head.etag, put("other", large).etag);
}

TEST_P(Conformance, TooLargeAnObjectIsRefusedAndNothingIsKept) {
    EXPECT_EQ(code_of([&] { put("key", std::string(bytes_max + 1, 'x')); }), base::Code::too_large);
    EXPECT_TRUE(keys().empty());
    put("key", std::string(bytes_max, 'x'));
    EXPECT_EQ(keys(), Keys{"key"});
}

TEST_P(Conformance, RemovingLeavesTheOthers) {
    for (const char* key : {"a/1", "a/2", "a/b/3", "c"}) put(key, "x");
    EXPECT_TRUE(testing::run(store().remove("a/1")));
    EXPECT_TRUE(testing::run(store().remove("a/b/3")));
    EXPECT_FALSE(testing::run(store().remove("a/1")));
    EXPECT_EQ(keys(), (Keys{"a/2", "c"}));
}

TEST_P(Conformance, ListsGoInTheOrderOfTheKeysBytesPageByPage) {
    Keys all = {"a",     "a-b",       "b/1",       "b/10",         "b/2",    "b!/x",
                "b.txt", "b0",        "Z/9",       "é/ü",          "% /%2F", "x y/z",
                ".a/.b", "reports/1", "reports/2", "reports-old/1"};
    for (const auto& key : all) put(key, "x");
    std::ranges::sort(all);
    for (const std::size_t limit : {1U, 2U, 3U, 1000U}) EXPECT_EQ(keys("", limit), all) << limit;
    EXPECT_EQ(keys("reports/"), (Keys{"reports/1", "reports/2"}));
    EXPECT_EQ(keys("reports", 1), (Keys{"reports-old/1", "reports/1", "reports/2"}));
    EXPECT_EQ(keys("b/1"), (Keys{"b/1", "b/10"}));
    EXPECT_TRUE(keys("b/1/").empty());
    EXPECT_TRUE(keys("nothing/").empty());
    EXPECT_TRUE(keys("../").empty());
}

TEST_P(Conformance, CopyAndMoveKeepBytesAndType) {
    put("incoming/1", "bytes", "image/png");
    EXPECT_TRUE(testing::run(store().copy("incoming/1", "kept/copy")));
    EXPECT_TRUE(testing::run(store().move("incoming/1", "kept/moved")));
    EXPECT_EQ(keys(), (Keys{"kept/copy", "kept/moved"}));
    for (const char* key : {"kept/copy", "kept/moved"}) {
        EXPECT_EQ(bytes(key), "bytes");
        EXPECT_EQ(testing::run(store().head(key))->type, "image/png");
    }
    put("other", "new");
    EXPECT_TRUE(testing::run(store().move("other", "kept/moved")));
    EXPECT_EQ(bytes("kept/moved"), "new");
}

TEST_P(Conformance, WhatIsOldUnderAPrefixExpires) {
    put("incoming/old", "x");
    put("kept/old", "x");
    opened_.clock.ms += 3'600'000;
    put("incoming/new", "x");
    opened_.clock.ms += 1000;
    EXPECT_EQ(testing::run(store().expire("incoming/", 3'600'000)), 1U);
    EXPECT_EQ(keys(), (Keys{"incoming/new", "kept/old"}));
}

TEST_P(Conformance, WhatIsNoKeyIsRefusedAndNamed) {
    const Keys bad = {
        "",
        "/a",
        "a/",
        "a//b",
        "..",
        "a/../b",
        "./a",
        "a/.",
        "a\nb",
        "a\\b",
        std::string("a\0b", 3),
        "\xff",
        std::string(1025, 'a'),
        std::string(256, 'a'),
        "1/2/3/4/5/6/7/8/9",
        std::string(90, '%')
    };
    for (const auto& key : bad) {
        EXPECT_FALSE(key_error(key).empty()) << key;
        EXPECT_EQ(code_of([&] { put(key, "x"); }), base::Code::invalid) << key;
        EXPECT_EQ(code_of([&] { (void)bytes(key); }), base::Code::invalid) << key;
        EXPECT_EQ(code_of([&] { (void)testing::run(store().remove(key)); }), base::Code::invalid);
    }
    EXPECT_EQ(code_of([&] { put("a", "x", "text/plain\r\nX: y"); }), base::Code::invalid);
    EXPECT_TRUE(keys().empty());
    EXPECT_EQ(code_of([&] { (void)testing::run(store().list("", "!", 5)); }), base::Code::invalid);
}

TEST_P(Conformance, AKeyCanNotGoOnFromAnother) {
    put("a", "x");
    EXPECT_EQ(code_of([&] { put("a/b", "x"); }), base::Code::conflict);
    put("c/d", "x");
    EXPECT_EQ(code_of([&] { put("c", "x"); }), base::Code::conflict);
    EXPECT_EQ(keys(), (Keys{"a", "c/d"}));
}

// Whoever reads while it is replaced and removed sees one of the versions whole.
TEST_P(Conformance, ReadersNeverSeeHalfAnObject) {
    std::atomic<bool> over = false;
    std::jthread writing([&] {
        for (int i = 0; i < 60; ++i) {
            put("dir/key",
                std::string(static_cast<std::size_t>(20'000 + i), static_cast<char>('a' + i % 26)));
            if (i % 7 == 0) (void)testing::run(store().remove("dir/key"));
        }
        over = true;
    });
    while (!over) {
        const auto got = testing::run(store().get("dir/key"));
        if (!got) continue;
        EXPECT_EQ(got->bytes.size(), got->head.size);
        EXPECT_TRUE(std::ranges::all_of(got->bytes, [&](char c) { return c == got->bytes[0]; }));
    }
}

TEST(ObjectKey, FileNamesComeBackAsTheyWere) {
    for (const char* segment : {"plain-1.jpg", ".hidden", "a b", "%41", "é", "a:b*?", "x~"}) {
        const std::string name = file_name(segment);
        EXPECT_EQ(segment_of(name), segment);
        EXPECT_EQ(name.find_first_of(" :*?~"), std::string::npos) << name;
        EXPECT_FALSE(name.starts_with('.'));
    }
    for (const char* other : {"%41", "%2", "%zz", "%2e", "a b"}) EXPECT_FALSE(segment_of(other));
}

TEST(FileObjects, WhatACrashLeftOfAnUploadIsRemovedAndTheRestIsThere) {
    Opened opened;
    const auto directory = opened.directory.path() / "objects";
    {
        FileObjects objects(directory, "secret", opened.pool, opened.clock);
        (void)testing::run(objects.put("key", "bytes", "text/plain"));
        std::ofstream(directory / "uploads" / "left") << "half";
    }
    FileObjects objects(directory, "secret", opened.pool, opened.clock);
    EXPECT_TRUE(std::filesystem::is_empty(directory / "uploads"));
    EXPECT_TRUE(testing::run(objects.head("key")));
    // The object's file begins with its own bytes.
    std::ifstream file(directory / "objects" / "key");
    std::string start(5, ' ');
    file.read(start.data(), 5);
    EXPECT_EQ(start, "bytes");
}

TEST(FileObjects, AFileThatIsNoObjectIsAnErrorThatNamesIt) {
    Opened opened;
    const auto directory = opened.directory.path() / "objects";
    FileObjects objects(directory, "secret", opened.pool, opened.clock);
    for (const char* text : {"", "short", "{}ffffffffobject1\n", "{}00000003object1\n"}) {
        std::ofstream(directory / "objects" / "odd", std::ios::trunc) << text;
        try {
            (void)testing::run(objects.get("odd", {}));
            ADD_FAILURE() << text;
        } catch (const base::Error& error) {
            EXPECT_EQ(error.code, base::Code::internal);
        }
    }
}

INSTANTIATE_TEST_SUITE_P(
    Adapters, Conformance, testing::ValuesIn(adapters()),
    [](const auto& chosen) { return chosen.param.name; }
);

}  // namespace
}  // namespace object::conformance
