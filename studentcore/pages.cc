#include "studentcore/pages.h"

#include "studentcore/access.h"

namespace studentcore {
namespace {

void lay_typed_over_form(json::Object& model) {
    const json::Value* typed = model.find("typed");
    if (typed == nullptr || typed->object() == nullptr) return;
    json::Object form;
    if (const auto* there = model.find("form"); there != nullptr && there->object() != nullptr)
        form = *there->object();
    for (const auto& [name, value] : *typed->object())
        if (name != "password" && name != "password_again") form.set(name, value);
    model.set("form", std::move(form));
}

void place_errors(json::Object& model) {
    const json::Value* errors = model.find("errors");
    if (errors == nullptr || errors->array() == nullptr) return;
    const json::Array list = *errors->array();
    for (const auto& error : list) {
        if (error.object() == nullptr) continue;
        const std::string name = "error_" + std::string(error.object()->text("field"));
        model.set(name, json::Object{{"message", error.object()->text("message")}});
    }
    // What stands in the way of a deletion, which the page can then offer to take along.
    if (const auto* facts = model.find("facts"); facts != nullptr && facts->object() != nullptr)
        if (facts->object()->contains("enrolments")) model.set("blocked", *facts->object());
    json::Object problem{{"title", model.text("problem")}, {"errors", list}};
    model.set("problem", std::move(problem));
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
    lay_typed_over_form(model);
    place_errors(model);
    const auto college = settings_.current();
    model.set("page_" + std::string(name), true);
    // The settings page has a `college` of its own: the same one.
    if (!model.contains("college")) model.set("college", college->name);
    if (!model.contains("term")) model.set("term", settings_.current_term());
    model.set("time_zone", college->time_zone);
    if (!model.contains("today")) model.set("today", settings_.today());
    model.set("csrf_token", who.csrf);
    const std::string_view theme = request.cookie("theme");
    model.set("theme_light", theme == "light").set("theme_dark", theme == "dark");
    model.set("theme", theme == "light" || theme == "dark" ? theme : "system");
    const std::string language = templates_.language_for(request.header("Accept-Language"));
    model.set("language", language);
    model.set("signed_in", who.known());
    if (who.known()) {
        model.set("is_admin", is_admin(who)).set("is_faculty", is_faculty(who));
        model.set("is_student", is_student(who)).set("staff", !is_student(who));
        model.set("me", me_of(who));
    }
    model.set("path", request.target());
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
