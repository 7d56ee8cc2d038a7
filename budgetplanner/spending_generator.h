// A made-up household's spending, row by row in the order of dates: the same rows for the same options.
//
// It feeds the demo and measures the categoriser. What is measured on it is synthetic and is labelled
// so: it says how the method copes with what is modelled here, not how right it is for a real person.
// Modelled are:
// - shops known to everybody (by rank, Zipf) and shops of one place only; a household comes back to its
//   shops and finds new ones all the time, ever more slowly (Pitman-Yor process, discount 0.48: about
//   190 payees in the first 1,000 rows, 300 in 3,000); rent, power, salary, savings and subscriptions
//   come monthly;
// - about half of the shops' names hold a word of their trade, one in twenty a misleading one;
// - each household has its own categories: some of the default list joined, some trades apart, and one
//   shop in eight sorted where nobody else would;
// - payees of several categories: market places by amount, people by message, some shops by amount, by
//   day of the month or by nothing at all (one row in six is such a payee's);
// - drift: payees move to another category (5 % a year), and once in eighteen months a whole trade does;
// - slips: 0.8 % of the rows have a category that is simply wrong;
// - noise: each account prints in one of its language's six banks' styles (card numbers, dates,
//   terminals, places, capitals, cut at 18 to 22 letters; one style with words that payee.cc does not
//   know); a fifth is typed by hand, with misspellings, or with the purpose alone ("lunch").
// Not modelled: two people sharing an account, statements imported years later, months without any row.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "budgetplanner/spending.h"

namespace budgetplanner {

enum class Language : std::uint8_t { english, german, french, spanish };

struct SpendingOptions {
    std::uint64_t seed = 1;
    std::size_t rows = 3000;  // fewer if until comes first
    std::string_view from = "2023-01-01";
    std::string_view until = "9999-12-31";  // no row later than that
    std::size_t rows_a_month = 90;
    Language language = Language::english;
    Currency currency = {};
    bool own_categories = true;  // false: the default list, without slips, drift or odd sorting
};

struct GeneratedSpending {
    std::string description, payee, account, date;
    std::string category;  // empty for transfers
    Kind kind = Kind::expense;
    Money amount;

    [[nodiscard]] Spending spending() const {
        return {
            .description = description,
            .payee = payee,
            .account = account,
            .date = date,
            .kind = kind,
            .amount = amount
        };
    }
};

[[nodiscard]] std::vector<GeneratedSpending> generate_spending(const SpendingOptions& options);

}  // namespace budgetplanner
