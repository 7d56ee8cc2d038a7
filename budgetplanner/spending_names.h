// The words that the generator of spending makes its shops, people and places of. All are made up, or
// are plain trade words.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace budgetplanner {

inline constexpr std::size_t languages = 4;  // English, German, French, Spanish

// What a sector's rows are like when they name a shop.
enum class Naming : std::uint8_t { shop, person, cash };

struct Sector {
    std::string_view category;                      // of the default list
    std::string_view label;                         // as a household calls it that keeps it apart
    std::uint32_t weight;                           // how often, in relation to the others
    std::int64_t low, usual, high;                  // cents
    std::array<std::string_view, languages> trade;  // words in names, divided by '|'
    std::string_view purposes;                      // what people write when they type it
    Naming naming = Naming::shop;
    std::uint32_t split_permille = 40;  // shops whose rows are of more than one category
};

// clang-format off: one sector in a few lines
inline constexpr std::array sectors = {
    Sector{"Groceries", "Supermarket", 260, 300, 2800, 14000,
           {"Market|Foods|Grocers|Superstore", "Markt|Lebensmittel|Frischemarkt|Kaufhalle",
            "Marché|Épicerie|Supermarché|Primeurs", "Mercado|Supermercado|Frutería|Alimentación"},
           "weekly shop|groceries|food|party food", Naming::shop, 80},
    Sector{"Groceries", "Bakery", 90, 150, 520, 2200,
           {"Bakery|Bread|Bakehouse", "Bäckerei|Backstube|Brotwerk",
            "Boulangerie|Fournil|Pains", "Panadería|Horno|Pan"},
           "bread|rolls|cake"},
    Sector{"Eating out", "Restaurants", 80, 1200, 3800, 14000,
           {"Kitchen|Restaurant|Grill|Table", "Gasthaus|Restaurant|Wirtshaus|Stube",
            "Restaurant|Bistrot|Table|Brasserie", "Restaurante|Mesón|Taberna|Asador"},
           "dinner|dinner with friends|lunch"},
    Sector{"Eating out", "Coffee", 80, 220, 480, 1500,
           {"Coffee|Cafe|Roasters", "Café|Kaffee|Rösterei",
            "Café|Torréfaction|Salon", "Café|Cafetería|Churrería"},
           "coffee|coffee and cake|latte"},
    Sector{"Eating out", "Takeaway", 50, 500, 1300, 4500,
           {"Pizza|Burger|Noodles|Kebab", "Imbiss|Pizza|Döner|Burger",
            "Pizza|Tacos|Sandwich|Burger", "Pizza|Bocatería|Burger|Tapas"},
           "lunch|pizza|takeaway"},
    Sector{"Eating out", "Bars", 30, 400, 1400, 8000,
           {"Bar|Arms|Taproom", "Kneipe|Bar|Brauhaus",
            "Bar|Cave|Pub", "Bar|Cervecería|Bodega"},
           "drinks|beer|round"},
    Sector{"Car", "Fuel", 40, 2000, 5600, 9800,
           {"Fuel|Petrol|Service Station", "Tankstelle|Tank|Energie",
            "Station|Carburants|Relais", "Gasolinera|Estación|Carburantes"},
           "fuel|petrol"},
    Sector{"Car", "Parking", 30, 100, 350, 2400,
           {"Parking|Car Park", "Parkhaus|Parken",
            "Parking|Stationnement", "Parking|Aparcamiento"},
           "parking"},
    Sector{"Transport", "Public transport", 60, 180, 390, 7800,
           {"Transit|Rail|Buses", "Verkehrsbetriebe|Bahn|Verkehr",
            "Transports|Rail|Métro", "Transportes|Metro|Autobuses"},
           "ticket|train|bus"},
    Sector{"Transport", "Taxi", 20, 700, 1600, 6000,
           {"Cabs|Taxi|Rides", "Taxi|Fahrdienst",
            "Taxi|VTC", "Taxi|Radiotaxi"},
           "taxi|taxi home|ride"},
    Sector{"Health", "Pharmacy", 40, 300, 1250, 6500,
           {"Pharmacy|Chemist", "Apotheke|Apotheke",
            "Pharmacie|Pharmacie", "Farmacia|Farmacia"},
           "medicine|pharmacy"},
    Sector{"Health", "Doctors", 15, 1500, 6000, 38000,
           {"Dental|Clinic|Opticians", "Zahnarzt|Praxis|Optiker",
            "Dentaire|Clinique|Optique", "Clínica|Dental|Óptica"},
           "dentist|doctor|glasses"},
    Sector{"Personal care", "Hairdresser", 10, 1500, 3400, 9500,
           {"Hair|Barbers|Salon", "Friseur|Haarwerk|Salon",
            "Coiffure|Barbier|Salon", "Peluquería|Barbería|Salón"},
           "haircut"},
    Sector{"Household", "Drugstore", 40, 250, 1450, 6000,
           {"Drugstore|Home Goods", "Drogerie|Drogeriemarkt",
            "Droguerie|Bazar", "Droguería|Bazar"},
           "shampoo|cleaning stuff"},
    Sector{"Clothing", "Clothes", 30, 900, 4200, 19000,
           {"Fashion|Clothing|Wear", "Mode|Textil|Kleidung",
            "Mode|Vêtements|Prêt", "Moda|Ropa|Textil"},
           "jeans|shirts|clothes"},
    Sector{"Clothing", "Shoes", 8, 2500, 7000, 16000,
           {"Shoes|Footwear", "Schuhe|Schuhhaus",
            "Chaussures|Bottier", "Zapatos|Calzados"},
           "shoes|kids shoes"},
    Sector{"Household", "Hardware", 20, 400, 2900, 24000,
           {"Hardware|Garden|Tools", "Baumarkt|Garten|Werkzeug",
            "Bricolage|Jardin|Quincaillerie", "Ferretería|Jardín|Bricolaje"},
           "paint|screws|plants"},
    Sector{"Household", "Furniture", 8, 1500, 12000, 90000,
           {"Furniture|Interiors", "Möbel|Wohnen",
            "Meubles|Maison", "Muebles|Hogar"},
           "lamp|shelf|furniture"},
    Sector{"Shopping", "Electronics", 12, 900, 6500, 120000,
           {"Electronics|Digital", "Elektronik|Technik",
            "Électronique|Digital", "Electrónica|Digital"},
           "cable|headphones"},
    Sector{"Shopping", "Market places", 60, 400, 2600, 24000,
           {"Marketplace|Direct", "Versand|Shop",
            "Boutique|Direct", "Tienda|Directo"},
           "ordered online|parcel", Naming::shop, 850},
    Sector{"Entertainment", "Books", 12, 700, 1700, 6000,
           {"Books|Bookshop", "Buchhandlung|Bücher",
            "Librairie|Livres", "Librería|Libros"},
           "book|books"},
    Sector{"Entertainment", "Going out", 15, 800, 2400, 15000,
           {"Cinema|Theatre|Tickets", "Kino|Theater|Konzert",
            "Cinéma|Théâtre|Billets", "Cine|Teatro|Entradas"},
           "cinema|concert|museum"},
    Sector{"Sport", "Sport", 10, 600, 3500, 18000,
           {"Sports|Climbing|Pool", "Sport|Kletterhalle|Schwimmbad",
            "Sport|Escalade|Piscine", "Deportes|Escalada|Piscina"},
           "climbing|swimming"},
    Sector{"Pets", "Pets", 15, 500, 3200, 22000,
           {"Pets|Vets|Petfood", "Tierbedarf|Tierarzt|Futter",
            "Animalerie|Vétérinaire|Croquettes", "Mascotas|Veterinario|Piensos"},
           "cat food|vet"},
    Sector{"Children", "Children", 12, 500, 2400, 14000,
           {"Toys|Kids|Baby", "Spielwaren|Kinder|Baby",
            "Jouets|Enfants|Bébé", "Juguetes|Niños|Bebé"},
           "birthday present|nappies|toys"},
    Sector{"Travel", "Hotels", 8, 4500, 14000, 90000,
           {"Hotel|Inn|Rooms", "Hotel|Pension|Gästehaus",
            "Hôtel|Auberge|Gîtes", "Hotel|Hostal|Pensión"},
           "hotel|room"},
    Sector{"Travel", "Flights", 4, 4000, 16000, 120000,
           {"Airlines|Air|Travel", "Flug|Reisen|Air",
            "Air|Voyages|Compagnie", "Aerolíneas|Viajes|Air"},
           "flight|flights"},
    Sector{"Gifts and donations", "Gifts", 8, 600, 2500, 12000,
           {"Flowers|Gifts", "Blumen|Geschenke",
            "Fleurs|Cadeaux", "Flores|Regalos"},
           "flowers|present"},
    Sector{"Gifts and donations", "Donations", 4, 500, 2000, 15000,
           {"Charity|Relief", "Spende|Hilfswerk",
            "Secours|Association", "Donación|Ayuda"},
           "donation"},
    Sector{"Cash", "Cash", 25, 2000, 5000, 30000,
           {"Cash Withdrawal ATM", "Bargeldauszahlung",
            "Retrait DAB", "Cajero Reintegro"},
           "cash", Naming::cash, 0},
    Sector{"Gifts and donations", "People", 40, 300, 2500, 30000,
           {"", "",
            "", ""},
           "rent share|pizza|birthday|concert|holiday|petrol|football|deposit", Naming::person, 700},
    Sector{"Entertainment", "Games and apps", 20, 99, 799, 5999,
           {"Games|Apps|Play", "Spiele|Apps|Play",
            "Jeux|Apps|Play", "Juegos|Apps|Play"},
           "game|app"},
    Sector{"Education", "Courses", 7, 1500, 6000, 60000,
           {"School|Academy|Courses", "Schule|Kurse|Akademie",
            "École|Cours|Académie", "Escuela|Cursos|Academia"},
           "course|school trip"},
    Sector{"Car", "Workshop", 3, 4000, 18000, 120000,
           {"Garage|Tyres|Motors", "Werkstatt|Reifen|Autohaus",
            "Garage|Pneus|Auto", "Taller|Neumáticos|Auto"},
           "car service|tyres"},
};
// clang-format on

