// What a page has to look like: ctemplate itself fills the templates of README.md from a JSON model.
//
// Tests hold the program that a page becomes (program.h) to this, for pages and models at random.
// Slow, as every name is looked up where it stands.
#pragma once

#include <ctemplate/per_expand_data.h>
#include <ctemplate/template.h>
#include <ctemplate/template_dictionary_interface.h>
#include <ctemplate/template_string.h>

#include <array>
#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/base/json.h"
#include "platform/view/catalogue.h"
#include "platform/view/formats.h"
#include "platform/view/program.h"
#include "platform/view/source.h"
#include "platform/view/view.h"

namespace view::reference {

// What one rendering keeps: texts that were made on the way, and what the model lacked.
struct Rendering {
    std::deque<std::string> made;
    std::string unknown;  // the first variable that the model does not have
};

class Scope final : public ctemplate::TemplateDictionaryInterface {
  public:
    Scope(Rendering& rendering, const json::Object& members)
        : rendering_(&rendering), members_(&members) {}

    // Becomes a level below `parent`: an object's members, or a plain value as {{item}}.
    Scope(const Scope& parent, const json::Value& value, std::size_t index);

  protected:
    ctemplate::TemplateString GetValue(const ctemplate::TemplateString& variable) const override;
    bool IsHiddenSection(const ctemplate::TemplateString& name) const override;
    bool IsUnhiddenSection(const ctemplate::TemplateString& name) const override {
        return !IsHiddenSection(name);
    }
    Iterator* CreateSectionIterator(const ctemplate::TemplateString& section) const override;
    // Includes are resolved before ctemplate reads a template.
    bool IsHiddenTemplate(const ctemplate::TemplateString&) const override { return true; }
    const char* GetIncludeTemplateName(const ctemplate::TemplateString&, int) const override {
        return "";
    }
    Iterator* CreateTemplateIterator(const ctemplate::TemplateString& section) const override;
    void DumpToString(std::string* out, int level) const override;

  private:
    class Items;
    class Nothing;

    [[nodiscard]] const json::Value* find(std::string_view name) const;
    [[nodiscard]] bool holds(std::string_view condition) const;
    [[nodiscard]] std::string_view text_of(const json::Value& value) const;
    [[nodiscard]] std::string_view made(std::string text) const;

    Rendering* rendering_;
    const json::Object* members_ = nullptr;
    const Scope* parent_ = nullptr;
    const json::Value* item_ = nullptr;
    std::size_t index_ = 0;  // of an array's element, from 1
    // ctemplate asks for a section twice: whether it is hidden, and what is in it.
    mutable const char* asked_ = nullptr;
    mutable const json::Value* answer_ = nullptr;
};

inline bool is_given(const json::Value* value) {
    if (value == nullptr || value->is_null()) return false;
    if (const auto* boolean = value->boolean()) return *boolean;
    if (const auto* string = value->string()) return !string->empty();
    if (const auto* array = value->array()) return !array->empty();
    return true;  // a number, 0 too, and an object
}

inline std::string_view plain_text(const json::Value* value) {
    if (value == nullptr) return {};
    if (const auto* string = value->string()) return *string;
    if (const auto* number = value->number()) return number->text;
    if (const auto* boolean = value->boolean()) return *boolean ? "true" : "false";
    return {};
}

// The name without the ending, when it has it.
inline std::optional<std::string_view> stem(std::string_view name, std::string_view ending) {
    if (name.size() <= ending.size() || !name.ends_with(ending)) return std::nullopt;
    return name.substr(0, name.size() - ending.size());
}

inline std::string_view view_of(const ctemplate::TemplateString& text) {
    return {text.data(), text.size()};
}

// How many a count is: an array's elements, or the number itself.
inline std::string count_text(const json::Value* value) {
    if (value == nullptr) return "0";
    if (const auto* array = value->array()) return std::to_string(array->size());
    return std::string(plain_text(value));
}

// The levels of a section, one after the other in the same place.
class Scope::Items final : public Iterator {
  public:
    Items(const Scope& parent, const json::Value& value) : parent_(parent) {
        if (const auto* array = value.array()) {
            next_ = array->data();
            end_ = next_ + array->size();
            counted_ = true;
        } else if (value.object() != nullptr) {
            next_ = &value;
            end_ = next_ + 1;
        }
    }
    [[nodiscard]] bool HasNext() const override { return next_ != end_; }
    const TemplateDictionaryInterface& Next() override {
        if (counted_) ++index_;
        level_.emplace(parent_, *next_++, index_);
        return *level_;
    }

