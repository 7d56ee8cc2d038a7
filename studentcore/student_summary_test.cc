#include "studentcore/student_summary.h"

#include <gtest/gtest.h>

#include <set>

#include "studentcore/classroom_test.h"
#include "studentcore/copies.h"
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

TEST_F(Summary, TheTimelineHasWhatWasNotedInTheCoursesAndOnlyTheirOwn) {
    write(&users_table, {{"user_id", ann.user_id}, {"full_name", ann.name}});
    clock.now += 60'000;
    (void)post(
        ann, course_path(0, "/attendance"),
        {{"date", "2026-11-20"}, {"marks", json::Array{mark(0, "Late"), mark(1, "Absent")}}}
    );
    const auto timeline = [&](const web::Identity& who, std::size_t at, std::string more = {}) {
        return get(who, "/api/students/" + students[at] + "/timeline?limit=3" + more);
    };
    const auto first = timeline(office, 0);
    ASSERT_EQ(first.list("items").size(), 3U) << first.text;
    const auto& newest = *first.list("items")[0].object();
    EXPECT_EQ(newest.text("action"), "attendance_marked");
    EXPECT_EQ(newest.text("what"), "Databases, 2026-11-20, Late");
    EXPECT_EQ(newest.text("at"), "2026-11-20T10:01:00.000Z");
    EXPECT_EQ(newest.text("by"), "Ann Lecturer");
    EXPECT_FALSE(newest.text("url").empty());
    // Page by page, each line once: five marks of attendance, three results, two enrolments and
    // the student's own entry.
    std::set<std::string> seen;
    std::size_t graded = 0;
    std::string cursor;
    do {
        const auto page = timeline(office, 0, cursor.empty() ? "" : "&cursor=" + cursor);
        for (const auto& item : page.list("items")) {
            EXPECT_TRUE(seen.emplace(item.object()->text("id")).second);
            if (item.object()->text("action") == "result_added") ++graded;
        }
        cursor = http::percent_encode(page.body.text("cursor"));
    } while (!cursor.empty());
    EXPECT_EQ(graded, 3U);
    EXPECT_EQ(seen.size(), 11U);
    const auto own = timeline(emile, 1);
    ASSERT_FALSE(own.list("items").empty());
    EXPECT_EQ(own.list("items")[0].object()->text("what"), "Databases, 2026-11-20, Absent");
    EXPECT_EQ(own.text.find("Asha"), std::string::npos);
    // A lecturer sees what was noted in their own courses.
    EXPECT_EQ(timeline(bob, 0).text.find("Databases"), std::string::npos);
    EXPECT_EQ(timeline(office, 0, "&cursor=x").status, 422);
}

TEST_F(Summary, TheTimelineSaysWhoEnteredAResult) {
    // Ids never go back, whatever clocks other tests had; this one has to keep up with them.
    const auto id = base::uuid_v7(clock.now);
    clock.now = std::stoll(id.substr(0, 8) + id.substr(9, 4), nullptr, 16) + 1;
    (void)post(ann, "/api/results", result(1, "final", "70"));
    const auto timeline = get(office, "/api/students/" + students[1] + "/timeline");
    const auto& newest = *timeline.list("items")[0].object();
    EXPECT_EQ(newest.text("what"), "Databases, final, 70/100, B+");
    EXPECT_EQ(newest.text("by"), "Ann Lecturer");
}

TEST_F(Summary, ANewNameDoesNotMoveTheTimeline) {
    const auto record = [&] {
        return get(office, "/api/students/" + students[0] + "/timeline").list("items");
    };
    const auto before = record();
    clock.now += 60'000;
    auto renamed = base::run(store.get(&courses_table, {courses[0], {}}))->item();
    auto after = renamed;
    after.set("course_name", "Data");
    journal::Transaction change({}, "course_updated", "course:" + courses[0]);
    change.replace(&courses_table, std::move(renamed), std::move(after));
    ASSERT_TRUE(base::run(journal.commit(std::move(change))));
    base::run(Copies(journal).rename_course({{"course_id", courses[0]}}));
    const auto now = record();
    ASSERT_EQ(now.size(), before.size());
    for (std::size_t at = 0; at < now.size(); ++at)
        EXPECT_EQ(now[at].object()->text("at"), before[at].object()->text("at"));
    EXPECT_NE(
        get(office, "/api/students/" + students[0] + "/timeline").text.find("Data,"),
        std::string::npos
    );
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
