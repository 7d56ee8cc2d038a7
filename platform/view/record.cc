// How a page becomes a program: ctemplate fills it once with every section shown and says, through
// its annotator, what it does.
#include <ctemplate/per_expand_data.h>
#include <ctemplate/template.h>
#include <ctemplate/template_annotator.h>
#include <ctemplate/template_dictionary_interface.h>
#include <ctemplate/template_emitter.h>
#include <ctemplate/template_modifiers.h>

#include <array>
#include <limits>
#include <optional>
#include <utility>

#include "platform/base/error.h"
#include "platform/base/text.h"
#include "platform/view/program.h"

namespace view {
namespace {

using Emitter = ctemplate::ExpandEmitter;

// The name without the ending, when it has it.
std::optional<std::string_view> stem(std::string_view name, std::string_view ending) {
    if (name.size() <= ending.size() || !name.ends_with(ending)) return std::nullopt;
    return name.substr(0, name.size() - ending.size());
}

// ctemplate's own modifiers by the names that it gives them; null for one that is not known here.
const ctemplate::TemplateModifier* escaping(std::string_view name) {
    using Known = std::pair<std::string_view, const ctemplate::TemplateModifier*>;
    static const std::array<Known, 9> known{{
        {"html_escape", &ctemplate::html_escape},
        {"html_escape_with_arg=attribute", &ctemplate::cleanse_attribute},
        {"html_escape_with_arg=pre", &ctemplate::pre_escape},
        {"url_escape_with_arg=html", &ctemplate::validate_url_and_html_escape},
        {"url_escape_with_arg=query", &ctemplate::url_query_escape},
        {"img_src_url_escape_with_arg=html", &ctemplate::validate_img_src_url_and_html_escape},
        {"cleanse_css", &ctemplate::cleanse_css},
        {"javascript_escape", &ctemplate::javascript_escape},
        {"javascript_escape_with_arg=number", &ctemplate::javascript_number},
    }};
    for (const auto& [own, modifier] : known)
        if (own == name) return modifier;
    return nullptr;
}

// Shows every section once.
class Everything final : public ctemplate::TemplateDictionaryInterface {
  protected:
    class None final : public Iterator {
      public:
        [[nodiscard]] bool HasNext() const override { return false; }
        const TemplateDictionaryInterface& Next() override { std::unreachable(); }
    };
    ctemplate::TemplateString GetValue(const ctemplate::TemplateString&) const override {
        return {"", 0};
    }
    bool IsHiddenSection(const ctemplate::TemplateString&) const override { return false; }
    bool IsUnhiddenSection(const ctemplate::TemplateString&) const override { return true; }
    Iterator* CreateSectionIterator(const ctemplate::TemplateString&) const override {
        return new None;
    }
    bool IsHiddenTemplate(const ctemplate::TemplateString&) const override { return true; }
    const char* GetIncludeTemplateName(const ctemplate::TemplateString&, int) const override {
        return "";
    }
    Iterator* CreateTemplateIterator(const ctemplate::TemplateString&) const override {
        return new None;
    }
    void DumpToString(std::string*, int) const override {}
};

}  // namespace

class Recorder final : public ctemplate::TemplateAnnotator, public Emitter {
  public:
    Recorder(Program& program, std::string_view page) : program_(program), page_(page) {}

    void EmitOpenInclude(Emitter*, const std::string&) override {}
    void EmitCloseInclude(Emitter*) override {}
    void EmitOpenFile(Emitter*, const std::string&) override {}
    void EmitCloseFile(Emitter*) override {}
    void EmitFileIsMissing(Emitter*, const std::string&) override {}

    void EmitOpenSection(Emitter*, const std::string& name) override {
        joins_ = false;
        // The first is the page itself.
        if (open_.empty()) return open_.push_back({name, none, none});
        const std::size_t step = program_.steps_.size();
        Level& around = open_.back();
        auto kind = Program::Step::Kind::section;
        if (around.step != none && name == around.name + "_separator") {
            // Of two, ctemplate knows the last.
            if (around.separator != none)
                program_.steps_[around.separator].kind = Program::Step::Kind::section;
            around.separator = step;
            kind = Program::Step::Kind::separator;
        }
        program_.steps_.push_back({kind, number(program_.conditions_.size()), 0});
        program_.conditions_.push_back(program_.condition_of(name));
        open_.push_back({name, step, none});
    }
    void EmitCloseSection(Emitter*) override {
        joins_ = false;
        const std::size_t step = open_.back().step;
        if (step != none) program_.steps_[step].end = number(program_.steps_.size());
        open_.pop_back();
    }
    void EmitOpenVariable(Emitter*, const std::string& token) override {
        program_.steps_.push_back({Program::Step::Kind::value, number(program_.values_.size()), 0});
        program_.values_.push_back(program_.value_of(token, page_));
        joins_ = false;
        in_value_ = true;
    }
    void EmitCloseVariable(Emitter*) override { in_value_ = false; }

    void Emit(char c) override { text({&c, 1}); }
    void Emit(const std::string& s) override { text(s); }
    void Emit(const char* s) override { text(s); }
    void Emit(const char* s, std::size_t size) override { text({s, size}); }

