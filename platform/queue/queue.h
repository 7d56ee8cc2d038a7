// Work that outlives the request that asked for it: named queues of messages, on the tables (SQLite or
// DynamoDB) or on a queue service.
//
// A message is put in by the change that asks for it, in the change's own transaction, so it is there
// exactly when the change is. It is handed out under a lease; whoever has it ends it with done() before the
// lease runs out, or it comes again. So each message is worked on at least once, and sometimes twice: work
// must bear that. A message that has come tries_max times without being ended is set aside among the
// queue's dead letters, where it stays until an operator replays or removes it. Order is roughly first in,
// first out. Thread-safe.
//
//   queue.add(change, {.queue = "mail", .kind = "receipt", .payload = {{"expense_id", id}}});
//   co_await journal.commit(std::move(change));                  // only now is the message there
//   auto messages = co_await queue.receive({.queue = "mail", .most = 10});
//   …; (void)co_await queue.done(std::move(messages));           // worker.h does both
//
// A lost lease is not a failure: done(), later() and extend() say how many were still held. Everything
// else throws base::Error as table.h says of it; what was not ended then comes again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "platform/base/json.h"
#include "platform/base/task.h"
#include "platform/journal/journal.h"

namespace queue {

inline constexpr std::size_t receive_max = 100;
inline constexpr std::size_t payload_bytes_max = 64 * 1024;

struct New {
    std::string queue;  // [a-z_], such as "mail"
    std::string kind;   // what is to be done
    json::Object payload;
    std::int64_t delay_ms = 0;  // not handed out before
};

struct Message {
    std::string id;
    std::string queue;
    std::string kind;
    json::Object payload;
    int tries = 0;  // how often it was handed out, this time included
    std::int64_t added_ms = 0;
    std::string cause;    // why the last try failed, if it did
    std::string receipt;  // of the lease; the adapter's own
    bool ended = false;   // by done_in(): the commit of that transaction takes it away
};

struct Receive {
    std::string queue;
    std::size_t most = 10;           // at most receive_max
    std::int64_t lease_ms = 60'000;  // at least 1000
    std::int64_t wait_ms = 0;        // for a message to come, when there is none
};

// After a failure: first, then twice as long each time, at most `most_ms`; each a random half less.
struct Retry {
    int tries_max = 12;
    std::int64_t first_ms = 1000;
    std::int64_t most_ms = 15 * 60'000;
};
[[nodiscard]] std::int64_t delay_after(const Retry& retry, int tries);

struct DeadLetters {
    std::vector<Message> messages;  // newest first; `cause` says why
    std::string cursor;             // "" when there are no more
};

struct Numbers {
    std::int64_t waiting = 0;  // all that are not ended, those handed out included
    std::int64_t dead = 0;
    std::int64_t oldest_ms = 0;  // for how long the first has been due
};

class Queue {
  public:
    virtual ~Queue() = default;
    // Refuses a payload over payload_bytes_max: base::Error invalid.
    virtual void add(journal::Transaction& change, New message) = 0;
    // Empty when none came within wait_ms, or after wake().
    [[nodiscard]] virtual base::Task<std::vector<Message>> receive(Receive ask) = 0;
    // All of one queue. How many were still held, and are gone now.
    [[nodiscard]] virtual base::Task<std::size_t> done(std::vector<Message> messages) = 0;
    // The same as part of the work's own transaction: its commit is refused (journal::Conflict::check)
    // when the lease was lost.
    virtual void done_in(journal::Transaction& change, Message* message) = 0;
    // Gives a message back, to come again after the retry's delay, or sets it aside after the last try.
    // False when the lease was lost.
    [[nodiscard]] virtual base::Task<bool> later(Message message, std::string cause) = 0;
    // Holds them for so long from now; how many were still held.
    [[nodiscard]] virtual base::Task<std::size_t> extend(
        std::vector<Message> messages, std::int64_t lease_ms
    ) = 0;

    [[nodiscard]] virtual base::Task<DeadLetters> dead_letters(
        std::string queue, std::string cursor, std::size_t limit
    ) = 0;
    // Puts one back with its tries forgotten; false when it is not there.
    [[nodiscard]] virtual base::Task<bool> replay(std::string queue, std::string id) = 0;
    [[nodiscard]] virtual base::Task<std::size_t> replay_all(std::string queue) = 0;
    [[nodiscard]] virtual base::Task<bool> remove_dead(std::string queue, std::string id) = 0;
    [[nodiscard]] virtual base::Task<Numbers> numbers(std::string queue) = 0;

    // Ends the waits of receive() on that queue, at once.
    virtual void wake(const std::string& queue) = 0;
    // Call it about once a second: waits that are over end, what was delayed is seen.
    virtual void tick() = 0;
};

}  // namespace queue
