// Every URL of the Budget Planner: method, path, who may, which function.
#include "budgetplanner/app.h"
#include "budgetplanner/tables.h"

namespace budgetplanner {
namespace {

using http::Method;
using json::Array;
using json::Object;
using table::Mode;
using web::call;
using web::Doc;
using web::Parameter;

// There is one kind of person, and everything is a person's own.
const web::Roles person{};

Object string_schema(std::string_view format = {}) {
    Object schema{{"type", "string"}};
    if (!format.empty()) schema.set("format", format);
    return schema;
}
Object text_schema() { return {{"type", "string"}, {"minLength", 1}}; }
Object array_of(Object item) { return {{"type", "array"}, {"items", std::move(item)}}; }
Object object_of(Object properties, Array required = {}) {
    Object schema{{"type", "object"}, {"properties", std::move(properties)}};
    if (!required.empty()) schema.set("required", std::move(required));
    return schema;
}
Parameter filter(std::string name, std::string description = {}) {
    return {.name = std::move(name), .description = std::move(description)};
}

void add_accounts(web::Routes& routes, App& app) {
    auto& accounts = app.accounts;
    const auto named = object_of(
        {{"username", text_schema()}, {"email", string_schema("email")}, {"password", text_schema()}
        },
        {"username", "email", "password"}
    );
    routes.open_page("/register", call(accounts, &Accounts::register_page));
    routes.open_form(
        "/register", call(accounts, &Accounts::register_me),
        call(accounts, &Accounts::register_page)
    );
    routes.open_api(
        Method::post, "/api/register", call(accounts, &Accounts::register_me),
        {.summary = "Make an account", .body_schema = named, .status = 201}
    );
    routes.open_page("/login", call(accounts, &Accounts::login_page));
    routes.open_form(
        "/login", call(accounts, &Accounts::login), call(accounts, &Accounts::login_page)
    );
    routes.open_api(
        Method::post, "/api/login", call(accounts, &Accounts::login),
        {.summary = "Sign in",
         .body_schema = object_of(
             {{"username", text_schema()}, {"password", text_schema()}}, {"username", "password"}
         )}
    );
    routes.form(
        "/logout", person, call(accounts, &Accounts::logout), call(accounts, &Accounts::logout)
    );
    routes.api(
        Method::post, "/api/logout", person, call(accounts, &Accounts::logout),
        {.summary = "Sign out", .status = 204}
    );
    routes.api(
        Method::get, "/api/session", person, call(accounts, &Accounts::session),
        {.summary = "Who is signed in"}
    );
}

void add_links(web::Routes& routes, App& app) {
    auto& accounts = app.accounts;
    routes.open_page("/forgot", call(accounts, &Accounts::forgot_page));
    routes.open_form(
        "/forgot", call(accounts, &Accounts::forgot), call(accounts, &Accounts::forgot_page)
    );
    routes.open_api(
        Method::post, "/api/forgot", call(accounts, &Accounts::forgot),
        {.summary = "Ask for a link that sets a new password",
         .body_schema = object_of({{"email", string_schema("email")}}, {"email"}),
         .status = 204}
    );
    routes.open_page("/reset/{token}", call(accounts, &Accounts::reset_page));
    routes.open_form(
        "/reset/{token}", call(accounts, &Accounts::reset), call(accounts, &Accounts::reset_page)
    );
    routes.open_page("/confirm/{token}", call(accounts, &Accounts::confirm_page));
    routes.open_form(
        "/confirm/{token}", call(accounts, &Accounts::confirm),
        call(accounts, &Accounts::confirm_page)
    );
    routes.api(
        Method::post, "/api/confirm", person, call(accounts, &Accounts::send_confirmation),
        {.summary = "Mail the confirmation link again", .status = 204}
    );
    routes.api(
        Method::post, "/api/password", person, call(accounts, &Accounts::change_password),
        {.summary = "Set a new password; ends all sessions",
         .body_schema = object_of(
             {{"password", text_schema()}, {"new_password", text_schema()}},
             {"password", "new_password"}
         )}
    );
    routes.api(
        Method::get, "/api/sessions", person, call(accounts, &Accounts::sessions),
        {.summary = "Where the person is signed in"}
    );
    routes.api(
        Method::del, "/api/sessions/{session_id}", person, call(accounts, &Accounts::end_session),
        {.summary = "End one session", .status = 204}
    );
    routes.page("/sessions", person, call(accounts, &Accounts::sessions));
    routes.form(
        "/sessions/{session_id}/end", person, call(accounts, &Accounts::end_session),
        call(accounts, &Accounts::sessions)
    );
}

void add_preferences(web::Routes& routes, App& app) {
    auto& preferences = app.preferences;
    routes.api(
        Method::get, "/api/preferences", person, call(preferences, &PreferencesPage::show),
        {.summary = "The person's own settings"}
    );
    routes.api(
        Method::patch, "/api/preferences", person, call(preferences, &PreferencesPage::change),
        {.summary = "Change some of them",
         .body_schema = object_of(
             {{"currency", string_schema()},
              {"time_zone", string_schema()},
              {"locale", string_schema()},
              {"thresholds", array_of({{"type", "integer"}})},
              {"notify_mail", Object{{"type", "boolean"}}},
              {"notify_sms", Object{{"type", "boolean"}}},
              {"phone", string_schema()},
              {"quiet_from", string_schema()},
              {"quiet_until", string_schema()},
              {"week_starts_on", Object{{"type", "integer"}}}}
         )}
    );
    routes.page("/settings", person, call(preferences, &PreferencesPage::show));
    const auto settings_page = call(preferences, &PreferencesPage::show);
    routes.form("/password", person, call(app.accounts, &Accounts::change_password), settings_page);
    routes.form(
        "/confirm", person, call(app.accounts, &Accounts::send_confirmation), settings_page
    );
    routes.form(
        "/settings", person, call(preferences, &PreferencesPage::change),
        call(preferences, &PreferencesPage::show)
    );
}

void add_expenses(web::Routes& routes, App& app) {
    auto& expenses = app.expenses;
    const std::string one = "/api/expenses/{expense_id}";
    routes.api(
        Method::get, "/api/expenses", person, call(expenses, &Expenses::list),
        {.summary = "List entries",
         .items = &expenses_table,
         .query =
             {filter("category", "\"none\" for those without one."), filter("kind"),
              filter("account"), filter("from", "A date."), filter("until", "A date, included."),
              filter("least", "An amount in the home currency."), filter("most")},
         .list = true,
         .sorts = {"-date", "date"}}
    );
    routes.api(
        Method::post, "/api/expenses", person, call(expenses, &Expenses::create),
        {.summary = "Add an entry", .body = &expenses_table, .item = &expenses_table, .status = 201}
    );
    routes.api(
        Method::post, "/api/expenses/bulk", person, call(expenses, &Expenses::bulk),
        {.summary = "Change or delete many entries at once",
         .body_schema = object_of(
             {{"expense_ids", array_of(string_schema("uuid"))},
              {"change", Object{{"type", "object"}}},
              {"delete", Object{{"type", "boolean"}}}},
             {"expense_ids"}
         )}
    );
    routes.api(
        Method::get, one, person, call(expenses, &Expenses::get),
        {.summary = "One entry", .item = &expenses_table}
    );
    routes.api(
        Method::put, one, person, call(expenses, &Expenses::replace),
        {.summary = "Replace an entry",
         .body = &expenses_table,
         .mode = Mode::replace,
         .item = &expenses_table}
    );
    routes.api(
        Method::patch, one, person, call(expenses, &Expenses::patch),
        {.summary = "Change an entry",
         .body = &expenses_table,
         .mode = Mode::patch,
         .item = &expenses_table}
    );
    routes.api(
        Method::del, one, person, call(expenses, &Expenses::remove),
        {.summary = "Delete an entry", .status = 204}
    );
    routes.page("/expenses", person, call(expenses, &Expenses::list));
    routes.form(
        "/expenses", person, call(expenses, &Expenses::create), call(expenses, &Expenses::list)
    );
    routes.page("/expenses/{expense_id}", person, call(expenses, &Expenses::get));
    routes.form(
        "/expenses/{expense_id}", person, call(expenses, &Expenses::replace),
        call(expenses, &Expenses::get)
    );
    routes.form(
        "/expenses/{expense_id}/delete", person, call(expenses, &Expenses::remove),
        call(expenses, &Expenses::get)
    );
}

void add_summary(web::Routes& routes, App& app) {
    routes.api(
        Method::get, "/api/summary", person, call(app.summary, &Summary::show),
        {.summary = "How a month stands, with the months before it",
         .query = {filter("month", "YYYY-MM")}}
    );
    routes.page("/", person, call(app.summary, &Summary::show));
}

void add_own(web::Routes& routes, OwnItems& items, const std::string& what) {
    const table::Schema* schema = &items.schema();
    const std::string all = "/api/" + schema->name;
    const std::string one = all + "/{" + schema->key + "}";
    routes.api(
        Method::get, all, person, call(items, &OwnItems::list),
        {.summary = "The person's " + what, .items = schema}
    );
    routes.api(
        Method::post, all, person, call(items, &OwnItems::create),
        {.summary = "Add one of the " + what, .body = schema, .item = schema, .status = 201}
    );
    routes.api(
        Method::get, one, person, call(items, &OwnItems::get),
        {.summary = "One of the " + what, .item = schema}
    );
    routes.api(
        Method::patch, one, person, call(items, &OwnItems::patch),
        {.summary = "Change one of the " + what, .body = schema, .mode = Mode::patch, .item = schema
        }
    );
    routes.api(
        Method::del, one, person, call(items, &OwnItems::remove),
        {.summary = "Delete one of the " + what, .status = 204}
    );
}

// Forms of one noun on the page that shows it.
void add_own_forms(
    web::Routes& routes, OwnItems& items, const std::string& where, const web::Function& page
) {
    const std::string one = where + "/{" + items.schema().key + "}";
    routes.form(where, person, call(items, &OwnItems::create), page);
    routes.form(one, person, call(items, &OwnItems::patch), page);
    routes.form(one + "/delete", person, call(items, &OwnItems::remove), page);
}

void add_sorting(web::Routes& routes, App& app) {
    const auto sorting_page = call(app.categories_page, &CategoriesPage::show);
    routes.page("/categories", person, sorting_page);
    add_own_forms(routes, app.categories, "/categories", sorting_page);
    add_own_forms(routes, app.rules, "/rules", sorting_page);
    const auto settings_page = call(app.preferences, &PreferencesPage::show);
    add_own_forms(routes, app.money_accounts, "/accounts", settings_page);
    add_own_forms(routes, app.rates, "/rates", settings_page);
    add_own(routes, app.categories, "categories");
    add_own(routes, app.rules, "rules");
    add_own(routes, app.money_accounts, "accounts");
    add_own(routes, app.rates, "rates of exchange");
    routes.api(
        Method::post, "/api/rules/apply", person, call(app.sorting, &Sorting::apply),
        {.summary = "Look again at every entry without a category", .status = 204}
    );
}

void add_imports(web::Routes& routes, App& app) {
    auto& imports = app.imports;
    const std::string one = "/api/imports/{import_id}";
    // What stands around the file in a form.
    const http::RouteOptions file{.body_bytes_max = import_bytes_max + 64 * 1024};
    routes.api(
        Method::get, "/api/imports", person, call(imports, &Imports::list),
        {.summary = "Imports of bank statements, the latest first",
         .list = true,
         .sorts = {"-created_at"}}
    );
    routes.api(
        Method::post, "/api/imports", person, call(imports, &Imports::create),
        {.summary = "Look at a bank statement; nothing is imported yet",
         .body_type = "application/octet-stream",
         .status = 201,
         .query =
             {filter("account", "The account's name or id."), filter("file_name"), filter("format"),
              filter("encoding"), filter("decimal_mark"), filter("date_order"), filter("spent_is")}
        },
        file
    );
    routes.api(
        Method::get, one, person, call(imports, &Imports::get),
        {.summary = "An import and its rows",
         .query = {filter("state", "new, same, changed, confirms, refused or skip.")},
         .list = true,
         .sorts = {"row"}}
    );
    routes.api(
        Method::patch, one, person, call(imports, &Imports::patch),
        {.summary = "Read the file in another way, or choose what becomes of rows",
         .body_schema = object_of(
             {{"account", string_schema()},
              {"options", Object{{"type", "object"}}},
              {"rows", array_of(object_of(
                           {{"row", Object{{"type", "integer"}}},
                            {"choice", string_schema()},
                            {"category", string_schema()}},
                           {"row"}
                       ))}}
         )}
    );
    routes.api(
        Method::post, one + "/apply", person, call(imports, &Imports::apply),
        {.summary = "Import it, in the background"}
    );
    routes.api(
        Method::post, one + "/undo", person, call(imports, &Imports::undo),
        {.summary = "Take it back, in the background; what was changed since stays"}
    );
    routes.api(
        Method::del, one, person, call(imports, &Imports::remove),
        {.summary = "Forget what was not imported", .status = 204}
    );
    const auto list = call(imports, &Imports::list);
    const auto rows = call(imports, &Imports::get);
    routes.page("/import", person, list);
    routes.form("/import", person, call(imports, &Imports::create), list, file);
    routes.page("/import/{import_id}", person, rows);
    routes.form("/import/{import_id}", person, call(imports, &Imports::patch), rows);
    routes.form("/import/{import_id}/apply", person, call(imports, &Imports::apply), rows);
    routes.form("/import/{import_id}/undo", person, call(imports, &Imports::undo), rows);
    routes.form("/import/{import_id}/delete", person, call(imports, &Imports::remove), list);
}

void add_budgets(web::Routes& routes, App& app) {
    auto& budgets = app.budgets;
    const std::string one = "/api/budgets/{budget_id}";
    routes.api(
        Method::get, "/api/budgets", person, call(budgets, &Budgets::list),
        {.summary = "A month's budgets and how they stand", .query = {filter("month", "YYYY-MM")}}
    );
    routes.api(
        Method::post, "/api/budgets", person, call(budgets, &Budgets::create),
        {.summary = "Set a budget", .body = &budgets_table, .item = &budgets_table, .status = 201}
    );
    routes.api(
        Method::post, "/api/budgets/copy", person, call(budgets, &Budgets::copy),
        {.summary = "Copy a month's budgets to another month",
         .body_schema =
             object_of({{"from", string_schema()}, {"to", string_schema()}}, {"from", "to"})}
    );
    routes.api(
        Method::get, one, person, call(budgets, &Budgets::get),
        {.summary = "One budget", .item = &budgets_table}
    );
    routes.api(
        Method::put, one, person, call(budgets, &Budgets::replace),
        {.summary = "Replace a budget",
         .body = &budgets_table,
         .mode = Mode::replace,
         .item = &budgets_table}
    );
    routes.api(
        Method::patch, one, person, call(budgets, &Budgets::patch),
        {.summary = "Change a budget",
         .body = &budgets_table,
         .mode = Mode::patch,
         .item = &budgets_table}
    );
    routes.api(
        Method::del, one, person, call(budgets, &Budgets::remove),
        {.summary = "Delete a budget", .status = 204}
    );
    routes.page("/budgets", person, call(budgets, &Budgets::list));
    routes.form("/budgets", person, call(budgets, &Budgets::create), call(budgets, &Budgets::list));
    routes.form(
        "/budgets/copy", person, call(budgets, &Budgets::copy), call(budgets, &Budgets::list)
    );
    routes.form(
        "/budgets/{budget_id}", person, call(budgets, &Budgets::replace),
        call(budgets, &Budgets::list)
    );
    routes.form(
        "/budgets/{budget_id}/delete", person, call(budgets, &Budgets::remove),
        call(budgets, &Budgets::list)
    );
}

void add_notices(web::Routes& routes, App& app) {
    auto& notices = app.notices;
    const std::string one = "/api/notifications/{notification_id}";
    routes.api(
        Method::get, "/api/notifications", person, call(notices, &Notices::list),
        {.summary = "What the person was told, and how many are unread",
         .items = &notifications_table,
         .list = true,
         .sorts = {"-created_at"}}
    );
    routes.api(
        Method::post, "/api/notifications/read-all", person, call(notices, &Notices::read_all),
        {.summary = "Mark all as read", .once = web::Once::by_route}
    );
    routes.api(
        Method::patch, one, person, call(notices, &Notices::patch),
        {.summary = "Mark one as read or unread",
         .body = &notifications_table,
         .mode = Mode::patch,
         .item = &notifications_table}
    );
    routes.api(
        Method::del, one, person, call(notices, &Notices::remove),
        {.summary = "Delete one; it is not told again", .status = 204}
    );
    routes.page("/notifications", person, call(notices, &Notices::list));
    routes.form(
        "/notifications/read-all", person, call(notices, &Notices::read_all),
        call(notices, &Notices::list)
    );
    routes.form(
        "/notifications/{notification_id}", person, call(notices, &Notices::patch),
        call(notices, &Notices::list)
    );
    routes.form(
        "/notifications/{notification_id}/delete", person, call(notices, &Notices::remove),
        call(notices, &Notices::list)
    );
    routes.open_page("/unsubscribe/{token}", call(app.unsubscribe, &Unsubscribe::page));
}

}  // namespace

void App::add_routes(http::Router& router) {
    routes_ = std::make_unique<web::Routes>(router, sessions, journal, pages);
    add_accounts(*routes_, *this);
    add_links(*routes_, *this);
    add_preferences(*routes_, *this);
    add_summary(*routes_, *this);
    add_expenses(*routes_, *this);
    add_sorting(*routes_, *this);
    add_imports(*routes_, *this);
    add_budgets(*routes_, *this);
    add_notices(*routes_, *this);
    // Outside the check that a write comes from our own pages: readers of mail post from elsewhere.
    router.add(Method::post, "/unsubscribe/{token}", [this](http::Request request) {
        return unsubscribe.end(web::Call(request, web::Identity{}, journal, pages));
    });
}

}  // namespace budgetplanner
