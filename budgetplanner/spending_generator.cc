#include "budgetplanner/spending_generator.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "budgetplanner/spending.h"
#include "budgetplanner/spending_draws.h"
#include "budgetplanner/spending_names.h"
#include "budgetplanner/spending_text.h"
#include "platform/base/clock.h"

namespace budgetplanner {
namespace {

constexpr std::size_t shared_shops = 25;            // of each sector, known to everybody
constexpr std::uint64_t new_strength = 22;          // Pitman-Yor: concentration
constexpr std::uint64_t new_discount_percent = 48;  // and discount
constexpr std::uint64_t local_permille = 200;       // new shops that only this household knows
constexpr std::uint64_t odd_permille = 120;         // shops sorted where nobody else would
constexpr std::uint64_t drift_permille = 4;         // a month and shop: 5 % a year
constexpr std::uint64_t reorganise_permille = 55;   // a month: once in eighteen
constexpr std::uint64_t slip_permille = 8;
constexpr std::size_t never = 99;  // style of an account that is typed by hand

enum class Split : std::uint8_t { none, amount, day, message, chance };

struct Shop {
    std::string name;
    std::size_t sector = 0;
    std::uint64_t uses = 0;
    std::int64_t usual = 0;  // cents
    std::size_t account = 0;
    Split split = Split::none;
    std::int64_t threshold = 0;  // of the amount in cents, or of the day
    std::string category, other;
};

struct Plan {
    const Monthly* monthly = nullptr;
    std::string name;
    int day = 1;
    int month = 0;  // of its turn
    std::int64_t cents = 0;
    std::string category;
};

struct Account {
    std::string name;
    std::size_t style = never;
    bool splits_payee = false;  // the statement has the payee in a field of its own
};

class Household {
  public:
    explicit Household(const SpendingOptions& options)
        : options_(options),
          draws_(options.seed * 31 + 7),
          language_(static_cast<std::size_t>(options.language)) {
        choose_categories();
        choose_accounts();
        choose_monthlies();
    }

    std::vector<GeneratedSpending> rows() {
        std::vector<GeneratedSpending> all;
        int year = leading_number(options_.from.substr(0, 4));
        int month = leading_number(options_.from.substr(5, 2));
        for (; all.size() < options_.rows && civil_date(year, month, 1) <= options_.until;
             ++month) {
            if (month > 12) {
                month = 1;
                ++year;
            }
            auto of_month = rows_of(year, month);
            std::ranges::sort(of_month, {}, [](const GeneratedSpending& row) {
                return std::tie(row.date, row.description, row.amount.minor);
            });
            for (auto& row : of_month)
                if (row.date >= options_.from && row.date <= options_.until &&
                    all.size() < options_.rows)
                    all.push_back(std::move(row));
        }
        return all;
    }

  private:
    Money money(std::int64_t cents) const {
        std::int64_t minor = cents;
        for (int i = 2; i < options_.currency.decimals(); ++i) minor *= 10;
        // Where there are no cents, prices have more digits: 3.50 is about 525.
        if (options_.currency.decimals() == 0) minor = cents * 3 / 2;
        return {.minor = minor, .currency = options_.currency};
    }

    void choose_categories() {
        for (const Sector& sector : sectors) category_of_.emplace_back(sector.category);
        for (const Monthly& monthly : monthlies) monthly_category_.emplace_back(monthly.category);
        for (std::size_t i = 0; i < sectors.size(); ++i)
            weights_.push_back(sectors[i].weight * (400 + draws_.below(1400)));
        if (options_.own_categories) {
            for (std::size_t i = 0; i < sectors.size(); ++i)
                if (draws_.chance(250)) category_of_[i] = sectors[i].label;
            join_two_categories();
            join_two_categories();
        }
        expense_categories_ = category_of_;
        std::ranges::sort(expense_categories_);
        const auto [first, last] = std::ranges::unique(expense_categories_);
        expense_categories_.erase(first, last);
    }

    void join_two_categories() {
        const std::string from = draws_.of(category_of_);
        const std::string to = draws_.of(category_of_);
        if (from == to) return;
        for (auto* list : {&category_of_, &monthly_category_})
            for (std::string& category : *list)
                if (category == from || category == to) category = from + " and " + to;
    }

    void choose_accounts() {
        accounts_ = {
            {"Current account", draws_.below(card_styles[0].size()), draws_.chance(300)},
            {"Card", draws_.below(card_styles[0].size()), draws_.chance(150)},
            {"Wallet", never, false},
        };
    }

