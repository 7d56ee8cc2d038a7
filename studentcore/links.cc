#include "studentcore/links.h"

#include <algorithm>
#include <ranges>
#include <utility>

#include "platform/auth/csrf.h"
#include "platform/auth/password_rules.h"
#include "platform/base/clock.h"
#include "platform/base/error.h"
#include "platform/base/random.h"
#include "platform/base/text.h"
#include "studentcore/access.h"
#include "studentcore/bulk.h"
#include "studentcore/removals.h"
#include "studentcore/tables.h"

namespace studentcore {
namespace {

constexpr std::size_t slips_max = 2000;
constexpr int names_tried_max = 5;
constexpr int attempts_max = 3;

// How the forms' lists are read.
const table::Schema links_form{
    .name = "links_form",
    .key = {},
    .sort_key = {},
    .fields = {{.name = "student_ids", .type = table::Type::list}},
    .indexes = {},
    .unique = {},
    .search = {},
    .counts = nullptr,
    .links = nullptr,
    .ttl = {},
};

// One choice, each of its right type: a number is no programme.
void check_choice(const json::Object& sent) {
    base::FieldErrors errors;
    std::size_t given = 0;
    for (const char* name : {"program", "role", "import_id"}) {
        const json::Value* value = sent.find(name);
        if (value == nullptr || value->is_null()) continue;
        if (value->string() == nullptr)
            errors.push_back({name, "This must be a text."});
        else if (!value->string()->empty())
            ++given;
    }
    const json::Value* ids = sent.find("student_ids");
    if (ids != nullptr && ids->array() != nullptr)
        for (const json::Value& id : *ids->array())
            if (id.string() == nullptr) {
                errors.push_back({"student_ids", "This must be a list of ids."});
                break;
            }
    if (ids != nullptr && !ids->is_null() && ids->array() == nullptr && ids->string() == nullptr)
        errors.push_back({"student_ids", "This must be a list of ids."});
    if (!strings_of(sent, "student_ids").empty()) ++given;
    if (errors.empty() && given == 0)
        errors.push_back(
            {"program",
             "Name a programme, an import_id, a list of student_ids, or the role faculty."}
        );
    if (errors.empty() && given > 1)
        errors.push_back({"program", "Choose by one of program, import_id, student_ids and role."});
    if (const auto role = sent.text("role"); errors.empty() && !role.empty() && role != faculty)
        errors.push_back({"role", "This must be faculty."});
    if (const auto id = sent.text("import_id"); errors.empty() && !id.empty() && !base::is_uuid(id))
        errors.push_back({"import_id", "This must be the id of an import."});
    if (!errors.empty()) throw base::Error::invalid(std::move(errors));
}

// The student's code as a user name: folded, without what a user name must not have.
std::string username_of(std::string_view student_code) {
    std::string name;
    for (const char c : base::folded(student_code)) {
        const bool odd = c == ' ' || c == '/' || c == '\\' || c == '<' || c == '>' || c == '"';
        name.push_back(odd ? '-' : c);
    }
    return name;
}

json::Object slip_of(
    const json::Object& user, const json::Object& of, const auth::Links::Made& made
) {
    json::Object slip{
        {"user_id", user.text("user_id")},   {"full_name", user.text("full_name")},
        {"username", user.text("username")}, {"role", user.text("role")},
        {"url", "/welcome/" + made.token},   {"until", base::timestamp(made.expires_s * 1000)},
    };
    for (const std::string_view name : {"student_id", "student_code", "program"})
        if (of.contains(name)) slip.set(name, of.text(name));
    return slip;
}

}  // namespace

http::Response SignInLinks::slips(
    const web::Call& call, std::vector<json::Object> items, std::size_t skipped
) const {
    // Slips are read away from this page: the whole address stands on them.
    const std::string_view host = call.request.header("host");
    const std::string site =
        host.empty() ? std::string()
                     : (call.request.secure() ? "https://" : "http://") + std::string(host);
    json::Array rows;
    std::string until;
    for (auto& item : items) {
        item.set("url", site + std::string(item.text("url")));
        until = item.text("until");
        rows.emplace_back(std::move(item));
    }
    const auto total = static_cast<std::int64_t>(rows.size());
    json::Object model{
        {"items", std::move(rows)},
        {"total", total},
        {"skipped", static_cast<std::uint64_t>(skipped)},
        {"until", until},
    };
    return call.show("slips", std::move(model));
}

base::Task<std::optional<json::Object>> SignInLinks::first_sign_in(
    journal::Actor actor, json::Object of, std::string username
) {
    const std::string id = base::uuid_v7(journal_.clock().now_ms());
    json::Object user{
        {"user_id", id},
        {"username", std::move(username)},
        {"role", student},
        {"full_name", of.text("full_name")},
    };
    auto after = of;
    after.set("user_id", id);
    const auto made = links_.make(id);
    journal::Transaction change(std::move(actor), "links_made", subject_of(students_table, of));
    change.create(&users_table, user);
    change.replace(&students_table, of, std::move(after));
    for (const auto& operation : made.operations) change.also(operation);
    const auto done = co_await journal_.commit(std::move(change));
    if (!done) co_return std::nullopt;
    co_return slip_of(user, of, made);
}

base::Task<std::optional<json::Object>> SignInLinks::for_student(
    journal::Actor actor, std::string student_id, bool renew
) {
    for (int attempt = 0; attempt < attempts_max; ++attempt) {
        const auto record = co_await journal_.store().get(&students_table, {student_id, {}});
        if (!record || is_going(record->text))
            throw base::Error::invalid("student_ids", "One of these students does not exist.");
        const auto item = record->item();
        if (const std::string user_id(item.text("user_id")); !user_id.empty()) {
            auto user = co_await users_.find(user_id);
            if (user) {
                if (!renew && !user->text("password_hash").empty()) co_return std::nullopt;
                auto slip = co_await for_user(actor, std::move(*user));
                slip.set("student_id", student_id);
                slip.set("student_code", item.text("student_code"));
                slip.set("program", item.text("program"));
                co_return slip;
            }
        }
        const std::string name = username_of(item.text("student_code"));
        for (int tried = 0; tried < names_tried_max; ++tried) {
            const std::string username = tried == 0 ? name : name + "-" + std::to_string(tried + 1);
            const auto taken = co_await journal_.owner(&users_table, "username", username);
            if (taken) continue;
            auto slip = co_await first_sign_in(actor, item, username);
            if (slip) co_return slip;
            break;  // the student changed meanwhile, or the name was just taken: look again
        }
    }
    throw base::Error::conflict("The students are being changed by someone else. Please try again."
    );
}

base::Task<json::Object> SignInLinks::for_user(journal::Actor actor, json::Object user) {
    const std::string id(user.text("user_id"));
    const auto made = links_.make(id);
    journal::Transaction change(std::move(actor), "links_made", "user:" + id);
    for (const auto& operation : made.operations) change.also(operation);
    const auto done = co_await journal_.commit(std::move(change));
    if (!done) throw web::error_of(done.error());
    co_return slip_of(user, {}, made);
}

base::Task<SignInLinks::Chosen> SignInLinks::of_program(std::string program) {
    Chosen chosen;
    std::string listed = settings_.current()->program(program);
    if (listed.empty()) listed = program;
    const auto records =
        co_await all_of(&journal_.store(), &students_table, "program-index", std::move(listed));
    if (records.empty() && settings_.current()->program(program).empty())
        throw base::Error::invalid("program", "There is no programme of this name.");
    for (const auto& record : records)
        if (json::peek(record.text, "status") == "active" && !is_going(record.text))
            chosen.student_ids.emplace_back(record.item().text("student_id"));
    co_return chosen;
}

base::Task<SignInLinks::Chosen> SignInLinks::of_lecturers() {
    Chosen chosen;
    const auto records =
        co_await all_of(&journal_.store(), &users_table, "role-index", std::string(faculty));
    for (const auto& record : records) chosen.user_ids.emplace_back(record.item().text("user_id"));
    co_return chosen;
}

base::Task<SignInLinks::Chosen> SignInLinks::of_import(std::string import_id) {
    Chosen chosen;
    const auto known =
        co_await journal_.store().get(&journal::system_table(), {"imports", import_id});
    if (!known) throw base::Error::invalid("import_id", "There is no such import.");
    std::string cursor;
    do {
        const auto page =
            co_await journal_.of_subject("import:" + import_id, std::move(cursor), 200);
        for (const auto& entry : page.entries) {
            if (!entry.undoes.empty()) continue;
            for (const auto& change : entry.changes | std::views::reverse) {
                if (change.before || !change.after) continue;
                if (change.table == &students_table) chosen.student_ids.push_back(change.key);
                if (change.table == &users_table) chosen.user_ids.push_back(change.key);
            }
        }
        cursor = page.cursor;
    } while (!cursor.empty());
    // As in the file: all of it was read backwards.
    std::ranges::reverse(chosen.student_ids);
    std::ranges::reverse(chosen.user_ids);
    // What the import brought may have gone since.
    co_await keep_present(&chosen.student_ids, &students_table);
    co_await keep_present(&chosen.user_ids, &users_table);
    co_return chosen;
}

base::Task<> SignInLinks::keep_present(std::vector<std::string>* ids, table::SchemaRef table) {
    std::vector<std::string> there;
    for (std::size_t at = 0; at < ids->size(); at += table::query_limit_max) {
        const auto end = std::min(ids->size(), at + table::query_limit_max);
        std::vector<table::Key> keys;
        for (auto each = at; each < end; ++each) keys.push_back({(*ids)[each], {}});
        const auto records = co_await journal_.store().get_many(table, std::move(keys));
        for (auto each = at; each < end; ++each)
            if (const auto& record = records[each - at]; record && !is_going(record->text))
                there.push_back(std::move((*ids)[each]));
    }
    *ids = std::move(there);
}

base::Task<SignInLinks::Chosen> SignInLinks::chosen_by(const json::Object& sent) {
    const std::string role(sent.text("role"));
    if (role == faculty) return of_lecturers();
    if (const std::string import_id(sent.text("import_id")); !import_id.empty())
        return of_import(import_id);
    if (std::string program(sent.text("program")); !program.empty())
        return of_program(std::move(program));
    return of_list(strings_of(sent, "student_ids"));
}

base::Task<SignInLinks::Chosen> SignInLinks::of_list(std::vector<std::string> student_ids) {
    for (const auto& id : student_ids)
        if (!base::is_uuid(id))
            throw base::Error::invalid("student_ids", "This must be a list of ids.");
    co_return Chosen{.student_ids = std::move(student_ids), .user_ids = {}, .named = true};
}

base::Task<http::Response> SignInLinks::create(web::Call call) {
    const auto sent = call.body(&links_form);
    check_choice(sent);
    const auto chosen = co_await chosen_by(sent);
    if (chosen.student_ids.size() + chosen.user_ids.size() > slips_max)
        throw base::Error::invalid(
            chosen.named ? "student_ids" : "program", "At most 2000 sign-ins can be made at once."
        );
    std::vector<json::Object> items;
    std::size_t skipped = 0;
    for (const auto& id : chosen.user_ids) {
        auto user = co_await users_.find(id);
        if (user && user->text("password_hash").empty())
            items.push_back(co_await for_user(call.actor(), std::move(*user)));
        else
            ++skipped;
    }
    for (const auto& id : chosen.student_ids) {
        auto slip = co_await for_student(call.actor(), id, chosen.named);
        if (slip)
            items.push_back(std::move(*slip));
        else
            ++skipped;
    }
    co_return slips(call, std::move(items), skipped);
}

base::Task<http::Response> SignInLinks::of_user(web::Call call) {
    auto user = co_await users_.find(call.id("user_id"));
    if (!user) throw base::Error::not_found("There is no such user.");
    std::vector<json::Object> items;
    items.push_back(co_await for_user(call.actor(), std::move(*user)));
    co_return slips(call, std::move(items), 0);
}

base::Task<http::Response> SignInLinks::of_student(web::Call call) {
    const std::string id = call.id("student_id");
    const auto record = co_await journal_.store().get(&students_table, {id, {}});
    if (!record || is_going(record->text))
        throw base::Error::not_found("There is no such student.");
    std::vector<json::Object> items;
    auto slip = co_await for_student(call.actor(), id, true);
    if (slip) items.push_back(std::move(*slip));
    co_return slips(call, std::move(items), 0);
}

base::Task<http::Response> SignInLinks::welcome_page(web::Call call) {
    const std::string token(call.request.parameter("token"));
    const auto found = co_await links_.look(token);
    std::optional<json::Object> user;
    if (found) user = co_await users_.find(found->user_id);
    json::Object model{{"college", settings_.current()->name}, {"token", token}};
    model.set("expired", !user.has_value());
    if (user) {
        model.set("full_name", user->text("full_name"));
        model.set("username", user->text("username"));
    }
    // The address is a secret: it must not leave this page in a Referer.
    auto response = call.show("welcome", std::move(model), user ? 200 : 404);
    response.headers.emplace_back("Referrer-Policy", "no-referrer");
    co_return response;
}

base::Task<http::Response> SignInLinks::welcome(web::Call call) {
    auth::require_own_site(call.request);
    const std::string token(call.request.parameter("token"));
    const auto found = co_await links_.look(token);
    std::optional<json::Object> user;
    if (found) user = co_await users_.find(found->user_id);
    if (!user)
        throw base::Error::not_found(
            "This link has been used or is too old. Ask the office for a new one."
        );
    const auto sent = call.body();
    const std::string password(sent.text("password"));
    auto wrong = auth::check_password(
        password, {std::string(user->text("username")), std::string(user->text("full_name"))}
    );
    if (!wrong.empty()) throw base::Error::invalid(std::move(wrong));
    if (sent.contains("password_again") && sent.text("password_again") != password)
        throw base::Error::invalid("password_again", "The two passwords are not the same.");
    auto hash = co_await passwords_.hash(password);
    auto after = *user;
    after.set("password_hash", std::move(hash));
    after.set("signed_in_at", base::timestamp(journal_.clock().now_ms()));
    const std::string id(user->text("user_id"));
    journal::Actor self{id, std::string(user->text("full_name"))};
    journal::Transaction change(std::move(self), "password_set", "user:" + id);
    change.replace(&users_table, *user, after);
    for (const auto& operation : auth::Links::consume(*found)) change.also(operation);
    const auto ending = co_await sessions_.ending(id);
    change.also(ending.operation);
    const auto done = co_await journal_.commit(std::move(change));
    if (!done)
        throw base::Error::conflict("This link is being used elsewhere. Please try to sign in.");
    sessions_.committed(ending);
    const std::string next = after.text("role") == student ? "/me" : "/";
    co_return co_await sign_in_.begin(std::move(call), std::move(after), next);
}

}  // namespace studentcore
