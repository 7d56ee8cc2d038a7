// A WebSocket connection on a connection that left HTTP: handshake, reading, and the one owner of
// what is written.
//
// Frames are queued as shared bytes and written at once as far as the socket takes them; several
// that wait go out in one write. The queue is bounded in bytes: who does not read is disconnected.
// Everything happens on the connection's thread. A Connection lives as long as somebody holds it or
// it is open; its end is told once, by closed().
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/task.h"
#include "platform/http/upgrade.h"
#include "platform/socketio/deflate.h"
#include "platform/socketio/frame.h"

namespace websocket {

struct Options {
    std::size_t message_bytes_max = 1'000'000;
    std::size_t buffer_bytes_max = 4 * 1024 * 1024;  // frames that wait to be written
    std::int64_t close_wait_ms = 2000;               // for the peer's close frame
    bool deflate = true;
};

using Bytes = std::shared_ptr<const std::string>;

class Listener {
  public:
    virtual ~Listener() = default;
    virtual void received(bool binary, std::string data) = 0;
    virtual void closed(std::uint16_t code) = 0;  // once; abnormal when the peer just went
};

class Connection : public std::enable_shared_from_this<Connection> {
  public:
    // The answer to the handshake: 101 in `accepted`, or what to refuse with.
    struct Terms {
        std::string accepted;
        DeflateTerms deflate;
    };
    [[nodiscard]] static std::expected<Terms, http::Response> handshake(
        http::Request request, const Options& options
    );

    Connection(
        std::shared_ptr<http::Upgraded> connection, Terms terms, Options options,
        std::unique_ptr<Listener> listener
    );
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    void answer();  // 101; frames may be sent from here on
    void start();   // begins to read
    // A whole frame; ignored once closing. `compressed` may be null.
    void send(const Bytes& frame, const Bytes& compressed);
    // Sends what waits and a close frame, then waits for the peer's, but not for long.
    void close(std::uint16_t code, std::string_view reason);
    void abort();  // at once
    [[nodiscard]] unsigned thread() const { return connection_->thread(); }
    [[nodiscard]] bool compresses() const { return deflate_.compress; }

  private:
    friend class Cork;
    static base::Task<> read_loop(std::shared_ptr<Connection> self);
    static base::Task<> write_loop(std::shared_ptr<Connection> self);
    void handle(Message message);
    void fail(const Failure& failure);
    void queue(Bytes bytes);
    void flush();
    std::string take_waiting();
    void end();

    std::shared_ptr<http::Upgraded> connection_;
    std::unique_ptr<Listener> listener_;
    DeflateTerms deflate_;
    Options options_;
    Reader reader_;
    std::vector<Bytes> waiting_;
    std::size_t waiting_bytes_ = 0;
    std::uint16_t code_ = code::abnormal;
    std::string accepted_;
    bool writing_ = false;
    bool corked_ = false;
    bool closing_ = false;      // our close frame is queued: nothing more is sent
    bool end_flushed_ = false;  // close the connection once all is written
    bool ended_ = false;
    std::function<void()> cancel_close_;
};

// While one lives on a thread, sockets of that thread gather what they send and write it when it
// ends. May be nested.
class Cork {
  public:
    Cork();
    ~Cork();
    Cork(const Cork&) = delete;
    Cork& operator=(const Cork&) = delete;

  private:
    bool outer_ = false;
};

}  // namespace websocket
