// What the two papers (transcript.h) say: pure functions of what is recorded.
#pragma once

#include <string>
#include <vector>

#include "platform/base/json.h"
#include "platform/table/table.h"
#include "studentcore/settings.h"
#include "studentcore/student_summary.h"

namespace studentcore {

// Pure. Terms in the college's order, courses by name; open courses are listed apart.
[[nodiscard]] json::Object transcript_model(
    const StudentRecords& records, const College& college, const std::string& today
);

// What a class report is made of.
struct ClassRecords {
    json::Object course;
    std::vector<json::Object> enrolments;  // by name
    std::vector<table::Record> attendance;
    std::vector<json::Object> results;
};
[[nodiscard]] json::Object class_report_model(
    const ClassRecords& records, const College& college, const std::string& today
);

}  // namespace studentcore
