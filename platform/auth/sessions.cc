#include "platform/auth/sessions.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <utility>

#include "platform/base/error.h"
#include "platform/base/random.h"
#include "platform/base/text.h"
#include "platform/journal/journal.h"

namespace auth {
namespace {

constexpr std::size_t seen_cookies_max = 2048;  // a thread; about 2 KB each
constexpr std::size_t known_users_max = 4096;   // a shard
constexpr int tries_max = 8;
constexpr std::string_view sort = "-";

std::string partition_of(std::string_view user_id) { return "session#" + std::string(user_id); }

struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
        return std::hash<std::string_view>()(text);
    }
};

// The cookies whose signature a thread has checked, so that it is checked once.
struct SeenCookies {
    std::uint64_t owner = 0;
    std::unordered_map<std::string, std::shared_ptr<const Claims>, TextHash, std::equal_to<>>
        claims;
};

std::uint64_t next_number() {
    static std::atomic<std::uint64_t> number = 0;
    return ++number;
}

Identity identity_of(const Claims& claims) {
    Identity who;
    who.user_id = claims.user.user_id;
    who.username = claims.user.username;
    who.name = claims.user.name;
    who.role = claims.user.role;
    who.own_record = claims.user.own_record;
    who.session_id = claims.session_id;
    who.csrf = claims.csrf;
    return who;
}

std::string_view bearer_of(http::Request request) {
    constexpr std::string_view scheme = "bearer ";
    const std::string_view header = request.header("authorization");
    if (header.size() <= scheme.size()) return {};
    for (std::size_t i = 0; i < scheme.size(); ++i)
        if ((header[i] | 0x20) != scheme[i]) return {};
    return base::trimmed(header.substr(scheme.size()));
}

}  // namespace

std::string_view cookie_name(bool secure) { return secure ? "__Host-session" : "session"; }

Sessions::Sessions(
    table::Store& store, const base::Clock& clock, std::string_view secret, Tokens* tokens,
    SessionOptions options, FindUser find_user
)
    : store_(store),
      clock_(clock),
      sign_("session cookie 1:" + std::string(secret)),
      tokens_(tokens),
      options_(options),
      find_user_(std::move(find_user)),
      number_(next_number()),
      shards_(std::make_unique<Shard[]>(shards)) {}
Sessions::~Sessions() = default;

Sessions::Shard& Sessions::shard(std::string_view user_id) const {
    return shards_[std::hash<std::string_view>()(user_id) % shards];
}

std::shared_ptr<const Claims> Sessions::claims_of(std::string_view cookie) const {
    static thread_local SeenCookies seen;
    if (seen.owner != number_) {
        seen.claims.clear();
        seen.owner = number_;
    }
    if (const auto found = seen.claims.find(cookie); found != seen.claims.end())
        return found->second;
    auto claims = read_cookie(cookie, sign_);
    if (!claims) return nullptr;
    if (seen.claims.size() >= seen_cookies_max) seen.claims.clear();
    auto kept = std::make_shared<const Claims>(std::move(*claims));
    seen.claims.emplace(cookie, kept);
    return kept;
}

bool Sessions::counts(const Claims& claims, const State& state) {
    return claims.epoch >= state.epoch &&
           std::ranges::none_of(state.ended, [&](const Ended& ended) {
               return ended.session_id == claims.session_id;
           });
}

Sessions::Standing Sessions::standing(const Claims& claims) const {
    const std::int64_t now = clock_.now_ms();
    if (now / 1000 >= claims.expires_s) return Standing::ended;
    Shard& place = shard(claims.user.user_id);
    const std::scoped_lock lock(place.mutex);
    const auto found = place.users.find(claims.user.user_id);
    if (found == place.users.end()) return Standing::unknown;
    Known& known = found->second;
    const std::int64_t age = now - known.as_of_ms;
    // A clock that went back makes no knowledge fresh.
    if (known.as_of_ms < 0 || age >= options_.fresh_ms || age < 0) return Standing::unknown;
    if (age >= options_.refresh_ms && known.reading_ms < known.as_of_ms) {
        known.reading_ms = now;
        return Standing::unknown;
    }
    return counts(claims, known.state) ? Standing::good : Standing::ended;
}

