// Who asks, by session cookie or API token, and how sessions start and end.
//
// A session is a signed cookie (cookie.h); nothing is stored when one starts. What ends sessions is
// one item a user in the system table (pk session#<user_id>, sk -): an epoch, below which no cookie
// counts, and the sessions that were ended one by one. Each node reads it at most every 5 s a user,
// and knows at once what it ended itself. So a session is over on every node within 5 s.
//
// A cookie lasts 12 hours. One that is used when older than an hour is renewed (renewal()), up to 7
// days after the sign-in; then the password is asked again. The new one says what the user's record
// says by then; a session whose user has gone or has another role ends there. Destroy after the
// server. Thread-safe.
//
//   auto who = co_await sessions.identify(request);          // a stranger when none or not valid
//   if (sessions.due(request)) { auto renewal = co_await sessions.renewal(request); … }
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "platform/auth/cookie.h"
#include "platform/auth/hmac.h"
#include "platform/auth/identity.h"
#include "platform/auth/tokens.h"
#include "platform/base/clock.h"
#include "platform/base/task.h"
#include "platform/http/request.h"
#include "platform/table/table.h"

namespace auth {

struct SessionOptions {
    std::int64_t cookie_s = 12 * 3600;
    std::int64_t renew_after_s = 3600;
    std::int64_t whole_s = 7 * 24 * 3600;  // from the sign-in, however often renewed
    std::int64_t fresh_ms = 5000;          // how old the knowledge of ended sessions may be
    std::int64_t refresh_ms = 4000;        // from then on one request reads again, the others go on
};

struct Started {
    std::string cookie;  // the value; its name by cookie_name()
    std::string csrf;
    std::string session_id;
    std::int64_t max_age_s = 0;
};

// "__Host-session" over TLS, where a browser then takes it from this host alone.
[[nodiscard]] std::string_view cookie_name(bool secure);

class Sessions {
  public:
    // `tokens` may be null: then no bearer token is known. Without `find_user` a renewed cookie says
    // of the user what the old one said.
    Sessions(
        table::Store& store, const base::Clock& clock, std::string_view secret,
        Tokens* tokens = nullptr, SessionOptions options = {}, FindUser find_user = {}
    );
    ~Sessions();
    Sessions(const Sessions&) = delete;
    Sessions& operator=(const Sessions&) = delete;

    // Right after the password (or link) was found to be good.
    [[nodiscard]] base::Task<Started> start(User user);
    // Throws only what the store throws. Sets the request's user for the access log.
    [[nodiscard]] base::Task<Identity> identify(http::Request request);
    // The same without waiting, when the cookie was seen before and its user's epoch is fresh.
    [[nodiscard]] std::optional<Identity> known(http::Request request);
    // Whether the cookie is old enough to be renewed; never for tokens and strangers. Only after
    // identify() has found the request's cookie good.
    [[nodiscard]] bool due(http::Request request) const;
    struct Renewal {
        std::optional<Started> fresh;
        bool over = false;  // the user is not who the session was for: it has been ended
    };
    [[nodiscard]] base::Task<Renewal> renewal(http::Request request);

    // Ends the one session, after which its cookie counts for nothing.
    [[nodiscard]] base::Task<> end(Identity who);
    // Ends every session of the user.
    [[nodiscard]] base::Task<> end_all(std::string user_id);

    // end_all() as part of a transaction: a password or role change that must not be done without.
    struct Ending {
        std::string user_id;
        std::int64_t epoch = 0;
        std::int64_t version = 0;
        table::Operation operation;  // refused when another ending came between: make it again
    };
    [[nodiscard]] base::Task<Ending> ending(std::string user_id);
    void committed(const Ending& ending);  // after the transaction: this node knows at once

  private:
    struct Ended {
        std::string session_id;
        std::int64_t until_s = 0;  // when its cookies expire anyway
    };
    struct State {
        std::int64_t version = 0;  // of the item; 0: there is none
        std::int64_t epoch = 0;
        std::vector<Ended> ended;
    };
    struct Known {
        State state;
        std::int64_t as_of_ms = -1;  // the state is at least as new as this instant; -1: not known
        std::int64_t reading_ms = -1;  // when a request began to read it again
    };
    // Many locks, as every request of every thread passes here.
    struct Shard {
        std::mutex mutex;
        std::unordered_map<std::string, Known> users;
    };
    enum class Standing : std::uint8_t { good, ended, unknown };

    [[nodiscard]] Shard& shard(std::string_view user_id) const;
    [[nodiscard]] std::shared_ptr<const Claims> claims_of(std::string_view cookie) const;
    // Unknown: the caller is the one who must read.
    [[nodiscard]] Standing standing(const Claims& claims) const;
    [[nodiscard]] static bool counts(const Claims& claims, const State& state);
    [[nodiscard]] base::Task<State> read(std::string user_id);
    void learn(const std::string& user_id, const State& state, std::int64_t as_of_ms) const;
    [[nodiscard]] table::Put put_of(const std::string& user_id, const State& next) const;
    [[nodiscard]] base::Task<> change(std::string user_id, std::function<void(State&)> how);

    table::Store& store_;
    const base::Clock& clock_;
    Hmac sign_;
    Tokens* tokens_;
    SessionOptions options_;
    FindUser find_user_;
    std::uint64_t number_;  // of this object, for the caches of the threads
    static constexpr std::size_t shards = 16;
    std::unique_ptr<Shard[]> shards_;
};

}  // namespace auth
