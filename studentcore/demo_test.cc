#include "studentcore/demo.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "platform/base/clock.h"
#include "platform/base/run.h"
#include "platform/table/sqlite_table.h"
#include "studentcore/tables.h"
#include "testing/temporary.h"

namespace studentcore {
namespace {

struct Demo {
    explicit Demo(DemoSize size) {
        const auto hash = [](std::string) -> base::Task<std::string> { co_return "none"; };
        base::run(write_demo(&journal, size, "2026-11-22", hash, {}));
    }

    std::vector<json::Object> all(table::SchemaRef table) {
        std::vector<json::Object> items;
        std::string cursor;
        do {
            const auto page = base::run(store.scan(table, cursor, 500));
            for (const auto& record : page.records) items.push_back(record.item());
            cursor = page.cursor;
        } while (!cursor.empty());
        return items;
    }
    std::map<std::string, std::size_t> count_by(
        table::SchemaRef table, std::string_view attribute
    ) {
        std::map<std::string, std::size_t> counts;
        for (const auto& item : all(table)) ++counts[std::string(item.text(attribute))];
        return counts;
    }

    testing::TemporaryDirectory folder;
    base::SystemClock clock;
    table::SqliteStore store{
        folder.path(), all_tables(), {.system = &journal::system_table(), .clock = &clock}
    };
    journal::Journal journal{store, clock, record_tables()};
};

TEST(DemoData, EveryStudentHasAttendanceAndResults) {
    Demo demo({});
    EXPECT_EQ(demo.all(&students_table).size(), 250U);
    EXPECT_EQ(
        base::run(demo.store.query(
                      {.table = &journal::system_table(), .partitions = {"announcement#everyone"}}
                  ))
            .records.size(),
        1U
    );
    EXPECT_EQ(demo.all(&courses_table).size(), 30U);
    EXPECT_EQ(demo.all(&attendance_table).size(), 1200U);
    EXPECT_EQ(demo.all(&results_table).size(), 600U);
    EXPECT_EQ(demo.count_by(&attendance_table, "student_id").size(), 250U);
    EXPECT_EQ(demo.count_by(&results_table, "student_id").size(), 250U);
}

TEST(DemoData, AClassIsAWholeCourseAndTheFirstOneIsEveryWeek) {
    Demo demo({});
    const auto enrolled = demo.count_by(&enrolments_table, "course_id");
    std::map<std::pair<std::string, std::string>, std::size_t> classes;
    for (const auto& item : demo.all(&attendance_table))
        ++classes[{std::string(item.text("course_id")), std::string(item.text("date"))}];
    std::size_t cut_off = 0;
    std::size_t of_first = 0;
    for (const auto& [where, count] : classes) {
        cut_off += count == enrolled.at(where.first) ? 0 : 1;
        of_first += where.first == demo_course_id(0) ? 1 : 0;
    }
    EXPECT_LE(cut_off, 1U) << "the last one only";
    EXPECT_EQ(of_first, 12U);
}

TEST(DemoData, OneStudentWithManyMarksIsPossible) {
    Demo demo({.students = 1, .courses = 30, .marks = 70, .results = 600});
    EXPECT_EQ(demo.all(&attendance_table).size(), 70U);
    EXPECT_EQ(demo.all(&results_table).size(), 8U);
}

}  // namespace
}  // namespace studentcore
