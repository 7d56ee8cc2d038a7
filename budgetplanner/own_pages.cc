#include "budgetplanner/own_pages.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "budgetplanner/own_items.h"
#include "budgetplanner/own_nouns.h"
#include "budgetplanner/preferences.h"

namespace budgetplanner {

json::Object whole(const table::Schema& schema, json::Object item) {
    for (const auto& field : schema.fields)
        if (!field.secret && !item.contains(field.name)) item.set(field.name, nullptr);
    return item;
}

base::Task<json::Array> own_rows(table::Store* store, table::SchemaRef noun, std::string user_id) {
    auto items = co_await own_items(store, noun, std::move(user_id));
    json::Array rows;
    for (auto& item : items) rows.emplace_back(whole(*noun, std::move(item)));
    co_return rows;
}

base::Task<> place_choices(json::Object* model, table::Store* store, std::string user_id) {
    auto categories = co_await own_rows(store, &category_items, user_id);
    auto accounts = co_await own_rows(store, &account_items, std::move(user_id));
    model->set("own_categories", std::move(categories));
    model->set("own_accounts", std::move(accounts));
}

base::Task<http::Response> CategoriesPage::show(web::Call call) {
    auto* store = &journal_.store();
    const auto user = co_await user_of(store, call.who.user_id);
    json::Object model{{"preferences", budgetplanner::shown(preferences_of(user))}};
    co_await place_choices(&model, store, call.who.user_id);
    auto rules = co_await own_rows(store, &rule_items, call.who.user_id);
    for (auto& rule : rules) {
        // Bounds and further conditions are no fields of the declaration.
        for (const auto* const name : {"least", "most", "conditions"})
            if (!rule.object()->contains(name)) rule.object()->set(name, nullptr);
    }
    model.set("rules", std::move(rules));
    json::Object form;
    for (const auto* const name : {"name", "text", "category"}) form.set(name, "");
    model.set("form", std::move(form));
    co_return call.show("categories", std::move(model));
}

}  // namespace budgetplanner
