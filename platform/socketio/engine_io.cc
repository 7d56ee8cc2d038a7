#include "platform/socketio/engine_io.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "platform/base/json.h"
#include "platform/base/random.h"
#include "platform/base/text.h"
#include "platform/http/ascii.h"
#include "platform/http/executor.h"
#include "platform/http/upgrade.h"
#include "platform/socketio/engine_session.h"
#include "platform/socketio/websocket.h"

namespace engine_io {
namespace {

using StatePtr = std::shared_ptr<State>;

// A session id is 120 random bits and, in two hexadecimal digits, its thread.
constexpr std::size_t id_bytes = 15;
constexpr std::size_t id_size = 22;

std::string new_id(unsigned thread) {
    return base::random_token(id_bytes) + base::hex(std::string(1, static_cast<char>(thread)));
}

std::optional<unsigned> thread_of(std::string_view id, unsigned count) {
    if (id.size() != id_size) return std::nullopt;
    const int high = http::hex_digit(id[id_size - 2]);
    const int low = http::hex_digit(id[id_size - 1]);
    if (high < 0 || low < 0) return std::nullopt;
    const auto thread = static_cast<unsigned>(high * 16 + low);
    return thread < count ? std::optional(thread) : std::nullopt;
}

Handshake handshake_of(http::Request request) {
    Handshake handshake;
    for (const auto& [name, value] : request.data().headers)
        handshake.headers.emplace_back(name, value);
    handshake.target = request.target();
    handshake.remote_address = request.remote_address();
    handshake.secure = request.secure();
    return handshake;
}

bool allows(const Options& options, http::Request request) {
    const std::string_view origin = request.header("Origin");
    if (origin.empty()) return true;
    const std::size_t scheme = origin.find("://");
    if (scheme != std::string_view::npos &&
        http::same_text(origin.substr(scheme + 3), request.header("Host")))
        return true;
    return std::ranges::any_of(options.cors_origins, [origin](const std::string& one) {
        return one == "*" || http::same_text(one, origin);
    });
}

void add_cors(const Options& options, http::Request request, http::Response& response) {
    const std::string_view origin = request.header("Origin");
    if (options.cors_origins.empty()) return;
    if (std::ranges::find(options.cors_origins, "*") != options.cors_origins.end()) {
        response.headers.emplace_back("Access-Control-Allow-Origin", "*");
    } else if (!origin.empty() && allows(options, request)) {
        response.headers.emplace_back("Access-Control-Allow-Origin", origin);
        response.headers.emplace_back("Access-Control-Allow-Credentials", "true");
        response.headers.emplace_back("Vary", "Origin");
    }
}

http::Response refusal(Refusal refusal) {
    static constexpr std::array<std::string_view, 6> messages = {
        "Transport unknown", "Session ID unknown", "Bad handshake method",
        "Bad request",       "Forbidden",          "Unsupported protocol version"
    };
    json::Object body;
    body.append_new("code", json::Value(static_cast<int>(refusal)));
    body.append_new("message", json::Value(messages.at(static_cast<std::size_t>(refusal))));
    return http::json(body, refusal == Refusal::forbidden ? 403 : 400);
}

http::Response full() {
    json::Object body;
    body.append_new("code", json::Value(static_cast<int>(Refusal::bad_request)));
    body.append_new("message", json::Value("No more connections are taken now"));
    return http::json(body, 503);
}

// Asks a session's thread and waits for what it replies. `ask` calls its argument once.
base::Task<Answer> exchange(StatePtr state, unsigned home, std::function<void(Reply)> ask) {
    struct Waiting {
        Gate gate;
        Answer answer;
    };
    const auto waiting = std::make_shared<Waiting>();
    Reply reply = [state, waiting, origin = http::current_thread()](Answer answer) {
        state->threads.run(origin, [waiting, answer = std::move(answer)]() mutable {
            waiting->answer = std::move(answer);
            waiting->gate.open();
        });
    };
    state->threads.run(home, [ask = std::move(ask), reply = std::move(reply)]() mutable {
        ask(std::move(reply));
    });
    co_await waiting->gate.wait();
    co_return std::move(waiting->answer);
}

SessionPtr make_session(const StatePtr& state, http::Request request) {
    const unsigned thread = http::current_thread();
    const auto session =
        std::make_shared<Session>(state, new_id(thread), thread, handshake_of(request));
    state->locals.at(thread).sessions.emplace(session->id(), session);
    state->count.fetch_add(1);
    return session;
}

// What a request without a session id must be to open a session.
std::optional<Refusal> check_opening(http::Request request, bool websocket) {
    if (request.method() != http::Method::get) return Refusal::bad_handshake_method;
    if (websocket != (request.query("transport") == "websocket")) return Refusal::bad_request;
    if (request.query("EIO") != "4") return Refusal::unsupported_version;
    return std::nullopt;
}

bool is_full(const State& state) {
    return state.stopping || state.count.load() >= state.options.sessions_max;
}

std::expected<std::vector<Incoming>, std::string_view> read_body(http::Request request) {
    if (http::same_text(request.header("Content-Type"), "application/octet-stream"))
        return std::unexpected("not text");
    if (!base::is_utf8(request.body())) return std::unexpected("not UTF-8");
    return decode_payload(request.body());
}

// A GET or POST of a polling session.
base::Task<Answer> use_session(StatePtr state, http::Request request, std::string id) {
    const auto home = thread_of(id, state->threads.count());
    if (!home) co_return Answer::refused(Refusal::unknown_session);
    const bool polls = request.method() == http::Method::get;
    if (!polls && request.method() != http::Method::post)
        co_return Answer::refused(Refusal::bad_handshake_method);
    auto packets = std::make_shared<std::expected<std::vector<Incoming>, std::string_view>>();
    if (!polls) *packets = read_body(request);
    State* const raw = state.get();
    std::function<void(Reply)> ask = [raw, home, id, polls, packets](Reply reply) {
        const SessionPtr session = raw->find(*home, id);
        if (!session)
            reply(Answer::refused(Refusal::unknown_session));
        else if (polls)
            session->poll(std::move(reply));
        else
            session->push(std::move(*packets), reply);
    };
    co_return co_await exchange(state, *home, std::move(ask));
}

http::Response text(std::string body) {
    http::Response response;
    response.content_type = http::type_text;
    response.body = std::move(body);
    return response;
}

base::Task<http::Response> answer_polling(StatePtr state, http::Request request) {
    const auto transport = request.query("transport");
    if (transport != "polling" && transport != "websocket")
        co_return refusal(Refusal::unknown_transport);
    if (auto id = request.query("sid"); id && !id->empty()) {
        if (transport != "polling") co_return refusal(Refusal::bad_request);
        Answer answer = co_await use_session(state, request, std::move(*id));
        if (answer.refusal) co_return refusal(*answer.refusal);
        co_return text(std::move(answer.body));
    }
    if (const auto refused = check_opening(request, false)) co_return refusal(*refused);
    if (is_full(*state)) co_return full();
    const SessionPtr session = make_session(state, request);
    session->begin(nullptr);
    std::string body;
    append_payload(body, Session::open_packet(*state, session->id(), true));
    co_return text(std::move(body));
}

http::Response preflight(http::Request request) {
    http::Response response = http::no_content();
    response.headers.emplace_back("Access-Control-Allow-Methods", "GET, POST");
    response.headers.emplace_back("Access-Control-Max-Age", "600");
    const std::string_view wanted = request.header("Access-Control-Request-Headers");
    response.headers.emplace_back(
        "Access-Control-Allow-Headers", wanted.empty() ? "Content-Type" : std::string(wanted)
    );
    return response;
}

base::Task<http::Response> serve(StatePtr state, http::Request request) {
    co_await state->threads.attach();
    http::Response response;
    if (request.method() == http::Method::options)
        response = preflight(request);
    else if (!allows(state->options, request))
        response = refusal(Refusal::forbidden);
    else
        response = co_await answer_polling(state, request);
    add_cors(state->options, request, response);
    co_return response;
}

// Brings what a WebSocket reads to its session, wherever that lives.
class Link final : public websocket::Listener {
  public:
    Link(StatePtr state, std::weak_ptr<Session> session, unsigned home, bool compresses)
        : state_(std::move(state)),
          session_(std::move(session)),
          home_(home),
          compresses_(compresses) {
        if (compresses_) state_->compressing.fetch_add(1);
    }
    ~Link() override {
        if (compresses_) state_->compressing.fetch_sub(1);
    }
    Link(const Link&) = delete;
    Link& operator=(const Link&) = delete;

