#include "budgetplanner/rules.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>
#include "budgetplanner/money.h"
#include "budgetplanner/spending.h"

namespace budgetplanner {
namespace {

const Currency euro = *Currency::find("EUR");
const Currency yen = *Currency::find("JPY");

Money euros(std::int64_t cents) { return {.minor = cents, .currency = euro}; }

Spending at(std::string_view payee, std::int64_t cents = 1000) {
    return {
        .description = "CARD 1234 somewhere",
        .payee = payee,
        .account = "Card",
        .amount = euros(cents)
    };
}

Rule rule(std::string id, Field field, Match match, std::string text, std::string category) {
    return {
        .rule_id = std::move(id),
        .conditions = {{field, match, std::move(text)}},
        .category = std::move(category)
    };
}

TEST(Rules, TextsCompareWithoutCaseAndAccents) {
    const RuleSet rules({rule("1", Field::payee, Match::contains, "CAFÉ", "Coffee")});
    EXPECT_EQ(rules.apply(at("Linden cafe")).category, "Coffee");
    EXPECT_EQ(rules.apply(at("Linden café")).category, "Coffee");
    EXPECT_EQ(rules.apply(at("Linden")).category, "");
}

TEST(Rules, EachTestAndEachField) {
    EXPECT_EQ(
        RuleSet({rule("1", Field::payee, Match::equals, "lindor", "A")})
            .apply(at("Lindor"))
            .category,
        "A"
    );
    EXPECT_EQ(
        RuleSet({rule("1", Field::payee, Match::equals, "lindor", "A")})
            .apply(at("Lindor 2"))
            .category,
        ""
    );
    EXPECT_EQ(
        RuleSet({rule("1", Field::payee, Match::starts_with, "lin", "A")})
            .apply(at("Lindor"))
            .category,
        "A"
    );
    EXPECT_EQ(
        RuleSet({rule("1", Field::payee, Match::starts_with, "dor", "A")})
            .apply(at("Lindor"))
            .category,
        ""
    );
    EXPECT_EQ(
        RuleSet({rule("1", Field::account, Match::equals, "card", "A")}).apply(at("x")).category,
        "A"
    );
    EXPECT_EQ(
        RuleSet({rule("1", Field::description, Match::contains, "SOME", "A")})
            .apply(at("x"))
            .category,
        "A"
    );
}

TEST(Rules, TheFirstThatMatchesSetsTheCategoryAndLaterOnesWhatIsOpen) {
    Rule kind = rule("3", Field::payee, Match::contains, "lin", "C");
    kind.kind = Kind::transfer;
    const RuleSet rules(
        {rule("1", Field::payee, Match::contains, "other", "A"),
         rule("2", Field::payee, Match::contains, "lindor", "B"), kind}
    );
    const RuleOutcome outcome = rules.apply(at("Lindor"));
    EXPECT_EQ(outcome.category, "B");
    EXPECT_EQ(outcome.category_rule, "2");
    EXPECT_EQ(outcome.kind, Kind::transfer);
}

TEST(Rules, AllConditionsMustHold) {
    Rule both = rule("1", Field::payee, Match::contains, "lindor", "A");
    both.conditions.push_back({Field::account, Match::equals, "savings"});
    EXPECT_EQ(RuleSet({both}).apply(at("Lindor")).category, "");
    both.conditions[1].text = "card";
    EXPECT_EQ(RuleSet({both}).apply(at("Lindor")).category, "A");
}

TEST(Rules, AmountBoundsAreIncludedAndLookPastTheSign) {
    Rule bounded{
        .rule_id = "1", .amount_min = euros(1000), .amount_max = euros(2000), .category = "A"
    };
    const RuleSet rules({bounded});
    EXPECT_EQ(rules.apply(at("x", 999)).category, "");
    EXPECT_EQ(rules.apply(at("x", 1000)).category, "A");
    EXPECT_EQ(rules.apply(at("x", 2000)).category, "A");
    EXPECT_EQ(rules.apply(at("x", 2001)).category, "");
    EXPECT_EQ(rules.apply(at("x", -1500)).category, "A");
    Spending in_yen = at("x");
    in_yen.amount = {.minor = 1500, .currency = yen};
    EXPECT_EQ(rules.apply(in_yen).category, "") << "1500 yen are not 15.00 euros";
}

TEST(Rules, RefundsAndKindsCanBeToldApart) {
    const RuleSet refunds({Rule{.rule_id = "1", .sign = Sign::refund, .category = "Back"}});
    EXPECT_EQ(refunds.apply(at("x", -5)).category, "Back");
    EXPECT_EQ(refunds.apply(at("x", 5)).category, "");
    const RuleSet income({Rule{.rule_id = "1", .of_kind = Kind::income, .category = "Pay"}});
    Spending pay = at("x");
    EXPECT_EQ(income.apply(pay).category, "");
    pay.kind = Kind::income;
    EXPECT_EQ(income.apply(pay).category, "Pay");
}

TEST(Rules, ARenamedPayeeIsWhatLaterRulesRead) {
    Rule rename = rule("1", Field::description, Match::contains, "somewhere", "");
    rename.payee = "Lindor";
    const RuleSet rules({rename, rule("2", Field::payee, Match::equals, "lindor", "A")});
    const RuleOutcome outcome = rules.apply(at("LNDR 77"));
    EXPECT_EQ(outcome.payee, "Lindor");
    EXPECT_EQ(outcome.category, "A");
    EXPECT_EQ(outcome.category_rule, "2");
}

TEST(Rules, ARuleThatMatchesEverythingOrDoesNothingIsRefused) {
    EXPECT_EQ(faults_of(rule("1", Field::payee, Match::contains, "x", "A")), base::FieldErrors{});
    EXPECT_EQ(faults_of(Rule{.category = "A"}).at(0).field, "conditions");
    EXPECT_EQ(faults_of(rule("1", Field::payee, Match::contains, "x", "")).at(0).field, "category");
    EXPECT_EQ(
        faults_of(rule("1", Field::payee, Match::contains, "  ", "A")).at(0).field,
        "conditions[0].text"
    );
    EXPECT_EQ(
        faults_of(rule("1", Field::payee, Match::contains, std::string(201, 'x'), "A")).at(0).field,
        "conditions[0].text"
    );
    Rule many = rule("1", Field::payee, Match::contains, "x", "A");
    many.conditions.resize(21, many.conditions[0]);
    EXPECT_EQ(faults_of(many).at(0).field, "conditions");
}

TEST(Rules, AmountBoundsThatCannotBeAreRefused) {
    Rule bounded{.amount_min = euros(2000), .amount_max = euros(1000), .category = "A"};
    EXPECT_EQ(faults_of(bounded).at(0).field, "amount_max");
    bounded.amount_max = Money{.minor = 3000, .currency = yen};
    EXPECT_EQ(faults_of(bounded).at(0).field, "amount_max");
    bounded.amount_max.reset();
    bounded.amount_min = euros(-1);
    EXPECT_EQ(faults_of(bounded).at(0).field, "amount_min");
    bounded.amount_min = euros(1);
    EXPECT_TRUE(faults_of(bounded).empty());
}

}  // namespace
}  // namespace budgetplanner
