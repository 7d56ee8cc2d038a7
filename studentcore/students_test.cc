#include "studentcore/students.h"

#include <gmock/gmock.h>

#include "studentcore/access.h"
#include "studentcore/office_test.h"

namespace studentcore::office_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const json::Object ann{{"student_code", "S001"}, {"full_name", "Ann Lee"}, {"program", "Physics"}};

TEST(Students, NobodySeesThemWithoutSigningIn) {
    Office office;
    EXPECT_EQ(office.ask("GET", "/api/students", office.nobody).status, 401);
    EXPECT_EQ(office.ask("POST", "/api/students", office.nobody, ann).status, 401);
    const auto page = office.ask("GET", "/students", office.nobody);
    EXPECT_EQ(page.status, 303);
    EXPECT_THAT(page.header("Location"), HasSubstr("/login?next="));
    EXPECT_THAT(office.events(), IsEmpty());
}

TEST(Students, LecturersReadAndOnlyTheOfficeWrites) {
    Office office;
    const auto id = office.add_student("S001", "Ann Lee");
    (void)office.events();
    EXPECT_EQ(office.ask("GET", "/api/students/" + id, office.lecturer).status, 200);
    EXPECT_EQ(office.ask("POST", "/api/students", office.lecturer, ann).status, 403);
    EXPECT_EQ(office.ask("PATCH", "/api/students/" + id, office.lecturer, ann).status, 403);
    EXPECT_EQ(office.ask("DELETE", "/api/students/" + id, office.lecturer).status, 403);
    EXPECT_THAT(office.events(), IsEmpty());
}

TEST(Students, EachWrongFieldIsNamed) {
    Office office;
    const auto refused = office.ask(
        "POST", "/api/students", office.admin, {{"full_name", ""}, {"status", "asleep"}}
    );
    EXPECT_EQ(refused.status, 422);
    EXPECT_EQ(refused.body.find("errors")->array()->size(), 4U) << refused.text;
    EXPECT_THAT(office.events(), IsEmpty());
}

TEST(Students, AreCreatedWithALocationAndOneEvent) {
    Office office;
    auto sent = ann;
    sent.set("nickname", "Annie").set("shard", "9").set("deleting", "2026-01-01T00:00:00Z");
    const auto made = office.ask("POST", "/api/students", office.admin, sent);
    ASSERT_EQ(made.status, 201) << made.text;
    const std::string id(made.body.text("student_id"));
    EXPECT_EQ(made.header("Location"), "/api/students/" + id);
    EXPECT_EQ(made.body.text("status"), "active");
    EXPECT_EQ(made.body.text("nickname"), "Annie");
    EXPECT_EQ(made.body.text("shard"), shard_of(id));
    EXPECT_FALSE(made.body.contains("deleting"));
    EXPECT_THAT(office.events(), ElementsAre("student_added"));
    EXPECT_EQ(office.last_event.rooms, student_rooms(id));
    const auto got = office.ask("GET", "/api/students/" + id, office.admin);
    EXPECT_EQ(got.status, 200);
    EXPECT_EQ(got.etag, "\"v1\"");
    EXPECT_EQ(got.body, made.body);
}

TEST(Students, SecondStudentWithTheCodeIsRefusedAndNamesTheFirst) {
    Office office;
    const auto id = office.add_student("S001", "Ann Lee");
    (void)office.events();
    auto sent = ann;
    sent.set("student_code", "s001");
    const auto refused = office.ask("POST", "/api/students", office.admin, sent);
    EXPECT_EQ(refused.status, 409);
    EXPECT_EQ(refused.body.text("existing"), id) << refused.text;
    EXPECT_THAT(office.events(), IsEmpty());
}

TEST(Students, WhatIsNotThereIs404) {
    Office office;
    const std::string url = "/api/students/" + base::uuid_v7(1);
    EXPECT_EQ(office.ask("GET", url, office.admin).status, 404);
    EXPECT_EQ(office.ask("PATCH", url, office.admin, ann).status, 404);
    EXPECT_EQ(office.ask("DELETE", url, office.admin).status, 404);
    EXPECT_EQ(office.ask("GET", "/api/students/7", office.admin).status, 404);
}

TEST(Students, TheSecondOfTwoEditorsIsTold) {
    Office office;
    const auto id = office.add_student("S001", "Ann Lee");
    const std::string url = "/api/students/" + id;
    const auto first =
        office.ask("PATCH", url, office.admin, {{"full_name", "Ann B. Lee"}, {"version", 1}});
    EXPECT_EQ(first.status, 200);
    EXPECT_EQ(first.body.integer("version"), 2);
    const auto second =
        office.ask("PATCH", url, office.admin, {{"full_name", "Anne Lee"}, {"version", 1}});
    EXPECT_EQ(second.status, 409);
    const auto third = office.ask(
        "PATCH", url, office.admin, {{"full_name", "Anne Lee"}}, {{"If-Match", "\"v1\""}}
    );
    EXPECT_EQ(third.status, 412);
    EXPECT_EQ(office.stored(&students_table, id)->text("full_name"), "Ann B. Lee");
}

