#include "platform/web/page_model.h"

#include <string>
#include <string_view>
#include <utility>

#include "platform/auth/csrf.h"

namespace web {
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
    json::Object problem{{"title", model.text("problem")}, {"errors", list}};
    model.set("problem", std::move(problem));
}

}  // namespace

void place_form(json::Object& model) {
    lay_typed_over_form(model);
    place_errors(model);
}

void place_reader(json::Object& model, const Identity& who, http::Request request) {
    model.set("csrf_token", who.csrf);
    const std::string_view theme = request.cookie("theme");
    model.set("theme_light", theme == "light").set("theme_dark", theme == "dark");
    model.set("theme", theme == "light" || theme == "dark" ? theme : "system");
    model.set("signed_in", who.known());
    model.set("path", request.target());
}

}  // namespace web
