#include "platform/socketio/engine_session.h"

#include <utility>

#include "platform/base/json.h"

namespace engine_io {

State::State(http::Server& server, std::string the_path, Options the_options, Accept the_accept)
    : threads(server),
      path(std::move(the_path)),
      options(std::move(the_options)),
      accept(std::move(the_accept)),
      locals(threads_max) {}

SessionPtr State::find(unsigned thread, const std::string& id) {
    const auto& sessions = locals.at(thread).sessions;
    const auto found = sessions.find(id);
    return found == sessions.end() ? nullptr : found->second;
}

Session::Session(std::shared_ptr<State> state, std::string id, unsigned thread, Handshake handshake)
    : state_(std::move(state)),
      id_(std::move(id)),
      thread_(thread),
      handshake_(std::make_shared<const Handshake>(std::move(handshake))) {}

Session::~Session() = default;

Packet Session::open_packet(const State& state, std::string_view id, bool can_upgrade) {
    json::Object data;
    data.append_new("sid", json::Value(id));
    json::Array upgrades;
    if (can_upgrade) upgrades.emplace_back("websocket");
    data.append_new("upgrades", json::Value(std::move(upgrades)));
    data.append_new("pingInterval", json::Value(state.options.ping_interval_ms));
    data.append_new("pingTimeout", json::Value(state.options.ping_timeout_ms));
    data.append_new("maxPayload", json::Value(std::uint64_t{state.options.payload_bytes_max}));
    return Packet::text(Type::open, json::write(data));
}

// A session over WebSocket gets its open packet here; polling answers the handshake with it.
void Session::begin(WebSocket websocket) {
    websocket_ = std::move(websocket);
    if (websocket_) write(websocket_, open_packet(*state_, id_, false));
    schedule_ping();
    auto listener = state_->accept(shared_from_this());
    if (!listener)
        end(reason::forced_close, End::by_us);
    else
        listener_ = std::move(listener);
}

void Session::send(const Packet& packet) {
    if (!open_ || overflowing_) return;
    if (websocket_) {
        write(websocket_, packet);
        return;
    }
    queue_.push_back(packet);
    queue_bytes_ += packet.size();
    if (poll_) {
        // One answer carries what is sent in the same turn.
        if (queue_.size() == 1) state_->threads.later(thread_, weakly(&Session::answer_poll));
        return;
    }
    if (queue_bytes_ > state_->options.buffer_bytes_max) {
        overflowing_ = true;
        state_->threads.later(thread_, weakly(&Session::overflowed));
    }
}

void Session::answer_poll() {
    if (poll_ && !queue_.empty()) std::exchange(poll_, nullptr)(Answer::ok(take_queue()));
}

void Session::close(std::string_view reason) {
    const bool leaving = reason == reason::shutting_down;
    end(reason, End::by_us, leaving ? websocket::code::going_away : websocket::code::normal);
}

void Session::poll(Reply reply) {
    if (lingering_) {
        reply(Answer::ok(take_queue()));
        forget();
        return;
    }
    if (!open_ || websocket_) {
        reply(Answer::refused(Refusal::bad_request));
        return;
    }
    if (poll_) {  // two at once: which one would get the packets?
        reply(Answer::refused(Refusal::bad_request));
        end(reason::transport_error, End::lost);
        return;
    }
    poll_ = std::move(reply);
    if (!queue_.empty())
        answer_poll();
    else if (probed_)
        std::exchange(poll_, nullptr)(Answer::ok("6"));
}

void Session::push(
    std::expected<std::vector<Incoming>, std::string_view> packets, const Reply& reply
) {
    if (!open_ || websocket_) {
        reply(Answer::refused(Refusal::bad_request));
        return;
    }
    if (!packets) {
        reply(Answer::refused(Refusal::bad_request));
        end(reason::parse_error, End::lost);
        return;
    }
    const auto self = shared_from_this();
    for (Incoming& packet : *packets)
        if (open_) take(std::move(packet));
    reply(Answer::ok("ok"));
}

void Session::take(Incoming packet) {
    switch (packet.type) {
        case Type::message: {
            const auto listener = listener_;  // it may end the session, and with it itself
            listener->message(packet.binary, std::move(packet.data));
            return;
        }
        case Type::pong:
            schedule_ping();
            return;
        case Type::close:
            end(reason::transport_close, End::by_client);
            return;
        case Type::noop:
            return;
        default:
            end(reason::parse_error, End::lost);
    }
}

void Session::websocket_received(const websocket::Connection* from, bool binary, std::string data) {
    if (!open_) return;
    const auto self = shared_from_this();
    if (from == websocket_.get()) {
        if (binary) {
            take({.type = Type::message, .binary = true, .data = std::move(data)});
            return;
        }
        auto packet = decode_packet(data);
        // Base64 is for polling only.
        if (!packet || packet->binary)
            end(reason::parse_error, End::lost);
        else
            take(std::move(*packet));
    } else if (from == probe_.get()) {
        if (!binary && data == "2probe") {
            write(probe_, Packet::text(Type::pong, "probe"));
            probed_ = true;
            if (poll_) std::exchange(poll_, nullptr)(Answer::ok("6"));
        } else if (!binary && data == "5" && probed_) {
            upgrade();
        } else {
            drop_probe();
        }
    }
}

void Session::websocket_closed(const websocket::Connection* from) {
    if (from == probe_.get()) {
        drop_probe();
    } else if (from == websocket_.get()) {
        end(reason::transport_close, End::lost);
    }
}

void Session::probe(WebSocket websocket) {
    if (!may_probe()) {
        state_->shut(std::move(websocket), websocket::code::policy);
        return;
    }
    probe_ = std::move(websocket);
    upgrade_timer_ =
        state_->threads.after_ms(state_->options.upgrade_timeout_ms, weakly(&Session::drop_probe));
}

void Session::upgrade() {
    state_->threads.cancel(upgrade_timer_);
    probed_ = false;
    websocket_ = std::exchange(probe_, nullptr);
    if (poll_) std::exchange(poll_, nullptr)(Answer::ok("6"));
    for (const Packet& packet : std::exchange(queue_, {})) write(websocket_, packet);
    queue_bytes_ = 0;
}

void Session::drop_probe() {
    if (!probe_) return;
    state_->threads.cancel(upgrade_timer_);
    probed_ = false;
    state_->shut(std::exchange(probe_, nullptr), websocket::code::policy);
}

void Session::schedule_ping() {
    state_->threads.cancel(ping_timer_);
    ping_timer_ =
        state_->threads.after_ms(state_->options.ping_interval_ms, weakly(&Session::expect_pong));
}

void Session::expect_pong() {
    static const Packet ping = Packet::text(Type::ping);
    send(ping);
    ping_timer_ =
        state_->threads.after_ms(state_->options.ping_timeout_ms, weakly(&Session::ping_timed_out));
}

void Session::ping_timed_out() { end(reason::ping_timeout, End::lost); }
void Session::overflowed() { end(reason::transport_error, End::lost); }

void Session::end(std::string_view reason, End how, std::uint16_t code) {
    if (!open_) return;
    const auto self = shared_from_this();
    open_ = false;
    state_->threads.cancel(ping_timer_);
    drop_probe();
    if (websocket_) {
        state_->shut(std::exchange(websocket_, nullptr), code);
        forget();
    } else {
        end_polling(how);
    }
    if (const auto listener = std::exchange(listener_, nullptr)) listener->closed(reason);
}

// A GET that waits takes what is left and the last packet; without one, that waits a while for it.
// A client that closed by itself is only let go (noop), and may have sent its GET at the same time.
void Session::end_polling(End how) {
    queue_.push_back(Packet::text(how == End::by_client ? Type::noop : Type::close));
    if (poll_) {
        std::exchange(poll_, nullptr)(Answer::ok(take_queue()));
        forget();
    } else if (how == End::lost || state_->options.linger_ms <= 0) {
        forget();
    } else {
        lingering_ = true;
        ping_timer_ = state_->threads.after_ms(state_->options.linger_ms, weakly(&Session::forget));
    }
}

void Session::forget() {
    lingering_ = false;
    state_->threads.cancel(ping_timer_);
    const auto self = shared_from_this();
    if (state_->locals.at(thread_).sessions.erase(id_) > 0) state_->count.fetch_sub(1);
}

void Session::write(const WebSocket& to, const Packet& packet) {
    if (to->thread() == thread_) {
        to->send(packet.frame(), packet.compressed_frame());
        return;
    }
    state_->threads.run(
        to->thread(), [to, frame = packet.frame(),
                       compressed = packet.compressed_frame()] { to->send(frame, compressed); }
    );
}

void State::shut(WebSocket which, std::uint16_t code) {
    const unsigned thread = which->thread();
    threads.run(thread, [which = std::move(which), code] { which->close(code, ""); });
}

std::string Session::take_queue() {
    std::string body;
    for (const Packet& packet : queue_) append_payload(body, packet);
    queue_.clear();
    queue_bytes_ = 0;
    return body;
}

Work Session::weakly(void (Session::*member)()) {
    return [weak = weak_from_this(), member] {
        if (const auto self = weak.lock()) (self.get()->*member)();
    };
}

}  // namespace engine_io
