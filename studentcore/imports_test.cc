#include "studentcore/imports.h"

#include <gtest/gtest.h>

#include <string>

#include "studentcore/exports.h"
#include "studentcore/office_test.h"

namespace studentcore {
namespace {

using office_test::Answer;
using office_test::Office;

Answer send_csv(Office& office, const std::string& target, const std::string& csv) {
    return office.raw("POST", target, office.admin, csv, "text/csv");
}

std::string reason_of(const Answer& answer, std::size_t row) {
    return std::string(answer.body.find("rows")->array()->at(row).object()->text("reason"));
}

TEST(Import, ADryRunSaysWhatWouldChangeAndWritesNothing) {
    Office office;
    const auto ann = office.add_student("S1", "Ann Old", "Physics");
    const auto report = send_csv(
        office, "/api/students/import?dry_run=true",
        "Student No,Name,Programme\nS1,Ann New,Physics\nS2,Ben,Magic\nS3,,Physics\n"
    );
    ASSERT_EQ(report.status, 200) << report.text;
    EXPECT_EQ(report.body.integer("new"), 1);
    EXPECT_EQ(report.body.integer("changed"), 1);
    EXPECT_EQ(report.body.integer("refused"), 1);
    EXPECT_EQ(reason_of(report, 0), "full_name: This is needed.");
    EXPECT_EQ(report.body.find("new_programs")->array()->size(), 1U);
    EXPECT_EQ(office.stored(&students_table, ann)->text("full_name"), "Ann Old");
    EXPECT_FALSE(base::run(office.app.journal.owner(&students_table, "student_code", "S2")));
}

TEST(Import, EndsWholeAndIsTakenBackWhole) {
    Office office;
    std::string csv = "student_code;full_name;program\r\n";
    for (int i = 0; i < 150; ++i)
        csv += "N" + std::to_string(i) + ";\"Name; " + std::to_string(i) + "\";Physics\r\n";
    const auto done = send_csv(office, "/api/students/import", csv);
    ASSERT_EQ(done.status, 200) << done.text;
    EXPECT_EQ(done.body.text("delimiter"), ";");
    EXPECT_EQ(office.ask("GET", "/api/students?limit=1", office.admin).body.integer("total"), 150);
    const std::string undo = "/api/imports/" + std::string(done.body.text("import_id")) + "/undo";
    EXPECT_EQ(office.ask("POST", undo, office.admin).status, 200);
    EXPECT_EQ(office.ask("GET", "/api/students?limit=1", office.admin).body.integer("total"), 0);
    EXPECT_EQ(office.ask("POST", undo, office.admin).status, 409) << "twice";
    EXPECT_TRUE(base::run(office.app.journal.recount(record_tables(), false)).empty());
}

TEST(Import, OneThatWasCutOffIsTakenBackAtTheNextStart) {
    Office office;
    Plan plan = base::run(office.app.imports.plan(
        &students_table, "student_code,full_name,program\nC1,Cut Off,Physics\n"
    ));
    const auto item = base::run(office.app.imports.apply({"", "test"}, std::move(plan), "a.csv"));
    // As a kill between the last chunk and the end leaves it.
    const std::string id(item.text("import_id"));
    auto stored =
        base::run(office.app.store.get(&journal::system_table(), {"imports", id}))->item();
    stored.set("state", "running");
    table::Write write;
    write.operations.emplace_back(table::Put{&journal::system_table(), std::move(stored), {}});
    ASSERT_TRUE(base::run(office.app.store.write(std::move(write))).has_value());
    EXPECT_EQ(base::run(office.app.imports.resume()), 1U);
    EXPECT_EQ(office.ask("GET", "/api/students?limit=1", office.admin).body.integer("total"), 0);
    EXPECT_EQ(base::run(office.app.imports.resume()), 0U);
}

TEST(Import, TakingBackThatWasCutOffGoesOnAtTheNextStart) {
    Office office;
    const auto done = send_csv(
        office, "/api/students/import", "student_code,full_name,program\nC1,Cut Off,Physics\n"
    );
    const std::string id(done.body.text("import_id"));
    // As a kill before the first chunk was taken back leaves it.
    auto stored =
        base::run(office.app.store.get(&journal::system_table(), {"imports", id}))->item();
    stored.set("state", "undoing");
    table::Write write;
    write.operations.emplace_back(table::Put{&journal::system_table(), std::move(stored), {}});
    ASSERT_TRUE(base::run(office.app.store.write(std::move(write))).has_value());
    EXPECT_EQ(base::run(office.app.imports.resume()), 1U);
    EXPECT_EQ(office.ask("GET", "/api/students?limit=1", office.admin).body.integer("total"), 0);
}

TEST(Import, UndoLeavesOnlyWhatWasChangedSinceAndSaysWhy) {
    Office office;
    std::string csv = "student_code,full_name,program\n";
    for (int i = 0; i < 30; ++i) csv += "U" + std::to_string(i) + ",Name,Physics\n";
    const auto done = send_csv(office, "/api/students/import", csv);
    const auto student =
        *base::run(office.app.journal.owner(&students_table, "student_code", "U7"));
    ASSERT_EQ(
        office.ask("PATCH", "/api/students/" + student, office.admin, {{"full_name", "Ann Lee"}})
            .status,
        200
    );
    const std::string undo = "/api/imports/" + std::string(done.body.text("import_id")) + "/undo";
    const auto undone = office.ask("POST", undo, office.admin);
    ASSERT_EQ(undone.status, 200) << undone.text;
    EXPECT_EQ(undone.body.integer("left"), 1);
    const auto& left = *undone.body.find("left_records")->array()->at(0).object();
    EXPECT_EQ(left.text("name"), "Ann Lee");
    EXPECT_NE(left.text("reason").find("changed again since"), std::string::npos);
    EXPECT_EQ(office.ask("GET", "/api/students?limit=1", office.admin).body.integer("total"), 1);
    const auto recent = office.ask("GET", "/api/imports", office.admin).item(0);
    EXPECT_TRUE(recent.truth("partly_undone"));
    EXPECT_FALSE(recent.truth("undone"));
    // The change since is taken back, then the rest of the import.
    const auto log = office.ask("GET", "/api/audit?subject=student:" + student, office.admin);
    const auto entry = log.item(0);
    const json::Object whose{{"subject", entry.text("subject")}};
    const auto earlier = office.ask(
        "POST", "/api/audit/" + std::string(entry.text("id")) + "/undo", office.admin, whose
    );
    ASSERT_EQ(earlier.status, 200) << earlier.text;
    const auto again = office.ask("POST", undo, office.admin);
    EXPECT_EQ(again.body.integer("left"), 0) << again.text;
    EXPECT_EQ(office.ask("GET", "/api/students?limit=1", office.admin).body.integer("total"), 0);
    EXPECT_TRUE(base::run(office.app.journal.recount(record_tables(), false)).empty());
}

TEST(Import, UndoOfEnrolmentsKeepsWhatTheStudentsGotSince) {
    Office office;
    const auto student = office.add_student("S1", "Ann");
    const auto first = office.add_course("Databases");
    const auto second = office.add_course("Networks");
    const auto done =
        send_csv(office, "/api/enrolments/import", "student_code,course_name\nS1,Databases\n");
    ASSERT_EQ(done.status, 200) << done.text;
    ASSERT_TRUE(office.stored(&enrolments_table, enrolment_key(student, first))) << done.text;
    office.enrol(second, {student});
    const std::string undo = "/api/imports/" + std::string(done.body.text("import_id")) + "/undo";
    const auto undone = office.ask("POST", undo, office.admin);
    EXPECT_EQ(undone.body.integer("left"), 0) << undone.text;
    EXPECT_FALSE(office.stored(&enrolments_table, enrolment_key(student, first)));
    const auto member = *office.stored(&students_table, student);
    const auto& courses = *member.find("enrolled_courses")->array();
    ASSERT_EQ(courses.size(), 1U);
    EXPECT_EQ(*courses[0].string(), second);
}

TEST(Import, UndoMayNeedMoreWritesThanTheImport) {
    Office office;
    std::string csv = "student_code,course_name\n";
    for (int i = 0; i < 40; ++i) {
        const auto number = std::to_string(i);
        (void)office.add_student("S" + number, "Member");
        (void)office.add_course("Seminar " + number);
        csv += "S" + number + ",Seminar " + number + "\n";
    }
    const auto done = send_csv(office, "/api/enrolments/import", csv);
    ASSERT_EQ(done.body.integer("new"), 40) << done.text;
    const std::string undo = "/api/imports/" + std::string(done.body.text("import_id")) + "/undo";
    const auto undone = office.ask("POST", undo, office.admin);
    EXPECT_EQ(undone.status, 200) << undone.text;
    EXPECT_EQ(undone.body.integer("left"), 0) << undone.text;
    EXPECT_EQ(office.ask("POST", undo, office.admin).status, 409) << "nothing is left";
    EXPECT_TRUE(base::run(office.app.journal.recount(record_tables(), false)).empty());
}

TEST(Import, ANewNameReachesTheCopiesAndSoDoesItsUndo) {
    Office office;
    const auto student = office.add_student("S1", "Old Name");
    const auto course = office.add_course("Databases");
    office.enrol(course, {student});
    const auto copied = [&] {
        office.work();
        const auto copy = office.stored(&enrolments_table, enrolment_key(student, course));
        return std::string(copy->text("student_name"));
    };
    const auto done =
        send_csv(office, "/api/students/import", "student_code,full_name\nS1,New Name\n");
    ASSERT_EQ(done.status, 200) << done.text;
    EXPECT_EQ(copied(), "New Name");
    const std::string undo = "/api/imports/" + std::string(done.body.text("import_id")) + "/undo";
    EXPECT_EQ(office.ask("POST", undo, office.admin).status, 200);
    EXPECT_EQ(copied(), "Old Name");
}

TEST(Import, AnotherRoleEndsTheSessionsAndTheOfficeKeepsItsAdmins) {
    Office office;
    const auto done =
        send_csv(office, "/api/users/import", "user_id,username,role\n,lect,student\n");
    ASSERT_EQ(done.status, 200) << done.text;
    office.work();
    EXPECT_EQ(office.ask("GET", "/api/session", office.lecturer).status, 401);
    const auto refused =
        send_csv(office, "/api/users/import?dry_run=true", "username,role\nadmin-two,student\n");
    EXPECT_EQ(refused.body.integer("refused"), 1) << refused.text;
}

TEST(Import, UsersThatARowNamesMustBeThere) {
    Office office;
    const std::string head = "course_name,term,credits,faculty\n";
    const auto good = send_csv(
        office, "/api/courses/import", head + "Logic,2026,3," + office.lecturer.user_id + "\n"
    );
    ASSERT_EQ(good.status, 200) << good.text;
    const auto course = office.ask("GET", "/api/courses?q=logic", office.admin).item(0);
    EXPECT_EQ(course.text("faculty_name"), "Leo Lecturer");
    const auto nobody = send_csv(
        office, "/api/courses/import?dry_run=true",
        head + "Sets,2026,3,01a20368-86c0-7310-b8cb-8d16312fb120\n"
    );
    EXPECT_EQ(nobody.body.integer("refused"), 1) << nobody.text;
    const auto admins = send_csv(
        office, "/api/students/import?dry_run=true",
        "student_code,full_name,program,user_id\nS1,Ann,Physics," + office.admin.user_id + "\n"
    );
    EXPECT_EQ(admins.body.integer("refused"), 1) << admins.text;
}

TEST(Import, RestoresZerosThatASpreadsheetTook) {
    Office office;
    office.add_student("00123", "Zero");
    const auto report = send_csv(
        office, "/api/students/import?dry_run=true",
        "student_code,full_name,program\n123,Zero Changed,Physics\n"
    );
    EXPECT_EQ(report.body.integer("changed"), 1) << report.text;
    EXPECT_NE(reason_of(report, 0).find("00123"), std::string::npos);
}

TEST(Import, ReadsOtherEncodingsAndDateOrders) {
    Office office;
    const auto student = office.add_student("S1", "Ann");
    const auto course = office.add_course("Databases", {{"faculty", office.lecturer.user_id}});
    office.enrol(course, {student});
    const auto latin = send_csv(
        office, "/api/students/import?dry_run=true",
        "student_code,full_name,program\nS9,Ren\xE9,Physics\n"
    );
    EXPECT_EQ(latin.body.text("encoding"), "Windows-1252");
    const auto dated = send_csv(
        office, "/api/attendance/import",
        "student_code,course,term,date,status\nS1,databases,2026,23/10/2026,Late\n"
    );
    ASSERT_EQ(dated.status, 200) << dated.text;
    EXPECT_EQ(dated.body.text("date_order"), "day/month/year");
    EXPECT_TRUE(office.stored(&attendance_table, attendance_key(student, course, "2026-10-23", "1"))
    );
}

TEST(Import, RefusesWhatTheRulesRefuse) {
    Office office;
    const auto student = office.add_student("S1", "Ann");
    const auto course = office.add_course("Databases");
    const std::string head = "student_code,course_id,date,status\n";
    const auto refused = [&](const std::string& table, const std::string& csv) {
        const auto report = send_csv(office, "/api/" + table + "/import?dry_run=true", csv);
        EXPECT_EQ(report.status, 200) << report.text;
        EXPECT_EQ(report.body.integer("refused"), 1) << report.text;
        return report.status == 200 ? reason_of(report, 0) : report.text;
    };
    EXPECT_NE(
        refused("attendance", head + "S1," + course + ",2026-10-01,Present\n").find("not enrolled"),
        std::string::npos
    );
    office.enrol(course, {student});
    EXPECT_NE(
        refused("attendance", head + "S1," + course + ",2027-10-01,Present\n")
            .find("still to come"),
        std::string::npos
    );
    EXPECT_NE(
        refused("attendance", head + "S7," + course + ",2026-10-01,Present\n")
            .find("no such student"),
        std::string::npos
    );
    EXPECT_NE(
        refused(
            "results",
            "student_code,course_id,exam_type,marks,max_marks\nS1," + course + ",midterm,101,100\n"
        )
            .find("marks"),
        std::string::npos
    );
    const auto broken = send_csv(office, "/api/students/import", "a,b\n\"open");
    EXPECT_EQ(broken.status, 422);
    EXPECT_EQ(broken.wrong(), "file");
}

TEST(Import, AColumnCannotSetWhatTheServerSets) {
    Office office;
    const auto done = send_csv(
        office, "/api/users/import",
        "username,full_name,role,password_hash,version,demo\nmallory,M,student,letmein,99,true\n"
    );
    ASSERT_EQ(done.status, 200) << done.text;
    const auto id = base::run(office.app.journal.owner(&users_table, "username", "mallory"));
    ASSERT_TRUE(id);
    const auto user = *office.stored(&users_table, *id);
    EXPECT_EQ(user.text("password_hash"), "");
    EXPECT_EQ(user.integer("version"), 1);
    EXPECT_FALSE(user.truth("demo"));
}

TEST(Export, ComesBackUnchanged) {
    Office office;
    office.add_student("S1", "=cmd|' /C calc'!A0");
    const auto id = office.add_student("S2", "Comma, \"Quote\"");
    const json::Object remark{{"remark", "\"two\"\nlines, and more"}};
    EXPECT_EQ(office.ask("PATCH", "/api/students/" + id, office.admin, remark).status, 200);
    std::string csv = csv_heading(students_table);
    const auto page = base::run(office.app.store.scan(&students_table, {}, 100));
    for (const auto& record : page.records) csv += csv_line(students_table, record.item());
    EXPECT_NE(csv.find("'=cmd"), std::string::npos) << "a spreadsheet would run it";
    const auto report = send_csv(office, "/api/students/import?dry_run=true", csv);
    EXPECT_EQ(report.body.integer("same"), 2) << report.text;
}

TEST(Export, HoldsNoSecret) {
    EXPECT_EQ(csv_heading(users_table).find("password"), std::string::npos);
}

}  // namespace
}  // namespace studentcore
