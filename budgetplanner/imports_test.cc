#include "budgetplanner/imports.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "budgetplanner/household_test.h"
#include "budgetplanner/totals.h"

namespace budgetplanner {
namespace {

using household_test::Household;
using testing::Answer;
using testing::Somebody;

struct Line {
    std::string date, amount, payee, memo;
};

std::string csv_of(const std::vector<Line>& lines) {
    std::string text = "Date,Amount,Payee,Memo\n";
    for (const auto& line : lines)
        text += line.date + "," + line.amount + "," + line.payee + "," + line.memo + "\n";
    return text;
}

const std::vector<Line> october{
    {"2026-10-01", "-12.50", "Bakery Krume", "Bread"},
    {"2026-10-02", "-700.00", "Hausverwaltung", "Rent October"},
    {"2026-10-02", "2500.00", "Employer", "Salary"},
    {"2026-10-15", "-33.10", "Stadtwerke", "Power"},
};

Answer look(
    Household& home, const Somebody& who, const std::string& file,
    const std::string& query = "?account=Giro"
) {
    return home.raw("POST", "/api/imports" + query, who, file, "text/csv");
}
std::string path_of(const Answer& made) {
    return "/api/imports/" + std::string(made.body.text("import_id"));
}
std::int64_t count(const Answer& answer, std::string_view name) {
    const auto* counts = answer.body.find("counts");
    return counts == nullptr ? -1 : counts->object()->integer(name, -1);
}
Answer apply(Household& home, const Somebody& who, const Answer& made) {
    const auto applied = home.ask("POST", path_of(made) + "/apply", who);
    EXPECT_EQ(applied.status, 200) << applied.text;
    home.work();
    return home.ask("GET", path_of(made), who);
}
Answer undo(Household& home, const Somebody& who, const Answer& made) {
    const auto undone = home.ask("POST", path_of(made) + "/undo", who);
    EXPECT_EQ(undone.status, 200) << undone.text;
    home.work();
    return home.ask("GET", path_of(made), who);
}
void import(Household& home, const Somebody& who, const std::vector<Line>& lines) {
    const auto made = look(home, who, csv_of(lines));
    ASSERT_EQ(made.status, 201) << made.text;
    if (count(made, "ready") == 0) return;
    EXPECT_EQ(apply(home, who, made).body.text("state"), "applied");
}

// What a person sees of the ledger, in one order.
std::vector<std::string> ledger(Household& home, const Somebody& who) {
    std::vector<std::string> lines;
    std::string cursor;
    do {
        const auto page =
            home.ask("GET", "/api/expenses?limit=200&cursor=" + http::percent_encode(cursor), who);
        for (std::size_t i = 0; i < page.items(); ++i) {
            const auto item = page.item(i);
            std::string line;
            for (const auto* const name :
                 {"date", "kind", "amount", "currency", "payee", "description", "account",
                  "category"})
                line += std::string(item.text(name)) + "|";
            lines.push_back(std::move(line));
        }
        cursor = page.body.text("cursor");
    } while (!cursor.empty());
    std::ranges::sort(lines);
    return lines;
}

std::int64_t spent(Household& home, const Somebody& who, const std::string& month) {
    return sum(base::run(totals_of_month(&home.store, who.user_id, month)).expense).minor;
}

TEST(Imports, APreviewWritesNothingAndSaysWhatWouldCome) {
    Household home;
    const auto made = look(home, home.ann, csv_of(october));
    ASSERT_EQ(made.status, 201) << made.text;
    EXPECT_EQ(made.body.text("state"), "preview");
    EXPECT_EQ(count(made, "new"), 4);
    EXPECT_EQ(home.ask("GET", "/api/expenses", home.ann).items(), 0U);
    const auto shown = home.ask("GET", path_of(made), home.ann);
    ASSERT_EQ(shown.items(), 4U) << shown.text;
    EXPECT_EQ(shown.item(0).text("payee"), "Bakery Krume");
    EXPECT_EQ(shown.item(0).text("amount"), "12.50");
    EXPECT_EQ(shown.item(2).text("kind"), "income");
    EXPECT_EQ(home.ask("GET", path_of(made), home.ben).status, 404);
}

TEST(Imports, ApplyingWritesEachRowOnceAndUndoTakesAllBack) {
    Household home;
    const auto before = ledger(home, home.ann);
    const auto made = look(home, home.ann, csv_of(october));
    EXPECT_EQ(apply(home, home.ann, made).body.text("state"), "applied");
    EXPECT_EQ(ledger(home, home.ann).size(), 4U);
    EXPECT_EQ(spent(home, home.ann, "2026-10"), 74560);
    const auto again = look(home, home.ann, csv_of(october));
    EXPECT_EQ(count(again, "same"), 4) << again.text;
    EXPECT_EQ(home.ask("POST", path_of(again) + "/apply", home.ann).status, 409);
    EXPECT_EQ(undo(home, home.ann, made).body.text("state"), "undone");
    EXPECT_EQ(ledger(home, home.ann), before);
    EXPECT_EQ(spent(home, home.ann, "2026-10"), 0);
    // Nothing of it is remembered: it can come again.
    EXPECT_EQ(count(look(home, home.ann, csv_of(october)), "new"), 4);
}

TEST(Imports, AnEntryTypedByHandAndItsRowBecomeOne) {
    Household home;
    const auto id = home.add(
        home.ann, {{"amount", "12.50"}, {"description", "Breakfast"}, {"date", "2026-09-28"}}
    );
    home.work();
    const auto before = ledger(home, home.ann);
    const auto made = look(home, home.ann, csv_of(october));
    EXPECT_EQ(count(made, "confirms"), 1) << made.text;
    (void)apply(home, home.ann, made);
    EXPECT_EQ(ledger(home, home.ann).size(), 4U);
    const auto one = home.ask("GET", "/api/expenses/" + id, home.ann);
    EXPECT_EQ(one.body.text("description"), "Breakfast");
    EXPECT_EQ(one.body.text("import_id"), made.body.text("import_id"));
    (void)undo(home, home.ann, made);
    EXPECT_EQ(ledger(home, home.ann), before);
}

TEST(Imports, RowsAreLeftOutOrToldApartAsThePersonSays) {
    Household home;
    home.add(home.ann, {{"amount", "12.50"}, {"date", "2026-10-01"}});
    const auto made = look(home, home.ann, csv_of(october));
    json::Array rows;
    rows.emplace_back(json::Object{{"row", 0}, {"choice", "separate"}, {"category", "Food"}});
    rows.emplace_back(json::Object{{"row", 1}, {"choice", "skip"}});
    json::Object sent;
    sent.set("rows", std::move(rows));
    const auto changed = home.ask("PATCH", path_of(made), home.ann, sent);
    ASSERT_EQ(changed.status, 200) << changed.text;
    EXPECT_EQ(count(changed, "skipped"), 1);
    EXPECT_EQ(count(changed, "new"), 3);
    (void)apply(home, home.ann, made);
    EXPECT_EQ(ledger(home, home.ann).size(), 4U);
    EXPECT_EQ(home.ask("GET", "/api/expenses?category=Food", home.ann).items(), 1U);
    EXPECT_EQ(count(look(home, home.ann, csv_of(october)), "new"), 1);
}

TEST(Imports, UndoLeavesWhatThePersonChangedAndSaysSo) {
    Household home;
    const auto made = look(home, home.ann, csv_of(october));
    (void)apply(home, home.ann, made);
    const auto found = home.ask("GET", "/api/expenses?q=bakery", home.ann);
    ASSERT_EQ(found.items(), 1U);
    const std::string id(found.item(0).text("expense_id"));
    EXPECT_EQ(
        home.ask("PATCH", "/api/expenses/" + id, home.ann, {{"description", "Two loaves"}}).status,
        200
    );
    const auto undone = undo(home, home.ann, made);
    EXPECT_EQ(undone.body.integer("left_count"), 1) << undone.text;
    EXPECT_EQ(undone.body.find("left")->array()->front().object()->text("expense_id"), id);
    EXPECT_EQ(ledger(home, home.ann).size(), 1U);
    // It stays known, so the same file does not bring it twice.
    EXPECT_EQ(count(look(home, home.ann, csv_of(october)), "same"), 1);
}

TEST(Imports, ARefusedRowSaysItsLineAndTheOthersCome) {
    Household home;
    const auto made = look(
        home, home.ann,
        csv_of(
            {{"2026-10-01", "-12.50", "Bakery", ""},
             {"2026-10-02", "-1.005", "Shop", ""},
             {"2026-10-03", "-7.00", "Kiosk", ""}}
        )
    );
    ASSERT_EQ(made.status, 201) << made.text;
    EXPECT_EQ(count(made, "refused"), 1) << made.text;
    const auto refused = home.ask("GET", path_of(made) + "?state=refused", home.ann);
    ASSERT_EQ(refused.items(), 1U);
    EXPECT_EQ(refused.item(0).integer("line"), 3);
    EXPECT_NE(refused.item(0).text("reason").find("1.005"), std::string_view::npos);
    (void)apply(home, home.ann, made);
    EXPECT_EQ(ledger(home, home.ann).size(), 2U);
}

TEST(Imports, WithoutAnAccountAndWithoutAFileTheFieldIsNamed) {
    Household home;
    EXPECT_EQ(look(home, home.ann, csv_of(october), "").wrong(), "account");
    EXPECT_EQ(look(home, home.ann, "").wrong(), "file");
    EXPECT_EQ(look(home, home.ann, "this is no statement").wrong(), "file");
    const auto made = look(home, home.ann, csv_of(october));
    EXPECT_EQ(
        home.ask(
                "PATCH", path_of(made), home.ann, {{"options", json::Object{{"date_order", "xyz"}}}}
        ).wrong(),
        "date_order"
    );
}

TEST(Imports, WhatIsCutOffGoesOnWhereItWas) {
    Household home;
    std::vector<Line> lines;
    for (int i = 0; i < 120; ++i)
        lines.push_back(
            {"2026-10-0" + std::to_string(1 + i % 9), "-" + std::to_string(i + 1), "Shop", "Item"}
        );
    const auto made = look(home, home.ann, csv_of(lines));
    (void)apply(home, home.ann, made);
    const auto whole = ledger(home, home.ann);
    EXPECT_EQ(whole.size(), 120U);
    // As if the program had ended before the last step: state and message are there again.
    table::Key key{imports_of(home.ann.user_id), std::string(made.body.text("import_id"))};
    auto import = base::run(home.store.get(&journal::system_table(), key))->item();
    journal::Transaction change({}, "test", subject_of(home.ann.user_id));
    auto after = import;
    after.set("state", "applying");
    put_import(change, import, after);
    home.queue.add(
        change,
        {.queue = "imports",
         .kind = "apply",
         .payload = {{"user_id", home.ann.user_id}, {"import_id", made.body.text("import_id")}}}
    );
    ASSERT_TRUE(base::run(home.app.journal.commit(std::move(change))));
    home.work();
    EXPECT_EQ(ledger(home, home.ann), whole);
    EXPECT_EQ(home.ask("GET", path_of(made), home.ann).body.text("state"), "applied");
}

TEST(Imports, ThePageWorksWithoutScript) {
    Household home;
    EXPECT_EQ(home.ask("GET", "/import", home.ann).status, 200);
    const std::string body =
        "--b\r\nContent-Disposition: form-data; name=\"csrf_token\"\r\n\r\n" + home.ann.csrf +
        "\r\n--b\r\nContent-Disposition: form-data; name=\"account\"\r\n\r\nGiro\r\n--b\r\n"
        "Content-Disposition: form-data; name=\"file\"; filename=\"october.csv\"\r\n"
        "Content-Type: text/csv\r\n\r\n" +
        csv_of(october) + "\r\n--b--\r\n";
    const auto made =
        home.raw("POST", "/import", home.ann, body, "multipart/form-data; boundary=b");
    ASSERT_EQ(made.status, 303) << made.text;
    const auto page = made.header("Location");
    const auto shown = home.ask("GET", page, home.ann);
    EXPECT_NE(shown.text.find("Import 4"), std::string::npos) << shown.text;
    EXPECT_EQ(home.form(page, home.ann, "row=1&choice=skip").status, 303);
    EXPECT_NE(home.ask("GET", page, home.ann).text.find("Import 3"), std::string::npos);
    EXPECT_EQ(home.form(page + "/apply", home.ann, "").status, 303);
    home.work();
    EXPECT_NE(home.ask("GET", page, home.ann).text.find("Undo this import"), std::string::npos);
    EXPECT_EQ(ledger(home, home.ann).size(), 3U);
}

// Nine days of four rows, of which many are alike.
std::vector<std::vector<Line>> nine_days(std::mt19937& random) {
    std::vector<std::vector<Line>> days;
    for (int day = 1; day <= 9; ++day) {
        std::vector<Line> lines;
        for (int i = 0; i < 4; ++i) {
            const auto amount = "-" + std::to_string(1 + random() % 2) + ".50";
            lines.push_back(
                {"2026-10-0" + std::to_string(day), amount, "Shop", std::string(random() % 3, 'x')}
            );
        }
        days.push_back(std::move(lines));
    }
    return days;
}

TEST(Imports, AnyFilesInAnyOrderAnyNumberOfTimesGiveTheSameLedger) {
    std::mt19937 random(7);  // NOLINT: the same each time
    const auto days = nine_days(random);
    std::vector<std::string> first;
    for (int round = 0; round < 6; ++round) {
        Household home;
        // Each day comes twice, once without the words; a day stays whole in its file.
        std::vector<std::pair<std::size_t, bool>> order;
        for (std::size_t day = 0; day < days.size(); ++day) {
            order.emplace_back(day, true);
            order.emplace_back(day, false);
        }
        std::ranges::shuffle(order, random);
        std::vector<Line> file;
        for (const auto& [day, with_words] : order) {
            auto lines = days[day];
            const bool there = std::ranges::any_of(file, [&](const Line& one) {
                return one.date == lines.front().date;
            });
            if (!file.empty() && (there || random() % 3 == 0))
                import(home, home.ann, std::exchange(file, {}));
            std::ranges::shuffle(lines, random);
            for (auto& line : lines) {
                if (!with_words) line.memo.clear();
                file.push_back(std::move(line));
            }
        }
        import(home, home.ann, file);
        const auto made = ledger(home, home.ann);
        if (round == 0) first = made;
        EXPECT_EQ(made.size(), 36U);
        EXPECT_EQ(made, first) << "round " << round;
        EXPECT_TRUE(base::run(home.app.journal.recount(record_tables(), false)).empty());
    }
}

TEST(Imports, UndoOfFullerWordsBringsTheShorterBack) {
    Household home;
    import(home, home.ann, {{"2026-10-01", "-12.50", "Bakery", ""}});
    const auto before = ledger(home, home.ann);
    const auto made = look(home, home.ann, csv_of({{"2026-10-01", "-12.50", "Bakery", "Bread"}}));
    EXPECT_EQ(count(made, "changed"), 1) << made.text;
    (void)apply(home, home.ann, made);
    EXPECT_EQ(home.ask("GET", "/api/expenses", home.ann).item(0).text("description"), "Bread");
    (void)undo(home, home.ann, made);
    EXPECT_EQ(ledger(home, home.ann), before);
}

TEST(Imports, AFileOfTheSameKindIsReadAsItWasBefore) {
    Household home;
    // Two cards of one bank: only the person knows that this one writes spending above zero.
    const std::string odd = "Date,Payee,Amount\n2026-10-01,Baker,12.50\n2026-10-02,Shop,-3.00\n";
    const auto made = look(home, home.ann, odd);
    ASSERT_EQ(made.status, 201) << made.text;
    const json::Object options{{"spent_is", "positive"}};
    const auto changed = home.ask("PATCH", path_of(made), home.ann, {{"options", options}});
    ASSERT_EQ(changed.status, 200) << changed.text;
    (void)apply(home, home.ann, made);
    EXPECT_EQ(home.ask("GET", "/api/expenses?kind=expense", home.ann).items(), 1U);
    const auto again = look(home, home.ann, odd);
    EXPECT_EQ(count(again, "same"), 2) << again.text;
    EXPECT_EQ(count(look(home, home.ann, odd, "?account=Other&spent_is=negative"), "new"), 2);
    EXPECT_EQ(again.body.find("guess")->object()->text("spent_is"), "positive");
}

TEST(Imports, ARowOfAnAccountInTwoFormatsIsKnownByTheNumber) {
    Household home;
    const std::string ofx =
        "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\n\n<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS>"
        "<CURDEF>EUR<BANKACCTFROM><BANKID>1<ACCTID>4711<ACCTTYPE>CHECKING</BANKACCTFROM>"
        "<BANKTRANLIST><STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20261001<TRNAMT>-5.00<FITID>1<NAME>Kiosk"
        "</STMTTRN></BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>";
    const auto made = look(home, home.ann, ofx, "?account=Giro");
    ASSERT_EQ(made.status, 201) << made.text;
    (void)apply(home, home.ann, made);
    // No account is said, and the bank's number is known by now.
    const auto again = look(home, home.ann, ofx, "");
    ASSERT_EQ(again.status, 201) << again.text;
    EXPECT_EQ(count(again, "same"), 1);
    EXPECT_EQ(again.body.find("accounts")->array()->front().object()->text("name"), "Giro");
    EXPECT_EQ(home.ask("GET", "/api/accounts", home.ann).items(), 1U);
}

TEST(Imports, TwoPreviewsOfOneFileBringItOnce) {
    Household home;
    const auto one = look(home, home.ann, csv_of(october));
    const auto two = look(home, home.ann, csv_of(october));
    (void)apply(home, home.ann, one);
    EXPECT_EQ(apply(home, home.ann, two).body.text("state"), "applied");
    EXPECT_EQ(ledger(home, home.ann).size(), 4U);
    // The second brought nothing, so there is nothing of it to take back.
    (void)undo(home, home.ann, two);
    EXPECT_EQ(ledger(home, home.ann).size(), 4U);
    (void)undo(home, home.ann, one);
    EXPECT_TRUE(ledger(home, home.ann).empty());
}

TEST(Imports, AnEntryThatWasTypedAndDeletedMeanwhileComesFromTheBank) {
    Household home;
    const auto id = home.add(home.ann, {{"amount", "12.50"}, {"date", "2026-10-01"}});
    const auto made = look(home, home.ann, csv_of(october));
    EXPECT_EQ(count(made, "confirms"), 1);
    EXPECT_EQ(home.ask("DELETE", "/api/expenses/" + id, home.ann).status, 204);
    (void)apply(home, home.ann, made);
    EXPECT_EQ(ledger(home, home.ann).size(), 4U);
}

TEST(Imports, AnImportedEntryThatWasDeletedStaysAway) {
    Household home;
    const auto made = look(home, home.ann, csv_of(october));
    (void)apply(home, home.ann, made);
    const auto found = home.ask("GET", "/api/expenses?q=bakery", home.ann);
    ASSERT_EQ(found.items(), 1U);
    const std::string id(found.item(0).text("expense_id"));
    EXPECT_EQ(home.ask("DELETE", "/api/expenses/" + id, home.ann).status, 204);
    EXPECT_EQ(count(look(home, home.ann, csv_of(october)), "same"), 4);
    (void)undo(home, home.ann, made);
    EXPECT_TRUE(ledger(home, home.ann).empty());
}

TEST(Imports, APreviewIsForgottenWhenAskedOrAfterAWeek) {
    Household home;
    const auto made = look(home, home.ann, csv_of(october));
    EXPECT_EQ(home.ask("DELETE", path_of(made), home.ben).status, 404);
    EXPECT_EQ(home.ask("DELETE", path_of(made), home.ann).status, 204);
    EXPECT_EQ(home.ask("GET", path_of(made), home.ann).status, 404);
    const auto other = look(home, home.ann, csv_of(october));
    const auto kept = look(home, home.ann, csv_of(october));
    (void)apply(home, home.ann, kept);
    EXPECT_EQ(home.ask("DELETE", path_of(kept), home.ann).status, 409);
    constexpr std::int64_t week = std::int64_t{7} * 86'400;
    home.clock.pass_s(week + 1);
    home.ann = [&] {
        const auto session =
            base::run(home.app.sessions.start({home.ann.user_id, "ann", "ann", "person", {}}));
        return Somebody{home.ann.user_id, session.cookie, session.csrf};
    }();
    EXPECT_EQ(home.ask("GET", path_of(other), home.ann).status, 404);
    EXPECT_EQ(home.ask("POST", path_of(other) + "/apply", home.ann).status, 404);
    EXPECT_EQ(home.ask("GET", path_of(kept), home.ann).items(), 4U);
    EXPECT_EQ(undo(home, home.ann, kept).body.text("state"), "undone");
}

TEST(Imports, PagesOfRowsGiveEachRowOnce) {
    Household home;
    std::vector<Line> lines;
    for (int i = 0; i < 130; ++i)
        lines.push_back({"2026-10-01", "-" + std::to_string(i + 1), "Shop", ""});
    const auto made = look(home, home.ann, csv_of(lines));
    std::size_t seen = 0;
    std::string cursor;
    do {
        const auto page =
            home.ask("GET", path_of(made) + "?state=new&limit=40&cursor=" + cursor, home.ann);
        ASSERT_EQ(page.status, 200) << page.text;
        for (std::size_t i = 0; i < page.items(); ++i)
            EXPECT_EQ(page.item(i).integer("row"), static_cast<std::int64_t>(seen++));
        cursor = page.body.text("cursor");
    } while (!cursor.empty());
    EXPECT_EQ(seen, 130U);
}

}  // namespace
}  // namespace budgetplanner
