// Nothing forgotten: tests that run, fuzz targets that have something to start from.
#include <algorithm>
#include <string>
#include <string_view>

#include "tools/style/rules.h"

namespace style {

Findings tests(const Files& files) {
    Findings findings;
    const auto build = std::ranges::find(files, "CMakeLists.txt", &File::path);
    for (const File& file : files) {
        if (!file.ends_with("_test.cc")) continue;
        if (file.code.find("\nTEST") == std::string::npos &&
            file.code.find("\nTYPED_TEST") == std::string::npos)
            findings.push_back({file.path, 0, "has no TEST"});
        // module(NAME FOLDER …) and application(NAME FOLDER …) make a test program of a folder.
        if (build != files.end() &&
            find_word(build->text, " " + std::string(file.folder())) == std::string_view::npos)
            findings.push_back({file.path, 0, "CMakeLists.txt does not build its folder"});
    }
    return findings;
}

Findings corpora(const Files& files) {
    Findings findings;
    for (const File& file : files) {
        if (!file.ends_with("_fuzz.cc")) continue;
        const std::string corpus = file.path.substr(0, file.path.size() - 3) + ".corpus/";
        const bool has_one = std::ranges::any_of(files, [&](const File& other) {
            return other.path.starts_with(corpus);
        });
        if (!has_one) findings.push_back({file.path, 0, "has nothing in " + corpus});
    }
    return findings;
}

}  // namespace style
