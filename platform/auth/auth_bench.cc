// How long it takes to know who asks, and how many passwords two threads check in a second.
//
//   auth_bench [seconds]
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "platform/auth/passwords.h"
#include "platform/auth/sessions.h"

namespace {

using SteadyClock = std::chrono::steady_clock;

// A table with nothing in it, that answers at once.
class EmptyStore final : public table::Store {
  public:
    base::Task<std::optional<table::Record>> get(table::SchemaRef, table::Key) override {
        co_return std::nullopt;
    }
    base::Task<std::vector<std::optional<table::Record>>> get_many(
        table::SchemaRef, std::vector<table::Key> keys
    ) override {
        co_return std::vector<std::optional<table::Record>>(keys.size());
    }
    base::Task<table::Page> query(table::Query) override { co_return table::Page{}; }
    base::Task<table::Page> scan(table::SchemaRef, std::string, std::size_t) override {
        co_return table::Page{};
    }
    base::Task<std::expected<table::Committed, table::Refused>> write(table::Write) override {
        co_return table::Committed{};
    }
    base::Task<std::vector<table::Counter>> counters(std::string) override {
        co_return std::vector<table::Counter>();
    }
    base::Task<> set_counters(std::string, std::vector<table::Counter>) override { co_return; }
    [[nodiscard]] std::uint64_t commit_number() const override { return 0; }
};

double ns_each(std::size_t count, SteadyClock::time_point began) {
    return std::chrono::duration<double, std::nano>(SteadyClock::now() - began).count() /
           static_cast<double>(count);
}

void measure_identify() {
    const base::SystemClock clock;
    EmptyStore store;
    auth::Sessions sessions(store, clock, "secret");
    auth::Claims claims;
    claims.user = {
        "0198c0de-0000-7000-8000-000000000000", "ann.lee", "Ann Lee", "student",
        "0198c0de-0000-7000-8000-000000000001"
    };
    claims.session_id = "0123456789abcdefghijkl";
    claims.csrf = "0123456789abcdefghijklmnopqrstuv";
    claims.signed_in_s = claims.issued_s = clock.now_s();
    claims.expires_s = claims.issued_s + 3600;
    const auth::Hmac sign("session cookie 1:secret");
    const std::string header = "session=" + auth::write_cookie(claims, sign);
    http::RequestData data;
    data.headers.emplace_back("Cookie", header);
    const http::Request request(data);
    sessions.committed({.user_id = claims.user.user_id, .epoch = 0, .version = 1, .operation = {}});

    std::size_t known = 0;
    std::size_t asked = 0;
    const auto began = SteadyClock::now();
    while (SteadyClock::now() - began < std::chrono::seconds(1))
        for (int i = 0; i < 1000; ++i, ++asked)
            if (const auto who = sessions.known(request); who && who->known()) ++known;
    std::printf(
        "identify, cookie seen before: %.0f ns (%zu of %zu known)\n", ns_each(asked, began), known,
        asked
    );

    const std::string_view cookie = std::string_view(header).substr(8);
    const auto parse_began = SteadyClock::now();
    for (int i = 0; i < 100'000; ++i)
        if (!auth::read_cookie(cookie, sign)) std::abort();
    std::printf(
        "cookie of %zu bytes checked and read: %.0f ns\n", cookie.size(),
        ns_each(100'000, parse_began)
    );
}

double cpu_seconds() {
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

void measure_hashes(double seconds, const auth::PasswordOptions& options, const char* name) {
    std::vector<std::jthread> threads;
    std::atomic<int> done = 0;
    const auto began = SteadyClock::now();
    const double cpu_began = cpu_seconds();
    for (int i = 0; i < 2; ++i)
        threads.emplace_back([&] {
            while (SteadyClock::now() - began < std::chrono::duration<double>(seconds)) {
                (void)auth::hash_now("correct horse battery", options);
                ++done;
            }
        });
    threads.clear();
    const double wall = std::chrono::duration<double>(SteadyClock::now() - began).count();
    std::printf(
        "%s: %.1f hashes/s on two threads, %.1f ms CPU each\n", name, done / wall,
        1000 * (cpu_seconds() - cpu_began) / done
    );
}

}  // namespace

int main(int count, char** arguments) {
    const double seconds = count > 1 ? std::strtod(arguments[1], nullptr) : 3;
    measure_identify();
    measure_hashes(seconds, {}, "argon2id 19 MiB, 2 passes");
    measure_hashes(seconds, {.scheme = auth::Scheme::bcrypt}, "bcrypt 12");
}
