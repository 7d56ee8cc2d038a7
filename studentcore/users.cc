#include "studentcore/users.h"

#include <algorithm>
#include <utility>

#include "platform/auth/password_rules.h"
#include "platform/base/error.h"
#include "platform/base/random.h"
#include "platform/base/text.h"
#include "studentcore/access.h"
#include "studentcore/removals.h"
#include "studentcore/tables.h"

namespace studentcore {
namespace {

constexpr std::size_t search_max = 1000;
constexpr std::string_view admins_key = "admins";  // the stamp that a loss of an admin moves

base::Error no_such_user() { return base::Error::not_found("There is no such user."); }

// What a request says of a user beside the record itself.
struct Sent {
    json::Object record;
    std::string password;  // "": not to be changed
    std::optional<std::string> student_id;
    std::string student_code;  // of a page's form, which names the student so
};

Sent sent_of(const web::Call& call) {
    Sent sent{
        .record = call.body(&users_table), .password = {}, .student_id = {}, .student_code = {}
    };
    sent.password = sent.record.text("password");
    if (const auto* id = sent.record.find("student_id"))
        sent.student_id = id->string() == nullptr ? std::string() : *id->string();
    if (!call.is_api()) {
        sent.student_code = base::trimmed(sent.record.text("student_code"));
        sent.record.erase("student_code");
    }
    // None of these is an attribute of the record, and a password must never become one.
    for (const std::string_view name :
         {"password", "password_again", "student_id", "must_set_password", "self", "demo"})
        sent.record.erase(name);
    return sent;
}

// The student that a form names by the code; a form of a student's sign-in without one unties it.
base::Task<> find_student(journal::Journal* journal, bool api, Sent* sent) {
    if (api || sent->student_id || sent->record.text("role") != student) co_return;
    if (sent->student_code.empty()) {
        sent->student_id = "";
        co_return;
    }
    auto id = co_await journal->owner(&students_table, "student_code", sent->student_code);
    if (!id)
        throw base::Error::invalid(
            "student_code", "No student has the code " + sent->student_code + "."
        );
    sent->student_id = std::move(*id);
}

json::Object checked_user(const Sent& sent, const json::Object& before, table::Mode mode) {
    auto item = table::checked(users_table, sent.record, before, mode);
    base::FieldErrors errors;
    if (!item) errors = std::move(item.error());
    if (!sent.password.empty()) {
        const json::Object& named = item ? *item : sent.record;
        const std::vector<std::string> names{
            std::string(named.text("username")), std::string(named.text("full_name"))
        };
        for (auto& wrong : auth::check_password(sent.password, names))
            errors.push_back(std::move(wrong));
    }
    if (sent.student_id && !sent.student_id->empty() && !base::is_uuid(*sent.student_id))
        errors.push_back({"student_id", "This must be the id of a student."});
    if (!errors.empty()) throw base::Error::invalid(std::move(errors));
    if (const auto* demo = before.find("demo")) item->set("demo", *demo);
    return std::move(*item);
}

}  // namespace

json::Object shown_user(json::Object user) {
    const bool must_set = user.text("password_hash").empty();
    user = table::shown(users_table, std::move(user));
    user.set("must_set_password", must_set);
    return user;
}

base::Task<std::optional<json::Object>> Users::find(std::string user_id) {
    const auto record = co_await journal_.store().get(&users_table, {std::move(user_id), {}});
    if (!record) co_return std::nullopt;
    co_return record->item();
}

base::Task<std::optional<json::Object>> Users::by_name(std::string username) {
    const auto id = co_await journal_.owner(&users_table, "username", std::move(username));
    if (!id) co_return std::nullopt;
    co_return co_await find(*id);
}

base::Task<auth::User> Users::session_user(json::Object user) {
    auth::User out{
        .user_id = std::string(user.text("user_id")),
        .username = std::string(user.text("username")),
        .name = std::string(user.text("full_name")),
        .role = std::string(user.text("role")),
        .own_record = {},
    };
    if (out.role == student) out.own_record = co_await students_.student_of(out.user_id);
    co_return out;
}

base::Task<std::optional<auth::User>> Users::session_user(std::string user_id) {
    auto user = co_await find(std::move(user_id));
    if (!user) co_return std::nullopt;
    co_return co_await session_user(std::move(*user));
}

namespace {

struct Listed {
    std::vector<json::Object> items;
    std::string cursor;
    std::int64_t total = 0;
};

base::Task<Listed> listed_by_name(journal::Journal* journal, web::List list, std::string role) {
    const auto& roles = users_table.field("role")->choices;
    table::Query query{.table = &users_table, .index = "role-index"};
    query.partitions = role.empty() ? roles : std::vector<std::string>{role};
    query.descending = list.descending;
    query.limit = list.limit;
    query.cursor = list.cursor;
    auto page = co_await journal->store().query(std::move(query));
    Listed listed{.items = {}, .cursor = std::move(page.cursor)};
    for (const auto& record : page.records) listed.items.push_back(shown_user(record.item()));
    const std::string counted = role.empty() ? "all" : "role#" + role;
    const auto counters = co_await journal->store().counters("users");
    for (const auto& counter : counters)
        if (counter.name == counted) listed.total = counter.value;
    co_return listed;
}

base::Task<Listed> listed_by_words(journal::Journal* journal, web::List list, std::string role) {
    const std::size_t offset = offset_of(list.cursor);
    std::vector<table::Key> keys;
    const auto ids = co_await journal->search(&users_table, list.q, search_max);
    for (const auto& id : ids) keys.push_back({id, {}});
    std::vector<std::optional<table::Record>> records;
    if (!keys.empty()) records = co_await journal->store().get_many(&users_table, keys);
    std::vector<json::Object> all;
    for (const auto& record : records)
        if (auto user = record ? record->item() : json::Object{};
            record && (role.empty() || user.text("role") == role))
            all.push_back(shown_user(std::move(user)));
    std::ranges::stable_sort(all, [&](const json::Object& left, const json::Object& right) {
        const auto a = base::folded(left.text("full_name"));
        const auto b = base::folded(right.text("full_name"));
        return list.descending ? b < a : a < b;
    });
    Listed listed;
    listed.total = static_cast<std::int64_t>(all.size());
    const std::size_t until = std::min(all.size(), offset + list.limit);
    for (std::size_t i = offset; i < until; ++i) listed.items.push_back(std::move(all[i]));
    if (until < all.size()) listed.cursor = std::to_string(until);
    co_return listed;
}

}  // namespace

base::Task<http::Response> Users::list(web::Call call) {
    const auto list = call.list({"full_name", "-full_name"});
    const auto& roles = users_table.field("role")->choices;
    const std::string role = call.request.query("role").value_or("");
    if (!role.empty() && std::ranges::find(roles, role) == roles.end())
        throw base::Error::invalid("role", "This must be admin, faculty or student.");
    Listed listed;
    if (list.q.empty())
        listed = co_await listed_by_name(&journal_, list, role);
    else
        listed = co_await listed_by_words(&journal_, list, role);
    auto model = co_await page_model(
        call, role, list.q, std::move(listed.items), std::move(listed.cursor), listed.total
    );
    co_return call.show("users", std::move(model));
}

base::Task<json::Object> Users::page_model(
    web::Call call, std::string role, std::string q, std::vector<json::Object> items,
    std::string cursor, std::optional<std::int64_t> total
) {
    json::Array rows;
    for (auto& item : items) {
        if (!call.is_api()) {
            item.set("self", item.text("user_id") == call.who.user_id);
            if (item.text("role") == student)
                item.set(
                    "student_id", co_await students_.student_of(std::string(item.text("user_id")))
                );
        }
        rows.emplace_back(std::move(item));
    }
    json::Object model{{"items", std::move(rows)}};
    if (call.is_api()) model.set("cursor", cursor.empty() ? json::Value() : json::Value(cursor));
    if (total) model.set("total", *total);
    if (call.is_api()) co_return model;
    model.set("q", q).set("filtered", !q.empty() || !role.empty());
    model.set("role", role);
    model.set("programs", program_choices(*settings_.current()));
    co_await open_form(call, &model);
    if (!cursor.empty()) model.set("more", json::Object{{"url", next_page(call, cursor)}});
    co_return model;
}

// The drawer with the form: of a user who is edited (?edit=<id>, or their refused form), or of a new
// one. What else was refused is said above the list.
base::Task<> Users::open_form(web::Call call, json::Object* model) {
    const std::string_view path = call.request.path();
    const std::string_view of_path = call.request.parameter("user_id");
    const bool refused = call.problem.has_value();
    std::string edited = call.request.query("edit").value_or("");
    if (refused) edited = path == "/users/" + std::string(of_path) ? of_path : "";
    std::optional<json::Object> user;
    if (base::is_uuid(edited)) user = co_await find(edited);
    const bool refused_new = refused && path == "/users";
    model->set("new_open", user || refused_new || call.request.query("new").has_value());
    model->set("refused_elsewhere", refused && !user && !refused_new);
    if (user) {
        json::Object form = shown_user(*user);
        const auto student_id = co_await students_.student_of(edited);
        if (!student_id.empty())
            if (const auto own = co_await students_.find(student_id); own)
                form.set("student_code", own->text("student_code"));
        model->set("edit", json::Object{{"user_id", edited}, {"version", form.text("version")}});
        model->set("form", std::move(form));
    }
    if (!refused) co_return;
    for (const auto& [name, value] : call.problem->facts)
        if (name == "courses" && base::is_uuid(of_path))
            model->set("teaches", json::Object{{"user_id", of_path}, {"courses", value}});
}

base::Task<http::Response> Users::get(web::Call call) {
    const auto user = co_await find(call.id("user_id"));
    if (!user) throw no_such_user();
    auto answer = shown_user(*user);
    if (auto id = co_await students_.student_of(std::string(user->text("user_id"))); !id.empty())
        answer.set("student_id", std::move(id));
    co_return web::Call::record(json::write(answer), user->text("version"));
}

base::Task<> Users::link(
    journal::Transaction* change, std::string user_id, std::string student_id
) {
    const std::string linked = co_await students_.student_of(user_id);
    if (linked == student_id) co_return;
    if (!linked.empty()) {
        if (auto before = co_await students_.find(linked)) {
            auto after = *before;
            after.erase("user_id");
            change->replace(&students_table, std::move(*before), std::move(after));
        }
    }
    if (student_id.empty()) co_return;
    auto before = co_await students_.find(student_id);
    if (!before) throw base::Error::invalid("student_id", "There is no such student.");
    if (const auto other = before->text("user_id"); !other.empty() && other != user_id) {
        auto error = base::Error::conflict("This student has a sign-in already.");
        error.fields.push_back({"student_id", "This student has a sign-in already."});
        error.facts.emplace_back("existing", std::string(other));
        throw error;
    }
    auto after = *before;
    after.set("user_id", user_id);
    change->replace(&students_table, std::move(*before), std::move(after));
}

base::Task<> Users::keep_an_admin(journal::Transaction* change, std::string user_id) {
    // Two admins who demote each other at once both find another: the stamp lets only one through.
    const auto& system = journal::system_table();
    const auto stamp = co_await journal_.store().get(&system, {std::string(admins_key), "-"});
    table::Query query{.table = &users_table, .index = "role-index", .limit = 10};
    query.partitions.emplace_back(admin);
    const auto page = co_await journal_.store().query(std::move(query));
    const bool another = std::ranges::any_of(page.records, [&](const table::Record& record) {
        return record.item().text("user_id") != user_id;
    });
    if (!another)
        throw base::Error::conflict(
            "This is the last admin. Make another user an admin first; nothing was changed."
        );
    const auto unmoved =
        stamp ? table::Condition::equals("stamp", std::string(stamp->item().text("stamp")))
              : table::Condition::absent();
    change->also(table::Put{
        .table = &system,
        .item = {{"pk", admins_key}, {"sk", "-"}, {"stamp", base::random_token(12)}},
        .conditions = {unmoved},
    });
}

base::Task<http::Response> Users::create(web::Call call) {
    auto sent = sent_of(call);
    co_await find_student(&journal_, call.is_api(), &sent);
    const auto checked = checked_user(sent, {}, table::Mode::create);
    const std::string id = base::uuid_v7(journal_.clock().now_ms());
    json::Object item{{"user_id", id}};
    for (const auto& [name, value] : checked) item.append_new(name, value);
    if (!sent.password.empty()) {
        auto hash = co_await passwords_.hash(sent.password);
        item.set("password_hash", std::move(hash));
    }
    journal::Transaction change(call.actor(), "user_added", "user:" + id);
    change.create(&users_table, item);
    if (sent.student_id && !sent.student_id->empty()) {
        if (item.text("role") != student)
            throw base::Error::invalid("student_id", "Only a user whose role is student has one.");
        co_await link(&change, id, *sent.student_id);
    }
    web::Call::Done done{
        .item = shown_user(item), .location = "/api/users/" + id, .page = "/users"
    };
    auto response = co_await call.commit(std::move(change), std::move(done));
    co_return response;
}

base::Task<http::Response> Users::replace(web::Call call) {
    const bool whole = call.is_api();  // a page's form changes only the fields that it shows
    return edit(std::move(call), whole ? table::Mode::replace : table::Mode::patch);
}

base::Task<http::Response> Users::patch(web::Call call) {
    return edit(std::move(call), table::Mode::patch);
}

base::Task<http::Response> Users::edit(web::Call call, table::Mode mode) {
    const std::string id = call.id("user_id");
    const auto before = co_await find(id);
    if (!before) throw no_such_user();
    auto sent = sent_of(call);
    call.check_version(*before, sent.record);
    co_await find_student(&journal_, call.is_api(), &sent);
    auto after = checked_user(sent, *before, mode);
    const bool new_role = after.text("role") != before->text("role");
    journal::Transaction change(call.actor(), "user_updated", "user:" + id);
    if (!sent.password.empty()) {
        auto hash = co_await passwords_.hash(sent.password);
        after.set("password_hash", std::move(hash));
        change.also(auth::Links::forget(id));
        change.note("The password was changed.");
    }
    if (new_role && before->text("role") == admin) co_await keep_an_admin(&change, id);
    bool relinked = false;
    if (after.text("role") != student) {
        if (sent.student_id && !sent.student_id->empty())
            throw base::Error::invalid("student_id", "Only a user whose role is student has one.");
        co_await link(&change, id, {});
    } else if (sent.student_id) {
        const auto linked = co_await students_.student_of(id);
        relinked = linked != *sent.student_id;
        co_await link(&change, id, *sent.student_id);
    }
    change.replace(&users_table, *before, after);
    if (after.text("full_name") != before->text("full_name"))
        change.enqueue("rename_lecturer", {{"user_id", id}});
    std::optional<auth::Sessions::Ending> ending;
    if (new_role || relinked || !sent.password.empty()) {
        ending = co_await sessions_.ending(id);
        change.also(ending->operation);
    }
    web::Call::Done done{.item = shown_user(after), .location = {}, .page = "/users"};
    auto response = co_await call.commit(std::move(change), std::move(done));
    if (ending) sessions_.committed(*ending);
    co_return response;
}

base::Task<http::Response> Users::remove(web::Call call) {
    const std::string id = call.id("user_id");
    auto before = co_await find(id);
    if (!before) throw no_such_user();
    call.check_version(*before);
    journal::Transaction change(call.actor(), "user_deleted", "user:" + id);
    if (before->text("role") == admin) co_await keep_an_admin(&change, id);
    table::Query query{.table = &journal::system_table(), .limit = table::query_limit_max};
    query.partitions.push_back(teaches_partition(id));
    const auto taught = co_await journal_.store().query(std::move(query));
    if (!taught.records.empty() && !wants_cascade(call)) {
        const auto count = std::to_string(taught.records.size());
        auto error = base::Error::conflict(
            "This user teaches " + count + (count == "1" ? " course" : " courses") +
            ". Nothing was deleted: ask for the cascade to take them off the courses."
        );
        error.facts.emplace_back("courses", count);
        throw error;
    }
    co_await link(&change, id, {});
    change.remove(&users_table, std::move(*before));
    change.also(auth::Links::forget(id));
    const auto ending = co_await sessions_.ending(id);
    change.enqueue("remove_lecturer", {{"user_id", id}, {"entry", change.known_as(journal_)}});
    change.also(ending.operation);
    web::Call::Done done{.item = {}, .location = {}, .page = "/users"};
    auto response = co_await call.commit(std::move(change), std::move(done));
    sessions_.committed(ending);
    co_await tokens_.revoke_all(id);
    co_return response;
}

base::Task<http::Response> Users::end_sessions(web::Call call) {
    const std::string id = call.id("user_id");
    const auto user = co_await find(id);
    if (!user) throw no_such_user();
    const auto ending = co_await sessions_.ending(id);
    journal::Transaction change(call.actor(), "sessions_ended", "user:" + id);
    change.also(ending.operation);
    web::Call::Done done{.item = {}, .location = {}, .page = "/users"};
    auto response = co_await call.commit(std::move(change), std::move(done));
    sessions_.committed(ending);
    co_return response;
}

base::Task<std::string> Users::ensure_first_admin(std::string password) {
    table::Query query{.table = &users_table, .index = "role-index", .limit = 1};
    query.partitions = users_table.field("role")->choices;
    const auto page = co_await journal_.store().query(std::move(query));
    if (!page.records.empty()) co_return std::string();
    const bool made_up = password.empty();
    if (!made_up)
        if (const auto wrong = auth::check_password(password, {"admin"}); !wrong.empty())
            throw base::Error(
                base::Code::invalid,
                "The first admin's password will not do. " + wrong.front().message
            );
    if (made_up) password = base::random_token(15);
    const std::string id = base::uuid_v7(journal_.clock().now_ms());
    auto hash = co_await passwords_.hash(password);
    json::Object item{
        {"user_id", id},
        {"username", "admin"},
        {"role", admin},
        {"full_name", "Administrator"},
        {"password_hash", std::move(hash)},
    };
    journal::Transaction change({}, "user_added", "user:" + id);
    change.create(&users_table, std::move(item));
    const auto done = co_await journal_.commit(std::move(change));
    // Another node was quicker: the password is the one that it printed.
    if (!done) co_return std::string();
    co_return made_up ? password : std::string();
}

}  // namespace studentcore