// What comes once a month, or once in so many months.
struct Monthly {
    std::string_view category;  // empty: a transfer between own accounts
    std::string_view label;
    std::int64_t low, high;  // cents, drawn once
    std::array<std::string_view, languages> trade;
    int every_months = 1;
    std::uint32_t permille = 1000;  // households that have it
    bool income = false;
};

inline constexpr std::array monthlies = {
    Monthly{
        "Salary", "Salary", 210000, 480000, {"Salary", "Gehalt", "Salaire", "Nómina"}, 1, 1000, true
    },
    Monthly{
        "Salary",
        "Second salary",
        90000,
        260000,
        {"Payroll", "Lohn", "Paie", "Nómina"},
        1,
        400,
        true
    },
    Monthly{
        "Other income",
        "Benefits",
        20000,
        50000,
        {"Benefit", "Kindergeld", "Allocations", "Prestación"},
        1,
        350,
        true
    },
    Monthly{
        "Housing",
        "Rent",
        65000,
        160000,
        {"Property", "Hausverwaltung", "Immobilier", "Inmobiliaria"}
    },
    Monthly{
        "Utilities", "Electricity", 4500, 14000, {"Energy", "Stadtwerke", "Énergie", "Energía"}
    },
    Monthly{"Utilities", "Water", 4000, 11000, {"Water", "Wasserwerke", "Eaux", "Aguas"}, 3, 800},
    Monthly{"Phone and internet", "Internet", 2500, 5500, {"Broadband", "Netz", "Fibre", "Fibra"}},
    Monthly{"Phone and internet", "Phone", 800, 3500, {"Mobile", "Mobilfunk", "Mobile", "Móvil"}},
    Monthly{
        "Insurance", "Insurance", 1500, 9000, {"Insurance", "Versicherung", "Assurances", "Seguros"}
    },
    Monthly{
        "Insurance",
        "Car insurance",
        9000,
        30000,
        {"Mutual", "Versicherung", "Mutuelle", "Mutua"},
        3,
        700
    },
    Monthly{"Subscriptions", "Streaming", 799, 1799, {"", "", "", ""}},
    Monthly{"Subscriptions", "Music", 599, 1099, {"Music", "Musik", "Musique", "Música"}, 1, 700},
    Monthly{
        "Subscriptions", "News", 499, 2999, {"News", "Zeitung", "Journal", "Periódico"}, 1, 400
    },
    Monthly{"Sport", "Gym", 1990, 5990, {"Fitness", "Fitness", "Fitness", "Gimnasio"}, 1, 500},
    Monthly{
        "Children", "Nursery", 15000, 60000, {"Nursery", "Kita", "Crèche", "Guardería"}, 1, 300
    },
    Monthly{
        "Taxes and fees",
        "Account fee",
        290,
        990,
        {"Account Fee", "Kontoführung", "Cotisation", "Comisión"},
        1,
        600
    },
    Monthly{"", "Savings", 5000, 60000, {"Savings", "Sparplan", "Épargne", "Ahorro"}, 1, 800},
    Monthly{
        "",
        "Card settlement",
        30000,
        160000,
        {"Card Settlement", "Kartenabrechnung", "Règlement Carte", "Liquidación Tarjeta"},
        1,
        600
    },
};

