// A student's transcript and a course's class report, as PDF.
//
// GET /api/students/{student_id}/transcript.pdf    Transcripts::transcript     admin, that student
// GET /api/courses/{course_id}/report.pdf          Transcripts::class_report   its lecturers, admin
//
// Made on the pool: a document takes milliseconds that no I/O thread has.
#pragma once

#include "platform/base/pool.h"
#include "platform/base/task.h"
#include "platform/http/response.h"
#include "platform/journal/journal.h"
#include "platform/web/call.h"
#include "studentcore/settings.h"

namespace studentcore {

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
