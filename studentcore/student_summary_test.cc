#include "studentcore/student_summary.h"

#include <gtest/gtest.h>

#include "studentcore/classroom_test.h"
#include "studentcore/transcript_model.h"

namespace studentcore {
namespace {

class Summary : public Classroom {
  protected:
    Summary() {
        const auto in_other = [&](json::Object record) {
            record.set("course_id", courses[1]);
            return record;
        };
        (void)post(office, "/api/results", result(0, "midterm", "80"));
        (void)post(office, "/api/results", result(0, "final", "96"));
        (void)post(office, "/api/results", in_other(result(0, "final", "55")));
        attend("2026-11-13", "Present");
        attend("2026-11-16", "Late");
        attend("2026-11-18", "Absent");
        attend("2026-11-19", "Absent");
        attend("2026-11-20", "Absent");
        told.clear();
        told_entries.clear();
    }
    void attend(std::string_view date, std::string_view status) {
        const auto answer = post(
            office, "/api/attendance",
            {{"student_id", students[0]},
             {"course_id", courses[0]},
             {"date", date},
             {"status", status}}
        );
        ASSERT_EQ(answer.status, 201) << answer.text;
    }
    Answer summary(const web::Identity& who, std::size_t student_at = 0) {
        return get(who, "/api/students/" + students[student_at] + "/summary");
    }
    static const json::Object& object(const Answer& answer, std::string_view name) {
        return *answer.body.find(name)->object();
    }
};

TEST_F(Summary, HasTheAverageByCreditsAndTheAttendanceByCourse) {
    const auto answer = summary(office);
    ASSERT_EQ(answer.status, 200) << answer.text;
    const auto& average = object(answer, "average");
    EXPECT_EQ(average.text("percent"), "77.00");  // (88 · 4 + 55 · 2) / 6
    EXPECT_EQ(average.text("grade"), "B+");
    EXPECT_EQ(average.text("gpa"), "8.00");  // (9 · 4 + 6 · 2) / 6
    EXPECT_TRUE(average.find("open")->array()->empty());
    ASSERT_EQ(answer.list("attendance").size(), 1U);
    const auto& row = *answer.list("attendance")[0].object();
    EXPECT_EQ(row.integer("present"), 1);
    EXPECT_EQ(row.integer("late"), 1);
    EXPECT_EQ(row.integer("absent"), 3);
    EXPECT_EQ(row.text("rate"), "40.0");
    EXPECT_EQ(row.integer("absent_in_a_row"), 3);
    EXPECT_TRUE(row.truth("warn"));
    EXPECT_EQ(answer.list("results").size(), 3U);
    EXPECT_TRUE(object(answer, "can").truth("edit"));
}

TEST_F(Summary, ALecturerSeesTheRowsOfTheirCoursesOnly) {
    const auto theirs = summary(bob);
    EXPECT_EQ(theirs.list("results").size(), 1U);
    EXPECT_EQ(theirs.list("results")[0].object()->text("course_name"), "Networks");
    EXPECT_TRUE(theirs.list("attendance").empty());
    EXPECT_EQ(object(theirs, "average").text("percent"), "55.00");
    EXPECT_FALSE(object(theirs, "can").truth("edit"));
    EXPECT_EQ(summary(ann).list("results").size(), 2U);
    EXPECT_EQ(summary(ann).list("attendance").size(), 1U);
}

TEST_F(Summary, AStudentSeesTheirOwnAndLearnsOfNoOther) {
    EXPECT_EQ(summary(asha).list("results").size(), 3U);
    EXPECT_EQ(summary(emile).status, 404);
    EXPECT_EQ(get(emile, "/api/students/" + students[0] + "/timeline").status, 404);
    EXPECT_EQ(get(asha, "/api/students/" + students[0] + "/timeline").status, 200);
    EXPECT_EQ(get(emile, "/api/students/" + students[0] + "/transcript.pdf").status, 404);
    EXPECT_EQ(get(ann, "/api/students/" + students[0] + "/transcript.pdf").status, 403);
    EXPECT_EQ(get(office, "/api/students/" + base::uuid_v7(1) + "/summary").status, 404);
}

TEST_F(Summary, OneWithoutMarksIsOpen) {
    const auto answer = summary(office, 1);
    EXPECT_TRUE(answer.body.find("average")->is_null());
    EXPECT_TRUE(answer.list("attendance").empty());
}

TEST_F(Summary, ThePageShowsTheRestOnDemand) {
    const auto first = get(office, "/students/" + students[0]);
    EXPECT_EQ(first.body.text("page"), "student");
    EXPECT_FALSE(first.body.truth("full"));
    EXPECT_FALSE(first.body.contains("results"));
    const auto rest = get(office, "/students/" + students[0] + "?show=all");
    EXPECT_EQ(rest.list("results").size(), 3U);
    EXPECT_EQ(rest.list("courses").size(), 2U);
    EXPECT_FALSE(rest.list("timeline").empty());
    EXPECT_TRUE(rest.body.contains("other_courses"));
    const auto own = get(asha, "/me");
    EXPECT_EQ(own.body.text("page"), "me");
    EXPECT_EQ(own.list("recent").size(), 5U);
    EXPECT_EQ(own.list("recent")[0].object()->text("date"), "2026-11-20");
}

TEST_F(Summary, TheTranscriptSaysWhatIsRecorded) {
    const auto records = base::run(records_of(&store, office, students[0]));
    const auto model = transcript_model(records, *settings.current(), "2026-11-20");
    ASSERT_EQ(model.find("terms")->array()->size(), 1U);
    const auto& courses_of_term =
        *(*model.find("terms")->array())[0].object()->find("courses")->array();
    ASSERT_EQ(courses_of_term.size(), 2U);
    EXPECT_EQ(courses_of_term[0].object()->text("course_name"), "Databases");
    EXPECT_EQ(courses_of_term[0].object()->text("percent"), "88.00");
    EXPECT_EQ(courses_of_term[0].object()->find("results")->array()->size(), 2U);
    EXPECT_EQ(model.find("average")->object()->text("gpa"), "8.00");
    const auto pdf = get(asha, "/api/students/" + students[0] + "/transcript.pdf");
    EXPECT_EQ(pdf.status, 200);
    EXPECT_TRUE(pdf.text.starts_with("%PDF-"));
    EXPECT_TRUE(get(ann, course_path(0, "/report.pdf")).text.starts_with("%PDF-"));
    EXPECT_EQ(get(bob, course_path(0, "/report.pdf")).status, 403);
}

TEST_F(Summary, TheNumbersAreKeptAndTheBodyIsMadeOnceACommit) {
    const auto first = get(office, "/api/stats");
    EXPECT_EQ(first.body.integer("students"), 3);
    EXPECT_EQ(first.body.integer("results"), 3);
    EXPECT_EQ(first.body.integer("attendance"), 5);
    EXPECT_EQ(first.body.text("attendance_rate"), "40.0");
    EXPECT_EQ(object(first, "grades").integer("A+"), 1);
    EXPECT_EQ(object(first, "programs").integer("Physics"), 3);
    EXPECT_EQ(first.list("attendance_by_day").size(), 5U);
    EXPECT_EQ(first.list("attendance_by_day")[0].object()->text("date"), "2026-11-13");
    (void)post(office, "/api/results", result(1, "final", "10"));
    const auto second = get(office, "/api/stats");
    EXPECT_EQ(second.body.integer("results"), 4);
    EXPECT_EQ(object(second, "grades").integer("F"), 1);
    const auto board = get(ann, "/");
    EXPECT_EQ(board.body.text("page"), "dashboard");
    EXPECT_EQ(board.list("mine").size(), 1U);
    // Of the marks in another lecturer's course they learn nothing, here either.
    for (const auto& line : board.list("feed")) {
        if (!line.object()->text("action").starts_with("result")) continue;
        EXPECT_EQ(line.object()->text("what").find("Networks"), std::string_view::npos);
    }
    EXPECT_FALSE(get(office, "/").list("feed").empty());
    EXPECT_EQ(get(asha, "/").status, 303);
}

}  // namespace
}  // namespace studentcore
