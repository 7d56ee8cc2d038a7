// Announcements: a few words to everyone, or to staff, shown at once as server_message.
//
//   item of the system table: pk announcement#<audience>, sk <announcement_id, UUIDv7>, title, text,
//   by, at, audience
//
// GET    /api/announcements                      Announcements::list      all; page /announcements
// POST   /api/announcements                      Announcements::create    admin, faculty; form too
// DELETE /api/announcements/{announcement_id}    Announcements::remove    admin
#pragma once

#include <cstddef>
#include <string>

#include "platform/base/json.h"
#include "platform/base/task.h"
#include "platform/http/response.h"
#include "platform/journal/journal.h"
#include "platform/web/call.h"

namespace studentcore {

class Announcements {
  public:
    explicit Announcements(journal::Journal& journal) : journal_(journal) {}

    [[nodiscard]] base::Task<http::Response> list(web::Call call);
    [[nodiscard]] base::Task<http::Response> create(web::Call call);
    [[nodiscard]] base::Task<http::Response> remove(web::Call call);

    // [{announcement_id, title, text, by, at, audience}], newest first: those for this person.
    [[nodiscard]] base::Task<json::Array> newest(web::Identity who, std::size_t limit);

  private:
    journal::Journal& journal_;
};

}  // namespace studentcore
