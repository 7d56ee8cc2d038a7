// Sentences that the program writes itself (notices, mail), in the reader's language: texts of the
// catalogue under "text.", whose {{markers}} are filled. Not escaped. Thread-safe.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "budgetplanner/preferences.h"
#include "platform/view/view.h"

namespace budgetplanner {

class Words {
  public:
    using Values = std::map<std::string, std::string, std::less<>>;

    Words(const view::Templates& templates, const Preferences& preferences);

    // Of the key without "text."; markers without a value stay empty.
    [[nodiscard]] std::string operator()(std::string_view key, const Values& values = {}) const;
    [[nodiscard]] const std::string& language() const { return language_; }

  private:
    const view::Templates& templates_;
    std::string language_;
};

// "{{name}}" of a text, filled. Pure.
[[nodiscard]] std::string filled(std::string_view text, const Words::Values& values);

// "November 2026" of "2026-11", as the locale writes it.
[[nodiscard]] std::string month_in_words(std::string_view month, std::string_view locale);

}  // namespace budgetplanner
