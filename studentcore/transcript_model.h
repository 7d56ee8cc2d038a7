// The models of the two papers (transcript.h), and the requests for them.
//
// GET /api/students/{student_id}/transcript.pdf    Transcripts::transcript     admin, that student
// GET /api/courses/{course_id}/report.pdf          Transcripts::class_report   its lecturers, admin
//
// Made on the pool: a document takes milliseconds that no I/O thread has.
#pragma once

#include <string>
#include <vector>

#include "platform/base/json.h"
#include "platform/base/pool.h"
#include "platform/base/task.h"
#include "platform/http/response.h"
#include "platform/journal/journal.h"
#include "platform/web/call.h"
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

class Transcripts {
  public:
    Transcripts(journal::Journal& journal, const Settings& settings, base::Pool& pool)
        : store_(journal.store()), settings_(settings), pool_(pool) {}

    [[nodiscard]] base::Task<http::Response> transcript(web::Call call);
    [[nodiscard]] base::Task<http::Response> class_report(web::Call call);

  private:
    table::Store& store_;
    const Settings& settings_;
    base::Pool& pool_;
};

}  // namespace studentcore
