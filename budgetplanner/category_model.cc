#include "budgetplanner/category_model.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>
#include "budgetplanner/confidence.h"
#include "budgetplanner/money.h"
#include "budgetplanner/payee.h"
#include "budgetplanner/payee_memory.h"
#include "budgetplanner/spending.h"
#include "budgetplanner/word_evidence.h"

namespace budgetplanner {
namespace {

constexpr std::size_t categories_max = 1000;  // of one person; further ones are not learned

std::uint64_t joined(std::uint64_t hash, std::string_view text) {
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    return (hash ^ (hash >> 29U)) * 0xBF58476D1CE4E5B9ULL;
}

// Quarters of a doubling, whatever the currency's decimals: 1.00 is near 26.
int size_of(const Money& amount) {
    std::uint64_t minor =
        static_cast<std::uint64_t>(amount.minor < 0 ? -amount.minor : amount.minor);
    if (amount.currency.decimals() == 3) minor /= 10;
    if (minor < 4) minor = 4;
    const auto bits = static_cast<int>(std::bit_width(minor));
    return bits * 4 + static_cast<int>((minor >> (bits - 3)) & 3U);
}

std::uint8_t day_of_month(std::string_view date) {
    if (date.size() != 10) return 0;
    return static_cast<std::uint8_t>((date[8] - '0') * 10 + (date[9] - '0'));
}

// An expense as numbers.
struct Reading {
    PayeeReading payee, description;
    std::vector<PayeeWord> words;
    std::uint64_t payee_key = 0;  // 0: none
    PayeeUse use;
    Hints hints;
    bool hints_ready = false;
};

// Probabilities of all categories, and what they rest on.
struct View {
    std::vector<double> shares;
    Ground ground = Ground::fresh;
    Likeness by = Likeness::often;
    std::uint16_t first = 0;
    std::span<const PayeeUse> uses;
};

void read(const Spending& spending, Reading& into) {
    read_payee(spending.description, into.description);
    const bool apart = !spending.payee.empty();
    if (apart) read_payee(spending.payee, into.payee);
    const auto& names = apart ? into.payee.words : into.description.words;
    into.words.clear();
    std::uint64_t key = 0;
    for (const PayeeWord& word : names) {
        if (word.names) key = joined(key + 14695981039346656037ULL, word.text);
        into.words.push_back(word);
    }
    std::uint64_t message = 0;
    for (PayeeWord word : into.description.words) {
        if (!apart && word.names) continue;
        const auto same = [&](const PayeeWord& name) {
            return name.names && name.text == word.text;
        };
        if (apart && std::ranges::any_of(names, same)) continue;
        message = joined(message + 1, word.text);
        word.names = false;
        if (apart) into.words.push_back(word);
    }
    into.payee_key = key;
    into.use = {
        .size = static_cast<std::int16_t>(size_of(spending.amount)),
        .day = day_of_month(spending.date),
        .account = static_cast<std::uint8_t>(joined(1, spending.account)),
        .message = static_cast<std::uint16_t>(message)
    };
    into.hints_ready = false;
}

void read_hints(const Spending& spending, Reading& into) {
    if (into.hints_ready) return;
    into.hints_ready = true;
    gather_hints(into.words, spending, into.use.size, into.hints);
}

}  // namespace

struct CategoryModel::Scratch {
    Reading reading;
    View view;
};

CategoryModel::CategoryModel() : scratch_(std::make_unique<Scratch>()) {}
CategoryModel::~CategoryModel() = default;
CategoryModel::CategoryModel(CategoryModel&&) noexcept = default;
CategoryModel& CategoryModel::operator=(CategoryModel&&) noexcept = default;

std::uint16_t CategoryModel::number_of(std::string_view category) {
    const auto it = numbers_.find(category);
    if (it != numbers_.end()) return it->second;
    const auto number = static_cast<std::uint16_t>(names_.size());
    names_.emplace_back(category);
    expenses_.push_back(0);
    numbers_.emplace(category, number);
    return number;
}

// What is expected of the expense that was read; false: nothing was learned yet.
bool CategoryModel::look(const Spending& spending) const {
    read_hints(spending, scratch_->reading);
    View& view = scratch_->view;
    words_.scores(scratch_->reading.hints, view.shares);
    view.shares.resize(names_.size(), -1e9);
    double highest = -1e9;
    for (std::size_t c = 0; c < names_.size(); ++c) {
        if (expenses_[c] == 0) view.shares[c] = -1e9;
        highest = std::max(highest, view.shares[c]);
    }
    if (highest <= -1e9) return false;
    double sum = 0;
    for (double& share : view.shares) sum += share = std::exp(share - highest);
    for (double& share : view.shares) share /= sum;

    view.uses = payees_.uses(scratch_->reading.payee_key);
    view.ground = Ground::fresh;
    view.by = Likeness::often;
    if (!view.uses.empty()) {
        const Outlook met = outlook(view.uses, scratch_->reading.use);
        for (double& share : view.shares) share *= met.rest;
        for (const Outlook::Share& share : met.shares)
            view.shares[share.category] += share.probability;
        view.by = met.by;
        view.ground = view.uses.size() == 1 ? Ground::once : Ground::mixed;
        if (const auto category = remembered(view.uses)) {
            view.ground = met.shares.size() == 1 ? Ground::remembered : Ground::changed;
            view.first = *category;
            return true;
        }
    }
    view.first =
        static_cast<std::uint16_t>(std::ranges::max_element(view.shares) - view.shares.begin());
    return true;
}

void CategoryModel::learn_one(const Spending& spending, std::string_view category, bool judged) {
    if (category.empty() || (names_.size() >= categories_max && !numbers_.contains(category)))
        return;
    const std::uint16_t number = number_of(category);
    read(spending, scratch_->reading);
    const auto uses = payees_.uses(scratch_->reading.payee_key);
    if (judged && look(spending))
        confidence_.record(
            scratch_->view.ground, scratch_->view.shares[scratch_->view.first],
            scratch_->view.first == number
        );
    const auto same = [&](const PayeeUse& use) { return use.category == number; };
    if (std::ranges::none_of(uses, same)) {
        read_hints(spending, scratch_->reading);
        if (uses.empty()) words_.weigh(scratch_->reading.hints, number);
        words_.add(scratch_->reading.hints, number);
    }
    scratch_->reading.use.category = number;
    if (scratch_->reading.payee_key != 0)
        payees_.add(scratch_->reading.payee_key, scratch_->reading.use);
    ++expenses_[number];
    ++learned_;
}

CategoryModel CategoryModel::trained(std::span<const Sorted> expenses) {
    CategoryModel model;
    const std::size_t unjudged = expenses.size() - std::min(expenses.size(), judged_max);
    for (std::size_t i = 0; i < expenses.size(); ++i)
        model.learn_one(expenses[i].spending, expenses[i].category, i >= unjudged);
    model.confidence_.settle();
    return model;
}

void CategoryModel::learn(const Spending& spending, std::string_view category) {
    learn_one(spending, category, true);
    confidence_.settle();
}

void CategoryModel::unlearn(const Spending& spending, std::string_view category) {
    const auto it = numbers_.find(category);
    if (it == numbers_.end() || expenses_[it->second] == 0) return;
    const std::uint16_t number = it->second;
    read(spending, scratch_->reading);
    if (scratch_->reading.payee_key != 0 && !payees_.remove(scratch_->reading.payee_key, number))
        return;
    --expenses_[number];
    --learned_;
    const auto same = [&](const PayeeUse& use) { return use.category == number; };
    if (std::ranges::any_of(payees_.uses(scratch_->reading.payee_key), same)) return;
    read_hints(spending, scratch_->reading);
    words_.remove(scratch_->reading.hints, number);
}

CategoryGuess CategoryModel::guess(const Spending& spending) const {
    CategoryGuess guess;
    read(spending, scratch_->reading);
    if (!look(spending)) return guess;
    const View& view = scratch_->view;
    guess.ground = view.ground;
    guess.by = view.by;
    guess.uses = view.uses.size();
    guess.agreeing =
        static_cast<std::size_t>(std::ranges::count(view.uses, view.first, &PayeeUse::category));
    const double raw = view.shares[view.first];
    const double first = confidence_.of(view.ground, raw);
    guess.sure = confidence_.sure(first);
    guess.best.push_back({names_[view.first], first});
    std::vector<std::uint16_t> others;
    for (std::size_t c = 0; c < names_.size(); ++c)
        if (c != view.first && expenses_[c] > 0) others.push_back(static_cast<std::uint16_t>(c));
    const auto likelier = [&](std::uint16_t a, std::uint16_t b) {
        return view.shares[a] != view.shares[b] ? view.shares[a] > view.shares[b] : a < b;
    };
    const std::size_t count = std::min(others.size(), suggestions_max - 1);
    std::ranges::partial_sort(
        others, others.begin() + static_cast<std::ptrdiff_t>(count), likelier
    );
    // What the first one leaves is theirs, in their own proportions.
    const double scale = (1 - first) / std::max(1 - raw, 1e-9);
    for (std::size_t i = 0; i < count; ++i)
        guess.best.push_back({names_[others[i]], std::min(view.shares[others[i]] * scale, first)});
    explain(guess);
    return guess;
}

void CategoryModel::explain(CategoryGuess& guess) const {
    std::vector<std::pair<double, std::uint8_t>> weights;  // of each word
    for (const Hint& hint : scratch_->reading.hints) {
        if (hint.sort != HintSort::word && hint.sort != HintSort::keyword) continue;
        const double weight = words_.speaks_for(hint, scratch_->view.first);
        if (weight < 0.3) continue;
        const auto known =
            std::ranges::find(weights, hint.word, &std::pair<double, std::uint8_t>::second);
        if (known == weights.end()) {
            weights.emplace_back(weight, hint.word);
        } else {
            known->first = std::max(known->first, weight);
        }
    }
    std::ranges::sort(weights, [](const auto& a, const auto& b) {
        return a.first != b.first ? a.first > b.first : a.second < b.second;
    });
    for (const auto& [weight, word] : weights) {
        if (guess.words.size() == words_max) break;
        std::string text(scratch_->reading.words[word].text);
        if (std::ranges::find(guess.words, text) == guess.words.end())
            guess.words.push_back(std::move(text));
    }
}

std::size_t CategoryModel::bytes() const {
    std::size_t sum = sizeof *this + payees_.bytes() + words_.bytes();
    for (const std::string& name : names_) sum += 2 * name.capacity() + 96;
    return sum;
}

}  // namespace budgetplanner
