#include <gtest/gtest.h>

#include <string>

#include "studentcore/bulk.h"
#include "studentcore/classroom_test.h"

namespace studentcore {
namespace {

constexpr std::size_t largest = 90;

// A class of the largest size that is saved as one, with the longest names that there can be.
class LargeClass : public Classroom {
  protected:
    LargeClass() {
        std::string name;
        for (int letter = 0; letter < 197; ++letter) name += "द";
        while (students.size() < largest) {
            const auto id = add_student(name + " " + std::to_string(students.size() % 10));
            enrol(id, courses[0]);
        }
    }
    json::Object marks_of_all(std::string_view status) const {
        json::Array marks;
        for (std::size_t at = 0; at < students.size(); ++at)
            marks.emplace_back(mark(static_cast<int>(at), status));
        return {{"date", "2026-11-20"}, {"marks", std::move(marks)}};
    }
};

TEST_F(LargeClass, IsOneWriteWhenItIsMarkedAndWhenItIsChanged) {
    for (const auto* status : {"Present", "Late"}) {
        told.clear();
        const auto before = store.numbers().writes;
        const auto saved = post(ann, course_path(0, "/attendance"), marks_of_all(status));
        ASSERT_EQ(saved.status, 200) << saved.text.substr(0, 300);
        EXPECT_EQ(saved.body.integer("saved"), 90);
        EXPECT_EQ(store.numbers().writes - before, 1U) << status;
        EXPECT_EQ(told.size(), 1U);
    }
    const auto entry = base::run(journal.latest({}, 1)).entries.at(0);
    EXPECT_EQ(entry.changes.size(), largest);
    const auto stored = store.get_now(&journal::system_table(), {"log#" + entry.subject, entry.id});
    EXPECT_LT(stored->text.size(), table::stored_bytes_max);
}

TEST_F(LargeClass, IsOneWriteWhenItsRecordsAreLargeAsOnlyTheDifferenceIsLogged) {
    ASSERT_EQ(post(ann, course_path(0, "/attendance"), marks_of_all("Present")).status, 200);
    const auto records =
        base::run(all_of(&store, &attendance_table, "course_id-index", courses[0]));
    ASSERT_EQ(records.size(), largest);
    for (const auto& record : records) {
        journal::Transaction change({}, "attendance_updated", "course:" + courses[0]);
        auto after = record.item();
        after.set("remark", std::string(20'000, 'x'));
        change.replace(&attendance_table, record.item(), std::move(after));
        ASSERT_TRUE(base::run(journal.commit(std::move(change))));
    }
    const auto before = store.numbers().writes;
    EXPECT_EQ(post(ann, course_path(0, "/attendance"), marks_of_all("Late")).status, 200);
    EXPECT_EQ(store.numbers().writes - before, 1U);
}

TEST_F(LargeClass, IsMoreWritesWhenItsLogEntryWouldNotBeStored) {
    auto marks = marks_of_all("Present");
    for (auto& one : *marks.find("marks")->array())
        one.object()->set("remark", std::string(9000, 'x'));
    const auto before = store.numbers().writes;
    const auto saved = post(ann, course_path(0, "/attendance"), marks);
    ASSERT_EQ(saved.status, 200) << saved.text.substr(0, 300);
    EXPECT_EQ(saved.body.integer("saved"), 90);
    EXPECT_LE(store.numbers().writes - before, 4U);
}

}  // namespace
}  // namespace studentcore
