#include "studentcore/undos.h"

#include <gmock/gmock.h>

#include "studentcore/killed_store_test.h"
#include "studentcore/office_test.h"

namespace studentcore::office_test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

// A student with 300 marks in three courses: 297 of attendance and three results.
class Undo : public ::testing::Test {
  protected:
    Undo() {
        student = office.add_student("S001", "Ann Lee");
        for (const auto* name : {"Algebra", "Botany", "Chemistry"}) {
            courses.push_back(office.add_course(name, {{"faculty", office.lecturer.user_id}}));
            office.enrol(courses.back(), {student});
            for (int day = 0; day < 99; ++day)
                marks.push_back(
                    office.mark(student, courses.back(), base::add_days("2026-01-01", day))
                );
            const auto result = office.ask(
                "POST", "/api/results", office.admin,
                {{"student_id", student},
                 {"course_id", courses.back()},
                 {"exam_type", "final"},
                 {"marks", 50},
                 {"max_marks", 100}}
            );
            EXPECT_EQ(result.status, 201) << result.text;
            results.emplace_back(result.body.text("result_id"));
        }
        before = *office.stored(&students_table, student);
    }

    Answer remove(const std::string& target) {
        auto gone = office.ask("DELETE", target + "?cascade=true", office.admin);
        EXPECT_EQ(gone.status, 204) << gone.text;
        return gone;
    }
    Answer undo(const Answer& write) {
        return office.ask(
            "POST", "/api/audit/" + write.header("Log-Entry") + "/undo", office.admin,
            {{"subject", write.header("Log-Subject")}}
        );
    }
    void expect_all_is_back() {
        const auto now = office.stored(&students_table, student);
        ASSERT_TRUE(now);
        for (const auto* const name : {"full_name", "program", "shard", "student_code"})
            EXPECT_EQ(now->text(name), before.text(name));
        for (const auto* const name : {"deleting", "removal", "restoring"})
            EXPECT_FALSE(now->contains(name)) << name;
        EXPECT_EQ(now->find("enrolled_courses")->array()->size(), courses.size());
        for (const auto& course : courses)
            EXPECT_TRUE(office.stored(&enrolments_table, enrolment_key(student, course)));
        for (const auto& mark : marks) ASSERT_TRUE(office.stored(&attendance_table, mark));
        for (const auto& result : results) ASSERT_TRUE(office.stored(&results_table, result));
        const auto page = office.ask("GET", "/api/students/" + student + "/summary", office.admin);
        ASSERT_EQ(page.status, 200) << page.text;
        EXPECT_EQ(page.body.find("results")->array()->size(), 3U);
        EXPECT_EQ(office.ask("GET", "/api/students", office.admin).body.integer("total"), 1);
        EXPECT_THAT(base::run(office.app.journal.recount(record_tables(), false)), IsEmpty());
    }
    void expect_nothing_is_left() {
        EXPECT_FALSE(office.stored(&students_table, student));
        for (const auto& mark : marks) ASSERT_FALSE(office.stored(&attendance_table, mark));
    }
    // What the newest entry of that action says, in the log of that student or course.
    json::Object newest(const std::string& action, const std::string& subject) {
        const auto log =
            office.ask("GET", "/api/audit?action=" + action + "&subject=" + subject, office.admin);
        EXPECT_GT(log.items(), 0U) << log.text;
        return log.items() > 0 ? log.item(0) : json::Object{};
    }

    Office office;
    std::string student;
    std::vector<std::string> courses, marks, results;
    json::Object before;
};

TEST_F(Undo, ADeletedStudentComesBackWithAllThatWasRecorded) {
    const auto gone = remove("/api/students/" + student);
    office.work();
    expect_nothing_is_left();
    (void)office.events();
    const auto back = undo(gone);
    ASSERT_EQ(back.status, 200) << back.text;
    EXPECT_EQ(back.body.text("state"), "done");
    expect_all_is_back();
    EXPECT_THAT(office.events(), testing::Contains("student_added"));
    office.work();
    expect_all_is_back();
    EXPECT_EQ(undo(gone).status, 409) << "twice";
}

TEST_F(Undo, TheLogNamesWhatWentAndOffersItOnce) {
    const auto gone = remove("/api/students/" + student);
    office.work();
    const auto entry = newest("student_deleted", "student:" + student);
    EXPECT_EQ(entry.text("what"), "Ann Lee");
    EXPECT_TRUE(entry.truth("undo"));
    const auto part = newest("attendance_deleted", "student:" + student);
    EXPECT_EQ(part.text("part_of"), gone.header("Log-Entry"));
    EXPECT_FALSE(part.truth("undo"));
    const auto alone = office.ask(
        "POST", "/api/audit/" + std::string(part.text("id")) + "/undo", office.admin,
        {{"subject", part.text("subject")}}
    );
    EXPECT_EQ(alone.status, 409);
    EXPECT_THAT(alone.body.text("detail"), HasSubstr("larger change"));
    ASSERT_EQ(undo(gone).status, 200);
    const auto undone = newest("student_deleted", "student:" + student);
    EXPECT_EQ(undone.text("action"), "undone");
    EXPECT_FALSE(undone.truth("undo"));
}

