#include <sys/resource.h>
#include <unistd.h>

#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "platform/observe/metrics.h"

namespace observe {
namespace {

void append(
    std::string& out, std::string_view name, const char* type, std::string_view help, double value
) {
    char digits[32];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    out.append("# HELP ").append(name).append(" ").append(help).append("\n# TYPE ");
    out.append(name).append(" ").append(type).append("\n").append(name).append(" ");
    out.append(digits, end).append("\n");
}

// The fields of /proc/self/stat behind the program's name, the first of which is number 3 (state).
std::vector<double> own_stat() {
    std::ifstream stream("/proc/self/stat");
    const std::string text(std::istreambuf_iterator<char>(stream), {});
    std::vector<double> fields;
    const std::size_t name_end = text.rfind(')');  // the name may hold blanks
    if (name_end == std::string::npos) return fields;
    std::istringstream rest(text.substr(name_end + 1));
    std::string state;
    rest >> state;
    fields.push_back(0);
    for (double value = 0; rest >> value;) fields.push_back(value);
    return fields;
}

double boot_time() {
    std::ifstream stream("/proc/stat");
    for (std::string word; stream >> word;) {
        double seconds = 0;
        if (word == "btime" && stream >> seconds) return seconds;
    }
    return 0;
}

double open_files() {
    std::error_code code;
    double count = 0;
    for (std::filesystem::directory_iterator entry("/proc/self/fd", code), end;
         !code && entry != end; entry.increment(code))
        ++count;
    return count > 0 ? count - 1 : 0;  // without the one that reads the folder
}

}  // namespace

void append_process(std::string& out) {
    const std::vector<double> stat = own_stat();
    const auto field = [&](std::size_t number) {  // as numbered in proc(5)
        return number - 3 < stat.size() ? stat[number - 3] : 0;
    };
    const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
    const auto page = static_cast<double>(sysconf(_SC_PAGESIZE));
    static const double booted = boot_time();
    rlimit files{};
    getrlimit(RLIMIT_NOFILE, &files);
    append(
        out, "process_cpu_seconds_total", "counter", "User and system time spent, in seconds.",
        (field(14) + field(15)) / ticks
    );
    append(
        out, "process_max_fds", "gauge", "Most file descriptors that may be open.",
        static_cast<double>(files.rlim_cur)
    );
    append(out, "process_open_fds", "gauge", "Open file descriptors.", open_files());
    append(
        out, "process_resident_memory_bytes", "gauge", "Memory in use, in bytes.", field(24) * page
    );
    append(
        out, "process_start_time_seconds", "gauge",
        "When the process began, in seconds since 1970.", booted + field(22) / ticks
    );
    append(out, "process_threads", "gauge", "Threads.", field(20));
    append(
        out, "process_virtual_memory_bytes", "gauge", "Address space in use, in bytes.", field(23)
    );
}

}  // namespace observe
