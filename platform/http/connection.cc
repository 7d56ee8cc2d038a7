#include "platform/http/connection.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <cstring>
#include <exception>
#include <utility>

#include "platform/base/log.h"
#include "platform/http/ascii.h"
#include "platform/http/upgraded.h"

namespace http {
namespace {

constexpr std::size_t buffer_bytes_min = 4096;
constexpr std::size_t body_step_bytes = 64 * 1024;    // a body grows as it comes
constexpr std::size_t write_step_bytes = 256 * 1024;  // each step has write_seconds_max
constexpr std::size_t kept_bytes_max = 64 * 1024;     // what an idle connection keeps of a string
constexpr std::size_t linger_bytes_max = 1024 * 1024;
constexpr unsigned linger_seconds = 2;
constexpr unsigned upgraded_stop_seconds = 2;
constexpr int gone = -1;  // a Refusal's status: the peer left, nobody to answer

void give_back(std::string& text) {
    if (text.capacity() > kept_bytes_max) text = {};
}

}  // namespace

Connection::Connection(
    Worker& worker, boost::asio::ip::tcp::socket socket, std::string peer,
    std::shared_ptr<boost::asio::ssl::context> tls
)
    : worker_(worker),
      transport_(std::move(socket), std::move(tls)),
      peer_(std::move(peer)),
      peer_trusted_(worker.shared().trusted.contains(peer_)) {
    worker_.add(*this);
}

Connection::~Connection() {
    transport_.close();
    worker_.shared().admission.leave(peer_);
    worker_.remove(*this);
}

void Connection::start(std::shared_ptr<Connection> connection) {
    auto& self = *connection;
    boost::asio::co_spawn(
        self.transport_.executor(), self.run(),
        [kept = std::move(connection)](const std::exception_ptr& failure) {
            if (!failure) return;
            try {
                std::rethrow_exception(failure);
            } catch (const std::exception& error) {
                base::log(base::Level::error, "connection failed", {{"detail", error.what()}});
            }
        }
    );
}

void Connection::enter(Phase phase, unsigned seconds) {
    phase_ = phase;
    expired_ = false;
    // The clock is up to a second behind.
    deadline_s_ = seconds == 0 ? 0 : worker_.now_s() + seconds + 1;
}

void Connection::sweep(std::int64_t now_s) {
    if (deadline_s_ == 0 || now_s < deadline_s_) return;
    deadline_s_ = 0;
    expired_ = true;
    if (phase_ != Phase::idle) worker_.metrics().timeouts.add();
    transport_.cancel();
    if (phase_ != Phase::receiving) transport_.close();
}

void Connection::stop() {
    if (phase_ == Phase::idle || phase_ == Phase::handshake) abort();
    if (phase_ == Phase::upgraded) enter(Phase::upgraded, upgraded_stop_seconds);
}

void Connection::abort() {
    transport_.cancel();
    transport_.close();
}

base::Task<> Connection::run() {
    const ServerConfig& config = worker_.shared().config;
    if (transport_.secure()) {
        enter(Phase::handshake, config.header_seconds_max);
        if (!co_await transport_.handshake()) co_return;
    }
    enter(Phase::idle, config.header_seconds_max);
    Next then = Next::request;
    while (then == Next::request) then = co_await serve();
    if (then == Next::upgraded) co_return;
    if (then == Next::linger || transport_.secure()) co_await linger();
    transport_.close();
}

// A socket closed with bytes unread is reset, and the reset may overtake the answer: so what the
// client still sends is read for a while.
base::Task<> Connection::linger() {
    enter(Phase::writing, linger_seconds);
    co_await transport_.end();
    std::size_t drained = 0;
    if (buffer_.empty()) buffer_.resize(buffer_bytes_min);
    while (!expired_ && !worker_.stopping() && transport_.open() && drained < linger_bytes_max) {
        const auto [code, count] = co_await transport_.read_some(buffer_.data(), buffer_.size());
        if (code || count == 0) break;
        drained += count;
    }
}

// Nothing points into the buffer between requests, so its bytes may move.
void Connection::begin_request() {
    if (!pending_.empty()) {
        buffer_.assign(pending_.begin(), pending_.end());
        pending_ = {};
        begin_ = 0;
        end_ = buffer_.size();
    } else if (begin_ == end_) {
        begin_ = end_ = 0;
        if (buffer_.size() > buffer_bytes_min) buffer_ = {};
    }
    scan_ = {};
    keep_alive_ = true;
    version_1_0_ = false;
    body_unread_ = false;
    body_stream_.reset();
    data_.read = nullptr;
    route_ = nullptr;
    status_ = 0;
    sent_body_ = 0;
    data_.headers.clear();  // views of the last request
    data_.path.clear();
    data_.route = {};
    data_.body = {};
    data_.method = Method::get;
    data_.user.clear();
    data_.id.clear();
}

void Connection::end_request() {
    give_back(body_);
    give_back(head_out_);
    give_back(data_.target);
    give_back(worker_.scratch());
    enter(Phase::idle, worker_.shared().config.idle_seconds_max);
}

base::Task<bool> Connection::fill() {
    if (end_ == buffer_.size()) {
        if (begin_ > 0) {
            std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
            end_ -= begin_;
            begin_ = 0;
        } else {
            const std::size_t most = worker_.shared().config.header_bytes_max;
            buffer_.resize(std::clamp(buffer_.size() * 2, std::min(buffer_bytes_min, most), most));
        }
    }
    const auto [code, count] =
        co_await transport_.read_some(buffer_.data() + end_, buffer_.size() - end_);
    if (code || count == 0) co_return false;
    end_ += count;
    worker_.metrics().bytes_in.add(count);
    co_return !expired_;
}

// Why a head that is not complete can't become one; status 0: it still can.
Refusal Connection::unfinished() const {
    if (scan_.malformed) return {400, "The lines of a request end with CR and LF, unfolded."};
    const auto first = begin_ < end_ ? static_cast<unsigned char>(buffer_[begin_]) : '\r';
    if (scan_.scanned == 0 && first != '\r' && (first <= ' ' || first >= 0x7F))
        return {400, "This is not HTTP."};  // TLS on the plain port, most likely
    if (end_ - begin_ < worker_.shared().config.header_bytes_max) return {0, {}};
    if (scan_.scanned == 0) return {414, "The address of the request is too long."};
    return {431, "The headers of the request are too large."};
}

// In one piece, since each coroutine that it called would cost every request a frame.
// NOLINTNEXTLINE(readability-function-cognitive-complexity)
base::Task<Connection::Next> Connection::serve() {
    begin_request();
    const ServerConfig& config = worker_.shared().config;
    while (true) {
        while (scan_.scanned == 0 && unread().starts_with("\r\n")) begin_ += 2;  // RFC 9112, 2.2
        scan_head(unread(), scan_);
        if (scan_.end > 0) break;
        const Refusal refusal = unfinished();
        if (refusal.status != 0) co_return co_await refuse(refusal);
        if (begin_ < end_ && phase_ == Phase::idle)
            enter(Phase::receiving, config.header_seconds_max);
        if (co_await fill()) continue;
        if (!expired_ || phase_ != Phase::receiving) co_return Next::close;
        co_return co_await refuse({408, "The request took too long to arrive."});
    }
    enter(Phase::handling, 0);
    started_ = std::chrono::steady_clock::now();
    worker_.next_request_id(data_.id);
    const auto head = parse_head(unread().substr(0, scan_.end), config.headers_max, data_.headers);
    if (!head) co_return co_await refuse(head.error());
    const Refusal refusal = accept_head(*head);
    if (refusal.status != 0) co_return co_await refuse(refusal);
    begin_ += scan_.end;
    if (head->wants_websocket && upgrade(*head)) co_return Next::upgraded;
    if (route_ == nullptr) {
        body_unread_ = head->chunked || head->content_length.value_or(0) > 0;
        Response response = missing(allowed_);
        co_return co_await answer(&response);
    }
    const bool has_body = head->chunked || head->content_length.value_or(0) > 0;
    if (has_body && route_->options.streamed) {
        if (head->content_length.value_or(0) > route_->options.body_bytes_max)
            co_return co_await refuse({413, "The body is too large."});
        stream_body(*head);
    } else if (has_body) {
        const Refusal unreadable = co_await read_body(&*head, route_->options);
        if (unreadable.status == gone) co_return Next::close;
        if (unreadable.status != 0) co_return co_await refuse(unreadable);
        enter(Phase::handling, 0);
    }
    Response response;
    try {
        response = co_await route_->handler(Request(data_));
    } catch (const base::Error& error) {
        response = rendered(error);
    } catch (const std::exception& error) {
        response = failed(error.what());
    }
    if (body_stream_ && !body_stream_->ended) body_unread_ = true;
    co_return co_await answer(&response);
}

// What the head says, kept where the handler finds it.
Refusal Connection::accept_head(const Head& head) {
    const ServerConfig& config = worker_.shared().config;
    keep_alive_ = head.keep_alive;
    version_1_0_ = head.version_1_0;
    data_.method = head.method;
    if (head.target.size() > config.target_bytes_max)
        return {414, "The address of the request is too long."};
    if (head.method == Method::other) return {501, "This method is not known here."};
    data_.target.assign(head.target);
    find_client();
    if (head.method == Method::options && head.target == "*") {
        allowed_ = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";
        data_.path = "*";
        return {0, {}};
    }
    if (const auto decoded = decode_path(head.target, data_.path); !decoded) {
        data_.path.clear();
        return decoded.error();
    }
    route_ = worker_.shared().router.find(data_, allowed_);
    return {0, {}};
}

void Connection::find_client() {
    data_.secure = transport_.secure();
    if (!peer_trusted_) {
        if (data_.remote_address.empty()) data_.remote_address = peer_;
        return;
    }
    std::string forwarded;
    std::string_view scheme;
    for (const auto& [name, value] : data_.headers) {
        if (same_text(name, "X-Forwarded-For")) {
            if (!forwarded.empty()) forwarded += ',';
            forwarded += value;
        } else if (same_text(name, "X-Forwarded-Proto")) {
            scheme = trim_blanks(value.substr(value.rfind(',') + 1));
        }
    }
    data_.remote_address = client_address(peer_, forwarded, worker_.shared().trusted);
    if (same_text(scheme, "https")) data_.secure = true;
}

base::Task<bool> Connection::say_continue(const Head* head) {
    if (!head->expects_continue || begin_ < end_) co_return true;
    co_return co_await send_all("HTTP/1.1 100 Continue\r\n\r\n");
}

base::Task<Refusal> Connection::read_body(const Head* head, RouteOptions options) {
    const std::size_t length = static_cast<std::size_t>(head->content_length.value_or(0));
    if (length > options.body_bytes_max) co_return Refusal{413, "The body is too large."};
    if (length > 0 && length <= end_ - begin_) {  // all there: no copy
        data_.body = unread().substr(0, length);
        begin_ += length;
        co_return Refusal{0, {}};
    }
    enter(Phase::receiving, options.request_seconds_max);
    body_.clear();
    if (!co_await say_continue(head)) co_return Refusal{gone, {}};
    if (head->chunked) co_return co_await read_chunks(options.body_bytes_max);
    body_.assign(unread());
    begin_ = end_;
    while (body_.size() < length) {
        const std::size_t have = body_.size();
        body_.resize(std::min(length, have + std::max(have, body_step_bytes)));
        std::size_t filled = have;
        while (filled < body_.size()) {
            const auto [code, count] =
                co_await transport_.read_some(body_.data() + filled, body_.size() - filled);
            if (expired_) co_return Refusal{408, "The body took too long to arrive."};
            if (code || count == 0) co_return Refusal{gone, {}};
            filled += count;
            worker_.metrics().bytes_in.add(count);
        }
    }
    data_.body = body_;
    co_return Refusal{0, {}};
}

base::Task<Refusal> Connection::read_chunks(std::size_t body_bytes_max) {
    ChunkReader reader(body_bytes_max);
    std::string_view bytes = unread();
    begin_ = end_;
    std::string input;  // the headers are views into the buffer, so it can't be read into
    while (true) {
        switch (reader.read(bytes, body_)) {
            case ChunkReader::State::malformed:
                co_return Refusal{400, "The chunks of the body are malformed."};
            case ChunkReader::State::too_large:
                co_return Refusal{413, "The body is too large."};
            case ChunkReader::State::done:
                pending_ = bytes;
                data_.body = body_;
                co_return Refusal{0, {}};
            case ChunkReader::State::more:
                break;
        }
        input.resize(body_step_bytes / 4);
        const auto [code, count] = co_await transport_.read_some(input.data(), input.size());
        if (expired_) co_return Refusal{408, "The body took too long to arrive."};
        if (code || count == 0) co_return Refusal{gone, {}};
        worker_.metrics().bytes_in.add(count);
        bytes = std::string_view(input).substr(0, count);
    }
}

Response Connection::missing(const std::string& allowed) {
    if (!allowed.empty() && data_.method == Method::options) {
        Response response = no_content();
        response.headers.emplace_back("Allow", allowed);
        return response;
    }
    if (allowed.empty())
        return rendered(base::Error::not_found("There is nothing at this address."));
    Response response = rendered(
        base::Error(base::Code::method_not_allowed, "This address does not answer that method.")
    );
    response.headers.emplace_back("Allow", allowed);
    return response;
}

Response Connection::rendered(const base::Error& error) {
    log_error(error);
    Response response;
    try {
        const auto& render = worker_.shared().render;
        response = render && !data_.path.empty() ? render(Request(data_), error)
                                                 : problem(error, data_.id);
    } catch (const std::exception& failure) {
        base::log(
            base::Level::error, "error page failed",
            {{"request_id", data_.id}, {"detail", failure.what()}}
        );
        response = problem(error, data_.id);
    }
    const bool told = std::ranges::any_of(response.headers, [](const auto& header) {
        return same_text(header.first, "Retry-After");
    });
    if (error.retry_after_s > 0 && !told)
        response.headers.emplace_back("Retry-After", std::to_string(error.retry_after_s));
    return response;
}

Response Connection::failed(std::string_view what) {
    return rendered(base::Error(
        base::Code::internal, "Something went wrong on our side. Please try again.",
        std::string(what)
    ));
}

void Connection::log_error(const base::Error& error) {
    const int status = static_cast<int>(error.code);
    // A method or a version that is not spoken here is the client's affair.
    const bool ours = status >= 500 && status != 501 && status != 505;
    if (!ours && error.detail.empty()) return;
    base::log(
        ours ? base::Level::error : base::Level::info, "request failed",
        {{"request_id", data_.id},
         {"route", data_.route},
         {"status", status},
         {"detail", error.detail.empty() ? error.shown : error.detail}}
    );
}

// What could not be read may hide anything, so the connection ends with the answer.
base::Task<Connection::Next> Connection::refuse(Refusal refusal) {
    if (data_.id.empty()) {
        started_ = std::chrono::steady_clock::now();
        worker_.next_request_id(data_.id);
    }
    if (refusal.status != 408) worker_.metrics().malformed.add();
    body_unread_ = true;
    find_client();
    Response response =
        rendered(base::Error(static_cast<base::Code>(refusal.status), std::string(refusal.message))
        );
    co_return co_await answer(&response);
}

base::Task<Connection::Next> Connection::answer(Response* response) {
    if (body_unread_) keep_alive_ = false;
    const bool sent = co_await send(response);
    finish(status_);
    if (!sent) co_return Next::close;
    if (!keep_alive_) co_return body_unread_ ? Next::linger : Next::close;
    end_request();
    co_return Next::request;
}

base::Task<bool> Connection::send(Response* response) {
    keep_alive_ = keep_alive_ && !worker_.stopping();
    const AnswerOptions options{
        .version_1_0 = version_1_0_,
        .keep_alive = keep_alive_,
        .common = &worker_.common_headers(worker_.shared().clock.now_ms()),
    };
    // The scratch is the thread's, so a body in it is sent before anything else can run here,
    // or moved to the response, which is this request's own.
    Answer answer = compose(*response, Request(data_), options, head_out_, worker_.scratch());
    status_ = answer.status;
    sent_body_ = answer.body.size();
    if (answer.until_close) keep_alive_ = false;
    const std::size_t done = transport_.try_write(head_out_, answer.body);
    if (done == Transport::broken) co_return false;
    if (done < head_out_.size() + answer.body.size()) {
        if (answer.body.data() == worker_.scratch().data() && !answer.body.empty()) {
            response->body = std::move(worker_.scratch());
            worker_.scratch().clear();
            answer.body = response->body;
        }
        std::string_view rest = answer.body;
        if (done >= head_out_.size()) {
            rest.remove_prefix(done - head_out_.size());
        } else {
            // One TLS record rather than two.
            if (rest.size() <= 4 * buffer_bytes_min) {
                head_out_.append(rest);
                rest = {};
            }
            if (!co_await send_all(std::string_view(head_out_).substr(done))) co_return false;
        }
        if (!co_await send_all(rest)) co_return false;
    }
    if (answer.chunked || answer.until_close || answer.measured)
        co_return co_await send_chunks(response, answer.chunked);
    co_return true;
}

base::Task<bool> Connection::send_all(std::string_view bytes) {
    const Phase phase = phase_;
    const std::int64_t deadline_s = deadline_s_;
    while (!bytes.empty()) {
        const std::string_view step = bytes.substr(0, write_step_bytes);
        enter(Phase::writing, worker_.shared().config.write_seconds_max);
        if (!co_await transport_.write(step)) co_return false;
        bytes.remove_prefix(step.size());
    }
    phase_ = phase;
    deadline_s_ = deadline_s;
    co_return true;
}

base::Task<bool> Connection::send_chunks(Response* response, bool framed) {
    static constexpr char digits[] = "0123456789abcdef";
    while (true) {
        std::string text;
        try {
            text = co_await response->chunks();
        } catch (const base::Error& error) {
            log_error(error);
            co_return false;  // too late for another answer: the missing last chunk tells
        } catch (const std::exception& error) {
            log_error(base::Error(base::Code::internal, "", error.what()));
            co_return false;
        }
        sent_body_ += text.size();
        if (!framed && sent_body_ > response->chunks_bytes.value_or(sent_body_)) co_return false;
        head_out_.clear();
        if (framed) {
            std::string size;
            for (std::size_t rest = text.size(); rest > 0; rest >>= 4U)
                size.insert(size.begin(), digits[rest & 15U]);
            head_out_ = text.empty() ? "0\r\n\r\n" : size + "\r\n" + text + "\r\n";
        } else {
            head_out_ = text;
        }
        if (!head_out_.empty() && !co_await send_all(head_out_)) co_return false;
        // What falls short of its length must not be taken for whole.
        if (text.empty())
            co_return framed || sent_body_ == response->chunks_bytes.value_or(sent_body_);
    }
}

void Connection::finish(int status) {
    Worker& worker = worker_;
    const auto taken = std::chrono::steady_clock::now() - started_;
    const auto nanoseconds = static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::nanoseconds>(taken).count()
    );
    const std::size_t none = worker.shared().router.routes().size();
    worker.metrics().count(route_ == nullptr ? none : route_->index, status, nanoseconds);
    worker.metrics().bytes_out.add(sent_body_);
    if (!worker.shared().config.access_log) return;
    worker.access_log().write({
        .time_ms = worker.shared().clock.now_ms(),
        .request_id = data_.id,
        .method = name(data_.method),
        .route = data_.route,
        .status = status,
        .nanoseconds = nanoseconds,
        .bytes = sent_body_,
        .user_id = data_.user,
    });
}

bool Connection::upgrade(const Head&) {
    for (const auto& [prefix, take] : worker_.shared().upgrades) {
        if (!data_.path.starts_with(prefix)) continue;
        enter(Phase::upgraded, 0);
        keep_alive_ = false;
        body_ = {};
        worker_.metrics().upgraded.add();
        take(std::make_unique<UpgradedConnection>(shared_from_this()));
        return true;
    }
    return false;
}

std::string_view Connection::take_unread(std::size_t most) {
    const std::string_view taken = unread().substr(0, most);
    begin_ += taken.size();
    return taken;
}

}  // namespace http
