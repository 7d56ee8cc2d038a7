#include "studentcore/removals.h"

#include <gmock/gmock.h>

#include "studentcore/killed_store_test.h"
#include "studentcore/office_test.h"

namespace studentcore::office_test {
namespace {

using testing::IsEmpty;

TEST(Removals, TheCascadeEndsHoweverOftenTheServerIsKilled) {
    Office office;
    const auto course = office.add_course("Algebra");
    std::vector<std::string> students;
    for (int i = 0; i < 50; ++i)
        students.push_back(office.add_student("S" + std::to_string(i), "Student"));
    office.enrol(course, students);
    for (const auto& one : students)
        for (const auto* date : {"2026-10-01", "2026-10-02"}) (void)office.mark(one, course, date);
    const auto gone =
        office.ask("DELETE", "/api/courses/" + course + "?cascade=true", office.admin);
    ASSERT_EQ(gone.status, 204);
    const json::Object job{{"course_id", course}, {"entry", gone.header("Log-Entry")}};
    const int kills = killed_until_done(office, [&](journal::Journal& journal) {
        base::run(Removals(journal).remove_course(job));
    });
    EXPECT_GT(kills, 3);
    EXPECT_FALSE(office.stored(&courses_table, course));
    for (const auto& one : students) {
        EXPECT_FALSE(office.stored(&enrolments_table, enrolment_key(one, course)));
        EXPECT_FALSE(
            office.stored(&attendance_table, attendance_key(one, course, "2026-10-02", "1"))
        );
        const auto left = office.stored(&students_table, one);
        EXPECT_TRUE(left->find("enrolled_courses")->array()->empty());
    }
    EXPECT_THAT(base::run(office.app.journal.recount(record_tables(), false)), IsEmpty());
    office.work();
}

TEST(Removals, ARenameReachesEveryCopyHoweverOftenTheServerIsKilled) {
    Office office;
    const auto id = office.add_student("S001", "Old Name");
    const auto course = office.add_course("Algebra");
    office.enrol(course, {id});
    std::vector<std::string> marked;
    for (int day = 1; day <= 90; ++day)
        marked.push_back(office.mark(id, course, base::add_days("2026-07-01", day)));
    (void)office.ask("PATCH", "/api/students/" + id, office.admin, {{"full_name", "New Name"}});
    const int kills = killed_until_done(office, [&](journal::Journal& journal) {
        base::run(Copies(journal).rename_student({{"student_id", id}}));
    });
    EXPECT_GT(kills, 3);
    for (const auto& one : marked)
        EXPECT_EQ(office.stored(&attendance_table, one)->text("student_name"), "New Name");
}

TEST(Removals, AMarkThatWasTakenBackStopsTheJob) {
    Office office;
    const auto id = office.add_student("S001", "Ann Lee");
    const auto course = office.add_course("Algebra");
    office.enrol(course, {id});
    const auto before = *office.stored(&students_table, id);
    (void)office.ask("DELETE", "/api/students/" + id + "?cascade=true", office.admin);
    journal::Transaction undo({}, "undone", "student:" + id);
    undo.replace(&students_table, *office.stored(&students_table, id), before);
    ASSERT_TRUE(base::run(office.app.journal.commit(std::move(undo))));
    office.work();
    EXPECT_EQ(office.ask("GET", "/api/students/" + id, office.admin).status, 200);
    EXPECT_TRUE(office.stored(&enrolments_table, enrolment_key(id, course)));
    EXPECT_EQ(office.ask("GET", "/api/students", office.admin).body.integer("total"), 1);
}

}  // namespace
}  // namespace studentcore::office_test
