// The change log in words for people: the activity feed, a record's timeline, the audit page.
//
// An update's entry holds only what differs, so the names in a line are read from the record as it
// is now, all of a page's lines in one read a table.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "platform/base/json.h"
#include "platform/base/task.h"
#include "platform/journal/journal.h"
#include "platform/web/call.h"

namespace studentcore {

// {id, at, by, action, what, url, subject, part_of, note, undo}, one an entry, in their order. `what`
// says which record ("Asha Rao, Databases, midterm"; for a class "Databases, midterm (30)"), whose
// sign-in, or which file; `undo` whether this person may take it back now. What is part of a larger
// change is taken back with that one alone.
[[nodiscard]] base::Task<json::Array> feed_of(
    journal::Journal* journal, std::vector<journal::Entry> entries, web::Identity who
);

// Admins may take any change back, others their own within this time.
inline constexpr std::int64_t undo_minutes_max = 10;
[[nodiscard]] bool may_ask_undo(
    const web::Identity& who, const journal::Entry& entry, std::int64_t now_ms
);
// And it is something that can be taken back by itself.
[[nodiscard]] bool may_undo(
    const web::Identity& who, const journal::Entry& entry, std::int64_t now_ms
);

// What this person may know of the event, by the rooms they are in: all of it, of a class's list
// only their own record, or nothing.
[[nodiscard]] std::optional<json::Object> seen_by(
    const journal::Event& event, const std::vector<std::string>& rooms
);

}  // namespace studentcore
