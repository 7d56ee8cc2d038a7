// Who asks: what a session cookie or an API token says about its bearer.
//
// A plain value, copied into each call. An empty user_id is a stranger.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace auth {

struct Identity {
    std::string user_id;
    std::string username;
    std::string name;
    std::string role;                 // the application's word, such as "admin"
    std::string own_record;           // the record that is this person's own, such as a student_id
    std::string session_id;           // "" for a token
    std::string csrf;                 // what X-CSRF-Token must be for writes by cookie
    std::vector<std::string> scopes;  // of a token: "read", "write"; empty for a session
    [[nodiscard]] bool known() const { return !user_id.empty(); }
    // Sessions may all that their role may; a token only what its scope says.
    [[nodiscard]] bool may(std::string_view scope) const {
        return known() && (scopes.empty() || std::ranges::find(scopes, scope) != scopes.end());
    }
};

// What a session or a token needs to know of a user's record.
struct User {
    std::string user_id;
    std::string username;
    std::string name;
    std::string role;
    std::string own_record;
};

}  // namespace auth
