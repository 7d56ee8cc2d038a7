// What of an entry can be taken back now, and what stands in the way of the rest.
#include <algorithm>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "platform/base/decimal.h"
#include "studentcore/access.h"
#include "studentcore/bulk.h"
#include "studentcore/grades.h"
#include "studentcore/removals.h"
#include "studentcore/tables.h"
#include "studentcore/undo_rules.h"

namespace studentcore {
namespace {

constexpr std::string_view changed_since =
    "It has been changed again since. Take the later change back first.";
constexpr std::string_view gone_since = "It has been deleted since.";
constexpr std::string_view not_in_log = "What was changed is not kept in the log.";
constexpr std::string_view there_again = "It is there again already.";

bool is_mark(table::SchemaRef table) {
    return table == &attendance_table || table == &results_table;
}

// A student's list of courses follows from the enrolments: their undo makes it anew.
bool only_lists_courses(const journal::Change& change) {
    if (change.table != &students_table || !change.before || !change.after) return false;
    const auto derived = [](const json::Object& side) {
        return std::ranges::all_of(side, [](const json::Object::Member& member) {
            return member.first == "enrolled_courses" || member.first == "version" ||
                   member.first == "updated_at";
        });
    };
    return derived(*change.before) && derived(*change.after);
}

// Marks may have changed by themselves, or what they are out of: percent and grade follow from both.
// False where they no longer go together.
bool grade_again(json::Object& before, const json::Object& now) {
    const auto either = [&](std::string_view name) {
        return base::Decimal::parse(before.contains(name) ? before.text(name) : now.text(name));
    };
    const auto marks = either("marks");
    const auto max_marks = either("max_marks");
    const auto grade = marks && max_marks ? grade_of(*marks, *max_marks) : std::nullopt;
    if (!grade) return false;
    before.set("percent", json::Number{grade->percent.text(2)}).set("grade", grade->letter);
    return true;
}

std::string name_of(table::SchemaRef table, const json::Object& record) {
    if (table == &courses_table) return std::string(record.text("course_name"));
    if (!is_mark(table) && table != &enrolments_table) return std::string(record.text("full_name"));
    std::string name(record.text("student_name"));
    for (const auto part : {"course_name", "date", "exam_type"})
        if (const auto text = record.text(part); !text.empty())
            name.append(name.empty() ? "" : ", ").append(text);
    return name;
}

// One entry under examination, with the records that were read for it.
class Sieve {
  public:
    Sieve(journal::Journal* journal, journal::Entry* entry, std::string restoring)
        : journal_(*journal),
          store_(journal->store()),
          entry_(*entry),
          restoring_(std::move(restoring)) {}

    base::Task<std::vector<Left>> run() {
        std::erase_if(entry_.changes, only_lists_courses);
        // Enrolments first: marks that come back in the same write count on them.
        co_await pass(true);
        co_await pass(false);
        std::size_t at = 0;
        std::erase_if(entry_.changes, [&](const journal::Change&) {
            return !reasons_[at++].empty();
        });
        leave_out_of_events();
        co_return std::move(left_);
    }

  private:
    using Found = std::optional<json::Object>;

    base::Task<> pass(bool enrolments) {
        reasons_.resize(entry_.changes.size());
        for (std::size_t at = 0; at < entry_.changes.size(); ++at) {
            auto& change = entry_.changes[at];
            if ((change.table == &enrolments_table) != enrolments) continue;
            reasons_[at] = co_await reason_of(&change);
            if (reasons_[at].empty()) continue;
            const auto now = co_await read(change.table, change.key);
            json::Object known = change.before.value_or(change.after.value_or(json::Object{}));
            if (now) known = *now;
            left_.push_back({change.table, change.key, name_of(change.table, known), reasons_[at]});
        }
    }

    base::Task<Found> read(table::SchemaRef table, std::string key) {
        auto place = std::pair(table, key);
        if (const auto known = read_.find(place); known != read_.end()) co_return known->second;
        const auto record = co_await store_.get(table, {std::move(key), {}});
        Found found;
        if (record) found = record->item();
        read_.emplace(std::move(place), found);
        co_return found;
    }

