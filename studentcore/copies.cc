#include "studentcore/copies.h"

#include <set>

#include "platform/base/error.h"
#include "studentcore/bulk.h"
#include "studentcore/roster_stamp.h"
#include "studentcore/tables.h"

namespace studentcore {
namespace {

constexpr int passes_max = 20;

}  // namespace

base::Task<> Copies::rename_student(json::Object payload) {
    const std::string id(payload.text("student_id"));
    const auto record = co_await journal_.store().get(&students_table, {id, {}});
    if (!record) co_return;
    const auto item = record->item();
    Names names{
        {"student_name", std::string(item.text("full_name"))},
        {"student_code", std::string(item.text("student_code"))}
    };
    co_await refresh("student_id-index", id, std::move(names));
}

base::Task<> Copies::rename_course(json::Object payload) {
    const std::string id(payload.text("course_id"));
    const auto record = co_await journal_.store().get(&courses_table, {id, {}});
    if (!record) co_return;
    Names names{{"course_name", std::string(record->item().text("course_name"))}};
    co_await refresh("course_id-index", id, std::move(names));
}

base::Task<> Copies::refresh(std::string index, std::string id, Names names) {
    Names in_marks = names;
    std::erase_if(in_marks, [](const auto& name) { return name.first == "student_code"; });
    for (int pass = 0; pass < passes_max; ++pass) {
        // Enrolments first: what is saved afterwards copies the new name from there.
        std::size_t differed = co_await refresh_table(&enrolments_table, index, id, names);
        differed += co_await refresh_table(&attendance_table, index, id, in_marks);
        differed += co_await refresh_table(&results_table, index, id, in_marks);
        if (differed == 0) co_return;
    }
    throw base::Error(base::Code::unavailable, "The copies of a name are still being changed.");
}

base::Task<std::size_t> Copies::refresh_table(
    table::SchemaRef table, std::string index, std::string id, Names names
) {
    std::size_t differed = 0;
    Walk walk(journal_.store(), {.table = table, .index = index, .partitions = {id}});
    while (auto chunk = co_await walk.next(rename_chunk)) {
        journal::Transaction change({}, "copies_renamed", "copies:" + id);
        std::set<std::string> touched;
        for (auto& before : *chunk) {
            auto after = before;
            for (const auto& [attribute, name] : names) after.set(attribute, name);
            if (after == before) continue;
            ++differed;
            touched.emplace(before.text("course_id"));
            change.replace(table, std::move(before), std::move(after));
        }
        if (touched.empty()) continue;
        if (table == &enrolments_table)
            for (const auto& course_id : touched) touch_roster(change, course_id);
        // The rename itself is in the log; its copies follow from it.
        change.silent();
        (void)co_await journal_.commit(std::move(change));
    }
    co_return differed;
}

base::Task<> Copies::rename_lecturer(json::Object payload) {
    const std::string id(payload.text("user_id"));
    for (int pass = 0; pass < passes_max; ++pass) {
        const auto record = co_await journal_.store().get(&users_table, {id, {}});
        if (!record) co_return;
        const std::string name(record->item().text("full_name"));
        std::size_t differed = 0;
        Walk walk(
            journal_.store(),
            {.table = &courses_table, .index = "faculty-index", .partitions = {id}}
        );
        while (auto chunk = co_await walk.next(rename_chunk)) {
            journal::Transaction change({}, "copies_renamed", "copies:" + id);
            for (auto& before : *chunk) {
                if (before.text("faculty") != id || before.text("faculty_name") == name) continue;
                ++differed;
                auto after = before;
                after.set("faculty_name", name);
                change.replace(&courses_table, std::move(before), std::move(after));
            }
            if (change.empty()) continue;
            change.silent();
            (void)co_await journal_.commit(std::move(change));
        }
        if (differed == 0) co_return;
    }
    throw base::Error(base::Code::unavailable, "The copies of a name are still being changed.");
}

}  // namespace studentcore
