// How messages lie in the system table: keys, rows, and what a lease asks of them. table_queue.h shows the
// rows; pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/json.h"
#include "platform/queue/queue.h"
#include "platform/table/table.h"

namespace queue {

[[nodiscard]] const table::Schema& rows();
[[nodiscard]] std::string group_of(std::string_view queue);  // of its counters

// The noun is "queue" or "dead".
[[nodiscard]] std::string partition_of(
    std::string_view noun, std::string_view queue, std::string_view id
);
[[nodiscard]] std::vector<std::string> partitions(std::string_view noun, std::string_view queue);
[[nodiscard]] std::int64_t due_of(std::string_view place);  // of a message's sort key

// A row with its key alone, and what fill() adds: all that a message's row holds but its lease.
[[nodiscard]] json::Object row_of(std::string_view queue, std::string_view id, std::int64_t due_ms);
void fill(json::Object& row, const Message& message);
[[nodiscard]] Message message_of(std::string_view queue, const json::Object& row);
[[nodiscard]] json::Object dead_row(Message message, std::int64_t now_ms);

// Under the condition that the message's lease is still held; of a row, that it is there.
[[nodiscard]] table::Delete removal(const Message& message);
[[nodiscard]] table::Put held_until(const Message& message, std::int64_t until);
[[nodiscard]] table::Delete removal(const json::Object& row);

void move_counts(table::Write& write, std::string_view queue, int waiting, int dead);

}  // namespace queue
