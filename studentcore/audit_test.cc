#include "studentcore/audit.h"

#include <gtest/gtest.h>

#include "studentcore/classroom_test.h"

namespace studentcore {
namespace {

class Log : public Classroom {
  protected:
    // A saved class by that person: its entry.
    Answer save(const web::Identity& who, json::Array marks) {
        return post(
            who, course_path(0, "/attendance"),
            {{"date", "2026-11-20"}, {"marks", std::move(marks)}}
        );
    }
    Answer undo(const web::Identity& who, const Answer& write) {
        return post(
            who, "/api/audit/" + write.header("Log-Entry") + "/undo",
            {{"subject", write.header("Log-Subject")}}
        );
    }
    std::int64_t marked() { return get(office, "/api/stats").body.integer("attendance"); }
};

TEST_F(Log, ALecturerTakesTheirOwnSaveBackWithinTenMinutes) {
    const auto saved = save(ann, {mark(0, "Present"), mark(1, "Absent")});
    EXPECT_EQ(undo(bob, saved).status, 404);
    EXPECT_EQ(undo(asha, saved).status, 404);
    told.clear();
    const auto undone = undo(ann, saved);
    EXPECT_EQ(undone.status, 200) << undone.text;
    EXPECT_EQ(marked(), 0);
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].name, "attendance_deleted");
    EXPECT_EQ(undo(ann, saved).status, 409);
    const auto later = save(ann, {mark(0, "Present")});
    clock.now += 11 * 60 * 1000;
    EXPECT_EQ(undo(ann, later).status, 403);
    EXPECT_EQ(undo(office, later).status, 200);
    EXPECT_EQ(marked(), 0);
}

TEST_F(Log, AChangeMadeSinceIsNotLost) {
    const auto saved = save(ann, {mark(0, "Present")});
    (void)save(office, {mark(0, "Late")});
    EXPECT_EQ(undo(ann, saved).status, 409);
    EXPECT_EQ(marked(), 1);
}

TEST_F(Log, MarksComeBackOnlyForWhoIsStillEnrolled) {
    (void)post(office, "/api/results", result(2, "final", "50"));
    const auto key = result_key(students[2], courses[0], "final");
    ASSERT_EQ(ask(office, http::Method::del, "/api/results/" + key).status, 204);
    const auto entry = told_entries.back();
    ASSERT_EQ(
        ask(office, http::Method::del, "/api/enrolments/" + enrolment_key(students[2], courses[0]))
            .status,
        204
    );
    const json::Object whose{{"subject", entry.subject}};
    EXPECT_EQ(post(office, "/api/audit/" + entry.id + "/undo", whose).status, 409);
    enrol(students[2], courses[0]);
    EXPECT_EQ(post(office, "/api/audit/" + entry.id + "/undo", whose).status, 200);
    EXPECT_EQ(get(office, "/api/results/" + key).body.text("marks"), "50");
}

TEST_F(Log, AnUndoneEnrolmentMovesTheRosterStamp) {
    const auto newcomer = add_student("Dora New");
    enrol(newcomer, courses[0]);
    const auto before = base::run(read_stamp(&store, courses[0]));
    const auto entry = base::run(journal.of_subject("course:" + courses[0], {}, 1)).entries.at(0);
    EXPECT_EQ(
        post(office, "/api/audit/" + entry.id + "/undo", {{"subject", entry.subject}}).status, 200
    );
    EXPECT_NE(base::run(read_stamp(&store, courses[0])).stamp, before.stamp);
    EXPECT_EQ(save(ann, {mark(3, "Present")}).status, 422);
}

