#include "platform/socketio/socket_io.h"

#include <algorithm>
#include <utility>

#include "platform/base/log.h"
#include "platform/base/random.h"
#include "platform/http/executor.h"
#include "platform/socketio/socket_client.h"

namespace socketio {

State::Local& State::here() { return locals.at(http::current_thread()); }

const Namespace* State::find(std::string_view name) const {
    for (const auto& one : namespaces)
        if (!one->matches && one->name == name) return one.get();
    for (const auto& one : namespaces)
        if (one->matches && one->matches(name)) return one.get();
    return nullptr;
}

void State::broadcast(Broadcast broadcast) {
    for (engine_io::Packet& packet : broadcast.packets) engine->prepare(packet);
    const auto shared = std::make_shared<const Broadcast>(std::move(broadcast));
    for (unsigned thread = 0; thread < threads().count(); ++thread)
        threads().run(thread, [self = shared_from_this(), shared] { self->deliver(*shared); });
}

void State::deliver(const Broadcast& broadcast) {
    Local& local = here();
    const auto joined = local.joined.find(broadcast.name_space);
    if (joined == local.joined.end()) return;
    const std::uint64_t serial = ++local.serial;
    const auto send_to = [&](const Sockets& sockets) {
        for (Socket* const socket : sockets) {
            if (socket == broadcast.except || std::exchange(socket->mark_, serial) == serial)
                continue;
            if (const auto client = socket->client_.lock()) client->send(broadcast.packets);
        }
    };
    if (broadcast.rooms.empty()) send_to(joined->second.all);
    for (const std::string& room : broadcast.rooms) {
        const auto found = joined->second.rooms.find(room);
        if (found != joined->second.rooms.end()) send_to(found->second);
    }
}

void State::end_room(const std::string& name_space, const std::string& room) {
    Local& local = here();
    if (local.admitting > 0)
        local.ended.push_back({.serial = ++local.serial, .name_space = name_space, .room = room});
    const auto joined = local.joined.find(name_space);
    if (joined == local.joined.end()) return;
    const auto found = joined->second.rooms.find(room);
    if (found == joined->second.rooms.end()) return;
    std::vector<SocketPtr> sockets;
    for (Socket* const socket : found->second) sockets.push_back(socket->shared_from_this());
    for (const SocketPtr& socket : sockets) socket->disconnect(true);
}

void State::enter(Socket& socket, const std::string& room) {
    if (std::ranges::find(socket.rooms_, room) != socket.rooms_.end()) return;
    socket.rooms_.push_back(room);
    here().joined[socket.name_space()].rooms[room].insert(&socket);
}

void State::part(Socket& socket, const std::string& room) {
    if (std::erase(socket.rooms_, room) == 0) return;
    auto& rooms = here().joined[socket.name_space()].rooms;
    const auto found = rooms.find(room);
    if (found == rooms.end()) return;
    found->second.erase(&socket);
    if (found->second.empty()) rooms.erase(found);
}

Socket::Socket(
    std::shared_ptr<State> state, std::weak_ptr<Client> client, ConnectPtr connect, unsigned thread
)
    : state_(std::move(state)),
      client_(std::move(client)),
      connect_(std::move(connect)),
      id_(base::random_token(15)),
      thread_(thread) {}

Socket::~Socket() = default;

void Socket::run(std::function<void(Socket&)> work) {
    state_->threads().run(thread_, [self = shared_from_this(), work = std::move(work)] {
        if (self->connected_) work(*self);
    });
}

void Socket::send(const Encoded& packets) {
    run([packets](Socket& self) {
        if (const auto client = self.client_.lock()) client->send(packets);
    });
}

void Socket::emit(std::string_view event, const Payload& arguments) {
    send(encode_event(name_space(), event, arguments));
}

void Socket::ask(
    std::string_view event, const Payload& arguments, std::int64_t timeout_ms,
    std::function<void(AckResult)> answered
) {
    state_->threads().run(
        thread_,
        [self = shared_from_this(), name = std::string(event), arguments, timeout_ms,
         answered = std::move(answered)]() mutable {
            if (!self->connected_ ||
                self->questions_.size() >= self->state_->options.questions_max) {
                answered(std::unexpected(NoAck::disconnected));
                return;
            }
            const std::uint64_t id = self->questions_asked_++;
            Question question{.answered = std::move(answered)};
            question.timer =
                self->state_->threads().after_ms(timeout_ms, [weak = self->weak_from_this(), id] {
                    if (const auto socket = weak.lock())
                        socket->answer(id, std::unexpected(NoAck::timed_out));
                });
            self->questions_.emplace(id, std::move(question));
            self->send(encode_event(self->name_space(), name, arguments, id));
        }
    );
}

// A late or unknown answer is ignored.
void Socket::answer(std::uint64_t id, AckResult result) {
    const auto found = questions_.find(id);
    if (found == questions_.end()) return;
    Question question = std::move(found->second);
    questions_.erase(found);
    state_->threads().cancel(question.timer);
    guarded("ask", [&] { question.answered(std::move(result)); });
}

base::Task<AckResult> Socket::request(
    SocketPtr socket, std::string event, Payload arguments, std::int64_t timeout_ms
) {
    struct Waiting {
        engine_io::Gate gate;
        AckResult result = std::unexpected(NoAck::disconnected);
    };
    const auto waiting = std::make_shared<Waiting>();
    socket->ask(event, arguments, timeout_ms, [waiting](AckResult result) {
        waiting->result = std::move(result);
        waiting->gate.open();
    });
    co_await waiting->gate.wait();
    co_return std::move(waiting->result);
}

void Socket::join(std::string room) {
    run([room = std::move(room)](Socket& self) { self.state_->enter(self, room); });
}

void Socket::leave(std::string room) {
    run([room = std::move(room)](Socket& self) { self.state_->part(self, room); });
}

void Socket::to(const std::string& room, std::string_view event, const Payload& arguments) {
    state_->broadcast(
        {.name_space = name_space(),
         .rooms = {room},
         .packets = encode_event(name_space(), event, arguments),
         .except = this}
    );
}

void Socket::disconnect(bool transport) {
    run([transport](Socket& self) {
        const auto client = self.client_.lock();
        if (!client) return;
        const auto keep = self.shared_from_this();
        client->send({encode_control(Type::disconnect, self.name_space())});
        client->drop(keep, "server namespace disconnect");
        if (transport) client->close();
    });
}

void Socket::spawn(base::Task<> task) {
    state_->threads().spawn(std::move(task), [](const std::exception_ptr& error) {
        try {
            std::rethrow_exception(error);
        } catch (const std::exception& what) {
            base::log(base::Level::error, "socket task failed", {{"error", what.what()}});
        }
    });
}

Server::Server(http::Server& http, http::Router& router, Options options)
    : state_(std::make_shared<State>(std::move(options))) {
    const std::weak_ptr<State> weak = state_;
    engine_ = std::make_unique<engine_io::Server>(
        http, router, state_->options.path, state_->options.engine,
        [weak](const engine_io::SessionPtr& session) -> std::shared_ptr<engine_io::Listener> {
            auto state = weak.lock();
            if (!state) return nullptr;
            auto client = std::make_shared<Client>(std::move(state), *session);
            client->begin();
            return client;
        }
    );
    state_->engine = engine_.get();
    state_->locals = std::vector<State::Local>(engine_io::threads_max);
}

// The engine goes first, with its sessions, their clients and sockets, then what they refer to.
Server::~Server() {
    state_->locals.clear();
    engine_.reset();
}

void Server::add_namespace(Namespace name_space) {
    state_->namespaces.push_back(std::make_unique<Namespace>(std::move(name_space)));
}

void Server::emit(
    std::string_view name_space, std::vector<std::string> rooms, std::string_view event,
    std::string_view arguments
) {
    state_->broadcast(
        {.name_space = std::string(name_space),
         .rooms = std::move(rooms),
         .packets = {encode_event_text(name_space, event, arguments)}}
    );
}

void Server::emit(
    std::string_view name_space, std::vector<std::string> rooms, std::string_view event,
    const Payload& arguments
) {
    state_->broadcast(
        {.name_space = std::string(name_space),
         .rooms = std::move(rooms),
         .packets = encode_event(name_space, event, arguments)}
    );
}

void Server::disconnect_rooms(std::string_view name_space, const std::string& room) {
    for (unsigned thread = 0; thread < state_->threads().count(); ++thread)
        state_->threads().run(thread, [state = state_, name = std::string(name_space), room] {
            state->end_room(name, room);
        });
}

std::size_t Server::count() const { return state_->count.load(); }
std::size_t Server::connections() const { return engine_->count(); }
void Server::stop() { engine_->stop(); }

}  // namespace socketio