    void received(bool binary, std::string data) override {
        if (http::current_thread() == home_) {
            if (const auto found = session_.lock())
                found->websocket_received(self, binary, std::move(data));
            return;
        }
        state_->threads.run(
            home_,
            [session = session_, from = self, binary, data = std::move(data)]() mutable {
                if (const auto found = session.lock())
                    found->websocket_received(from, binary, std::move(data));
            }
        );
    }
    void closed(std::uint16_t) override {
        state_->threads.run(home_, [session = session_, from = self] {
            if (const auto found = session.lock()) found->websocket_closed(from);
        });
    }

    const websocket::Connection* self = nullptr;  // only to be compared

  private:
    StatePtr state_;
    std::weak_ptr<Session> session_;
    unsigned home_;
    bool compresses_;
};

WebSocket connect(
    const StatePtr& state, std::shared_ptr<http::Upgraded> upgraded,
    websocket::Connection::Terms terms, const websocket::Options& options,
    std::weak_ptr<Session> session, unsigned home
) {
    auto link = std::make_unique<Link>(state, std::move(session), home, terms.deflate.compress);
    Link* const raw = link.get();
    auto connection = std::make_shared<websocket::Connection>(
        std::move(upgraded), std::move(terms), options, std::move(link)
    );
    raw->self = connection.get();
    connection->answer();
    return connection;
}

// Finds the session that a WebSocket wants to take over, on that session's thread.
base::Task<Answer> find_session(
    StatePtr state, unsigned home, std::string id, std::weak_ptr<Session>* to
) {
    State* const raw = state.get();
    std::function<void(Reply)> ask = [raw, home, id, to](const Reply& reply) {
        const SessionPtr session = raw->find(home, id);
        *to = session;
        if (!session)
            reply(Answer::refused(Refusal::unknown_session));
        else
            reply(Answer::ok({}));
    };
    co_return co_await exchange(state, home, std::move(ask));
}

// The response to refuse with, or nothing when the WebSocket was taken.
base::Task<std::optional<http::Response>> take_websocket(
    StatePtr state, std::shared_ptr<http::Upgraded> upgraded
) {
    const http::Request request = upgraded->request();
    if (!allows(state->options, request)) co_return refusal(Refusal::forbidden);
    const auto transport = request.query("transport");
    if (transport != "websocket" && transport != "polling")
        co_return refusal(Refusal::unknown_transport);
    const websocket::Options options{
        .message_bytes_max = state->options.payload_bytes_max,
        .buffer_bytes_max = state->options.buffer_bytes_max,
        .deflate = state->options.websocket_compression
    };
    auto terms = websocket::Connection::handshake(request, options);
    const auto id = request.query("sid");
    if (!id || id->empty()) {
        if (const auto refused = check_opening(request, true)) co_return refusal(*refused);
        if (!terms) co_return std::move(terms.error());
        if (is_full(*state)) co_return full();
        const SessionPtr session = make_session(state, request);
        auto connection =
            connect(state, upgraded, std::move(*terms), options, session, session->thread());
        session->begin(connection);
        connection->start();
        co_return std::nullopt;
    }
    const auto home = thread_of(*id, state->threads.count());
    if (!home) co_return refusal(Refusal::unknown_session);
    std::weak_ptr<Session> session;
    const Answer answer = co_await find_session(state, *home, *id, &session);
    if (answer.refusal) co_return refusal(*answer.refusal);
    if (!terms) co_return std::move(terms.error());
    auto connection = connect(state, upgraded, std::move(*terms), options, session, *home);
    const auto reader = connection;  // the session may shut it before it reads
    State* const raw = state.get();
    state->threads.run(*home, [raw, session, connection = std::move(connection)]() mutable {
        if (const auto found = session.lock())
            found->probe(std::move(connection));
        else
            raw->shut(std::move(connection), websocket::code::policy);
    });
    reader->start();
    co_return std::nullopt;
}

base::Task<> serve_upgrade(StatePtr state, std::shared_ptr<http::Upgraded> upgraded) {
    co_await state->threads.attach();
    std::optional<http::Response> refused;
    try {
        refused = co_await take_websocket(state, upgraded);
    } catch (const base::Error&) {  // a malformed query
        refused = refusal(Refusal::bad_request);
    }
    if (refused) {
        add_cors(state->options, upgraded->request(), *refused);
        co_await upgraded->refuse(std::move(*refused));
    }
}

base::Task<> refuse_upgrade(std::shared_ptr<http::Upgraded> upgraded) {
    co_await upgraded->refuse(refusal(Refusal::bad_request));
}

// The sessions of this thread.
void close_all(State& state) {
    state.stopping = true;
    std::vector<SessionPtr> sessions;
    for (const auto& [id, session] : state.locals.at(http::current_thread()).sessions)
        sessions.push_back(session);
    for (const SessionPtr& session : sessions) session->close(reason::shutting_down);
}

}  // namespace

std::string_view Handshake::header(std::string_view name) const {
    for (const auto& [key, value] : headers)
        if (http::same_text(key, name)) return value;
    return {};
}

std::string_view Handshake::cookie(std::string_view name) const {
    std::string_view rest = header("Cookie");
    while (!rest.empty()) {
        std::string_view value = http::take_until(rest, ';');
        if (http::take_until(value, '=') != name) continue;
        if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
            value = value.substr(1, value.size() - 2);
        return value;
    }
    return {};
}

Server::Server(
    http::Server& http, http::Router& router, std::string path, Options options, Accept accept
)
    : state_(std::make_shared<State>(http, std::move(path), std::move(options), std::move(accept))
      ) {
    const std::weak_ptr<State> weak = state_;
    const http::Handler handler = [weak](http::Request request) -> base::Task<http::Response> {
        const auto state = weak.lock();
        if (!state) throw base::Error(base::Code::unavailable, "The server is stopping.");
        return serve(state, request);
    };
    const http::RouteOptions limits{.body_bytes_max = state_->options.payload_bytes_max};
    using http::Method;
    for (const Method method :
         {Method::get, Method::head, Method::post, Method::put, Method::patch, Method::del,
          Method::options})
        router.add(method, state_->path, handler, limits);
    http.on_stop([weak] {
        if (const auto state = weak.lock()) close_all(*state);
    });
    http.on_upgrade(state_->path, [weak](std::unique_ptr<http::Upgraded> unique) {
        const std::shared_ptr<http::Upgraded> upgraded = std::move(unique);
        const auto state = weak.lock();
        if (state && upgraded->request().path() == state->path)
            upgraded->spawn([state, upgraded] { return serve_upgrade(state, upgraded); });
        else
            upgraded->spawn([upgraded] { return refuse_upgrade(upgraded); });
    });
}

Server::~Server() {
    // The threads have ended; sessions and their listeners point at each other.
    for (State::Local& local : state_->locals) local.sessions.clear();
    state_->threads.clear();
}

Threads& Server::threads() { return state_->threads; }
const Options& Server::options() const { return state_->options; }
std::size_t Server::count() const { return state_->count.load(); }

void Server::prepare(Packet& packet) const {
    if (packet.payload().size() >= state_->options.compress_bytes_min &&
        state_->compressing.load() > 0)
        packet.compress();
}

void Server::stop() {
    state_->stopping = true;
    for (unsigned thread = 0; thread < state_->threads.count(); ++thread)
        state_->threads.run(thread, [state = state_] { close_all(*state); });
}

}  // namespace engine_io
