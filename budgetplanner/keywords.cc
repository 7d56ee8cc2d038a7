#include "budgetplanner/keywords.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include "budgetplanner/payee.h"
#include "budgetplanner/spending.h"

namespace budgetplanner {
namespace {

// Keywords of one category, folded, divided by blanks. A ~ before one: also found at either end of a
// longer word ("stadtbackerei"). Scripts without blanks are searched everywhere in a word.
struct Keywords {
    DefaultCategory category;
    std::string_view words;
};

constexpr std::array keyword_lists = {
    Keywords{
        {"Groceries"},
        "grocery groceries grocer supermarket supermarkt hypermarket supermarche hypermarche "
        "supermercado "
        "hipermercado supermercati supermercato supermarkten supermarked ~markt mercado mercadona "
        "marche "
        "minimarket minimart foodstore greengrocer ~backerei ~baeckerei bakery bakers boulangerie "
        "panaderia "
        "panificio padaria bakkerij bageri piekarnia ~metzgerei ~fleischerei butcher butchers "
        "boucherie "
        "carniceria macelleria slager charcuterie fromagerie delicatessen ~getranke ~lebensmittel "
        "alimentari "
        "epicerie fruteria fruiterie ~obst ~gemuse spozywczy sklep produce wholefoods aldi lidl "
        "rewe edeka "
        "netto penny tesco sainsbury sainsburys asda waitrose morrisons carrefour auchan leclerc "
        "intermarche "
        "monoprix migros coop walmart kroger safeway publix costco wegmans spar billa hofer conad "
        "esselunga "
        "jumbo biedronka zabka lawson familymart продукты супермаркет пятерочка магнит スーパー "
        "イオン 超市 "
        "마트 σουπερμαρκετ"
    },
    Keywords{
        {"Eating out"},
        "restaurant ristorante restaurante ~restaurang ravintola restauracja brasserie bistro "
        "bistrot trattoria "
        "osteria taverna tavern pizzeria pizza pizzas burger burgers kebab doner sushi ramen "
        "noodle noodles "
        "taqueria tapas grill steakhouse diner eatery lunch dinner brunch breakfast takeaway "
        "imbiss gasthaus "
        "~gasthof ~wirtshaus kantine canteen mensa cantina cafe caffe kaffee koffie coffee "
        "espresso ~cafe "
        "cafeteria konditorei patisserie pastry tea_room teehaus gelateria eisdiele ice_cream "
        "glacier heladeria "
        "bar pub kneipe cerveceria brewery brauhaus wine_bar mcdonalds mcdonald starbucks kfc "
        "subway dominos "
        "burgerking nandos deliveroo doordash grubhub ubereats lieferando glovo thuisbezorgd "
        "ресторан кафе "
        "レストラン カフェ 寿司 居酒屋 餐厅 咖啡 식당 카페"
    },
    Keywords{
        {"Housing"},
        "rent miete ~miete loyer alquiler affitto huur hyra aluguel czynsz mortgage hypothek "
        "hypotheek hipoteca "
        "mutuo landlord ~hausverwaltung hausgeld wohnungsbau wohnbau immobilien realty estates "
        "property lettings "
        "housing condominium syndic copropriete comunidad_propietarios nebenkosten аренда "
        "квартплата 家賃 房租"
    },
    Keywords{
        {"Utilities"},
        "electric electricity strom ~strom ~stadtwerke energie energia energy elektra gas gaz "
        "water wasser "
        "~wasserwerke eau agua acqua heating fernwarme chauffage power utility utilities sewage "
        "wastewater "
        "abfall mull ~entsorgung recycling engie edf iberdrola endesa enel vattenfall eon rwe enbw "
        "eneco octopus "
        "электроэнергия 電気 電力 ガス 水道 电费 전기"
    },
    Keywords{
        {"Phone and internet"},
        "phone mobile telecom telekom telefon telephone telefonica telefonia mobilfunk handy "
        "internet broadband "
        "fibre fiber glasfaser dsl wifi vodafone orange o2 tmobile verizon att bouygues sfr telia "
        "telenor swisscom "
        "movistar proximus kpn wind3 связь мтс билайн ドコモ ソフトバンク 电信 통신"
    },
    Keywords{
        {"Household"},
        "hardware ~baumarkt ~mobel ~moebel furniture meubles muebles mobili meubelen furnishings "
        "homeware home "
        "garden ~garten gartencenter jardin jardineria giardino tuincentrum ~drogerie drogeria "
        "drugstore ferreteria "
        "bricolage quincaillerie ferramenta plumber klempner plombier electrician cleaning "
        "reinigung schlosser "
        "haushalt ikea hornbach obi bauhaus lowes homedepot dm rossmann leroy_merlin castorama "
        "ホームセンター 家具"
    },
    Keywords{
        {"Transport"},
        "train ~bahn bahn rail railway railways trains metro subway_fare tram bus buses autobus "
        "transit transport "
        "transports transporte verkehrsbetriebe ~verkehr ticket fahrkarte taxi cab cabs rideshare "
        "uber lyft bolt "
        "cabify scooter bike_share fahrrad velo sncf ratp renfe trenitalia tfl oyster bvg mvg hvv "
        "sbb oebb amtrak "
        "такси метро タクシー 鉄道 交通 地铁 出租车 택시 지하철"
    },
    Keywords{
        {"Car"},
        "petrol fuel gas_station gasolinera ~tankstelle tanken essence carburant benzina gasolina "
        "benzine "
        "stacja_paliw garage ~werkstatt autohaus car_wash carwash autowash parking parkhaus "
        "~parken parcheggio "
        "aparcamiento parkeren peage toll autopista maut mechanic officina taller tyre tyres "
        "reifen tires shell "
        "bp esso aral exxon chevron repsol texaco totalenergies tuv garagem азс парковка 駐車場 "
        "ガソリン 加油站 주유소"
    },
    Keywords{
        {"Travel"},
        "hotel ~hotel hotels hostel hostal auberge gites pension motel resort airline airlines "
        "airways flight "
        "flights ~flug ~reisen reiseburo travel travels viajes viaggi voyages voyage airport "
        "flughafen aeroport "
        "booking airbnb expedia ryanair easyjet lufthansa klm iberia campsite camping ferry "
        "rentacar sixt hertz "
        "отель гостиница ホテル 航空 酒店 호텔 항공"
    },
    Keywords{
        {"Health"},
        "pharmacy pharmacies chemist ~apotheke pharmacie farmacia apotheek apotek apteka doctor "
        "doctors arzt "
        "~praxis zahnarzt medecin docteur medico medica dental dentist dentiste dentista clinic "
        "~klinik clinica "
        "clinique hospital ~krankenhaus hopital ospedale medical optician optiker opticien optica "
        "ottica "
        "physiotherapie physio kine fisioterapia laboratoire osteopath аптека клиника 薬局 病院 "
        "药店 医院 약국 병원"
    },
    Keywords{
        {"Insurance"},
        "insurance ~versicherung ~versicherungen assurance assurances seguro seguros assicurazione "
        "assicurazioni "
        "verzekering verzekeringen forsakring forsikring ubezpieczenie krankenkasse mutuelle "
        "haftpflicht allianz "
        "axa generali huk страхование 保険 保险 보험"
    },
    Keywords{
        {"Clothing"},
        "clothing clothes fashion ~mode moda modas kleidung bekleidung vetements ropa "
        "abbigliamento kleding shoes "
        "~schuhe ~schuhhaus chaussures zapatos zapateria calzature schoenen boutique textil tailor "
        "jeans lingerie "
        "zara hm uniqlo primark zalando asos mango deichmann одежда обувь ユニクロ 服装 의류"
    },
    Keywords{
        {"Personal care"},
        "hairdresser hairdressers ~friseur frisor coiffeur coiffure peluqueria parrucchiere kapper "
        "fryzjer barber "
        "barbers salon beauty ~kosmetik cosmetics cosmetique parfumerie perfumeria profumeria "
        "nails spa massage "
        "sephora douglas парикмахерская 美容院 理发 미용실"
    },
    Keywords{
        {"Children"},
        "kindergarten ~kita creche nursery childcare daycare tagesmutter guarderia asilo "
        "kinderopvang babysitter "
        "toys ~spielwaren spielzeug jouets juguetes jugueteria giocattoli speelgoed nappies "
        "diapers baby kids "
        "детский 保育園 おもちゃ 玩具"
    },
    Keywords{
        {"Education"},
        "school ~schule ecole escuela colegio scuola university ~universitat universite "
        "universidad universita "
        "college tuition course courses kurs kurse cours curso corso academy akademie academie "
        "volkshochschule "
        "udemy coursera "
        "университет школа 学校"
    },
    Keywords{
        {"Entertainment"},
        "bookshop bookstore books ~buchhandlung bucher buecher librairie libreria boekhandel книги "
        "書店 本屋 书店 cinema cinemas ~kino cine theatre theater teatro museum museo musee "
        "concert konzert concierto tickets "
        "eventim ticketmaster zoo amusement themepark games gaming steam playstation nintendo xbox "
        "bowling club "
        "disco festival lottery lotto loterie кино театр 映画 电影 영화"
    },
    Keywords{
        {"Subscriptions"},
        "subscription abonnement abo suscripcion abbonamento netflix spotify disney hulu youtube "
        "icloud dropbox "
        "audible patreon magazine newspaper zeitung zeitschrift journal periodico membership "
        "mitgliedschaft "
        "hosting domain software saas github adobe microsoft openai"
    },
    Keywords{
        {"Sport"},
        "gym fitness ~fitness ~sport sports sporting sportstudio fitnessstudio yoga pilates "
        "crossfit climbing "
        "kletterhalle swimming ~schwimmbad hallenbad piscine piscina palestra gimnasio sportschool "
        "tennis golf "
        "verein decathlon intersport спорт フィットネス 健身 헬스"
    },
    Keywords{
        {"Pets"},
        "pet pets petshop ~tierarzt tierklinik tierbedarf zoohandlung fressnapf veterinary vet "
        "vets veterinaire "
        "veterinario animalerie mascotas dierenarts dierenwinkel ветеринар ペット 宠物 동물병원"
    },
    Keywords{
        {"Gifts and donations"},
        "gift gifts geschenk geschenke cadeau cadeaux regalo regalos regali donation donations "
        "spende spenden don "
        "charity oxfam unicef caritas kirche church eglise florist flowers ~blumen fleuriste "
        "floristeria fiori "
        "подарки 花屋 寄付 礼物"
    },
    Keywords{
        {"Taxes and fees"},
        "tax taxes steuer ~steuer ~finanzamt impot impots dgfip impuesto hacienda imposta "
        "agenzia_entrate "
        "belasting belastingdienst skatt hmrc irs council fee fees gebuhr ~gebuhren frais "
        "comisiones commissione "
        "fine bussgeld amende multa overdraft zinsen rundfunk ard_zdf налог штраф 税金 税"
    },
    Keywords{
        {"Cash"},
        "cash atm cashpoint geldautomat bargeld ~auszahlung distributeur cajero bancomat efectivo "
        "contanti geldautomaat банкомат 現金 取款 현금"
    },
    Keywords{
        {"Shopping"},
        "amazon amzn ebay etsy aliexpress temu shop store stores warenhaus kaufhaus ~kaufhof "
        "department electronics "
        "elektronik electronique mediamarkt saturn fnac currys bestbuy target bazaar bazar rakuten "
        "taobao 楽天 淘宝 쿠팡"
    },
    Keywords{
        {"Salary", Kind::income},
        "salary wages wage payroll gehalt lohn bezuge salaire paie nomina sueldo stipendio salario "
        "loon lon palkka "
        "wynagrodzenie зарплата 給与 給料 工资 급여"
    },
    Keywords{
        {"Other income", Kind::income},
        "interest dividend dividende dividendo refund erstattung remboursement reembolso rimborso "
        "kindergeld "
        "pension_payment rente cashback allowance benefit bonus проценты 利息"
    },
};

struct Entry {
    std::uint8_t list = 0;
    bool ends = false;  // found at the ends of longer words as well
};

// Folded here, as folding takes the marks of Japanese kana and the syllables of Korean apart.
const std::array<std::string, keyword_lists.size()>& folded_lists() {
    static const auto lists = [] {
        std::array<std::string, keyword_lists.size()> found;
        for (std::size_t i = 0; i < found.size(); ++i) fold_into(keyword_lists[i].words, found[i]);
        return found;
    }();
    return lists;
}

const std::unordered_map<std::string_view, Entry>& entries() {
    static const auto map = [] {
        std::unordered_map<std::string_view, Entry> found;
        for (std::size_t list = 0; list < keyword_lists.size(); ++list) {
            std::string_view rest = folded_lists()[list];
            while (!rest.empty()) {
                const std::size_t end = std::min(rest.find(' '), rest.size());
                std::string_view word = rest.substr(0, end);
                rest.remove_prefix(std::min(end + 1, rest.size()));
                const bool ends = word.starts_with('~');
                if (ends) word.remove_prefix(1);
                found.try_emplace(
                    word, Entry{.list = static_cast<std::uint8_t>(list), .ends = ends}
                );
            }
        }
        return found;
    }();
    return map;
}

constexpr std::size_t keyword_end_min = 4;     // bytes of a keyword at the end of a word
constexpr std::size_t keyword_bytes_max = 36;  // longest keyword looked for inside of a word

struct Search {
    std::optional<KeywordMatch> best;

