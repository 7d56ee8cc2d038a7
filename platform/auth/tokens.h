// API tokens: sct_<id>_<secret>, shown once, kept only as a SHA-256.
//
// A token acts as its owner, whose role is looked up (at most every 5 s a token), cut down by its
// scope. Items in the system table: token#<id>, - for the token and tokens#<user_id>, <id> for the
// owner's list, where also stands when it was last used: noted in memory, written beside the requests
// (write_used), at most once a minute a token. Revoked is revoked at once on this node and within 5 s
// on the others. Thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "platform/auth/identity.h"
#include "platform/base/clock.h"
#include "platform/base/task.h"
#include "platform/table/table.h"

namespace auth {

struct Token {
    std::string token_id;
    std::string user_id;              // the owner
    std::string label;                // what the owner calls it
    std::vector<std::string> scopes;  // "read", "write"
    std::int64_t created_s = 0;
    std::int64_t expires_s = 0;
    std::int64_t used_s = 0;                   // the last time; 0: never
    [[nodiscard]] json::Object shown() const;  // as the API gives it: never the secret
};

// The user as he is now; nullopt when he is gone or may not sign in.
using FindUser = std::function<base::Task<std::optional<User>>(std::string user_id)>;

inline constexpr std::size_t tokens_per_user_max = 50;
inline constexpr std::int64_t token_days_max = 366;

// The two parts of a bearer's text, or nullopt when it is no token of ours.
struct TokenText {
    std::string_view token_id;
    std::string_view secret;
};
[[nodiscard]] std::optional<TokenText> parse_token(std::string_view bearer);

class Tokens {
  public:
    using FindUser = auth::FindUser;
    Tokens(table::Store& store, const base::Clock& clock, FindUser find_user);

    struct Issued {
        Token token;
        std::string text;  // sct_…: the one time that it is seen
    };
    // 422 when a scope is unknown, the label empty or too long, the days not 1 to 366; 409 when the
    // owner has too many.
    [[nodiscard]] base::Task<Issued> issue(
        std::string user_id, std::string label, std::vector<std::string> scopes, std::int64_t days
    );
    [[nodiscard]] base::Task<std::vector<Token>> of_user(std::string user_id);
    // False when the owner has no such token.
    [[nodiscard]] base::Task<bool> revoke(std::string user_id, std::string token_id);
    // All of a user's: when the user is deleted.
    [[nodiscard]] base::Task<> revoke_all(std::string user_id);

    // A stranger when it is unknown, wrong, revoked or expired.
    [[nodiscard]] base::Task<Identity> identify(std::string bearer);
    // Writes down which tokens were used since they were last written, if that is a minute ago.
    [[nodiscard]] base::Task<> write_used();

  private:
    struct Used {
        Token token;
        std::int64_t written_s = 0;  // 0: not since this program started
    };
    void note_use(const Token& token);
    [[nodiscard]] std::vector<Token> take_used();
    struct Known {
        Token token;
        std::string secret_hash;
        User owner;
        std::int64_t as_of_ms = 0;
    };
    [[nodiscard]] std::optional<Known> cached(std::string_view token_id);
    [[nodiscard]] base::Task<std::optional<Known>> read(std::string token_id);
    void forget(const std::string& token_id);

    table::Store& store_;
    const base::Clock& clock_;
    FindUser find_user_;
    std::mutex mutex_;
    std::unordered_map<std::string, Known> known_;
    std::unordered_map<std::string, Used> used_;
    std::uint64_t forgotten_ = 0;  // a read that began before a revocation is not kept
};

}  // namespace auth
