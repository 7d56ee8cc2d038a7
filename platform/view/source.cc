#include "platform/view/source.h"

#include <algorithm>
#include <array>
#include <utility>

#include "platform/base/error.h"
#include "platform/base/text.h"
#include "platform/view/formats.h"

namespace view {
namespace {

constexpr int include_depth_max = 8;

base::Error wrong(std::string_view name, const std::string& why) {
    return {base::Code::internal, "The template " + std::string(name) + ".html " + why};
}

bool is_name(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_';
    });
}

// The name in a marker such as {{>name}} that starts at `at`; `end` is set behind the marker.
std::string_view marker_name(
    std::string_view name, std::string_view text, std::size_t at, std::size_t& end
) {
    const std::size_t close = text.find("}}", at);
    const std::string_view inside =
        close == std::string_view::npos ? std::string_view() : text.substr(at + 3, close - at - 3);
    if (!is_name(inside))
        throw wrong(name, "has a marker without a name: " + std::string(text.substr(at, 20)));
    end = close + 2;
    return inside;
}

// Takes the blocks {{$name}}…{{/name}} out of a text; what each held comes by `found`, and what it
// returns stands in its place.
template <class Found>
std::string without_blocks(std::string_view name, std::string_view text, const Found& found) {
    std::string out;
    std::size_t done = 0;
    for (std::size_t at = text.find("{{$"); at != std::string_view::npos;
         at = text.find("{{$", done)) {
        std::size_t inside = 0;
        const std::string_view block = marker_name(name, text, at, inside);
        const std::string closing = "{{/" + std::string(block) + "}}";
        const std::size_t close = text.find(closing, inside);
        if (close == std::string_view::npos)
            throw wrong(name, "does not end the block " + std::string(block) + ".");
        out += text.substr(done, at - done);
        out += found(block, text.substr(inside, close - inside));
        done = close + closing.size();
    }
    out += text.substr(done);
    return out;
}

// Indentation is for us, not for the wire; but it is content where white space counts.
std::string without_indentation(std::string_view text) {
    if (text.contains("<pre") || text.contains("<textarea")) return std::string(text);
    std::string out;
    out.reserve(text.size());
    bool line_start = true;
    for (const char c : text) {
        if (line_start && (c == ' ' || c == '\t' || c == '\n' || c == '\r')) continue;
        line_start = c == '\n';
        out += c;
    }
    return out;
}

// ctemplate can't have a format both with and without a number: x-percent=1 has a name of its own,
// x-percent-to-1.
std::string with_long_formats(std::string text) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 2> names{{
        {":x-percent=", ":x-percent-to-"},
        {":x-number=", ":x-round-"},
    }};
    for (const auto& [name, own] : names)
        for (std::size_t at = text.find(name); at != std::string::npos;
             at = text.find(name, at + 1))
            text.replace(at, name.size(), own);
    return text;
}

}  // namespace

std::string_view Source::file(std::string_view name, std::string_view wanted_by) const {
    const auto found = files_.find(std::string(name) + ".html");
    if (found == files_.end())
        throw wrong(wanted_by, "includes " + std::string(name) + ".html, which is not there.");
    return found->second;
}

std::string Source::included(
    std::string_view name, std::string_view text, const std::string* content, int depth
) const {
    if (depth > include_depth_max) throw wrong(name, "is included by itself.");
    std::string out;
    std::size_t done = 0;
    for (std::size_t at = text.find("{{>"); at != std::string_view::npos;
         at = text.find("{{>", done)) {
        std::size_t end = 0;
        const std::string_view part = marker_name(name, text, at, end);
        out += text.substr(done, at - done);
        if (part == "content" && content != nullptr)
            out += *content;
        else
            out += included(part, file(part, name), nullptr, depth + 1);
        done = end;
    }
    out += text.substr(done);
    return out;
}

