// Compares a text with a file of the source tree: a page, a document's text, the names of metrics.
//
//   testing::golden("studentcore/golden/students.html", page);
// With UPDATE_GOLDEN=1 in the environment the file is written instead; the change is then read in
// the diff of the commit. Tests run with the source tree as their working directory.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace testing {

// "" when they are equal, else the lines that differ and how to accept them.
[[nodiscard]] std::string golden_difference(std::string_view file, std::string_view text);
// Lines of `before` that went (-) and lines of `after` that came (+), with two around them.
[[nodiscard]] std::string line_difference(std::string_view before, std::string_view after);

inline void golden(std::string_view file, std::string_view text) {
    const std::string difference = golden_difference(file, text);
    if (!difference.empty()) ADD_FAILURE() << difference;
}

}  // namespace testing
