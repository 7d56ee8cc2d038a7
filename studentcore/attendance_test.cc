#include "studentcore/attendance.h"

#include <gtest/gtest.h>

#include "studentcore/classroom_test.h"

namespace studentcore {
namespace {

class AttendanceOfClass : public Classroom {
  protected:
    json::Object one(
        int student_at, std::string_view status, std::string_view date = "2026-11-20"
    ) {
        return {
            {"student_id", students[static_cast<std::size_t>(student_at)]},
            {"course_id", courses[0]},
            {"date", date},
            {"status", status}
        };
    }
    Answer save(const web::Identity& who, json::Array marks, std::string_view date = "2026-11-20") {
        return post(
            who, course_path(0, "/attendance"), {{"date", date}, {"marks", std::move(marks)}}
        );
    }
};

TEST_F(AttendanceOfClass, ARecordIsMarkedByTheLecturerAndHeardByWhoMayKnow) {
    const auto answer = post(ann, "/api/attendance", one(0, "Late"));
    ASSERT_EQ(answer.status, 201) << answer.text;
    EXPECT_EQ(answer.body.text("student_name"), "Asha Rao");
    EXPECT_EQ(answer.body.text("course_name"), "Databases");
    EXPECT_EQ(answer.body.text("session"), "1");
    EXPECT_EQ(answer.body.text("marked_by"), ann.user_id);
    EXPECT_EQ(answer.body.integer("version"), 1);
    EXPECT_EQ(
        answer.header("Location"),
        "/api/attendance/" + std::string(answer.body.text("attendance_id"))
    );
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].name, "attendance_marked");
    for (const auto& who : {office, asha}) {
        const auto messages = heard(who, {});
        ASSERT_EQ(messages.size(), 1U) << who.name;
        EXPECT_EQ(messages[0].second.text("status"), "Late");
        EXPECT_EQ(messages[0].second.text("by"), "Ann Lecturer");
        EXPECT_EQ(messages[0].second.text("id"), told_entries[0].id);
    }
    EXPECT_EQ(heard(ann, {courses[0]}).size(), 1U);
    EXPECT_TRUE(heard(bob, {courses[1]}).empty());
    EXPECT_TRUE(heard(emile, {}).empty());
}

TEST_F(AttendanceOfClass, ASessionIsANumberFromOneOrAShortName) {
    const auto with = [&](std::string_view session) {
        auto sent = one(0, "Late");
        sent.set("session", session);
        return post(ann, "/api/attendance", sent);
    };
    for (const char* good : {"2", "12", "2b", "lab", "Lab 2", "übung"})
        EXPECT_EQ(with(good).status, 201) << good;
    for (const char* bad : {"-1", "0", "01", "1.5", "+1", "=1", "1/2", "<b>"}) {
        const auto refused = with(bad);
        EXPECT_EQ(refused.status, 422) << bad;
        EXPECT_EQ(refused.wrong(), std::vector<std::string>{"session"}) << bad;
        const auto whole = post(
            ann, course_path(0, "/attendance"),
            {{"date", "2026-11-20"},
             {"session", bad},
             {"marks", json::Array{json::Object{{"student_id", students[0]}, {"status", "Late"}}}}}
        );
        EXPECT_EQ(whole.status, 422) << bad;
    }
}

TEST_F(AttendanceOfClass, ASecondMarkForTheSameSessionIsRefusedAndNamesTheFirst) {
    const auto first = post(ann, "/api/attendance", one(0, "Present"));
    const auto second = post(ann, "/api/attendance", one(0, "Absent"));
    EXPECT_EQ(second.status, 409);
    EXPECT_EQ(second.body.text("existing"), first.body.text("attendance_id"));
    auto later = one(0, "Absent");
    later.set("session", "2");
    EXPECT_EQ(post(ann, "/api/attendance", later).status, 201);
    EXPECT_EQ(told.size(), 2U);
}