inline constexpr std::array<std::string_view, 40> syllables{
    "lin", "dor", "mar", "vel",  "tan", "bru", "kes", "ola",  "fen", "rik",
    "sol", "pax", "zen", "mira", "tor", "val", "ner", "gus",  "hel", "ard",
    "bel", "cor", "dan", "eck",  "fro", "gal", "hum", "ilo",  "jan", "kol",
    "lum", "mon", "nor", "ost",  "pel", "qui", "ras", "sten", "tri", "ulm"
};
inline constexpr std::array<std::string_view, 24> given_names{
    "Anna",  "Tom",   "Mia",  "Jonas", "Clara", "Ben",  "Lena", "Paul",
    "Nora",  "Felix", "Emma", "Luis",  "Chloé", "Hugo", "Inés", "Marco",
    "Sofia", "Oskar", "Ida",  "Theo",  "Zoë",   "Iván", "Alma", "Max"
};
inline constexpr std::array<std::string_view, 24> family_names{
    "Hollmann", "Carter",  "Duval",  "Ortega",  "Brandt", "Whitfield", "Morel",   "Serrano",
    "Kessler",  "Ashdown", "Lefort", "Navarro", "Vogt",   "Pryce",     "Girard",  "Castaño",
    "Renner",   "Hale",    "Besson", "Molina",  "Thiel",  "Barlow",    "Roussel", "Prieto"
};
// Some are on payee.cc's list of cities, most are not.
inline constexpr std::array<std::array<std::string_view, 10>, languages> places{{
    {"LONDON", "BRISTOL", "LEEDS", "ASHFORD", "KETTERING", "LITTLE HAVEN", "MILL CROSS",
     "STONEY END", "DOVERTON", "PORT ELLIS"},
    {"BERLIN", "HAMBURG", "MUENCHEN", "NEUHOF", "KIRCHAU", "BAD LINDEN", "OBERTAL", "STEINFURT",
     "WALDECK", "ALTENBRUECK"},
    {"PARIS", "LYON", "NANTES", "VILLENEUVE", "SAINT ARBIN", "MONTFLEUR", "BELLERIVE", "CHATEL",
     "ROCHEFORT", "LE MESNIL"},
    {"MADRID", "BARCELONA", "SEVILLA", "VILLANUEVA", "SAN TELMO", "MONTEALTO", "RIOSECO",
     "PUENTE REAL", "LA CUESTA", "OLIVARES"},
}};
inline constexpr std::array<std::string_view, languages> country_codes{"GB", "DE", "FR", "ES"};

