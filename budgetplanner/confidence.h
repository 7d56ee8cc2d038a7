// How often guesses like this one were right: raw probabilities made true by this user's own history.
//
// Every guess whose answer became known counts, in date order, as it was made before the answer. Guesses
// of one ground (payee remembered, payee met, new payee) with nearly the same raw probability share a
// bin; more probable bins are never less right (isotonic). A bin with little history leans on a prior
// below its raw probability, so that a new account's guesses are offered, not filled in. Old guesses
// fade. One thread at a time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace budgetplanner {

enum class Ground : std::uint8_t { remembered, changed, mixed, once, fresh };
inline constexpr std::size_t grounds = 5;

// What has to be right among all that is filled in without asking.
inline constexpr double filled_right_min = 0.98;

class Confidence {
  public:
    Confidence();
    void record(Ground ground, double raw, bool right);
    // Works out anew what record() has changed.
    void settle();
    [[nodiscard]] double of(Ground ground, double raw) const;
    // Whether a guess with that confidence is filled in.
    [[nodiscard]] bool sure(double confidence) const { return confidence >= threshold_; }
    [[nodiscard]] double threshold() const { return threshold_; }

  private:
    static constexpr std::size_t bins = 24;
    struct Bin {
        double asked = 0;
        double right = 0;
        double value = 0;  // the confidence
    };
    [[nodiscard]] static double place(double raw);

    std::array<std::array<Bin, bins>, grounds> history_{};
    double threshold_ = 1;
};

}  // namespace budgetplanner