TEST_F(AttendanceOfClass, WhatCannotBeIsRefusedByField) {
    EXPECT_EQ(
        post(ann, "/api/attendance", one(0, "Here")).wrong(), std::vector<std::string>{"status"}
    );
    EXPECT_EQ(
        post(ann, "/api/attendance", one(0, "Present", "2026-11-21")).wrong(),
        std::vector<std::string>{"date"}
    );
    EXPECT_EQ(
        post(ann, "/api/attendance", one(0, "Present", "2026-02-30")).wrong(),
        std::vector<std::string>{"date"}
    );
    auto lost = one(0, "Present");
    lost.set("student_id", base::uuid_v7(1));
    EXPECT_EQ(
        post(office, "/api/attendance", lost).wrong(), std::vector<std::string>{"student_id"}
    );
    lost.set("course_id", base::uuid_v7(1));
    EXPECT_EQ(post(office, "/api/attendance", lost).wrong(), std::vector<std::string>{"course_id"});
    EXPECT_EQ(post(ann, "/api/attendance", lost).wrong(), std::vector<std::string>{"course_id"});
    const auto stranger = add_student("Dora New");
    lost = one(0, "Present");
    lost.set("student_id", stranger);
    const auto answer = post(ann, "/api/attendance", lost);
    EXPECT_EQ(answer.status, 422);
    EXPECT_NE(answer.text.find("Dora New is not enrolled in Databases."), std::string::npos);
    EXPECT_TRUE(told.empty());
}

TEST_F(AttendanceOfClass, OnlyTheCoursesLecturersAndTheOfficeWrite) {
    EXPECT_EQ(post(bob, "/api/attendance", one(0, "Present")).status, 403);
    EXPECT_EQ(save(bob, {mark(0, "Present")}).status, 403);
    EXPECT_EQ(get(bob, course_path(0, "/attendance")).status, 403);
    EXPECT_EQ(post(office, "/api/attendance", one(0, "Present")).status, 201);
    EXPECT_EQ(told.size(), 1U);
}

TEST_F(AttendanceOfClass, AStudentReadsTheirOwnAndLearnsOfNoOther) {
    const auto made = post(ann, "/api/attendance", one(0, "Present"));
    (void)post(ann, "/api/attendance", one(1, "Absent"));
    const std::string path = "/api/attendance/" + std::string(made.body.text("attendance_id"));
    EXPECT_EQ(get(asha, path).status, 200);
    EXPECT_EQ(get(asha, path).body.text("status"), "Present");
    EXPECT_EQ(get(emile, path).status, 404);
    EXPECT_EQ(get(bob, path).status, 403);
    EXPECT_EQ(get(asha, "/api/attendance").list("items").size(), 1U);
    EXPECT_EQ(get(asha, "/api/attendance?course_id=" + courses[0]).list("items").size(), 1U);
    EXPECT_EQ(get(asha, "/api/attendance?student_id=" + students[1]).status, 404);
    EXPECT_EQ(get(asha, "/api/students/" + students[1] + "/attendance").status, 404);
    EXPECT_EQ(get(ann, "/api/attendance?date=2026-11-20").list("items").size(), 2U);
    EXPECT_EQ(get(bob, "/api/attendance?date=2026-11-20").list("items").size(), 0U);
    EXPECT_EQ(get(bob, "/api/attendance?course_id=" + courses[0]).status, 403);
    EXPECT_EQ(get(ann, "/api/attendance").status, 422);
}

TEST_F(AttendanceOfClass, AChangeNeedsTheVersionThatWasRead) {
    const auto made = post(ann, "/api/attendance", one(0, "Present"));
    const std::string path = "/api/attendance/" + std::string(made.body.text("attendance_id"));
    using http::Method;
    const auto changed = ask(ann, Method::patch, path, R"({"status":"Late","version":1})");
    ASSERT_EQ(changed.status, 200) << changed.text;
    EXPECT_EQ(changed.body.integer("version"), 2);
    EXPECT_EQ(ask(ann, Method::patch, path, R"({"status":"Absent","version":1})").status, 409);
    EXPECT_EQ(
        ask(ann, Method::patch, path, R"({"status":"Absent"})", {{"If-Match", "\"v1\""}}).status,
        412
    );
    EXPECT_EQ(
        ask(ann, Method::patch, path, R"({"date":"2026-11-19"})").wrong(),
        std::vector<std::string>{"date"}
    );
    // Nothing different: nothing written, nobody told.
    EXPECT_EQ(ask(ann, Method::patch, path, R"({"status":"Late"})").body.integer("version"), 2);
    EXPECT_EQ(ask(ann, Method::del, path).status, 204);
    EXPECT_EQ(ask(ann, Method::del, path).status, 404);
    ASSERT_EQ(told.size(), 3U);
    EXPECT_EQ(told[1].name, "attendance_updated");
    EXPECT_EQ(told[2].name, "attendance_deleted");
}

