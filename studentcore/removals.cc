#include "studentcore/removals.h"

#include <set>
#include <utility>
#include <vector>

#include "platform/base/clock.h"
#include "studentcore/access.h"
#include "studentcore/bulk.h"
#include "studentcore/roster_stamp.h"
#include "studentcore/tables.h"

namespace studentcore {
namespace {

constexpr int passes_max = 50;

std::string subject_for(std::string_view index, const std::string& id) {
    return (index == "student_id-index" ? "student:" : "course:") + id;
}

// What goes with each marked record, told once a chunk: which courses and student lost marks.
journal::Event gone(
    std::string name, std::string_view index, const std::string& id,
    const std::set<std::string>& course_ids
) {
    journal::Event event{.name = std::move(name), .rooms = {std::string(admin)}, .payload = {}};
    for (const auto& course_id : course_ids) event.rooms.push_back("course:" + course_id);
    event.payload.set(index == "student_id-index" ? "student_id" : "course_id", id);
    return event;
}

journal::Transaction chunk_of(std::string action, std::string_view index, const std::string& id) {
    return {{}, std::move(action), subject_for(index, id)};
}

}  // namespace

base::Task<Belongings> belongings_of(table::Store* store, std::string index, std::string id) {
    Belongings found;
    found.enrolments = co_await count_of(store, &enrolments_table, index, id);
    found.attendance = co_await count_of(store, &attendance_table, index, id);
    found.results = co_await count_of(store, &results_table, index, id);
    co_return found;
}

base::Task<Marks> marks_of(table::Store* store, std::string student_id, std::string course_id) {
    const auto of_course = [&course_id](const std::vector<table::Record>& records) {
        std::vector<json::Object> items;
        for (const auto& record : records)
            if (auto item = record.item(); item.text("course_id") == course_id)
                items.push_back(std::move(item));
        return items;
    };
    Marks marks;
    const std::string index = "student_id-index";
    marks.attendance = of_course(co_await all_of(store, &attendance_table, index, student_id));
    marks.results = of_course(co_await all_of(store, &results_table, index, student_id));
    co_return marks;
}

json::Object without_course(json::Object record, std::string_view course_id) {
    json::Array courses = texts_of(record, "enrolled_courses");
    std::erase_if(courses, [&](const json::Value& one) {
        return one.string() != nullptr && *one.string() == course_id;
    });
    record.set("enrolled_courses", std::move(courses));
    return record;
}

json::Object without_lecturer(json::Object course, std::string_view user_id) {
    if (course.text("faculty") == user_id) {
        course.erase("faculty");
        course.erase("faculty_name");
    }
    json::Array others = texts_of(course, "co_faculty");
    std::erase_if(others, [&](const json::Value& one) {
        return one.string() != nullptr && *one.string() == user_id;
    });
    if (others.empty())
        course.erase("co_faculty");
    else
        course.set("co_faculty", std::move(others));
    return course;
}

base::Error still_has(std::string_view what, const Belongings& belongings) {
    const auto counted = [](std::size_t count, std::string_view one, std::string_view many) {
        return std::to_string(count) + " " + std::string(count == 1 ? one : many);
    };
    base::Error error = base::Error::conflict(
        "This " + std::string(what) + " still has " +
        counted(belongings.attendance, "attendance record", "attendance records") + ", " +
        counted(belongings.results, "result", "results") + " and " +
        counted(belongings.enrolments, "enrolment", "enrolments") +
        ". Nothing was deleted: ask for the cascade to delete them too."
    );
    error.facts.emplace_back("attendance", std::to_string(belongings.attendance));
    error.facts.emplace_back("results", std::to_string(belongings.results));
    error.facts.emplace_back("enrolments", std::to_string(belongings.enrolments));
    return error;
}

bool wants_cascade(const web::Call& call) {
    if (const auto asked = call.request.query("cascade"); asked) {
        if (*asked != "true" && *asked != "false")
            throw base::Error::invalid("cascade", "This must be true or false.");
        if (*asked == "true") return true;
    }
    if (call.is_api() || call.request.body().empty()) return false;
    return call.body().text("cascade") == "true";
}

bool is_going(std::string_view text) { return json::peek(text, "deleting").has_value(); }

json::Object marked_as_going(json::Object record, std::string_view entry_id, std::int64_t now_ms) {
    // Student and course have different lists; what one has not, it does not lose.
    for (const auto* const name :
         {"program", "shard", "user_id", "term", "faculty", "faculty_name"})
        record.erase(name);
    record.erase("co_faculty");
    record.set("deleting", base::timestamp(now_ms));
    record.set("removal", entry_id);
    return record;
}

base::Task<> Removals::remove_student(json::Object payload) {
    std::string id(payload.text("student_id"));
    std::string entry(payload.text("entry"));
    co_await remove_all(&students_table, std::move(id), std::move(entry));
}

base::Task<> Removals::remove_course(json::Object payload) {
    std::string id(payload.text("course_id"));
    std::string entry(payload.text("entry"));
    co_await remove_all(&courses_table, std::move(id), std::move(entry));
}

base::Task<std::optional<Removals::Target>> Removals::target_of(
    table::SchemaRef table, std::string id, std::string entry
) {
    const auto record = co_await journal_.store().get(table, {id, {}});
    Target target{
        .table = table,
        .key = id,
        .conditions = {},
        .index = table == &students_table ? "student_id-index" : "course_id-index",
        .id = id,
        .course_id = {},
        .entry = entry,
    };
    if (!record) {
        target.conditions.push_back(table::Condition::absent());
        co_return target;
    }
    // Brought back; or brought back and deleted again, which is another job's.
    if (!is_going(record->text) || json::peek(record->text, "removal").value_or("") != entry)
        co_return std::nullopt;
    target.conditions.push_back(
        entry.empty() ? table::Condition::lacks("removal")
                      : table::Condition::equals("removal", entry)
    );
    co_return target;
}

base::Task<> Removals::remove_all(table::SchemaRef table, std::string id, std::string entry) {
    for (int pass = 0; pass < passes_max; ++pass) {
        const auto target = co_await target_of(table, id, entry);
        if (!target) co_return;
        std::size_t found = co_await drain_enrolments(*target);
        found += co_await drain_marks(&attendance_table, *target);
        found += co_await drain_marks(&results_table, *target);
        if (found > 0) continue;
        co_await remove_last(*target);
        co_return;
    }
    throw base::Error(base::Code::unavailable, "The record is still being deleted.");
}

base::Task<> Removals::remove_marks(json::Object payload) {
    const std::string id(payload.text("student_id"));
    const std::string course_id(payload.text("course_id"));
    const Target target{
        .table = &enrolments_table,
        .key = enrolment_key(id, course_id),
        .conditions = {table::Condition::absent()},
        .index = "student_id-index",
        .id = id,
        .course_id = course_id,
        .entry = std::string(payload.text("entry")),
    };
    for (int pass = 0; pass < passes_max; ++pass) {
        // Enrolled again meanwhile: what is there now belongs to that.
        const auto again = co_await journal_.store().get(&enrolments_table, {target.key, {}});
        if (again) co_return;
        std::size_t found = co_await drain_marks(&attendance_table, target);
        found += co_await drain_marks(&results_table, target);
        if (found == 0) co_return;
    }
    throw base::Error(base::Code::unavailable, "The records are still being deleted.");
}

base::Task<> Removals::remove_lecturer(json::Object payload) {
    const std::string id(payload.text("user_id"));
    for (int pass = 0; pass < passes_max; ++pass) {
        const auto user = co_await journal_.store().get(&users_table, {id, {}});
        if (user) co_return;  // it was brought back
        const auto links =
            co_await all_of(&journal_.store(), &journal::system_table(), "", teaches_partition(id));
        if (links.empty()) co_return;
        for (const auto& link : links) {
            const std::string course_id(link.item().text("sk"));
            const auto record = co_await journal_.store().get(&courses_table, {course_id, {}});
            if (!record) continue;
            auto before = record->item();
            auto after = without_lecturer(before, id);
            journal::Transaction change({}, "course_updated", "course:" + course_id);
            change.part_of(std::string(payload.text("entry")));
            change.check(&users_table, id, {table::Condition::absent()});
            change.replace(&courses_table, std::move(before), std::move(after));
            change.tell(
                {.name = "course_updated",
                 .rooms = course_rooms(),
                 .payload = {{"course_id", course_id}}}
            );
            (void)co_await journal_.commit(std::move(change));
        }
    }
    throw base::Error(base::Code::unavailable, "A lecturer is still being taken from the courses.");
}

base::Task<std::size_t> Removals::drain_enrolments(Target target) {
    std::size_t found = 0;
    const bool of_course = target.index == "course_id-index";
    Walk walk(
        journal_.store(),
        {.table = &enrolments_table, .index = target.index, .partitions = {target.id}}
    );
    while (auto chunk = co_await walk.next(rename_chunk)) {
        if (chunk->empty()) continue;
        found += chunk->size();
        std::vector<table::Key> keys;
        if (of_course)
            for (const auto& enrolment : *chunk)
                keys.push_back({std::string(enrolment.text("student_id")), {}});
        const auto students = co_await journal_.store().get_many(&students_table, std::move(keys));
        auto change = chunk_of("enrolment_deleted", target.index, target.id);
        change.part_of(target.entry);
        change.check(target.table, target.key, target.conditions);
        std::set<std::string> touched;
        for (auto& enrolment : *chunk) {
            touched.emplace(enrolment.text("course_id"));
            change.remove(&enrolments_table, std::move(enrolment));
        }
        for (const auto& course_id : touched) touch_roster(change, course_id);
        for (const auto& record : students) {
            if (!record) continue;
            auto before = record->item();
            auto after = without_course(before, target.id);
            change.replace(&students_table, std::move(before), std::move(after));
        }
        // What someone changed meanwhile is found again in the next pass.
        (void)co_await journal_.commit(std::move(change));
    }
    co_return found;
}

base::Task<std::size_t> Removals::drain_marks(table::SchemaRef table, Target target) {
    std::size_t found = 0;
    const bool attendance = table == &attendance_table;
    const std::string action = attendance ? "attendance_deleted" : "result_deleted";
    // A student's may be of as many courses, each a condition when the chunk is put back.
    const auto size = target.index == "student_id-index" ? rename_chunk : drain_chunk;
    Walk walk(journal_.store(), {.table = table, .index = target.index, .partitions = {target.id}});
    while (auto chunk = co_await walk.next(size)) {
        if (!target.course_id.empty())
            std::erase_if(*chunk, [&](const json::Object& record) {
                return record.text("course_id") != target.course_id;
            });
        if (chunk->empty()) continue;
        found += chunk->size();
        auto change = chunk_of(action, target.index, target.id);
        change.part_of(target.entry);
        change.check(target.table, target.key, target.conditions);
        std::set<std::string> course_ids;
        for (auto& record : *chunk) {
            course_ids.emplace(record.text("course_id"));
            change.remove(table, std::move(record));
        }
        change.tell(gone(action, target.index, target.id, course_ids));
        (void)co_await journal_.commit(std::move(change));
    }
    co_return found;
}

base::Task<> Removals::remove_last(Target target) {
    const auto record = co_await journal_.store().get(target.table, {target.id, {}});
    if (!record || !is_going(record->text)) co_return;
    auto item = record->item();
    if (item.text("removal") != target.entry) co_return;
    const std::string action =
        target.table == &students_table ? "student_removed" : "course_removed";
    journal::Transaction change({}, action, subject_of(*target.table, item));
    change.part_of(target.entry);
    change.remove(target.table, std::move(item));
    auto done = co_await journal_.commit(std::move(change));
    if (!done)
        throw base::Error(base::Code::unavailable, "The record changed while it was deleted.");
}

}  // namespace studentcore
