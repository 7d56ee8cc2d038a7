#include "platform/base/decimal.h"

#include <algorithm>
#include <array>

namespace base {
namespace {

__extension__ using Wide = __int128;

constexpr int scale_max = 9;
constexpr std::int64_t units_max = 999'999'999'999'999'999;  // 18 digits

constexpr auto powers = [] {
    std::array<std::int64_t, 19> table{};
    std::int64_t power = 1;
    for (auto& value : table) {
        value = power;
        if (power <= units_max) power *= 10;
    }
    return table;
}();

Wide power(int exponent) { return powers[static_cast<std::size_t>(exponent)]; }

// value / by, half away from zero; by > 0.
Wide divided(Wide value, Wide by) {
    const bool negative = value < 0;
    const Wide amount = negative ? -value : value;
    const Wide result = amount / by + (amount % by * 2 >= by ? 1 : 0);
    return negative ? -result : result;
}

std::optional<Decimal> fitted(Wide units, int scale) {
    // A product or a sum may carry more places than needed: zeros go first, digits never.
    while (scale > 0 && (scale > scale_max || units > units_max || units < -units_max) &&
           units % 10 == 0) {
        units /= 10;
        --scale;
    }
    if (scale > scale_max || units > units_max || units < -units_max) return std::nullopt;
    return Decimal(static_cast<std::int64_t>(units), scale);
}

}  // namespace

std::optional<Decimal> Decimal::parse(std::string_view text) {
    const bool negative = text.starts_with('-');
    if (negative) text.remove_prefix(1);
    std::int64_t units = 0;
    int digits = 0;
    int scale = 0;
    bool whole = false;
    bool point = false;
    for (const char c : text) {
        if (c == '.' && !point && whole) {
            point = true;
            continue;
        }
        if (c < '0' || c > '9') return std::nullopt;
        if (point)
            ++scale;
        else
            whole = true;
        if (units > 0 || c != '0') ++digits;
        if (digits > 18 || scale > scale_max) return std::nullopt;
        units = units * 10 + (c - '0');
    }
    if (!whole || (point && scale == 0)) return std::nullopt;
    return Decimal(negative ? -units : units, scale);
}

std::string Decimal::text() const {
    const std::int64_t amount = units_ < 0 ? -units_ : units_;
    std::string digits = std::to_string(amount);
    const auto places = static_cast<std::size_t>(scale_);
    if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
    if (places > 0) digits.insert(digits.size() - places, 1, '.');
    if (units_ < 0) digits.insert(0, 1, '-');
    return digits;
}

std::string Decimal::text(int scale) const {
    if (scale <= scale_) return rounded(scale).text();
    // Zeros are added to the text, as the units might not have room for them.
    std::string out = text();
    if (scale_ == 0) out += '.';
    out.append(static_cast<std::size_t>(scale - scale_), '0');
    return out;
}

std::string Decimal::plain() const {
    std::string out = text();
    if (scale_ == 0) return out;
    out.erase(out.find_last_not_of('0') + 1);
    if (out.ends_with('.')) out.pop_back();
    return out;
}

Decimal Decimal::rounded(int scale) const {
    if (scale >= scale_) return *this;
    const Wide units = divided(units_, power(scale_ - std::max(scale, 0)));
    return {static_cast<std::int64_t>(units), std::max(scale, 0)};
}

std::optional<Decimal> Decimal::plus(const Decimal& other) const {
    const int scale = std::max(scale_, other.scale_);
    return fitted(
        units_ * power(scale - scale_) + other.units_ * power(scale - other.scale_), scale
    );
}

std::optional<Decimal> Decimal::minus(const Decimal& other) const {
    return plus(Decimal(-other.units_, other.scale_));
}

std::optional<Decimal> Decimal::times(const Decimal& other) const {
    return fitted(Wide{units_} * other.units_, scale_ + other.scale_);
}

std::optional<Decimal> Decimal::over(const Decimal& other, int scale) const {
    if (other.units_ == 0 || scale < 0 || scale > scale_max) return std::nullopt;
    // units_/10^a / (other/10^b) at the scale s is units_ * 10^(b + s) / (other * 10^a); the
    // exponent is at most 18, so both sides stay below 10^36 and fit.
    Wide above = units_ * power(other.scale_ + scale);
    Wide below = other.units_ * power(scale_);
    if (below < 0) {
        above = -above;
        below = -below;
    }
    const Wide units = divided(above, below);
    if (units > units_max || units < -units_max) return std::nullopt;
    return Decimal(static_cast<std::int64_t>(units), scale);
}

std::strong_ordering Decimal::operator<=>(const Decimal& other) const {
    const Wide mine = units_ * power(std::max(other.scale_ - scale_, 0));
    const Wide theirs = other.units_ * power(std::max(scale_ - other.scale_, 0));
    return mine <=> theirs;
}

}  // namespace base
