// How long the classifier takes to learn and to guess, and what it keeps: category_bench [EXPENSES].
//
// Expenses are those of a made-up household. The median of 11 rounds, and the quickest and the slowest.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <vector>

#include "budgetplanner/category_model.h"
#include "budgetplanner/spending.h"
#include "budgetplanner/spending_generator.h"

namespace {

constexpr int rounds = 11;

void measure(const char* what, const char* unit, double scale, const std::function<void()>& work) {
    std::vector<double> taken;
    for (int i = 0; i < rounds; ++i) {
        const auto start = std::chrono::steady_clock::now();
        work();
        taken.push_back(
            std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() * scale
        );
    }
    std::ranges::sort(taken);
    std::printf(
        "%-34s %9.2f %s (%.2f to %.2f)\n", what, taken[rounds / 2], unit, taken.front(),
        taken.back()
    );
}

}  // namespace

int main(int count, char** arguments) {
    using budgetplanner::CategoryModel;
    using budgetplanner::Sorted;
    const auto wanted = static_cast<std::size_t>(count > 1 ? std::atoi(arguments[1]) : 20'000);
    const auto rows = budgetplanner::generate_spending(
        {.seed = 7, .rows = wanted, .rows_a_month = 300, .language = budgetplanner::Language::german
        }
    );
    std::vector<Sorted> sorted;
    for (const budgetplanner::GeneratedSpending& row : rows)
        if (row.kind != budgetplanner::Kind::transfer)
            sorted.push_back({row.spending(), row.category});
    if (sorted.empty()) return 1;

    CategoryModel model;
    measure("train, all", "ms", 1e3, [&] { model = CategoryModel::trained(sorted); });
    constexpr std::size_t corrections = 200;
    measure("learn one correction", "µs", 1e6 / corrections, [&] {
        for (std::size_t i = 0; i < corrections; ++i) {
            const Sorted& one = sorted[i * 7919 % sorted.size()];
            model.unlearn(one.spending, one.category);
            model.learn(one.spending, one.category);
        }
    });
    constexpr std::size_t guesses = 5000;
    std::size_t sure = 0;
    measure("guess", "µs", 1e6 / guesses, [&] {
        for (std::size_t i = 0; i < guesses; ++i)
            if (model.guess(sorted[i * 7919 % sorted.size()].spending).sure) ++sure;
    });
    std::printf(
        "%zu expenses, %zu kB kept, %zu guesses sure\n", sorted.size(), model.bytes() / 1000, sure
    );
}
