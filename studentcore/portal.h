// A student's own page: results, attendance, courses, what the college announces.
//
// GET /me        Portal::me    page "me"
// GET /api/me    Portal::me    the same as JSON; 403 for those who are no student
#pragma once

#include "platform/base/task.h"
#include "platform/http/response.h"
#include "platform/journal/journal.h"
#include "platform/web/call.h"
#include "studentcore/announcements.h"
#include "studentcore/courses.h"
#include "studentcore/settings.h"
#include "studentcore/student_summary.h"

namespace studentcore {

class Portal {
  public:
    Portal(journal::Journal& journal, const Settings& settings, Courses& courses)
        : summary_(journal, settings, courses), announcements_(journal), store_(journal.store()) {}

    [[nodiscard]] base::Task<http::Response> me(web::Call call);

  private:
    StudentSummary summary_;
    Announcements announcements_;
    table::Store& store_;
};

}  // namespace studentcore
