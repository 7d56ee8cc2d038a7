#include "studentcore/settings.h"

#include <gmock/gmock.h>

#include "studentcore/office_test.h"
#include "studentcore/settings_model.h"

namespace studentcore::office_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Settings, AreReadByAllAndChangedByTheOffice) {
    Office office;
    EXPECT_EQ(office.ask("GET", "/api/settings", office.nobody).status, 401);
    const auto got = office.ask("GET", "/api/settings", office.lecturer);
    EXPECT_EQ(got.status, 200) << got.text;
    EXPECT_EQ(got.body.find("exam_types")->array()->size(), 2U);
    const json::Object named{{"college", "Hill College"}};
    EXPECT_EQ(office.ask("PUT", "/api/settings", office.lecturer, named).status, 403);
    const auto put = office.ask("PUT", "/api/settings", office.admin, named);
    EXPECT_EQ(put.status, 200) << put.text;
    EXPECT_EQ(put.body.text("college"), "Hill College");
    EXPECT_EQ(put.body.integer("version"), 1);
    EXPECT_EQ(office.app.settings.current()->name, "Hill College");
    auto stale = named;
    stale.set("version", 0);
    EXPECT_EQ(office.ask("PUT", "/api/settings", office.admin, stale).status, 409);
    const auto entries = base::run(office.app.journal.of_subject("settings", "", 10));
    ASSERT_EQ(entries.entries.size(), 1U);
    EXPECT_EQ(entries.entries.front().changes.front().after->text("college"), "Hill College");
}

TEST(Settings, EachWrongPartIsNamed) {
    Office office;
    const json::Object sent{
        {"college", " "},
        {"time_zone", "Mars/North"},
        {"terms",
         json::Array{json::Object{{"name", "A"}, {"from", "2026-02-01"}, {"until", "2026-01-01"}}}},
        {"programs", json::Array{"Physics", "PHYSICS"}},
        {"exam_types", json::Array{json::Object{{"name", "final"}, {"weight", "heavy"}}}},
        {"grade_points", json::Object{{"A+", 10}}},
    };
    const auto refused = office.ask("PUT", "/api/settings", office.admin, sent);
    EXPECT_EQ(refused.status, 422);
    EXPECT_EQ(refused.body.find("errors")->array()->size(), 6U) << refused.text;
}

TEST(Settings, TheCurrentTermIsThatOfTheDayElseTheLastThatBegan) {
    const College college = college_of(
        {{"terms",
          json::Array{
              json::Object{{"name", "Spring"}, {"from", "2026-01-10"}, {"until", "2026-05-31"}},
              json::Object{{"name", "Autumn"}, {"from", "2026-08-01"}, {"until", "2026-12-15"}}
          }}}
    );
    EXPECT_EQ(college.term_on("2026-05-31")->name, "Spring");
    EXPECT_EQ(college.term_on("2026-07-01")->name, "Spring");
    EXPECT_EQ(college.term_on("2026-08-01")->name, "Autumn");
    EXPECT_EQ(college.term_on("2025-01-01")->name, "Spring");
    EXPECT_EQ(college.term(" autumn ")->name, "Autumn");
    EXPECT_EQ(College().term_on("2026-01-01"), nullptr);
}

TEST(Settings, ARenamedProgrammeTakesItsStudentsAlong) {
    Office office;
    const auto ann = office.add_student("S001", "Ann Lee", "Phisics");
    const auto bob = office.add_student("S002", "Bob Ray", "Physics");
    (void)office.events();
    const json::Object merge{{"from", "Phisics"}, {"to", "physics"}};
    EXPECT_EQ(office.ask("POST", "/api/programs/rename", office.lecturer, merge).status, 403);
    const auto done = office.ask("POST", "/api/programs/rename", office.admin, merge);
    EXPECT_EQ(done.status, 200) << done.text;
    EXPECT_EQ(done.body.text("to"), "Physics");
    EXPECT_THAT(office.app.settings.current()->programs, ElementsAre("Physics"));
    office.work();
    EXPECT_EQ(office.stored(&students_table, ann)->text("program"), "Physics");
    EXPECT_EQ(office.stored(&students_table, bob)->integer("version"), 1);
    EXPECT_THAT(office.events(), ElementsAre("student_updated"));
    const auto list = office.ask("GET", "/api/students?program=Physics", office.admin);
    EXPECT_EQ(list.body.integer("total"), 2);
    // Whoever still writes the old name means the new one.
    const auto cy = office.add_student("S003", "Cy Orr", "phisics");
    EXPECT_EQ(office.stored(&students_table, cy)->text("program"), "Physics");
    base::run(office.app.settings.rename_program({{"from", "Phisics"}, {"to", "Physics"}}));
    const json::Object unknown{{"from", "Alchemy"}, {"to", "Chemistry"}};
    EXPECT_EQ(office.ask("POST", "/api/programs/rename", office.admin, unknown).wrong(), "from");
}

TEST(Settings, ANewSpellingOfAProgrammeIsARename) {
    Office office;
    const auto ann = office.add_student("S001", "Ann Lee", "it");
    const json::Object spelt{{"from", "it"}, {"to", "IT"}};
    EXPECT_EQ(office.ask("POST", "/api/programs/rename", office.admin, spelt).status, 200);
    office.work();
    EXPECT_EQ(office.stored(&students_table, ann)->text("program"), "IT");
    const json::Object back{{"from", "IT"}, {"to", "it"}};
    EXPECT_EQ(office.ask("POST", "/api/programs/rename", office.admin, back).status, 200);
    office.work();
    EXPECT_EQ(office.stored(&students_table, ann)->text("program"), "it");
    EXPECT_THAT(office.app.settings.current()->programs, ElementsAre("it"));
}

TEST(Settings, ThePageSendsItsListsAsFields) {
    Office office;
    const auto saved = office.form(
        "/settings", office.admin,
        "college=Hill&time_zone=Asia%2FKolkata&term_name%5B%5D=Autumn&term_from%5B%5D=2026-08-01"
        "&term_until%5B%5D=2026-12-15&exam_name%5B%5D=final&exam_weight%5B%5D=2&programs=Physics%"
        "0D%0ALaw"
    );
    EXPECT_EQ(saved.status, 303) << saved.text;
    const auto college = office.app.settings.current();
    EXPECT_THAT(college->programs, ElementsAre("Physics", "Law"));
    EXPECT_EQ(college->terms.front().name, "Autumn");
    EXPECT_EQ(college->exam_types.front().weight, base::Decimal(2, 0));
    EXPECT_THAT(office.ask("GET", "/settings", office.admin).text, HasSubstr("Hill"));
}

}  // namespace
}  // namespace studentcore::office_test