TEST_F(Undo, WhileTheRemovalRunsItStopsAndPutsBackWhatWent) {
    const auto gone = remove("/api/students/" + student);
    // Some chunks went, then the server was killed.
    KilledStore store(office.store, 3);
    journal::Journal journal(store, office.clock, all_tables());
    const json::Object job{{"student_id", student}, {"entry", gone.header("Log-Entry")}};
    EXPECT_THROW(base::run(Removals(journal).remove_student(job)), base::Error);
    EXPECT_FALSE(office.stored(&attendance_table, marks.front()));
    EXPECT_TRUE(office.stored(&attendance_table, marks.back()));
    ASSERT_EQ(undo(gone).status, 200);
    expect_all_is_back();
    // The job is still in the outbox, and finds nothing to do.
    office.work();
    expect_all_is_back();
}

TEST_F(Undo, AChunkThatWasReadBeforeTheUndoIsNotRemovedAfterIt) {
    const auto gone = remove("/api/students/" + student);
    // The undo comes when the job has read a chunk and is about to write it.
    HookedStore store(office.store, [&] { ASSERT_EQ(undo(gone).status, 200); });
    journal::Journal journal(store, office.clock, all_tables());
    base::run(Removals(journal).remove_student(
        {{"student_id", student}, {"entry", gone.header("Log-Entry")}}
    ));
    expect_all_is_back();
}

TEST_F(Undo, EndsHoweverOftenTheServerIsKilled) {
    const auto gone = remove("/api/students/" + student);
    office.work();
    auto entry =
        base::run(office.app.journal.find(gone.header("Log-Subject"), gone.header("Log-Entry")));
    ASSERT_TRUE(entry);
    auto begun = base::run(office.app.undos.begin(*entry, {office.admin.user_id, "Ada"}));
    const auto rest = begun.rest;
    ASSERT_TRUE(base::run(office.app.journal.commit(std::move(begun.first))));
    // Nobody sees half of it.
    EXPECT_EQ(office.ask("GET", "/api/students/" + student, office.admin).status, 404);
    const int kills = killed_until_done(office, [&](journal::Journal& journal) {
        base::run(Undos(journal).go_on(rest));
    });
    EXPECT_GT(kills, 3);
    expect_all_is_back();
    office.work();
    expect_all_is_back();
}

TEST_F(Undo, ADeletedCourseComesBackToItsStudents) {
    const auto other = office.add_student("S002", "Ben Ray");
    office.enrol(courses[0], {other});
    const auto gone = remove("/api/courses/" + courses[0]);
    office.work();
    EXPECT_FALSE(office.stored(&enrolments_table, enrolment_key(student, courses[0])));
    // Meanwhile one has another name, and one has gone.
    ASSERT_EQ(
        office.ask("PATCH", "/api/students/" + student, office.admin, {{"full_name", "Ann Low"}})
            .status,
        200
    );
    remove("/api/students/" + other);
    office.work();
    ASSERT_EQ(undo(gone).status, 200);
    const auto course = office.ask("GET", "/api/courses/" + courses[0], office.admin);
    ASSERT_EQ(course.status, 200);
    EXPECT_EQ(course.body.text("faculty_name"), "Leo Lecturer");
    const auto enrolment = office.stored(&enrolments_table, enrolment_key(student, courses[0]));
    ASSERT_TRUE(enrolment);
    EXPECT_EQ(enrolment->text("student_name"), "Ann Low");
    EXPECT_EQ(office.stored(&attendance_table, marks[0])->text("student_name"), "Ann Low");
    EXPECT_FALSE(office.stored(&enrolments_table, enrolment_key(other, courses[0])));
    EXPECT_EQ(
        office.stored(&students_table, student)->find("enrolled_courses")->array()->size(), 3U
    );
    EXPECT_THAT(
        newest("enrolment_deleted", "course:" + courses[0]).text("note"),
        HasSubstr("has been deleted")
    );
    EXPECT_THAT(base::run(office.app.journal.recount(record_tables(), false)), IsEmpty());
}

TEST_F(Undo, WhatAStudentNeedsMustStillBeThere) {
    const auto gone = remove("/api/students/" + student);
    office.work();
    (void)office.add_student("s001", "Another");
    const auto refused = undo(gone);
    EXPECT_EQ(refused.status, 409);
    EXPECT_THAT(refused.body.text("detail"), HasSubstr("student_code S001"));
    EXPECT_FALSE(office.stored(&students_table, student));
}

TEST_F(Undo, ACourseThatWentMeanwhileIsLeftOutAndTheLogSaysSo) {
    const auto gone = remove("/api/students/" + student);
    office.work();
    remove("/api/courses/" + courses[2]);
    office.work();
    ASSERT_EQ(undo(gone).status, 200);
    const auto now = office.stored(&students_table, student);
    EXPECT_EQ(now->find("enrolled_courses")->array()->size(), 2U);
    EXPECT_TRUE(office.stored(&results_table, results[0]));
    EXPECT_FALSE(office.stored(&results_table, results[2]));
    EXPECT_THAT(
        newest("enrolment_deleted", "student:" + student).text("note"),
        HasSubstr("1 record was left")
    );
    EXPECT_THAT(base::run(office.app.journal.recount(record_tables(), false)), IsEmpty());
}

