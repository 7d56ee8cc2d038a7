// What was chosen the last times at each payee, and what that says of the next time.
//
// A payee whose latest uses agree is remembered: the latest wins after one change, but a payee that goes
// back and forth is not, as there is then more to it than who was paid. For such payees outlook() weighs
// past uses by how alike they are in amount, day of the month, account or message. Which of these counts
// at this payee is found by replaying its uses in order. Payees are hashes, categories are numbers that
// the caller keeps. One thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

namespace budgetplanner {

struct PayeeUse {
    std::uint16_t category = 0;
    std::int16_t size = 0;  // of the amount, in quarters of a doubling
    std::uint8_t day = 0;   // of the month
    std::uint8_t account = 0;
    std::uint16_t message = 0;  // hash of the words beside the payee
};

// What a use is compared by.
enum class Likeness : std::uint8_t { recent, often, amount, threshold, day, account, message };
inline constexpr std::size_t likenesses = 7;

struct Outlook {
    struct Share {
        std::uint16_t category = 0;
        double probability = 0;
    };
    std::vector<Share> shares;      // of the categories used at this payee, most recent first
    double rest = 1;                // for all other categories together
    Likeness by = Likeness::often;  // what counted most
};

class PayeeMemory {
  public:
    static constexpr std::size_t uses_max = 32;  // kept of one payee: the latest

    void add(std::uint64_t payee, const PayeeUse& use);
    // Takes back the latest use with that category; false: there was none.
    bool remove(std::uint64_t payee, std::uint16_t category);
    [[nodiscard]] std::span<const PayeeUse> uses(std::uint64_t payee) const;  // oldest first
    [[nodiscard]] std::size_t payees() const { return uses_.size(); }
    [[nodiscard]] std::size_t bytes() const;

  private:
    std::unordered_map<std::uint64_t, std::vector<PayeeUse>> uses_;
};

// The category of the latest uses, if at least two agree and the payee does not go back and forth.
[[nodiscard]] std::optional<std::uint16_t> remembered(std::span<const PayeeUse> uses);
// At one payee with at least one use; `next` is the use whose category is asked.
[[nodiscard]] Outlook outlook(std::span<const PayeeUse> uses, const PayeeUse& next);

}  // namespace budgetplanner
