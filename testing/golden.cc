#include "testing/golden.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "platform/base/text.h"

namespace testing {
namespace {

constexpr std::size_t lines_max = 3000;  // the comparison takes the square of it
constexpr std::size_t around = 2;

struct Line {
    char sign;  // ' ', '-' or '+'
    std::string_view text;
};

// The longest common subsequence, told as lines kept, gone and come.
std::vector<Line> compared(
    const std::vector<std::string_view>& before, const std::vector<std::string_view>& after
) {
    const std::size_t columns = after.size() + 1;
    std::vector<std::uint16_t> common((before.size() + 1) * columns);
    for (std::size_t i = before.size(); i-- > 0;)
        for (std::size_t j = after.size(); j-- > 0;)
            common[i * columns + j] =
                before[i] == after[j]
                    ? static_cast<std::uint16_t>(common[(i + 1) * columns + j + 1] + 1)
                    : std::max(common[(i + 1) * columns + j], common[i * columns + j + 1]);
    std::vector<Line> lines;
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < before.size() || j < after.size()) {
        if (i < before.size() && j < after.size() && before[i] == after[j]) {
            lines.push_back({' ', before[i++]});
            ++j;
        } else if (j == after.size() || (i < before.size() && common[(i + 1) * columns + j] >=
                                                                  common[i * columns + j + 1])) {
            lines.push_back({'-', before[i++]});
        } else {
            lines.push_back({'+', after[j++]});
        }
    }
    return lines;
}

}  // namespace

std::string line_difference(std::string_view before, std::string_view after) {
    std::vector<std::string_view> old_lines = base::split(before, '\n');
    std::vector<std::string_view> new_lines = base::split(after, '\n');
    if (old_lines.size() > lines_max) old_lines.resize(lines_max);
    if (new_lines.size() > lines_max) new_lines.resize(lines_max);
    const std::vector<Line> lines = compared(old_lines, new_lines);
    std::string out;
    bool gap = false;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const std::size_t from = i < around ? 0 : i - around;
        const std::size_t to = std::min(i + around + 1, lines.size());
        const bool near = std::any_of(
            lines.begin() + static_cast<std::ptrdiff_t>(from),
            lines.begin() + static_cast<std::ptrdiff_t>(to),
            [](const Line& line) { return line.sign != ' '; }
        );
        if (!near) {
            gap = true;
            continue;
        }
        if (gap && !out.empty()) out += "  …\n";
        gap = false;
        out += lines[i].sign;
        out += ' ';
        out += lines[i].text;
        out += '\n';
    }
    return out;
}

std::string golden_difference(std::string_view file, std::string_view text) {
    const std::filesystem::path path(file);
    const char* update = std::getenv("UPDATE_GOLDEN");
    if (update != nullptr && std::string_view(update) == "1") {
        if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path());
        std::ofstream stream(path, std::ios::binary);
        stream << text;
        stream.close();
        return stream ? "" : "The file " + std::string(file) + " can't be written.";
    }
    std::ifstream stream(path, std::ios::binary);
    if (!stream)
        return "There is no " + std::string(file) +
               " (from the source tree; UPDATE_GOLDEN=1 writes it).";
    const std::string before(std::istreambuf_iterator<char>(stream), {});
    if (before == text) return "";
    std::string difference = line_difference(before, text);
    if (difference.empty()) difference = "They differ after the first lines.\n";
    return std::string(file) +
           " is no longer what comes out (- file, + now; UPDATE_GOLDEN=1 accepts " + "it):\n" +
           difference;
}

}  // namespace testing
