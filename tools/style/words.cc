// What must not be written: calls that have a better one here, unfinished work, places of one machine.
#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tools/style/rules.h"

namespace style {
namespace {

enum class Where : std::uint8_t {
    everywhere,
    program_and_tests,  // a benchmark or a fixture may
    program,            // a test may too
};

struct Ban {
    std::string_view call;
    std::string_view instead;
    Where where = Where::everywhere;
    std::vector<std::string_view> except = {};  // paths, or their beginnings
};

const std::vector<Ban>& bans() {
    static constexpr std::string_view wait = "waiting for the thing itself: a condition, a timer";
    static constexpr std::string_view shell = "a library: a shell reads what it is given";
    static constexpr std::string_view zone = "base::Clock: the college has a time zone of its own";
    using enum Where;
    static const std::vector<Ban> all = {
        {"system_clock::now",
         "base::Clock, which a test can set",
         everywhere,
         {"platform/base/clock.cc"}},
        {"time(nullptr)", "base::Clock, which a test can set"},
        {"localtime", zone},
        {"gmtime", zone},
        {"mktime", zone},
        {"sleep_for", wait, program_and_tests},
        {"sleep_until", wait, program_and_tests},
        {"usleep(", wait, program_and_tests},
        {"sleep(", wait, program_and_tests},
        {"detach()", "a thread that is joined: what it uses must outlive it"},
        {"rand()", "base::random_bytes"},
        {"srand(", "base::random_bytes"},
        // Spreads the keep-alive of connections: need not be hard to guess.
        {"random_device", "base::random_bytes", program, {"platform/http/worker.cc"}},
        {"std::regex", "a loop over the text: a pattern may take time without bound"},
        {"std::stoi", "std::from_chars", program},
        {"std::stol", "std::from_chars", program},
        {"std::stoul", "std::from_chars", program},
        {"std::stoull", "std::from_chars", program},
        {"std::stod", "base::Decimal: money and marks are exact", program},
        {"atoi(", "std::from_chars", program},
        {"strtol", "std::from_chars", program},
        {"strtod", "std::from_chars", program},
        {"sprintf", "std::to_string and +, or base::Decimal"},
        {"strcpy", "std::string"},
        {"system(", shell, program},
        {"popen(", shell, program},
        {"std::getenv", "a member of the program's options", program},
        {"printf", "base::log", program, {"studentcore/commands.cc", "budgetplanner/commands.cc"}},
        {"std::cout",
         "base::log",
         program,
         {"studentcore/main.cc", "studentcore/commands.cc", "cmake/"}},
        {"std::cerr",
         "base::log",
         program,
         {"studentcore/main.cc", "studentcore/commands.cc", "cmake/", "platform/view/view.cc"}},
        {"asio::detached", "a handler that logs what is thrown", program},
    };
    return all;
}

bool excepted(const Ban& ban, const File& file) {
    const bool is_test = file.ends_with("_test.cc") || file.ends_with("_test.h");
    if (ban.where == Where::program && file.is_for_tests()) return true;
    if (ban.where == Where::program_and_tests && file.is_for_tests() && !is_test) return true;
    return std::ranges::any_of(ban.except, [&](std::string_view begins) {
        return file.path.starts_with(begins);
    });
}

// Where a call of that name stands: not a declaration's or another name's end, nor a member of that name.
std::size_t find_call(std::string_view code, std::string_view call, std::size_t from) {
    for (std::size_t at = find_word(code, call, from); at != std::string_view::npos;
         at = find_word(code, call, at + 1)) {
        const bool member = at > 0 && (code[at - 1] == '.' || code[at - 1] == '>');
        if (!member || call == "detach()") return at;
    }
    return std::string_view::npos;
}

// Written in two parts, so that this file does not ring itself.
constexpr std::array unfinished_words = {
    "TO"
    "DO",
    "FIX"
    "ME",
    "XX"
    "X",
    "HA"
    "CK"
};
constexpr std::array machine_places = {
    "/wo"
    "rk/",
    "/ro"
    "ot/",
    "/ho"
    "me/",
    "/Us"
    "ers/"
};
constexpr std::array registries = {
    "registry."
    "npmjs",
    "registry."
    "yarnpkg",
    "py"
    "pi.org",
    "pythonhosted"
    ".org",
    "deb.debian"
    ".org",
    "security.debian"
    ".org",
    "archive.ubuntu"
    ".com",
    "crates"
    ".io",
    "proxy.golang"
    ".org",
    "rubygems"
    ".org",
    "maven"
    ".org",
    "apt.llvm"
    ".org",
};

// Bytes that a program reads or wrote: their letters mean nothing here.
bool is_data(const File& file) {
    return file.path.find(".corpus/") != std::string::npos ||
           file.path.find(".testdata/") != std::string::npos ||
           file.path.find(".golden") != std::string::npos || file.ends_with(".inc");
}

// Whether the first bracket that the text opens is closed in it.
bool is_closed(std::string_view text) {
    int depth = 0;
    for (const char c : text) {
        depth += c == '(' ? 1 : c == ')' ? -1 : 0;
        if (c == ')' && depth == 0) return true;
    }
    return false;
}

bool is_in_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '}' || c == '.';
}

}  // namespace

