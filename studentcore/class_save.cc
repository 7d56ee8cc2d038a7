// The save of a whole class: one roster check, one write for up to 90 students.
#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "platform/base/error.h"
#include "studentcore/access.h"
#include "studentcore/marks.h"
#include "studentcore/roster_stamp.h"
#include "studentcore/tables.h"

namespace studentcore {
namespace {

using base::Error;

constexpr int attempts_max = 4;
// What a record adds to the events of its log entry, with ids, value and room.
constexpr std::size_t event_bytes = 320;

// One row against what is stored.
struct Plan {
    const ClassRow* row = nullptr;
    std::optional<json::Object> before;
    std::optional<json::Object> after;
    std::size_t bytes = 0;  // in the log
};

bool same(const json::Object& stored, const json::Object& wanted) {
    return std::ranges::all_of(wanted, [&](const json::Object::Member& member) {
        const auto* there = stored.find(member.first);
        return there != nullptr && *there == member.second;
    });
}

json::Object with(json::Object item, const json::Object& values) {
    for (const auto& [name, value] : values) item.set(name, value);
    return item;
}

// A class being saved: what was read, and what is left to write. Lives in save_class's frame.
struct Work {
    journal::Journal* journal;
    journal::Actor actor;
    ClassSave save;
    RosterStamp stamp;
    std::vector<Plan> plans;
    std::map<std::string, std::size_t, std::less<>> row_of;  // by student
    ClassSaved done;
    std::vector<bool> written;
};

json::Object new_item(const Work& work, const ClassRow& row, const json::Object& enrolment) {
    json::Object item{
        {work.save.kind->table->key, work.save.key(row.student_id)},
        {"student_id", row.student_id},
        {"course_id", work.save.course_id},
    };
    item = with(with(std::move(item), work.save.common), row.values);
    item.set("student_name", enrolment.text("student_name"));
    item.set("course_name", enrolment.text("course_name"));
    return item;
}

// Reads stamp, enrolments and records, in this order: whatever leaves the roster after the stamp
// was read moves the stamp.
base::Task<
    std::pair<std::vector<std::optional<table::Record>>, std::vector<std::optional<table::Record>>>>
read(Work* work) {
    auto& store = work->journal->store();
    work->stamp = co_await read_stamp(&store, work->save.course_id);
    std::vector<table::Key> enrolments;
    std::vector<table::Key> records;
    for (const auto& row : work->save.rows) {
        enrolments.push_back({enrolment_key(row.student_id, work->save.course_id), {}});
        records.push_back({work->save.key(row.student_id), {}});
    }
    auto enrolled = co_await store.get_many(&enrolments_table, std::move(enrolments));
    auto stored = co_await store.get_many(work->save.kind->table, std::move(records));
    co_return std::pair{std::move(enrolled), std::move(stored)};
}

// Names each student who is not enrolled.
base::Task<> refuse_strangers(Work* work, std::vector<const ClassRow*> strangers) {
    std::vector<table::Key> keys;
    for (const auto* row : strangers) keys.push_back({row->student_id, {}});
    const auto students =
        co_await work->journal->store().get_many(&students_table, std::move(keys));
    base::FieldErrors errors;
    for (std::size_t at = 0; at < strangers.size(); ++at) {
        const auto name = students[at] ? std::string(students[at]->item().text("full_name")) : "";
        errors.push_back(
            {strangers[at]->field + ".student_id",
             name.empty() ? "There is no such student." : name + " is not enrolled in this course."}
        );
    }
    throw Error::invalid(std::move(errors));
}

json::Object after_of(
    const Work& work, const ClassRow& row, const std::optional<json::Object>& before,
    const std::optional<table::Record>& enrolled
) {
    json::Object after = before ? with(with(*before, work.save.common), row.values)
                                : new_item(work, row, enrolled->item());
    if (!work.save.marked_by.empty()) after.set("marked_by", work.save.marked_by);
    return after;
}

base::Task<> plan(Work* work) {
    const auto [enrolled, stored] = co_await read(work);
    work->plans.clear();
    std::vector<const ClassRow*> strangers;
    base::FieldErrors changed;
    for (std::size_t at = 0; at < work->save.rows.size(); ++at) {
        const auto& row = work->save.rows[at];
        std::optional<json::Object> before;
        if (stored[at]) before = stored[at]->item();
        const bool removes = row.values.empty();
        if (removes ? !before
                    : before && same(*before, row.values) && same(*before, work->save.common)) {
            work->done.items[at] = before.value_or(json::Object{});
            continue;
        }
        if (!enrolled[at] && !removes) {
            strangers.push_back(&row);
            continue;
        }
        if (row.version && before && before->integer("version") != *row.version) {
            changed.push_back(
                {row.field, std::string(before->text("student_name")) +
                                ": someone else has changed this meanwhile; it is now " +
                                std::string(before->text(work->save.kind->value)) + "."}
            );
            continue;
        }
        Plan step{.row = &row, .before = std::move(before), .after = {}, .bytes = 0};
        if (!removes) step.after = after_of(*work, row, step.before, enrolled[at]);
        const journal::Change change{work->save.kind->table, {}, step.before, step.after};
        step.bytes = journal::logged_bytes(change) + event_bytes;
        work->plans.push_back(std::move(step));
    }
    if (!strangers.empty()) co_await refuse_strangers(work, std::move(strangers));
    if (!changed.empty()) {
        auto error = Error::conflict("Someone else has changed some of these meanwhile.");
        error.fields = std::move(changed);
        throw error;
    }
}

json::Object event_item(const MarkKind& kind, const json::Object& record) {
    return {
        {std::string(kind.table->key), record.text(kind.table->key)},
        {"student_id", record.text("student_id")},
        {std::string(kind.value), record.text(kind.value)},
    };
}

// One event for what was added, one for what changed, one for what went: each with its list, or for
// a single record in the form of a single record.
std::vector<journal::Event> events_of(const ClassSave& save, const std::vector<Plan>& chunk) {
    struct Group {
        std::string_view verb;
        json::Array items;
        std::vector<std::string> students;
    };
    const auto& kind = *save.kind;
    std::array<Group, 3> groups{
        Group{kind.added, {}, {}}, Group{"updated", {}, {}}, Group{"deleted", {}, {}}
    };
    for (const auto& step : chunk) {
        auto& group = groups.at(!step.after ? 2U : step.before ? 1U : 0U);
        group.items.emplace_back(event_item(kind, step.after ? *step.after : *step.before));
        group.students.push_back(step.row->student_id);
    }
    std::vector<journal::Event> events;
    for (auto& group : groups) {
        if (group.items.empty()) continue;
        json::Object payload{{"course_id", save.course_id}};
        for (const auto name : kind.tells)
            if (const auto* value = save.common.find(name)) payload.set(name, *value);
        if (group.items.size() == 1)
            payload = with(std::move(payload), *group.items.front().object());
        else
            payload.append_new("items", std::move(group.items));
        events.push_back(
            {event_name(kind, group.verb), marks_rooms(save.course_id, group.students),
             std::move(payload)}
        );
    }
    return events;
}

// What stood in the way of the chunk; then all must be read again.
base::Task<std::optional<journal::Conflict>> write_chunk(Work* work, std::vector<Plan> chunk) {
    auto events = events_of(work->save, chunk);
    journal::Transaction change(work->actor, events.front().name, "course:" + work->save.course_id);
    // A class of more than one write is one change to who saved it, and is taken back as one.
    change.part_of(work->done.entry_id);
    for (auto& event : events) change.tell(std::move(event));
    for (const auto& step : chunk) {
        if (!step.before)
            change.create(work->save.kind->table, *step.after);
        else if (step.after)
            change.replace(work->save.kind->table, *step.before, *step.after);
        else
            change.remove(work->save.kind->table, *step.before);
    }
    check_stamp(change, work->stamp);
    auto committed = co_await work->journal->commit(std::move(change));
    if (!committed) co_return std::move(committed.error());
    for (auto& one : committed->changes) {
        const auto student = (one.after ? *one.after : *one.before).text("student_id");
        const auto at = work->row_of.find(student)->second;
        work->done.items[at] = one.after ? std::move(*one.after) : json::Object{};
        work->written[at] = true;
    }
    if (work->done.entry_id.empty()) work->done.entry_id = committed->id;
    co_return std::nullopt;
}

base::Task<std::optional<journal::Conflict>> write_all(Work* work) {
    auto& plans = work->plans;
    for (std::size_t at = 0; at < plans.size();) {
        std::vector<Plan> chunk;
        std::size_t bytes = 0;
        while (at < plans.size() && chunk.size() < class_rows_per_write &&
               (chunk.empty() || bytes + plans[at].bytes <= journal::entry_bytes_max)) {
            bytes += plans[at].bytes;
            chunk.push_back(std::move(plans[at]));
            ++at;
        }
        auto conflict = co_await write_chunk(work, std::move(chunk));
        if (conflict) co_return conflict;
    }
    co_return std::nullopt;
}

}  // namespace

base::Task<ClassSaved> save_class(journal::Journal* journal, journal::Actor actor, ClassSave save) {
    Work work{
        .journal = journal,
        .actor = std::move(actor),
        .save = std::move(save),
        .stamp = {},
        .plans = {},
        .row_of = {},
        .done = {},
        .written = {},
    };
    work.done.items.resize(work.save.rows.size());
    work.written.resize(work.save.rows.size());
    base::FieldErrors twice;
    for (std::size_t at = 0; at < work.save.rows.size(); ++at) {
        const auto& row = work.save.rows[at];
        if (!work.row_of.emplace(row.student_id, at).second)
            twice.push_back({row.field + ".student_id", "This student stands here twice."});
    }
    if (!twice.empty()) throw Error::invalid(std::move(twice));
    for (int attempt = 1;; ++attempt) {
        co_await plan(&work);
        const auto conflict = co_await write_all(&work);
        if (!conflict) break;
        if (attempt == attempts_max) throw web::error_of(*conflict);
    }
    work.done.saved = static_cast<std::size_t>(std::ranges::count(work.written, true));
    co_return std::move(work.done);
}

}  // namespace studentcore
