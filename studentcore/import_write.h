// Writes the rows of an import's plan: chunks of records, each one transaction with its log entry.
//
// Many chunks are under way at once: while the store makes some durable, the next are put together,
// and those that wait are committed as one. In the order of the file, save that the enrolments of a
// student go together, as they change the student's own list of courses too. Blocks until all are
// durable; throws base::Error when one could not be written, and what was written before it stays.
#pragma once

#include <string>

#include "platform/journal/journal.h"
#include "studentcore/import_plan.h"

namespace studentcore {

// Takes the records out of the plan.
void write_plan(
    journal::Journal& journal, journal::Actor actor, Plan& plan, const std::string& import_id
);

}  // namespace studentcore
