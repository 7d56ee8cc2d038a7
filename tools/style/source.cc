#include "tools/style/source.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <utility>

namespace style {
namespace {

// Not written here: made by builds and package clients, or kept by a running program. So are hidden folders, but for
// what a forge reads.
bool is_skipped(const std::filesystem::directory_entry& entry) {
    static constexpr std::array made = {"build", "data", "node_modules", "test-results"};
    static constexpr std::array read_by_forges = {".ci", ".github", ".gitea"};
    if (!entry.is_directory()) return false;
    const std::string name = entry.path().filename().string();
    const auto is = [&](const char* one) { return name == one; };
    if (name.starts_with('.')) return std::ranges::none_of(read_by_forges, is);
    return name.starts_with("__") || std::ranges::any_of(made, is);
}

bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// Goes through the text once and blanks what is no code; line ends stay, so that lines keep their numbers.
class Blanker {
  public:
    Blanker(std::string_view text, bool cpp) : text_(text), cpp_(cpp), code_(text) {}

    std::string run() {
        while (at_ < text_.size()) step();
        return std::move(code_);
    }

  private:
    void step() {
        const char c = text_[at_];
        if (text_.substr(at_, 2) == "//") return blank_to(text_.find('\n', at_));
        if (text_.substr(at_, 2) == "/*") return blank_to(after("*/", at_ + 2));
        if (cpp_ && text_.substr(at_, 2) == "R\"") return raw();
        const bool separator = c == '\'' && cpp_ && at_ > 0 && is_word(text_[at_ - 1]);  // 1'000
        if (c == '"' || (c == '`' && !cpp_) || (c == '\'' && !separator)) return literal(c);
        ++at_;
    }
    void raw() {
        const std::size_t open = text_.find('(', at_);
        const std::string end = ")" + std::string(text_.substr(at_ + 2, open - at_ - 2)) + "\"";
        at_ = open + 1;
        blank_to(text_.find(end, at_));
        at_ = std::min(at_ + end.size(), text_.size());
    }
    void literal(char quote) {
        std::size_t end = at_ + 1;
        while (end < text_.size() && text_[end] != quote && (text_[end] != '\n' || quote == '`'))
            end += text_[end] == '\\' ? 2 : 1;
        const bool include = code_.substr(0, at_).ends_with("#include ");
        ++at_;
        if (!include) blank_to(end);
        at_ = std::min(end + 1, text_.size());
    }
    [[nodiscard]] std::size_t after(std::string_view what, std::size_t from) const {
        const std::size_t found = text_.find(what, from);
        return found == std::string_view::npos ? found : found + what.size();
    }
    void blank_to(std::size_t end) {
        end = std::min(end, text_.size());
        for (; at_ < end; ++at_)
            if (text_[at_] != '\n') code_[at_] = ' ';
    }

    std::string_view text_;
    bool cpp_;
    std::string code_;
    std::size_t at_ = 0;
};

bool is_text(const std::string& content) { return content.find('\0') == std::string::npos; }

std::string content_of(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

File::File(std::string path_from_root, std::string content)
    : path(std::move(path_from_root)), text(std::move(content)) {
    if (is_cpp() || ends_with(".js") || ends_with(".mjs")) code = Blanker(text, is_cpp()).run();
}

std::string_view File::name() const {
    return std::string_view(path).substr(path.rfind('/') + 1);  // npos + 1 is 0
}

std::string_view File::folder() const {
    const std::size_t slash = path.rfind('/');
    return slash == std::string::npos ? "" : std::string_view(path).substr(0, slash);
}

bool File::ends_with(std::string_view ending) const { return path.ends_with(ending); }

bool File::is_for_tests() const {
    if (path.starts_with("testing/") || name().starts_with("test_")) return true;
    return std::ranges::any_of(
        std::array{"_test.", "_fixture.", "_bench.", "_fuzz.", "_conformance."},
        [&](const char* part) { return name().find(part) != std::string_view::npos; }
    );
}

Files tree(const std::filesystem::path& root) {
    namespace fs = std::filesystem;
    Files files;
    for (fs::recursive_directory_iterator entry(root), end; entry != end; ++entry) {
        if (is_skipped(*entry)) {
            entry.disable_recursion_pending();
            continue;
        }
        if (entry->is_symlink() || !entry->is_regular_file()) continue;
        std::string content = content_of(entry->path());
        if (is_text(content))
            files.emplace_back(entry->path().lexically_relative(root), std::move(content));
    }
    std::ranges::sort(files, {}, &File::path);
    return files;
}

std::vector<Include> includes_of(const File& file) {
    std::vector<Include> found;
    constexpr std::string_view directive = "#include ";
    int number = 0;
    for (const std::string_view line : lines_of(file.code)) {
        ++number;
        if (!line.starts_with(directive) || line.size() < directive.size() + 2) continue;
        const std::string_view rest = line.substr(directive.size());
        const bool quoted = rest.front() == '"';
        const std::size_t end = rest.find(quoted ? '"' : '>', 1);
        found.push_back(
            {.path = std::string(rest.substr(1, end - 1)), .quoted = quoted, .line = number}
        );
    }
    return found;
}

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        lines.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

int line_at(std::string_view text, std::size_t offset) {
    return 1 + static_cast<int>(std::ranges::count(text.substr(0, offset), '\n'));
}

std::size_t find_word(std::string_view text, std::string_view word, std::size_t from) {
    for (std::size_t at = text.find(word, from); at != std::string_view::npos;
         at = text.find(word, at + 1)) {
        const bool begins = at == 0 || !is_word(word.front()) || !is_word(text[at - 1]);
        const std::size_t end = at + word.size();
        const bool ends = end == text.size() || !is_word(word.back()) || !is_word(text[end]);
        if (begins && ends) return at;
    }
    return std::string_view::npos;
}

}  // namespace style
