#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "budgetplanner/statement.h"
#include "budgetplanner/statement_read.h"
#include "platform/base/decimal.h"
#include "platform/base/text.h"

namespace budgetplanner {
namespace {

constexpr int digits_max = 18;

bool digit(char c) { return c >= '0' && c <= '9'; }
char mark_of(DecimalMark mark) { return mark == DecimalMark::point ? '.' : ','; }
std::size_t index_of(DecimalMark mark) { return mark == DecimalMark::point ? 0 : 1; }

// Takes the first of `words` that the text starts (or ends) with; the index, or none.
template <std::size_t Count>
std::optional<std::size_t> take_front(
    std::string_view& text, const std::array<std::string_view, Count>& words
) {
    for (std::size_t i = 0; i < Count; ++i)
        if (text.starts_with(words[i])) {
            text.remove_prefix(words[i].size());
            return i;
        }
    return std::nullopt;
}
template <std::size_t Count>
std::optional<std::size_t> take_back(
    std::string_view& text, const std::array<std::string_view, Count>& words
) {
    for (std::size_t i = 0; i < Count; ++i)
        if (text.ends_with(words[i])) {
            text.remove_suffix(words[i].size());
            return i;
        }
    return std::nullopt;
}

// Blanks and apostrophes between thousands; the plain blank first, as it is the usual one.
constexpr std::array<std::string_view, 5> group_marks = {
    " ", "\xC2\xA0", "\xE2\x80\xAF", "'", "\xE2\x80\x99"
};
constexpr std::array<std::string_view, 3> blanks = {" ", "\xC2\xA0", "\xE2\x80\xAF"};
constexpr std::array<std::string_view, 3> minus_signs = {"-", "\xE2\x88\x92", "\xE2\x80\x93"};
constexpr std::array<std::string_view, 12> symbols = {"R$",       "$",        "\xE2\x82\xAC",
                                                      "\xC2\xA3", "\xC2\xA5", "\xE2\x82\xB9",
                                                      "zł",       "Kč",       "kr.",
                                                      "kr",       "Fr.",      "CHF"};
constexpr std::array<std::string_view, 5> out_words = {"DR", "Dr", "DB", "D", "S"};
constexpr std::array<std::string_view, 4> in_words = {"CR", "Cr", "C", "H"};

void trim(std::string_view& text) {
    text = base::trimmed(text);
    while (take_front(text, blanks) || take_back(text, blanks)) text = base::trimmed(text);
}

bool take_code(std::string_view& text) {
    const auto code = [](std::string_view letters) {
        return std::ranges::all_of(letters, [](char c) { return c >= 'A' && c <= 'Z'; });
    };
    if (text.size() <= 3) return false;
    if (code(text.substr(0, 3))) {
        text.remove_prefix(3);
        return true;
    }
    if (!code(text.substr(text.size() - 3))) return false;
    text.remove_suffix(3);
    return true;
}

// The sign before or behind the number, at most one; what is left is the number alone.
class Sign {
  public:
    explicit Sign(bool decorated) : decorated_(decorated) {}

    // False: two signs.
    bool take(std::string_view& text) {
        if (decorated_ && text.starts_with('(') && text.ends_with(')')) {
            text = text.substr(1, text.size() - 2);
            say(true);
            trim(text);
        }
        if (decorated_) take_words(text);
        take_signs(text);
        if (decorated_ &&
            (take_front(text, symbols) || take_back(text, symbols) || take_code(text)))
            trim(text);
        if (decorated_) take_signs(text);  // "$-5.00"
        return said_ <= 1;
    }
    [[nodiscard]] bool negative() const { return negative_; }

  private:
    void say(bool negative) {
        negative_ = negative;
        ++said_;
    }
    void take_words(std::string_view& text) {
        if (take_back(text, out_words))
            say(true);
        else if (take_back(text, in_words))
            say(false);
        trim(text);
    }
    void take_signs(std::string_view& text) {
        if (take_front(text, minus_signs) || take_back(text, minus_signs))
            say(true);
        else if (text.starts_with('+') || text.ends_with('+')) {
            text.starts_with('+') ? text.remove_prefix(1) : text.remove_suffix(1);
            say(false);
        }
        trim(text);
    }

    bool decorated_;
    bool negative_ = false;
    int said_ = 0;
};

// Reads "1.234,50" and the like, without sign, by one pass.
class Number {
  public:
    Number(std::string_view text, DecimalMark mark) : text_(text), mark_(mark_of(mark)) {}

    std::optional<base::Decimal> read() {
        while (!text_.empty())
            if (!step()) return std::nullopt;
        const bool threes = group_.empty() || in_group_ == 3;
        if (written_ == 0 || !threes) return std::nullopt;
        return base::Decimal(units_, scale_);
    }

