// A connection that asked to leave HTTP for WebSocket, before anything has been answered.
//
// Whoever takes it owns the socket: it answers 101 (or an error) itself. Everything runs on the
// connection's I/O thread, including the calls made on it; post() is the way in from elsewhere.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "platform/base/task.h"
#include "platform/http/request.h"
#include "platform/http/response.h"

namespace http {

class Upgraded {
  public:
    virtual ~Upgraded() = default;                // closes the connection
    [[nodiscard]] virtual Request request() = 0;  // valid as long as this lives
    // At least one byte; 0 at the end of the stream or on a broken connection.
    [[nodiscard]] virtual base::Task<std::size_t> read_some(char* into, std::size_t size) = 0;
    // Writes as much as the socket takes without waiting; the rest is for write(). Never throws:
    // npos when the connection is broken. TLS may always take 0.
    [[nodiscard]] virtual std::size_t try_write(std::string_view bytes) = 0;
    // All of it; false when the connection broke. One at a time.
    [[nodiscard]] virtual base::Task<bool> write(std::string_view bytes) = 0;
    // Answers the request as HTTP and closes.
    [[nodiscard]] virtual base::Task<> refuse(Response response) = 0;
    virtual void close() = 0;  // pending reads and writes end at once
    // Starts a coroutine on this connection's thread.
    virtual void spawn(std::function<base::Task<>()> work) = 0;
    [[nodiscard]] virtual unsigned thread() const = 0;  // which I/O thread
    // Runs `work` on the connection's thread after so long; returns its cancel function.
    [[nodiscard]] virtual std::function<void()> after_ms(
        std::int64_t ms, std::function<void()> work
    ) = 0;
};

}  // namespace http
