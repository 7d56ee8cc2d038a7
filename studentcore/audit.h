// The audit log: who changed what, and taking it back.
//
// GET  /api/audit                     Audit::list       admin; ?subject=, by=, action=, cursor=; page /audit
// POST /api/audit/{entry_id}/undo     Audit::undo       admin; others their own of the last 10 minutes;
//                                                       {"subject"}; form POST /audit/{entry_id}/undo;
//                                                       answers {undone, state: done | running}
// POST /api/recover                   Audit::recover    admin; {table, key, as_of, subject?}: the record
//                                                       as it was at that second
#pragma once

#include <string>

#include "platform/base/task.h"
#include "platform/http/response.h"
#include "platform/journal/journal.h"
#include "platform/web/call.h"
#include "studentcore/undos.h"

namespace studentcore {

class Audit {
  public:
    Audit(journal::Journal& journal, Undos& undos) : journal_(journal), undos_(undos) {}

    [[nodiscard]] base::Task<http::Response> list(web::Call call);
    [[nodiscard]] base::Task<http::Response> undo(web::Call call);
    [[nodiscard]] base::Task<http::Response> recover(web::Call call);

  private:
    // Ends the request unless the caller may take this entry back.
    [[nodiscard]] base::Task<> require_undo(web::Identity who, journal::Entry entry);

    journal::Journal& journal_;
    Undos& undos_;
};

}  // namespace studentcore