    void choose_monthlies() {
        for (std::size_t i = 0; i < monthlies.size(); ++i) {
            const Monthly& monthly = monthlies[i];
            if (!draws_.chance(monthly.permille)) continue;
            const std::string_view trade = monthly.trade[language_];
            const bool shared = draws_.chance(700);
            Draws naming(
                shared ? (i * 8 + draws_.below(5)) * 4 + language_ : options_.seed * 977 + i
            );
            std::string name = made_up_name(naming);
            if (!trade.empty())
                name = naming.chance(500) ? name + " " + std::string(trade)
                                          : std::string(trade) + " " + name;
            plans_.push_back(
                {.monthly = &monthly,
                 .name = std::move(name),
                 .day = static_cast<int>(1 + draws_.below(27)),
                 .month = static_cast<int>(draws_.below(12)),
                 .cents = draws_.between(monthly.low, monthly.high),
                 .category = monthly_category_[i]}
            );
        }
    }

    std::vector<GeneratedSpending> rows_of(int year, int month) {
        std::vector<GeneratedSpending> rows;
        drift();
        for (Plan& plan : plans_) {
            if ((month + plan.month) % plan.monthly->every_months != 0) continue;
            if (draws_.chance(25)) plan.cents += plan.cents * draws_.between(1, 8) / 100;
            rows.push_back(monthly_row(plan, year, month));
        }
        const int days = static_cast<int>(base::days_between(
            civil_date(year, month, 1),
            month == 12 ? civil_date(year + 1, 1, 1) : civil_date(year, month + 1, 1)
        ));
        const std::size_t most =
            options_.rows_a_month > rows.size() ? options_.rows_a_month - rows.size() : 1;
        const std::size_t count = most * 4 / 5 + draws_.below(most * 2 / 5 + 1);
        for (std::size_t i = 0; i < count; ++i) {
            const int day = static_cast<int>(1 + draws_.below(static_cast<std::uint64_t>(days)));
            rows.push_back(shop_row(visited(), civil_date(year, month, day), day));
        }
        return rows;
    }

    // Payees move to other categories, and at times a whole trade does.
    void drift() {
        if (!options_.own_categories) return;
        for (Shop& shop : shops_)
            if (draws_.chance(drift_permille)) shop.category = draws_.of(expense_categories_);
        if (!draws_.chance(reorganise_permille)) return;
        const std::size_t sector = draws_.below(sectors.size());
        const std::string before =
            std::exchange(category_of_[sector], std::string(sectors[sector].label));
        for (Shop& shop : shops_)
            if (shop.sector == sector && shop.category == before)
                shop.category = category_of_[sector];
        if (std::ranges::find(expense_categories_, category_of_[sector]) ==
            expense_categories_.end())
            expense_categories_.push_back(category_of_[sector]);
    }

    Shop& visited() {
        constexpr std::uint64_t hundred = 100;
        const std::uint64_t fresh = new_strength * hundred + new_discount_percent * shops_.size();
        std::uint64_t at =
            draws_.below(fresh + visits_ * hundred - new_discount_percent * shops_.size());
        ++visits_;
        if (at < fresh) return found();
        at -= fresh;
        for (Shop& shop : shops_) {
            const std::uint64_t weight = shop.uses * hundred - new_discount_percent;
            if (at < weight) {
                ++shop.uses;
                return shop;
            }
            at -= weight;
        }
        ++shops_.back().uses;
        return shops_.back();
    }

    // A shop that this household has not been to; if the drawn one is known, it is simply visited again.
    Shop& found() {
        const std::uint64_t total =
            std::accumulate(weights_.begin(), weights_.end(), std::uint64_t{0});
        std::uint64_t at = draws_.below(total);
        std::size_t sector = 0;
        while (at >= weights_[sector]) at -= weights_[sector++];
        std::uint64_t seed = 0;
        if (draws_.chance(local_permille) || sectors[sector].naming == Naming::person) {
            seed = mixed(options_.seed * 1009 + shops_.size());
        } else {
            seed = (sector * 1000 + rank()) * 4 + language_;
        }
        std::string name = shop_name(sectors[sector], language_, seed);
        const auto known = std::ranges::find(shops_, name, &Shop::name);
        if (known != shops_.end()) {
            ++known->uses;
            return *known;
        }
        const Sector& kind = sectors[sector];
        shops_.push_back(
            {.name = std::move(name),
             .sector = sector,
             .uses = 1,
             .usual = kind.usual * draws_.between(60, 160) / 100,
             .account = draws_.chance(450)   ? 1U
                        : draws_.chance(650) ? 0U
                                             : 2U,
             .category = category_of_[sector]}
        );
        if (kind.naming == Naming::cash) shops_.back().account = 0;
        if (options_.own_categories) sort_oddly(shops_.back());
        return shops_.back();
    }

    std::size_t rank() {
        const auto weight = [](std::size_t at) { return std::uint64_t{10000} / (at + 1); };
        std::uint64_t sum = 0;
        for (std::size_t i = 0; i < shared_shops; ++i) sum += weight(i);
        std::uint64_t left = draws_.below(sum);
        std::size_t at = 0;
        while (left >= weight(at)) left -= weight(at++);
        return at;
    }

