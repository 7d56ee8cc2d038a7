// What happened to one student: the log of the student's own record, merged with what was noted of
// them in their courses.
//
// The save of a class is one entry in the course's log, which holds the marks of everyone. A link from
// each student to it would double the write and cut a class of 60 in two; reading the course's log would
// read all the others. So a mark and an enrolment stand here as they are now, at the time when they were
// last changed: one line each, from the student's own index partitions, and nobody else's is touched.
// Each single step, and what was removed, is in the audit log. A name that was carried into copies is no
// change, and does not move a line.
#pragma once

#include <string>

#include "platform/base/json.h"
#include "platform/base/task.h"
#include "platform/journal/journal.h"
#include "platform/web/call.h"
#include "studentcore/student_summary.h"

namespace studentcore {

struct Timeline {
    json::Array items;   // newest first, as feed_of() makes them
    std::string cursor;  // "" at the end
};
// `records` are what the reader may see; without a student in them only the log is read.
[[nodiscard]] base::Task<Timeline> timeline_of(
    journal::Journal* journal, web::Identity who, const StudentRecords* records,
    std::string student_id, std::string cursor, std::size_t limit
);

}  // namespace studentcore
