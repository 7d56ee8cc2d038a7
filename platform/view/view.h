// Pages: HTML templates filled from a JSON model, escaped by the context each value stands in.
//
// The engine is ctemplate with its auto-escape, switched on here for every template, so that nobody
// can forget it; a template that tries to switch it off (":none", "{{%…}}") stops the start. All
// templates are read and checked when Templates is made; render() may then be called from any
// thread. README.md beside this file says what a template can do.
//   view::Templates templates(files);                      // {"students.html": "…",
//   "strings/en.txt": "…"} std::string page = templates.render("students", model, "en");
// A mistake in a template or catalogue throws base::Error (internal) with a sentence that names it.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/json.h"

namespace view {

// Text by name: "students.html", "_row.html", "layout.html", "strings/en.txt".
using Files = std::map<std::string, std::string, std::less<>>;

struct Options {
    // A variable that the model does not have at all (null is fine) is an error: for tests.
    bool strict = false;
    // The language whose catalogue must be complete; others fall back to it.
    std::string first_language = "en";
    // Every page is parsed at once, so that one that is not well formed stops the start. Without, a
    // page is parsed when it is first shown: half a millisecond a page, for a program whose tests
    // have read them all. All else is checked at start in any case.
    bool parse_all = true;
};

class Templates {
  public:
    explicit Templates(const Files& files, Options options = {});
    // For development: the folder is read again when a file in it changed.
    explicit Templates(std::filesystem::path folder, Options options = {});
    ~Templates();
    Templates(const Templates&) = delete;
    Templates& operator=(const Templates&) = delete;

    // The page of that name. Times are shown in the zone that the model's top-level "time_zone"
    // names (UTC without). An unknown language is the first one's.
    [[nodiscard]] std::string render(
        std::string_view name, const json::Object& model, std::string_view language = "en"
    ) const;
    [[nodiscard]] bool contains(std::string_view name) const;
    [[nodiscard]] std::vector<std::string> names() const;

    [[nodiscard]] std::vector<std::string> languages() const;
    // The best of them for an Accept-Language header (RFC 9110).
    [[nodiscard]] std::string language_for(std::string_view accept_language) const;
    // One text of the catalogue, not escaped; throws when the key is unknown.
    [[nodiscard]] std::string text(std::string_view language, std::string_view key) const;
    // All texts whose key starts with the prefix, by the rest of the key: for scripts.
    [[nodiscard]] json::Object texts(std::string_view language, std::string_view prefix) const;

    // For tests: keys that no template uses (those under "js." and "text." are used by programs),
    // and
    // "<language>: <key>" that another language lacks or has too many.
    [[nodiscard]] std::vector<std::string> unused_texts() const;
    [[nodiscard]] std::vector<std::string> missing_texts() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

// Options of a <select>: [{value, label, selected}], label and value alike.
[[nodiscard]] json::Array choices(const std::vector<std::string>& values, std::string_view chosen);

}  // namespace view
