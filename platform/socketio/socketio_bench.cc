// Measures the hub over loopback, the clients in this process, the server in a child:
//   socketio_bench                  50 sockets: from emit to the last client, one event at a time
//   socketio_bench --sockets 10000  memory a connected, idle socket
// Numbers depend on the machine; they are for comparing two builds on one machine.
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "platform/http/router.h"
#include "platform/http/server.h"
#include "platform/socketio/socket_io.h"
#include "platform/socketio/test_client.h"

namespace {

using Clock = std::chrono::steady_clock;
namespace client = socketio::testing;

constexpr int latency_clients = 50;
constexpr int latency_events = 2000;

std::int64_t now_us() {
    return std::chrono::duration_cast<std::chrono::microseconds>(Clock::now().time_since_epoch())
        .count();
}

// Serves until its standard input ends. A line "n" there emits n events, one each 2 ms.
int serve(int commands, int answers) {
    http::Router router;
    const base::SystemClock clock;
    http::ServerConfig config;
    config.access_log = false;
    http::Server server(
        config, router,
        [](http::Request request, const base::Error& error) {
            return http::problem(error, request.id());
        },
        clock
    );
    socketio::Server io(server, router, {});
    io.add_namespace(
        {.name = "/",
         .admit = [](socketio::ConnectPtr) -> base::Task<socketio::Admission> {
             co_return socketio::Accepted{.rooms = {"everyone"}};
         }}
    );
    server.start();
    const std::uint16_t port = server.port();
    if (::write(answers, &port, sizeof port) != sizeof port) return 1;
    int count = 0;
    while (::read(commands, &count, sizeof count) == sizeof count)
        for (int i = 0; i < count; ++i) {
            io.emit("/", {"everyone", "admin"}, "result_added", std::to_string(now_us()));
            ::usleep(2000);
        }
    server.stop();
    server.wait();
    return 0;
}

long resident_kib(pid_t process) {
    std::ifstream file("/proc/" + std::to_string(process) + "/status");
    for (std::string word; file >> word;)
        if (word == "VmRSS:") {
            long kib = 0;
            file >> kib;
            return kib;
        }
    return 0;
}

client::WebSocket connect(std::uint16_t port) {
    // The headers that a browser sends, so that what is kept of them counts.
    auto socket = client::WebSocket::open(
        port, "/socket.io/",
        "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/130.0.0.0 Safari/537.36\r\nAccept-Language: en-GB,en;q=0.9\r\n"
        "Accept-Encoding: gzip, deflate, br\r\nCache-Control: no-cache\r\n"
        "Cookie: session=0193a0e0-0000-7000-8000-000000000000.c2lnbmF0dXJlLW9mLTMyLWJ5dGVz\r\n"
    );
    socket.send("40");
    if (!socket.next().value_or("").starts_with("40")) throw std::runtime_error("not connected");
    return socket;
}

void report(std::string_view what, std::vector<std::int64_t> times) {
    std::ranges::sort(times);
    const auto at = [&times](std::size_t percent) { return times[times.size() * percent / 100]; };
    std::cout << what << ": p50 " << at(50) << " us, p95 " << at(95) << " us, p99 " << at(99)
              << " us\n";
}

void measure_latency(std::uint16_t port, int commands) {
    std::vector<client::WebSocket> sockets;
    const int poll = ::epoll_create1(0);
    for (std::uint32_t i = 0; i < latency_clients; ++i) {
        sockets.push_back(connect(port));
        epoll_event event{.events = EPOLLIN, .data = {.u32 = i}};
        ::epoll_ctl(poll, EPOLL_CTL_ADD, sockets.back().line().descriptor(), &event);
    }
    if (::write(commands, &latency_events, sizeof latency_events) < 0) return;
    std::vector<std::int64_t> each;
    std::vector<std::int64_t> last;
    std::array<epoll_event, latency_clients> ready;
    while (each.size() < std::size_t{latency_clients} * latency_events) {
        const int count = ::epoll_wait(poll, ready.data(), latency_clients, 5000);
        for (int i = 0; i < count; ++i) {
            client::WebSocket& socket = sockets[ready[static_cast<std::size_t>(i)].data.u32];
            do {
                const auto frame = socket.next_frame();
                if (!frame) throw std::runtime_error("a socket was closed");
                if (frame->data == "2") {  // answered here, as next() would wait for another
                    socket.send("3");
                    continue;
                }
                const std::size_t comma = frame->data.find(',');
                if (comma == std::string::npos) throw std::runtime_error("no event");
                each.push_back(now_us() - std::stoll(frame->data.substr(comma + 1)));
                if (each.size() % latency_clients == 0) last.push_back(each.back());
            } while (socket.holds_frames());
        }
    }
    ::close(poll);
    report("emit to a client", std::move(each));
    report("emit to the last of 50", std::move(last));
}

void measure_memory(std::uint16_t port, pid_t server, std::size_t count) {
    std::vector<client::WebSocket> sockets;
    for (int i = 0; i < 100; ++i) sockets.push_back(connect(port));  // first use of everything
    const long before = resident_kib(server);
    const auto start = Clock::now();
    while (sockets.size() < count + 100) sockets.push_back(connect(port));
    const std::chrono::duration<double> took = Clock::now() - start;
    const long after = resident_kib(server);
    std::cout << count
              << " sockets: " << static_cast<double>(after - before) / static_cast<double>(count)
              << " KiB each, " << after / 1024 << " MiB in all, "
              << static_cast<long>(static_cast<double>(count) / took.count())
              << " connects a second\n";
}

}  // namespace

int main(int argument_count, char** arguments) {
    std::size_t sockets = 0;
    for (int i = 1; i + 1 < argument_count; ++i)
        if (std::string_view(arguments[i]) == "--sockets")
            sockets = static_cast<std::size_t>(std::atol(arguments[i + 1]));
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
    std::array<int, 2> commands{};
    std::array<int, 2> answers{};
    if (::pipe(commands.data()) != 0 || ::pipe(answers.data()) != 0) return 1;
    const pid_t server = ::fork();
    if (server == 0) {
        ::close(commands[1]);
        return serve(commands[0], answers[1]);
    }
    ::close(commands[0]);
    std::uint16_t port = 0;
    if (::read(answers[0], &port, sizeof port) != sizeof port) return 1;
    int failed = 0;
    try {
        if (sockets > 0)
            measure_memory(port, server, sockets);
        else
            measure_latency(port, commands[1]);
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        failed = 1;
    }
    ::close(commands[1]);
    ::waitpid(server, nullptr, 0);
    return failed;
}
