// Random draws of a generator: the same numbers for the same seed on every machine.
#pragma once

#include <cstddef>
#include <cstdint>

namespace budgetplanner {

// SplitMix64.
inline std::uint64_t mixed(std::uint64_t n) {
    n += 0x9E3779B97F4A7C15ULL;
    n = (n ^ (n >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    n = (n ^ (n >> 27U)) * 0x94D049BB133111EBULL;
    return n ^ (n >> 31U);
}

class Draws {
  public:
    explicit Draws(std::uint64_t seed) : state_(mixed(seed)) {}
    std::uint64_t below(std::uint64_t n) { return mixed(state_ += 0x9E3779B97F4A7C15ULL) % n; }
    bool chance(std::uint64_t permille) { return below(1000) < permille; }
    std::int64_t between(std::int64_t low, std::int64_t high) {
        return low + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(high - low + 1)));
    }
    template <class List>
    const auto& of(const List& list) {
        return list[below(list.size())];
    }

  private:
    std::uint64_t state_;
};

}  // namespace budgetplanner
