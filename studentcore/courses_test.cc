#include "studentcore/courses.h"

#include <gmock/gmock.h>

#include "studentcore/access.h"
#include "studentcore/office_test.h"

namespace studentcore::office_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Courses, AreForTheOfficeToWrite) {
    Office office;
    const json::Object algebra{{"course_name", "Algebra"}, {"term", "2026"}};
    EXPECT_EQ(office.ask("POST", "/api/courses", office.nobody, algebra).status, 401);
    EXPECT_EQ(office.ask("POST", "/api/courses", office.lecturer, algebra).status, 403);
    EXPECT_EQ(office.ask("POST", "/api/courses", office.admin, {{"term", "2026"}}).status, 422);
    EXPECT_THAT(office.events(), IsEmpty());
    const auto made = office.ask("POST", "/api/courses", office.admin, algebra);
    EXPECT_EQ(made.status, 201) << made.text;
    EXPECT_THAT(office.events(), ElementsAre("course_added"));
    EXPECT_EQ(office.ask("GET", made.header("Location"), office.lecturer).body, made.body);
    const std::string absent = "/api/courses/" + base::uuid_v7(1);
    EXPECT_EQ(office.ask("GET", absent, office.admin).status, 404);
    EXPECT_EQ(office.ask("DELETE", absent, office.admin).status, 404);
}

TEST(Courses, ALecturerMustExistAndIsNoStudent) {
    Office office;
    const auto learner = office.sign_in("s1", "student", "Sam");
    json::Object sent{{"course_name", "Algebra"}, {"term", "2026"}};
    sent.set("faculty", base::uuid_v7(1));
    const auto absent = office.ask("POST", "/api/courses", office.admin, sent);
    EXPECT_EQ(absent.status, 422);
    EXPECT_EQ(absent.wrong(), "faculty");
    sent.set("faculty", learner.user_id);
    EXPECT_EQ(office.ask("POST", "/api/courses", office.admin, sent).status, 422);
    sent.set("faculty", office.lecturer.user_id);
    const auto made = office.ask("POST", "/api/courses", office.admin, sent);
    EXPECT_EQ(made.body.text("faculty_name"), "Leo Lecturer");
}

TEST(Courses, ALecturersOwnAreFoundAlsoAsCoLecturer) {
    Office office;
    const json::Value leo(office.lecturer.user_id);
    const auto own = office.add_course("Botany", {{"faculty", leo}});
    const auto shared = office.add_course(
        "Algebra",
        {{"faculty", office.other_lecturer.user_id}, {"co_faculty", json::Array{leo, leo}}}
    );
    (void)office.add_course("Chemistry");
    const auto taught = base::run(office.app.courses.courses_of(office.lecturer.user_id));
    ASSERT_EQ(taught.size(), 2U);
    EXPECT_EQ(taught[0].text("course_id"), shared);
    EXPECT_EQ(taught[1].text("course_id"), own);
    EXPECT_TRUE(teaches(taught[0], office.lecturer.user_id));
    EXPECT_EQ(office.ask("GET", "/api/courses?faculty=me", office.lecturer).items(), 2U);
    EXPECT_EQ(office.ask("GET", "/api/courses?faculty=me&q=alg", office.lecturer).items(), 1U);
    (void)office.ask("PATCH", "/api/courses/" + shared, office.admin, {{"co_faculty", nullptr}});
    EXPECT_EQ(base::run(office.app.courses.courses_of(office.lecturer.user_id)).size(), 1U);
}

TEST(Courses, AreListedByTermAndAllTogether) {
    Office office;
    (void)office.add_course("Zoology");
    (void)office.add_course("Algebra");
    (void)office.add_course("History", {{"term", "2025"}});
    const auto all = office.ask("GET", "/api/courses", office.admin);
    EXPECT_EQ(all.items(), 3U);
    EXPECT_EQ(all.body.integer("total"), 3);
    EXPECT_EQ(all.item(0).text("course_name"), "Algebra");
    const auto now = office.ask("GET", "/api/courses?term=current", office.admin);
    EXPECT_EQ(now.items(), 2U);
    EXPECT_EQ(now.body.integer("total"), 2);
    EXPECT_EQ(office.ask("GET", "/api/courses?q=hist", office.admin).items(), 1U);
    const auto page = office.ask("GET", "/courses", office.lecturer);
    EXPECT_EQ(page.status, 200);
    EXPECT_THAT(page.text, HasSubstr("Zoology"));
    EXPECT_THAT(page.text, testing::Not(HasSubstr("History")));
}

