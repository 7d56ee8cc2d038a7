// Exact decimal numbers: marks, percents, credits, money. No binary floating point anywhere.
//
// A value is an integer of at most 18 digits and a scale of 0 to 9. Arithmetic that would not fit
// gives nullopt, never a wrong number. Values compare by amount: 1.50 equals 1.5.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace base {

class Decimal {
  public:
    Decimal() = default;
    Decimal(std::int64_t units, int scale) : units_(units), scale_(scale) {}  // units / 10^scale
    // "-12.50", "7", "1e2" is refused; surrounding blanks are refused.
    [[nodiscard]] static std::optional<Decimal> parse(std::string_view text);

    [[nodiscard]] std::int64_t units() const { return units_; }
    [[nodiscard]] int scale() const { return scale_; }
    [[nodiscard]] std::string text() const;  // with its own scale: "12.50"
    // Rounded half up (away from zero) to the scale.
    [[nodiscard]] std::string text(int scale) const;
    [[nodiscard]] std::string plain() const;         // without trailing zeros: "12.5"
    [[nodiscard]] Decimal rounded(int scale) const;  // half away from zero
    [[nodiscard]] bool negative() const { return units_ < 0; }

    [[nodiscard]] std::optional<Decimal> plus(const Decimal& other) const;
    [[nodiscard]] std::optional<Decimal> minus(const Decimal& other) const;
    [[nodiscard]] std::optional<Decimal> times(const Decimal& other) const;
    // The quotient rounded half away from zero to the scale; nullopt by zero.
    [[nodiscard]] std::optional<Decimal> over(const Decimal& other, int scale) const;

    std::strong_ordering operator<=>(const Decimal& other) const;
    bool operator==(const Decimal& other) const { return (*this <=> other) == 0; }

  private:
    std::int64_t units_ = 0;
    int scale_ = 0;
};

}  // namespace base
