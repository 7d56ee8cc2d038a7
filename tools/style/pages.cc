// What the browser is sent: nothing that the content security policy would refuse, nothing from elsewhere.
#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "tools/style/rules.h"

namespace style {
namespace {

// Mails are read where no style sheet is: theirs stand in the tags.
bool is_mail(const File& file) { return file.name().starts_with("mail"); }
bool is_page(const File& file) { return file.ends_with(".html") && !is_mail(file); }
bool is_script(const File& file) {
    return file.ends_with(".js") && (file.path.find("/assets/") != std::string::npos ||
                                     file.path.starts_with("platform/browser/"));
}
bool is_sent(const File& file) {
    return is_page(file) || is_script(file) || file.ends_with(".css") ||
           file.ends_with(".webmanifest");
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// style="…", onclick="…": what stands after a space in a tag.
std::string_view inline_attribute(std::string_view tag) {
    for (std::size_t at = tag.find_first_of(" \n"); at != std::string_view::npos;
         at = tag.find_first_of(" \n", at + 1)) {
        std::size_t end = at + 1;
        while (end < tag.size() && is_letter(tag[end])) ++end;
        const std::string_view name = tag.substr(at + 1, end - at - 1);
        const bool has_value = end < tag.size() && tag[end] == '=';
        if (has_value && (name == "style" || (name.starts_with("on") && name.size() > 3)))
            return name;
    }
    return {};
}

// Markup is put into a page only as it came from the server: a.innerHTML = b.innerHTML.
bool copies_markup(std::string_view statement) {
    const std::size_t equals = statement.find('=');
    return equals != std::string_view::npos && statement.substr(equals).ends_with(".innerHTML");
}

}  // namespace

Findings markup(const Files& files) {
    Findings findings;
    for (const File& file : files) {
        if (!is_page(file)) continue;
        const std::string_view text = file.text;
        for (std::size_t at = text.find('<'); at != std::string_view::npos;
             at = text.find('<', at + 1)) {
            const std::string_view tag = text.substr(at, text.find('>', at) - at);
            const std::string_view attribute = inline_attribute(tag);
            if (!attribute.empty())
                findings.push_back(
                    {file.path, line_at(text, at),
                     "no " + std::string(attribute) + "= in a page: a class, or a script's listener"
                    }
                );
            const bool data = tag.find("application/json") != std::string_view::npos;
            if (find_word(tag, "<script") == 0 && !data &&
                tag.find(" src=") == std::string_view::npos)
                findings.push_back({file.path, line_at(text, at), "a script has a src"});
            if (find_word(tag, "<style") == 0)
                findings.push_back({file.path, line_at(text, at), "styles stand in app.css"});
        }
    }
    return findings;
}

Findings scripts(const Files& files) {
    static constexpr std::array banned = {"outerHTML =",      "insertAdjacentHTML",
                                          "document.write",   "eval(",
                                          "new Function",     "javascript:",
                                          ".style.cssText",   "setAttribute(\"style\"",
                                          "setAttribute(\"on"};
    Findings findings;
    for (const File& file : files) {
        if (!is_script(file)) continue;
        for (const std::string_view call : banned)
            for (std::size_t at = find_word(file.text, call); at != std::string_view::npos;
                 at = find_word(file.text, call, at + 1))
                findings.push_back(
                    {file.path, line_at(file.text, at),
                     std::string(call) + ": make elements and set their textContent"}
                );
        for (const std::string_view sets :
             {std::string_view{"innerHTML ="}, std::string_view{"innerHTML +="}})
            for (std::size_t at = file.code.find(sets); at != std::string_view::npos;
                 at = file.code.find(sets, at + 1)) {
                const std::string_view statement =
                    std::string_view(file.code).substr(at, file.code.find(';', at) - at);
                if (statement.find("==") != std::string_view::npos || copies_markup(statement))
                    continue;
                findings.push_back(
                    {file.path, line_at(file.code, at),
                     "innerHTML takes only another element's innerHTML; else set textContent"}
                );
            }
    }
    return findings;
}

Findings foreign_addresses(const Files& files) {
    Findings findings;
    for (const File& file : files) {
        if (!is_sent(file)) continue;
        for (const std::string_view scheme :
             {std::string_view{"http://"}, std::string_view{"https://"}})
            for (std::size_t at = file.text.find(scheme); at != std::string_view::npos;
                 at = file.text.find(scheme, at + 1)) {
                const std::string_view rest =
                    std::string_view(file.text).substr(at + scheme.size());
                if (rest.starts_with("www.w3.org/"))
                    continue;  // the name of a format, never fetched
                findings.push_back(
                    {file.path, line_at(file.text, at),
                     "an address elsewhere: everything is served from here"}
                );
            }
    }
    return findings;
}

Findings unused_pages(const Files& files) {
    Findings findings;
    for (const File& file : files) {
        const bool part = is_page(file) && file.name().starts_with('_');
        if (!part && !is_script(file)) continue;
        const std::string name(file.name());
        const std::string stem = name.substr(0, name.find('.'));
        const bool used = std::ranges::any_of(files, [&](const File& other) {
            if (&other == &file) return false;
            if (part)
                return (is_page(other) && other.text.find("{{>" + stem + "}}") != std::string::npos
                       ) ||
                       (other.is_cpp() && other.text.find("\"" + stem + "\"") != std::string::npos);
            return (is_page(other) || is_script(other)) &&
                   other.text.find("/" + name) != std::string::npos;
        });
        if (!used) findings.push_back({file.path, 0, "is used by no page: remove it"});
    }
    return findings;
}

}  // namespace style