TEST_F(Log, ListsWhoChangedWhatAndFilters) {
    (void)save(ann, {mark(0, "Present")});
    const auto saved = save(ann, {mark(0, "Late")});
    const auto all = get(office, "/api/audit");
    ASSERT_GE(all.list("items").size(), 2U);
    const auto& newest = *all.list("items")[0].object();
    EXPECT_EQ(newest.text("by"), "Ann Lecturer");
    EXPECT_EQ(newest.text("action"), "attendance_updated");
    EXPECT_EQ(newest.text("what"), "Asha Rao, Databases, 2026-11-20");
    EXPECT_EQ(newest.text("id"), saved.header("Log-Entry"));
    ASSERT_EQ(newest.find("changes")->array()->size(), 1U);
    const auto& change = *(*newest.find("changes")->array())[0].object();
    EXPECT_EQ(change.text("field"), "status");
    EXPECT_EQ(change.text("before"), "Present");
    EXPECT_EQ(change.text("after"), "Late");
    EXPECT_EQ(get(office, "/api/audit?action=attendance").list("items").size(), 2U);
    EXPECT_EQ(get(office, "/api/audit?by=" + bob.user_id).list("items").size(), 0U);
    EXPECT_EQ(
        get(office, "/api/audit?subject=course:" + courses[0] + "&limit=1").list("items").size(), 1U
    );
}

TEST_F(Log, AnEntryWithoutARecordOfItsNounSaysWhomOrWhatItIsAbout) {
    const auto entry = [&](std::string action, const std::string& subject) {
        journal::Transaction change({}, std::move(action), subject);
        change.tell({.name = "student_updated", .rooms = {"admin"}, .payload = {}});
        ASSERT_TRUE(base::run(journal.commit(std::move(change))));
    };
    const auto newest = [&] {
        return std::string(get(office, "/api/audit?limit=1").list("items")[0].object()->text("what")
        );
    };
    entry("links_made", "student:" + students[0]);
    EXPECT_EQ(newest(), "Asha Rao");
    write(&users_table, {{"user_id", ann.user_id}, {"full_name", "Ann Lecturer"}});
    entry("sessions_ended", "user:" + ann.user_id);
    EXPECT_EQ(newest(), "Ann Lecturer");
    const auto id = base::uuid_v7(clock.now);
    table::Write write;
    write.operations.emplace_back(table::Put{
        &journal::system_table(), {{"pk", "imports"}, {"sk", id}, {"file_name", "autumn.csv"}}, {}
    });
    ASSERT_TRUE(base::run(store.write(std::move(write))));
    journal::Transaction change({}, "import", "import:" + id);
    const auto student = base::run(store.get(&students_table, {students[0], {}}))->item();
    auto after = student;
    after.set("program", "Law");
    change.replace(&students_table, student, std::move(after));
    ASSERT_TRUE(base::run(journal.commit(std::move(change))));
    const auto items = get(office, "/api/audit?limit=1").list("items");
    EXPECT_EQ(items[0].object()->text("what"), "autumn.csv");
    EXPECT_TRUE(items[0].object()->truth("undo"));
}

TEST_F(Log, AnUndoTakesOnlyItsOwnAttributesBack) {
    (void)post(office, "/api/results", result(0, "final", "50"));
    const auto path = "/api/results/" + result_key(students[0], courses[0], "final");
    const auto marks = ask(office, http::Method::patch, path, R"({"marks":60})");
    ASSERT_EQ(ask(office, http::Method::patch, path, R"({"max_marks":200})").status, 200);
    ASSERT_EQ(undo(office, marks).status, 200);
    const auto now = get(office, path).body;
    EXPECT_EQ(now.text("marks"), "50");
    EXPECT_EQ(now.text("max_marks"), "200");
    EXPECT_EQ(now.text("percent"), "25.00");
    EXPECT_EQ(now.text("grade"), "F");
    EXPECT_EQ(undo(office, marks).status, 409);
}

TEST_F(Log, AClassOfSeveralWritesIsTakenBackAsOne) {
    json::Array marks;
    for (int i = 0; i < 120; ++i) {
        const auto id = add_student("Student " + std::to_string(i));
        enrol(id, courses[0]);
        marks.emplace_back(json::Object{{"student_id", id}, {"status", "Present"}});
    }
    const auto saved = save(ann, std::move(marks));
    ASSERT_EQ(saved.status, 200) << saved.text;
    ASSERT_EQ(marked(), 120);
    EXPECT_EQ(undo(ann, saved).status, 200);
    EXPECT_EQ(marked(), 0);
}

