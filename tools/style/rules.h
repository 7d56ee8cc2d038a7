// The house style as rules over the tree: each takes all files and tells what is wrong, where, and what to do.
//
// A rule is a function without state. style_test.cc holds the whole tree to each, and shows with a few lines of
// wrong code that each one rings. What a rule lets pass stands beside it in a list, each with its reason; an
// exception that is no longer needed is a finding too, so the lists can only shrink.
#pragma once

#include <string>
#include <vector>

#include "tools/style/source.h"

namespace style {

struct Finding {
    std::string path;
    int line = 0;  // 0: the file as a whole
    std::string text;

    bool operator==(const Finding&) const = default;
};
using Findings = std::vector<Finding>;

// includes.cc: who may know whom.
[[nodiscard]] Findings layers(const Files& files);
[[nodiscard]] Findings adapters(const Files& files);  // named only where a program is put together
[[nodiscard]] Findings foreign_libraries(const Files& files);  // each behind one folder
[[nodiscard]] Findings include_order(const Files& files);      // own header first, full paths
[[nodiscard]] Findings unused_headers(const Files& files);

// words.cc: what must not be written.
[[nodiscard]] Findings banned_calls(const Files& files);
[[nodiscard]] Findings suspended_conditions(const Files& files);  // what g++ 12 compiles wrongly
[[nodiscard]] Findings unfinished(const Files& files);
[[nodiscard]] Findings places(const Files& files);  // of one machine, or of a package registry
[[nodiscard]] Findings white_space(const Files& files);

// shape.cc: how a file looks.
[[nodiscard]] Findings headers(const Files& files);
[[nodiscard]] Findings file_names(const Files& files);
[[nodiscard]] Findings file_lengths(const Files& files);
[[nodiscard]] Findings function_lengths(const Files& files);

struct Function {
    std::string name;
    int line = 0;
    int lines = 0;  // from its opening brace to the closing one
};
[[nodiscard]] std::vector<Function> functions_of(const File& file);

// complete.cc: nothing forgotten.
[[nodiscard]] Findings tests(const Files& files);
[[nodiscard]] Findings corpora(const Files& files);

// pages.cc: what the browser is sent.
[[nodiscard]] Findings markup(const Files& files);
[[nodiscard]] Findings scripts(const Files& files);
[[nodiscard]] Findings foreign_addresses(const Files& files);
[[nodiscard]] Findings unused_pages(const Files& files);

}  // namespace style
