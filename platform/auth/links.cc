#include "platform/auth/links.h"

#include <utility>

#include "platform/auth/hmac.h"
#include "platform/base/error.h"
#include "platform/base/random.h"
#include "platform/journal/journal.h"

namespace auth {
namespace {

constexpr std::size_t token_bytes = 32;

table::Key link_key(const std::string& kind, const std::string& hash) {
    return {kind + "#" + hash, "-"};
}
table::Key user_key(const std::string& kind, const std::string& user_id) {
    return {kind + "s#" + user_id, "-"};
}

}  // namespace

Links::Made Links::make(const std::string& user_id) const {
    Made made;
    made.token = base::random_token(token_bytes);
    made.expires_s = clock_.now_s() + seconds_;
    const std::string hash = base::hex(sha256(made.token));
    const auto put = [&](const table::Key& key) {
        json::Object item = {{"pk", key.partition},       {"sk", key.sort},
                             {"user_id", user_id},        {"link", hash},
                             {"expires", made.expires_s}, {"ttl", made.expires_s}};
        made.operations.emplace_back(table::Put{&journal::system_table(), std::move(item), {}});
    };
    put(link_key(kind_, hash));
    put(user_key(kind_, user_id));
    return made;
}

base::Task<Links::Made> Links::issue(std::string user_id) {
    Made made = make(user_id);
    table::Write write;
    write.operations = made.operations;
    if (!co_await store_.write(std::move(write)))
        throw base::Error(base::Code::internal, "The link could not be made; try again.");
    co_return made;
}

base::Task<std::optional<Links::Found>> Links::look(std::string token) {
    std::string bytes;
    if (!base::base64url_decode(token, bytes) || bytes.size() != token_bytes)
        co_return std::nullopt;
    Found found;
    found.kind = kind_;
    found.hash = base::hex(sha256(token));
    const auto link = co_await store_.get(&journal::system_table(), link_key(kind_, found.hash));
    if (!link) co_return std::nullopt;
    const json::Object item = link->item();
    found.user_id = item.text("user_id");
    found.expires_s = item.integer("expires");
    const auto newest =
        co_await store_.get(&journal::system_table(), user_key(kind_, found.user_id));
    if (!newest || newest->item().text("link") != found.hash) co_return std::nullopt;
    if (found.expires_s <= clock_.now_s()) co_return std::nullopt;
    co_return found;
}

std::vector<table::Operation> Links::consume(const Found& found) {
    std::vector<table::Operation> operations;
    operations.emplace_back(table::Delete{
        &journal::system_table(), link_key(found.kind, found.hash), {table::Condition::present()}
    });
    operations.emplace_back(table::Delete{
        &journal::system_table(),
        user_key(found.kind, found.user_id),
        {table::Condition::equals("link", found.hash)}
    });
    return operations;
}

table::Operation Links::forget(const std::string& user_id, const std::string& kind) {
    return table::Delete{&journal::system_table(), user_key(kind, user_id), {}};
}

}  // namespace auth