    base::Task<std::string> reason_of(journal::Change* change) {
        const auto now = co_await read(change->table, change->key);
        if (!change->after) {
            if (now) co_return std::string(there_again);
            co_return co_await missing_for(change);
        }
        if (!now) co_return std::string(gone_since);
        if (!stands_for_undo(*now)) co_return std::string(gone_since);
        if (!journal::stands(*change, *now)) co_return std::string(changed_since);
        if (says_nothing(*change)) co_return std::string(not_in_log);
        if (is_last_admin_matter(*change, *now))
            co_return "This is an admin now. Change that on the users page instead.";
        if (!change->before) co_return co_await needed_by(change->table, &*now);
        if (change->table == &results_table && !grade_again(*change->before, *now))
            co_return std::string(changed_since);
        co_return co_await missing_for(change);
    }

    static bool is_last_admin_matter(const journal::Change& change, const json::Object& now) {
        if (change.table != &users_table || now.text("role") != admin) return false;
        return !change.before || change.before->contains("role");
    }

    // What the record as it was refers to, and what is not there.
    base::Task<std::string> missing_for(journal::Change* change) {
        const auto table = change->table;
        if (table == &enrolments_table && !change->after)
            co_return co_await missing_for_enrolment(&*change->before);
        if (is_mark(table) && !change->after) co_return co_await missing_for_mark(&*change->before);
        for (const auto& field : table->unique) {
            const std::string value(change->before->text(field));
            if (value.empty()) continue;
            const auto owner = co_await journal_.owner(table, field, value);
            if (owner && *owner != change->key)
                co_return "Another record has the " + field + " " + value + " now.";
        }
        if (table == &students_table) co_return co_await missing_for_student(change);
        if (table == &courses_table) co_return co_await missing_for_course(&*change->before);
        co_return std::string();
    }

    // Not one that is being deleted, unless that is what is taken back.
    [[nodiscard]] bool stands_for_undo(const json::Object& record) const {
        if (!record.contains("deleting")) return true;
        return !restoring_.empty() &&
               (record.text("restoring") == restoring_ || record.text("removal") == restoring_);
    }
    [[nodiscard]] bool is_there(const Found& record) const {
        return record && stands_for_undo(*record);
    }

    base::Task<std::string> missing_for_enrolment(json::Object* enrolment) {
        const auto student =
            co_await read(&students_table, std::string(enrolment->text("student_id")));
        if (!is_there(student)) co_return "The student has been deleted.";
        const auto course =
            co_await read(&courses_table, std::string(enrolment->text("course_id")));
        if (!is_there(course)) co_return "The course has been deleted.";
        enrolment->set("student_name", student->text("full_name"));
        enrolment->set("student_code", student->text("student_code"));
        enrolment->set("course_name", course->text("course_name"));
        enrolled_.insert_or_assign(std::string(enrolment->text("enrolment_id")), *enrolment);
        co_return std::string();
    }

    base::Task<std::string> missing_for_mark(json::Object* mark) {
        const auto key = enrolment_key(mark->text("student_id"), mark->text("course_id"));
        Found enrolment;
        if (const auto coming = enrolled_.find(key); coming != enrolled_.end())
            enrolment = coming->second;
        else
            enrolment = co_await read(&enrolments_table, key);
        if (!enrolment) co_return "The student is no longer enrolled in this course.";
        mark->set("student_name", enrolment->text("student_name"));
        mark->set("course_name", enrolment->text("course_name"));
        co_return std::string();
    }

    base::Task<std::string> missing_for_student(const journal::Change* change) {
        const std::string user_id(change->before->text("user_id"));
        if (user_id.empty()) co_return std::string();
        const auto user = co_await read(&users_table, user_id);
        if (!user || user->text("role") != student)
            co_return "The sign-in that this student had is gone. Bring the user back first.";
        auto query = index_query(&students_table, "user_id-index", user_id);
        const auto page = co_await store_.query(std::move(query));
        for (const auto& record : page.records)
            if (record.item().text("student_id") != change->key)
                co_return "The sign-in that this student had is another student's now.";
        co_return std::string();
    }