TEST_F(AttendanceOfClass, AWholeClassIsOneWriteAndOneEventWithItsList) {
    const auto commits = store.numbers().writes;
    const auto saved = save(ann, {mark(0, "Present"), mark(1, "Absent"), mark(2, "Late")});
    ASSERT_EQ(saved.status, 200) << saved.text;
    EXPECT_EQ(store.numbers().writes, commits + 1);
    EXPECT_EQ(saved.body.integer("saved"), 3);
    EXPECT_EQ(saved.list("items").size(), 3U);
    EXPECT_EQ(saved.list("items")[1].object()->text("status"), "Absent");
    EXPECT_EQ(saved.list("items")[1].object()->integer("version"), 1);
    EXPECT_FALSE(saved.header("Log-Entry").empty());
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].name, "attendance_marked");
    const auto lecturer = heard(ann, {courses[0]});
    ASSERT_EQ(lecturer.size(), 1U);
    EXPECT_EQ(lecturer[0].second.find("items")->array()->size(), 3U);
    // A student hears of their own mark and of nobody else's.
    const auto own = heard(emile, {});
    ASSERT_EQ(own.size(), 1U);
    EXPECT_FALSE(own[0].second.contains("items"));
    EXPECT_EQ(own[0].second.text("student_id"), students[1]);
    EXPECT_EQ(own[0].second.text("status"), "Absent");
    EXPECT_EQ(own[0].second.text("date"), "2026-11-20");
}

TEST_F(AttendanceOfClass, SavingAgainWritesOnlyWhatChanged) {
    (void)save(ann, {mark(0, "Present"), mark(1, "Absent")});
    told.clear();
    const auto writes = store.numbers().writes;
    EXPECT_EQ(save(ann, {mark(0, "Present"), mark(1, "Absent")}).body.integer("saved"), 0);
    EXPECT_EQ(store.numbers().writes, writes);
    EXPECT_TRUE(told.empty());
    const auto again = save(ann, {mark(0, "Present"), mark(1, "Late"), mark(2, "Present")});
    EXPECT_EQ(again.body.integer("saved"), 2);
    ASSERT_EQ(told.size(), 2U);
    EXPECT_EQ(told[0].name, "attendance_marked");
    EXPECT_EQ(told[0].payload.text("student_id"), students[2]);
    EXPECT_EQ(told[1].name, "attendance_updated");
    EXPECT_EQ(told[1].payload.text("status"), "Late");
}

TEST_F(AttendanceOfClass, SomeoneElsesChangeOfARowIsNotOverwritten) {
    (void)save(ann, {mark(0, "Present"), mark(1, "Present")});
    (void)save(office, {mark(1, "Late")});
    auto stale = mark(1, "Absent");
    stale.set("version", 1);
    const auto refused = save(ann, {mark(0, "Absent"), stale});
    EXPECT_EQ(refused.status, 409);
    EXPECT_EQ(refused.wrong(), std::vector<std::string>{"marks[1]"});
    const auto page = get(ann, course_path(0, "/attendance?date=2026-11-20"));
    std::vector<std::string> statuses;
    for (const auto& row : page.list("roster")) statuses.emplace_back(row.object()->text("status"));
    std::ranges::sort(statuses);
    EXPECT_EQ(statuses, (std::vector<std::string>{"", "Late", "Present"}));
    // Version 0 says that nothing was there when it was read.
    auto unseen = mark(0, "Absent");
    unseen.set("version", 0);
    EXPECT_EQ(save(ann, {unseen}).status, 409);
}

