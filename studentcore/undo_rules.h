// What must hold when changes are taken back: for the undo of one change (audit.h), of one that has
// parts (undos.h), and of an import.
//
// A record that was changed since is not touched, a mark comes back only for who is enrolled, an
// enrolment only while student and course are there, and nothing goes that others stand on. What
// stands in the way is said in words, record by record; whether the rest is taken back all the same is
// the caller's matter.
//
//   auto left = co_await sift(&journal, &entry, {});   // entry.changes: what can be taken back
//   auto back = co_await journal.undo(entry, actor);
//   co_await complete_undo(&journal, &*back, {});      // what goes with it
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "platform/base/json.h"
#include "platform/base/task.h"
#include "platform/journal/journal.h"
#include "platform/table/table.h"

namespace studentcore {

// A record that was left as it is.
struct Left {
    table::SchemaRef table = nullptr;
    std::string key;
    std::string name;    // for people: "Asha Rao, Databases"
    std::string reason;  // a sentence
};
[[nodiscard]] json::Object shown(const Left& left);
// "Asha Rao, Databases: It has been changed since."
[[nodiscard]] std::string sentence_of(const Left& left);
// "3 records were left as they are." with the first reason; "" for none.
[[nodiscard]] std::string note_of(const std::vector<Left>& left);

// Of a change whose attributes are secret the log holds nothing to go back to.
[[nodiscard]] bool says_nothing(const journal::Change& change);

// Takes out of the entry what cannot be taken back now. Also what follows from another change: a
// student's list of courses is made anew by complete_undo(). Copies of names in what comes back are set
// to the names of today. `restoring`: the undo that brings back a deleted student or course, which the
// records that belong to it may count on already.
// (Or, before that has begun, the deletion that it takes back.)
[[nodiscard]] base::Task<std::vector<Left>> sift(
    journal::Journal* journal, journal::Entry* entry, std::string restoring
);

// Adds to an undo what goes with it: students' lists of courses, roster stamps, conditions on what it
// refers to, names for copies, sessions to end. Conflict when something it needs went since sift().
[[nodiscard]] base::Task<> complete_undo(
    journal::Journal* journal, journal::Transaction* back, std::string restoring
);

// Whether one write can hold it.
[[nodiscard]] bool fits(const journal::Transaction& back);

// All of this; tried again when somebody was quicker, and in several writes when one is too small. `add`
// puts in what the caller wants in each of them, and in the last one, which is then made also when
// nothing can be taken back. Gives what was left.
using AddToUndo =
    std::function<void(journal::Transaction&, const std::vector<Left>& left, bool last)>;
[[nodiscard]] base::Task<std::vector<Left>> take_back_what_can(
    journal::Journal* journal, journal::Entry entry, journal::Actor actor, AddToUndo add,
    std::string restoring
);

}  // namespace studentcore
