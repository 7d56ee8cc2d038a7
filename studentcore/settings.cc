#include "studentcore/settings.h"

#include <utility>

#include "platform/base/clock.h"
#include "platform/base/error.h"
#include "platform/base/text.h"
#include "studentcore/access.h"
#include "studentcore/bulk.h"
#include "studentcore/settings_model.h"
#include "studentcore/tables.h"

namespace studentcore {
namespace {

constexpr std::string_view item_key = "settings";
constexpr std::string_view item_sort = "-";
constexpr int attempts_max = 5;
constexpr int passes_max = 20;

// What a client sees of the stored item.
json::Object answer_of(const json::Object& item) {
    json::Object answer = item;
    answer.erase("pk");
    answer.erase("sk");
    answer.erase("renamed");
    return answer;
}

}  // namespace

const Term* College::term_on(std::string_view date) const {
    const Term* last = nullptr;
    for (const auto& one : terms) {
        if (one.from <= date && date <= one.until) return &one;
        if (one.from <= date && (last == nullptr || last->from < one.from)) last = &one;
    }
    return last != nullptr || terms.empty() ? last : &terms.front();
}

const Term* College::term(std::string_view term_name) const {
    const std::string wanted = base::folded(term_name);
    for (const auto& one : terms)
        if (base::folded(one.name) == wanted) return &one;
    return nullptr;
}

const ExamType* College::exam_type(std::string_view type_name) const {
    const std::string wanted = base::folded(type_name);
    for (const auto& one : exam_types)
        if (base::folded(one.name) == wanted) return &one;
    return nullptr;
}

base::Decimal College::points(std::string_view grade) const {
    for (const auto& [name_of_grade, points_of_grade] : grade_points)
        if (name_of_grade == grade) return points_of_grade;
    return {};
}

std::string College::program(std::string_view typed) const {
    const std::string wanted = base::folded(typed);
    for (const auto& listed : programs)
        if (listed == typed) return listed;
    for (const auto& listed : programs)
        if (base::folded(listed) == wanted) return listed;
    const json::Value* renamed = item.find("renamed");
    if (renamed != nullptr && renamed->object() != nullptr)
        for (const auto& [from, to] : *renamed->object())
            if (base::folded(from) == wanted && to.string() != nullptr) return *to.string();
    return {};
}

Settings::Settings(journal::Journal& journal) : journal_(journal) {
    const auto today = base::date_of(journal.clock().now_ms());
    college_ = std::make_shared<College>(college_of(default_settings(today)));
}

base::Task<std::optional<json::Object>> Settings::stored() {
    auto record = co_await journal_.store().get(
        &journal::system_table(), {std::string(item_key), std::string(item_sort)}
    );
    if (!record) co_return std::nullopt;
    co_return record->item();
}

base::Task<> Settings::load() {
    auto item = co_await stored();
    if (item) keep(std::make_shared<College>(college_of(std::move(*item))));
}

void Settings::keep(std::shared_ptr<const College> college) {
    const std::scoped_lock lock(mutex_);
    // A slower reader must not put an older version back.
    if (college_->item.integer("version") > college->item.integer("version")) return;
    college_ = std::move(college);
}

std::shared_ptr<const College> Settings::current() const {
    const std::scoped_lock lock(mutex_);
    return college_;
}

std::string Settings::today() const {
    return base::date_of(journal_.clock().now_ms(), current()->time_zone);
}

std::string Settings::current_term() const {
    const auto college = current();
    const Term* term = college->term_on(today());
    return term == nullptr ? std::string() : term->name;
}

journal::Transaction Settings::change(
    journal::Actor actor, std::string action, const std::optional<json::Object>& before,
    json::Object after
) const {
    journal::Transaction change(std::move(actor), std::move(action), "settings");
    after.set("pk", item_key).set("sk", item_sort);
    if (before)
        change.replace(&journal::system_table(), *before, std::move(after));
    else
        change.create(&journal::system_table(), std::move(after));
    return change;
}

base::Task<std::string> Settings::adopt_program(journal::Actor actor, std::string typed) {
    const std::string name(base::trimmed(typed));
    for (int attempt = 0; attempt < attempts_max; ++attempt) {
        if (auto listed = current()->program(name); !listed.empty()) co_return listed;
        const auto before = co_await stored();
        json::Object after = before.value_or(current()->item);
        if (auto listed = college_of(after).program(name); !listed.empty()) co_return listed;
        json::Array programs = texts_of(after, "programs");
        if (programs.size() >= programs_max)
            throw base::Error::invalid("program", "The college has its most programmes already.");
        programs.emplace_back(name);
        after.set("programs", std::move(programs));
        auto done =
            co_await journal_.commit(change(actor, "program_added", before, std::move(after)));
        co_await load();
        if (done) co_return name;
    }
    throw base::Error::conflict("The list of programmes is being changed. Please try again.");
}

base::Task<> Settings::store(journal::Actor actor, json::Object sent) {
    for (int attempt = 0; attempt < attempts_max; ++attempt) {
        const auto before = co_await stored();
        auto after = checked_settings(sent, before.value_or(current()->item));
        if (!after) throw base::Error::invalid(std::move(after.error()));
        auto done =
            co_await journal_.commit(change(actor, "settings_updated", before, std::move(*after)));
        co_await load();
        if (done) co_return;
    }
    throw base::Error::conflict("The settings are being changed. Please try again.");
}

http::Response Settings::answer_now(const web::Call& call) const {
    if (!call.is_api()) return http::redirect("/settings");
    const auto college = current();
    return web::Call::record(json::write(answer_of(college->item)), college->item.text("version"));
}

base::Task<http::Response> Settings::show(web::Call call) {
    if (call.is_api()) co_return answer_now(call);
    const auto college = current();
    const auto counters = co_await journal_.store().counters("students");
    co_return call.show(
        "settings", settings_page(*college, answer_of(college->item), counters, today())
    );
}

base::Task<http::Response> Settings::replace(web::Call call) {
    const json::Object sent = settings_sent(call);
    const auto before = co_await stored();
    const json::Object current_item = before.value_or(current()->item);
    call.check_version(current_item, sent);
    auto after = checked_settings(sent, current_item);
    if (!after) throw base::Error::invalid(std::move(after.error()));
    if (before && *before == *after) co_return answer_now(call);
    web::Call::Done done{.item = answer_of(*after), .location = {}, .page = "/settings"};
    auto response = co_await call.commit(
        change(call.actor(), "settings_updated", before, *after), std::move(done)
    );
    co_await load();
    if (response.status != 200) co_return response;
    auto answer = answer_now(call);
    answer.headers = std::move(response.headers);
    co_return answer;
}

base::Task<http::Response> Settings::rename(web::Call call) {
    const json::Object sent = call.body();
    const auto before = co_await stored();
    const json::Object current_item = before.value_or(current()->item);
    auto renamed = renamed_program(current_item, sent.text("from"), sent.text("to"));
    if (!renamed) throw base::Error::invalid(std::move(renamed.error()));
    auto edit = change(call.actor(), "program_renamed", before, renamed->item);
    json::Object answer{{"from", renamed->from}, {"to", renamed->to}};
    edit.enqueue("rename_program", answer);
    web::Call::Done done{.item = std::move(answer), .location = {}, .page = "/settings"};
    auto response = co_await call.commit(std::move(edit), std::move(done));
    co_await load();
    co_return response;
}

base::Task<> Settings::rename_program(json::Object payload) {
    co_await load();
    const std::string from(payload.text("from"));
    for (int pass = 0; pass < passes_max; ++pass) {
        // A later rename may have moved the target on, or brought the old name back.
        const std::string to = current()->program(from);
        if (to.empty() || to == from) co_return;
        if (co_await move_students(from, to) == 0) co_return;
    }
    throw base::Error(base::Code::unavailable, "The programme is still being renamed.");
}

base::Task<std::size_t> Settings::move_students(std::string from, std::string to) {
    std::size_t seen = 0;
    Walk walk(
        journal_.store(), {.table = &students_table, .index = "program-index", .partitions = {from}}
    );
    while (auto chunk = co_await walk.next(rename_chunk)) {
        journal::Transaction change({}, "program_renamed", "settings");
        json::Array moved;
        for (auto& before : *chunk) {
            if (before.text("program") != from) continue;
            auto after = before;
            after.set("program", to);
            moved.emplace_back(json::Object{{"student_id", before.text("student_id")}});
            change.replace(&students_table, std::move(before), std::move(after));
        }
        if (moved.empty()) continue;
        seen += moved.size();
        change.tell(
            {.name = "student_updated",
             .rooms = {std::string(admin), std::string(faculty)},
             .payload = {{"items", std::move(moved)}}}
        );
        // A student that was edited meanwhile is taken in the next pass.
        (void)co_await journal_.commit(std::move(change));
    }
    co_return seen;
}

}  // namespace studentcore
