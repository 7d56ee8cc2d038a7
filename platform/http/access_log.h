// The access log: a JSON object a request, without path, query, address or anything else personal.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace http {

struct AccessEntry {
    std::int64_t time_ms = 0;
    std::string_view request_id;
    std::string_view method;
    std::string_view route;  // the pattern, "" when none matched
    int status = 0;
    std::uint64_t nanoseconds = 0;
    std::size_t bytes = 0;  // of the answer's body
    std::string_view user_id;
};

// Formats the time of a line once a second. One a thread.
class AccessLog {
  public:
    void write(const AccessEntry& entry);

  private:
    std::string line_;
    std::string second_;  // "2026-11-22T11:59:03"
    std::int64_t second_s_ = -1;
};

}  // namespace http
