// Where a person is signed in, and ending one of it.
#include <utility>

#include "budgetplanner/accounts.h"
#include "budgetplanner/tables.h"
#include "platform/base/error.h"

namespace budgetplanner {

std::string session_rows_of(std::string_view user_id) {
    return "session_of#" + std::string(user_id);
}

base::Task<http::Response> Accounts::sessions(web::Call call) {
    table::Query query;
    query.table = &journal::system_table();
    query.partitions = {session_rows_of(call.who.user_id)};
    query.descending = true;
    query.limit = 100;
    const auto page = co_await journal_.store().query(std::move(query));
    json::Array items;
    for (const auto& record : page.records) {
        const auto row = record.item();
        items.emplace_back(json::Object{
            {"session_id", row.text("sk")},
            {"at", row.text("at")},
            {"agent", row.text("agent")},
            {"address", row.text("address")},
            {"current", row.text("sk") == call.who.session_id},
        });
    }
    co_return call.show("sessions", {{"items", std::move(items)}, {"cursor", nullptr}});
}

base::Task<http::Response> Accounts::end_session(web::Call call) {
    const std::string id(call.request.parameter("session_id"));
    table::Key key{session_rows_of(call.who.user_id), id};
    const auto row = co_await journal_.store().get(&journal::system_table(), key);
    if (!row) throw base::Error::not_found("There is no such session.");
    auth::Identity ended = call.who;
    ended.session_id = id;
    co_await sessions_.end(std::move(ended));
    journal::Transaction change(call.actor(), "session_ended", subject_of(call.who.user_id));
    change.also(table::Delete{&journal::system_table(), std::move(key), {}});
    web::Call::Done done{.item = {}, .location = {}, .page = "/sessions"};
    co_return co_await call.commit(std::move(change), std::move(done));
}

}  // namespace budgetplanner