  private:
    static constexpr std::size_t none = std::numeric_limits<std::size_t>::max();
    struct Level {
        std::string name;
        std::size_t step = none;
        std::size_t separator = none;  // the step of what stands between its elements
    };
    static std::uint32_t number(std::size_t n) { return static_cast<std::uint32_t>(n); }

    void text(std::string_view text) {
        if (in_value_ || text.empty()) return;
        const std::size_t at = program_.texts_.size();
        program_.texts_ += text;
        if (joins_) {
            program_.steps_.back().end = number(program_.texts_.size());
            return;
        }
        joins_ = true;
        program_.steps_.push_back(
            {Program::Step::Kind::text, number(at), number(program_.texts_.size())}
        );
    }

    Program& program_;
    std::string_view page_;
    std::vector<Level> open_;
    bool in_value_ = false;
    bool joins_ = false;  // the last step is a text that what comes now belongs to
};

Program::Program(std::string_view name, const ctemplate::Template& parsed) {
    Recorder recorder(*this, name);
    const Everything everything;
    ctemplate::PerExpandData data;
    data.SetAnnotateOutput("");
    data.SetAnnotator(&recorder);
    if (!parsed.ExpandWithData(&recorder, &everything, &data))
        throw base::Error(
            base::Code::internal, "The template " + std::string(name) + ".html can't be filled."
        );
    item_ = names_.find("item");
    steps_.shrink_to_fit();
    texts_.shrink_to_fit();
    values_.shrink_to_fit();
    conditions_.shrink_to_fit();
}

Program::Name Program::Names::add(std::string_view name) {
    if (const Name there = find(name); there != nothing) return there;
    if (names_.size() > std::numeric_limits<Name>::max())
        throw base::Error(base::Code::internal, "A template has too many names.");
    names_.emplace_back(name);
    std::size_t size = 64;
    while (size < names_.size() * 4) size *= 2;
    places_.assign(size, nothing);
    for (std::size_t number = 1; number < names_.size(); ++number) {
        std::size_t at = hash(names_[number]);
        while (places_[at & (size - 1)] != nothing) ++at;
        places_[at & (size - 1)] = static_cast<Name>(number);
    }
    return static_cast<Name>(names_.size() - 1);
}

Program::Condition Program::condition_of(std::string_view name) {
    Condition condition;
    condition.names.push_back(number_of(name));
    while (name.starts_with("not_")) {
        name.remove_prefix(4);
        condition.names.push_back(number_of(name));
    }
    using Kind = Condition::Kind;
    if (const std::size_t at = name.rfind('_'); at != std::string_view::npos && at > 0) {
        struct Ending {
            std::string_view text;
            Kind kind;
            bool contrary;
        };
        static constexpr std::array<Ending, 6> endings{{
            {"_given", Kind::given, false},
            {"_any", Kind::given, false},
            {"_none", Kind::given, true},
            {"_zero", Kind::zero, false},
            {"_one", Kind::one, false},
            {"_many", Kind::one, true},
        }};
        for (const Ending& ending : endings) {
            if (name.substr(at) != ending.text) continue;
            condition.kind = ending.kind;
            condition.contrary = ending.contrary;
            condition.left = number_of(name.substr(0, at));
            return condition;
        }
    }
    if (const std::size_t at = name.find("_equals_"); at != std::string_view::npos) {
        condition.kind = Kind::equals;
        condition.left = number_of(name.substr(0, at));
        condition.right = number_of(name.substr(at + 8));
    } else if (const std::size_t is = name.find("_is_"); is != std::string_view::npos) {
        condition.kind = Kind::is;
        condition.left = number_of(name.substr(0, is));
        condition.text = name.substr(is + 4);
    }
    return condition;
}

Program::Value Program::value_of(std::string_view token, std::string_view page) {
    const auto parts = base::split(token, ':');
    const std::string_view name = parts.front();
    Value value;
    value.name = number_of(name);
    if (const auto counted = stem(name, "_count")) value.counted = number_of(*counted);
    value.item_number = name == "item_number";
    for (std::size_t i = 1; i < parts.size(); ++i) {
        const auto* modifier = format_modifier(parts[i]);
        if (modifier == nullptr) modifier = escaping(parts[i]);
        if (modifier == nullptr)
            throw base::Error(
                base::Code::internal, "The template " + std::string(page) + ".html has {{" +
                                          std::string(name) + "}} where values can't stand (" +
                                          std::string(parts[i]) + ")."
            );
        value.modifiers.push_back(modifier);
    }
    if (value.modifiers.empty())
        throw base::Error(
            base::Code::internal, "The template " + std::string(page) + ".html has {{" +
                                      std::string(name) + "}} where nothing escapes it."
        );
    value.only_html =
        value.modifiers.size() == 1 && value.modifiers.front() == &ctemplate::html_escape;
    return value;
}

std::vector<std::string> Program::names() const {
    std::vector<std::string> names;
    for (std::size_t number = 1; number < names_.size(); ++number)
        names.push_back(names_[static_cast<Name>(number)]);
    return names;
}

}  // namespace view
