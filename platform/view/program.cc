#include "platform/view/program.h"

#include <ctemplate/per_expand_data.h>
#include <ctemplate/template_emitter.h>
#include <ctemplate/template_modifiers.h>

#include <array>
#include <utility>

namespace view {
namespace {

constexpr std::size_t page_bytes_usual = 16 * 1024;
const std::string no_argument;

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

// How many a count is: an array's elements, or the number itself.
std::string count_text(const json::Value* value) {
    if (value == nullptr) return "0";
    if (const auto* array = value->array()) return std::to_string(array->size());
    return std::string(plain_text(value));
}

// Whether the count is 0 or 1.
bool counts(const json::Value* value, std::size_t number) {
    if (value == nullptr) return number == 0;
    if (const auto* array = value->array()) return array->size() == number;
    return plain_text(value) == (number == 0 ? "0" : "1");
}

// What ctemplate's html_escape makes of a byte, by kinds of bytes; 0 for itself.
constexpr std::array<std::string_view, 7> html_instead{"",     "&amp;", "&quot;", "&#39;",
                                                       "&lt;", "&gt;",  " "};
constexpr std::array<std::uint8_t, 256> html_kinds = [] {
    std::array<std::uint8_t, 256> kinds{};
    kinds['&'] = 1;
    kinds['"'] = 2;
    kinds['\''] = 3;
    kinds['<'] = 4;
    kinds['>'] = 5;
    for (const char c : {'\r', '\n', '\v', '\f', '\t'}) kinds[static_cast<unsigned char>(c)] = 6;
    return kinds;
}();

void append_html(std::string& out, std::string_view text) {
    std::size_t clean = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const std::uint8_t kind = html_kinds[static_cast<unsigned char>(text[i])];
        if (kind == 0) continue;
        out.append(text.substr(clean, i - clean));
        out.append(html_instead[kind]);
        clean = i + 1;
    }
    out.append(text.substr(clean));
}

}  // namespace

// One filling of a page. Each name has the value that it has where the walk stands: a section's
// members are put there when it is entered, and what they hid is put back behind it.
class Program::Run {
  public:
    Run(const Program& program, const Place& place, std::string* unknown)
        : program_(program), values_(program.names_.size()), unknown_(unknown) {
        data_.InsertForModifiers(place_key, &place);
        out_.reserve(page_bytes_usual);
        hidden_.reserve(64);
    }

    [[nodiscard]] std::string page(const json::Object& model) {
        enter(model);
        walk(0, program_.steps_.size(), true);
        return std::move(out_);
    }

  private:
    struct Hidden {
        Name name = nothing;
        const json::Value* value = nullptr;
    };

    void put(Name name, const json::Value* value) {
        hidden_.push_back({name, values_[name]});
        values_[name] = value;
    }
    void enter(const json::Object& members) {
        // Backwards, so that of two with one name the first counts.
        for (const auto* member = members.end(); member != members.begin();) {
            --member;
            const Name name = program_.names_.find(member->first);
            if (name != nothing) put(name, &member->second);
        }
    }
    void enter_element(const json::Value& value) {
        if (const auto* object = value.object()) return enter(*object);
        if (program_.item_ != nothing) put(program_.item_, &value);
    }
    void leave(std::size_t until) {
        for (; hidden_.size() > until; hidden_.pop_back())
            values_[hidden_.back().name] = hidden_.back().value;
    }

    [[nodiscard]] bool holds(const Condition& condition) const {
        bool contrary = false;
        for (std::size_t i = 0; i < condition.names.size(); ++i) {
            if (i > 0) contrary = !contrary;
            if (const auto* value = values_[condition.names[i]]) return is_given(value) != contrary;
        }
        const json::Value* left = values_[condition.left];
        bool is = false;
        switch (condition.kind) {
            case Condition::Kind::never:
                return contrary;
            case Condition::Kind::given:
                is = is_given(left);
                break;
            case Condition::Kind::zero:
                is = counts(left, 0);
                break;
            case Condition::Kind::one:
                is = counts(left, 1);
                break;
            case Condition::Kind::equals: {
                const json::Value* right = values_[condition.right];
                is = is_given(right) && plain_text(left) == plain_text(right);
                break;
            }
            case Condition::Kind::is:
                is = plain_text(left) == condition.text;
                break;
        }
        return is != (condition.contrary != contrary);
    }

    // `last`: of the elements of the section around.
    void walk(std::size_t from, std::size_t to, bool last) {
        for (std::size_t at = from; at < to;) {
            const Step& step = program_.steps_[at];
            switch (step.kind) {
                case Step::Kind::text:
                    out_.append(program_.texts_, step.at, step.end - step.at);
                    ++at;
                    break;
                case Step::Kind::value:
                    show(program_.values_[step.at]);
                    ++at;
                    break;
                case Step::Kind::separator:
                    section(step, at + 1);
                    if (!last) walk(at + 1, step.end, true);
                    at = step.end;
                    break;
                case Step::Kind::section:
                    section(step, at + 1);
                    at = step.end;
                    break;
            }
        }
    }
    void section(const Step& step, std::size_t inside) {
        const Condition& condition = program_.conditions_[step.at];
        if (!holds(condition)) return;
        const json::Value* value = values_[condition.names.front()];
        const auto* array = value == nullptr ? nullptr : value->array();
        const auto* object = value == nullptr ? nullptr : value->object();
        const std::size_t before = hidden_.size();
        if (object != nullptr) {
            enter(*object);
            walk(inside, step.end, true);
            return leave(before);
        }
        if (array == nullptr) return walk(inside, step.end, true);
        const std::size_t number = std::exchange(number_, 0);
        for (const json::Value& element : *array) {
            ++number_;
            enter_element(element);
            walk(inside, step.end, number_ == array->size());
            leave(before);
        }
        number_ = number;
    }

    void show(const Value& value) {
        if (const json::Value* there = values_[value.name]) {
            if (there->object() != nullptr || there->array() != nullptr)
                return emit(value, json::write(*there));
            return emit(value, plain_text(there));
        }
        if (value.counted != nothing && values_[value.counted] != nullptr)
            return emit(value, count_text(values_[value.counted]));
        if (value.item_number)
            return emit(value, number_ == 0 ? std::string() : std::to_string(number_));
        if (unknown_ != nullptr && unknown_->empty()) *unknown_ = program_.names_[value.name];
        emit(value, {});
    }
    void emit(const Value& value, std::string_view text) {
        if (value.only_html) return append_html(out_, text);
        std::string changed;
        for (std::size_t i = 0; i + 1 < value.modifiers.size(); ++i) {
            std::string next;
            ctemplate::StringEmitter to(&next);
            value.modifiers[i]->Modify(text.data(), text.size(), &data_, &to, no_argument);
            changed = std::move(next);
            text = changed;
        }
        ctemplate::StringEmitter to(&out_);
        value.modifiers.back()->Modify(text.data(), text.size(), &data_, &to, no_argument);
    }
    const Program& program_;
    std::vector<const json::Value*> values_;  // by name
    std::vector<Hidden> hidden_;
    std::size_t number_ = 0;  // of the element, from 1; 0 outside of arrays
    ctemplate::PerExpandData data_;
    std::string out_;
    std::string* unknown_;
};

std::string Program::run(const json::Object& model, const Place& place, std::string* unknown)
    const {
    return Run(*this, place, unknown).page(model);
}

}  // namespace view
