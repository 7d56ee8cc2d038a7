#include "platform/socketio/socket_client.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "platform/base/error.h"
#include "platform/base/log.h"

namespace socketio {

void guarded(std::string_view what, const std::function<void()>& call) {
    try {
        call();
    } catch (const base::Error& error) {
        base::log(
            base::Level::error, "socket handler failed",
            {{"in", what}, {"error", error.shown}, {"detail", error.detail}}
        );
    } catch (const std::exception& error) {
        base::log(
            base::Level::error, "socket handler failed", {{"in", what}, {"error", error.what()}}
        );
    }
}

Client::Client(std::shared_ptr<State> state, engine_io::Session& session)
    : state_(std::move(state)), session_(&session), decoder_(state_->options.packets) {}

Client::~Client() = default;

void Client::begin() {
    connect_timer_ =
        state_->threads().after_ms(state_->options.connect_timeout_ms, [weak = weak_from_this()] {
            if (const auto self = weak.lock()) self->close();
        });
}

void Client::close() {
    if (session_ != nullptr) session_->close();
}

void Client::send(const Encoded& packets) {
    if (session_ == nullptr) return;
    for (const engine_io::Packet& packet : packets) session_->send(packet);
}

SocketPtr Client::find(std::string_view name_space) const {
    const auto found = std::ranges::find_if(sockets_, [name_space](const SocketPtr& socket) {
        return socket->name_space() == name_space;
    });
    return found == sockets_.end() ? nullptr : *found;
}

void Client::message(bool binary, std::string data) {
    auto packet = binary ? decoder_.binary(std::move(data)) : decoder_.text(data);
    if (!packet)
        session_->close(engine_io::reason::parse_error);
    else if (*packet)
        handle(std::move(**packet));
}

void Client::handle(Packet packet) {
    if (packet.type == Type::connect) {
        connect(std::move(packet));
        return;
    }
    const SocketPtr socket = find(packet.name_space);
    if (!socket) {
        session_->close(engine_io::reason::forced_close);
        return;
    }
    switch (packet.type) {
        case Type::event:
            event(socket, std::move(packet));
            return;
        case Type::ack:
            if (packet.id) socket->answer(*packet.id, std::move(packet.payload));
            return;
        case Type::disconnect:
            drop(socket, "client namespace disconnect");
            return;
        default:
            session_->close(engine_io::reason::parse_error);
    }
}

void Client::connect(Packet packet) {
    const std::string& name = packet.name_space;
    const bool again = find(name) || std::ranges::find(pending_, name) != pending_.end();
    if (again || sockets_.size() + pending_.size() >= state_->options.namespaces_max) {
        session_->close(engine_io::reason::forced_close);
        return;
    }
    const Namespace* const name_space = state_->find(name);
    if (name_space == nullptr) {
        refuse(name, {.message = "Invalid namespace"});
        return;
    }
    auto connect = std::make_shared<Connect>();
    connect->name_space = name;
    if (packet.data) connect->auth = std::move(*packet.data->object());
    connect->handshake = session_->handshake();
    if (!name_space->admit) {
        admitted(*name_space, connect, Accepted{}, state_->here().serial);
        return;
    }
    pending_.push_back(name);
    state_->threads().spawn(
        admit(weak_from_this(), state_, name_space, connect),
        [](const std::exception_ptr& error) {
            guarded("admit", [&error] { std::rethrow_exception(error); });
        }
    );
}

base::Task<> Client::admit(
    std::weak_ptr<Client> weak, std::shared_ptr<State> state, const Namespace* name_space,
    ConnectPtr connect
) {
    State::Local& local = state->here();
    const std::uint64_t since = local.serial;
    ++local.admitting;
    Admission admission = std::unexpected(ConnectError{.message = "Internal error"});
    try {
        admission = co_await name_space->admit(connect);
    } catch (const base::Error& error) {
        admission = std::unexpected(ConnectError{.message = error.shown});
    } catch (const std::exception& error) {
        base::log(base::Level::error, "socket admission failed", {{"error", error.what()}});
    }
    if (const auto self = weak.lock()) {
        std::erase(self->pending_, connect->name_space);
        if (self->session_ != nullptr)
            self->admitted(*name_space, connect, std::move(admission), since);
    }
    if (--local.admitting == 0) local.ended.clear();
}

void Client::admitted(
    const Namespace& name_space, const ConnectPtr& connect, Admission admission, std::uint64_t since
) {
    if (admission) {
        const auto ended_since = [&](const State::Ended& ended) {
            return ended.serial > since && ended.name_space == connect->name_space &&
                   std::ranges::find(admission->rooms, ended.room) != admission->rooms.end();
        };
        if (std::ranges::any_of(state_->here().ended, ended_since))
            admission = std::unexpected(ConnectError{.message = "Signed out"});
    }
    if (!admission) {
        refuse(connect->name_space, admission.error());
        return;
    }
    state_->threads().cancel(connect_timer_);
    const auto socket =
        std::make_shared<Socket>(state_, weak_from_this(), connect, session_->thread());
    socket->identity_ = std::move(admission->identity);
    socket->connected_ = true;
    sockets_.push_back(socket);
    state_->count.fetch_add(1);
    state_->here().joined[connect->name_space].all.insert(socket.get());
    for (const std::string& room : admission->rooms) state_->enter(*socket, room);
    json::Object data;
    data.append_new("sid", json::Value(socket->id()));
    send({encode_control(Type::connect, connect->name_space, json::write(data))});
    if (name_space.on_connect) guarded("on_connect", [&] { name_space.on_connect(socket); });
}

void Client::refuse(const std::string& name_space, const ConnectError& error) {
    json::Object data;
    data.append_new("message", json::Value(error.message));
    if (error.data) data.append_new("data", *error.data);
    send({encode_control(Type::connect_error, name_space, json::write(data))});
}

void Client::event(const SocketPtr& socket, Packet packet) {
    const Namespace* const name_space = state_->find(packet.name_space);
    json::Array& values = packet.payload.values;
    Event event{.socket = socket, .name = {}, .arguments = {}, .ack = {}};
    const json::Number* const number = values.front().number();
    event.name = number != nullptr ? number->text : *values.front().string();
    const auto handler = name_space->events.find(event.name);
    if (handler == name_space->events.end()) return;
    values.erase(values.begin());
    event.arguments = std::move(packet.payload);
    event.wants_ack = packet.id.has_value();
    event.ack = [socket, id = packet.id,
                 done = std::make_shared<std::atomic<bool>>(!packet.id)](const Payload& answer) {
        if (done->exchange(true)) return;
        socket->send(encode(Type::ack, socket->name_space(), id, answer));
    };
    guarded(handler->first, [&] { handler->second(std::move(event)); });
}

void Client::drop(const SocketPtr& socket, std::string_view reason) {
    if (!socket->connected_) return;
    const Namespace* const name_space = state_->find(socket->name_space());
    socket->connected_ = false;
    if (name_space->on_disconnect)
        guarded("on_disconnect", [&] { name_space->on_disconnect(socket, reason); });
    for (const std::string& room : std::vector(socket->rooms_)) state_->part(*socket, room);
    auto& joined = state_->here().joined;
    const auto found = joined.find(socket->name_space());
    if (found != joined.end()) {
        found->second.all.erase(socket.get());
        if (found->second.all.empty()) joined.erase(found);
    }
    std::erase(sockets_, socket);
    state_->count.fetch_sub(1);
    while (!socket->questions_.empty())
        socket->answer(socket->questions_.begin()->first, std::unexpected(NoAck::disconnected));
}

void Client::closed(std::string_view reason) {
    session_ = nullptr;
    state_->threads().cancel(connect_timer_);
    const auto self = shared_from_this();
    for (const SocketPtr& socket : std::vector(sockets_)) drop(socket, reason);
}

}  // namespace socketio
