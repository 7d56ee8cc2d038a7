#include "budgetplanner/payee_memory.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <optional>
#include <span>

namespace budgetplanner {
namespace {

constexpr std::size_t agreeing_min = 2;
constexpr std::size_t settled_uses = 6;  // in a row: whatever went before, it is settled
constexpr double unseen = 0.35;          // uses that categories not used here weigh together
constexpr double recent_factor = 0.45;   // weight of a use against the one after it
constexpr double often_factor = 0.92;
constexpr double alike_unseen = 0.4;    // uses that the plain frequencies weigh beside alike ones
constexpr double replay_factor = 0.93;  // how quickly what counted long ago is forgotten
// Before anything was replayed.
constexpr std::array<double, likenesses> trust_first = {0.25, 0.3, 0.15, 0.1, 0.08, 0.04, 0.08};

std::array<double, PayeeMemory::uses_max + 1> powers(double factor) {
    std::array<double, PayeeMemory::uses_max + 1> table{};
    for (std::size_t i = 0; i < table.size(); ++i)
        table[i] = std::pow(factor, static_cast<double>(i));
    return table;
}

// How much a past use counts for the next, by one likeness.
double weight(Likeness by, const PayeeUse& past, const PayeeUse& next, std::size_t age) {
    static const auto recent = powers(recent_factor);
    static const auto often = powers(often_factor);
    static const auto near = powers(0.6);
    const auto apart = [](int a, int b) {
        return std::min<std::size_t>(
            static_cast<std::size_t>(std::abs(a - b)), PayeeMemory::uses_max
        );
    };
    switch (by) {
        case Likeness::recent:
            return recent[age];
        case Likeness::often:
        case Likeness::threshold:
            return often[age];
        case Likeness::amount:
            return often[age] * near[apart(past.size, next.size)];
        case Likeness::day:
            return often[age] * near[apart(past.day, next.day) / 2];
        case Likeness::account:
            return often[age] * (past.account == next.account ? 1.0 : 0.1);
        case Likeness::message:
            return often[age] * (past.message == next.message ? 1.0 : 0.05);
    }
    return 0;
}

// Categories of one payee, numbered in the order met from the latest use; at most uses_max.
struct Local {
    std::array<std::uint16_t, PayeeMemory::uses_max> category{};
    std::array<std::uint8_t, PayeeMemory::uses_max> of_use{};
    std::size_t count = 0;

