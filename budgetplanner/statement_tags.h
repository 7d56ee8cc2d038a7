// The tags of an OFX file, SGML or XML, one after the other, however carelessly they are written.
//
// Internal to statement_ofx.cc. Views point into the text, which must outlive them.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace budgetplanner {

struct StatementTag {
    std::string_view name;  // without blanks and attributes
    bool closes = false;
    std::string_view value;  // what stands behind it, up to the next tag
    bool literal = false;    // the value was CDATA: an "&" is one
    std::size_t line = 0;

    [[nodiscard]] std::string text() const;  // the value in one line, its entities read
};

// Comments, instructions, and a lone "<" are passed over. Single pass.
class StatementTags {
  public:
    explicit StatementTags(std::string_view text) : text_(text) {}
    [[nodiscard]] std::optional<StatementTag> next();

  private:
    void move(std::size_t to);
    bool move_to(char c);
    bool pass_over(std::string_view opening, std::string_view closing);
    bool read_name(StatementTag& tag);
    void read_value(StatementTag& tag);

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t line_ = 1;
};

}  // namespace budgetplanner
