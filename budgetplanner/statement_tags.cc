#include "budgetplanner/statement_tags.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "budgetplanner/statement_read.h"
#include "platform/base/text.h"

namespace budgetplanner {
namespace {

constexpr std::size_t name_bytes_max = 32;

void append_code_point(std::string& out, unsigned long code) {
    if (code == 0 || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) return;
    if (code < 0x80) {
        out += static_cast<char>(code);
    } else if (code < 0x800) {
        out += static_cast<char>(0xC0 | (code >> 6));
        out += static_cast<char>(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        out += static_cast<char>(0xE0 | (code >> 12));
        out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
        out += static_cast<char>(0x80 | (code & 0x3F));
    } else {
        out += static_cast<char>(0xF0 | (code >> 18));
        out += static_cast<char>(0x80 | ((code >> 12) & 0x3F));
        out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
        out += static_cast<char>(0x80 | (code & 0x3F));
    }
}

// Appends what an entity means; false if it is none, and the "&" stands for itself.
bool append_entity(std::string& out, std::string_view name) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 6> known = {{
        {"amp", "&"},
        {"lt", "<"},
        {"gt", ">"},
        {"quot", "\""},
        {"apos", "'"},
        {"nbsp", " "},
    }};
    for (const auto& [word, text] : known)
        if (name == word) {
            out += text;
            return true;
        }
    if (!name.starts_with('#')) return false;
    name.remove_prefix(1);
    const bool hex = name.starts_with('x') || name.starts_with('X');
    if (hex) name.remove_prefix(1);
    unsigned long code = 0;
    const auto [end, error] =
        std::from_chars(name.data(), name.data() + name.size(), code, hex ? 16 : 10);
    if (error != std::errc() || end != name.data() + name.size()) return false;
    append_code_point(out, code);
    return true;
}

}  // namespace

std::string StatementTag::text() const {
    if (literal || !value.contains('&')) return one_line(value);
    constexpr std::size_t entity_bytes_max = 10;
    std::string out;
    for (std::size_t at = 0; at < value.size();) {
        if (value[at] == '&') {
            const std::string_view near = value.substr(at, entity_bytes_max + 1);
            const std::size_t end = near.find(';');
            if (end != std::string_view::npos && append_entity(out, near.substr(1, end - 1))) {
                at += end + 1;
                continue;
            }
        }
        out += value[at++];
    }
    return one_line(out);
}

std::optional<StatementTag> StatementTags::next() {
    while (move_to('<')) {
        if (pass_over("<!--", "-->") || pass_over("<?", "?>")) continue;
        StatementTag tag;
        tag.line = line_;
        if (read_name(tag)) {
            read_value(tag);
            return tag;
        }
    }
    return std::nullopt;
}

void StatementTags::move(std::size_t to) {
    const std::string_view passed = text_.substr(at_, to - at_);
    line_ += static_cast<std::size_t>(std::ranges::count(passed, '\n'));
    at_ = to;
}

bool StatementTags::move_to(char c) {
    const std::size_t found = text_.find(c, at_);
    move(found == std::string_view::npos ? text_.size() : found);
    return found != std::string_view::npos;
}

bool StatementTags::pass_over(std::string_view opening, std::string_view closing) {
    if (!text_.substr(at_).starts_with(opening)) return false;
    const std::size_t end = text_.find(closing, at_ + opening.size());
    move(end == std::string_view::npos ? text_.size() : end + closing.size());
    return true;
}

// "<OFX >", "</ STMTTRN>", "<NAME/>": the name and no more. A lone "<" is text, and passed over.
bool StatementTags::read_name(StatementTag& tag) {
    const std::size_t close = text_.find_first_of("<>", at_ + 1);
    if (close == std::string_view::npos || text_[close] == '<') {
        move(at_ + 1);
        return false;
    }
    std::string_view inside = base::trimmed(text_.substr(at_ + 1, close - at_ - 1));
    if (inside.starts_with('/')) {
        tag.closes = true;
        inside = base::trimmed(inside.substr(1));
    }
    tag.name = inside.substr(0, inside.find_first_of(" \t\r\n/"));
    move(close + 1);
    return !tag.name.empty() && tag.name.size() <= name_bytes_max;
}

void StatementTags::read_value(StatementTag& tag) {
    if (tag.closes) return;
    constexpr std::string_view opening = "<![CDATA[";
    const std::size_t start = text_.find_first_not_of(" \t\r\n", at_);
    tag.literal = start != std::string_view::npos && text_.substr(start).starts_with(opening);
    if (tag.literal) {
        const std::size_t inside = start + opening.size();
        const std::size_t end = std::min(text_.find("]]>", inside), text_.size());
        tag.value = text_.substr(inside, end - inside);
        move(std::min(end + 3, text_.size()));
        return;
    }
    const std::size_t end = std::min(text_.find('<', at_), text_.size());
    tag.value = text_.substr(at_, end - at_);
    move(end);
}

}  // namespace budgetplanner
