#include "studentcore/undos.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "platform/base/error.h"
#include "studentcore/bulk.h"
#include "studentcore/follow_ups.h"
#include "studentcore/removals.h"
#include "studentcore/tables.h"

namespace studentcore {
namespace {

using base::Error;
using Part = journal::Journal::Part;

constexpr int attempts_max = 5;

bool restores(const journal::Entry& entry) {
    return std::ranges::any_of(entry.changes, [](const journal::Change& change) {
        return change.after && change.after->contains("restoring");
    });
}

// What may have parts in the log later, as its follow-up work was only asked for.
bool may_go_on(const journal::Entry& entry) {
    return entry.action == "enrolment_deleted" || entry.action == "user_deleted";
}

// The record itself went at the end; it is brought back by its mark.
bool is_last(const Part& part) { return part.action.ends_with("_removed"); }

// Enrolments before the marks that need them; else the newest first.
std::vector<Part> in_order(std::vector<Part> parts) {
    std::erase_if(parts, is_last);
    std::ranges::reverse(parts);
    std::ranges::stable_partition(parts, [](const Part& part) {
        return part.action == "enrolment_deleted";
    });
    return parts;
}

// One row for each part that was taken back: only one of two workers writes it.
table::Key done_key(std::string_view undo_id, std::string_view part_id) {
    return {"undone#" + std::string(undo_id), std::string(part_id)};
}

json::Object rest_of(const journal::Entry& entry, const journal::Actor& actor) {
    return {
        {"subject", entry.subject},
        {"entry", entry.id},
        {"by", actor.user_id},
        {"by_name", actor.name},
    };
}

std::string_view noun_of(table::SchemaRef table) {
    return table == &students_table ? "student" : "course";
}

}  // namespace

const journal::Change* removal_in(const journal::Entry& entry) {
    for (const auto& change : entry.changes)
        if (change.before && change.after && change.after->contains("removal")) return &change;
    return nullptr;
}

bool is_fixed(const journal::Entry& entry) {
    return !entry.part_of.empty() || restores(entry) ||
           std::ranges::all_of(entry.changes, says_nothing) ||
           std::ranges::any_of(entry.changes, [](const journal::Change& change) {
               return change.table == &journal::system_table();
           });
}

base::Task<Undos::Begun> Undos::begin(journal::Entry entry, journal::Actor actor) {
    if (!entry.part_of.empty())
        throw Error::conflict("This is part of a larger change. Take that one back as a whole.");
    if (restores(entry))
        throw Error::conflict("This brought a record back. Delete the record again instead.");
    auto parts = co_await journal_.parts(entry.id);
    if (removal_in(entry) != nullptr)
        co_return co_await begin_restoring(std::move(entry), std::move(actor), std::move(parts));
    const bool had_changes = !entry.changes.empty();
    const auto left = co_await sift(&journal_, &entry, {});
    if (!left.empty()) throw Error::conflict(sentence_of(left.front()));
    if (!had_changes) throw Error::conflict("There is nothing in this entry to take back.");
    const bool goes_on = !parts.empty() || may_go_on(entry);
    auto rest = rest_of(entry, actor);
    auto back = co_await journal_.undo(std::move(entry), std::move(actor));
    if (!back)
        throw Error::conflict(
            "This cannot be taken back: the record has been changed again since. Take the later "
            "change back first."
        );
    co_await complete_undo(&journal_, &*back, {});
    if (!fits(*back)) co_return begin_whole(std::move(rest), *back, parts.size());
    if (goes_on) {
        rest.set("undo", back->known_as(journal_));
        back->enqueue("undo_parts", rest);
    } else {
        rest = {};
    }
    Begun begun{
        .first = std::move(*back),
        .rest = std::move(rest),
        .parts = parts.size(),
        .for_good = false,
    };
    co_return begun;
}

// The head is more than one write can hold: it is taken back like a part.
Undos::Begun Undos::begin_whole(
    json::Object rest, const journal::Transaction& back, std::size_t parts
) {
    const auto& entry = back.entry();
    journal::Transaction first(entry.actor, entry.action, entry.subject);
    first.undoes(entry.undoes);
    rest.set("undo", first.known_as(journal_));
    rest.set("whole", true);
    first.enqueue("undo_parts", rest);
    return {
        .first = std::move(first), .rest = std::move(rest), .parts = parts + 1, .for_good = true
    };
}

base::Task<Undos::Begun> Undos::begin_restoring(
    journal::Entry entry, journal::Actor actor, std::vector<Part> parts
) {
    auto rest = rest_of(entry, actor);
    const auto count = parts.size();
    journal::Transaction first(std::move(actor), entry.action, entry.subject);
    first.undoes(entry.id);
    auto head = *removal_in(entry);
    auto undo_id = co_await mark(&first, std::move(head), &entry, std::move(parts));
    rest.set("undo", std::move(undo_id));
    first.enqueue("undo_parts", rest);
    Begun begun{
        .first = std::move(first), .rest = std::move(rest), .parts = count, .for_good = true
    };
    co_return begun;
}

base::Task<std::string> Undos::mark(
    journal::Transaction* first, journal::Change head, const journal::Entry* entry,
    std::vector<Part> parts
) {
    const auto noun = std::string(noun_of(head.table));
    // What the record needs must be there before anything comes back.
    journal::Entry needs = *entry;
    const auto record = co_await journal_.store().get(head.table, {head.key, {}});
    if (record) {
        auto before = record->item();
        if (before.contains("restoring"))
            throw Error::conflict("This " + noun + " is being brought back already.");
        if (before.text("removal") != entry->id)
            throw Error::conflict("This " + noun + " has been brought back since.");
        json::Object same{{"version", *before.find("version")}};
        needs.changes = {{head.table, head.key, head.before, std::move(same)}};
        const auto left = co_await sift(&journal_, &needs, entry->id);
        if (!left.empty()) throw Error::conflict(sentence_of(left.front()));
        auto after = before;
        after.erase("removal");
        auto undo_id = first->known_as(journal_);
        after.set("restoring", undo_id);
        first->replace(head.table, std::move(before), std::move(after));
        co_return undo_id;
    }
    const auto last = std::ranges::find_if(parts, is_last);
    std::optional<journal::Entry> removed;
    if (last != parts.end()) removed = co_await journal_.find(last->subject, last->id);
    if (!removed || removed->changes.empty() || !removed->changes.front().before)
        throw Error::conflict("The log does not have this " + noun + " any more.");
    auto item = *removed->changes.front().before;
    auto whole = item;
    for (const auto& [name, value] : *head.before) whole.set(name, value);
    needs.changes = {{head.table, head.key, std::move(whole), std::nullopt}};
    const auto left = co_await sift(&journal_, &needs, {});
    if (!left.empty()) throw Error::conflict(sentence_of(left.front()));
    item.erase("removal");
    auto undo_id = first->known_as(journal_);
    item.set("restoring", undo_id);
    first->create(head.table, std::move(item));
    co_return undo_id;
}

base::Task<bool> Undos::still_restoring(const Undo* undo) {
    if (undo->restoring == nullptr) co_return true;
    const auto record = co_await journal_.store().get(undo->restoring, {undo->key, {}});
    co_return record&& json::peek(record->text, "restoring").value_or("") == undo->id;
}

base::Task<bool> Undos::is_done(std::string undo_id, std::string part_id) {
    const auto row =
        co_await journal_.store().get(&journal::system_table(), done_key(undo_id, part_id));
    co_return row.has_value();
}

base::Task<> Undos::go_on(json::Object payload) {
    auto head = co_await journal_.find(
        std::string(payload.text("subject")), std::string(payload.text("entry"))
    );
    if (!head) co_return;
    Undo undo{
        .head = std::move(*head),
        .id = std::string(payload.text("undo")),
        .actor = {std::string(payload.text("by")), std::string(payload.text("by_name"))},
        .restoring = nullptr,
        .key = {},
        .comes_back = false,
    };
    if (const auto* removal = removal_in(undo.head)) {
        undo.comes_back = true;
        undo.restoring = removal->table;
        undo.key = removal->key;
    }
    const bool wanted = co_await still_restoring(&undo);
    if (!wanted) co_return;
    std::vector<Left> left;
    auto parts = in_order(co_await journal_.parts(undo.head.id));
    if (payload.truth("whole"))
        parts.push_back({undo.head.id, undo.head.subject, undo.head.action});
    for (const auto& part : parts) {
        auto more = co_await take_back_part(&undo, part);
        std::ranges::move(more, std::back_inserter(left));
    }
    if (undo.restoring != nullptr) co_await show_again(&undo, std::move(left));
}

base::Task<std::vector<Left>> Undos::take_back_part(const Undo* undo, Part part) {
    std::vector<Left> left;
    const bool before = co_await is_done(undo->id, part.id);
    if (before) co_return left;
    auto entry = co_await journal_.find(part.subject, part.id);
    if (!entry) co_return left;
    AddToUndo add = [undo,
                     part](journal::Transaction& back, const std::vector<Left>& kept, bool last) {
        back.part_of(undo->id);
        back.note(note_of(kept));
        if (undo->comes_back) back.keep_times();
        if (undo->restoring != nullptr)
            back.check(
                undo->restoring, undo->key, {table::Condition::equals("restoring", undo->id)}
            );
        if (!last) return;
        const auto key = done_key(undo->id, part.id);
        back.also(table::Put{
            .table = &journal::system_table(),
            .item = {{"pk", key.partition}, {"sk", key.sort}},
            .conditions = {table::Condition::absent()},
        });
    };
    const std::string restoring = undo->restoring == nullptr ? "" : undo->id;
    std::optional<Error> failure;
    try {
        left = co_await take_back_what_can(
            &journal_, std::move(*entry), undo->actor, std::move(add), restoring
        );
    } catch (const Error& error) {
        failure = error;
    }
    if (!failure) co_return left;
    // Another worker may have been quicker, with this part or with the whole.
    const bool elsewhere = co_await is_done(undo->id, part.id);
    if (elsewhere) co_return left;
    const bool wanted = co_await still_restoring(undo);
    if (wanted) throw Error(*failure);
    co_return left;
}

base::Task<> Undos::leave_out_people(json::Object* record) {
    auto& store = journal_.store();
    if (const std::string user_id(record->text("user_id")); !user_id.empty()) {
        const auto user = co_await store.get(&users_table, {user_id, {}});
        auto query = index_query(&students_table, "user_id-index", user_id);
        const auto others = co_await store.query(std::move(query));
        if (!user || !others.records.empty()) record->erase("user_id");
    }
    auto lecturers = strings_of(*record, "co_faculty");
    if (const auto first = record->text("faculty"); !first.empty()) lecturers.emplace_back(first);
    for (const auto& user_id : lecturers) {
        const auto user = co_await store.get(&users_table, {user_id, {}});
        if (!user) *record = without_lecturer(std::move(*record), user_id);
    }
}

base::Task<> Undos::show_again(const Undo* undo, std::vector<Left> left) {
    const auto* const head = removal_in(undo->head);
    for (int attempt = 0; attempt < attempts_max; ++attempt) {
        const auto record = co_await journal_.store().get(undo->restoring, {undo->key, {}});
        if (!record) co_return;
        auto now = record->item();
        if (now.text("restoring") != undo->id) co_return;
        auto then = *journal::reversed(*head, now);
        then.erase("restoring");
        then.set("version", *now.find("version"));
        then.set("updated_at", now.text("updated_at"));
        co_await leave_out_people(&then);
        journal::Transaction change(undo->actor, undo->head.action, undo->head.subject);
        change.undoes(undo->head.id);
        change.part_of(undo->id);
        change.note(note_of(left));
        if (undo->restoring == &students_table) {
            json::Array courses;
            const auto enrolled = co_await all_of(
                &journal_.store(), &enrolments_table, "student_id-index", undo->key
            );
            for (const auto& one : enrolled)
                courses.emplace_back(json::peek(one.text, "course_id").value_or(""));
            then.set("enrolled_courses", std::move(courses));
            // Its programme may have another name by now.
            change.enqueue("rename_program", {{"from", then.text("program")}});
        }
        if (!then.text("faculty").empty())
            change.enqueue("rename_lecturer", {{"user_id", then.text("faculty")}});
        change.replace(undo->restoring, std::move(now), std::move(then));
        for (const auto& event : undo->head.events) {
            auto name = std::string(noun_of(undo->restoring)) + "_added";
            change.tell({std::move(name), event.rooms, event.payload});
        }
        follow_changes(change);
        const auto done = co_await journal_.commit(std::move(change));
        if (done) co_return;
    }
    throw Error(base::Code::unavailable, "The record is still being brought back.");
}

}  // namespace studentcore
