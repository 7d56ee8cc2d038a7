// A page as it is shown: pieces of text, values with their escaping, and conditions whose names were
// looked up beforehand, so that filling it from a model takes a walk and nothing else.
//
// ctemplate stays the authority: it parses the source and chooses each value's escaping by the
// context; what it does is recorded once, here, and run from then on. program_test.cc holds both to
// the same output. An escaping that this does not know stops the compilation. Never changed after
// that: any thread may run it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "platform/base/json.h"
#include "platform/view/formats.h"

namespace ctemplate {
class Template;
class TemplateModifier;
}  // namespace ctemplate

namespace view {

class Program {
  public:
    // `name` is for the sentence of an error.
    Program(std::string_view name, const ctemplate::Template& parsed);

    // The first variable that the model does not have is left in `unknown`, which may be null.
    [[nodiscard]] std::string run(
        const json::Object& model, const Place& place, std::string* unknown = nullptr
    ) const;

    // All names that the page asks for: for tests, which make up models of them.
    [[nodiscard]] std::vector<std::string> names() const;

  private:
    friend class Recorder;
    class Run;

    // A name of the page, by number; `nothing` is never there.
    using Name = std::uint16_t;
    static constexpr Name nothing = 0;

    struct Condition {
        enum class Kind : std::uint8_t { never, given, zero, one, equals, is };
        Kind kind = Kind::never;
        bool contrary = false;  // of the kind, as in x_none and x_many
        Name left = nothing;
        Name right = nothing;
        std::string text;
        // The members of these very names go before: the section's own, and what is behind each
        // "not_", of which every one turns the meaning round.
        std::vector<Name> names;
    };
    struct Value {
        Name name = nothing;
        Name counted = nothing;    // of x_count: x
        bool item_number = false;  // shows the number of the element
        bool only_html = false;    // is escaped as HTML and nothing else
        std::vector<const ctemplate::TemplateModifier*> modifiers;
    };
    struct Step {
        enum class Kind : std::uint8_t { text, value, section, separator };
        Kind kind = Kind::text;
        std::uint32_t at = 0;   // of the text, the value or the condition
        std::uint32_t end = 0;  // of the text's last character; behind the section's last step
    };
    struct Hash : std::hash<std::string_view> {
        using is_transparent = void;
    };

    [[nodiscard]] Name number_of(std::string_view name);
    [[nodiscard]] Condition condition_of(std::string_view name);
    [[nodiscard]] Value value_of(std::string_view token, std::string_view page);

    std::unordered_map<std::string, Name, Hash, std::equal_to<>> names_;
    std::vector<Step> steps_;
    std::string texts_;
    std::vector<Value> values_;
    std::vector<Condition> conditions_;
};

}  // namespace view
