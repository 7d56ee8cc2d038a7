// Holds a save of a whole class to the roster that it was made from, by one condition.
//
// Attendance and results are only for enrolled students, and carry copies of the enrolment's names.
// A condition a student would double the operations of a class and cut a class of 60 in two writes.
// So each course has one stamp in the system table, which changes whenever an enrolment of it goes
// away or a name in one changes. A save reads the stamp, then the enrolments, and is refused when
// the stamp has moved by the time that it commits. A new enrolment needs no stamp: it takes nothing
// away from what was read, so enrolling a thousand students at once does not contend for it.
//
// Whoever removes an enrolment, or renames in one, calls touch_roster() in that same transaction,
// and does so before it looks for the attendance and results to remove or rename: what was saved
// before is then found, what is saved after sees the new state.
//
//   item: pk roster#<course_id>, sk -, stamp
#pragma once

#include <string>

#include "platform/base/task.h"
#include "platform/journal/journal.h"
#include "platform/table/table.h"

namespace studentcore {

struct RosterStamp {
    std::string course_id;
    std::string stamp;  // "" where no enrolment of the course ever went away
};
[[nodiscard]] base::Task<RosterStamp> read_stamp(table::Store* store, std::string course_id);
// Refuses the transaction when the stamp has moved since.
void check_stamp(journal::Transaction& change, const RosterStamp& seen);
// At most once a course and transaction, as no item may be twice in one.
void touch_roster(journal::Transaction& change, std::string_view course_id);

}  // namespace studentcore
