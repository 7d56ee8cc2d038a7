// Taking back a change that went on in other writes: a deleted student or course with all that
// belonged to it, an unenrolment with many marks, a class or a list of enrolments that took several
// writes.
//
// Such a change is one entry in the log, its head, and others that are part of it (part_of). begin()
// makes the first write: it takes back the head, and asks for the rest as outbox work. go_on() takes
// back each part in one write, which is itself part of the undo's entry; it may be killed at any
// point and run again, also by two at once. A record of a part that cannot come back (its course was
// deleted meanwhile) is left out, and the log says so.
//
// A deleted student or course comes back last. Until then it is `restoring`: not shown, like one that
// is going (removals.h), whose removal this stops at once.
//
//   auto begun = co_await undos.begin(entry, actor);
//   …commit begun.first
//   if (begun.parts <= Undos::at_once_max) co_await undos.go_on(begun.rest);   // else the outbox does
//
// Outbox: "undo_parts" → go_on.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "platform/base/json.h"
#include "platform/base/task.h"
#include "platform/journal/journal.h"
#include "studentcore/undo_rules.h"

namespace studentcore {

class Undos {
  public:
    explicit Undos(journal::Journal& journal) : journal_(journal) {}

    struct Begun {
        journal::Transaction first;
        json::Object rest;      // for go_on(); empty when the first write is all
        std::size_t parts = 0;  // so far: more may be written until the first write stops them
        bool for_good = false;  // it cannot be taken back in its turn
    };
    // Conflict with a sentence when it cannot be taken back.
    [[nodiscard]] base::Task<Begun> begin(journal::Entry entry, journal::Actor actor);
    [[nodiscard]] base::Task<> go_on(json::Object payload);

    // So many parts are quick enough to wait for.
    static constexpr std::size_t at_once_max = 12;

  private:
    // One that is under way, as go_on() reads it.
    struct Undo {
        journal::Entry head;
        std::string id;  // of the undo's own entry
        journal::Actor actor;
        table::SchemaRef restoring = nullptr;  // set when the head is a record that comes back
        std::string key;
        bool comes_back = false;  // its parts too, as they were
    };
    [[nodiscard]] base::Task<Begun> begin_restoring(
        journal::Entry entry, journal::Actor actor, std::vector<journal::Journal::Part> parts
    );
    [[nodiscard]] Begun begin_whole(
        json::Object rest, const journal::Transaction& back, std::size_t parts
    );
    // The record that is going, or was: with the mark of this undo, whose id is given back.
    [[nodiscard]] base::Task<std::string> mark(
        journal::Transaction* first, journal::Change head, const journal::Entry* entry,
        std::vector<journal::Journal::Part> parts
    );
    [[nodiscard]] base::Task<bool> still_restoring(const Undo* undo);
    [[nodiscard]] base::Task<bool> is_done(std::string undo_id, std::string part_id);
    [[nodiscard]] base::Task<std::vector<Left>> take_back_part(
        const Undo* undo, journal::Journal::Part part
    );
    // Sign-ins and lecturers that went since.
    [[nodiscard]] base::Task<> leave_out_people(json::Object* record);
    [[nodiscard]] base::Task<> show_again(const Undo* undo, std::vector<Left> left);

    journal::Journal& journal_;
};

// The change of this entry by which its record became one that is going; nullptr for none.
[[nodiscard]] const journal::Change* removal_in(const journal::Entry& entry);
// Whether the entry can only be taken back with the one that it is part of, or not at all.
[[nodiscard]] bool is_fixed(const journal::Entry& entry);

}  // namespace studentcore
