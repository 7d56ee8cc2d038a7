// The stored form of a change log entry; used by the journal and by nothing else.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/json.h"
#include "platform/journal/journal.h"

namespace journal {

// Entries of one day are spread over so many partitions of log_day-index, as DynamoDB takes about
// 1,000 writes a second in one.
inline constexpr unsigned log_shards = 4;

[[nodiscard]] std::string log_partition(std::string_view subject);
[[nodiscard]] std::string part_partition(std::string_view entry_id);
// The row by which the parts of a change are found.
[[nodiscard]] json::Object part_item(const Entry& entry);
[[nodiscard]] std::string log_day_partition(std::string_view date, unsigned shard);
// The milliseconds in an entry's id; -1 when the text is none. Its day is the one that it is listed
// under, whatever the clock did.
[[nodiscard]] std::int64_t time_of(std::string_view id);
inline constexpr std::string_view days_partition = "log_days";
[[nodiscard]] json::Object day_item(std::string date);

// Changes are kept as differences: a replace has only the attributes that are not the same on both
// sides, a create or delete the whole record; secret attributes never.
[[nodiscard]] json::Object stored(const Entry& entry);
[[nodiscard]] Entry loaded(const json::Object& item, const std::vector<table::SchemaRef>& tables);

// The event that tells of a change being taken back: result_added becomes result_deleted.
[[nodiscard]] std::string event_of_undo(std::string_view name);

}  // namespace journal
