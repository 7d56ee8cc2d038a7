#include "platform/view/scope.h"

#include <optional>
#include <utility>

namespace view {
namespace {

bool is_given(const json::Value* value) {
    if (value == nullptr || value->is_null()) return false;
    if (const auto* boolean = value->boolean()) return *boolean;
    if (const auto* string = value->string()) return !string->empty();
    if (const auto* array = value->array()) return !array->empty();
    return true;  // a number, 0 too, and an object
}

std::string_view plain_text(const json::Value* value) {
    if (value == nullptr) return {};
    if (const auto* string = value->string()) return *string;
    if (const auto* number = value->number()) return number->text;
    if (const auto* boolean = value->boolean()) return *boolean ? "true" : "false";
    return {};
}

// The name without the ending, when it has it.
std::optional<std::string_view> stem(std::string_view name, std::string_view ending) {
    if (name.size() <= ending.size() || !name.ends_with(ending)) return std::nullopt;
    return name.substr(0, name.size() - ending.size());
}

std::string_view view_of(const ctemplate::TemplateString& text) {
    return {text.data(), text.size()};
}

// How many a count is: an array's elements, or the number itself.
std::string count_text(const json::Value* value) {
    if (value == nullptr) return "0";
    if (const auto* array = value->array()) return std::to_string(array->size());
    return std::string(plain_text(value));
}

}  // namespace

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

Scope::Scope(const Scope& parent, const json::Value& value, std::size_t index)
    : rendering_(parent.rendering_),
      members_(value.object()),
      parent_(&parent),
      item_(value.object() == nullptr ? &value : nullptr),
      index_(index) {}

MemberIndex::MemberIndex(const json::Object& members) {
    std::size_t size = 64;
    while (size < members.size() * 4) size *= 2;
    places_.resize(size);
    for (const json::Object::Member& member : members) {
        std::size_t at = place(member.first);
        while (places_[at] != nullptr) at = (at + 1) & (places_.size() - 1);
        places_[at] = &member;
    }
}

std::size_t MemberIndex::place(std::string_view name) const {
    // A few characters tell the names of one model apart well enough.
    std::size_t hash = name.size();
    if (!name.empty())
        for (const char c :
             {name.front(), name[name.size() / 2], name[name.size() / 4], name.back()})
            hash = hash * 31 + static_cast<unsigned char>(c);
    return hash & (places_.size() - 1);
}

const json::Value* MemberIndex::find(std::string_view name) const {
    for (std::size_t at = place(name); places_[at] != nullptr; at = (at + 1) & (places_.size() - 1))
        if (places_[at]->first == name) return &places_[at]->second;
    return nullptr;
}

const json::Value* Scope::find(std::string_view name) const {
    for (const Scope* level = this; level != nullptr; level = level->parent_) {
        if (level->parent_ == nullptr) {
            return rendering_->page.find(name);
        } else if (level->members_ != nullptr) {
            if (const json::Value* value = level->members_->find(name)) return value;
        } else if (name == "item") {
            return level->item_;
        }
    }
    return nullptr;
}

std::string_view Scope::made(std::string text) const {
    return rendering_->made.emplace_back(std::move(text));
}

std::string_view Scope::text_of(const json::Value& value) const {
    if (value.object() != nullptr || value.array() != nullptr) return made(json::write(value));
    return plain_text(&value);
}

ctemplate::TemplateString Scope::GetValue(const ctemplate::TemplateString& variable) const {
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

bool Scope::holds(std::string_view condition) const {
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

bool Scope::IsHiddenSection(const ctemplate::TemplateString& name) const {
    answer_ = find(view_of(name));
    asked_ = name.data();
    return answer_ != nullptr ? !is_given(answer_) : !holds(view_of(name));
}

ctemplate::TemplateDictionaryInterface::Iterator* Scope::CreateSectionIterator(
    const ctemplate::TemplateString& section
) const {
    const json::Value* value = section.data() == asked_ ? answer_ : find(view_of(section));
    if (value != nullptr && (value->array() != nullptr || value->object() != nullptr))
        return new Items(*this, *value);
    return new Nothing;
}

ctemplate::TemplateDictionaryInterface::Iterator*
Scope::CreateTemplateIterator(const ctemplate::TemplateString&) const {
    return new Nothing;
}

void Scope::DumpToString(std::string* out, int) const {
    if (members_ != nullptr) json::append(*out, *members_);
}

}  // namespace view