TEST_F(Undo, AnUnenrolmentComesBackWithItsMarks) {
    const auto gone = remove("/api/enrolments/" + enrolment_key(student, courses[1]));
    office.work();
    EXPECT_FALSE(office.stored(&results_table, results[1]));
    // An edit of the student since is kept.
    ASSERT_EQ(
        office.ask("PATCH", "/api/students/" + student, office.admin, {{"program", "Law"}}).status,
        200
    );
    before.set("program", "Law");
    const auto back = undo(gone);
    ASSERT_EQ(back.status, 200) << back.text;
    office.work();
    expect_all_is_back();
}

TEST_F(Undo, ACourseWithStudentsIsNotTakenAwayAsItsCreationIsUndone) {
    const auto made = office.ask(
        "POST", "/api/courses", office.admin,
        {{"course_name", "Drawing"}, {"term", "2026"}, {"credits", 4}}
    );
    const std::string course(made.body.text("course_id"));
    office.enrol(course, {student});
    EXPECT_EQ(undo(made).status, 409);
    EXPECT_TRUE(office.stored(&courses_table, course));
    remove("/api/enrolments/" + enrolment_key(student, course));
    EXPECT_EQ(undo(made).status, 200);
    EXPECT_FALSE(office.stored(&courses_table, course));
}

TEST_F(Undo, AnEnrolmentWithMarksSinceIsNotTakenAway) {
    const auto newcomer = office.add_student("S003", "Cy Dee");
    const auto enrolled = office.ask(
        "POST", "/api/courses/" + courses[0] + "/enrolments", office.admin,
        {{"student_ids", json::Array{json::Value(newcomer)}}}
    );
    ASSERT_FALSE(enrolled.header("Log-Entry").empty());
    (void)office.mark(newcomer, courses[0], "2026-05-01");
    const auto refused = undo(enrolled);
    EXPECT_EQ(refused.status, 409);
    EXPECT_THAT(refused.body.text("detail"), HasSubstr("have been recorded"));
}

TEST_F(Undo, ManyEnrolmentsAreOneChange) {
    json::Array ids;
    for (int i = 0; i < 100; ++i)
        ids.emplace_back(office.add_student("M" + std::to_string(i), "Member"));
    const auto course = office.add_course("Drawing");
    const auto enrolled = office.ask(
        "POST", "/api/courses/" + course + "/enrolments", office.admin, {{"student_ids", ids}}
    );
    ASSERT_EQ(enrolled.body.integer("enrolled"), 100);
    ASSERT_EQ(undo(enrolled).status, 200);
    office.work();
    for (const auto& id : ids) {
        EXPECT_FALSE(office.stored(&enrolments_table, enrolment_key(*id.string(), course)));
        const auto member = office.stored(&students_table, *id.string());
        EXPECT_TRUE(member->find("enrolled_courses")->array()->empty());
    }
    EXPECT_THAT(base::run(office.app.journal.recount(record_tables(), false)), IsEmpty());
}

TEST_F(Undo, MoreThanOneWriteHoldsIsTakenBackInSeveral) {
    // Forty students in forty courses are one write of an import; without them each course's roster
    // moves as well.
    std::string csv = "student_code,course_name\n";
    for (int i = 0; i < 40; ++i) {
        const auto number = std::to_string(i);
        (void)office.add_student("M" + number, "Member");
        (void)office.add_course("Seminar " + number);
        csv += "M" + number + ",Seminar " + number + "\n";
    }
    const auto done = office.raw("POST", "/api/enrolments/import", office.admin, csv, "text/csv");
    ASSERT_EQ(done.body.integer("new"), 40) << done.text;
    const auto subject = "import:" + std::string(done.body.text("import_id"));
    const auto entry = base::run(office.app.journal.of_subject(subject, {}, 10)).entries.at(0);
    const auto undone = office.ask(
        "POST", "/api/audit/" + entry.id + "/undo", office.admin, {{"subject", subject}}
    );
    ASSERT_EQ(undone.status, 200) << undone.text;
    office.work();
    EXPECT_EQ(office.ask("GET", "/api/stats", office.admin).body.integer("enrolments"), 3);
    EXPECT_THAT(base::run(office.app.journal.recount(record_tables(), false)), IsEmpty());
}

TEST_F(Undo, ADeletedLecturerComesBackToTheirCourses) {
    const auto gone = remove("/api/users/" + office.lecturer.user_id);
    office.work();
    EXPECT_FALSE(office.stored(&courses_table, courses[0])->contains("faculty"));
    ASSERT_EQ(undo(gone).status, 200);
    office.work();
    for (const auto& course : courses)
        EXPECT_EQ(office.stored(&courses_table, course)->text("faculty"), office.lecturer.user_id);
}

}  // namespace
}  // namespace studentcore::office_test
