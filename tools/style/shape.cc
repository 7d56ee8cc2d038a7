// How a file looks: headers, names, lengths.
#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tools/style/rules.h"

namespace style {
namespace {

constexpr int file_lines_max = 700;
constexpr int file_lines_long = 400;
constexpr int long_files_max = 18;  // of two applications; may only go down
constexpr int function_lines_max = 70;

// Functions that are longer, each with its reason. The list may only get shorter.
const std::map<std::string_view, std::string_view>& long_functions() {
    static const std::map<std::string_view, std::string_view> all = {
        {"platform/http/status.h reason", "a list: one line a status"},
    };
    return all;
}

// Names that say nothing of what is in a file.
constexpr std::array empty_names = {"util",    "utils",   "common", "helper",
                                    "helpers", "manager", "misc"};

int lines_in(const File& file) { return static_cast<int>(std::ranges::count(file.text, '\n')); }

// The name before the parameters: "Result Marks::save(int a) const" → "Marks::save".
std::string name_in(std::string_view head) {
    const std::size_t open = std::min(head.find('('), head.size());
    std::size_t end = open;
    while (end > 0 && head[end - 1] == ' ') --end;
    std::size_t begin = end;
    while (begin > 0 && std::string_view(" \n\t*&").find(head[begin - 1]) == std::string_view::npos)
        --begin;
    std::string name(head.substr(begin, end - begin));
    if (!name.starts_with("TEST")) return name;
    name += head.substr(open, head.find(')', open) + 1 - open);
    return name;
}

// The text before a brace opens a function's body, and not a type, a name space or a value.
bool opens_function(std::string_view head) {
    if (head.find('(') == std::string_view::npos || head.find(')') == std::string_view::npos)
        return false;
    static constexpr std::array others = {"namespace", "class", "struct",
                                          "enum",      "union", "extern"};
    const std::size_t first = std::min(head.find_first_not_of(" \n"), head.size());
    std::string_view start = head.substr(first);
    if (start.starts_with("template")) {  // template <class T> struct X
        const std::size_t close = start.find("> ");
        const std::size_t line = start.find(">\n");
        start.remove_prefix(std::min({close, line, start.size() - 1}) + 1);
        start.remove_prefix(std::min(start.find_first_not_of(" \n"), start.size()));
    }
    return std::ranges::none_of(others, [&](std::string_view word) {
        return find_word(start, word) == 0;
    });
}

}  // namespace

Findings headers(const Files& files) {
    Findings findings;
    for (const File& file : files) {
        if (!file.is_header()) continue;
        const auto lines = lines_of(file.text);
        std::string comment;
        for (const std::string_view line : lines) {
            if (!line.starts_with("//")) break;
            comment += line;
        }
        if (comment.find('.') == std::string::npos)
            findings.push_back({file.path, 1, "opens with a sentence on what it is for"});
        if (std::ranges::find(lines, std::string_view("#pragma once")) == lines.end())
            findings.push_back({file.path, 0, "has no #pragma once"});
    }
    return findings;
}

Findings file_names(const Files& files) {
    Findings findings;
    for (const File& file : files) {
        if (!file.is_cpp() && !file.ends_with(".js")) continue;
        const std::string_view stem = file.name().substr(0, file.name().find('.'));
        const bool plain = std::ranges::all_of(stem, [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
        });
        if (!plain) findings.push_back({file.path, 0, "a name of small letters, digits and _"});
        for (const std::string_view word : empty_names)
            if (stem == word || stem.ends_with("_" + std::string(word)))
                findings.push_back({file.path, 0, "a name that says what is inside"});
    }
    return findings;
}

Findings file_lengths(const Files& files) {
    Findings findings;
    std::string names;
    int long_files = 0;
    for (const File& file : files) {
        const bool counted = file.is_cpp() || file.ends_with(".js") || file.ends_with(".css");
        if (!counted) continue;
        const int lines = lines_in(file);
        if (lines > file_lines_max)
            findings.push_back({file.path, 0, std::to_string(lines) + " lines; at most 700"});
        if (lines <= file_lines_long || !file.is_cpp()) continue;
        ++long_files;
        names += " " + file.path + " (" + std::to_string(lines) + ")";
    }
    if (long_files > long_files_max)
        findings.push_back(
            {"tools/style/shape.cc", 0,
             std::to_string(long_files) + " files of more than 400 lines; at most " +
                 std::to_string(long_files_max) + ":" + names}
        );
    return findings;
}

namespace {

// Goes through code once, brace by brace.
class FunctionFinder {
  public:
    explicit FunctionFinder(std::string_view code) : code_(code) {}

    std::vector<Function> run() {
        for (; at_ < code_.size(); ++at_) {
            if (code_[at_] == '\n') ++line_;
            if (depth_ > 0)
                step_inside();
            else
                step_outside();
        }
        return std::move(functions_);
    }

  private:
    void step_inside() {
        if (code_[at_] == '{') ++depth_;
        if (code_[at_] == '}' && --depth_ == 0) {
            function_.lines = line_ - function_.line + 1;
            functions_.push_back(function_);
            head_ = at_ + 1;
        }
    }
    void step_outside() {
        const char c = code_[at_];
        if (c == '#') at_ = std::min(code_.find('\n', at_), code_.size()) - 1;  // no braces of ours
        if (c == ';' || c == '}' || c == '#') head_ = at_ + 1;
        if (c != '{') return;
        const std::string_view before = code_.substr(head_, at_ - head_);
        const bool is_value = !before.ends_with(' ') && !before.ends_with('\n');  // member_{1}
        head_ = at_ + 1;
        if (!is_value && !opens_function(before)) return;
        function_ = {.name = name_in(before), .line = line_};
        depth_ = 1;
    }

    std::string_view code_;
    std::size_t at_ = 0;
    std::size_t head_ = 0;  // where the text before the next brace begins
    int depth_ = 0;         // of braces, inside a function
    int line_ = 1;
    Function function_;
    std::vector<Function> functions_;
};

}  // namespace

std::vector<Function> functions_of(const File& file) { return FunctionFinder(file.code).run(); }

Findings function_lengths(const Files& files) {
    Findings findings;
    std::map<std::string, bool> excepted;  // seen
    for (const auto& [where, reason] : long_functions()) excepted[std::string(where)] = false;
    for (const File& file : files) {
        if (!file.is_cpp()) continue;
        for (const Function& function : functions_of(file)) {
            if (function.lines <= function_lines_max) continue;
            const auto exception = excepted.find(file.path + " " + function.name);
            if (exception != excepted.end())
                exception->second = true;
            else
                findings.push_back(
                    {file.path, function.line,
                     function.name + " has " + std::to_string(function.lines) + " lines; at most 70"
                    }
                );
        }
    }
    for (const auto& [where, seen] : excepted)
        if (!seen) findings.push_back({"tools/style/shape.cc", 0, where + " is short: strike it"});
    return findings;
}

}  // namespace style
