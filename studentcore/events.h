// The events that a program missed: what a socket would have brought, from the change log.
//
// GET /api/events?after=<id>    Events::after    all; each sees what their rooms would have heard
//
// {"items": [{id, at, by, name, payload}], "cursor": id | null}: oldest first after `after`, the newest
// ones without it. The cursor is the id to ask after next time, also when nothing was for this person.
#pragma once

#include "platform/base/task.h"
#include "platform/http/response.h"
#include "platform/journal/journal.h"
#include "platform/web/call.h"
#include "studentcore/courses.h"

namespace studentcore {

class Events {
  public:
    Events(journal::Journal& journal, Courses& courses) : journal_(journal), courses_(courses) {}

    [[nodiscard]] base::Task<http::Response> after(web::Call call);

  private:
    journal::Journal& journal_;
    Courses& courses_;
};

}  // namespace studentcore
