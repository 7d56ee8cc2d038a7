// What the words of a description say of its category when its payee was never met before.
//
// Counts are of payees, not of expenses: a hundred visits of one café say no more of the next café than
// one does. Hints are words, their letters in fours, the category that the shipped keywords point to,
// amount, account and kind; naive Bayes over each sort of hint, and how much a sort is worth is learned
// from this user's own new payees, one gradient step each. Categories are numbers that the caller keeps.
// One thread at a time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "budgetplanner/payee.h"
#include "budgetplanner/spending.h"

namespace budgetplanner {

enum class HintSort : std::uint8_t { word, letters, keyword, amount, account, kind };
inline constexpr std::size_t hint_sorts = 6;

struct Hint {
    std::uint32_t key = 0;
    HintSort sort = HintSort::word;
    std::uint8_t word = 0;  // which of the words, for what is found in one
};
using Hints = std::vector<Hint>;

// Hints of an expense whose words were read; `size` is its amount in quarters of a doubling.
void gather_hints(
    std::span<const PayeeWord> words, const Spending& spending, int size, Hints& into
);

class WordEvidence {
  public:
    // Logarithms of odds, by category; highest first is the caller's to find.
    void scores(const Hints& hints, std::vector<double>& out) const;
    // One payee more (or, taken back, one less) whose expenses are of that category.
    void add(const Hints& hints, std::uint16_t category);
    void remove(const Hints& hints, std::uint16_t category);
    // What each sort of hint is worth, after a new payee turned out to be of that category.
    void weigh(const Hints& hints, std::uint16_t category);
    // How far the hint speaks for the category, against all categories together; 0: not at all.
    [[nodiscard]] double speaks_for(const Hint& hint, std::uint16_t category) const;
    [[nodiscard]] std::size_t bytes() const;

  private:
    struct Cell {
        std::uint32_t key = 0;
        std::uint32_t next = 0;  // 1 + index; 0: the last of its chain
        std::uint16_t category = 0;
        std::uint16_t payees = 0;
    };
    struct Totals {
        double payees = 0;
        std::array<double, hint_sorts> hints{};
        // Logarithm of the share of a hint that was never seen here.
        std::array<float, hint_sorts> base{};
        float prior = 0;
    };
    static constexpr std::size_t parts = hint_sorts + 1;  // the prior is the last

    [[nodiscard]] std::uint32_t first(std::uint32_t key) const;
    void count(const Hint& hint, std::uint16_t category, bool up);
    void grow();
    void renew(Totals& totals);
    // By category, what each part says.
    void gather(const Hints& hints) const;

    std::vector<std::uint32_t> heads_;
    std::vector<Cell> cells_;
    std::vector<Totals> totals_;
    std::array<double, parts> worth_ = {0.9, 0.35, 0.9, 0.5, 0.5, 1.0, 1.0};
    std::array<double, parts> steps_ = {};
    mutable std::vector<std::array<float, parts>> said_;  // kept for its memory
};

}  // namespace budgetplanner
