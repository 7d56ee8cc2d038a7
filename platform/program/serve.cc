#include "platform/program/serve.h"

#include <malloc.h>
#include <sys/resource.h>

#include <csignal>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string_view>
#include <utility>

#include "platform/base/error.h"
#include "platform/base/log.h"
#include "platform/base/random.h"

namespace program {
namespace {

constexpr std::size_t secret_bytes = 32;

bool is_loopback(std::string_view address) {
    return address == "localhost" || address == "::1" || address.starts_with("127.");
}

void warn_of_plain_http(const http::ServerConfig& config) {
    if (is_loopback(config.address) || !config.certificate_file.empty()) return;
    std::fprintf(
        stderr,
        "\n  WARNING: serving on %s without TLS. Passwords and records can be read on the way.\n"
        "  Give --certificate and --key, or put a TLS proxy in front and listen on 127.0.0.1.\n\n",
        config.address.c_str()
    );
    base::log(base::Level::warning, "plain_http", {{"address", config.address}});
}

base::Level level_of(std::string_view name) {
    if (name == "debug") return base::Level::debug;
    if (name == "warning") return base::Level::warning;
    if (name == "error") return base::Level::error;
    return base::Level::info;
}

// The pages' own files by the names that the templates know, each address with the set's version.
view::Files template_files(
    std::span<const http::Asset> templates, const http::StaticFiles& assets
) {
    view::Files files;
    for (const auto& file : templates) {
        std::string text(file.bytes);
        const std::string versioned = "/assets/" + assets.version() + "/";
        for (std::size_t at = text.find("/assets/"); at != std::string::npos;
             at = text.find("/assets/", at + versioned.size()))
            text.replace(at, std::string_view("/assets/").size(), versioned);
        files.emplace(file.name, std::move(text));
    }
    return files;
}

// A shell often allows 1024 open files only, for the sake of programs that use select(); each
// connection is one.
void allow_open_files() {
    rlimit files{};
    if (getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur == files.rlim_max) return;
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
}

// glibc would keep a heap a thread, and learn from each large block that is freed to keep the next: a
// server's memory would be what its busiest second took.
void give_memory_back() {
    constexpr int heaps_max = 2;
    constexpr int kept_bytes = 128 * 1024;
    mallopt(M_ARENA_MAX, heaps_max);
    mallopt(M_TRIM_THRESHOLD, kept_bytes);
}

sigset_t handled_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    for (const int one : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&signals, one);
    return signals;
}

void wait_for_signal(http::Server& server) {
    const sigset_t signals = handled_signals();
    int signal = 0;
    while (sigwait(&signals, &signal) == 0) {
        if (signal != SIGHUP) break;
        try {
            server.reload_tls();
            base::log(base::Level::info, "tls_reloaded");
        } catch (const base::Error& error) {
            base::log(
                base::Level::error, "tls_not_reloaded",
                {{"cause", error.shown}, {"detail", error.detail}}
            );
        }
    }
    base::log(base::Level::info, "stopping", {{"signal", signal}});
}

}  // namespace

void begin(ServeOptions& options) {
    const sigset_t signals = handled_signals();
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    give_memory_back();
    allow_open_files();
    base::set_log_level(level_of(options.log_level));
    warn_of_plain_http(options.http);
    options.http.access_log = !options.no_access_log;
}

std::string secret_of(const Place& place, const std::string& given) {
    if (!given.empty()) {
        std::string bytes;
        for (std::size_t i = 0; i + 1 < given.size(); i += 2) {
            unsigned value = 0;
            if (std::sscanf(given.c_str() + i, "%2x", &value) != 1) break;
            bytes.push_back(static_cast<char>(value));
        }
        if (bytes.size() < secret_bytes || given.size() != bytes.size() * 2)
            throw base::Error::invalid("--secret", "This must be at least 64 hexadecimal digits.");
        return bytes;
    }
    const auto file = place.data / "secret";
    std::string bytes;
    {
        std::ifstream in(file, std::ios::binary);
        bytes.assign(std::istreambuf_iterator<char>(in), {});
    }
    if (bytes.size() >= secret_bytes) return bytes;
    bytes = base::random_bytes(secret_bytes);
    std::filesystem::create_directories(place.data);
    std::ofstream out(file, std::ios::binary);
    std::filesystem::permissions(
        file, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write
    );
    out << bytes << std::flush;
    if (!out)
        throw base::Error(
            base::Code::storage_full, "The secret can't be written to " + file.string() + "."
        );
    return bytes;
}

std::unique_ptr<view::Templates> templates_of(
    const ServeOptions& options, std::span<const http::Asset> templates,
    const http::StaticFiles& assets
) {
    if (!options.templates.empty())
        return std::make_unique<view::Templates>(std::filesystem::path(options.templates));
    // The build's own are well formed: each application's tests have read all of them.
    return std::make_unique<view::Templates>(
        template_files(templates, assets), view::Options{.parse_all = false}
    );
}

auth::PasswordOptions hashing_of(const ServeOptions& options) {
    auth::PasswordOptions hashing;
    if (options.password_hash == "bcrypt") hashing.scheme = auth::Scheme::bcrypt;
    return hashing;
}

void wait_for_end(
    http::Server& server, const ServeOptions& options, const std::function<void()>& first
) {
    const bool tls = !options.http.certificate_file.empty();
    base::log(
        base::Level::info, "serving",
        {{"address", options.http.address}, {"port", server.port()}, {"tls", tls}}
    );
    wait_for_signal(server);
    if (first) first();
    server.stop();
    server.wait();
}

}  // namespace program
