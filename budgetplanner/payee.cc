#include "budgetplanner/payee.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "platform/base/text.h"

namespace budgetplanner {
namespace {

constexpr std::size_t names_max = 4;    // words of a payee
constexpr std::size_t words_max = 24;   // words read of one description
constexpr std::size_t shop_digits = 3;  // a number of so many digits after a name is a shop's

using Set = std::unordered_set<std::string_view>;

Set set_of(std::string_view words) {
    const auto parts = base::split(words, ' ');
    return {parts.begin(), parts.end()};
}

// What banks and payment services print around the payee, in English, German, French, Spanish,
// Portuguese, Italian, Dutch, Polish and the Nordic languages.
const Set& bank_words() {
    static const Set set = set_of(
        "card payment payments pmt pymt purchase pos debit credit visa mastercard "
        "maestro amex contactless chip pin direct dd ach standing order transaction txn "
        "trx ref reference auth authorization authorised terminal recurring online "
        "withdrawal withdrawl checkcard checkcrd bill billpay web tele ppd ccd id no nr "
        "on at via date value fp bgc faster to from des indn co mandate invoice pending "
        "intl international eftpos interac electronic external preauthorized with by "
        "sepa ct iban bic eref mref cred svwz kref abwa eur usd gbp chf pay gpay "
        "googlepay kartenzahlung kartenumsatz lastschrift basislastschrift "
        "lastschrifteinzug girocard elv ec zahlung ueberweisung uberweisung einkauf "
        "folgenr verfalld verfalldatum dauerauftrag mandat glaeubiger glaubiger referenz "
        "verwendungszweck sagt danke kauf karte nummer vom uhr kd kundennr rechnung rg "
        "kontaktlos umsatz buchung gutschrift cb carte achat paiement prlv prelevement "
        "virement vir facture fact retrait dab recu emis permanent du numero echeance "
        "par compra compras tarjeta tarj pago recibo transferencia adeudo cargo comision "
        "operacion cartao pagamento debito em trf mb mbway carta pagobancomat acquisto "
        "addebito bonifico presso disposizione betaling betaalautomaat bea pas pasvolgnr "
        "incasso overboeking kenmerk omschrijving naam machtiging ideal gea tijd datum "
        "platnosc karta zakup przelew transakcja data kortkop kortkjop korttiosto "
        "kortbetaling varekjop dankort betalning autogiro overforing giro"
    );
    return set;
}

// Services that stand before the shop's own name.
const Set& services() {
    static const Set set = set_of(
        "paypal pp sq sumup sp tst izettle zettle iz stripe klarna mollie adyen "
        "worldline payu alipay venmo toast ezi nyx www"
    );
    return set;
}

// Legal forms and months: noise after the first word of a name.
const Set& tails() {
    static const Set set = set_of(
        "gmbh ltd limited inc llc sarl sas srl bv ag kg ohg plc oy ab aps corp "
        "corporation company sl slu sro kft ev mbh cie com net org help january february "
        "march april june july august september october november december januar februar "
        "maerz marz mai juni juli oktober dezember janvier fevrier mars avril juin "
        "juillet aout septembre octobre novembre decembre enero febrero marzo abril mayo "
        "junio julio agosto septiembre octubre noviembre diciembre sept"
    );
    return set;
}

// As banks abbreviate them, often with the day: 04mar.
const Set& short_months() {
    static const Set set = set_of("jan feb mar apr may jun jul aug sep oct nov dec mai okt dez");
    return set;
}

// Countries and states, noise at the end of a name alone: "casa de pan".
const Set& codes() {
    static const Set set = set_of(
        "de deu us usa gb gbr uk fr fra es esp it ita nl nld be bel at aut ch che ie irl "
        "lu lux pt prt pl pol se swe dk dnk no nor fi fin ca ny tx fl wa il ma pa va nj "
        "ga oh mi or az nsw vic qld au aus nz"
    );
    return set;
}

const Set& cities() {
    static const Set set = set_of(
        "amsterdam antwerp athens atlanta austin barcelona basel belfast berlin bern "
        "bilbao birmingham bologna bonn bordeaux boston bremen brisbane bristol brussels "
        "bruxelles budapest cardiff chicago cologne copenhagen dallas denver dortmund "
        "dresden dublin duisburg dusseldorf edinburgh essen firenze frankfurt geneve "
        "geneva genova glasgow graz grenoble hamburg hannover helsinki houston istanbul "
        "kobenhavn koln koeln krakow lausanne leeds leicester leipzig lille linz lisboa "
        "lisbon liverpool london luxembourg luzern lyon madrid malaga manchester "
        "mannheim marseille melbourne miami milan milano montpellier montreal moscow "
        "muenchen munchen munich munster nantes napoli nashville nice nottingham "
        "nuernberg nurnberg oslo palermo paris perth philadelphia phoenix portland porto "
        "praha prague rennes roma rome rotterdam salzburg seattle sevilla sheffield "
        "stockholm strasbourg stuttgart sydney torino toronto toulouse utrecht valencia "
        "vancouver venezia vienna warsaw warszawa wien zaragoza zurich zuerich"
    );
    return set;
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Folded texts of U+00C0 … U+017F, as base::folded has them.
const std::array<std::string, 0x180 - 0xC0>& latin() {
    static const auto table = [] {
        std::array<std::string, 0x180 - 0xC0> texts;
        for (unsigned i = 0; i < texts.size(); ++i) {
            const unsigned point = 0xC0 + i;
            const std::string letter{
                static_cast<char>(0xC0U | (point >> 6U)), static_cast<char>(0x80U | (point & 63U))
            };
            texts[i] = base::folded(letter);
        }
        return texts;
    }();
    return table;
}

// Letters of a long reference, a mask or a card's number, rather than of a name such as 7eleven or o2.
bool is_number(std::string_view word) {
    const auto digits = static_cast<std::size_t>(std::ranges::count_if(word, is_digit));
    if (digits == 0)
        return word.size() > 2 && word.find_first_not_of('x') == std::string_view::npos;
    if (digits == 1) return word.size() == 1;
    const bool together =
        word.find_last_of("0123456789") - word.find_first_of("0123456789") + 1 == digits;
    if (digits > 2 || !together || word.size() - digits < 3) return true;
    const bool leads = is_digit(word.front());
    return short_months().contains(
        leads ? word.substr(digits) : word.substr(0, word.size() - digits)
    );
}

struct Token {
    std::string_view text;
    bool after_gap = false;   // a wide gap or "//" stands before it
    bool after_hash = false;  // '#' stands before it
    bool number = false;
};

struct Tokens {
    std::array<Token, words_max> list;
    std::size_t count = 0;
};

// An apostrophe or a full stop between single letters joins: mcdonald's, h.m.
Tokens tokens_of(std::string_view text) {
    Tokens tokens;
    bool gap = false;
    std::size_t at = 0;
    while (at < text.size() && tokens.count < words_max) {
        const char c = text[at];
        if (!is_letter(c) && !is_digit(c)) {
            const bool wide = at + 1 < text.size() && text[at + 1] == c && (c == ' ' || c == '/');
            gap = gap || wide;
            ++at;
            continue;
        }
        const std::size_t start = at;
        while (at < text.size() && (is_letter(text[at]) || is_digit(text[at]))) ++at;
        Token& token = tokens.list[tokens.count++];
        token.text = text.substr(start, at - start);
        token.after_gap = gap;
        token.after_hash = start > 0 && text[start - 1] == '#';
        token.number = is_number(token.text);
        gap = false;
    }
    return tokens;
}

bool is_shop_number(const Token& token) {
    return token.number && (token.after_hash || (token.text.size() >= shop_digits &&
                                                 std::ranges::all_of(token.text, is_digit)));
}

// Whether the word after a name's first is none of it.
bool is_tail(const Tokens& tokens, std::size_t at) {
    const std::string_view word = tokens.list[at].text;
    if (tails().contains(word) || short_months().contains(word) || cities().contains(word))
        return true;
    if (!codes().contains(word)) return false;
    if (at + 1 == tokens.count) return true;
    const Token& next = tokens.list[at + 1];
    return next.number || next.after_gap || bank_words().contains(next.text);
}

void keep_names(const Tokens& tokens, PayeeReading& into) {
    std::size_t names = 0;
    bool ended = false;  // the place or the message begins
    for (std::size_t i = 0; i < tokens.count; ++i) {
        const Token& token = tokens.list[i];
        if (names > 0 && (token.after_gap || is_shop_number(token))) ended = true;
        if (token.number || bank_words().contains(token.text)) continue;
        if (names == 0 && services().contains(token.text) && i + 1 < tokens.count) continue;
        if (names > 0 && is_tail(tokens, i)) continue;
        const bool named = !ended && names < names_max;
        if (named) ++names;
        into.words.push_back({token.text, named});
    }
}

}  // namespace

void fold_into(std::string_view text, std::string& out) {
    out.clear();
    out.reserve(text.size() + 8);
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte < 0x80) {
            const bool blank = byte <= ' ';
            out += blank                        ? ' '
                   : byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte + 32)
                                                : static_cast<char>(byte);
            continue;
        }
        // 0xC3 … 0xC5: letters of the table, unless a mark follows that joins them.
        const bool known = byte >= 0xC3 && byte <= 0xC5 && i + 1 < text.size();
        if (!known) {
            out = base::folded(text);
            return;
        }
        ++i;
        const unsigned point = (byte & 31U) << 6U | (static_cast<unsigned char>(text[i]) & 63U);
        out += latin()[point - 0xC0];
    }
}

void read_payee(std::string_view description, PayeeReading& into) {
    into.words.clear();
    fold_into(description, into.text);
    std::erase(into.text, '\'');
    const Tokens tokens = tokens_of(into.text);
    keep_names(tokens, into);
    if (std::ranges::any_of(into.words, &PayeeWord::names)) return;
    // "Card payment 1234": noise is all there is, so it names itself.
    into.words.clear();
    for (std::size_t i = 0; i < tokens.count; ++i)
        if (!tokens.list[i].number)
            into.words.push_back({tokens.list[i].text, into.words.size() < names_max});
}

std::string payee_of(std::string_view description) {
    PayeeReading reading;
    read_payee(description, reading);
    std::string payee;
    for (const PayeeWord& word : reading.words) {
        if (!word.names) continue;
        if (!payee.empty()) payee += ' ';
        payee += word.text;
    }
    return payee;
}

}  // namespace budgetplanner
