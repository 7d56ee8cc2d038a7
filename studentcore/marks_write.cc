// Writing one attendance record or result.
#include <utility>

#include "platform/base/error.h"
#include "studentcore/access.h"
#include "studentcore/marks.h"
#include "studentcore/tables.h"

namespace studentcore {
namespace {

using base::Error;

constexpr int attempts_max = 3;

journal::Event event_of(const MarkKind& kind, std::string_view verb, const json::Object& record) {
    json::Object payload{
        {kind.table->key, record.text(kind.table->key)},
        {"student_id", record.text("student_id")},
        {"course_id", record.text("course_id")},
    };
    for (const auto name : kind.tells) payload.append_new(std::string(name), record.text(name));
    payload.append_new(std::string(kind.value), record.text(kind.value));
    const std::string course_id(record.text("course_id"));
    return {
        event_name(kind, verb),
        marks_rooms(course_id, {std::string(record.text("student_id"))}),
        std::move(payload),
    };
}

// One write of one record: the entry is in the course's log.
journal::Transaction change_of(
    const web::Call& call, const MarkKind& kind, std::string_view verb, const json::Object& record
) {
    journal::Transaction change(
        call.actor(), event_name(kind, verb), "course:" + std::string(record.text("course_id"))
    );
    change.tell(event_of(kind, verb, record));
    return change;
}

std::string page_of(const MarkKind& kind, const json::Object& record) {
    std::string page = "/courses/" + std::string(record.text("course_id"));
    page += kind.table == &attendance_table ? "/attendance?date=" : "/results?exam_type=";
    const auto name = kind.table == &attendance_table ? "date" : "exam_type";
    return page + http::percent_encode(record.text(name));
}

// Only a check can have failed without naming a field: the enrolment went or was renamed meanwhile.
bool enrolment_moved(const Error& error) {
    return error.code == base::Code::invalid && error.fields.empty();
}

}  // namespace

const MarkKind attendance_kind{
    .table = &attendance_table,
    .noun = "attendance",
    .added = "marked",
    .value = "status",
    .tells = {"date", "session"},
};
const MarkKind result_kind{
    .table = &results_table,
    .noun = "result",
    .added = "added",
    .value = "grade",
    .tells = {"exam_type"},
};

std::string event_name(const MarkKind& kind, std::string_view verb) {
    return std::string(kind.noun) + "_" + std::string(verb);
}

base::Task<http::Response> create_mark(
    web::Call call, table::Store* store, const MarkKind* kind, json::Object item
) {
    const std::string course_id(item.text("course_id"));
    const std::string student_id(item.text("student_id"));
    if (!is_admin(call.who))
        (void)co_await course_for_marks(store, call.who, course_id, "course_id");
    for (int attempt = 1;; ++attempt) {
        const auto enrolment = co_await require_enrolment(store, student_id, course_id);
        item.set("student_name", enrolment.text("student_name"));
        item.set("course_name", enrolment.text("course_name"));
        auto change = change_of(call, *kind, kind->added, item);
        // The enrolment as it was read: neither gone nor renamed. It goes before the student or the
        // course does, so nothing else needs a check.
        change.check(
            &enrolments_table, std::string(enrolment.text("enrolment_id")),
            {table::Condition::equals("version", *enrolment.find("version"))}
        );
        change.create(kind->table, item);
        web::Call::Done done{
            .item = item,
            .location =
                "/api/" + kind->table->name + "/" + std::string(item.text(kind->table->key)),
            .page = page_of(*kind, item),
        };
        try {
            co_return co_await call.commit(std::move(change), std::move(done));
        } catch (const Error& refused) {
            if (!enrolment_moved(refused) || attempt == attempts_max) throw;
        }
    }
}

base::Task<http::Response> change_mark(
    web::Call call, const MarkKind* kind, json::Object before, json::Object after
) {
    web::Call::Done done{.item = after, .location = {}, .page = page_of(*kind, after)};
    if (before == after) {
        if (!call.is_api()) co_return http::redirect(done.page);
        const std::string version(before.text("version"));
        co_return web::Call::record(json::write(before), version);
    }
    auto change = change_of(call, *kind, "updated", after);
    change.replace(kind->table, std::move(before), std::move(after));
    co_return co_await call.commit(std::move(change), std::move(done));
}

base::Task<http::Response> remove_mark(
    web::Call call, table::Store* store, const MarkKind* kind, std::string key
) {
    const auto record = co_await readable_mark(store, call.who, kind->table, std::move(key));
    auto item = record.item();
    call.check_version(item);
    const auto page = page_of(*kind, item);
    auto change = change_of(call, *kind, "deleted", item);
    change.remove(kind->table, std::move(item));
    web::Call::Done done{.item = {}, .location = {}, .page = page};
    co_return co_await call.commit(std::move(change), std::move(done));
}

}  // namespace studentcore
