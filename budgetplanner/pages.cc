#include "budgetplanner/pages.h"

#include <utility>

#include "budgetplanner/tables.h"
#include "budgetplanner/words.h"
#include "platform/web/page_model.h"

namespace budgetplanner {
namespace {

// "month_name" beside each "month", and where of a month's bar today is.
void name_month(json::Object& item, const std::string& locale) {
    for (const auto* const name : {"month", "previous", "next"})
        if (is_month(item.text(name)))
            item.set(std::string(name) + "_name", month_in_words(item.text(name), locale));
    if (is_month(item.text("month")))
        item.set("month_ends", base::add_days(add_months(item.text("month"), 1) + "-01", -1));
    const auto days = item.integer("days");
    if (days > 0) item.set("mark", item.integer("days_gone") * 100 / days);
}

void name_months(json::Object& model, const std::string& locale) {
    name_month(model, locale);
    if (auto* budgets = model.find("budgets"); budgets != nullptr && budgets->object() != nullptr)
        name_month(*budgets->object(), locale);
    if (auto* months = model.find("months"); months != nullptr && months->array() != nullptr)
        for (auto& one : *months->array())
            if (one.object() != nullptr) name_month(*one.object(), locale);
}

}  // namespace

std::string Pages::render(
    std::string_view name, json::Object model, const web::Identity& who, http::Request request
) {
    web::place_form(model);
    web::place_reader(model, who, request);
    model.set("page_" + std::string(name), true);
    std::string zone = "UTC";
    std::string locale = "en";
    if (const auto* mine = model.find("preferences");
        mine != nullptr && mine->object() != nullptr) {
        zone = mine->object()->text("time_zone");
        locale = mine->object()->text("locale");
    }
    name_months(model, locale);
    model.set("time_zone", zone);
    if (!model.contains("today")) model.set("today", base::date_of(clock_.now_ms(), zone));
    const std::string language = templates_.language_for(request.header("Accept-Language"));
    model.set("language", language);
    if (who.known())
        model.set("me", json::Object{{"user_id", who.user_id}, {"username", who.username}});
    return templates_.render(name, model, language);
}

http::Response Pages::error(
    http::Request request, const base::Error& error, const web::Identity& who
) {
    json::Object model{
        {"status", static_cast<int>(error.code)},
        {"detail", error.shown},
        {"request_id", request.id()},
        {"login", error.code == base::Code::unauthenticated},
    };
    json::Array errors;
    for (const auto& field : error.fields)
        errors.emplace_back(json::Object{{"field", field.field}, {"message", field.message}});
    if (!errors.empty()) model.set("field_errors", std::move(errors));
    return http::html(
        render("error", std::move(model), who, request), static_cast<int>(error.code)
    );
}

}  // namespace budgetplanner