TEST(Courses, ARenameReachesEveryCopyAndTheSecondEditorIsTold) {
    Office office;
    const auto id = office.add_course("Algebra");
    const auto learner = office.add_student("S001", "Ann Lee");
    office.enrol(id, {learner});
    const auto marked = office.mark(learner, id, "2026-10-01");
    const std::string url = "/api/courses/" + id;
    (void)office.events();
    EXPECT_EQ(
        office.ask("PATCH", url, office.admin, {{"course_name", "Algebra I"}, {"version", 1}})
            .status,
        200
    );
    EXPECT_EQ(
        office.ask("PATCH", url, office.admin, {{"course_name", "Algebra 1"}, {"version", 1}})
            .status,
        409
    );
    office.work();
    EXPECT_EQ(office.stored(&attendance_table, marked)->text("course_name"), "Algebra I");
    EXPECT_THAT(office.events(), ElementsAre("course_updated"));
}

TEST(Courses, TheCascadeTakesAllThatBelongsToIt) {
    Office office;
    const auto id = office.add_course("Algebra", {{"faculty", office.lecturer.user_id}});
    const auto kept = office.add_course("Botany");
    std::vector<std::string> students;
    for (int i = 0; i < 45; ++i)
        students.push_back(
            office.add_student("S" + std::to_string(i), "Student " + std::to_string(i))
        );
    office.enrol(id, students);
    office.enrol(kept, {students.front()});
    for (const auto& one : students)
        for (const auto* date : {"2026-10-01", "2026-10-02"}) (void)office.mark(one, id, date);
    const auto refused = office.ask("DELETE", "/api/courses/" + id, office.admin);
    EXPECT_EQ(refused.status, 409);
    EXPECT_EQ(refused.body.text("attendance"), "90") << refused.text;
    EXPECT_EQ(
        office.ask("DELETE", "/api/courses/" + id + "?cascade=true", office.admin).status, 204
    );
    EXPECT_EQ(office.ask("GET", "/api/courses/" + id, office.admin).status, 404);
    EXPECT_EQ(office.ask("GET", "/api/courses", office.admin).body.integer("total"), 1);
    EXPECT_THAT(base::run(office.app.courses.courses_of(office.lecturer.user_id)), IsEmpty());
    office.work();
    EXPECT_FALSE(office.stored(&courses_table, id));
    EXPECT_FALSE(
        office.stored(&attendance_table, attendance_key(students[7], id, "2026-10-01", "1"))
    );
    EXPECT_FALSE(office.stored(&enrolments_table, enrolment_key(students[7], id)));
    const auto first = office.stored(&students_table, students.front());
    ASSERT_EQ(first->find("enrolled_courses")->array()->size(), 1U);
    EXPECT_EQ(*first->find("enrolled_courses")->array()->front().string(), kept);
    EXPECT_THAT(base::run(office.app.journal.recount(record_tables(), false)), IsEmpty());
}

TEST(Courses, TheRosterIsByName) {
    Office office;
    const auto id = office.add_course("Algebra", {{"faculty", office.lecturer.user_id}});
    const auto zed = office.add_student("S001", "Zed Young");
    const auto amy = office.add_student("S002", "amy Old");
    office.enrol(id, {zed, amy});
    const auto own = office.ask("GET", "/api/courses/" + id + "/roster", office.lecturer);
    ASSERT_EQ(own.status, 200) << own.text;
    const auto* rows = own.body.find("students")->array();
    ASSERT_EQ(rows->size(), 2U);
    EXPECT_EQ(rows->front().object()->text("student_code"), "S002");
    EXPECT_TRUE(own.body.find("can")->object()->truth("take_attendance"));
    const auto other = office.ask("GET", "/api/courses/" + id + "/roster", office.other_lecturer);
    EXPECT_FALSE(other.body.find("can")->object()->truth("take_attendance"));
    EXPECT_THAT(office.ask("GET", "/courses/" + id, office.admin).text, HasSubstr("amy Old"));
}

}  // namespace
}  // namespace studentcore::office_test
