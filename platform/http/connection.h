// One connection: reads requests, awaits their handlers, writes the answers, keeps the deadlines.
//
// It is held by its own coroutine, and after an upgrade by the Upgraded that took it over. All of
// it runs on the worker's thread.
//
// Memory: the read buffer (4 KiB, growing to header_bytes_max for a long head), the header block of
// the answer (about 1 KiB), and while a request is served its body (body_bytes_max of the route,
// 64 KiB where the route streams it) and its answer. Buffers that grew are given back when the connection is idle.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/task.h"
#include "platform/http/head.h"
#include "platform/http/request.h"
#include "platform/http/response.h"
#include "platform/http/router.h"
#include "platform/http/transport.h"
#include "platform/http/worker.h"

namespace http {

class Connection final : public std::enable_shared_from_this<Connection> {
  public:
    Connection(
        Worker& worker, boost::asio::ip::tcp::socket socket, std::string peer,
        std::shared_ptr<boost::asio::ssl::context> tls
    );
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    static void start(std::shared_ptr<Connection> connection);
    void sweep(std::int64_t now_s);  // ends what is too slow
    void stop();                     // the server stops: idle connections end now
    void abort();                    // at once, whatever runs

    // For Upgraded, once the connection has left HTTP.
    [[nodiscard]] Worker& worker() { return worker_; }
    [[nodiscard]] Transport& transport() { return transport_; }
    [[nodiscard]] RequestData& data() { return data_; }
    // What came behind the request, taken off the buffer.
    [[nodiscard]] std::string_view take_unread(std::size_t most);
    [[nodiscard]] base::Task<bool> send(Response* response);
    void finish(int status);  // counts and logs the request

    Connection* next = nullptr;  // the worker's list
    Connection* previous = nullptr;

  private:
    enum class Phase : std::uint8_t {
        handshake,  // too slow: closed
        idle,       // too slow: closed
        receiving,  // too slow: 408
        handling,   // as long as the handler takes
        writing,    // too slow: closed
        upgraded,   // no deadline of ours
    };
    // Whether the connection is used for another request.
    enum class Next : std::uint8_t { request, linger, close, upgraded };

    // How far a body is that its handler reads.
    struct BodyStream {
        Head head;
        std::uint64_t left = 0;   // of a body of known length
        ChunkReader chunks;       // of one in chunks
        std::string_view unread;  // bytes of `input` that the chunks' reader has not seen
        std::string input;
        std::uint64_t taken = 0;
        std::int64_t deadline_s = 0;
        bool begun = false;
        bool ended = false;
    };

    base::Task<> run();
    base::Task<bool> fill();
    base::Task<Next> serve();
    base::Task<Next> answer(Response* response);
    base::Task<Next> refuse(Refusal refusal);
    base::Task<Refusal> read_body(const Head* head, RouteOptions options);
    base::Task<Refusal> read_chunks(std::size_t body_bytes_max);
    void stream_body(const Head& head);
    base::Task<std::string_view> read_piece();
    base::Task<std::string_view> receive_piece();
    base::Task<bool> say_continue(const Head* head);
    base::Task<bool> send_chunks(Response* response, bool framed);
    base::Task<bool> send_all(std::string_view bytes);
    base::Task<> linger();

    void begin_request();
    void end_request();
    Refusal accept_head(const Head& head);
    [[nodiscard]] Refusal unfinished() const;
    [[nodiscard]] std::string_view unread() const {
        return {buffer_.data() + begin_, end_ - begin_};
    }
    bool upgrade(const Head& head);
    void find_client();
    Response missing(const std::string& allowed);
    Response rendered(const base::Error& error);
    Response failed(std::string_view what);
    void log_error(const base::Error& error);
    void enter(Phase phase, unsigned seconds);

    Worker& worker_;
    Transport transport_;
    std::string peer_;
    bool peer_trusted_ = false;

    Phase phase_ = Phase::idle;
    std::int64_t deadline_s_ = 0;  // 0: none
    bool expired_ = false;
    bool keep_alive_ = true;
    bool version_1_0_ = false;
    bool body_unread_ = false;

    std::vector<char> buffer_;
    std::size_t begin_ = 0;  // where the current request starts
    std::size_t end_ = 0;    // where the bytes end
    HeadScan scan_;
    std::string body_;                         // of the request, where the buffer is too small
    std::unique_ptr<BodyStream> body_stream_;  // while a handler reads the body itself
    std::string pending_;                      // came behind a chunked body: the next request
    std::string head_out_;
    RequestData data_;
    const Route* route_ = nullptr;
    std::string allowed_;
    std::chrono::steady_clock::time_point started_;
    int status_ = 0;             // of the answer
    std::size_t sent_body_ = 0;  // bytes of it
};

}  // namespace http