TEST(Students, PutReplacesAndPatchChanges) {
    Office office;
    auto sent = ann;
    sent.set("email", "ann@college.edu").set("nickname", "Annie");
    const auto made = office.ask("POST", "/api/students", office.admin, sent);
    const std::string url = made.header("Location");
    (void)office.events();
    const auto patched = office.ask("PATCH", url, office.admin, {{"email", nullptr}});
    EXPECT_FALSE(patched.body.contains("email"));
    EXPECT_EQ(patched.body.text("nickname"), "Annie");
    const auto put = office.ask("PUT", url, office.admin, ann);
    EXPECT_EQ(put.status, 200) << put.text;
    EXPECT_FALSE(put.body.contains("nickname"));
    EXPECT_EQ(put.body.integer("version"), 3);
    const auto same = office.ask("PUT", url, office.admin, ann);
    EXPECT_EQ(same.status, 200);
    EXPECT_THAT(office.events(), ElementsAre("student_updated", "student_updated"));
}

TEST(Students, AStudentSeesOnlyTheirOwn) {
    Office office;
    const auto own = office.add_student("S001", "Ann Lee");
    const auto other = office.add_student("S002", "Bob Ray");
    const auto user = office.sign_in("s001", "student", "Ann Lee");
    EXPECT_EQ(
        office.ask(
                  "PATCH", "/api/students/" + own, office.admin, {{"user_id", user.user_id}}
        ).status,
        200
    );
    const auto signed_in = office.session_of(user.user_id);
    EXPECT_EQ(office.ask("GET", "/api/students/" + own, signed_in).status, 200);
    EXPECT_EQ(office.ask("GET", "/api/students/" + other, signed_in).status, 404);
    EXPECT_EQ(office.ask("GET", "/api/students", signed_in).status, 403);
    EXPECT_EQ(office.ask("GET", "/api/courses", signed_in).status, 403);
    const auto taken =
        office.ask("PATCH", "/api/students/" + other, office.admin, {{"user_id", user.user_id}});
    EXPECT_EQ(taken.status, 422);
    EXPECT_EQ(taken.wrong(), "user_id");
}

TEST(Students, ListsSortPageFilterSearchAndCount) {
    Office office;
    (void)office.add_student("S003", "Zoë Adams", "Physics");
    (void)office.add_student("S001", "Ann Lee", "Physics");
    const auto bob = office.add_student("S002", "Bob Ray", "History");
    (void)office.ask("PATCH", "/api/students/" + bob, office.admin, {{"status", "withdrawn"}});
    const auto all = office.ask("GET", "/api/students?limit=2", office.lecturer);
    EXPECT_EQ(all.items(), 2U);
    EXPECT_EQ(all.body.integer("total"), 3);
    EXPECT_EQ(all.item(0).text("full_name"), "Ann Lee");
    const std::string cursor(all.body.text("cursor"));
    const auto rest = office.ask(
        "GET", "/api/students?limit=2&cursor=" + http::percent_encode(cursor), office.lecturer
    );
    EXPECT_EQ(rest.items(), 1U);
    EXPECT_TRUE(rest.body.find("cursor")->is_null());
    const auto last = office.ask("GET", "/api/students?sort=-full_name&limit=1", office.admin);
    EXPECT_EQ(last.item(0).text("full_name"), "Zoë Adams");
    const auto physics = office.ask("GET", "/api/students?program=physics", office.admin);
    EXPECT_EQ(physics.items(), 2U);
    EXPECT_EQ(physics.body.integer("total"), 2);
    const auto gone = office.ask("GET", "/api/students?status=withdrawn", office.admin);
    EXPECT_EQ(gone.items(), 1U);
    EXPECT_EQ(gone.body.integer("total"), 1);
    EXPECT_EQ(office.ask("GET", "/api/students?q=zoe+ad", office.admin).items(), 1U);
    EXPECT_EQ(office.ask("GET", "/api/students?q=S002", office.admin).items(), 1U);
    EXPECT_EQ(office.ask("GET", "/api/students?q=nobody", office.admin).items(), 0U);
    EXPECT_EQ(office.ask("GET", "/api/students?student_code=s003", office.admin).items(), 1U);
    EXPECT_EQ(office.ask("GET", "/api/students?sort=age", office.admin).status, 422);
    EXPECT_EQ(office.ask("GET", "/api/students?status=asleep", office.admin).status, 422);
}

