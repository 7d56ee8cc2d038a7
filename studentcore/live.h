// Live events over Socket.IO: who is connected, which rooms that puts them in, and what they hear.
//
// A client connects to "/" with the session cookie and is put into the rooms of its person
// (access.h). After a commit, each of its events goes to its rooms as one JSON argument: the payload,
// `by` (who did it), `id` (the log entry) and `client` (the page that did it, as it called itself in
// X-Client-Id; two tabs of one person are two). Of a class's list a student's room gets only that
// student's own record. When a session ends, on this node or another, sweep() closes its sockets within
// seconds. When a course changes hands, its room does.
//
// Lives from before the HTTP server starts until it has stopped. All members are thread-safe.
#pragma once

#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "platform/base/task.h"
#include "platform/journal/journal.h"
#include "platform/socketio/socket_io.h"
#include "platform/web/call.h"
#include "studentcore/courses.h"

namespace studentcore {

class Live {
  public:
    // Who the handshake's cookie (or bearer token) belongs to; a stranger's user_id is "".
    using Identify = std::function<base::Task<web::Identity>(socketio::ConnectPtr)>;

    // Adds the namespace to `io` and listens to the journal.
    Live(socketio::Server& io, journal::Journal& journal, Courses& courses, Identify identify);
    Live(const Live&) = delete;
    Live& operator=(const Live&) = delete;

    // Closes the sockets of sessions that are no longer good. To be run every sweep_seconds.
    [[nodiscard]] base::Task<> sweep();
    static constexpr unsigned sweep_seconds = 3;

    [[nodiscard]] std::size_t watching() const;  // sockets

  private:
    [[nodiscard]] base::Task<socketio::Admission> admit(socketio::ConnectPtr request);
    void publish(const journal::Entry& entry);
    // Lecturers of a changed course join or leave its room.
    void hand_over(const journal::Entry& entry);

    socketio::Server& io_;
    Courses& courses_;
    Identify identify_;
    mutable std::mutex mutex_;
    std::unordered_map<std::string, socketio::SocketPtr> sockets_;  // by socket id
};

// What goes to which rooms for one event: one message for those who may know all of it, and for a
// class's list one a student. Pure.
struct Message {
    std::vector<std::string> rooms;
    json::Object payload;
};
[[nodiscard]] std::vector<Message> messages_of(
    const journal::Event& event, const journal::Entry& entry
);

}  // namespace studentcore
