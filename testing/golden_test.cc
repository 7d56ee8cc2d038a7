#include "testing/golden.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "testing/temporary.h"

namespace {

using testing::HasSubstr;

TEST(Golden, DifferentLinesAreShownWithTheirSurroundings) {
    EXPECT_EQ(
        testing::line_difference("a\nb\nc\nd\ne\nf\ng", "a\nb\nc\nX\ne\nf\ng"),
        "  b\n  c\n- d\n+ X\n  e\n  f\n"
    );
    EXPECT_EQ(
        testing::line_difference("1\n2\n3\n4\n5\n6\n7\n8", "0\n2\n3\n4\n5\n6\n7\n9"),
        "- 1\n+ 0\n  2\n  3\n  …\n  6\n  7\n- 8\n+ 9\n"
    );
    EXPECT_EQ(testing::line_difference("same", "same"), "");
}

TEST(Golden, AFileIsWrittenWhenAskedAndComparedAfterwards) {
    const testing::TemporaryDirectory folder;
    const std::string file = (folder.path() / "sub" / "page.txt").string();
    EXPECT_THAT(testing::golden_difference(file, "one\n"), HasSubstr("There is no"));
    setenv("UPDATE_GOLDEN", "1", 1);
    EXPECT_EQ(testing::golden_difference(file, "one\n"), "");
    unsetenv("UPDATE_GOLDEN");
    EXPECT_EQ(testing::golden_difference(file, "one\n"), "");
    EXPECT_THAT(testing::golden_difference(file, "two\n"), HasSubstr("- one\n+ two\n"));
}

}  // namespace
