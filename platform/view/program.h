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
#include <string>
#include <string_view>
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
    // The numbers of the page's names: a model's members are looked up by the hundred, each time that
    // an object is entered.
    class Names {
      public:
        [[nodiscard]] Name add(std::string_view name);
        [[nodiscard]] Name find(std::string_view name) const {  // `nothing` for none
            if (places_.empty()) return nothing;
            for (std::size_t at = hash(name);; ++at) {
                const Name number = places_[at & (places_.size() - 1)];
                if (number == nothing || names_[number] == name) return number;
            }
        }
        [[nodiscard]] const std::string& operator[](Name number) const { return names_[number]; }
        [[nodiscard]] std::size_t size() const { return names_.size(); }

      private:
        // A few characters tell the names of one page apart well enough.
        static std::size_t hash(std::string_view name) {
            if (name.empty()) return 0;
            const auto part = [&](std::size_t at) {
                return static_cast<std::size_t>(static_cast<unsigned char>(name[at]));
            };
            return (name.size() + part(0) * 31 + part(name.size() / 2) * 977 +
                    part(name.size() / 4) * 5923 + part(name.size() - 1) * 257) *
                       0x9E3779B97F4A7C15U >>
                   40U;
        }

        std::vector<std::string> names_{""};  // by number; the first is `nothing`
        std::vector<Name> places_;            // by hash, at most a quarter full; a power of two
    };

    [[nodiscard]] Name number_of(std::string_view name) { return names_.add(name); }
    [[nodiscard]] Condition condition_of(std::string_view name);
    [[nodiscard]] Value value_of(std::string_view token, std::string_view page);

    Names names_;
    Name item_ = nothing;
    std::vector<Step> steps_;
    std::string texts_;
    std::vector<Value> values_;
    std::vector<Condition> conditions_;
};

}  // namespace view