  private:
    bool step() {
        const char c = text_.front();
        if (digit(c)) {
            text_.remove_prefix(1);
            return add(c);
        }
        if (c == mark_ && !fraction_) {
            text_.remove_prefix(1);
            fraction_ = true;
            return group_.empty() || in_group_ == 3;
        }
        return take_group();
    }

    bool add(char c) {
        ++written_;
        if (fraction_)
            ++scale_;
        else
            ++in_group_;
        if (units_ > 0 || c != '0') ++digits_;
        if (digits_ > digits_max || scale_ > digits_max) return false;
        units_ = units_ * 10 + (c - '0');
        return true;
    }

    // One kind of mark a number. Two digits between marks are thousands in India: 1,00,000.
    bool take_group() {
        const std::size_t before = text_.size();
        const std::string_view all = text_;
        if (text_.front() == (mark_ == '.' ? ',' : '.'))
            text_.remove_prefix(1);
        else
            take_front(text_, group_marks);
        const std::string_view mark = all.substr(0, before - text_.size());
        if (mark.empty() || fraction_ || in_group_ == 0 || in_group_ > 3) return false;
        if (group_.empty())
            group_ = mark;
        else if (group_ != mark || in_group_ < 2)
            return false;
        in_group_ = 0;
        return true;
    }

    std::string_view text_;
    char mark_;
    std::string_view group_;
    std::int64_t units_ = 0;
    int scale_ = 0;
    int digits_ = 0;
    int written_ = 0;
    int in_group_ = 0;
    bool fraction_ = false;
};

}  // namespace

base::Decimal negative(const base::Decimal& amount) { return {-amount.units(), amount.scale()}; }

std::optional<base::Decimal> read_amount(std::string_view text, DecimalMark mark, bool decorated) {
    trim(text);
    Sign sign(decorated);
    if (!sign.take(text)) return std::nullopt;
    auto amount = Number(text, mark).read();
    if (amount && sign.negative()) return negative(*amount);
    return amount;
}

std::optional<base::Decimal> read_plain_amount(std::string_view text) {
    const std::size_t last = text.find_last_of(".,");
    if (last == std::string_view::npos) return read_amount(text, DecimalMark::point);
    const auto times = std::ranges::count(text, text[last]);
    const bool comma = text[last] == ',';
    // A mark that comes twice stands between thousands.
    const bool decimal_comma = times > 1 ? !comma : comma;
    return read_amount(text, decimal_comma ? DecimalMark::comma : DecimalMark::point);
}

void MarkVotes::add(std::string_view amount) {
    const std::size_t last = amount.find_last_of(".,");
    if (last == std::string_view::npos) {
        if (std::ranges::any_of(amount, digit)) ++unmarked_;
        return;
    }
    const DecimalMark mark = amount[last] == '.' ? DecimalMark::point : DecimalMark::comma;
    const DecimalMark other = mark == DecimalMark::point ? DecimalMark::comma : DecimalMark::point;
    if (std::ranges::count(amount, amount[last]) > 1) {
        ++decimal_[index_of(other)];
        return;
    }
    std::size_t behind = 0;
    for (std::size_t i = last + 1; i < amount.size() && digit(amount[i]); ++i) ++behind;
    if (behind == 0) {  // "100 kr."
        ++unmarked_;
        return;
    }
    std::size_t before = 0;
    for (std::size_t i = last; i > 0 && digit(amount[i - 1]); --i) ++before;
    const bool either = behind == 3 && before > 0 && before <= 3 && amount[last - before] != '0' &&
                        !amount.substr(0, last).contains(mark_of(other));
    ++(either ? thousands_ : decimal_)[index_of(mark)];
}

DecimalMark MarkVotes::mark() const {
    if (decimal_[0] != decimal_[1])
        return decimal_[0] > decimal_[1] ? DecimalMark::point : DecimalMark::comma;
    if (thousands_[0] == 0 && thousands_[1] == 0) return DecimalMark::point;
    // All that is marked has three digits behind. With plain numbers beside them they are thousands;
    // alone they are a bank that writes three decimals.
    const bool point = thousands_[0] >= thousands_[1];
    return point == (unmarked_ == 0) ? DecimalMark::point : DecimalMark::comma;
}

bool MarkVotes::sure() const {
    if (decimal_[0] == 0 && decimal_[1] == 0) return thousands_[0] == 0 && thousands_[1] == 0;
    return decimal_[0] == 0 || decimal_[1] == 0;
}

}  // namespace budgetplanner