    explicit Local(std::span<const PayeeUse> uses) {
        for (std::size_t i = uses.size(); i-- > 0;) {
            const auto* const end = category.begin() + count;
            const auto* const known = std::find(category.cbegin(), end, uses[i].category);
            of_use[i] = static_cast<std::uint8_t>(known - category.cbegin());
            if (known == end) category[count++] = uses[i].category;
        }
    }
};

using Shares = std::array<double, PayeeMemory::uses_max>;
using Views = std::array<Shares, likenesses>;

// Probabilities by each likeness from the first `known` uses; they sum to one less the unseen.
void look(
    std::span<const PayeeUse> uses, std::size_t known, const Local& local, const PayeeUse& next,
    Views& views
) {
    std::array<double, likenesses> total{};
    for (std::size_t e = 0; e < likenesses; ++e) std::fill_n(views[e].begin(), local.count, 0.0);
    const auto threshold = static_cast<std::size_t>(Likeness::threshold);
    for (std::size_t i = 0; i < known; ++i) {
        const std::size_t age = known - 1 - i;
        for (std::size_t e = 0; e < likenesses; ++e) {
            if (e == threshold) continue;  // has a view of its own
            const double w = weight(static_cast<Likeness>(e), uses[i], next, age);
            views[e][local.of_use[i]] += w;
            total[e] += w;
        }
    }
    const auto often = static_cast<std::size_t>(Likeness::often);
    for (std::size_t c = 0; c < local.count; ++c) views[often][c] /= total[often] + unseen;
    for (std::size_t e = 0; e < likenesses; ++e) {
        if (e == often || e == threshold) continue;
        for (std::size_t c = 0; c < local.count; ++c)
            views[e][c] =
                (views[e][c] + alike_unseen * views[often][c]) / (total[e] + alike_unseen);
    }
}

using Order = std::array<std::uint8_t, PayeeMemory::uses_max>;

// Numbers of the uses, the smallest amount first.
Order by_size(std::span<const PayeeUse> uses) {
    Order order{};
    for (std::size_t i = 0; i < uses.size(); ++i) order[i] = static_cast<std::uint8_t>(i);
    std::sort(
        order.begin(), order.begin() + static_cast<std::ptrdiff_t>(uses.size()),
        [&](std::uint8_t a, std::uint8_t b) { return uses[a].size < uses[b].size; }
    );
    return order;
}

// Between which two sizes the first `known` uses are parted best, if each side had one category.
double best_cut(
    std::span<const PayeeUse> uses, std::size_t known, const Local& local, const Order& order
) {
    Order kept{};
    std::size_t count = 0;
    for (std::size_t i = 0; i < uses.size(); ++i)
        if (order[i] < known) kept[count++] = order[i];
    std::array<std::uint8_t, PayeeMemory::uses_max> met{};
    std::array<std::uint8_t, PayeeMemory::uses_max + 1> most_above{};
    for (std::size_t i = count; i-- > 0;)
        most_above[i] = std::max(most_above[i + 1], ++met[local.of_use[kept[i]]]);
    met.fill(0);
    std::uint8_t most_below = 0;
    int best_right = 0;
    double cut = -1;
    for (std::size_t i = 0; i < count; ++i) {
        most_below = std::max(most_below, ++met[local.of_use[kept[i]]]);
        const int size = uses[kept[i]].size;
        const bool last = i + 1 == count;
        if (!last && uses[kept[i + 1]].size == size) continue;
        const int right = most_below + most_above[i + 1];
        if (right <= best_right) continue;
        best_right = right;
        cut = last ? 1e9 : (size + uses[kept[i + 1]].size) / 2.0;
    }
    return cut;
}

// Uses count that are on the next one's side of the cut.
void look_by_threshold(
    std::span<const PayeeUse> uses, std::size_t known, const Local& local, const Order& order,
    const PayeeUse& next, Views& views
) {
    const double cut = best_cut(uses, known, local, order);
    Shares& view = views[static_cast<std::size_t>(Likeness::threshold)];
    const Shares& often = views[static_cast<std::size_t>(Likeness::often)];
    std::fill_n(view.begin(), local.count, 0.0);
    double total = 0;
    for (std::size_t i = 0; i < known; ++i) {
        if ((uses[i].size > cut) != (next.size > cut)) continue;
        view[local.of_use[i]] += 1;
        total += 1;
    }
    for (std::size_t c = 0; c < local.count; ++c)
        view[c] = (view[c] + alike_unseen * often[c]) / (total + alike_unseen);
}

Outlook unanimous(std::span<const PayeeUse> uses) {
    const auto total = static_cast<double>(uses.size());
    const double sure = total / (total + unseen);
    return {.shares = {{.category = uses.back().category, .probability = sure}}, .rest = 1 - sure};
}

}  // namespace

void PayeeMemory::add(std::uint64_t payee, const PayeeUse& use) {
    auto& uses = uses_[payee];
    if (uses.size() == uses_max) uses.erase(uses.begin());
    uses.push_back(use);
}

bool PayeeMemory::remove(std::uint64_t payee, std::uint16_t category) {
    const auto it = uses_.find(payee);
    if (it == uses_.end()) return false;
    auto& uses = it->second;
    const auto use = std::find_if(uses.rbegin(), uses.rend(), [&](const PayeeUse& one) {
        return one.category == category;
    });
    if (use == uses.rend()) return false;
    uses.erase(std::next(use).base());
    if (uses.empty()) uses_.erase(it);
    return true;
}

std::span<const PayeeUse> PayeeMemory::uses(std::uint64_t payee) const {
    const auto it = uses_.find(payee);
    return it == uses_.end() ? std::span<const PayeeUse>() : std::span<const PayeeUse>(it->second);
}

std::size_t PayeeMemory::bytes() const {
    constexpr std::size_t node = 64;  // of the map, with the allocator's own
    std::size_t sum = uses_.bucket_count() * sizeof(void*);
    for (const auto& [payee, uses] : uses_) sum += node + uses.capacity() * sizeof(PayeeUse);
    return sum;
}

std::optional<std::uint16_t> remembered(std::span<const PayeeUse> uses) {
    if (uses.size() < agreeing_min) return std::nullopt;
    const std::uint16_t latest = uses.back().category;
    std::size_t runs = 1;
    std::size_t last_run = uses.size();
    for (std::size_t i = uses.size() - 1; i-- > 0;) {
        if (uses[i].category == uses[i + 1].category) continue;
        if (runs++ == 1) last_run = uses.size() - 1 - i;
    }
    if (last_run < agreeing_min || (runs > 2 && last_run < settled_uses)) return std::nullopt;
    return latest;
}

Outlook outlook(std::span<const PayeeUse> uses, const PayeeUse& next) {
    const Local local(uses);
    if (local.count == 1) return unanimous(uses);
    const Order order = by_size(uses);
    Views views{};
    std::array<double, likenesses> trust = {};
    for (std::size_t i = 1; i < uses.size(); ++i) {
        look(uses, i, local, uses[i], views);
        look_by_threshold(uses, i, local, order, uses[i], views);
        for (std::size_t e = 0; e < likenesses; ++e)
            trust[e] =
                replay_factor * trust[e] + std::log(std::max(views[e][local.of_use[i]], 0.02));
    }
    look(uses, uses.size(), local, next, views);
    look_by_threshold(uses, uses.size(), local, order, next, views);
    for (std::size_t e = 0; e < likenesses; ++e) trust[e] += std::log(trust_first[e]);
    const double highest = *std::ranges::max_element(trust);
    double sum = 0;
    for (double& one : trust) sum += one = std::exp(one - highest);
    Outlook found;
    found.by = static_cast<Likeness>(std::ranges::max_element(trust) - trust.begin());
    for (std::size_t c = 0; c < local.count; ++c) {
        double probability = 0;
        for (std::size_t e = 0; e < likenesses; ++e) probability += trust[e] / sum * views[e][c];
        found.shares.push_back({.category = local.category[c], .probability = probability});
        found.rest -= probability;
    }
    found.rest = std::max(found.rest, 0.001);
    return found;
}

}  // namespace budgetplanner