Findings banned_calls(const Files& files) {
    Findings findings;
    for (const File& file : files) {
        if (!file.is_cpp()) continue;
        for (const Ban& ban : bans()) {
            if (excepted(ban, file)) continue;
            for (std::size_t at = find_call(file.code, ban.call, 0); at != std::string_view::npos;
                 at = find_call(file.code, ban.call, at + 1))
                findings.push_back(
                    {file.path, line_at(file.code, at),
                     std::string(ban.call) + ": use " + std::string(ban.instead)}
                );
        }
    }
    return findings;
}

// g++ 12 destroys the temporaries of a co_await in a branch of ?: and in a range-for's head at the wrong time.
Findings suspended_conditions(const Files& files) {
    Findings findings;
    for (const File& file : files) {
        if (!file.is_cpp()) continue;
        const std::string_view code = file.code;
        for (std::size_t at = find_word(code, "co_await"); at != std::string_view::npos;
             at = find_word(code, "co_await", at + 1)) {
            const std::size_t start = code.find_last_of(";{}", at) + 1;
            const std::string_view before = code.substr(start, at - start);
            const std::size_t loop = find_word(before, "for (");
            const std::string_view head = before.substr(std::min(loop, before.size()));
            if (before.find(" ? ") != std::string_view::npos)
                findings.push_back(
                    {file.path, line_at(code, at), "no co_await in a branch of ?: (g++ 12); use if"}
                );
            else if (head.find(" : ") != std::string_view::npos && !is_closed(head))
                findings.push_back(
                    {file.path, line_at(code, at),
                     "no co_await in the head of a range-for (g++ 12); name the range first"}
                );
        }
    }
    return findings;
}

Findings unfinished(const Files& files) {
    Findings findings;
    for (const File& file : files) {
        if (is_data(file)) continue;
        for (const std::string_view word : unfinished_words)
            for (std::size_t at = find_word(file.text, word); at != std::string_view::npos;
                 at = find_word(file.text, word, at + 1))
                findings.push_back(
                    {file.path, line_at(file.text, at),
                     std::string(word) + ": do it, or write an issue"}
                );
    }
    return findings;
}

Findings places(const Files& files) {
    Findings findings;
    for (const File& file : files) {
        if (is_data(file)) continue;
        for (const std::string_view place : machine_places)
            for (std::size_t at = file.text.find(place); at != std::string_view::npos;
                 at = file.text.find(place, at + 1))
                if (at == 0 || !is_in_word(file.text[at - 1]))
                    findings.push_back(
                        {file.path, line_at(file.text, at),
                         std::string(place) + " is a place of one machine"}
                    );
        for (const std::string_view host : registries)
            for (std::size_t at = file.text.find(host); at != std::string_view::npos;
                 at = file.text.find(host, at + 1))
                findings.push_back(
                    {file.path, line_at(file.text, at),
                     std::string(host) + ": the package client knows its registry"}
                );
    }
    return findings;
}

Findings white_space(const Files& files) {
    constexpr std::array endings = {".cc",  ".h",  ".html",  ".css",  ".js", ".mjs", ".md",
                                    ".txt", ".sh", ".cmake", ".json", ".py", ".yml"};
    constexpr std::size_t columns_max = 120;  // of a comment; clang-format holds code to 100
    Findings findings;
    for (const File& file : files) {
        const bool ours = std::ranges::any_of(endings, [&](std::string_view ending) {
            return file.ends_with(ending);
        });
        if (!ours || is_data(file) || file.text.empty()) continue;
        const bool part = file.ends_with(".html") && file.name().starts_with('_');  // inside a line
        if (!part && !file.text.ends_with('\n'))
            findings.push_back({file.path, 0, "ends without a line end"});
        int number = 0;
        for (const std::string_view line : lines_of(file.text)) {
            ++number;
            if (line.ends_with(' ') || line.find_first_of("\t\r") != std::string_view::npos)
                findings.push_back({file.path, number, "a tab, or white space at the end"});
            const auto columns = std::ranges::count_if(line, [](char c) {
                return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
            });
            if (file.is_cpp() && static_cast<std::size_t>(columns) > columns_max &&
                line.find('"') == std::string_view::npos)
                findings.push_back({file.path, number, "a line of more than 120 columns"});
        }
    }
    return findings;
}

}  // namespace style
