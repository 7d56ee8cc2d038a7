#include "platform/program/health.h"

#include <utility>

#include "platform/base/error.h"
#include "platform/journal/journal.h"

namespace program {

Health::Health(Parts parts) : parts_(std::move(parts)) { register_metrics(); }

void Health::register_metrics() {
    const auto of_store = [this](auto member) {
        return [this, member] { return parts_.store.numbers().*member; };
    };
    using Numbers = table::SqliteStore::Numbers;
    registry_.counter_of(
        "table_commits_total", "Commits to the disk.", of_store(&Numbers::commits)
    );
    registry_.counter_of("table_writes_total", "Writes asked for.", of_store(&Numbers::writes));
    registry_.counter_of(
        "table_writes_refused_total", "Writes whose conditions did not hold.",
        of_store(&Numbers::refused)
    );
    registry_.counter_of(
        "table_writes_failed_total", "Writes that the disk or the engine failed.",
        of_store(&Numbers::failed)
    );
    registry_.counter_of(
        "table_checkpoints_total", "Checkpoints of the write-ahead log.",
        of_store(&Numbers::checkpoints)
    );
    const auto gauge = [&](const char* name, const char* help, auto member) {
        registry_.gauge_of(name, help, [this, member] {
            return static_cast<double>(parts_.store.numbers().*member);
        });
    };
    gauge("table_writes_waiting", "Writes in the queue now.", &Numbers::waiting);
    gauge("table_file_bytes", "Size of the data file.", &Numbers::file_bytes);
    gauge("table_log_bytes", "Size of the write-ahead log.", &Numbers::log_bytes);
    registry_.counter_of("password_hashes_total", "Password hashes computed.", [this] {
        return parts_.passwords.numbers().done;
    });
    registry_.counter_of(
        "password_hashes_refused_total", "Sign-ins turned away as too many waited.",
        [this] { return parts_.passwords.numbers().refused; }
    );
    registry_.also([this] {
        std::string out;
        http::append_prometheus(out, parts_.server.metrics());
        return out;
    });
}

void Health::add_routes(http::Router& router) {
    const auto add = [&](std::string path, auto member) {
        router.add(http::Method::get, std::move(path), [this, member](http::Request request) {
            return (this->*member)(request);
        });
    };
    add("/healthz", &Health::healthz);
    add("/readyz", &Health::readyz);
    add("/metrics", &Health::metrics);
    add("/openapi.json", &Health::openapi);
}

base::Task<http::Response> Health::healthz(http::Request) {
    co_return http::json({{"status", "alive"}});
}

base::Task<http::Response> Health::readyz(http::Request) {
    // Asked by anyone, so at most one small write in two seconds.
    const std::int64_t now_ms = parts_.clock.now_ms();
    if (now_ms - ready_ms_ < 2000) co_return http::json({{"status", "ready"}});
    std::string cause;
    try {
        // Reading proves the file; a full disk shows in a small write that changes nothing of note.
        (void)co_await parts_.store.get(&journal::system_table(), {"settings", "-"});
        json::Object item{{"pk", "ready"}, {"sk", "-"}, {"at", parts_.clock.now_s()}};
        table::Write write;
        write.operations.emplace_back(table::Put{&journal::system_table(), std::move(item), {}});
        (void)co_await parts_.store.write(std::move(write));
    } catch (const base::Error& error) {
        cause = error.shown;
    }
    if (!cause.empty()) co_return http::json({{"status", "not ready"}, {"cause", cause}}, 503);
    ready_ms_ = now_ms;
    co_return http::json({{"status", "ready"}});
}

base::Task<http::Response> Health::metrics(http::Request request) {
    const bool local = request.from_this_machine();
    const bool token = !parts_.metrics_token.empty() &&
                       request.header("Authorization") == "Bearer " + parts_.metrics_token;
    if (!local && !token) throw base::Error::not_found("There is nothing at this address.");
    http::Response response;
    response.content_type = observe::metrics_type;
    response.body = registry_.text();
    co_return response;
}

base::Task<http::Response> Health::openapi(http::Request) {
    http::Response response = http::json_text(parts_.openapi);
    response.cache = http::Cache::revalidate;
    co_return response;
}

}  // namespace program
