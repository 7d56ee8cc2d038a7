// Bodies that their handler reads piece by piece, so that a large one is never in memory as a whole.
#include <algorithm>
#include <utility>

#include "platform/http/connection.h"

namespace http {
namespace {

constexpr std::size_t piece_bytes = 64 * 1024;

[[noreturn]] void too_large() {
    throw base::Error(base::Code::too_large, "The body is too large.");
}

}  // namespace

void Connection::stream_body(const Head& head) {
    const RouteOptions& options = route_->options;
    body_stream_ = std::make_unique<BodyStream>(BodyStream{
        .head = head,
        .left = head.content_length.value_or(0),
        .chunks = ChunkReader(options.body_bytes_max),
        .deadline_s = worker_.now_s() + options.request_seconds_max,
    });
    data_.read = [this] { return read_piece(); };
}

base::Task<std::string_view> Connection::read_piece() {
    BodyStream& stream = *body_stream_;
    if (stream.ended) co_return std::string_view();
    const std::int64_t seconds = stream.deadline_s - worker_.now_s();
    if (seconds <= 0) throw base::Error(base::Code::timeout, "The body took too long to arrive.");
    enter(Phase::receiving, static_cast<unsigned>(seconds));
    if (!std::exchange(stream.begun, true)) {
        const Head head = stream.head;
        if (!co_await say_continue(&head))
            throw base::Error(base::Code::bad_request, "The connection ended.");
    }
    const std::string_view piece = co_await receive_piece();
    enter(Phase::handling, 0);
    stream.taken += piece.size();
    if (stream.taken > route_->options.body_bytes_max) too_large();
    co_return piece;
}

base::Task<std::string_view> Connection::receive_piece() {
    BodyStream& stream = *body_stream_;
    while (true) {
        if (stream.head.chunked) {
            std::string_view bytes = begin_ < end_ ? unread() : std::exchange(stream.unread, {});
            begin_ = end_;
            body_.clear();
            const auto state = stream.chunks.read(bytes, body_);
            if (state == ChunkReader::State::too_large) too_large();
            if (state == ChunkReader::State::malformed)
                throw base::Error(base::Code::bad_request, "The chunks of the body are malformed.");
            if (state == ChunkReader::State::done) {
                pending_ = bytes;
                stream.ended = true;
            }
            if (stream.ended || !body_.empty()) co_return body_;
        } else if (begin_ < end_) {
            const std::size_t count = std::min<std::size_t>(stream.left, end_ - begin_);
            const std::string_view piece = unread().substr(0, count);
            begin_ += count;
            stream.left -= count;
            stream.ended = stream.left == 0;
            co_return piece;
        }
        std::string& target = stream.head.chunked ? stream.input : body_;
        target.resize(
            stream.head.chunked ? piece_bytes / 4 : std::min<std::size_t>(stream.left, piece_bytes)
        );
        const auto [code, count] = co_await transport_.read_some(target.data(), target.size());
        if (expired_) throw base::Error(base::Code::timeout, "The body took too long to arrive.");
        if (code || count == 0)
            throw base::Error(base::Code::bad_request, "The connection ended before the body did.");
        worker_.metrics().bytes_in.add(count);
        if (stream.head.chunked) {
            stream.unread = std::string_view(target).substr(0, count);
            continue;
        }
        stream.left -= count;
        stream.ended = stream.left == 0;
        co_return std::string_view(target).substr(0, count);
    }
}

}  // namespace http
