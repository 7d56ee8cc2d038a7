#include "budgetplanner/word_evidence.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "budgetplanner/keywords.h"
#include "budgetplanner/payee.h"
#include "budgetplanner/spending.h"

namespace budgetplanner {
namespace {

constexpr std::size_t letters_together = 4;
constexpr std::size_t letters_words_max = 6;  // words whose letters are looked at
constexpr double smoothing = 0.15;            // payees that a hint never seen counts as
constexpr double prior_smoothing = 0.5;
constexpr double step = 0.08;  // of learning what a sort of hint is worth
constexpr double worth_max = 2.5;
// About how many hints of each sort there are, for smoothing.
constexpr std::array<double, hint_sorts> sizes = {400, 1500, 20, 24, 4, 6};
constexpr float logarithms_max = 64;

std::uint32_t hash(std::string_view text, std::uint32_t salt) {
    std::uint32_t h = 2166136261U ^ (salt * 0x9E3779B9U);
    for (const char c : text) h = (h ^ static_cast<unsigned char>(c)) * 16777619U;
    h ^= h >> 15U;
    return h * 0x2C1B3C6DU;
}

std::uint32_t hash(std::uint32_t number, std::uint32_t salt) {
    std::uint32_t h = (number + 1) * 0x9E3779B1U ^ (salt * 0x85EBCA77U);
    h ^= h >> 16U;
    h *= 0x7FEB352DU;
    return h ^ (h >> 15U);
}

void gather_letters(std::string_view word, std::uint8_t at, Hints& into) {
    char framed[64];
    if (word.size() + 2 > sizeof framed) word = word.substr(0, sizeof framed - 2);
    framed[0] = '<';
    std::ranges::copy(word, framed + 1);
    framed[word.size() + 1] = '>';
    const std::string_view whole(framed, word.size() + 2);
    for (std::size_t i = 0; i + letters_together <= whole.size(); ++i)
        into.push_back({hash(whole.substr(i, letters_together), 3), HintSort::letters, at});
}

// log((n + smoothing) / smoothing), from a table for what is common.
float gain(std::uint16_t payees) {
    static const auto table = [] {
        std::array<float, static_cast<std::size_t>(logarithms_max)> found{};
        for (std::size_t i = 0; i < found.size(); ++i)
            found[i] =
                static_cast<float>(std::log((static_cast<double>(i) + smoothing) / smoothing));
        return found;
    }();
    if (payees < table.size()) return table[payees];
    return static_cast<float>(std::log((payees + smoothing) / smoothing));
}

}  // namespace

void gather_hints(
    std::span<const PayeeWord> words, const Spending& spending, int size, Hints& into
) {
    into.clear();
    std::string_view before;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const PayeeWord& word = words[i];
        const auto at = static_cast<std::uint8_t>(i);
        into.push_back({hash(word.text, 1), HintSort::word, at});
        if (!word.names) continue;
        if (!before.empty()) into.push_back({hash(word.text, hash(before, 2)), HintSort::word, at});
        before = word.text;
        if (i < letters_words_max) gather_letters(word.text, at, into);
    }
    if (const auto keyword = keyword_in(words)) {
        const auto same = std::ranges::find(words, keyword->word, &PayeeWord::text);
        into.push_back(
            {hash(keyword->category, 4), HintSort::keyword,
             static_cast<std::uint8_t>(same - words.begin())}
        );
    }
    const auto number = [](int n) { return static_cast<std::uint32_t>(n + 1000); };
    into.push_back({hash(number(size / 4), 5), HintSort::amount, 0});
    into.push_back({hash(spending.account, 6), HintSort::account, 0});
    const bool refund = spending.amount.minor < 0;
    into.push_back(
        {hash(number(static_cast<int>(spending.kind) * 2 + (refund ? 1 : 0)), 7), HintSort::kind, 0}
    );
}

std::uint32_t WordEvidence::first(std::uint32_t key) const {
    return heads_.empty() ? 0 : heads_[key & (heads_.size() - 1)];
}

void WordEvidence::grow() {
    heads_.assign(heads_.empty() ? 256 : heads_.size() * 2, 0);
    for (std::size_t i = 0; i < cells_.size(); ++i) {
        std::uint32_t& head = heads_[cells_[i].key & (heads_.size() - 1)];
        cells_[i].next = head;
        head = static_cast<std::uint32_t>(i + 1);
    }
}