TEST(Students, AnOddSpellingOfAProgrammeBecomesTheListedOne) {
    Office office;
    (void)office.add_student("S001", "Ann Lee", "Computer Science");
    const auto id = office.add_student("S002", "Bob Ray", "  computer  science ");
    EXPECT_EQ(office.stored(&students_table, id)->text("program"), "Computer Science");
    EXPECT_THAT(office.app.settings.current()->programs, ElementsAre("Computer Science"));
}

TEST(Students, ARenameReachesEveryCopy) {
    Office office;
    const auto id = office.add_student("S001", "Old Name");
    const auto course = office.add_course("Algebra");
    office.enrol(course, {id});
    const auto marked = office.mark(id, course, "2026-10-01");
    (void)office.ask("PATCH", "/api/students/" + id, office.admin, {{"full_name", "New Name"}});
    office.work();
    EXPECT_EQ(office.stored(&attendance_table, marked)->text("student_name"), "New Name");
    const auto enrolment = office.stored(&enrolments_table, enrolment_key(id, course));
    EXPECT_EQ(enrolment->text("student_name"), "New Name");
}

TEST(Students, OneWithRecordsIsOnlyDeletedByTheCascade) {
    Office office;
    const auto id = office.add_student("S001", "Ann Lee");
    const auto course = office.add_course("Algebra");
    office.enrol(course, {id});
    const auto marked = office.mark(id, course, "2026-10-01");
    (void)office.events();
    const auto refused = office.ask("DELETE", "/api/students/" + id, office.admin);
    EXPECT_EQ(refused.status, 409);
    EXPECT_EQ(refused.body.text("attendance"), "1") << refused.text;
    EXPECT_EQ(refused.body.text("enrolments"), "1");
    EXPECT_THAT(office.events(), IsEmpty());
    EXPECT_EQ(
        office.ask("DELETE", "/api/students/" + id + "?cascade=true", office.admin).status, 204
    );
    EXPECT_THAT(office.events(), ElementsAre("student_deleted"));
    // Gone for everybody at once, before the rest is drained.
    EXPECT_EQ(office.ask("GET", "/api/students/" + id, office.admin).status, 404);
    const auto list = office.ask("GET", "/api/students", office.admin);
    EXPECT_EQ(list.items(), 0U);
    EXPECT_EQ(list.body.integer("total"), 0);
    EXPECT_EQ(office.ask("GET", "/api/students?q=ann", office.admin).items(), 0U);
    office.work();
    EXPECT_FALSE(office.stored(&students_table, id));
    EXPECT_FALSE(office.stored(&attendance_table, marked));
    EXPECT_FALSE(office.stored(&enrolments_table, enrolment_key(id, course)));
    // The code is free again.
    (void)office.add_student("S001", "Ann Lee");
}

TEST(Students, AJobThatRunsTwiceDoesNoHarm) {
    Office office;
    const auto id = office.add_student("S001", "Ann Lee");
    Removals removals(office.app.journal);
    Copies copies(office.app.journal);
    const json::Object payload{{"student_id", id}};
    base::run(removals.remove_student(payload));  // not marked: nothing happens
    EXPECT_TRUE(office.stored(&students_table, id));
    base::run(copies.rename_student(payload));
    base::run(copies.rename_student({{"student_id", base::uuid_v7(1)}}));
    EXPECT_EQ(office.stored(&students_table, id)->integer("version"), 1);
}

TEST(Students, TheFormOfThePageGoesToTheNewStudent) {
    Office office;
    const auto made = office.form(
        "/students", office.admin, "student_code=S001&full_name=Ann+Lee&program=Physics&email="
    );
    EXPECT_EQ(made.status, 303) << made.text;
    EXPECT_THAT(made.header("Location"), HasSubstr("/students/"));
    const auto refused = office.form("/students", office.admin, "full_name=Bob+Ray");
    EXPECT_EQ(refused.status, 422);
    EXPECT_THAT(refused.text, HasSubstr("Bob Ray"));
    EXPECT_THAT(office.ask("GET", "/students", office.lecturer).text, HasSubstr("Ann Lee"));
}

TEST(Students, AnEmailAddressIsOne) {
    Office office;
    for (const char* bad : {"ann", "@", "a@b@c.de", "ann@college", ".a@college.edu", "a b@c.de"}) {
        const auto refused = office.ask(
            "POST", "/api/students", office.admin,
            {{"student_code", "S1"}, {"full_name", "Ann"}, {"program", "Law"}, {"email", bad}}
        );
        EXPECT_EQ(refused.status, 422) << bad;
        EXPECT_EQ(refused.wrong(), "email") << bad;
    }
    const auto imported = office.raw(
        "POST", "/api/students/import?dry_run=true", office.admin,
        "student_code,full_name,program,email\nS1,Ann,Law,a@b@c.de\n", "text/csv"
    );
    EXPECT_EQ(imported.body.integer("refused"), 1) << imported.text;
}

}  // namespace
}  // namespace studentcore::office_test