    void offer(std::string_view keyword, std::string_view word, const Entry& entry) {
        if (best && best->keyword.size() >= keyword.size()) return;
        const DefaultCategory& category = keyword_lists[entry.list].category;
        best = KeywordMatch{keyword, category.name, category.kind, word};
    }
    void whole(std::string_view keyword, std::string_view word) {
        const auto it = entries().find(keyword);
        if (it != entries().end()) offer(it->first, word, it->second);
    }
    void at_ends(std::string_view word) {
        const std::size_t longest = std::min(word.size(), keyword_bytes_max + 1) - 1;
        for (std::size_t size = longest; size >= keyword_end_min; --size) {
            for (const auto part : {word.substr(word.size() - size), word.substr(0, size)}) {
                const auto it = entries().find(part);
                if (it != entries().end() && it->second.ends) offer(it->first, word, it->second);
            }
        }
    }
    // Chinese, Japanese and Korean put no blanks between words.
    void anywhere(std::string_view word) {
        for (std::size_t from = 0; from + 3 <= word.size(); from += 3)
            for (std::size_t size = 3; size <= keyword_bytes_max && from + size <= word.size();
                 size += 3)
                whole(word.substr(from, size), word);
    }
};

// Kana, Han, Hangul, and the letters that Hangul folds to.
bool is_unspaced(std::string_view word) {
    const auto byte = [&](std::size_t i) {
        return i < word.size() ? static_cast<unsigned char>(word[i]) : 0U;
    };
    return byte(0) >= 0xE3 || (byte(0) == 0xE1 && byte(1) >= 0x84 && byte(1) <= 0x87);
}

}  // namespace

std::span<const DefaultCategory> default_categories() {
    static const auto categories = [] {
        std::array<DefaultCategory, keyword_lists.size()> found;
        for (std::size_t i = 0; i < found.size(); ++i) found[i] = keyword_lists[i].category;
        return found;
    }();
    return categories;
}

std::optional<KeywordMatch> keyword_in(std::span<const PayeeWord> words) {
    Search search;
    std::string two;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string_view word = words[i].text;
        search.whole(word, word);
        if (i + 1 < words.size()) {
            two.assign(word).append("_").append(words[i + 1].text);
            search.whole(two, word);
        }
        if (is_unspaced(word)) {
            search.anywhere(word);
        } else if (word.size() > keyword_end_min) {
            search.at_ends(word);
        }
    }
    return search.best;
}

}  // namespace budgetplanner
