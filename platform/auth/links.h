// One-time links: 32 random bytes, shown once, kept as their SHA-256, good for 7 days unless told.
//
// A kind of link ("link", the sign-in, unless told) is good for that alone. Of a user's links of a
// kind only the newest counts: the item <kind>s#<user_id>, - names it, and <kind>#<sha256>, - names
// the user. What uses a link up goes into the transaction that sets the password, so that two browsers
// can't both do it. Thread-safe.
//
//   auto link = links.make(user_id);          // operations for a journal::Transaction (also())
//   …/welcome/<link.token>
//   auto found = co_await links.look(token);  // nullopt: unknown, used, replaced or expired
//   for (auto& operation : links.consume(*found)) change.also(operation);
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "platform/base/clock.h"
#include "platform/base/task.h"
#include "platform/table/table.h"

namespace auth {

class Links {
  public:
    static constexpr std::int64_t days = 7;

    Links(
        table::Store& store, const base::Clock& clock, std::string kind = "link",
        std::int64_t seconds = days * 86'400
    )
        : store_(store), clock_(clock), kind_(std::move(kind)), seconds_(seconds) {}

    struct Made {
        std::string token;
        std::int64_t expires_s = 0;
        std::vector<table::Operation> operations;  // two puts
    };
    [[nodiscard]] Made make(const std::string& user_id) const;
    // Writes them by itself.
    [[nodiscard]] base::Task<Made> issue(std::string user_id);

    struct Found {
        std::string user_id;
        std::string hash;
        std::int64_t expires_s = 0;
        std::string kind;
    };
    [[nodiscard]] base::Task<std::optional<Found>> look(std::string token);
    // Refused at the commit when the link was used or replaced meanwhile.
    [[nodiscard]] static std::vector<table::Operation> consume(const Found& found);
    // Voids a link that may be out, such as when the password is set in another way.
    [[nodiscard]] static table::Operation forget(
        const std::string& user_id, const std::string& kind = "link"
    );

  private:
    table::Store& store_;
    const base::Clock& clock_;
    std::string kind_;
    std::int64_t seconds_;
};

}  // namespace auth
