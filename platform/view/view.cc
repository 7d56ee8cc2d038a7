#include "platform/view/view.h"

#include <ctemplate/template.h>

#include <charconv>
#include <fstream>
#include <iostream>
#include <iterator>
#include <mutex>
#include <set>
#include <sstream>
#include <utility>

#include "platform/base/error.h"
#include "platform/base/text.h"
#include "platform/view/catalogue.h"
#include "platform/view/formats.h"
#include "platform/view/program.h"
#include "platform/view/source.h"

namespace view {
namespace {

using Parsed = std::unique_ptr<ctemplate::Template>;
// ctemplate says what is wrong with a template on std::cerr alone: it is read from there.
class Complaints {
  public:
    Complaints() : before_(std::cerr.rdbuf(heard_.rdbuf())) {}
    ~Complaints() { std::cerr.rdbuf(before_); }
    Complaints(const Complaints&) = delete;
    Complaints& operator=(const Complaints&) = delete;
    [[nodiscard]] std::string text() const { return heard_.str(); }

  private:
    std::ostringstream heard_;
    std::streambuf* before_;
};

Parsed parse(std::string_view name, const std::string& source) {
    static std::mutex one_at_a_time;  // std::cerr is shared
    const std::scoped_lock lock(one_at_a_time);
    const Complaints complaints;
    Parsed parsed(ctemplate::Template::StringToTemplate(
        ctemplate::TemplateString(source.data(), source.size()), ctemplate::STRIP_BLANK_LINES
    ));
    if (parsed == nullptr)
        throw base::Error(
            base::Code::internal,
            "The template " + std::string(name) + ".html is not well formed: " + complaints.text()
        );
    return parsed;
}

// A page's source, and the program that became of it once someone asked.
class Page {
  public:
    Page(std::string name, std::string source)
        : name_(std::move(name)), source_(std::move(source)) {}
    [[nodiscard]] const Program& program() const {
        std::call_once(once_, [&] {
            program_ = std::make_unique<const Program>(name_, *parse(name_, source_));
            source_ = {};
        });
        return *program_;
    }

  private:
    std::string name_;
    mutable std::string source_;  // until then
    mutable std::once_flag once_;
    mutable std::unique_ptr<const Program> program_;
};
using Pages = std::map<std::string, Page, std::less<>>;

// Everything read and checked; never changed afterwards.
struct Loaded {
    std::map<std::string, Texts, std::less<>> texts;
    std::map<std::string, Pages, std::less<>> pages;  // by language
    std::set<std::string> used;
};

std::shared_ptr<const Loaded> load(const Files& files, const Options& options) {
    register_formats();
    auto loaded = std::make_shared<Loaded>();
    loaded->texts.try_emplace(options.first_language);
    for (const auto& [file, text] : files) {
        if (!file.starts_with("strings/") || !file.ends_with(".txt")) continue;
        loaded->texts[file.substr(8, file.size() - 12)] = parse_catalogue(file, text);
    }
    const Texts& fallback = loaded->texts.find(options.first_language)->second;
    for (const auto& [language, texts] : loaded->texts) {
        const Source source(files, texts, fallback, loaded->used);
        Pages& pages = loaded->pages[language];
        for (const auto& [file, text] : files) {
            // A layout is no page: it has a place for one.
            if (!file.ends_with(".html") || text.contains("{{>content}}")) continue;
            const std::string name = file.substr(0, file.size() - 5);
            const auto page = pages.try_emplace(name, name, source.assemble(name)).first;
            if (options.parse_all) static_cast<void>(page->second.program());
        }
    }
    return loaded;
}

using Stamp = std::map<std::string, std::filesystem::file_time_type>;

Stamp stamp_of(const std::filesystem::path& folder) {
    Stamp stamp;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        const std::string extension = entry.path().extension().string();
        if (entry.is_regular_file() && (extension == ".html" || extension == ".txt"))
            stamp[std::filesystem::relative(entry.path(), folder).generic_string()] =
                entry.last_write_time();
    }
    return stamp;
}

Files read_folder(const std::filesystem::path& folder, const Stamp& stamp) {
    Files files;
    for (const auto& entry : stamp) {
        std::ifstream stream(folder / entry.first, std::ios::binary);
        files[entry.first] = std::string(std::istreambuf_iterator<char>(stream), {});
    }
    return files;
}

}  // namespace

struct Templates::State {
    Options options;
    std::filesystem::path folder;  // "": the files are given
    mutable std::mutex mutex;      // of what is below, when there is a folder
    mutable Stamp stamp;
    mutable std::shared_ptr<const Loaded> loaded;

    [[nodiscard]] std::shared_ptr<const Loaded> now() const {
        if (folder.empty()) return loaded;
        const std::scoped_lock lock(mutex);
        if (Stamp seen = stamp_of(folder); loaded == nullptr || seen != stamp) {
            loaded = load(read_folder(folder, seen), options);
            stamp = std::move(seen);
        }
        return loaded;
    }
    [[nodiscard]] const Pages& pages(const Loaded& from, std::string_view language) const {
        const auto found = from.pages.find(language);
        return found != from.pages.end() ? found->second
                                         : from.pages.find(options.first_language)->second;
    }
};

