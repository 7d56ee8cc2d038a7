// The project's own text files, as the rules of this folder read them.
//
// tree() walks the folder of the project and leaves out what is not written here: builds, packages, data. It does
// not ask git, so that it works in an unpacked archive too.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace style {

struct File {
    std::string path;  // from the root: "platform/base/clock.h"
    std::string text;
    std::string
        code;  // C++ and JavaScript: as text, with comments and the insides of literals blank

    File(std::string path_from_root, std::string content);

    [[nodiscard]] std::string_view name() const;    // "clock.h"
    [[nodiscard]] std::string_view folder() const;  // "platform/base"
    [[nodiscard]] bool ends_with(std::string_view ending) const;
    [[nodiscard]] bool is_header() const { return ends_with(".h"); }
    [[nodiscard]] bool is_cpp() const { return ends_with(".h") || ends_with(".cc"); }
    // What only tests, benchmarks and fixtures are made of.
    [[nodiscard]] bool is_for_tests() const;
};

using Files = std::vector<File>;

[[nodiscard]] Files tree(const std::filesystem::path& root
);  // by path; without files that are not text

struct Include {
    std::string path;
    bool quoted = false;
    int line = 0;
};
[[nodiscard]] std::vector<Include> includes_of(const File& file);

[[nodiscard]] std::vector<std::string_view> lines_of(std::string_view text);
[[nodiscard]] int line_at(std::string_view text, std::size_t offset);  // from 1
// Where the word begins at or after `from`, with no letter, digit or _ around it; npos without.
[[nodiscard]] std::size_t find_word(
    std::string_view text, std::string_view word, std::size_t from = 0
);

}  // namespace style
