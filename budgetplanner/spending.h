// One expense, income or transfer as the categoriser, the rules and the payee memory read it.
//
// Views only: the texts belong to the caller and outlive the call. Text is valid UTF-8.
#pragma once

#include <cstdint>
#include <string_view>

#include "budgetplanner/money.h"

namespace budgetplanner {

enum class Kind : std::uint8_t { expense, income, transfer };

struct Spending {
    std::string_view description = {};
    std::string_view payee = {
    };  // as typed, or from the statement; empty: it is in the description
    std::string_view account = {};  // by name
    std::string_view date = {};     // civil, YYYY-MM-DD
    Kind kind = Kind::expense;
    Money amount = {};  // above zero spent or received, below zero a refund
};

}  // namespace budgetplanner
