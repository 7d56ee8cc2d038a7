// Who was paid, out of what a bank prints: "CARD PAYMENT TO NORDMARKT 3297 BERLIN 04/05" is nordmarkt.
//
// Dropped are what banks and payment services say of themselves in nine languages, card numbers,
// dates, times, references, legal forms, months, big cities, countries, and all that follows a shop's
// number, a wide gap or "//", as there the place begins. What is left is folded (case and accents) and
// cut to four words. If nothing would be left, every word counts. Two spellings of one payee need not
// come out equal; the classifier's words and letters join what this does not.
// Pure; safe from any thread.
//   payee_of("PAYPAL *SPOTIFY 35314369001") == "spotify"
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace budgetplanner {

struct PayeeWord {
    std::string_view text;  // of PayeeReading::text
    bool names = false;     // part of the payee; else a place, a purpose, a message
};

// The words of a description without its noise. Kept and passed again, it needs no new memory; not to
// be copied, as words point into text.
struct PayeeReading {
    PayeeReading() = default;
    PayeeReading(const PayeeReading&) = delete;
    PayeeReading& operator=(const PayeeReading&) = delete;

    std::string text;              // folded
    std::vector<PayeeWord> words;  // in order
};

void read_payee(std::string_view description, PayeeReading& into);
[[nodiscard]] std::string payee_of(std::string_view description);

// As base::folded, and quicker where letters are of Latin-1 and Latin Extended-A; runs of blanks stay.
void fold_into(std::string_view text, std::string& out);

}  // namespace budgetplanner
