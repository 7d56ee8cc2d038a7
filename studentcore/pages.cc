#include "studentcore/pages.h"

#include "platform/web/page_model.h"
#include "studentcore/access.h"

namespace studentcore {
namespace {

// What stands in the way of a deletion, which the page can then offer to take along.
void place_blocked(json::Object& model) {
    if (const auto* facts = model.find("facts"); facts != nullptr && facts->object() != nullptr)
        if (facts->object()->contains("enrolments")) model.set("blocked", *facts->object());
}

json::Object me_of(const web::Identity& who) {
    json::Object me{
        {"user_id", who.user_id},
        {"username", who.username},
        {"full_name", who.name},
        {"role", who.role}
    };
    if (!who.own_record.empty()) me.set("student_id", who.own_record);
    return me;
}

}  // namespace

std::string Pages::render(
    std::string_view name, json::Object model, const web::Identity& who, http::Request request
) {
    web::place_form(model);
    web::place_reader(model, who, request);
    place_blocked(model);
    const auto college = settings_.current();
    model.set("page_" + std::string(name), true);
    // The settings page has a `college` of its own: the same one.
    if (!model.contains("college")) model.set("college", college->name);
    if (!model.contains("term")) model.set("term", settings_.current_term());
    model.set("time_zone", college->time_zone);
    if (!model.contains("today")) model.set("today", settings_.today());
    const std::string language = templates_.language_for(request.header("Accept-Language"));
    model.set("language", language);
    if (who.known()) {
        model.set("is_admin", is_admin(who)).set("is_faculty", is_faculty(who));
        model.set("is_student", is_student(who)).set("staff", !is_student(who));
        model.set("me", me_of(who));
    }
    return templates_.render(name, model, language);
}

http::Response Pages::error(
    http::Request request, const base::Error& error, const web::Identity& who
) {
    json::Object model{
        {"status", static_cast<int>(error.code)},
        {"detail", error.shown},
        {"request_id", request.id()}
    };
    model.set("login", error.code == base::Code::unauthenticated);
    json::Array errors;
    for (const auto& field : error.fields)
        errors.emplace_back(json::Object{{"field", field.field}, {"message", field.message}});
    if (!errors.empty()) model.set("field_errors", std::move(errors));
    return http::html(
        render("error", std::move(model), who, request), static_cast<int>(error.code)
    );
}

}  // namespace studentcore
