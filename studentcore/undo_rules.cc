#include "studentcore/undo_rules.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "platform/base/error.h"
#include "studentcore/bulk.h"
#include "studentcore/follow_ups.h"
#include "studentcore/removals.h"
#include "studentcore/roster_stamp.h"
#include "studentcore/tables.h"

namespace studentcore {
namespace {

using base::Error;

constexpr int attempts_max = 5;

bool is_mark(table::SchemaRef table) {
    return table == &attendance_table || table == &results_table;
}

bool is_in(const journal::Transaction& back, table::SchemaRef table, std::string_view key) {
    return std::ranges::any_of(back.entry().changes, [&](const journal::Change& change) {
        return change.table == table && change.key == key;
    });
}

// Enrolments that come or go with an undo.
struct Enrolling {
    // Of each student: the courses that come (true) and go.
    std::map<std::string, std::vector<std::pair<std::string, bool>>> by_student;
    std::map<std::string, std::string> coming;  // courses, with the name that was copied
    std::set<std::string> going;                // courses
    std::set<std::string> keys_coming;
};

Enrolling enrolling_of(const journal::Transaction& back) {
    Enrolling found;
    for (const auto& change : back.entry().changes) {
        if (change.table != &enrolments_table || (change.before && change.after)) continue;
        const bool comes = change.after.has_value();
        const auto& item = comes ? *change.after : *change.before;
        const std::string course_id(item.text("course_id"));
        found.by_student[std::string(item.text("student_id"))].emplace_back(course_id, comes);
        if (comes) {
            found.coming.emplace(course_id, item.text("course_name"));
            found.keys_coming.insert(change.key);
        } else {
            found.going.insert(course_id);
        }
    }
    return found;
}

bool has_course(const json::Object& record, std::string_view course_id) {
    return std::ranges::any_of(texts_of(record, "enrolled_courses"), [&](const json::Value& one) {
        return one.string() != nullptr && *one.string() == course_id;
    });
}

// The student's list with those that come and without those that go.
json::Object with_courses(
    json::Object record, const std::vector<std::pair<std::string, bool>>& courses
) {
    for (const auto& [course_id, comes] : courses) {
        if (!comes) record = without_course(std::move(record), course_id);
        if (!comes || has_course(record, course_id)) continue;
        auto list = texts_of(record, "enrolled_courses");
        list.emplace_back(course_id);
        record.set("enrolled_courses", std::move(list));
    }
    return record;
}

// Students' lists, and conditions on the courses.
base::Task<> follow_enrolments(
    table::Store* store, journal::Transaction* back, const Enrolling* enrolling,
    std::string restoring
) {
    for (const auto& [student_id, courses] : enrolling->by_student) {
        const auto record = co_await store->get(&students_table, {student_id, {}});
        if (!record) continue;
        auto before = record->item();
        auto after = with_courses(before, courses);
        const bool own = !restoring.empty() && before.text("restoring") == restoring;
        if (own || is_in(*back, &students_table, student_id)) continue;
        if (before == after)
            back->check(
                &students_table, student_id,
                {table::Condition::equals("version", *before.find("version"))}
            );
        else
            back->replace(&students_table, std::move(before), std::move(after));
    }
    for (const auto& [course_id, name] : enrolling->coming) {
        const auto record = co_await store->get(&courses_table, {course_id, {}});
        if (!record) throw Error::conflict("The course has been deleted.");
        const auto course = record->item();
        const bool own = !restoring.empty() && course.text("restoring") == restoring;
        if (own || is_in(*back, &courses_table, course_id)) continue;
        back->check(
            &courses_table, course_id,
            {table::Condition::equals("course_name", name), table::Condition::lacks("deleting")}
        );
    }
}

// Marks that come back need their enrolments, which may not go in the meantime.
base::Task<> hold_rosters(
    table::Store* store, journal::Transaction* back, const Enrolling* enrolling
) {
    std::set<std::string> marked;
    std::set<std::string> wanted;
    for (const auto& change : back->entry().changes) {
        if (!is_mark(change.table) || change.before) continue;
        const auto course_id = change.after->text("course_id");
        auto key = enrolment_key(change.after->text("student_id"), course_id);
        marked.emplace(course_id);
        if (!enrolling->keys_coming.contains(key)) wanted.insert(std::move(key));
    }
    std::vector<RosterStamp> stamps;
    for (const auto& course_id : marked) stamps.push_back(co_await read_stamp(store, course_id));
    std::vector<table::Key> keys;
    for (const auto& key : wanted) keys.push_back({key, {}});
    std::vector<std::optional<table::Record>> found;
    if (!keys.empty()) found = co_await store->get_many(&enrolments_table, std::move(keys));
    if (!std::ranges::all_of(found, [](const auto& one) { return one.has_value(); }))
        throw Error::conflict("The student is no longer enrolled in this course.");
    for (const auto& stamp : stamps)
        if (!enrolling->going.contains(stamp.course_id)) check_stamp(*back, stamp);
}

}  // namespace

json::Object shown(const Left& left) {
    return {
        {"table", left.table->name},
        {"key", left.key},
        {"name", left.name},
        {"reason", left.reason},
    };
}

std::string sentence_of(const Left& left) {
    return left.name.empty() ? left.reason : left.name + ": " + left.reason;
}

std::string note_of(const std::vector<Left>& left) {
    if (left.empty()) return {};
    return left.size() == 1
               ? "1 record was left as it is. " + left.front().reason
               : std::to_string(left.size()) +
                     " records were left as they are. The first: " + left.front().reason;
}

base::Task<> complete_undo(
    journal::Journal* journal, journal::Transaction* back, std::string restoring
) {
    const auto enrolling = enrolling_of(*back);
    co_await hold_rosters(&journal->store(), back, &enrolling);
    co_await follow_enrolments(&journal->store(), back, &enrolling, std::move(restoring));
    for (const auto& course_id : enrolling.going) touch_roster(*back, course_id);
    // An enrolment may have come in between, as when a course is deleted.
    std::vector<std::string> courses;
    for (const auto& change : back->entry().changes)
        if (change.table == &courses_table && !change.after) courses.push_back(change.key);
    for (auto& course_id : courses)
        back->enqueue("remove_course", {{"course_id", std::move(course_id)}});
    follow_changes(*back);
}

bool fits(const journal::Transaction& back) {
    return back.operations() <= table::write_operations_max;
}

namespace {

// What take_back_what_can() is asked for, with its parts as one write can hold them.
struct Asked {
    journal::Journal* journal;
    journal::Actor actor;
    AddToUndo add;
    std::string restoring;
};

// nullopt: it is too much for one write.
base::Task<std::optional<std::vector<Left>>> take_back_at_once(
    const Asked* asked, const journal::Entry* entry, bool last
) {
    auto& journal = *asked->journal;
    for (int attempt = 0; attempt < attempts_max; ++attempt) {
        auto some = *entry;
        auto left = co_await sift(&journal, &some, asked->restoring);
        if (some.changes.empty() && !asked->add) co_return left;
        if (some.changes.empty()) some.events.clear();  // nothing of it is taken back
        auto back = co_await journal.undo(std::move(some), asked->actor);
        if (!back) continue;
        bool lost = false;
        try {
            co_await complete_undo(&journal, &*back, asked->restoring);
        } catch (const Error& error) {
            if (error.code != base::Code::conflict) throw;
            lost = true;
        }
        if (lost) continue;
        if (asked->add) asked->add(*back, left, last);
        if (!fits(*back) && entry->changes.size() > 1) co_return std::nullopt;
        const auto done = co_await journal.commit(std::move(*back));
        if (done) co_return left;
    }
    throw Error::conflict("Somebody is changing the same records right now. Please try again.");
}

}  // namespace

base::Task<std::vector<Left>> take_back_what_can(
    journal::Journal* journal, journal::Entry entry, journal::Actor actor, AddToUndo add,
    std::string restoring
) {
    const Asked asked{journal, std::move(actor), std::move(add), std::move(restoring)};
    std::vector<Left> left;
    // What goes with an undo may be more than the change was: then half of it at a time. The events
    // are told with the last.
    std::vector<journal::Entry> waiting;
    waiting.push_back(std::move(entry));
    while (!waiting.empty()) {
        auto next = std::move(waiting.back());
        waiting.pop_back();
        auto done = co_await take_back_at_once(&asked, &next, waiting.empty());
        if (done) {
            std::ranges::move(*done, std::back_inserter(left));
            continue;
        }
        const auto middle =
            next.changes.begin() + static_cast<std::ptrdiff_t>(next.changes.size() / 2);
        auto first = next;
        first.events.clear();
        first.changes.assign(next.changes.begin(), middle);
        next.changes.erase(next.changes.begin(), middle);
        waiting.push_back(std::move(next));
        waiting.push_back(std::move(first));
    }
    co_return left;
}

}  // namespace studentcore