std::string Source::worded(std::string_view name, std::string_view text) const {
    std::string out;
    std::size_t done = 0;
    for (std::size_t at = text.find("[["); at != std::string_view::npos;
         at = text.find("[[", at + 2)) {
        const std::size_t close = text.find("]]", at);
        if (close == std::string_view::npos) break;
        const std::string key(text.substr(at + 2, close - at - 2));
        if (!is_key(key)) continue;
        auto found = texts_.find(key);
        if (found == texts_.end()) found = fallback_.find(key);
        if (found == fallback_.end())
            throw wrong(name, "uses [[" + key + "]], which is in no catalogue.");
        used_.insert(key);
        out += text.substr(done, at - done);
        out += html_escaped(found->second);
        done = close + 2;
    }
    out += text.substr(done);
    return out;
}

std::string Source::assemble(std::string_view name) const {
    std::string_view page = file(name, name);
    const std::string_view start = base::trimmed(page.substr(0, 256));
    std::string layout = "layout";
    if (name.starts_with('_') || name == layout || start.starts_with("<!doctype") ||
        start.starts_with("<!DOCTYPE"))
        layout.clear();
    if (start.starts_with("{{<")) {  // {{<bare}} in front: inside bare.html instead
        std::size_t end = 0;
        layout = marker_name(name, start, 0, end);
        page = page.substr(page.find("}}") + 2);
    }
    if (!layout.empty() && !files_.contains(layout + ".html")) {
        if (layout != "layout")
            throw wrong(name, "asks for " + layout + ".html, which is not there.");
        layout.clear();
    }
    Blocks blocks;
    std::string text = included(name, page, nullptr, 0);
    if (!layout.empty()) {
        text = without_blocks(name, text, [&](std::string_view block, std::string_view inside) {
            blocks.insert_or_assign(std::string(block), std::string(inside));
            return std::string_view();
        });
        text = included(layout, file(layout, name), &text, 0);
    }
    text = without_blocks(name, text, [&](std::string_view block, std::string_view inside) {
        const auto given = blocks.find(block);
        return given == blocks.end() ? inside : std::string_view(given->second);
    });
    text = without_indentation(with_long_formats(worded(name, text)));
    check_source(name, text);
    return "{{%AUTOESCAPE context=\"HTML\"}}\n" + text;
}

namespace {

// JSON is safe only as data: a whole <script type="application/json">.
bool is_whole_json_script(std::string_view before, std::string_view after) {
    const std::size_t tag = before.rfind('<');
    const std::string_view open = tag == std::string_view::npos ? before : before.substr(tag);
    return open.starts_with("<script") && open.contains("type=\"application/json\"") &&
           base::trimmed(open).ends_with('>') && base::trimmed(after).starts_with("</script>");
}

}  // namespace

void check_source(std::string_view name, std::string_view text) {
    for (std::size_t at = text.find("{{"); at != std::string_view::npos;
         at = text.find("{{", at + 2)) {
        const std::size_t close = text.find("}}", at);
        if (close == std::string_view::npos) throw wrong(name, "does not close a marker {{.");
        const std::string_view marker = text.substr(at + 2, close - at - 2);
        if (marker.starts_with('!')) continue;
        const std::string has = "has {{" + std::string(marker) + "}}";
        if (marker.starts_with('%') || marker.starts_with('='))
            throw wrong(name, has + ": pragmas are not for templates.");
        const std::size_t colon = marker.find(':');
        if (colon == std::string_view::npos) continue;
        for (const std::string_view modifier : base::split(marker.substr(colon + 1), ':')) {
            if (!modifier.starts_with("x-"))
                throw wrong(name, has + ": escaping is chosen by the context.");
            if (format_modifier(modifier) == nullptr)
                throw wrong(name, has + ", a format that is not there.");
            if (modifier == "x-json" &&
                !is_whole_json_script(text.substr(0, at), text.substr(close + 2)))
                throw wrong(
                    name, has + " outside of <script type=\"application/json\">…</script>."
                );
        }
    }
}

}  // namespace view