void Sessions::learn(const std::string& user_id, const State& state, std::int64_t as_of_ms) const {
    Shard& place = shard(user_id);
    const std::scoped_lock lock(place.mutex);
    if (place.users.size() >= known_users_max && !place.users.contains(user_id)) {
        std::erase_if(place.users, [&](const auto& user) {
            return as_of_ms - user.second.as_of_ms >= options_.fresh_ms;
        });
        if (place.users.size() >= known_users_max) place.users.clear();
    }
    Known& known = place.users[user_id];
    // A read that began before a write of this node ended must not undo what the write taught.
    const bool clock_went_back = known.as_of_ms > clock_.now_ms();
    if (as_of_ms <= known.as_of_ms && state.version <= known.state.version && !clock_went_back)
        return;
    known.state = state;
    known.as_of_ms = as_of_ms;
}

base::Task<Sessions::State> Sessions::read(std::string user_id) {
    const std::int64_t began = clock_.now_ms();
    const auto record =
        co_await store_.get(&journal::system_table(), {partition_of(user_id), std::string(sort)});
    State state;
    if (record) {
        const json::Object item = record->item();
        state.version = item.integer("version");
        state.epoch = item.integer("epoch");
        const json::Value* ended = item.find("ended");
        if (ended != nullptr && ended->array() != nullptr)
            for (const json::Value& one : *ended->array())
                if (const json::Object* session = one.object())
                    state.ended.push_back(
                        {std::string(session->text("session_id")), session->integer("until")}
                    );
    }
    learn(user_id, state, began);
    co_return state;
}

table::Put Sessions::put_of(const std::string& user_id, const State& next) const {
    const std::int64_t now = clock_.now_s();
    json::Array ended;
    for (const Ended& one : next.ended)
        if (one.until_s > now)
            ended.emplace_back(json::Object{{"session_id", one.session_id}, {"until", one.until_s}}
            );
    json::Object item = {
        {"pk", partition_of(user_id)},
        {"sk", sort},
        {"version", next.version},
        {"epoch", next.epoch},
        {"ended", std::move(ended)},
        // No cookie made until now is good any longer then, so nothing is lost with the item.
        {"ttl", now + options_.whole_s + options_.cookie_s}
    };
    table::Put put{.table = &journal::system_table(), .item = std::move(item), .conditions = {}};
    put.conditions.push_back(
        next.version == 1 ? table::Condition::absent()
                          : table::Condition::equals("version", next.version - 1)
    );
    return put;
}

base::Task<> Sessions::change(std::string user_id, std::function<void(State&)> how) {
    for (int attempt = 0; attempt < tries_max; ++attempt) {
        State next = co_await read(user_id);
        how(next);
        ++next.version;
        table::Write write;
        write.operations.emplace_back(put_of(user_id, next));
        const auto written = co_await store_.write(std::move(write));
        if (!written) continue;
        learn(user_id, next, clock_.now_ms());
        co_return;
    }
    throw base::Error(
        base::Code::conflict, "Too many sessions of this user ended at once; try again."
    );
}

base::Task<Started> Sessions::start(User user) {
    // Read afresh: by an epoch that another node has just left behind, the session would soon end.
    const State state = co_await read(user.user_id);
    const std::int64_t now = clock_.now_s();
    Claims claims;
    claims.session_id = base::random_token(16);
    claims.csrf = base::random_token(24);
    claims.signed_in_s = now;
    claims.issued_s = now;
    claims.expires_s = now + std::min(options_.cookie_s, options_.whole_s);
    claims.epoch = state.epoch;
    claims.user = std::move(user);
    Started started;
    started.cookie = write_cookie(claims, sign_);
    started.csrf = claims.csrf;
    started.session_id = claims.session_id;
    started.max_age_s = claims.expires_s - now;
    if (started.cookie.size() > cookie_bytes_max)
        throw base::Error(base::Code::internal, "The name is too long for a session.");
    co_return started;
}

std::optional<Identity> Sessions::known(http::Request request) {
    if (tokens_ != nullptr && !bearer_of(request).empty()) return std::nullopt;
    const std::string_view cookie = request.cookie(cookie_name(request.secure()));
    if (cookie.empty()) return Identity{};
    const auto claims = claims_of(cookie);
    if (!claims) return Identity{};
    switch (standing(*claims)) {
        case Standing::unknown:
            return std::nullopt;
        case Standing::ended:
            return Identity{};
        case Standing::good:
            break;
    }
    request.data().user = claims->user.user_id;
    return identity_of(*claims);
}

