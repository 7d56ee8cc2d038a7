// The words that banks write above their columns, in the languages of common exports. Folded, as
// heading() gives them: without case, accents, marks and what stands in parentheses.

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include "budgetplanner/statement_csv.h"

namespace budgetplanner {
namespace {

// Per role, the better ones first.
constexpr std::array<std::string_view, 37> date_words = {
    "date",
    "transaction date",
    "booking date",
    "buchungstag",
    "buchungsdatum",
    "buchung",
    "datum",
    "fecha",
    "fecha operacion",
    "fecha de operacion",
    "f. operacion",
    "data",
    "data operacji",
    "data transakcji",
    "data operazione",
    "data contabile",
    "data ksiegowania",
    "date operation",
    "date de l operation",
    "date comptable",
    "date de comptabilisation",
    "boekdatum",
    "transactiedatum",
    "posting date",
    "posted date",
    "post date",
    "bokforingsdag",
    "bokforingsdatum",
    "bogforingsdato",
    "dato",
    "kirjauspaiva",
    "created",
    "completed date",
    "started date",
    "data do lancamento",
    "date posted",
    "value date"
};
constexpr std::array<std::string_view, 14> value_date_words = {
    "value date",  "valuta",         "valutadatum", "wertstellung",   "wertstellungsdatum",
    "date valeur", "date de valeur", "fecha valor", "data valuta",    "data waluty",
    "rentedatum",  "valutadag",      "data valor",  "settlement date"
};
constexpr std::array<std::string_view, 25> amount_words = {
    "amount",
    "betrag",
    "umsatz",
    "importe",
    "importo",
    "montant",
    "kwota",
    "bedrag",
    "belopp",
    "belob",
    "gross",
    "transaction amount",
    "transactiebedrag",
    "kwota operacji",
    "montant de l operation",
    "valor",
    "value",
    "summa",
    "suma",
    "castka",
    "osszeg",
    "iznos",
    "betrag in eur",
    "transaktionsbetrag",
    "net amount"
};
constexpr std::array<std::string_view, 22> debit_words = {
    "debit",    "debit amount", "withdrawal", "withdrawals", "withdrawal amount", "withdrawal amt.",
    "paid out", "money out",    "soll",       "belastung",   "lastschrift",       "cargo",
    "cargos",   "dare",         "addebiti",   "uscite",      "obciazenia",        "debet",
    "spent",    "debits",       "ausgaben",   "out"
};
constexpr std::array<std::string_view, 22> credit_words = {
    "credit",  "credit amount", "deposit",  "deposits",   "deposit amount", "deposit amt.",
    "paid in", "money in",      "haben",    "gutschrift", "abono",          "abonos",
    "avere",   "accrediti",     "entrate",  "uznania",    "kredit",         "received",
    "credits", "einnahmen",     "ingresos", "in"
};
constexpr std::array<std::string_view, 13> direction_words = {
    "debit credit",
    "credit debit",
    "dr cr",
    "cr dr",
    "d c",
    "af bij",
    "soll haben",
    "sens",
    "transaction type",
    "debet credit",
    "debit credit indicator",
    "type",
    "credit debit indicator"
};
constexpr std::array<std::string_view, 30> payee_words = {
    "payee",
    "payee name",
    "merchant name",
    "merchant",
    "partner name",
    "counterparty",
    "counterparty name",
    "beneficiary",
    "beneficiary name",
    "name",
    "empfanger",
    "beguenstigter zahlungspflichtiger",
    "begunstigter zahlungspflichtiger",
    "auftraggeber empfanger",
    "name zahlungsbeteiligter",
    "zahlungsempfanger in",
    "naam omschrijving",
    "naam tegenpartij",
    "tegenpartij",
    "beneficiaire",
    "beneficiario",
    "nombre",
    "kontrahent",
    "nadawca odbiorca",
    "payer name",
    "customer description",
    "vendor",
    "merchant description",
    "mottagare",
    "saaja maksaja"
};
constexpr std::array<std::string_view, 36> memo_words = {
    "description",
    "memo",
    "notes",
    "note",
    "details",
    "narrative",
    "reference",
    "payment reference",
    "particulars",
    "verwendungszweck",
    "buchungstext",
    "label",
    "libelle",
    "concepto",
    "descripcion",
    "desc",
    "omschrijving",
    "mededelingen",
    "descrizione",
    "causale",
    "opis",
    "opis operacji",
    "tytul",
    "text",
    "transaction description",
    "original description",
    "additional description",
    "information",
    "beskrivning",
    "tekst",
    "narration",
    "comments",
    "descricao",
    "historico",
    "transaction details",
    "popis"
};
constexpr std::array<std::string_view, 10> currency_words = {
    "currency", "currency code", "wahrung", "devise", "divisa",
    "moneda",   "waluta",        "munt",    "valuta", "valuta kod"
};
constexpr std::array<std::string_view, 11> id_words = {
    "transaction id",
    "transactionid",
    "fitid",
    "transferwise id",
    "unique id",
    "id",
    "row",
    "booking id",
    "txn id",
    "transaction reference",
    "identifiant"
};
constexpr std::array<std::string_view, 5> category_words = {
    "category", "kategorie", "categorie", "categoria", "kategoria"
};
constexpr std::array<std::string_view, 12> account_words = {
    "account",        "account number", "account name", "auftragskonto", "own account", "rekening",
    "rekeningnummer", "iban bban",      "kontonummer",  "iban",          "conto",       "cuenta"
};
constexpr std::array<std::string_view, 14> counter_words = {
    "partner iban",
    "counterparty iban",
    "counterparty account",
    "bank account",
    "iban zahlungsbeteiligter",
    "tegenrekening",
    "tegenrekening iban bban",
    "kontonummer iban",
    "payee account number",
    "partner account",
    "payee account",
    "to account",
    "kontonummer iban",
    "counter account"
};
constexpr std::array<std::string_view, 6> check_words = {
    "check number", "checknumber", "cheque number", "check no", "check", "chq no"
};
constexpr std::array<std::string_view, 6> type_words = {
    "type", "transaction type", "vorgang", "umsatzart", "code", "transaction code"
};
constexpr std::array<std::string_view, 6> card_words = {
    "card used for transaction", "card no.", "card number", "card member", "kartennummer",
    "card last four digits"
};

constexpr std::array<std::span<const std::string_view>, csv_roles> words = {
    date_words,      value_date_words, amount_words,  debit_words,    credit_words,
    direction_words, payee_words,      memo_words,    currency_words, id_words,
    category_words,  account_words,    counter_words, check_words,    type_words
};

constexpr std::array<std::string_view, 16> out_values = {
    "debit", "dr",  "d",          "db",    "dbit", "debet",       "af",     "soll",
    "s",     "out", "withdrawal", "cargo", "-",    "lastschrift", "debito", "obciazenie"
};
constexpr std::array<std::string_view, 15> in_values = {"credit",     "cr",      "c",      "crdt",
                                                        "kredit",     "bij",     "haben",  "h",
                                                        "in",         "deposit", "abono",  "+",
                                                        "gutschrift", "credito", "uznanie"};

}  // namespace

int heading_rank(std::string_view head, CsvRole role) {
    const auto list = words[static_cast<std::size_t>(role)];
    const auto found = std::ranges::find(list, head);
    return found == list.end() ? -1 : static_cast<int>(found - list.begin());
}

bool is_card_heading(std::string_view head) {
    return std::ranges::find(card_words, head) != card_words.end();
}

bool is_debit_word(std::string_view word) {
    return std::ranges::find(out_values, word) != out_values.end();
}
bool is_credit_word(std::string_view word) {
    return std::ranges::find(in_values, word) != in_values.end();
}

}  // namespace budgetplanner