  private:
    const Scope& parent_;
    const json::Value* next_ = nullptr;
    const json::Value* end_ = nullptr;
    bool counted_ = false;
    std::size_t index_ = 0;
    std::optional<Scope> level_;
};

// A condition: ctemplate shows the section once, with the level that it stands in.
class Scope::Nothing final : public Iterator {
  public:
    [[nodiscard]] bool HasNext() const override { return false; }
    const TemplateDictionaryInterface& Next() override { std::unreachable(); }
};

inline Scope::Scope(const Scope& parent, const json::Value& value, std::size_t index)
    : rendering_(parent.rendering_),
      members_(value.object()),
      parent_(&parent),
      item_(value.object() == nullptr ? &value : nullptr),
      index_(index) {}

inline const json::Value* Scope::find(std::string_view name) const {
    for (const Scope* level = this; level != nullptr; level = level->parent_) {
        if (level->members_ != nullptr) {
            if (const json::Value* value = level->members_->find(name)) return value;
        } else if (name == "item") {
            return level->item_;
        }
    }
    return nullptr;
}

inline std::string_view Scope::made(std::string text) const {
    return rendering_->made.emplace_back(std::move(text));
}

inline std::string_view Scope::text_of(const json::Value& value) const {
    if (value.object() != nullptr || value.array() != nullptr) return made(json::write(value));
    return plain_text(&value);
}

inline ctemplate::TemplateString Scope::GetValue(const ctemplate::TemplateString& variable) const {
    const std::string_view name = view_of(variable);
    std::string_view text;
    if (const json::Value* value = find(name)) {
        text = text_of(*value);
    } else if (const auto counted = stem(name, "_count"); counted && find(*counted) != nullptr) {
        text = made(count_text(find(*counted)));
    } else if (name == "item_number") {
        const Scope* level = this;
        while (level != nullptr && level->index_ == 0) level = level->parent_;
        if (level != nullptr) text = made(std::to_string(level->index_));
    } else if (rendering_->unknown.empty()) {
        rendering_->unknown = name;
    }
    return {text.data(), text.size()};
}

inline bool Scope::holds(std::string_view condition) const {
    if (const json::Value* value = find(condition)) return is_given(value);
    if (condition.starts_with("not_")) return !holds(condition.substr(4));
    if (const std::size_t at = condition.rfind('_'); at != std::string_view::npos && at > 0) {
        const std::string_view name = condition.substr(0, at);
        const std::string_view ending = condition.substr(at);
        if (ending == "_given" || ending == "_any") return is_given(find(name));
        if (ending == "_none") return !is_given(find(name));
        if (ending == "_zero") return count_text(find(name)) == "0";
        if (ending == "_one") return count_text(find(name)) == "1";
        if (ending == "_many") return count_text(find(name)) != "1";
    }
    if (const std::size_t at = condition.find("_equals_"); at != std::string_view::npos) {
        const json::Value* other = find(condition.substr(at + 8));
        return is_given(other) && plain_text(find(condition.substr(0, at))) == plain_text(other);
    }
    if (const std::size_t at = condition.find("_is_"); at != std::string_view::npos)
        return plain_text(find(condition.substr(0, at))) == condition.substr(at + 4);
    return false;
}

inline bool Scope::IsHiddenSection(const ctemplate::TemplateString& name) const {
    answer_ = find(view_of(name));
    asked_ = name.data();
    return answer_ != nullptr ? !is_given(answer_) : !holds(view_of(name));
}

inline ctemplate::TemplateDictionaryInterface::Iterator* Scope::CreateSectionIterator(
    const ctemplate::TemplateString& section
) const {
    const json::Value* value = section.data() == asked_ ? answer_ : find(view_of(section));
    if (value != nullptr && (value->array() != nullptr || value->object() != nullptr))
        return new Items(*this, *value);
    return new Nothing;
}

inline ctemplate::TemplateDictionaryInterface::Iterator*
Scope::CreateTemplateIterator(const ctemplate::TemplateString&) const {
    return new Nothing;
}

inline void Scope::DumpToString(std::string* out, int) const {
    if (members_ != nullptr) json::append(*out, *members_);
}

// The page as ctemplate reads it.
inline std::unique_ptr<ctemplate::Template> parsed(const Files& files, std::string_view name) {
    register_formats();
    const auto words = files.find("strings/en.txt");
    const Texts texts =
        words == files.end() ? Texts{} : parse_catalogue("strings/en.txt", words->second);
    std::set<std::string> used;
    const std::string source = Source(files, texts, texts, used).assemble(name);
    return std::unique_ptr<ctemplate::Template>(ctemplate::Template::StringToTemplate(
        ctemplate::TemplateString(source.data(), source.size()), ctemplate::STRIP_BLANK_LINES
    ));
}

inline std::string filled(
    const ctemplate::Template& page, const json::Object& model, const Place& place
) {
    ctemplate::PerExpandData data;
    data.InsertForModifiers(place_key, &place);
    Rendering rendering;
    const Scope scope(rendering, model);
    std::string out;
    page.ExpandWithData(&out, &scope, &data);
    return out;
}

// Models at random, of the names that a page asks for.
class Models {
  public:
    Models(std::vector<std::string> names, unsigned seed)
        : names_(std::move(names)), random_(seed) {}

