#include "budgetplanner/spending_text.h"

#include <charconv>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>

#include "budgetplanner/spending_draws.h"
#include "budgetplanner/spending_names.h"
#include "platform/base/text.h"

namespace budgetplanner {
namespace {

constexpr std::uint64_t misspelt_permille = 80;

std::string reference(Draws& draws) {
    static constexpr std::string_view letters = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789";
    std::string text;
    for (int i = 0; i < 9; ++i) text += letters[draws.below(letters.size())];
    return text + std::to_string(100 + draws.below(900));
}

}  // namespace

std::string_view one_of(std::string_view list, Draws& draws) {
    const auto parts = base::split(list, '|');
    return parts[draws.below(parts.size())];
}

std::string capitals(std::string_view text) {
    std::string out = base::folded(text);
    for (char& c : out)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
    return out;
}

std::string made_up_name(Draws& draws) {
    std::string name;
    const std::size_t parts = 2 + draws.below(2);
    for (std::size_t i = 0; i < parts; ++i) name += draws.of(syllables);
    name[0] = static_cast<char>(name[0] - 32);
    return name;
}

std::string shop_name(const Sector& sector, std::size_t language, std::uint64_t seed) {
    Draws draws(seed);
    if (sector.naming == Naming::cash) return std::string(one_of(sector.trade[language], draws));
    if (sector.naming == Naming::person)
        return std::string(draws.of(given_names)) + " " + std::string(draws.of(family_names));
    std::string name =
        draws.chance(300) ? std::string(draws.of(family_names)) : made_up_name(draws);
    const bool misleading = draws.chance(50);
    if (!misleading && draws.chance(470)) return name;
    const Sector& trade_of = misleading ? sectors[draws.below(28)] : sector;
    const std::string trade(one_of(trade_of.trade[language], draws));
    return draws.chance(500) ? trade + " " + name : name + " " + trade;
}

std::string typed(std::string_view name, std::string_view purpose, Draws& draws) {
    if (!purpose.empty() && draws.chance(120)) return std::string(purpose);
    std::string text(name);
    if (draws.chance(500) && text[0] >= 'A' && text[0] <= 'Z')
        text[0] = static_cast<char>(text[0] + 32);
    if (draws.chance(misspelt_permille) && text.size() > 4 && base::length(text) == text.size()) {
        const std::size_t at = 1 + draws.below(text.size() - 2);
        if (draws.chance(500)) {
            std::swap(text[at], text[at + 1]);
        } else {
            text.erase(at, 1);
        }
    }
    if (!purpose.empty() && draws.chance(150)) text += " " + std::string(purpose);
    return text;
}

std::string civil_date(int year, int month, int day) {
    char text[32];
    std::snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, day);
    return text;
}

int leading_number(std::string_view digits) {
    int value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
}

std::string printed(std::string_view style, const Printed& what, Draws& draws) {
    std::string out;
    for (std::size_t i = 0; i < style.size(); ++i) {
        if (style[i] != '$' || i + 1 == style.size()) {
            out += style[i];
            continue;
        }
        switch (style[++i]) {
            case 'N':
                out += what.name;
                break;
            case 'C':
                out += places[what.language][draws.chance(750) ? what.home : draws.below(10)];
                break;
            case 'c':
                out += country_codes[what.language];
                break;
            case 'd':
                out.append(what.date.substr(8, 2)).append("/").append(what.date.substr(5, 2));
                break;
            case 'n':
                out += std::to_string(1000 + draws.below(9000));
                break;
            case 's':
                out += std::to_string(100 + draws.below(5));
                break;
            default:
                out += reference(draws);
                break;
        }
    }
    return out;
}

}  // namespace budgetplanner