Templates::Templates(const Files& files, Options options) : state_(std::make_unique<State>()) {
    state_->options = std::move(options);
    state_->loaded = load(files, state_->options);
}

Templates::Templates(std::filesystem::path folder, Options options)
    : state_(std::make_unique<State>()) {
    state_->options = std::move(options);
    state_->folder = std::move(folder);
    static_cast<void>(state_->now());
}

Templates::~Templates() = default;

std::string Templates::render(
    std::string_view name, const json::Object& model, std::string_view language
) const {
    const auto loaded = state_->now();
    const Pages& pages = state_->pages(*loaded, language);
    const auto page = pages.find(name);
    if (page == pages.end())
        throw base::Error(
            base::Code::internal, "There is no template " + std::string(name) + ".html."
        );
    Place place;
    place.language = language;
    if (const std::string_view zone = model.text("time_zone"); !zone.empty())
        place.time_zone = zone;
    const bool strict = state_->options.strict;
    std::string unknown;
    std::string out = page->second.program().run(model, place, strict ? &unknown : nullptr);
    if (!unknown.empty())
        throw base::Error(
            base::Code::internal, "The template " + std::string(name) + ".html shows {{" + unknown +
                                      "}}, which its model does not have."
        );
    return out;
}

bool Templates::contains(std::string_view name) const {
    const auto loaded = state_->now();
    return loaded->pages.begin()->second.contains(name);
}

std::vector<std::string> Templates::names() const {
    const auto loaded = state_->now();
    std::vector<std::string> names;
    for (const auto& page : loaded->pages.begin()->second) names.push_back(page.first);
    return names;
}

std::vector<std::string> Templates::languages() const {
    const auto loaded = state_->now();
    std::vector<std::string> languages{state_->options.first_language};
    for (const auto& texts : loaded->texts)
        if (texts.first != languages.front()) languages.push_back(texts.first);
    return languages;
}

std::string Templates::language_for(std::string_view accept_language) const {
    const auto loaded = state_->now();
    const auto known = [&](std::string_view tag) { return loaded->texts.contains(tag); };
    std::string best = state_->options.first_language;
    double best_weight = 0;
    for (const std::string_view range : base::split(accept_language.substr(0, 1000), ',')) {
        const auto parts = base::split(range, ';');
        std::string_view tag = base::trimmed(parts.front());
        double weight = 1;
        if (parts.size() > 1) {
            const std::string_view q = base::trimmed(parts[1]);
            if (!q.starts_with("q=")) continue;
            if (std::from_chars(q.data() + 2, q.data() + q.size(), weight).ec != std::errc())
                continue;
        }
        if (!known(tag)) tag = tag.substr(0, tag.find('-'));
        if (weight > best_weight && known(tag)) {
            best = tag;
            best_weight = weight;
        }
    }
    return best;
}

std::string Templates::text(std::string_view language, std::string_view key) const {
    const auto loaded = state_->now();
    for (const std::string_view tried :
         {language, std::string_view(state_->options.first_language)}) {
        const auto texts = loaded->texts.find(tried);
        if (texts == loaded->texts.end()) continue;
        if (const auto text = texts->second.find(key); text != texts->second.end())
            return text->second;
    }
    throw base::Error(
        base::Code::internal, "The text " + std::string(key) + " is in no catalogue."
    );
}

json::Object Templates::texts(std::string_view language, std::string_view prefix) const {
    const auto loaded = state_->now();
    json::Object out;
    for (const std::string_view from :
         {std::string_view(state_->options.first_language), language}) {
        const auto texts = loaded->texts.find(from);
        if (texts == loaded->texts.end()) continue;
        for (auto text = texts->second.lower_bound(prefix);
             text != texts->second.end() && text->first.starts_with(prefix); ++text)
            out.set(std::string_view(text->first).substr(prefix.size()), text->second);
    }
    return out;
}

std::vector<std::string> Templates::unused_texts() const {
    const auto loaded = state_->now();
    std::vector<std::string> unused;
    for (const auto& entry : loaded->texts.find(state_->options.first_language)->second) {
        const std::string& key = entry.first;
        if (!key.starts_with("js.") && !key.starts_with("text.") && !loaded->used.contains(key))
            unused.push_back(key);
    }
    return unused;
}

std::vector<std::string> Templates::missing_texts() const {
    const auto loaded = state_->now();
    const Texts& first = loaded->texts.find(state_->options.first_language)->second;
    std::vector<std::string> missing;
    for (const auto& [language, texts] : loaded->texts) {
        for (const auto& entry : first)
            if (!texts.contains(entry.first)) missing.push_back(language + ": " + entry.first);
        for (const auto& entry : texts)
            if (!first.contains(entry.first)) missing.push_back(language + ": " + entry.first);
    }
    return missing;
}

json::Array choices(const std::vector<std::string>& values, std::string_view chosen) {
    json::Array out;
    for (const std::string& value : values)
        out.emplace_back(
            json::Object{{"value", value}, {"label", value}, {"selected", value == chosen}}
        );
    return out;
}

}  // namespace view
