// Sign-ins that fail are slowed: after so many, each next try must wait twice as long, up to 15 minutes.
//
// Counted three ways: an account at one address (5 are free), an account from everywhere (25), an
// address whatever the account (100). So one person's slips behind a shared address slow nobody else
// there, and who guesses from elsewhere does not lock the owner out at once; guesses that are spread
// over addresses or over accounts still end at the higher bounds.
//
// Many may try at once: a try counts when it ends, and one that came to wait meanwhile ends untold,
// right or wrong, so that many at once are not more guesses than one by one. The account is forgotten
// at success, and the address gets one try back for each account that succeeds there for the first
// time in a while: a whole class signs in behind one address. Names that nobody has are counted
// alike. Memory is bounded: the oldest go first. Thread-safe.
//
//   if (auto wait_s = slow_down.wait_s(name, address)) …429 with Retry-After
//   …verify…
//   if (auto wait_s = slow_down.ended(name, address, ok)) …429; else tell
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "platform/base/clock.h"

namespace auth {

class SlowDown {
  public:
    struct Options {
        int pair_free = 5;
        int account_free = 25;
        int address_free = 100;
        std::int64_t wait_s_max = 15 * 60;
        std::size_t entries_max = 20'000;  // of each of the three
    };
    explicit SlowDown(const base::Clock& clock) : SlowDown(clock, Options()) {}
    SlowDown(const base::Clock& clock, Options options);

    // 0: the try may begin. Else the seconds to wait.
    [[nodiscard]] std::uint32_t wait_s(std::string_view account, std::string_view address) const;
    // 0: it is counted and may be told. Else it must not be told, and nothing is counted. A try that
    // told nothing (the server was too busy to check) does not end here.
    [[nodiscard]] std::uint32_t ended(
        std::string_view account, std::string_view address, bool right
    );
    [[nodiscard]] std::size_t entries() const;

  private:
    struct Entry {
        std::string key;
        int failures = 0;
        std::int64_t last_ms = 0;
        std::vector<std::size_t> succeeded;  // hashes of accounts, of an address
    };
    struct Kept {
        explicit Kept(int free_tries) : free(free_tries) {}
        int free;
        std::list<Entry> entries;  // the one used last in front
        std::unordered_map<std::string_view, std::list<Entry>::iterator> by_key;
    };
    struct Keys {
        std::string pair, account, network;
    };
    [[nodiscard]] static Keys keys_of(std::string_view account, std::string_view address);
    Entry& entry(Kept& kept, const std::string& key);
    [[nodiscard]] std::uint32_t wait_of(const Keys& keys) const;
    [[nodiscard]] std::int64_t wait_ms(const Kept& kept, const std::string& key) const;
    static void erase(Kept& kept, const std::string& key);

    const base::Clock& clock_;
    Options options_;
    mutable std::mutex mutex_;
    Kept pairs_;
    Kept accounts_;
    Kept addresses_;
};

// The key of an address: an IPv6 customer has a whole /64.
[[nodiscard]] std::string network_of(std::string_view address);

}  // namespace auth
