#include "platform/http/server.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "platform/http/tls.h"
#include "platform/http/worker.h"

namespace http {

struct Server::State {
    State(ServerConfig config, const Router& router, Render render, const base::Clock& clock)
        : shared(std::move(config), router, std::move(render), clock) {}

    Shared shared;
    std::vector<std::unique_ptr<Worker>> workers;
    std::uint16_t port = 0;
    std::atomic<bool> stopped = false;

    // SO_REUSEPORT lets a second server of the same user share the port without a word, so the
    // address is tried without it first.
    void claim_port();
};

namespace {

void load_tls(Shared& shared) {
    const ServerConfig& config = shared.config;
    if (config.certificate_file.empty() != config.key_file.empty())
        throw base::Error(base::Code::invalid, "TLS needs both a certificate file and a key file.");
    if (!config.certificate_file.empty())
        shared.set_tls(make_tls(config.certificate_file, config.key_file));
}

}  // namespace

Server::Server(ServerConfig config, const Router& router, Render render, const base::Clock& clock)
    : state_(std::make_unique<State>(std::move(config), router, std::move(render), clock)) {}

Server::~Server() {
    stop();
    wait();
}

void Server::on_upgrade(std::string prefix, Upgrade upgrade) {
    state_->shared.upgrades.emplace_back(std::move(prefix), std::move(upgrade));
}
void Server::on_thread_start(std::function<void(unsigned)> start) {
    state_->shared.on_start.push_back(std::move(start));
}
void Server::on_tick(std::function<void()> tick) {
    state_->shared.on_tick.push_back(std::move(tick));
}
void Server::on_stop(std::function<void()> stop) {
    state_->shared.on_stop.push_back(std::move(stop));
}

void Server::State::claim_port() {
    if (shared.config.port == 0) return;
    boost::asio::io_context io;
    boost::asio::ip::tcp::acceptor probe(io);
    boost::system::error_code code;
    const auto address = boost::asio::ip::make_address(shared.config.address, code);
    if (code) return;  // listen() says so
    const boost::asio::ip::tcp::endpoint endpoint(address, shared.config.port);
    probe.open(endpoint.protocol(), code);
    if (!code) probe.set_option(boost::asio::ip::tcp::acceptor::reuse_address(true), code);
    if (!code) probe.bind(endpoint, code);
    if (!code) return;
    throw base::Error(
        base::Code::unavailable,
        "The server can't listen on " + shared.config.address + ", port " +
            std::to_string(shared.config.port) + ": " + code.message() + ".",
        code.message()
    );
}

void Server::start() {
    State& state = *state_;
    load_tls(state.shared);
    state.claim_port();
    const ServerConfig& config = state.shared.config;
    const unsigned count =
        config.threads > 0 ? config.threads : std::max(1U, std::thread::hardware_concurrency());
    state.port = config.port;
    for (unsigned i = 0; i < count; ++i) {
        state.workers.push_back(std::make_unique<Worker>(state.shared, i));
        state.port = state.workers.back()->listen(config.address, state.port);
    }
    for (const auto& worker : state.workers) worker->start();
}

std::uint16_t Server::port() const { return state_->port; }
unsigned Server::threads() const { return static_cast<unsigned>(state_->workers.size()); }

void Server::post(unsigned thread, std::function<void()> work) {
    state_->workers.at(thread)->post(std::move(work));
}

void Server::spawn(unsigned thread, std::function<base::Task<>()> work) {
    state_->workers.at(thread)->spawn(std::move(work));
}

void Server::stop() {
    if (state_->stopped.exchange(true)) return;
    for (const auto& worker : state_->workers) worker->stop();
}

void Server::wait() {
    for (const auto& worker : state_->workers) worker->join();
}

void Server::reload_tls() { load_tls(state_->shared); }

Server::Numbers Server::numbers() const {
    const Snapshot all = metrics();
    return {
        .requests = all.requests,
        .connections = all.connections,
        .open = all.open,
        .bytes_out = all.bytes_out,
    };
}

Snapshot Server::metrics() const {
    Snapshot snapshot;
    for (const auto& route : state_->shared.router.routes())
        snapshot.routes.push_back({.method = name(route->method), .route = route->pattern});
    snapshot.routes.emplace_back();
    for (const auto& worker : state_->workers) worker->metrics().add_to(snapshot);
    std::erase_if(snapshot.routes, [](const RouteNumbers& numbers) {
        return std::ranges::all_of(numbers.by_class, [](std::uint64_t n) { return n == 0; });
    });
    return snapshot;
}

}  // namespace http