// Styles of banks. N the shop, C the place, c the country, d day/month, r a reference, n four digits,
// s a shop's number; everything else is printed. In capitals where the first letter is one.
inline constexpr std::array<std::array<std::string_view, 6>, languages> card_styles{{
    {"CARD PAYMENT TO $N ON $d", "POS $n $N  $C $c", "$N #$s $C", "VISA $N $d $r", "$N $C",
     "TFR BRX $N OPR $r"},
    {"KARTENZAHLUNG $N//$C/$c $d", "$N SAGT DANKE. $s//$C/$c", "EC $n $N $C", "VISA $N $d",
     "$N $C $c", "GAA-POS $N NR$n VORGANG $r"},
    {"PAIEMENT CB $N $d $C CARTE $n", "CB $N $d", "ACHAT CB $N $C $c", "$N $s $C", "$N $C",
     "TPE OPN $N REFX $r"},
    {"COMPRA TARJ. $nXXXX $N-$C", "PAGO EN $N $C $c", "TARJETA $n $N", "$N $s $C $c", "$N $C",
     "TPV OPER $N TERM $r"},
}};
inline constexpr std::array<std::array<std::string_view, 2>, languages> debit_styles{{
    {"DIRECT DEBIT $N REF $r", "$N $r"},
    {"SEPA-LASTSCHRIFT $N MANDAT $r", "BASISLASTSCHRIFT $N EREF $r"},
    {"PRLV SEPA $N $r", "PRELEVEMENT $N ECHEANCE $d"},
    {"RECIBO $N $r", "ADEUDO $N REF $r"},
}};

}  // namespace budgetplanner
