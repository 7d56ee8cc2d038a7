#include "studentcore/app.h"

#include "studentcore/tables.h"

namespace studentcore {

App::App(Parts parts)
    : store(parts.store),
      clock(parts.clock),
      journal(parts.store, parts.clock, all_tables()),
      outbox(journal),
      api_tokens(
          parts.store, parts.clock,
          [this](std::string user_id) { return users.session_user(std::move(user_id)); }
      ),
      sessions(
          parts.store, parts.clock, parts.secret, &api_tokens, {},
          [this](std::string user_id) { return users.session_user(std::move(user_id)); }
      ),
      one_time_links(parts.store, parts.clock),
      slow_down(parts.clock),
      settings(journal),
      pages(parts.templates, settings),
      students(journal, settings),
      courses(journal, settings),
      enrolments(journal),
      users(journal, settings, students, parts.passwords, sessions, api_tokens),
      sign_in(journal, users, parts.passwords, sessions, slow_down),
      links(journal, settings, users, sign_in, one_time_links, parts.passwords, sessions),
      tokens(journal, api_tokens),
      attendance(journal, settings, courses),
      results(journal, settings, courses),
      summaries(journal, settings, courses),
      portal(journal, settings, courses),
      stats(journal, settings, courses),
      transcripts(journal, settings, parts.pool),
      undos(journal),
      audit(journal, undos),
      events(journal, courses),
      announcements(journal),
      imports(journal, settings, parts.pool, parts.folder / "incoming"),
      exports(journal),
      copies_(journal),
      removals_(journal) {
    const auto work = [this](std::string kind, auto& resource, auto member) {
        outbox.on(std::move(kind), [&resource, member](json::Object payload) {
            return (resource.*member)(std::move(payload));
        });
    };
    work("rename_student", copies_, &Copies::rename_student);
    work("rename_course", copies_, &Copies::rename_course);
    work("rename_lecturer", copies_, &Copies::rename_lecturer);
    work("remove_student", removals_, &Removals::remove_student);
    work("remove_course", removals_, &Removals::remove_course);
    work("remove_marks", removals_, &Removals::remove_marks);
    work("remove_lecturer", removals_, &Removals::remove_lecturer);
    work("undo_parts", undos, &Undos::go_on);
    work("rename_program", settings, &Settings::rename_program);
    outbox.on("end_sessions", [this](const json::Object& payload) {
        return sessions.end_all(std::string(payload.text("user_id")));
    });
}

base::Task<std::string> App::prepare(std::string admin_password) {
    co_await settings.load();
    (void)co_await imports.resume();
    co_return co_await users.ensure_first_admin(std::move(admin_password));
}

http::Response App::render(http::Request request, const base::Error& error) {
    http::Response response;
    if (request.path().starts_with("/api/") || !request.wants_html()) {
        response = http::problem(error, request.id());
    } else {
        // Known without waiting, if at all: an error page is not worth a read.
        response = pages.error(request, error, sessions.known(request).value_or(web::Identity{}));
        if (error.retry_after_s > 0)
            response.headers.emplace_back("Retry-After", std::to_string(error.retry_after_s));
    }
    return response;
}

json::Object App::openapi() const {
    return web::openapi(routes_->documented(), "StudentCore", "0.1.0", record_tables());
}

}  // namespace studentcore