base::Task<Identity> Sessions::identify(http::Request request) {
    if (tokens_ != nullptr) {
        if (const std::string_view bearer = bearer_of(request); !bearer.empty()) {
            Identity who = co_await tokens_->identify(std::string(bearer));
            request.data().user = who.user_id;
            co_return who;
        }
    }
    if (auto who = known(request)) co_return std::move(*who);
    const auto claims = claims_of(request.cookie(cookie_name(request.secure())));
    if (!claims) co_return Identity{};
    const State state = co_await read(claims->user.user_id);
    if (!counts(*claims, state)) co_return Identity{};
    request.data().user = claims->user.user_id;
    co_return identity_of(*claims);
}

bool Sessions::due(http::Request request) const {
    const std::string_view cookie = request.cookie(cookie_name(request.secure()));
    if (cookie.empty()) return false;
    const auto claims = claims_of(cookie);
    const std::int64_t now = clock_.now_s();
    return claims && now - claims->issued_s >= options_.renew_after_s &&
           claims->signed_in_s + options_.whole_s > claims->expires_s &&
           standing(*claims) == Standing::good;
}

base::Task<Sessions::Renewal> Sessions::renewal(http::Request request) {
    Renewal renewal;
    if (!due(request)) co_return renewal;
    const auto claims = claims_of(request.cookie(cookie_name(request.secure())));
    Claims fresh = *claims;
    if (find_user_) {
        auto now = co_await find_user_(claims->user.user_id);
        if (!now || now->role != claims->user.role) {
            co_await end(identity_of(*claims));
            renewal.over = true;
            co_return renewal;
        }
        fresh.user = std::move(*now);
    }
    const std::int64_t now = clock_.now_s();
    fresh.issued_s = now;
    fresh.expires_s = std::min(now + options_.cookie_s, claims->signed_in_s + options_.whole_s);
    if (fresh.expires_s <= claims->expires_s) co_return renewal;
    renewal.fresh = Started{
        .cookie = write_cookie(fresh, sign_),
        .csrf = fresh.csrf,
        .session_id = fresh.session_id,
        .max_age_s = fresh.expires_s - now
    };
    co_return renewal;
}

base::Task<> Sessions::end(Identity who) {
    if (who.session_id.empty()) co_return;
    const std::int64_t now = clock_.now_s();
    const std::int64_t until = now + options_.whole_s;
    // A variable of its own: g++ 12 destroys a closure twice that is made inside a co_await.
    std::function<void(State&)> add = [session_id = who.session_id, until, now](State& state) {
        const bool already = std::ranges::any_of(state.ended, [&](const Ended& ended) {
            return ended.session_id == session_id;
        });
        if (!already) state.ended.push_back({session_id, until});
        // A client that signs in and out all day: the item stays small, at the price of the others.
        constexpr std::size_t ended_max = 200;
        if (state.ended.size() > ended_max) {
            state.ended.clear();
            state.epoch = std::max(state.epoch + 1, now);
        }
    };
    co_await change(std::move(who.user_id), std::move(add));
}

base::Task<> Sessions::end_all(std::string user_id) {
    std::function<void(State&)> raise = [now = clock_.now_s()](State& state) {
        state.epoch = std::max(state.epoch + 1, now);
        state.ended.clear();
    };
    co_await change(std::move(user_id), std::move(raise));
}

base::Task<Sessions::Ending> Sessions::ending(std::string user_id) {
    State next = co_await read(user_id);
    next.epoch = std::max(next.epoch + 1, clock_.now_s());
    next.ended.clear();
    ++next.version;
    Ending made;
    made.epoch = next.epoch;
    made.version = next.version;
    made.operation = put_of(user_id, next);
    made.user_id = std::move(user_id);
    co_return made;
}

void Sessions::committed(const Ending& ending) {
    learn(
        ending.user_id, {.version = ending.version, .epoch = ending.epoch, .ended = {}},
        clock_.now_ms()
    );
}

}  // namespace auth
