// How the generator of spending names shops, and how banks and people write them down.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "budgetplanner/spending_draws.h"
#include "budgetplanner/spending_names.h"

namespace budgetplanner {

// One of "a|b|c".
[[nodiscard]] std::string_view one_of(std::string_view list, Draws& draws);
[[nodiscard]] std::string made_up_name(Draws& draws);
// Depends on its own seed only, so that every household knows the shop by one name.
[[nodiscard]] std::string shop_name(const Sector& sector, std::size_t language, std::uint64_t seed);
// As banks print a name: capitals without accents.
[[nodiscard]] std::string capitals(std::string_view text);
// As somebody types it who is in a hurry.
[[nodiscard]] std::string typed(std::string_view name, std::string_view purpose, Draws& draws);

[[nodiscard]] std::string civil_date(int year, int month, int day);
[[nodiscard]] int leading_number(std::string_view digits);

struct Printed {
    std::string_view name;  // empty: the statement has it in a field of its own
    std::string_view date;
    std::size_t language = 0;
    std::size_t home = 0;  // which of the places is nearest
};
// In a bank's style, as spending_names.h has them.
[[nodiscard]] std::string printed(std::string_view style, const Printed& what, Draws& draws);

}  // namespace budgetplanner
