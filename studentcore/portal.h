// A student's own page: results, attendance, courses, what the college announces.
//
// GET /me        Portal::me    page "me"; staff go to /
// GET /api/me    Portal::me    the same as JSON; 403 for those who are no student
#pragma once

#include "platform/base/task.h"
#include "platform/http/response.h"
#include "platform/web/call.h"
#include "studentcore/announcements.h"
#include "studentcore/student_summary.h"

namespace studentcore {

class Portal {
  public:
    Portal(StudentSummary& summary, Announcements& announcements, table::Store& store)
        : summary_(summary), announcements_(announcements), store_(store) {}

    [[nodiscard]] base::Task<http::Response> me(web::Call call);

  private:
    StudentSummary& summary_;
    Announcements& announcements_;
    table::Store& store_;
};

}  // namespace studentcore
