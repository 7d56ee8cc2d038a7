#include "platform/auth/slow_down.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <functional>

#include "platform/auth/hmac.h"
#include "platform/base/text.h"

namespace auth {
namespace {

constexpr std::size_t first_successes_max = 256;

// Folded as user names are, and of one length, whatever was typed.
std::string account_key(std::string_view account) { return sha256(base::folded(account)); }

}  // namespace

std::string network_of(std::string_view address) {
    std::array<unsigned char, 16> bytes{};
    std::string text(address.substr(0, 64));
    if (inet_pton(AF_INET6, text.c_str(), bytes.data()) != 1) return text;
    const std::string_view all(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    constexpr std::string_view mapped{"\0\0\0\0\0\0\0\0\0\0\xFF\xFF", 12};
    if (all.starts_with(mapped)) {
        std::array<char, INET_ADDRSTRLEN> v4{};
        inet_ntop(AF_INET, bytes.data() + mapped.size(), v4.data(), v4.size());
        return v4.data();
    }
    return std::string(all.substr(0, 8));
}

SlowDown::SlowDown(const base::Clock& clock, Options options)
    : clock_(clock),
      options_(options),
      pairs_(options.pair_free),
      accounts_(options.account_free),
      addresses_(options.address_free) {}

std::int64_t SlowDown::wait_ms(const Kept& kept, const std::string& key) const {
    const auto found = kept.by_key.find(key);
    if (found == kept.by_key.end() || found->second->failures < kept.free) return 0;
    const Entry& entry = *found->second;
    const int doublings = std::min(entry.failures - kept.free, 20);
    const std::int64_t wait = std::min(std::int64_t{1} << doublings, options_.wait_s_max) * 1000;
    const std::int64_t passed = clock_.now_ms() - entry.last_ms;
    // A clock that went back must not lock anybody out.
    return passed < 0 ? 0 : std::max<std::int64_t>(wait - passed, 0);
}

SlowDown::Entry& SlowDown::entry(Kept& kept, const std::string& key) {
    const std::int64_t now = clock_.now_ms();
    const auto found = kept.by_key.find(key);
    if (found != kept.by_key.end()) {
        kept.entries.splice(kept.entries.begin(), kept.entries, found->second);
        Entry& known = kept.entries.front();
        // Quiet for twice the longest wait: a new start.
        if (now - known.last_ms > 2 * options_.wait_s_max * 1000) {
            known.failures = 0;
            known.succeeded.clear();
        }
        return known;
    }
    if (kept.entries.size() >= options_.entries_max) {
        kept.by_key.erase(kept.entries.back().key);
        kept.entries.pop_back();
    }
    kept.entries.push_front({.key = key, .failures = 0, .last_ms = now, .succeeded = {}});
    kept.by_key.emplace(kept.entries.front().key, kept.entries.begin());
    return kept.entries.front();
}

void SlowDown::erase(Kept& kept, const std::string& key) {
    const auto found = kept.by_key.find(key);
    if (found == kept.by_key.end()) return;
    const auto place = found->second;
    kept.by_key.erase(found);
    kept.entries.erase(place);
}

SlowDown::Keys SlowDown::keys_of(std::string_view account, std::string_view address) {
    Keys keys{.pair = {}, .account = account_key(account), .network = network_of(address)};
    keys.pair = keys.account + keys.network;  // the first is always 32 bytes
    return keys;
}

std::uint32_t SlowDown::wait_of(const Keys& keys) const {
    const std::int64_t wait = std::max(
        {wait_ms(pairs_, keys.pair), wait_ms(accounts_, keys.account),
         wait_ms(addresses_, keys.network)}
    );
    return static_cast<std::uint32_t>((wait + 999) / 1000);
}

std::uint32_t SlowDown::wait_s(std::string_view account, std::string_view address) const {
    const Keys keys = keys_of(account, address);
    const std::scoped_lock lock(mutex_);
    return wait_of(keys);
}

std::uint32_t SlowDown::ended(std::string_view account, std::string_view address, bool right) {
    const Keys keys = keys_of(account, address);
    const std::scoped_lock lock(mutex_);
    if (const std::uint32_t wait = wait_of(keys); wait > 0) return wait;
    Entry& by_network = entry(addresses_, keys.network);
    if (!right) {
        for (Entry* one :
             {&entry(pairs_, keys.pair), &entry(accounts_, keys.account), &by_network}) {
            ++one->failures;
            one->last_ms = clock_.now_ms();
        }
        return 0;
    }
    erase(pairs_, keys.pair);
    erase(accounts_, keys.account);
    const std::size_t hash = std::hash<std::string>()(keys.account);
    if (by_network.succeeded.size() < first_successes_max &&
        std::ranges::find(by_network.succeeded, hash) == by_network.succeeded.end()) {
        by_network.succeeded.push_back(hash);
        by_network.failures = std::max(by_network.failures - 1, 0);
    }
    return 0;
}

std::size_t SlowDown::entries() const {
    const std::scoped_lock lock(mutex_);
    return pairs_.entries.size() + accounts_.entries.size() + addresses_.entries.size();
}

}  // namespace auth