    void sort_oddly(Shop& shop) {
        const Sector& sector = sectors[shop.sector];
        if (draws_.chance(odd_permille)) shop.category = draws_.of(expense_categories_);
        if (!draws_.chance(sector.split_permille)) return;
        shop.other = draws_.of(expense_categories_);
        const std::uint64_t how = draws_.below(100);
        if (sector.naming == Naming::person) {
            shop.split = Split::message;
        } else if (how < 65) {
            shop.split = Split::amount;
            shop.threshold = shop.usual * draws_.between(60, 160) / 100;
        } else {
            shop.split = how < 85 ? Split::day : Split::chance;
            shop.threshold = draws_.between(8, 22);
        }
    }

    std::int64_t price(const Shop& shop) {
        const Sector& sector = sectors[shop.sector];
        const std::int64_t at = draws_.between(0, 999);
        std::int64_t cents = 0;
        if (at < 500) {
            const std::int64_t low = std::min(sector.low, shop.usual);
            cents = low + (shop.usual - low) * at / 500;
        } else {
            const std::int64_t up = at - 500;
            cents = shop.usual + std::max<std::int64_t>(sector.high - shop.usual, 0) * up * up *
                                     up / 125'000'000;
        }
        if (sector.naming == Naming::cash) return std::max<std::int64_t>(cents / 1000, 1) * 1000;
        if (draws_.chance(300)) cents = cents / 100 * 100 + 99;
        return std::max<std::int64_t>(cents, 50);
    }

    std::string category_of(
        const Shop& shop, std::int64_t cents, int day, std::string_view message
    ) {
        if (options_.own_categories && draws_.chance(slip_permille))
            return draws_.of(expense_categories_);
        bool other = false;
        switch (shop.split) {
            case Split::none:
                break;
            case Split::amount:
                other = (cents > shop.threshold) != draws_.chance(60);
                break;
            case Split::day:
                other = (day > shop.threshold) != draws_.chance(60);
                break;
            case Split::message:
                other = mixed(message.size() * 131 + options_.seed) % 2 == 0;
                break;
            case Split::chance:
                other = draws_.chance(300);
                break;
        }
        return other ? shop.other : shop.category;
    }

    GeneratedSpending shop_row(Shop& shop, std::string day_text, int day) {
        const Sector& sector = sectors[shop.sector];
        std::int64_t cents = price(shop);
        const std::string_view message =
            sector.purposes.empty() ? std::string_view() : one_of(sector.purposes, draws_);
        const Account& account = accounts_[draws_.chance(850) ? shop.account : draws_.below(3)];
        GeneratedSpending row;
        row.category = category_of(shop, cents, day, message);
        if (sector.naming == Naming::shop && draws_.chance(8)) cents = -cents;  // brought back
        row.amount = money(cents);
        row.account = account.name;
        row.date = std::move(day_text);
        if (account.style == never) {
            row.description = typed(shop.name, message, draws_);
        } else if (sector.naming == Naming::person) {
            row.payee = shop.name;
            row.description = message;
        } else if (account.splits_payee) {
            row.payee = capitals(shop.name);
            row.description = print(card_styles[language_][account.style], "", row.date);
        } else {
            const bool cut = account.style % 2 == 1;
            std::string name = capitals(shop.name);
            if (cut) name.resize(std::min<std::size_t>(name.size(), 18 + account.style));
            row.description = print(card_styles[language_][account.style], name, row.date);
        }
        return row;
    }

    GeneratedSpending monthly_row(const Plan& plan, int year, int month) {
        GeneratedSpending row;
        const int day = std::min(28, plan.day + static_cast<int>(draws_.below(2)));
        row.date = civil_date(year, month, day);
        row.account = accounts_[0].name;
        row.kind = plan.monthly->income             ? Kind::income
                   : plan.monthly->category.empty() ? Kind::transfer
                                                    : Kind::expense;
        row.category = plan.category;
        row.amount = money(plan.cents);
        if (accounts_[0].splits_payee) row.payee = capitals(plan.name);
        row.description = print(
            draws_.of(debit_styles[language_]), row.payee.empty() ? capitals(plan.name) : "",
            row.date
        );
        return row;
    }

    std::string print(std::string_view style, std::string_view name, std::string_view day) {
        const Printed what{
            .name = name,
            .date = day,
            .language = language_,
            .home = options_.seed % places[0].size()
        };
        return printed(style, what, draws_);
    }

    const SpendingOptions& options_;
    Draws draws_;
    std::size_t language_;
    std::vector<std::string> category_of_;  // by sector
    std::vector<std::string> monthly_category_;
    std::vector<std::string> expense_categories_;
    std::vector<std::uint64_t> weights_;  // by sector
    std::vector<Account> accounts_;
    std::vector<Plan> plans_;
    std::vector<Shop> shops_;
    std::uint64_t visits_ = 0;
};

}  // namespace

std::vector<GeneratedSpending> generate_spending(const SpendingOptions& options) {
    return Household(options).rows();
}

}  // namespace budgetplanner
