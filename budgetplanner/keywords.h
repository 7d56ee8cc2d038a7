// What a new account starts with: the default categories, and words that point to one of them.
//
// The words are trade words of a dozen languages ("bakery", "bäckerei", "аптека") and some names of
// shops met in many countries. They are the last resort when nothing was learned yet; to the classifier
// the category they point to is one more hint, whatever the user calls that category.
// Pure; safe from any thread.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "budgetplanner/payee.h"
#include "budgetplanner/spending.h"

namespace budgetplanner {

struct DefaultCategory {
    std::string_view name;
    Kind kind = Kind::expense;
};
[[nodiscard]] std::span<const DefaultCategory> default_categories();

struct KeywordMatch {
    std::string_view keyword;   // folded, as listed
    std::string_view category;  // a name of default_categories()
    Kind kind = Kind::expense;  // of that category
    std::string_view word;      // the word of the description that it was found in
};
// The longest keyword found, the first of equals; nullopt: none.
[[nodiscard]] std::optional<KeywordMatch> keyword_in(std::span<const PayeeWord> words);

}  // namespace budgetplanner
