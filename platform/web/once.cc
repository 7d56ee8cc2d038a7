#include "platform/web/once.h"

#include <exception>
#include <utility>

#include "platform/auth/hmac.h"
#include "platform/auth/seal.h"
#include "platform/base/error.h"
#include "platform/base/random.h"
#include "platform/base/text.h"

namespace web {
namespace {

constexpr std::size_t key_length_max = 128;
constexpr std::int64_t kept_s = 24 * 3600;
constexpr std::int64_t busy_s = 600;  // longer than a request may take: the server died

std::string_view key_of(const http::Request& request) { return request.header("Idempotency-Key"); }

std::string partition_of(const std::string& key) { return "idempotency#" + key; }

json::Object item_of(const std::string& key, const http::Request& request, std::int64_t now_s) {
    return {
        {"pk", partition_of(key)},
        {"sk", "-"},
        {"fingerprint", fingerprint_of(request)},
        {"sealed", true},
        {"ttl", now_s + kept_s}
    };
}

// What stands under the key: an answer, or (status 0) who is busy with it.
struct Kept {
    std::string fingerprint;
    int status = 0;
    std::string location;
    std::string answer;
    bool sealed = false;
    std::int64_t busy_until_s = 0;
};

base::Task<std::optional<Kept>> kept_under(journal::Journal* journal, std::string key) {
    const auto record =
        co_await journal->store().get(&journal::system_table(), {partition_of(key), "-"});
    if (!record) co_return std::nullopt;
    const json::Object item = record->item();
    co_return Kept{
        .fingerprint = std::string(item.text("fingerprint")),
        .status = static_cast<int>(item.integer("status")),
        .location = std::string(item.text("location")),
        .answer = std::string(item.text("answer")),
        .sealed = item.truth("sealed"),
        .busy_until_s = item.integer("busy_until"),
    };
}

base::Error being_handled() {
    return base::Error::conflict("The same request is being handled already.");
}

http::Response answer_again(const http::Request& request, const Kept& before) {
    std::string text = before.answer;
    if (before.sealed) {
        auto opened = auth::unseal(key_of(request), text);
        if (!opened) throw base::Error(base::Code::internal, "The first answer can't be read.");
        text = std::move(*opened);
    }
    http::Response response = http::json_text(std::move(text), before.status);
    if (!before.location.empty()) response.headers.emplace_back("Location", before.location);
    response.headers.emplace_back("Idempotent-Replayed", "true");
    return response;
}

// The key is this request's from here on.
base::Task<> take(journal::Journal* journal, http::Request request, std::string key) {
    const std::int64_t now_s = journal->clock().now_s();
    auto item = item_of(key, request, now_s);
    item.set("status", 0).set("busy_until", now_s + busy_s);
    table::Put put{.table = &journal::system_table(), .item = std::move(item), .conditions = {}};
    // One that an ended server left behind may be taken over.
    const auto left = co_await kept_under(journal, key);
    put.conditions.push_back(
        left ? table::Condition::equals("busy_until", left->busy_until_s)
             : table::Condition::absent()
    );
    table::Write write;
    write.operations.emplace_back(std::move(put));
    const auto written = co_await journal->store().write(std::move(write));
    if (!written) throw being_handled();
}

base::Task<> write(journal::Journal* journal, table::Operation operation) {
    table::Write write;
    write.operations.push_back(std::move(operation));
    (void)co_await journal->store().write(std::move(write));
}

std::string location_of(const http::Response& response) {
    for (const auto& [name, value] : response.headers)
        if (name == "Location") return value;
    return {};
}

}  // namespace

std::string fingerprint_of(const http::Request& request) {
    std::string text(http::name(request.method()));
    text.append(" ").append(request.target()).append("\n").append(request.body());
    return base::uuid_v5(text);
}

std::string once_key(const http::Request& request, const auth::Identity& who) {
    const std::string_view key = key_of(request);
    if (key.empty()) return {};
    if (!base::is_utf8(key) || base::has_control(key) || base::length(key) > key_length_max)
        throw base::Error::invalid("Idempotency-Key", "This must be 1 to 128 characters of text.");
    return who.user_id + "#" + base::hex(auth::sha256(key));
}

base::Task<std::optional<http::Response>> answered_before(
    journal::Journal* journal, http::Request request, std::string key
) {
    const auto before = co_await kept_under(journal, std::move(key));
    if (!before) co_return std::nullopt;
    if (before->fingerprint != fingerprint_of(request))
        throw base::Error::invalid(
            "Idempotency-Key", "This key was used before, for another request."
        );
    if (before->status == 0) {
        if (before->busy_until_s > journal->clock().now_s()) throw being_handled();
        co_return std::nullopt;
    }
    co_return answer_again(request, *before);
}

base::Task<http::Response> answered_once(
    journal::Journal* journal, http::Request request, std::string key,
    std::function<base::Task<http::Response>()> answer
) {
    co_await take(journal, request, key);
    http::Response response;
    std::exception_ptr failure;
    try {
        response = co_await answer();
    } catch (...) {
        failure = std::current_exception();
    }
    if (failure || response.status >= 300) {
        table::Operation give_back =
            table::Delete{&journal::system_table(), {partition_of(key), "-"}, {}};
        co_await write(journal, std::move(give_back));
        if (failure) std::rethrow_exception(failure);
        co_return response;
    }
    auto item = item_of(key, request, journal->clock().now_s());
    item.set("status", response.status).set("location", location_of(response));
    item.set("answer", auth::seal(key_of(request), response.body));
    table::Operation keep = table::Put{&journal::system_table(), std::move(item), {}};
    co_await write(journal, std::move(keep));
    co_return response;
}

}  // namespace web
