// Structured log: one JSON object a line, on standard error or a file, without secrets or personal data.
//
// Lines gather in one buffer that a background thread writes every 100 ms, or at once for warnings
// and errors, so that a request does not wait for a terminal. The buffer is bounded: when the writer
// can't keep up, debug and info lines are dropped and counted (event log_lines_dropped), warnings
// wait. Thread-safe. What is left is written at exit(); flush_log() before anything harsher.
//   base::log(base::Level::info, "listening", {{"port", 5000}});
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "platform/base/json.h"

namespace base {

enum class Level : std::uint8_t { debug, info, warning, error };

using LogFields = std::initializer_list<std::pair<std::string_view, json::Value>>;
void log(Level level, std::string_view event, LogFields fields = {});
// A line that is JSON already, without its newline: the access log's quick way in.
void log_raw(std::string_view line);
void set_log_level(Level least);
void set_log_file(int descriptor);  // 2 unless told
void flush_log();

}  // namespace base
