// Who may include whom: the folders' order, the adapters, and the libraries of others.
#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tools/style/rules.h"

namespace style {
namespace {

// A folder of platform/ and those that it stands on. A new folder gets its line here on purpose.
const std::map<std::string_view, std::set<std::string_view>> layer_of = {
    {"base", {}},
    {"http", {"base"}},
    {"table", {"base"}},
    {"journal", {"base", "table"}},
    {"auth", {"base", "http", "table", "journal"}},
    {"web", {"base", "http", "table", "journal", "auth"}},
    {"socketio", {"base", "http"}},
    {"view", {"base"}},
    {"pdf", {"base"}},
    {"observe", {"base"}},
    {"object", {"base", "http", "auth"}},
    {"queue", {"base", "table", "journal"}},
    {"notify", {"base"}},
    {"schedule", {"base", "table", "journal"}},
    // Puts programs together: the one folder that stands on all others, adapters included.
    {"program", {"base", "http", "table", "journal", "auth", "view", "observe"}},
    {"aws", {"base", "http", "table", "object", "queue", "notify", "schedule"}},
};

struct Place {
    std::string_view top;     // "platform", "studentcore"
    std::string_view folder;  // below platform: "base"
};

Place place_of(std::string_view path) {
    const std::size_t slash = std::min(path.find('/'), path.size());
    Place place{.top = path.substr(0, slash), .folder = {}};
    if (place.top != "platform" || slash == path.size()) return place;
    const std::string_view rest = path.substr(slash + 1);
    place.folder = rest.substr(0, rest.find('/'));
    return place;
}

// What is wrong with the file's including `path`; "" if nothing is.
std::string layer_error(const File& file, const std::string& path) {
    const Place from = place_of(file.path);
    const Place to = place_of(path);
    if (to.top == "testing") return file.is_for_tests() ? "" : "only tests include " + path;
    if (to.top == "tools" || to.top == "studentcore" || to.top == "budgetplanner")
        return from.top == to.top || from.top == "testing"
                   ? ""
                   : std::string(from.top) + "/ must not know " + path;
    if (from.top != "platform" || to.top != "platform" || from.folder == to.folder) return "";
    const auto layer = layer_of.find(from.folder);
    if (layer == layer_of.end())
        return "say in tools/style/includes.cc what platform/" + std::string(from.folder) +
               "/ stands on";
    return layer->second.contains(to.folder)
               ? ""
               : "platform/" + std::string(from.folder) + "/ does not stand on " + path;
}

// Headers of others, by what their path begins with, and who may use them: folders end with /.
struct Library {
    std::string_view begins;
    std::vector<std::string_view> users;
};
const std::vector<Library>& libraries() {
    static const std::vector<Library> all = {
        // What a coroutine returns: everywhere.
        {"boost/asio/awaitable.hpp", {""}},
        {"boost/asio/",
         {"platform/http/", "platform/socketio/", "platform/aws/",
          "platform/base/pool.cc",           // work on a thread, awaited
          "platform/base/pool_test.cc",      // awaits it
          "platform/base/run.cc",            // a coroutine from main() and from tests
          "platform/table/completion.cc"}},  // what waits for the writer's commit
        {"boost/beast/", {"platform/http/", "platform/socketio/", "platform/aws/"}},
        {"boost/json/", {"platform/base/json."}},
        {"sqlite3.h", {"platform/table/sqlite_", "bench/"}},
        {"openssl/",
         {"platform/base/", "platform/auth/", "platform/http/", "platform/socketio/",
          "platform/aws/", "cmake/"}},
        {"unicode/",
         {"platform/base/", "platform/view/", "platform/pdf/",
          "budgetplanner/money.cc",                 // currencies, and amounts as people read them
          "budgetplanner/words.cc",                 // days and months in a person's language
          "budgetplanner/statement_encoding.cc"}},  // what banks write their files in
        {"expat.h", {"budgetplanner/statement_camt.cc"}},
        {"libdeflate.h", {"platform/http/", "cmake/"}},
        {"zlib.h", {"platform/http/", "platform/socketio/"}},
        {"argon2.h", {"platform/auth/"}},
        {"crypt.h", {"platform/auth/"}},
        {"ctemplate/", {"platform/view/"}},
        {"pango/", {"platform/pdf/"}},
        {"cairo/", {"platform/pdf/"}},
        {"curl/", {"platform/notify/"}},
        {"CLI/", {"studentcore/main.cc", "budgetplanner/main.cc", "platform/program/flags.h"}},
    };
    return all;
}

bool begins_with_any(std::string_view path, const std::vector<std::string_view>& beginnings) {
    return std::ranges::any_of(beginnings, [&](std::string_view one) {
        return path.starts_with(one);
    });
}

std::string header_of(const File& file) { return file.path.substr(0, file.path.rfind('.')) + ".h"; }

std::set<std::string_view> paths_of(const Files& files) {
    std::set<std::string_view> paths;
    for (const File& file : files) paths.insert(file.path);
    return paths;
}

}  // namespace

Findings layers(const Files& files) {
    Findings findings;
    for (const File& file : files) {
        if (!file.is_cpp()) continue;
        for (const Include& include : includes_of(file)) {
            if (!include.quoted) continue;
            std::string error = layer_error(file, include.path);
            if (!error.empty()) findings.push_back({file.path, include.line, std::move(error)});
        }
    }
    return findings;
}

Findings adapters(const Files& files) {
    // A program puts itself together in these; all others get the port.
    static constexpr std::array builders = {"main.cc", "serve.cc", "commands.cc", "health.h"};
    static constexpr std::array adapter_names = {"sqlite_",     "dynamodb_",    "local_",
                                                 "table_queue", "file_objects", "smtp_mailer"};
    Findings findings;
    for (const File& file : files) {
        if (!file.is_cpp() || file.is_for_tests()) continue;
        for (const Include& include : includes_of(file)) {
            const File named(include.path, "");
            const bool is_adapter =
                include.path.starts_with("platform/") &&
                std::ranges::any_of(adapter_names, [&](std::string_view begins) {
                    return named.name().starts_with(begins);
                });
            const bool assembles =
                !file.path.starts_with("platform/") || file.path.starts_with("platform/program/");
            const bool builds =
                assembles && std::ranges::any_of(builders, [&](std::string_view name) {
                    return file.name() == name;
                });
            if (is_adapter && !builds && named.folder() != file.folder())
                findings.push_back(
                    {file.path, include.line, "takes the port, not the adapter " + include.path}
                );
        }
    }
    return findings;
}

namespace {

// The library that an include belongs to; null for ours and the standard's.
const Library* library_of(const Include& include) {
    const auto found = std::ranges::find_if(libraries(), [&](const Library& one) {
        return include.path.starts_with(one.begins);
    });
    return include.quoted || found == libraries().end() ? nullptr : &*found;
}

bool lists(const Library& library, std::string_view path) {
    return std::ranges::find(library.users, path) != library.users.end();
}

// Files that are listed as users of a library and need it no longer.
Findings needless_users(const Files& files, const std::set<std::string_view>& users) {
    const auto paths = paths_of(files);
    Findings findings;
    for (const Library& library : libraries())
        for (const std::string_view user : library.users)
            if (paths.contains(user) && !users.contains(user))
                findings.push_back(
                    {"tools/style/includes.cc", 0,
                     std::string(user) + " needs no <" + std::string(library.begins) + ">"}
                );
    return findings;
}

}  // namespace

Findings foreign_libraries(const Files& files) {
    Findings findings;
    std::set<std::string_view> users;
    for (const File& file : files) {
        if (!file.is_cpp()) continue;
        for (const Include& include : includes_of(file)) {
            const Library* library = library_of(include);
            if (library == nullptr) continue;
            if (lists(*library, file.path)) users.insert(file.path);
            if (!begins_with_any(file.path, library->users))
                findings.push_back(
                    {file.path, include.line,
                     "<" + include.path + "> is for " + std::string(library->users.front()) +
                         " and those listed in tools/style/includes.cc"}
                );
        }
    }
    std::ranges::move(needless_users(files, users), std::back_inserter(findings));
    return findings;
}

Findings include_order(const Files& files) {
    Findings findings;
    const auto paths = paths_of(files);
    for (const File& file : files) {
        if (!file.is_cpp()) continue;
        const std::vector<Include> includes = includes_of(file);
        const std::string own = header_of(file);
        if (!file.is_header() && !file.is_for_tests() && paths.contains(own) &&
            (includes.empty() || includes.front().path != own))
            findings.push_back({file.path, 0, "includes its own header first: " + own});
        for (const Include& include : includes)
            if (include.quoted && !paths.contains(include.path))
                findings.push_back(
                    {file.path, include.line,
                     "\"" + include.path + "\" is no file; a path begins at the root"}
                );
    }
    return findings;
}

Findings unused_headers(const Files& files) {
    std::set<std::string> included;
    for (const File& file : files)
        for (const Include& include : includes_of(file)) included.insert(include.path);
    Findings findings;
    for (const File& file : files)
        if (file.is_header() && !included.contains(file.path))
            findings.push_back({file.path, 0, "is included by nobody: remove it"});
    return findings;
}

}  // namespace style
