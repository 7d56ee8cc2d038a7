#include "platform/http/access_log.h"

#include <array>
#include <charconv>

#include "platform/base/clock.h"
#include "platform/base/json.h"
#include "platform/base/log.h"

namespace http {
namespace {

constexpr std::size_t to_seconds = 19;  // of "2026-11-22T11:59:03.123Z"

void append_number(std::string& out, std::uint64_t value, std::size_t digits_min = 1) {
    std::array<char, 20> digits{};
    const auto end = std::to_chars(digits.begin(), digits.end(), value).ptr;
    const auto count = static_cast<std::size_t>(end - digits.begin());
    if (count < digits_min) out.append(digits_min - count, '0');
    out.append(digits.begin(), end);
}

}  // namespace

void AccessLog::write(const AccessEntry& entry) {
    if (const std::int64_t second = entry.time_ms / 1000; second != second_s_) {
        second_s_ = second;
        second_ = base::timestamp(entry.time_ms).substr(0, to_seconds);
    }
    line_.assign("{\"time\":\"").append(second_).append(".");
    append_number(line_, static_cast<std::uint64_t>(entry.time_ms % 1000), 3);
    line_.append("Z\",\"level\":\"info\",\"event\":\"request\",\"request_id\":\"");
    line_.append(entry.request_id).append("\",\"method\":\"").append(entry.method);
    line_.append("\",\"route\":\"").append(entry.route).append("\",\"status\":");
    append_number(line_, static_cast<std::uint64_t>(entry.status));
    line_.append(",\"ms\":");
    const std::uint64_t microseconds = entry.nanoseconds / 1000;
    append_number(line_, microseconds / 1000);
    line_.append(".");
    append_number(line_, microseconds % 1000, 3);
    line_.append(",\"bytes\":");
    append_number(line_, entry.bytes);
    if (!entry.user_id.empty()) {
        line_.append(",\"user_id\":");
        json::append_quoted(line_, entry.user_id);
    }
    line_.append("}");
    base::log_raw(line_);
}

}  // namespace http
