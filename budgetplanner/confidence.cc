#include "budgetplanner/confidence.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <functional>
#include <vector>

namespace budgetplanner {
namespace {

constexpr double place_low = -4;  // logarithms of odds of the first and the last bin
constexpr double place_high = 6;
constexpr double fade = 0.9995;
// How many guesses the prior of each bin counts as; more where one guess says little of the next.
constexpr std::array<double, grounds> prior_guesses = {3, 3, 4, 8, 8};
constexpr double prior_share = 0.965;  // of the raw probability
// A person who twice chose the same for a payee, and nothing else, is taken at that word.
constexpr double prior_remembered = 0.982;
constexpr double filled_aim = 0.981;  // a little above what is promised
constexpr double doubt_guesses = 10;
constexpr double doubt_right = 0.97;
constexpr double threshold_min = 0.9;

double odds_to_share(double odds) { return 1 / (1 + std::exp(-odds)); }

}  // namespace

Confidence::Confidence() { settle(); }

double Confidence::place(double raw) {
    const double held = std::clamp(raw, 1e-4, 1 - 1e-4);
    const double odds = std::log(held / (1 - held));
    return std::clamp((odds - place_low) / (place_high - place_low), 0.0, 1.0) * (bins - 1);
}

void Confidence::record(Ground ground, double raw, bool right) {
    auto& history = history_[static_cast<std::size_t>(ground)];
    for (Bin& bin : history) {
        bin.asked *= fade;
        bin.right *= fade;
    }
    const double at = place(raw);
    const auto low = std::min(static_cast<std::size_t>(at), bins - 2);
    const double high_part = at - static_cast<double>(low);
    const auto add = [&](Bin& bin, double part) {
        bin.asked += part;
        if (right) bin.right += part;
    };
    add(history[low], 1 - high_part);
    add(history[low + 1], high_part);
}

void Confidence::settle() {
    struct Pool {
        double right = 0, asked = 0;
        std::size_t bins = 0;
        [[nodiscard]] double value() const { return right / asked; }
    };
    struct Level {
        double value = 0, asked = 0;
    };
    std::vector<Level> levels;
    for (std::size_t ground = 0; ground < grounds; ++ground) {
        auto& history = history_[ground];
        const double weight = prior_guesses[ground];
        const double least = ground == 0 ? prior_remembered : 0;
        std::vector<Pool> pools;
        for (std::size_t i = 0; i < bins; ++i) {
            const double odds =
                place_low + (place_high - place_low) * static_cast<double>(i) / (bins - 1);
            const double prior = std::max(odds_to_share(odds) * prior_share, least);
            pools.push_back({history[i].right + prior * weight, history[i].asked + weight, 1});
            while (pools.size() > 1 && pools[pools.size() - 2].value() > pools.back().value()) {
                const Pool last = pools.back();
                pools.pop_back();
                pools.back().right += last.right;
                pools.back().asked += last.asked;
                pools.back().bins += last.bins;
            }
        }
        std::size_t at = 0;
        for (const Pool& pool : pools)
            for (std::size_t i = 0; i < pool.bins; ++i) history[at++].value = pool.value();
        for (const Bin& bin : history) levels.push_back({bin.value, bin.asked});
    }
    std::ranges::sort(levels, std::ranges::greater{}, &Level::value);
    // So many guesses below the aim stand in for history that is not there yet.
    double asked = doubt_guesses;
    double right = doubt_guesses * doubt_right;
    threshold_ = filled_right_min;
    for (const Level& level : levels) {
        right += level.value * level.asked;
        asked += level.asked;
        if (level.value < threshold_min) break;
        if (right >= asked * filled_aim) threshold_ = std::min(threshold_, level.value);
    }
}

double Confidence::of(Ground ground, double raw) const {
    const auto& history = history_[static_cast<std::size_t>(ground)];
    const double at = place(raw);
    const auto low = std::min(static_cast<std::size_t>(at), bins - 2);
    const double high_part = at - static_cast<double>(low);
    return history[low].value * (1 - high_part) + history[low + 1].value * high_part;
}

}  // namespace budgetplanner
