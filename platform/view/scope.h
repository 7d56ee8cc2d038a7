// A JSON model as ctemplate sees it: values, sections and conditions looked up where they stand,
// nothing copied. One a level of nesting; lives for one rendering, on its thread.
#pragma once

#include <ctemplate/template_dictionary_interface.h>
#include <ctemplate/template_string.h>

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/json.h"

namespace view {

// The members of a page's model by their names: a page has dozens, and asks for them hundreds of times,
// mostly for what is not there. The object must stay as it is.
class MemberIndex {
  public:
    explicit MemberIndex(const json::Object& members);
    [[nodiscard]] const json::Value* find(std::string_view name) const;

  private:
    [[nodiscard]] std::size_t place(std::string_view name) const;
    std::vector<const json::Object::Member*> places_;  // by hash, at most a quarter full
};

// What one rendering keeps: texts that were made on the way, and what the model lacked.
struct Rendering {
    explicit Rendering(const json::Object& model) : page(model) {}
    const MemberIndex page;
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

}  // namespace view
