// A server to measure and to try by hand: http_fixture [PORT [THREADS]] answers "/" with 480 bytes,
// /list with 15 KB and /echo with what it was sent.
#include <sys/signal.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "platform/base/clock.h"
#include "platform/base/log.h"
#include "platform/http/server.h"

namespace {

constexpr std::size_t small_bytes = 480;
constexpr std::size_t list_rows = 50;

std::string row() {
    std::string text = R"({"student_id":"01234567-89ab-7cde-8f01-23456789abcd","name":")";
    text.append(small_bytes - text.size() - 2, 'x');
    return text + "\"}";
}

}  // namespace

int main(int count, char** arguments) {
    http::Router router;
    router.add(http::Method::get, "/", [](http::Request) -> base::Task<http::Response> {
        co_return http::json_text(row());
    });
    router.add(http::Method::get, "/list", [](http::Request) -> base::Task<http::Response> {
        std::string rows;
        for (std::size_t i = 0; i < list_rows; ++i) rows += row().substr(0, 300) + "\"},";
        co_return http::json_text("[" + rows + "{}]");
    });
    router.add(
        http::Method::post, "/echo",
        [](http::Request request) -> base::Task<http::Response> {
            co_return http::json_text(std::string(request.body()));
        }
    );
    http::ServerConfig config;
    config.port = static_cast<std::uint16_t>(count > 1 ? std::atoi(arguments[1]) : 0);
    config.threads = count > 2 ? static_cast<unsigned>(std::atoi(arguments[2])) : 0;
    const base::SystemClock clock;
    sigset_t signals{};
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    sigprocmask(SIG_BLOCK, &signals, nullptr);
    http::Server server(std::move(config), router, {}, clock);
    server.start();
    std::fprintf(stderr, "listening on %u\n", static_cast<unsigned>(server.port()));
    int signal = 0;
    sigwait(&signals, &signal);
    server.stop();
    server.wait();
    base::flush_log();
}
