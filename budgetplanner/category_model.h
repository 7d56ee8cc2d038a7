// A person's own classifier: guesses the category of an expense from those that this person sorted.
//
// It knows what was chosen the last times at the same payee (payee_memory.h); for what that leaves open
// it knows which words, letters, amounts and accounts go with which category (word_evidence.h); and it
// knows how often it was right so far (confidence.h): each expense is guessed before its answer is
// learned. A guess says how likely it is right, whether that is enough to fill it in, and why.
//
// Learn only what a person chose or let stand, in the order of dates: the latest counts most. Texts are
// not kept, only hashes of words. The same expenses in the same order give the same model, so it can be
// thrown away and built again; unlearn() takes back the counts, not the history of being right. One
// thread at a time, for guess() too.
//   CategoryModel model = CategoryModel::trained(sorted);       // 20,000 in some 30 ms
//   const CategoryGuess guess = model.guess(spending);          // some microseconds
//   model.learn(spending, "Groceries");
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "budgetplanner/confidence.h"
#include "budgetplanner/payee.h"
#include "budgetplanner/payee_memory.h"
#include "budgetplanner/spending.h"
#include "budgetplanner/word_evidence.h"

namespace budgetplanner {

struct Suggestion {
    std::string category;
    double confidence = 0;  // how likely it is right, 0 to 1
};

struct Sorted {
    Spending spending;
    std::string_view category;
};

struct CategoryGuess {
    std::vector<Suggestion>
        best;           // at most three, the likeliest first; empty: nothing was learned yet
    bool sure = false;  // right often enough to be filled in
    Ground ground = Ground::fresh;
    std::size_t uses = 0;            // expenses at this payee that are remembered
    std::size_t agreeing = 0;        // of them, those with the first category
    Likeness by = Likeness::often;   // what they were weighed by, unless all agree
    std::vector<std::string> words;  // that spoke for the first category, the weightiest first
};

class CategoryModel {
  public:
    // The confidence is learned from the latest of these; older ones teach their categories alone.
    static constexpr std::size_t judged_max = 2048;
    static constexpr std::size_t suggestions_max = 3;
    static constexpr std::size_t words_max = 3;

    CategoryModel();
    ~CategoryModel();
    CategoryModel(CategoryModel&&) noexcept;
    CategoryModel& operator=(CategoryModel&&) noexcept;
    [[nodiscard]] static CategoryModel trained(std::span<const Sorted> expenses);

    void learn(const Spending& spending, std::string_view category);
    // As if it had not been learned; what was not learned is left alone.
    void unlearn(const Spending& spending, std::string_view category);
    [[nodiscard]] CategoryGuess guess(const Spending& spending) const;

    [[nodiscard]] std::size_t learned() const { return learned_; }
    [[nodiscard]] double fill_threshold() const { return confidence_.threshold(); }
    [[nodiscard]] std::size_t bytes() const;

  private:
    struct Scratch;  // what one call works on, kept for its memory

    [[nodiscard]] std::uint16_t number_of(std::string_view category);
    [[nodiscard]] bool look(const Spending& spending) const;
    void learn_one(const Spending& spending, std::string_view category, bool judged);
    void explain(CategoryGuess& guess) const;

    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>{}(text);
        }
    };

    std::vector<std::string> names_;
    std::vector<std::uint32_t> expenses_;  // by category
    std::unordered_map<std::string, std::uint16_t, TextHash, std::equal_to<>> numbers_;
    PayeeMemory payees_;
    WordEvidence words_;
    Confidence confidence_;
    std::size_t learned_ = 0;
    std::unique_ptr<Scratch> scratch_;
};

}  // namespace budgetplanner
