// Every URL of StudentCore: method, path, who may, which function.
#include "studentcore/access.h"
#include "studentcore/app.h"
#include "studentcore/tables.h"

namespace studentcore {
namespace {

using http::Method;
using json::Array;
using json::Object;
using table::Mode;
using web::call;
using web::Doc;
using web::Once;
using web::Parameter;

const web::Roles office{admin};
const web::Roles staff{admin, faculty};
const web::Roles learner{student};
const web::Roles everyone{};

constexpr http::RouteOptions file_options{
    .body_bytes_max = import_bytes_max, .request_seconds_max = 300
};

Object string_schema(std::string_view format = {}) {
    Object schema{{"type", "string"}};
    if (!format.empty()) schema.set("format", format);
    return schema;
}
Object text_schema() { return {{"type", "string"}, {"minLength", 1}}; }
Object one_of(Array words) { return {{"type", "string"}, {"enum", std::move(words)}}; }
Object array_of(Object item) { return {{"type", "array"}, {"items", std::move(item)}}; }
// At least one.
Object some_of(Object item) {
    return {{"type", "array"}, {"items", std::move(item)}, {"minItems", 1}};
}
Object object_of(Object properties, Array required = {}) {
    Object schema{{"type", "object"}, {"properties", std::move(properties)}};
    if (!required.empty()) schema.set("required", std::move(required));
    return schema;
}
Parameter filter(std::string name, std::string description = {}) {
    return {.name = std::move(name), .description = std::move(description)};
}
Parameter id_filter(std::string name, std::string description = {}) {
    return {
        .name = std::move(name),
        .description = std::move(description),
        .schema = string_schema("uuid")
    };
}
Parameter choice(std::string name, Array words) {
    return {.name = std::move(name), .schema = one_of(std::move(words))};
}
Parameter day_filter(std::string name, std::string description = {}) {
    return {
        .name = std::move(name),
        .description = std::move(description),
        .schema = string_schema("date")
    };
}
// Of a row of a class: what was read; 0 for none.
Object version_schema() { return {{"type", "integer"}, {"minimum", 0}}; }
const Parameter cascade{
    .name = "cascade",
    .description = "true: what belongs to the record goes with it.",
    .schema = {{"type", "string"}, {"enum", Array{"true", "false"}}}
};

// The six verbs of a resource, as far as it has them.
struct Verbs {
    std::string path;  // "/api/students"
    std::string key;   // "student_id"
    table::SchemaRef table;
    bool owns = true;       // other records belong to it: its deletion may cascade
    Object body_more = {};  // what a request may hold beside the record
    [[nodiscard]] std::string one() const { return path + "/{" + key + "}"; }
};

template <class R>
void add_writes(web::Routes& routes, const Verbs& verbs, const web::Roles& roles, R& resource) {
    const std::string noun = verbs.table->name;
    routes.api(
        Method::post, verbs.path, roles, call(resource, &R::create),
        {.summary = "Create one of the " + noun,
         .body = verbs.table,
         .body_more = verbs.body_more,
         .item = verbs.table,
         .status = 201}
    );
    routes.api(
        Method::put, verbs.one(), roles, call(resource, &R::replace),
        {.summary = "Replace one of the " + noun,
         .body = verbs.table,
         .mode = Mode::replace,
         .body_more = verbs.body_more,
         .item = verbs.table}
    );
    routes.api(
        Method::patch, verbs.one(), roles, call(resource, &R::patch),
        {.summary = "Change one of the " + noun,
         .body = verbs.table,
         .mode = Mode::patch,
         .body_more = verbs.body_more,
         .item = verbs.table}
    );
    routes.api(
        Method::del, verbs.one(), roles, call(resource, &R::remove),
        {.summary = "Delete one of the " + noun,
         .status = 204,
         .query = verbs.owns ? std::vector<Parameter>{cascade} : std::vector<Parameter>{}}
    );
}

void add_files(web::Routes& routes, App& app) {
    for (const auto* table : record_tables()) {
        const std::string path = "/api/" + table->name;
        routes.api(
            Method::get, path + "/export.csv", office, call(app.exports, &Exports::csv),
            {.summary = "All " + table->name + " as CSV", .answer_type = "text/csv"}
        );
        routes.api(
            Method::post, path + "/import", office, call(app.imports, &Imports::import),
            {.summary = "Import " + table->name + " from CSV, or see what that would do",
             .answer = object_of(
                 {{"import_id", string_schema("uuid")}, {"rows", array_of({{"type", "object"}})}}
             ),
             .body_type = "text/csv",
             .query =
                 {{.name = "dry_run",
                   .description = "true: nothing is written.",
                   .schema = {{"type", "string"}, {"enum", Array{"true", "false"}}}}},
             .once = Once::by_route},
            file_options
        );
    }
    routes.api(
        Method::get, "/api/imports", office, call(app.imports, &Imports::list),
        {.summary = "The latest imports"}
    );
    routes.api(
        Method::post, "/api/imports/{import_id}/undo", office, call(app.imports, &Imports::undo),
        {.summary = "Take a whole import back", .once = Once::by_route}
    );
    routes.page("/import", office, call(app.imports, &Imports::list));
    routes.form(
        "/import", office, call(app.imports, &Imports::form), call(app.imports, &Imports::list),
        file_options
    );
    routes.form(
        "/imports/{import_id}/undo", office, call(app.imports, &Imports::undo),
        call(app.imports, &Imports::list)
    );
}

void add_students(web::Routes& routes, App& app) {
    const Verbs verbs{"/api/students", "student_id", &students_table};
    routes.api(
        Method::get, verbs.path, staff, call(app.students, &Students::list),
        {.summary = "List students",
         .items = &students_table,
         .query =
             {filter("program"), choice("status", {"active", "withdrawn", "graduated"}),
              filter("student_code")},
         .list = true,
         .sorts = {"full_name", "-full_name"}}
    );
    routes.api(
        Method::get, verbs.one(), everyone, call(app.students, &Students::get),
        {.summary = "One student", .item = &students_table}
    );
    add_writes(routes, verbs, office, app.students);
    routes.api(
        Method::get, verbs.one() + "/summary", everyone,
        call(app.summaries, &StudentSummary::summary),
        {.summary = "A student's averages, attendance and results"}
    );
    routes.api(
        Method::get, verbs.one() + "/timeline", everyone,
        call(app.summaries, &StudentSummary::timeline),
        {.summary = "What was changed of a student", .list = true}
    );
    routes.api(
        Method::get, verbs.one() + "/attendance", everyone,
        call(app.attendance, &Attendance::of_student),
        {.summary = "A student's attendance",
         .items = &attendance_table,
         .query =
             {id_filter("course_id"), day_filter("date"), day_filter("from"), day_filter("until")},
         .list = true}
    );
    routes.api(
        Method::get, verbs.one() + "/results", everyone, call(app.results, &Results::of_student),
        {.summary = "A student's results",
         .items = &results_table,
         .query = {id_filter("course_id")},
         .list = true}
    );
    routes.api(
        Method::get, verbs.one() + "/enrolments", everyone,
        call(app.enrolments, &Enrolments::of_student),
        {.summary = "A student's courses", .items = &enrolments_table, .list = true}
    );
    routes.api(
        Method::post, verbs.one() + "/enrolments", office,
        call(app.enrolments, &Enrolments::enrol_student),
        {.summary = "Enrol a student in courses",
         .body_schema = object_of({{"course_ids", some_of(string_schema("uuid"))}}, {"course_ids"}),
         .once = Once::by_route}
    );
    routes.api(
        Method::get, verbs.one() + "/transcript.pdf", everyone,
        call(app.transcripts, &Transcripts::transcript),
        {.summary = "A student's transcript", .answer_type = "application/pdf"}
    );
    routes.api(
        Method::post, verbs.one() + "/sign-in-link", office,
        call(app.links, &SignInLinks::of_student),
        {.summary = "A new sign-in link for a student", .once = Once::by_route}
    );
}

void add_student_pages(web::Routes& routes, App& app) {
    const auto list = call(app.students, &Students::list);
    const auto page = call(app.summaries, &StudentSummary::summary);
    routes.page("/students", staff, list);
    routes.form("/students", office, call(app.students, &Students::create), list);
    routes.page("/students/{student_id}", everyone, page);
    routes.form("/students/{student_id}", office, call(app.students, &Students::replace), page);
    routes.form(
        "/students/{student_id}/delete", office, call(app.students, &Students::remove), page
    );
    routes.form(
        "/students/{student_id}/enrolments", office,
        call(app.enrolments, &Enrolments::enrol_student), page
    );
    routes.form(
        "/students/{student_id}/sign-in-link", office, call(app.links, &SignInLinks::of_student),
        page
    );
    routes.page(
        "/students/{student_id}/transcript.pdf", everyone,
        call(app.transcripts, &Transcripts::transcript)
    );
}

void add_courses(web::Routes& routes, App& app) {
    const Verbs verbs{"/api/courses", "course_id", &courses_table};
    routes.api(
        Method::get, verbs.path, staff, call(app.courses, &Courses::list),
        {.summary = "List courses",
         .items = &courses_table,
         .query = {filter("term"), filter("faculty")},
         .list = true,
         .sorts = {"course_name", "-course_name"}}
    );
    routes.api(
        Method::get, verbs.one(), staff, call(app.courses, &Courses::get),
        {.summary = "One course", .item = &courses_table}
    );
    add_writes(routes, verbs, office, app.courses);
    routes.api(
        Method::get, verbs.one() + "/roster", staff, call(app.courses, &Courses::roster_page),
        {.summary = "A course and its students"}
    );
    routes.api(
        Method::get, verbs.one() + "/enrolments", staff,
        call(app.enrolments, &Enrolments::of_course),
        {.summary = "A course's enrolments", .items = &enrolments_table, .list = true}
    );
    routes.api(
        Method::post, verbs.one() + "/enrolments", office,
        call(app.enrolments, &Enrolments::enrol_course),
        {.summary = "Enrol students in a course",
         .body_schema = object_of(
             {{"student_ids", some_of(string_schema("uuid"))},
              {"student_codes", some_of(text_schema())}}
         ),
         .once = Once::by_route}
    );
    routes.api(
        Method::get, "/api/enrolments/{enrolment_id}", staff,
        call(app.enrolments, &Enrolments::get),
        {.summary = "One enrolment", .item = &enrolments_table}
    );
    routes.api(
        Method::del, "/api/enrolments/{enrolment_id}", office,
        call(app.enrolments, &Enrolments::remove),
        {.summary = "End an enrolment", .status = 204, .query = {cascade}}
    );
    routes.api(
        Method::get, verbs.one() + "/report.pdf", staff,
        call(app.transcripts, &Transcripts::class_report),
        {.summary = "A course's class report", .answer_type = "application/pdf"}
    );

    const auto list = call(app.courses, &Courses::list);
    const auto page = call(app.courses, &Courses::roster_page);
    routes.page("/courses", staff, list);
    routes.form("/courses", office, call(app.courses, &Courses::create), list);
    routes.page("/courses/{course_id}", staff, page);
    routes.form("/courses/{course_id}", office, call(app.courses, &Courses::replace), page);
    routes.form("/courses/{course_id}/delete", office, call(app.courses, &Courses::remove), page);
    routes.form(
        "/courses/{course_id}/enrolments", office, call(app.enrolments, &Enrolments::enrol_course),
        page
    );
    routes.form(
        "/enrolments/{enrolment_id}/delete", office, call(app.enrolments, &Enrolments::remove), list
    );
    routes.page(
        "/courses/{course_id}/report.pdf", staff, call(app.transcripts, &Transcripts::class_report)
    );
}

// What differs between attendance and results is their names.
template <class R>
void add_marks(
    web::Routes& routes, const Verbs& verbs, R& resource, Doc list, const Object& row,
    std::vector<Parameter> which
) {
    const std::string noun = verbs.table->name;
    routes.api(Method::get, verbs.path, everyone, call(resource, &R::list), std::move(list));
    routes.api(
        Method::get, verbs.one(), everyone, call(resource, &R::one),
        {.summary = "One of the " + noun, .item = verbs.table}
    );
    add_writes(routes, verbs, staff, resource);
    const std::string of_course = "/courses/{course_id}/" + noun;
    routes.api(
        Method::get, "/api" + of_course, staff, call(resource, &R::class_view),
        {.summary = "A whole class's " + noun, .query = std::move(which)}
    );
    routes.api(
        Method::post, "/api" + of_course, staff, call(resource, &R::save_class),
        {.summary = "Save a whole class's " + noun, .body_schema = row, .once = Once::by_route}
    );
    routes.page(of_course, staff, call(resource, &R::class_view));
    routes.form(of_course, staff, call(resource, &R::save_class), call(resource, &R::class_view));
    routes.page("/" + noun, staff, call(resource, &R::choose));
}

void add_attendance_and_results(web::Routes& routes, App& app) {
    add_marks(
        routes, {"/api/attendance", "attendance_id", &attendance_table, false}, app.attendance,
        {.summary = "List attendance of a student, course or day",
         .items = &attendance_table,
         .query =
             {id_filter("student_id"), id_filter("course_id"), day_filter("date"),
              day_filter("from", "The first day, of a student's or a course's."),
              day_filter("until", "The last day.")},
         .list = true},
        object_of(
            {{"date", string_schema("date")},
             {"session", string_schema()},
             {"marks", some_of(object_of(
                           {{"student_id", string_schema("uuid")},
                            {"status", one_of({"Present", "Absent", "Late"})},
                            {"version", version_schema()}}
                       ))}},
            {"date", "marks"}
        ),
        {day_filter("date", "The day; today unless told."),
         {.name = "session",
          .description = "Which class of that day, 1 unless told.",
          .schema = {{"type", "string"}, {"maxLength", 8}}}}
    );
    add_marks(
        routes, {"/api/results", "result_id", &results_table, false}, app.results,
        {.summary = "List results of a student or course",
         .items = &results_table,
         .query = {id_filter("student_id"), id_filter("course_id")},
         .list = true},
        object_of(
            {{"exam_type", text_schema()},
             {"max_marks", Object{{"type", "number"}}},
             {"results", some_of(object_of(
                             {{"student_id", string_schema("uuid")},
                              {"marks", Object{{"type", Array{"number", "null"}}}},
                              {"version", version_schema()}}
                         ))}},
            {"exam_type", "max_marks", "results"}
        ),
        {filter("exam_type", "Which exam; the college's first unless told.")}
    );
}

void add_users(web::Routes& routes, App& app) {
    const Verbs verbs{
        .path = "/api/users",
        .key = "user_id",
        .table = &users_table,
        .body_more =
            {{"password", Object{{"type", "string"}}},
             {"student_id",
              Object{
                  {"type", "string"},
                  {"description", "The student whose sign-in it is; \"\": none."}
              }}},
    };
    routes.api(
        Method::get, verbs.path, office, call(app.users, &Users::list),
        {.summary = "List users",
         .items = &users_table,
         .query = {choice("role", {admin, faculty, student})},
         .list = true,
         .sorts = {"full_name", "-full_name"}}
    );
    routes.api(
        Method::get, verbs.one(), office, call(app.users, &Users::get),
        {.summary = "One user", .item = &users_table}
    );
    add_writes(routes, verbs, office, app.users);
    routes.api(
        Method::post, verbs.one() + "/end-sessions", office, call(app.users, &Users::end_sessions),
        {.summary = "End every session of a user", .status = 204}
    );
    routes.api(
        Method::post, verbs.one() + "/sign-in-link", office, call(app.links, &SignInLinks::of_user),
        {.summary = "A new sign-in link for a user", .once = Once::by_route}
    );
    routes.api(
        Method::post, "/api/sign-in-links", office, call(app.links, &SignInLinks::create),
        {.summary = "Sign-in links for many at once",
         .body_schema = object_of(
             {{"program", text_schema()},
              {"role", one_of({faculty})},
              {"import_id", string_schema("uuid")},
              {"student_ids", some_of(string_schema("uuid"))}}
         ),
         .once = Once::by_route}
    );
    const auto list = call(app.users, &Users::list);
    routes.page("/users", office, list);
    routes.form("/users", office, call(app.users, &Users::create), list);
    routes.form("/users/{user_id}", office, call(app.users, &Users::replace), list);
    routes.form("/users/{user_id}/delete", office, call(app.users, &Users::remove), list);
    routes.form(
        "/users/{user_id}/end-sessions", office, call(app.users, &Users::end_sessions), list
    );
    routes.form(
        "/users/{user_id}/sign-in-link", office, call(app.links, &SignInLinks::of_user), list
    );
    routes.form("/sign-in-links", office, call(app.links, &SignInLinks::create), list);
}

void add_sign_in(web::Routes& routes, App& app) {
    const auto sign_in_page = call(app.sign_in, &SignIn::login_page);
    routes.open_api(
        Method::post, "/api/login", call(app.sign_in, &SignIn::login),
        {.summary = "Sign in",
         .body_schema = object_of(
             {{"username", text_schema()}, {"password", text_schema()}}, {"username", "password"}
         ),
         .answer = object_of({{"csrf_token", string_schema()}}, {"csrf_token"}),
         .once = Once::no}
    );
    routes.api(
        Method::post, "/api/logout", everyone, call(app.sign_in, &SignIn::logout),
        {.summary = "Sign out", .status = 204, .once = Once::no}
    );
    routes.api(
        Method::get, "/api/session", everyone, call(app.sign_in, &SignIn::session),
        {.summary = "Who is signed in"}
    );
    routes.api(
        Method::post, "/api/password", everyone, call(app.sign_in, &SignIn::change_password),
        {.summary = "Change one's own password",
         .body_schema = object_of(
             {{"password", text_schema()}, {"new_password", text_schema()}},
             {"password", "new_password"}
         ),
         .once = Once::no}
    );
    // What a device shows in place of a page that it can't fetch.
    routes.open_page("/offline", [](web::Call asked) -> base::Task<http::Response> {
        co_return asked.show("offline", {});
    });
    routes.open_page("/login", sign_in_page);
    routes.open_form("/login", call(app.sign_in, &SignIn::login), sign_in_page);
    routes.form("/logout", everyone, call(app.sign_in, &SignIn::logout), sign_in_page);
    const auto welcome = call(app.links, &SignInLinks::welcome_page);
    routes.open_page("/welcome/{token}", welcome);
    routes.open_form("/welcome/{token}", call(app.links, &SignInLinks::welcome), welcome);
}

void add_tokens(web::Routes& routes, App& app) {
    const auto tokens = call(app.tokens, &Tokens::list);
    routes.api(
        Method::get, "/api/tokens", everyone, tokens,
        {.summary = "One's API tokens", .query = {id_filter("user_id")}}
    );
    routes.api(
        Method::post, "/api/tokens", everyone, call(app.tokens, &Tokens::create),
        {.summary = "A new API token, shown once",
         .body_schema = object_of(
             {{"name", text_schema()},
              {"scope", one_of({"read", "write"})},
              {"days", Object{{"type", "integer"}, {"minimum", 1}, {"maximum", 366}}}},
             {"name"}
         ),
         .status = 201,
         .once = Once::by_route}
    );
    routes.api(
        Method::del, "/api/tokens/{token_id}", everyone, call(app.tokens, &Tokens::revoke),
        {.summary = "Revoke a token",
         .status = 204,
         .query = {id_filter("user_id", "Whose it is, when not one's own; for an admin.")},
         .once = Once::by_route,
         .versioned = false}
    );
    routes.page("/tokens", everyone, tokens);
    routes.form("/tokens", everyone, call(app.tokens, &Tokens::create), tokens);
    routes.form("/tokens/{token_id}/delete", everyone, call(app.tokens, &Tokens::revoke), tokens);
}

void add_settings(web::Routes& routes, App& app) {
    const auto settings = call(app.settings, &Settings::show);
    routes.api(
        Method::get, "/api/settings", everyone, settings, {.summary = "The college's settings"}
    );
    routes.api(
        Method::put, "/api/settings", office, call(app.settings, &Settings::replace),
        {.summary = "Change the settings", .body_schema = {{"type", "object"}}}
    );
    routes.api(
        Method::post, "/api/programs/rename", office, call(app.settings, &Settings::rename),
        {.summary = "Rename a programme, or merge it into another",
         .body_schema = object_of({{"from", text_schema()}, {"to", text_schema()}}, {"from", "to"})}
    );
    routes.page("/settings", office, settings);
    routes.form("/settings", office, call(app.settings, &Settings::replace), settings);
    routes.form("/programs/rename", office, call(app.settings, &Settings::rename), settings);
}

void add_overviews(web::Routes& routes, App& app) {
    routes.api(
        Method::get, "/api/stats", staff, call(app.stats, &Stats::stats),
        {.summary = "Counts and distributions"}
    );
    routes.page("/", everyone, call(app.stats, &Stats::dashboard));
    routes.page("/me", learner, call(app.portal, &Portal::me));
    routes.api(
        Method::get, "/api/me", learner, call(app.portal, &Portal::me),
        {.summary = "The signed-in student's own page"}
    );
    routes.api(
        Method::get, "/api/events", everyone, call(app.events, &Events::after),
        {.summary = "Events after one that is known",
         .query = {id_filter("after", "The id of the last event that is known; as cursor.")},
         .list = true}
    );
}

void add_log(web::Routes& routes, App& app) {
    const auto audit = call(app.audit, &Audit::list);
    routes.api(
        Method::get, "/api/audit", office, audit,
        {.summary = "The change log",
         .query = {filter("subject"), filter("by"), filter("action")},
         .list = true}
    );
    routes.api(
        Method::post, "/api/audit/{entry_id}/undo", staff, call(app.audit, &Audit::undo),
        {.summary = "Take a change back",
         .body_schema = object_of({{"subject", text_schema()}}, {"subject"})}
    );
    routes.api(
        Method::post, "/api/recover", office, call(app.audit, &Audit::recover),
        {.summary = "Bring a record back as it was",
         .body_schema = object_of(
             {{"table", text_schema()},
              {"key", string_schema("uuid")},
              {"as_of", string_schema("date-time")}},
             {"table", "key", "as_of"}
         )}
    );
    routes.page("/audit", office, audit);
    routes.form("/audit/{entry_id}/undo", staff, call(app.audit, &Audit::undo), audit);
}

void add_announcements(web::Routes& routes, App& app) {
    const auto announcements = call(app.announcements, &Announcements::list);
    routes.api(
        Method::get, "/api/announcements", everyone, announcements,
        {.summary = "Announcements", .list = true}
    );
    routes.api(
        Method::post, "/api/announcements", staff, call(app.announcements, &Announcements::create),
        {.summary = "Tell everyone something",
         .body_schema = object_of(
             {{"title", text_schema()},
              {"text", text_schema()},
              {"audience", one_of({"everyone", "staff"})}},
             {"title", "text"}
         ),
         .status = 201}
    );
    routes.api(
        Method::del, "/api/announcements/{announcement_id}", office,
        call(app.announcements, &Announcements::remove),
        {.summary = "Withdraw an announcement", .status = 204, .versioned = false}
    );
    routes.page("/announcements", everyone, announcements);
    routes.form(
        "/announcements", staff, call(app.announcements, &Announcements::create), announcements
    );
    routes.form(
        "/announcements/{announcement_id}/delete", office,
        call(app.announcements, &Announcements::remove), announcements
    );
}

}  // namespace

void App::add_routes(http::Router& router) {
    routes_ = std::make_unique<web::Routes>(router, sessions, journal, pages);
    add_files(*routes_, *this);
    add_students(*routes_, *this);
    add_student_pages(*routes_, *this);
    add_courses(*routes_, *this);
    add_attendance_and_results(*routes_, *this);
    add_users(*routes_, *this);
    add_sign_in(*routes_, *this);
    add_tokens(*routes_, *this);
    add_settings(*routes_, *this);
    add_overviews(*routes_, *this);
    add_log(*routes_, *this);
    add_announcements(*routes_, *this);
}

}  // namespace studentcore
