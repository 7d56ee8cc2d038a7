#include "studentcore/removals.h"

#include <gmock/gmock.h>

#include "studentcore/office_test.h"

namespace studentcore::office_test {
namespace {

using testing::IsEmpty;

// A store that stands still from its n-th write on, as when the server is killed there.
class KilledStore final : public table::Store {
  public:
    KilledStore(table::Store& store, int writes_left) : store_(store), left_(writes_left) {}

    base::Task<std::optional<table::Record>> get(table::SchemaRef table, table::Key key) override {
        return store_.get(table, std::move(key));
    }
    base::Task<std::vector<std::optional<table::Record>>> get_many(
        table::SchemaRef table, std::vector<table::Key> keys
    ) override {
        return store_.get_many(table, std::move(keys));
    }
    base::Task<table::Page> query(table::Query query) override {
        return store_.query(std::move(query));
    }
    base::Task<table::Page> scan(table::SchemaRef table, std::string cursor, std::size_t limit)
        override {
        return store_.scan(table, std::move(cursor), limit);
    }
    base::Task<std::expected<table::Committed, table::Refused>> write(table::Write write) override {
        if (left_-- <= 0) throw base::Error(base::Code::unavailable, "killed");
        return store_.write(std::move(write));
    }
    base::Task<std::vector<table::Counter>> counters(std::string group) override {
        return store_.counters(std::move(group));
    }
    base::Task<> set_counters(std::string group, std::vector<table::Counter> counters) override {
        return store_.set_counters(std::move(group), std::move(counters));
    }
    [[nodiscard]] std::uint64_t commit_number() const override { return store_.commit_number(); }

  private:
    table::Store& store_;
    int left_;
};

// Runs the job again and again, each time killed one write later, until it ends by itself.
template <class Job>
int killed_until_done(Office& office, Job job) {
    for (int writes = 0; writes < 50; ++writes) {
        KilledStore store(office.store, writes % 2);
        journal::Journal journal(store, office.clock, all_tables());
        try {
            job(journal);
            return writes;
        } catch (const base::Error& error) {
            EXPECT_EQ(error.shown, "killed");
        }
    }
    return -1;
}

TEST(Removals, TheCascadeEndsHoweverOftenTheServerIsKilled) {
    Office office;
    const auto course = office.add_course("Algebra");
    std::vector<std::string> students;
    for (int i = 0; i < 50; ++i)
        students.push_back(office.add_student("S" + std::to_string(i), "Student"));
    office.enrol(course, students);
    for (const auto& one : students)
        for (const auto* date : {"2026-10-01", "2026-10-02"}) (void)office.mark(one, course, date);
    ASSERT_EQ(
        office.ask("DELETE", "/api/courses/" + course + "?cascade=true", office.admin).status, 204
    );
    const int kills = killed_until_done(office, [&](journal::Journal& journal) {
        base::run(Removals(journal).remove_course({{"course_id", course}}));
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
