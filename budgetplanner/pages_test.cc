// Every page of ours with the models that the program makes, held strictly: a name that no model has is
// an error, and so is markup that is not well formed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "budgetplanner/household_test.h"

namespace budgetplanner {
namespace {

using household_test::Household;
using testing::Answer;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::Somebody;

class Pages : public ::testing::Test {
  protected:
    Answer page(const std::string& target, const Somebody& who) {
        auto answer = home.ask("GET", target, who, {}, {{"Accept", "text/html"}});
        EXPECT_EQ(answer.status, 200) << target << "\n" << answer.text;
        EXPECT_THAT(answer.text, HasSubstr("</html>")) << target;
        return answer;
    }
    void fill() {
        entry = home.add(
            home.ann, {{"amount", "12.50"}, {"description", "lunch"}, {"category", "Eating out"}}
        );
        home.add(home.ann, {{"amount", "3"}, {"description", "qwertz"}});
        home.add(home.ann, {{"amount", "1234.50"}, {"kind", "income"}, {"payee", "Mill"}});
        home.ask(
            "POST", "/api/budgets", home.ann,
            {{"category", "Eating out"}, {"month", "2026-11"}, {"amount", "10"}}
        );
        home.ask(
            "POST", "/api/rules", home.ann,
            {{"field", "payee"}, {"text", "mill"}, {"category", "Salary"}}
        );
        home.ask("POST", "/api/accounts", home.ann, {{"name", "Giro"}});
        home.ask("POST", "/api/rates", home.ann, {{"currency", "USD"}, {"rate", "0.92"}});
        home.work();
    }

    Household home{nullptr, {.strict = true}};
    std::string entry;
};

TEST_F(Pages, AreShownToWhoHasNothingYet) {
    for (const auto* const target :
         {"/", "/expenses", "/budgets", "/categories", "/settings", "/sessions", "/notifications",
          "/import"})
        page(target, home.ben);
    for (const auto* const target : {"/login", "/register", "/forgot", "/forgot?sent"})
        page(target, {});
}

TEST_F(Pages, AreShownToWhoHasEntries) {
    fill();
    for (const auto* const target :
         {"/", "/?month=2026-10", "/expenses", "/expenses?category=none&q=qwertz&from=2026-01-01",
          "/budgets", "/budgets?month=2026-12", "/categories", "/settings", "/sessions",
          "/notifications"})
        page(target, home.ann);
    EXPECT_THAT(page("/expenses/" + entry, home.ann).text, HasSubstr("lunch"));
    const std::string without = "value=\"none\" selected";
    EXPECT_THAT(page("/expenses?category=none", home.ann).text, HasSubstr(without));
    EXPECT_THAT(page("/expenses", home.ann).text, Not(HasSubstr(without)));
    EXPECT_EQ(home.ask("GET", "/expenses/" + entry, home.ben).status, 404);
}

TEST_F(Pages, ShowAFormAgainWithWhatWasTyped) {
    fill();
    const auto refused = home.form("/expenses", home.ann, "amount=many&description=%3Cb%3E");
    EXPECT_EQ(refused.status, 422);
    EXPECT_THAT(refused.text, HasSubstr("value=\"many\""));
    EXPECT_THAT(refused.text, Not(HasSubstr("<b>")));
    for (const auto* const target :
         {"/budgets", "/settings", "/categories", "/rules", "/accounts", "/rates", "/password"})
        EXPECT_EQ(
            home.form(target, home.ann, "amount=many&category=&currency=X&name=&rate=x").status, 422
        ) << target;
    EXPECT_EQ(home.send_form("/register", "username=&email=x&password=1").status, 422);
    EXPECT_EQ(home.send_form("/login", "username=&password=").status, 422);
    EXPECT_EQ(home.form("/expenses/" + entry, home.ann, "amount=many").status, 422);
}

TEST_F(Pages, SetACategoryByAPlainForm) {
    fill();
    EXPECT_EQ(home.form("/expenses/" + entry, home.ann, "category=Groceries").status, 303);
    EXPECT_THAT(page("/expenses", home.ann).text, HasSubstr("data-category=\"Groceries\""));
    EXPECT_EQ(home.form("/categories", home.ann, "name=Boats&kind=expense").status, 303);
    EXPECT_THAT(page("/categories", home.ann).text, HasSubstr("Boats"));
}

}  // namespace
}  // namespace budgetplanner
