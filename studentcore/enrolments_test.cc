#include "studentcore/enrolments.h"

#include <gmock/gmock.h>

#include "studentcore/office_test.h"

namespace studentcore::office_test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Enrolments, OfManyStudentsAreWrittenInChunksEachWhole) {
    Office office;
    const auto id = office.add_course("Algebra");
    json::Array ids;
    for (int i = 0; i < 90; ++i)
        ids.emplace_back(office.add_student("S" + std::to_string(i), "Student " + std::to_string(i))
        );
    (void)office.events();
    const std::string url = "/api/courses/" + id + "/enrolments";
    const auto done = office.ask("POST", url, office.admin, {{"student_ids", ids}});
    EXPECT_EQ(done.status, 200) << done.text;
    EXPECT_EQ(done.body.integer("enrolled"), 90);
    EXPECT_THAT(
        office.events(), ElementsAre("student_updated", "student_updated", "student_updated")
    );
    EXPECT_EQ(base::run(roster(&office.store, id)).size(), 90U);
    const auto again = office.ask("POST", url, office.admin, {{"student_ids", ids}});
    EXPECT_EQ(again.body.integer("enrolled"), 0);
    EXPECT_EQ(again.body.integer("already"), 90);
    EXPECT_THAT(office.events(), IsEmpty());
}

TEST(Enrolments, AreRefusedToOthersAndForWhatIsNotThere) {
    Office office;
    const auto course = office.add_course("Algebra");
    const auto learner = office.add_student("S001", "Ann Lee");
    const std::string url = "/api/students/" + learner + "/enrolments";
    const json::Object good{{"course_ids", json::Array{json::Value(course)}}};
    EXPECT_EQ(office.ask("POST", url, office.nobody, good).status, 401);
    EXPECT_EQ(office.ask("POST", url, office.lecturer, good).status, 403);
    EXPECT_EQ(office.ask("POST", url, office.admin, {}).status, 422);
    const auto absent = office.ask(
        "POST", url, office.admin, {{"course_ids", json::Array{json::Value(base::uuid_v7(1))}}}
    );
    EXPECT_EQ(absent.status, 422);
    EXPECT_EQ(absent.wrong(), "course_ids");
    const std::string nobody = "/api/students/" + base::uuid_v7(1) + "/enrolments";
    EXPECT_EQ(office.ask("POST", nobody, office.admin, good).status, 404);
    EXPECT_EQ(office.ask("POST", url, office.admin, good).status, 200);
    const auto codes = office.ask(
        "POST", "/api/courses/" + course + "/enrolments", office.admin,
        {{"student_codes", "S001, S9"}}
    );
    EXPECT_EQ(codes.status, 422);
    EXPECT_EQ(codes.wrong(), "student_codes");
}

TEST(Enrolments, LeavingIsRefusedWhileMarksAreThere) {
    Office office;
    const auto course = office.add_course("Algebra");
    const auto learner = office.add_student("S001", "Ann Lee");
    office.enrol(course, {learner});
    const auto marked = office.mark(learner, course, "2026-10-01");
    const std::string url = "/api/enrolments/" + enrolment_key(learner, course);
    (void)office.events();
    const auto refused = office.ask("DELETE", url, office.admin);
    EXPECT_EQ(refused.status, 409);
    EXPECT_EQ(refused.body.text("attendance"), "1");
    EXPECT_THAT(office.events(), IsEmpty());
    EXPECT_EQ(office.ask("DELETE", url + "?cascade=true", office.admin).status, 204);
    EXPECT_THAT(office.events(), ElementsAre("student_updated"));
    EXPECT_FALSE(office.stored(&attendance_table, marked));
    EXPECT_TRUE(office.stored(&students_table, learner)->find("enrolled_courses")->array()->empty()
    );
    office.work();
    EXPECT_EQ(office.ask("DELETE", url, office.admin).status, 404);
}

}  // namespace
}  // namespace studentcore::office_test