TEST_F(AttendanceOfClass, EachWrongRowIsNamedAndNothingIsWritten) {
    const auto answer =
        save(ann, {mark(0, "Present"), mark(1, "Gone"), json::Object{{"status", "Late"}}});
    EXPECT_EQ(answer.status, 422);
    EXPECT_EQ(answer.wrong(), (std::vector<std::string>{"marks[1].status", "marks[2].student_id"}));
    EXPECT_EQ(
        save(ann, {mark(0, "Present"), mark(0, "Late")}).wrong(),
        std::vector<std::string>{"marks[1].student_id"}
    );
    EXPECT_EQ(
        save(ann, {mark(0, "Present")}, "2026-11-21").wrong(), std::vector<std::string>{"date"}
    );
    EXPECT_EQ(save(ann, {}).wrong(), std::vector<std::string>{"marks"});
    add_student("Dora New");
    const auto refused = save(ann, {mark(0, "Present"), mark(3, "Present")});
    EXPECT_EQ(refused.status, 422);
    EXPECT_NE(refused.text.find("Dora New is not enrolled"), std::string::npos);
    EXPECT_TRUE(told.empty());
}

TEST_F(AttendanceOfClass, SixtyStudentsAreOneWriteAndAHundredAndTwentyTwo) {
    for (int at = 3; at < 120; ++at)
        enrol(add_student("Student " + std::to_string(at)), courses[0]);
    json::Array sixty;
    json::Array all;
    for (int at = 0; at < 120; ++at) {
        if (at < 60) sixty.emplace_back(mark(at, "Present"));
        all.emplace_back(mark(at, "Late"));
    }
    told.clear();
    auto writes = store.numbers().writes;
    EXPECT_EQ(save(ann, sixty).body.integer("saved"), 60);
    EXPECT_EQ(store.numbers().writes, writes + 1);
    writes = store.numbers().writes;
    EXPECT_EQ(save(ann, all).body.integer("saved"), 120);
    EXPECT_LE(store.numbers().writes, writes + 3);
    EXPECT_EQ(
        get(ann, course_path(0, "/attendance")).body.find("counts")->object()->integer("late"), 120
    );
}

TEST_F(AttendanceOfClass, ASaveDoesNotMarkAStudentWhoLeftMeanwhile) {
    // Leaving moves the roster stamp that the save is held to.
    const auto enrolment = enrolment_key(students[2], courses[0]);
    const auto before = base::run(read_stamp(&store, courses[0]));
    ASSERT_EQ(ask(office, http::Method::del, "/api/enrolments/" + enrolment).status, 204);
    journal::Transaction change({}, "attendance_marked", "course:" + courses[0]);
    change.create(&attendance_table, {{"attendance_id", base::uuid_v7(1)}, {"date", "2026-11-20"}});
    check_stamp(change, before);
    EXPECT_FALSE(base::run(journal.commit(std::move(change))));
    EXPECT_EQ(save(ann, {mark(2, "Present")}).status, 422);
    EXPECT_EQ(save(ann, {mark(1, "Present")}).status, 200);
}

TEST_F(AttendanceOfClass, APlainFormDoesTheSameAndGoesBackToItsPage) {
    const std::string path = "/courses/" + courses[0] + "/attendance";
    const std::string form = "date=2026-11-20&session=1&mark." + students[0] + "=Present&version." +
                             students[0] + "=0&mark." + students[1] + "=Absent";
    const auto answer = ask(ann, http::Method::post, path, form);
    EXPECT_EQ(answer.status, 303);
    EXPECT_EQ(answer.header("Location"), path + "?date=2026-11-20&session=1&saved=2");
    const auto page = get(ann, path + "?date=2026-11-20&saved=2");
    EXPECT_EQ(page.body.text("page"), "class_attendance");
    EXPECT_EQ(page.body.text("saved"), "2");
    EXPECT_EQ(page.list("roster").size(), 3U);
    EXPECT_EQ(page.list("sessions").size(), 2U);
    EXPECT_EQ(page.body.find("counts")->object()->integer("unmarked"), 1);
}

TEST_F(AttendanceOfClass, TheLecturersOwnClassesOfTodayComeFirst) {
    const auto page = get(ann, "/attendance");
    ASSERT_EQ(page.list("items").size(), 1U);
    EXPECT_TRUE(page.list("items")[0].object()->truth("today"));  // 2026-11-20 is a Friday
    EXPECT_FALSE(page.list("items")[0].object()->truth("taken"));
    (void)save(ann, {mark(0, "Present")});
    EXPECT_TRUE(get(ann, "/attendance").list("items")[0].object()->truth("taken"));
    EXPECT_EQ(get(office, "/attendance").list("items").size(), 2U);
}

}  // namespace
}  // namespace studentcore
