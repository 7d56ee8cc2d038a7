// Drives a running StudentCore over Socket.IO and HTTP, and prints one JSON object:
//   live_bench post PORT SOCKETS   each line of input is sent, the next once all sockets have its event
//   live_bench hold PORT SOCKETS   opens the sockets, prints a line, keeps them until its input ends
//   live_bench bell PORT SECONDS   a socket a line; each line is sent at a time of its own within the
//                                  seconds, and its own socket waits for the event
// A line is: cookie TAB csrf token TAB path TAB body. Sockets of `post` and `hold` take the first
// line's cookie.
#include <sys/epoll.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "platform/socketio/test_client.h"

namespace {

namespace client = socketio::testing;
using Clock = std::chrono::steady_clock;

constexpr int senders = 24;  // of `bell`: more are never under way at once
constexpr int wait_ms = 5000;

struct Post {
    std::string cookie, csrf, path, body;
};

std::vector<Post> read_posts() {
    std::vector<Post> posts;
    for (std::string line; std::getline(std::cin, line);) {
        Post post;
        std::string* const parts[] = {&post.cookie, &post.csrf, &post.path, &post.body};
        std::size_t from = 0;
        for (std::string* part : parts) {
            const std::size_t tab = part == &post.body ? std::string::npos : line.find('\t', from);
            *part = line.substr(from, tab == std::string::npos ? tab : tab - from);
            from = tab == std::string::npos ? line.size() : tab + 1;
        }
        posts.push_back(std::move(post));
    }
    if (posts.empty()) throw std::runtime_error("no lines of input");
    return posts;
}

std::string text_of(const Post& post) {
    return "POST " + post.path + " HTTP/1.1\r\nHost: localhost\r\nCookie: " + post.cookie +
           "\r\nX-CSRF-Token: " + post.csrf + "\r\nContent-Type: application/json\r\n" +
           "Content-Length: " + std::to_string(post.body.size()) + "\r\n\r\n" + post.body;
}

client::WebSocket connect(std::uint16_t port, const std::string& cookie) {
    auto socket = client::WebSocket::open(port, "/socket.io/", "Cookie: " + cookie + "\r\n");
    socket.send("40");
    if (!socket.next().value_or("").starts_with("40")) throw std::runtime_error("not connected");
    return socket;
}

void send(client::Line& line, const Post& post) {
    line.write(text_of(post));
    const auto reply = client::read_reply(line);
    if (reply.status >= 300)
        throw std::runtime_error("answer " + std::to_string(reply.status) + ": " + reply.body);
}

double ms_since(Clock::time_point start) {
    return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

void print(const char* name, std::vector<double> times, const char* then) {
    std::ranges::sort(times);
    const auto at = [&](std::size_t percent) {
        return times.empty() ? 0.0 : times[times.size() * percent / 100];
    };
    std::printf(
        "\"%s\": {\"p50_ms\": %.3f, \"p95_ms\": %.3f, \"p99_ms\": %.3f, \"max_ms\": %.3f, "
        "\"count\": %zu}%s",
        name, at(50), at(95), at(99), times.empty() ? 0.0 : times.back(), times.size(), then
    );
}

class Poll {
  public:
    explicit Poll(std::vector<client::WebSocket>& sockets)
        : sockets_(sockets), epoll_(::epoll_create1(0)) {
        for (std::uint32_t i = 0; i < sockets.size(); ++i) {
            epoll_event event{.events = EPOLLIN, .data = {.u32 = i}};
            ::epoll_ctl(epoll_, EPOLL_CTL_ADD, sockets[i].line().descriptor(), &event);
        }
    }
    ~Poll() { ::close(epoll_); }
    Poll(const Poll&) = delete;
    Poll& operator=(const Poll&) = delete;

    // The sockets whose next event has come; none after a while.
    std::vector<std::uint32_t> events() {
        std::array<epoll_event, 64> ready{};
        const int count = ::epoll_wait(epoll_, ready.data(), ready.size(), wait_ms);
        std::vector<std::uint32_t> came;
        for (int i = 0; i < count; ++i) {
            const std::uint32_t which = ready[static_cast<std::size_t>(i)].data.u32;
            do {
                const auto frame = sockets_[which].next_frame();
                if (!frame) throw std::runtime_error("a socket was closed");
                if (frame->data == "2")  // a ping; next() would wait for what comes behind it
                    sockets_[which].send("3");
                else if (frame->data.starts_with("42"))
                    came.push_back(which);
            } while (sockets_[which].holds_frames());
        }
        return came;
    }

  private:
    std::vector<client::WebSocket>& sockets_;
    int epoll_;
};

void run_post(std::uint16_t port, std::size_t count) {
    const auto posts = read_posts();
    std::vector<client::WebSocket> sockets;
    for (std::size_t i = 0; i < count; ++i) sockets.push_back(connect(port, posts.front().cookie));
    Poll poll(sockets);
    client::Line line(port);
    std::vector<double> answers, firsts, lasts, spreads;
    for (const Post& post : posts) {
        double answered = 0;
        const auto start = Clock::now();
        std::thread sender([&] {
            send(line, post);
            answered = ms_since(start);
        });
        double first = 0;
        for (std::size_t came = 0; came < count;) {
            const auto ready = poll.events();
            if (ready.empty()) throw std::runtime_error("an event did not come");
            if (came == 0) first = ms_since(start);
            came += ready.size();
        }
        const double last = ms_since(start);
        sender.join();
        answers.push_back(answered);
        firsts.push_back(first);
        lasts.push_back(last);
        spreads.push_back(last - first);
    }
    std::printf("{");
    print("post_to_answer", answers, ", ");
    print("post_to_first", firsts, ", ");
    print("post_to_last", lasts, ", ");
    print("first_to_last", spreads, "}\n");
}

void run_hold(std::uint16_t port, std::size_t count) {
    std::string first;
    std::getline(std::cin, first);
    const std::string cookie = first.substr(0, first.find('\t'));
    std::vector<client::WebSocket> sockets;
    sockets.reserve(count);
    const auto start = Clock::now();
    while (sockets.size() < count) sockets.push_back(connect(port, cookie));
    std::printf("{\"sockets\": %zu, \"seconds\": %.2f}\n", count, ms_since(start) / 1000);
    std::fflush(stdout);
    for (std::string line; std::getline(std::cin, line);) continue;
}

void run_bell(std::uint16_t port, double seconds) {
    const auto posts = read_posts();
    std::vector<client::WebSocket> sockets;
    for (const Post& post : posts) sockets.push_back(connect(port, post.cookie));
    std::vector<double> due;  // seconds from the start, uniformly by chance
    std::mt19937 engine(7);
    for (std::size_t i = 0; i < posts.size(); ++i)
        due.push_back(std::uniform_real_distribution<>(0, seconds)(engine));
    std::ranges::sort(due);
    std::vector<Clock::time_point> began(posts.size());
    std::vector<double> saves(posts.size()), events(posts.size()), late(posts.size());
    std::atomic<std::size_t> next = 0;
    const auto start = Clock::now();
    std::vector<std::jthread> threads;
    for (int i = 0; i < senders; ++i)
        threads.emplace_back([&] {
            client::Line line(port);
            for (std::size_t at = next++; at < posts.size(); at = next++) {
                const auto when = start + std::chrono::duration_cast<Clock::duration>(
                                              std::chrono::duration<double>(due[at])
                                          );
                std::this_thread::sleep_until(when);
                began[at] = Clock::now();
                late[at] = std::chrono::duration<double, std::milli>(began[at] - when).count();
                send(line, posts[at]);
                saves[at] = ms_since(began[at]);
            }
        });
    Poll poll(sockets);
    std::size_t came = 0;
    while (came < posts.size() && ms_since(start) < seconds * 1000 + 2 * wait_ms)
        for (const std::uint32_t which : poll.events()) {
            events[which] = ms_since(began[which]);
            ++came;
        }
    threads.clear();
    if (came < posts.size())
        throw std::runtime_error(std::to_string(posts.size() - came) + " events did not come");
    std::printf("{");
    print("save", saves, ", ");
    print("event", events, ", ");
    print("sent_late", late, "}\n");
}

}  // namespace

int main(int count, char** arguments) {
    if (count < 4) {
        std::fprintf(stderr, "usage: live_bench post|hold|bell PORT SOCKETS|SECONDS < lines\n");
        return 2;
    }
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
    const std::string_view mode = arguments[1];
    const auto port = static_cast<std::uint16_t>(std::atoi(arguments[2]));
    try {
        if (mode == "post") run_post(port, static_cast<std::size_t>(std::atoi(arguments[3])));
        if (mode == "hold") run_hold(port, static_cast<std::size_t>(std::atoi(arguments[3])));
        if (mode == "bell") run_bell(port, std::strtod(arguments[3], nullptr));
    } catch (const std::exception& error) {
        std::fprintf(stderr, "live_bench: %s\n", error.what());
        return 1;
    }
    return 0;
}