void WordEvidence::count(const Hint& hint, std::uint16_t category, bool up) {
    double& total = totals_[category].hints[static_cast<std::size_t>(hint.sort)];
    for (std::uint32_t at = first(hint.key); at != 0; at = cells_[at - 1].next) {
        Cell& cell = cells_[at - 1];
        if (cell.key != hint.key || cell.category != category) continue;
        if (up ? cell.payees == UINT16_MAX : cell.payees == 0) return;
        cell.payees = static_cast<std::uint16_t>(up ? cell.payees + 1 : cell.payees - 1);
        total += up ? 1 : -1;
        return;
    }
    if (!up) return;
    if (cells_.size() >= heads_.size()) grow();
    std::uint32_t& head = heads_[hint.key & (heads_.size() - 1)];
    cells_.push_back({.key = hint.key, .next = head, .category = category, .payees = 1});
    head = static_cast<std::uint32_t>(cells_.size());
    total += 1;
}

void WordEvidence::renew(Totals& totals) {
    for (std::size_t sort = 0; sort < hint_sorts; ++sort)
        totals.base[sort] =
            static_cast<float>(std::log(smoothing / (totals.hints[sort] + smoothing * sizes[sort]))
            );
    totals.prior = static_cast<float>(std::log(totals.payees + prior_smoothing));
}

void WordEvidence::add(const Hints& hints, std::uint16_t category) {
    while (totals_.size() <= category) renew(totals_.emplace_back());
    for (const Hint& hint : hints) count(hint, category, true);
    totals_[category].payees += 1;
    renew(totals_[category]);
}

void WordEvidence::remove(const Hints& hints, std::uint16_t category) {
    if (category >= totals_.size() || totals_[category].payees < 1) return;
    for (const Hint& hint : hints) count(hint, category, false);
    totals_[category].payees -= 1;
    renew(totals_[category]);
}

void WordEvidence::gather(const Hints& hints) const {
    said_.assign(totals_.size(), {});
    std::array<float, hint_sorts> met{};  // hints of each sort that were seen at any payee
    for (const Hint& hint : hints) {
        const auto sort = static_cast<std::size_t>(hint.sort);
        bool seen = false;
        for (std::uint32_t at = first(hint.key); at != 0; at = cells_[at - 1].next) {
            const Cell& cell = cells_[at - 1];
            if (cell.key != hint.key || cell.payees == 0) continue;
            seen = true;
            said_[cell.category][sort] += gain(cell.payees);
        }
        if (seen) met[sort] += 1;
    }
    for (std::size_t c = 0; c < totals_.size(); ++c) {
        for (std::size_t sort = 0; sort < hint_sorts; ++sort)
            said_[c][sort] += met[sort] * totals_[c].base[sort];
        said_[c][hint_sorts] = totals_[c].prior;
    }
}

void WordEvidence::scores(const Hints& hints, std::vector<double>& out) const {
    gather(hints);
    out.assign(totals_.size(), 0);
    for (std::size_t c = 0; c < totals_.size(); ++c)
        for (std::size_t part = 0; part < parts; ++part) out[c] += worth_[part] * said_[c][part];
}

void WordEvidence::weigh(const Hints& hints, std::uint16_t category) {
    if (category >= totals_.size()) return;
    std::vector<double> shares;
    scores(hints, shares);
    const double highest = *std::ranges::max_element(shares);
    double sum = 0;
    for (double& share : shares) sum += share = std::exp(share - highest);
    for (std::size_t part = 0; part < parts; ++part) {
        double slope = -said_[category][part];
        for (std::size_t c = 0; c < shares.size(); ++c) slope += shares[c] / sum * said_[c][part];
        steps_[part] += slope * slope;
        if (steps_[part] > 0) worth_[part] -= step * slope / std::sqrt(steps_[part] + 4);
        worth_[part] = std::clamp(worth_[part], 0.0, worth_max);
    }
}

double WordEvidence::speaks_for(const Hint& hint, std::uint16_t category) const {
    if (category >= totals_.size()) return 0;
    double here = 0;
    double all = 0;
    for (std::uint32_t at = first(hint.key); at != 0; at = cells_[at - 1].next) {
        const Cell& cell = cells_[at - 1];
        if (cell.key != hint.key) continue;
        all += cell.payees;
        if (cell.category == category) here = cell.payees;
    }
    if (here == 0) return 0;
    double payees = 0;
    for (const Totals& totals : totals_) payees += totals.payees;
    const double share = (here + smoothing) / (totals_[category].payees + 1);
    return std::max(0.0, std::log(share / ((all + smoothing) / (payees + 1))));
}

std::size_t WordEvidence::bytes() const {
    return heads_.capacity() * sizeof(std::uint32_t) + cells_.capacity() * sizeof(Cell) +
           totals_.capacity() * sizeof(Totals);
}

}  // namespace budgetplanner