TEST_F(Log, APageKnowsItsOwnDoingAndOthersHearOfIt) {
    const auto body =
        json::write(json::Object{{"date", "2026-11-20"}, {"marks", json::Array{mark(0, "Late")}}});
    const auto from = [&](const std::string& client) {
        (void)ask(
            ann, http::Method::post, course_path(0, "/attendance"), body, {{"X-Client-Id", client}}
        );
        const auto& entry = told_entries.back();
        return std::string(messages_of(entry.events.front(), entry).front().payload.text("client"));
    };
    EXPECT_EQ(from("tab-1"), "tab-1");
    (void)save(ann, {mark(0, "Absent")});
    EXPECT_EQ(from("a b<c"), "") << "not a name";
}

TEST_F(Log, ARecordComesBackAsOfASecond) {
    (void)post(office, "/api/results", result(0, "final", "50"));
    const auto key = result_key(students[0], courses[0], "final");
    clock.now += 60'000;
    (void)ask(office, http::Method::patch, "/api/results/" + key, R"({"marks":60})");
    clock.now += 60'000;
    (void)ask(office, http::Method::del, "/api/results/" + key);
    const json::Object wanted{
        {"table", "results"},
        {"key", key},
        {"as_of", "2026-11-20T10:01:30Z"},
        {"subject", "course:" + courses[0]}
    };
    const auto back = post(office, "/api/recover", wanted);
    ASSERT_EQ(back.status, 200) << back.text;
    EXPECT_EQ(get(office, "/api/results/" + key).body.text("marks"), "60");
    auto earlier = wanted;
    earlier.set("as_of", "2026-11-20T10:00:30Z");
    EXPECT_EQ(post(office, "/api/recover", earlier).status, 200);
    EXPECT_EQ(get(office, "/api/results/" + key).body.text("marks"), "50");
    earlier.set("as_of", "2026-11-20T09:00:00Z");
    EXPECT_EQ(post(office, "/api/recover", earlier).status, 404);
}

TEST_F(Log, EventsAreWhatEachPersonsRoomsHeard) {
    const auto start = std::string(base::run(journal.latest({}, 1)).entries.at(0).id);
    (void)save(ann, {mark(0, "Present"), mark(1, "Absent")});
    (void)post(office, "/api/announcements", {{"title", "Fair"}, {"text", "On Friday"}});
    (void)post(
        office, "/api/announcements",
        {{"title", "Staff"}, {"text", "Meeting"}, {"audience", "staff"}}
    );
    const auto names = [&](const web::Identity& who) {
        std::vector<std::string> list;
        const auto missed = get(who, "/api/events?after=" + start);
        for (const auto& item : missed.list("items"))
            list.emplace_back(item.object()->text("name"));
        EXPECT_EQ(missed.body.text("cursor"), told_entries.back().id);
        return list;
    };
    using Names = std::vector<std::string>;
    EXPECT_EQ(names(office), (Names{"attendance_marked", "server_message", "server_message"}));
    EXPECT_EQ(names(ann), (Names{"attendance_marked", "server_message", "server_message"}));
    EXPECT_EQ(names(bob), (Names{"server_message", "server_message"}));
    EXPECT_EQ(names(asha), (Names{"attendance_marked", "server_message"}));
    const auto own = get(emile, "/api/events?after=" + start).list("items")[0];
    EXPECT_FALSE(own.object()->find("payload")->object()->contains("items"));
    EXPECT_EQ(own.object()->find("payload")->object()->text("status"), "Absent");
    // What was missed by API and what came by socket are the same.
    for (const auto& who : {office, asha, emile})
        EXPECT_EQ(
            heard(who, {}).size(), get(who, "/api/events?after=" + start).list("items").size()
        );
    EXPECT_EQ(get(office, "/api/events?after=x").status, 422);
    EXPECT_EQ(get(office, "/api/announcements").list("items").size(), 2U);
    EXPECT_EQ(get(asha, "/api/announcements").list("items").size(), 1U);
    const auto id = std::string(
        get(asha, "/api/announcements").list("items")[0].object()->text("announcement_id")
    );
    EXPECT_EQ(ask(office, http::Method::del, "/api/announcements/" + id).status, 204);
    EXPECT_TRUE(get(asha, "/api/announcements").list("items").empty());
    EXPECT_EQ(
        post(ann, "/api/announcements", {{"title", ""}, {"text", "x"}}).wrong(), Names{"title"}
    );
}

}  // namespace
}  // namespace studentcore
