#include "platform/socketio/websocket.h"

#include <array>
#include <utility>

#include "platform/http/ascii.h"

namespace websocket {
namespace {

constexpr std::size_t read_bytes = 2048;             // a socket holds this much while it is idle
constexpr std::size_t write_bytes_max = 256 * 1024;  // gathered into one write

struct Corked {
    bool on = false;
    std::vector<std::shared_ptr<Connection>> connections;
};
thread_local Corked corked;

http::Response refusal(int status, std::string_view message) {
    http::Response response;
    response.status = status;
    response.content_type = http::type_text;
    response.body = message;
    return response;
}

}  // namespace

std::expected<Connection::Terms, http::Response> Connection::handshake(
    http::Request request, const Options& options
) {
    if (request.method() != http::Method::get ||
        !http::lists_token(request.header("Connection"), "upgrade") ||
        !http::lists_token(request.header("Upgrade"), "websocket"))
        return std::unexpected(refusal(400, "Not a WebSocket handshake."));
    if (request.header("Sec-WebSocket-Version") != "13") {
        auto response = refusal(426, "Only version 13 of the WebSocket protocol is spoken here.");
        response.headers.emplace_back("Sec-WebSocket-Version", "13");
        return std::unexpected(std::move(response));
    }
    const auto accept = accept_key(request.header("Sec-WebSocket-Key"));
    if (!accept) return std::unexpected(refusal(400, "Malformed Sec-WebSocket-Key."));
    Terms terms;
    if (options.deflate)
        terms.deflate = negotiate_deflate(request.header("Sec-WebSocket-Extensions"));
    terms.accepted =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: " +
        *accept + "\r\n";
    if (terms.deflate.agreed)
        terms.accepted += "Sec-WebSocket-Extensions: " + terms.deflate.answer + "\r\n";
    terms.accepted += "\r\n";
    return terms;
}

Connection::Connection(
    std::shared_ptr<http::Upgraded> connection, Terms terms, Options options,
    std::unique_ptr<Listener> listener
)
    : connection_(std::move(connection)),
      listener_(std::move(listener)),
      deflate_(std::move(terms.deflate)),
      options_(options),
      reader_(
          {.role = Role::server,
           .message_bytes_max = options.message_bytes_max,
           .deflate = deflate_.agreed}
      ),
      accepted_(std::move(terms.accepted)) {}

Connection::~Connection() = default;

void Connection::answer() {
    queue(std::make_shared<const std::string>(std::exchange(accepted_, {})));
}

void Connection::start() {
    connection_->spawn([self = shared_from_this()] { return read_loop(self); });
}

void Connection::send(const Bytes& frame, const Bytes& compressed) {
    if (closing_ || ended_) return;
    queue(compressed && deflate_.compress ? compressed : frame);
}

void Connection::close(std::uint16_t code, std::string_view reason) {
    if (closing_ || ended_) return;
    std::string frame;
    append_frame(frame, Opcode::close, close_payload(code, reason));
    queue(std::make_shared<const std::string>(std::move(frame)));
    closing_ = true;
    code_ = code;
    cancel_close_ = connection_->after_ms(options_.close_wait_ms, [weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->abort();
    });
}

void Connection::abort() { connection_->close(); }

base::Task<> Connection::read_loop(std::shared_ptr<Connection> self) {
    std::array<char, read_bytes> buffer;
    std::vector<Message> messages;
    while (!self->ended_ && !self->end_flushed_) {
        const std::size_t size =
            co_await self->connection_->read_some(buffer.data(), buffer.size());
        if (size == 0) break;
        const Cork cork;
        const auto read = self->reader_.read({buffer.data(), size}, messages);
        for (Message& message : messages) self->handle(std::move(message));
        messages.clear();
        if (!read) self->fail(read.error());
    }
    self->end();
}

void Connection::handle(Message message) {
    if (end_flushed_) return;
    switch (message.opcode) {
        case Opcode::ping: {
            if (closing_) return;
            std::string frame;
            append_frame(frame, Opcode::pong, message.data);
            queue(std::make_shared<const std::string>(std::move(frame)));
            return;
        }
        case Opcode::pong:
        case Opcode::continuation:
            return;
        case Opcode::close: {
            const std::uint16_t code = close_code(message.data).value_or(code::no_status);
            if (!closing_) close(code, "");
            code_ = code;
            end_flushed_ = true;
            flush();
            return;
        }
        default:
            if (!closing_)
                listener_->received(message.opcode == Opcode::binary, std::move(message.data));
    }
}

// Tells the peer why and goes without waiting for an answer: what comes cannot be understood.
void Connection::fail(const Failure& failure) {
    close(failure.code, failure.reason);
    code_ = failure.code;
    end_flushed_ = true;
    flush();
}

void Connection::queue(Bytes bytes) {
    if (ended_) return;
    waiting_bytes_ += bytes->size();
    waiting_.push_back(std::move(bytes));
    if (waiting_bytes_ > options_.buffer_bytes_max && waiting_.size() > 1) {
        flush();
        if (waiting_bytes_ > options_.buffer_bytes_max) {
            abort();
            return;
        }
    }
    if (!corked.on) {
        flush();
    } else if (!corked_) {
        corked_ = true;
        corked.connections.push_back(shared_from_this());
    }
}

// Tries to write all; what the socket does not take waits for the write loop.
void Connection::flush() {
    if (writing_ || ended_) return;
    while (!waiting_.empty()) {
        const Bytes one = waiting_.size() == 1 ? waiting_.front() : nullptr;
        const std::string many = one ? std::string() : take_waiting();
        const std::string_view bytes = one ? std::string_view(*one) : std::string_view(many);
        if (one) {
            waiting_.clear();
            waiting_bytes_ = 0;
        }
        const std::size_t written = connection_->try_write(bytes);
        if (written == std::string_view::npos) {
            abort();
            return;
        }
        if (written == bytes.size()) continue;
        auto rest = std::make_shared<const std::string>(bytes.substr(written));
        waiting_bytes_ += rest->size();
        waiting_.insert(waiting_.begin(), std::move(rest));
        writing_ = true;
        connection_->spawn([self = shared_from_this()] { return write_loop(self); });
        return;
    }
    if (waiting_.capacity() > 16) waiting_ = {};
    if (end_flushed_) abort();
}

std::string Connection::take_waiting() {
    std::size_t taken = 0;
    std::size_t size = 0;
    while (taken < waiting_.size() &&
           (taken == 0 || size + waiting_[taken]->size() <= write_bytes_max))
        size += waiting_[taken++]->size();
    std::string bytes;
    bytes.reserve(size);
    for (std::size_t i = 0; i < taken; ++i) bytes += *waiting_[i];
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(taken));
    waiting_bytes_ -= size;
    return bytes;
}

base::Task<> Connection::write_loop(std::shared_ptr<Connection> self) {
    while (!self->ended_ && !self->waiting_.empty()) {
        const std::string bytes = self->take_waiting();
        if (!co_await self->connection_->write(bytes)) {
            self->abort();
            break;
        }
    }
    self->writing_ = false;
    if (self->end_flushed_) self->abort();
}

void Connection::end() {
    if (ended_) return;
    ended_ = true;
    if (cancel_close_) std::exchange(cancel_close_, nullptr)();
    waiting_.clear();
    connection_->close();
    listener_->closed(code_);
}

Cork::Cork() : outer_(!corked.on) { corked.on = true; }

Cork::~Cork() {
    if (!outer_) return;
    corked.on = false;
    auto connections = std::exchange(corked.connections, {});
    for (const auto& connection : connections) {
        connection->corked_ = false;
        connection->flush();
    }
    // Keeps the capacity for the next time.
    connections.clear();
    if (corked.connections.empty()) corked.connections.swap(connections);
}

}  // namespace websocket