    base::Task<std::string> missing_for_course(const json::Object* course) {
        std::vector<std::string> lecturers = strings_of(*course, "co_faculty");
        if (const auto first = course->text("faculty"); !first.empty())
            lecturers.emplace_back(first);
        for (const auto& user_id : lecturers) {
            const auto user = co_await read(&users_table, user_id);
            if (!user) co_return "A lecturer of the course has been deleted. Bring the user back.";
        }
        co_return std::string();
    }

    [[nodiscard]] bool goes_with_it(std::string_view key) const {
        return std::ranges::any_of(entry_.changes, [&](const journal::Change& change) {
            return change.key == key;
        });
    }

    // Who stands on a record that would go.
    base::Task<std::string> needed_by(table::SchemaRef table, const json::Object* now) {
        if (table == &courses_table) {
            const std::string id(now->text("course_id"));
            const auto belongings = co_await belongings_of(&store_, "course_id-index", id);
            if (!belongings.none())
                co_return "The course has students or marks now. Delete it instead.";
        }
        if (table == &students_table) {
            const std::string id(now->text("student_id"));
            const auto belongings = co_await belongings_of(&store_, "student_id-index", id);
            if (!belongings.none())
                co_return "The student has courses or marks now. Delete the student instead.";
        }
        if (table == &enrolments_table) {
            const std::string student_id(now->text("student_id"));
            const std::string course_id(now->text("course_id"));
            const auto marks = co_await marks_of(&store_, student_id, course_id);
            const auto stays = [this](std::string_view key_field, const auto& records) {
                return std::ranges::any_of(records, [&](const json::Object& record) {
                    return !goes_with_it(record.text(key_field));
                });
            };
            if (stays("attendance_id", marks.attendance) || stays("result_id", marks.results))
                co_return "Attendance or results have been recorded for it. Unenrol the student "
                          "instead.";
        }
        if (table == &users_table) co_return co_await needs_user(now);
        co_return std::string();
    }

    base::Task<std::string> needs_user(const json::Object* user) {
        const std::string id(user->text("user_id"));
        auto taught = index_query(&journal::system_table(), "", teaches_partition(id));
        const auto courses = co_await store_.query(std::move(taught));
        if (!courses.records.empty())
            co_return "This user teaches courses now. Delete the user instead.";
        auto linked = index_query(&students_table, "user_id-index", id);
        const auto students = co_await store_.query(std::move(linked));
        for (const auto& record : students.records)
            if (!goes_with_it(record.item().text("student_id")))
                co_return "This is a student's sign-in now. Delete the user instead.";
        co_return std::string();
    }

    // What is left is not told as taken back.
    void leave_out_of_events() {
        for (auto& event : entry_.events) {
            auto* const items = event.payload.find("items");
            if (items == nullptr || items->array() == nullptr) continue;
            std::erase_if(*items->array(), [this](const json::Value& item) {
                return item.object() != nullptr && std::ranges::any_of(left_, [&](const Left& one) {
                           return item.object()->text(one.table->key) == one.key;
                       });
            });
        }
    }

    journal::Journal& journal_;
    table::Store& store_;
    journal::Entry& entry_;
    std::string restoring_;
    std::vector<std::string> reasons_;  // of each change; "" where nothing stands in the way
    std::vector<Left> left_;
    std::map<std::string, json::Object, std::less<>> enrolled_;  // enrolments that come back
    std::map<std::pair<table::SchemaRef, std::string>, Found> read_;
};

}  // namespace

bool says_nothing(const journal::Change& change) {
    if (!change.before || !change.after) return false;
    const auto always_there = [](const json::Object& side) {
        return std::ranges::all_of(side, [](const json::Object::Member& member) {
            return member.first == "version" || member.first == "updated_at";
        });
    };
    return always_there(*change.before) && always_there(*change.after);
}

base::Task<std::vector<Left>> sift(
    journal::Journal* journal, journal::Entry* entry, std::string restoring
) {
    Sieve sieve(journal, entry, std::move(restoring));
    co_return co_await sieve.run();
}

}  // namespace studentcore