    [[nodiscard]] json::Object object(int depth = 0) {
        json::Object object;
        // Some pages' sections lie in one another: a model that has nearly all is as good as one
        // that has hardly any.
        const unsigned share = depth == 0 ? 1 + below(9) : 1 + below(4);
        for (const std::string& name : names_)
            if (below(10) < share) object.set(name, value(depth));
        return object;
    }

  private:
    [[nodiscard]] unsigned below(unsigned end) { return static_cast<unsigned>(random_() % end); }
    [[nodiscard]] json::Value value(int depth) {
        switch (below(depth < 3 ? 9 : 6)) {
            case 0:
                return nullptr;
            case 1:
                return below(2) == 0;
            case 2:
                return static_cast<int>(below(3));
            case 3:
            case 4:
            case 5:
                return text();
            case 6:
                return depth == 0 || below(4) == 0 ? json::Value(object(depth + 1))
                                                   : json::Value(json::Object());
            default: {
                json::Array array;
                const bool plain = below(2) == 0;
                for (unsigned left = below(4); left > 0; --left)
                    array.push_back(
                        plain || depth > 1 ? json::Value(text()) : json::Value(object(depth + 1))
                    );
                return array;
            }
        }
    }
    [[nodiscard]] std::string text() {
        static const std::array<std::string_view, 12> texts{
            "",
            "x",
            "active",
            "admin",
            "1",
            "81.255",
            "2026-11-22",
            "2026-11-22T11:59:03.123Z",
            "<b>\"O'Brien\" & co\t\r\n</b>",
            "javascript:alert(1)",
            "https://example.org/?a=b&c",
            "\xc3\xa4 \xe2\x80\xa8;"
        };
        return std::string(texts[below(texts.size())]);
    }

    std::vector<std::string> names_;
    std::mt19937 random_;
};

}  // namespace view::reference
