// What a change of a record asks for beside itself, for those who write records of any table:
// imports, undo, recovery. (What writes one kind of record asks for it there.)
//
// A new name reaches its copies; whoever got another role or password, another record of their own,
// or was deleted, signs in again.
#pragma once

#include "platform/journal/journal.h"

namespace studentcore {

// Adds the outbox work of the changes that stand in the transaction. Call it once, at the end.
void follow_changes(journal::Transaction& change);

// Whether the transaction leaves an admin deleted, or without that role.
[[nodiscard]] bool takes_an_admin(const journal::Transaction& change);

}  // namespace studentcore
