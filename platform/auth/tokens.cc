#include "platform/auth/tokens.h"

#include <algorithm>
#include <utility>

#include "platform/auth/hmac.h"
#include "platform/base/error.h"
#include "platform/base/random.h"
#include "platform/base/text.h"
#include "platform/journal/journal.h"

namespace auth {
namespace {

constexpr std::string_view prefix = "sct_";
constexpr std::size_t id_size = 36;
constexpr std::size_t secret_size = 43;  // 32 bytes
constexpr std::size_t label_length_max = 100;
constexpr std::size_t known_max = 10'000;
constexpr std::int64_t fresh_ms = 5000;
constexpr std::int64_t day_s = 86'400;
constexpr std::int64_t used_every_s = 60;

table::Key key_of(std::string_view token_id) { return {"token#" + std::string(token_id), "-"}; }
std::string list_of(std::string_view user_id) { return "tokens#" + std::string(user_id); }

std::string hash_of(std::string_view secret) { return base::hex(sha256(secret)); }

json::Object item_of(const Token& token) {
    json::Array scopes;
    for (const auto& scope : token.scopes) scopes.emplace_back(scope);
    return {{"token_id", token.token_id}, {"user_id", token.user_id},
            {"label", token.label},       {"scopes", scopes},
            {"created", token.created_s}, {"expires", token.expires_s},
            {"used", token.used_s},       {"ttl", token.expires_s}};
}

Token token_of(const json::Object& item) {
    Token token;
    token.token_id = item.text("token_id");
    token.user_id = item.text("user_id");
    token.label = item.text("label");
    token.created_s = item.integer("created");
    token.expires_s = item.integer("expires");
    token.used_s = item.integer("used");
    const json::Value* scopes = item.find("scopes");
    if (scopes != nullptr && scopes->array() != nullptr)
        for (const json::Value& scope : *scopes->array())
            if (const std::string* text = scope.string()) token.scopes.push_back(*text);
    return token;
}

void check(const std::string& label, const std::vector<std::string>& scopes, std::int64_t days) {
    base::FieldErrors errors;
    if (label.empty() || !base::is_utf8(label) || base::has_control(label) ||
        base::length(label) > label_length_max)
        errors.push_back({"label", "Give the token a name of at most 100 characters."});
    const bool known = std::ranges::all_of(scopes, [](const std::string& scope) {
        return scope == "read" || scope == "write";
    });
    if (scopes.empty() || scopes.size() > 2 || !known)
        errors.push_back({"scopes", "Choose read, write or both."});
    if (days < 1 || days > token_days_max)
        errors.push_back({"days", "Let the token end after 1 to 366 days."});
    if (!errors.empty()) throw base::Error::invalid(std::move(errors));
}

}  // namespace

json::Object Token::shown() const {
    json::Array shown_scopes;
    for (const auto& scope : scopes) shown_scopes.emplace_back(scope);
    return {
        {"token_id", token_id},
        {"user_id", user_id},
        {"label", label},
        {"scopes", std::move(shown_scopes)},
        {"created_at", base::timestamp(created_s * 1000)},
        {"expires_at", base::timestamp(expires_s * 1000)},
        {"last_used_at",
         used_s == 0 ? json::Value(nullptr) : json::Value(base::timestamp(used_s * 1000))}
    };
}

std::optional<TokenText> parse_token(std::string_view bearer) {
    if (!bearer.starts_with(prefix) || bearer.size() != prefix.size() + id_size + 1 + secret_size)
        return std::nullopt;
    bearer.remove_prefix(prefix.size());
    const TokenText text{bearer.substr(0, id_size), bearer.substr(id_size + 1)};
    std::string bytes;
    if (bearer[id_size] != '_' || !base::is_uuid(text.token_id) ||
        !base::base64url_decode(text.secret, bytes))
        return std::nullopt;
    return text;
}

Tokens::Tokens(table::Store& store, const base::Clock& clock, FindUser find_user)
    : store_(store), clock_(clock), find_user_(std::move(find_user)) {}

base::Task<Tokens::Issued> Tokens::issue(
    std::string user_id, std::string label, std::vector<std::string> scopes, std::int64_t days
) {
    label = base::trimmed(label);
    check(label, scopes, days);
    if ((co_await of_user(user_id)).size() >= tokens_per_user_max)
        throw base::Error::conflict("There are 50 tokens already: revoke one that is not used.");
    Issued issued;
    issued.token = {
        .token_id = base::uuid_v7(clock_.now_ms()),
        .user_id = std::move(user_id),
        .label = std::move(label),
        .scopes = std::move(scopes),
        .created_s = clock_.now_s(),
        .expires_s = clock_.now_s() + days * day_s
    };
    const std::string secret = base::random_token(32);
    issued.text = std::string(prefix) + issued.token.token_id + "_" + secret;

    json::Object token = item_of(issued.token);
    token.set("pk", key_of(issued.token.token_id).partition).set("sk", "-");
    token.set("secret_sha256", hash_of(secret));
    json::Object listed = item_of(issued.token);
    listed.set("pk", list_of(issued.token.user_id)).set("sk", issued.token.token_id);
    table::Write write;
    write.operations.emplace_back(
        table::Put{&journal::system_table(), std::move(token), {table::Condition::absent()}}
    );
    write.operations.emplace_back(table::Put{&journal::system_table(), std::move(listed), {}});
    if (!co_await store_.write(std::move(write)))
        throw base::Error(base::Code::internal, "The token could not be made; try again.");
    co_return issued;
}

base::Task<std::vector<Token>> Tokens::of_user(std::string user_id) {
    table::Query query;
    query.table = &journal::system_table();
    query.partitions = {list_of(user_id)};
    query.limit = 2 * tokens_per_user_max;
    const table::Page page = co_await store_.query(std::move(query));
    std::vector<Token> tokens;
    for (const table::Record& record : page.records) {
        Token token = token_of(record.item());
        if (token.expires_s > clock_.now_s()) tokens.push_back(std::move(token));
    }
    const std::scoped_lock lock(mutex_);
    for (Token& token : tokens)
        if (const auto used = used_.find(token.token_id); used != used_.end())
            token.used_s = std::max(token.used_s, used->second.token.used_s);
    co_return tokens;
}

base::Task<bool> Tokens::revoke(std::string user_id, std::string token_id) {
    table::Write write;
    write.operations.emplace_back(table::Delete{
        &journal::system_table(), {list_of(user_id), token_id}, {table::Condition::present()}
    });
    write.operations.emplace_back(table::Delete{&journal::system_table(), key_of(token_id), {}});
    const bool revoked = (co_await store_.write(std::move(write))).has_value();
    if (revoked) forget(token_id);
    co_return revoked;
}

base::Task<> Tokens::revoke_all(std::string user_id) {
    const std::vector<Token> tokens = co_await of_user(user_id);
    for (const Token& token : tokens) (void)co_await revoke(user_id, token.token_id);
}

void Tokens::forget(const std::string& token_id) {
    const std::scoped_lock lock(mutex_);
    known_.erase(token_id);
    used_.erase(token_id);
    ++forgotten_;
}

void Tokens::note_use(const Token& token) {
    const std::scoped_lock lock(mutex_);
    if (used_.size() >= known_max && !used_.contains(token.token_id)) return;
    Used& used = used_[token.token_id];
    if (used.token.token_id.empty()) used.token = token;
    used.token.used_s = clock_.now_s();
}

std::vector<Token> Tokens::take_used() {
    const std::int64_t now = clock_.now_s();
    std::vector<Token> due;
    const std::scoped_lock lock(mutex_);
    for (auto& [token_id, used] : used_) {
        if (used.token.used_s <= used.written_s || now - used.written_s < used_every_s) continue;
        used.written_s = now;
        due.push_back(used.token);
    }
    // What rests is forgotten here; its last use has been written.
    std::erase_if(used_, [&](const auto& one) {
        return now - one.second.written_s >= 2 * used_every_s;
    });
    return due;
}

base::Task<> Tokens::write_used() {
    const std::vector<Token> due = take_used();
    for (const Token& token : due) {
        json::Object item = item_of(token);
        item.set("pk", list_of(token.user_id)).set("sk", token.token_id);
        table::Write write;
        // Not when it was revoked meanwhile: nothing comes back by this.
        write.operations.emplace_back(
            table::Put{&journal::system_table(), std::move(item), {table::Condition::present()}}
        );
        (void)co_await store_.write(std::move(write));
    }
}

std::optional<Tokens::Known> Tokens::cached(std::string_view token_id) {
    const std::scoped_lock lock(mutex_);
    const auto found = known_.find(std::string(token_id));
    if (found == known_.end()) return std::nullopt;
    const std::int64_t age = clock_.now_ms() - found->second.as_of_ms;
    if (age >= 0 && age < fresh_ms) return found->second;
    known_.erase(found);
    return std::nullopt;
}

base::Task<std::optional<Tokens::Known>> Tokens::read(std::string token_id) {
    Known known;
    known.as_of_ms = clock_.now_ms();
    std::uint64_t forgotten = 0;
    {
        const std::scoped_lock lock(mutex_);
        forgotten = forgotten_;
    }
    const auto record = co_await store_.get(&journal::system_table(), key_of(token_id));
    if (!record) co_return std::nullopt;
    const json::Object item = record->item();
    known.token = token_of(item);
    known.secret_hash = item.text("secret_sha256");
    auto owner = co_await find_user_(known.token.user_id);
    if (!owner) co_return std::nullopt;
    known.owner = std::move(*owner);
    {
        const std::scoped_lock lock(mutex_);
        if (known_.size() >= known_max) known_.clear();
        if (forgotten == forgotten_) known_.insert_or_assign(token_id, known);
    }
    co_return known;
}

base::Task<Identity> Tokens::identify(std::string bearer) {
    const auto text = parse_token(bearer);
    if (!text) co_return Identity{};
    auto known = cached(text->token_id);
    if (!known) known = co_await read(std::string(text->token_id));
    if (!known || !equal_secret(known->secret_hash, hash_of(text->secret)) ||
        known->token.expires_s <= clock_.now_s() || known->token.scopes.empty())
        co_return Identity{};
    note_use(known->token);
    Identity who;
    who.user_id = std::move(known->owner.user_id);
    who.username = std::move(known->owner.username);
    who.name = std::move(known->owner.name);
    who.role = std::move(known->owner.role);
    who.own_record = std::move(known->owner.own_record);
    who.scopes = std::move(known->token.scopes);
    co_return who;
}

}  // namespace auth
