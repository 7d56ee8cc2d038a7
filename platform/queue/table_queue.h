// Queues on the tables: rows of the system table, with no service beside the store.
//
//   queue#<queue>#<shard>, <due, 13 digits of ms>#<id>   a message: kind, payload, tries, lease, leased_until
//   dead#<queue>#<shard>, <id>                           one that was set aside, with its cause
//   counters of group queue#<queue>: waiting, dead
// A queue lies on 8 shards, by the message's id, so that no partition is hot or big; a reader merges them
// in the order of their times. A lease is written into the row, under the condition that nobody else
// took it meanwhile, many rows in one write; so is the end of many. The row keeps its place while it is leased,
// and readers pass over it: at the front of a queue lie as many leased rows as are worked on at once.
//
// One TableQueue a process. Additions of the own process are seen at once, those of another process when
// receive() looks again, at the end of its wait.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "platform/base/clock.h"
#include "platform/queue/bell.h"
#include "platform/queue/queue.h"

namespace queue {

struct TableQueueOptions {
    Retry retry;
    std::map<std::string, Retry, std::less<>> retry_of;  // of single queues
};

class TableQueue final : public Queue {
  public:
    TableQueue(table::Store& store, const base::Clock& clock, TableQueueOptions options = {});
    ~TableQueue() override;

    void add(journal::Transaction& change, New message) override;
    base::Task<std::vector<Message>> receive(Receive ask) override;
    base::Task<std::size_t> done(std::vector<Message> messages) override;
    void done_in(journal::Transaction& change, Message* message) override;
    base::Task<bool> later(Message message, std::string cause) override;
    base::Task<std::size_t> extend(std::vector<Message> messages, std::int64_t lease_ms) override;
    base::Task<DeadLetters> dead_letters(std::string queue, std::string cursor, std::size_t limit)
        override;
    base::Task<bool> replay(std::string queue, std::string id) override;
    base::Task<std::size_t> replay_all(std::string queue) override;
    base::Task<bool> remove_dead(std::string queue, std::string id) override;
    base::Task<Numbers> numbers(std::string queue) override;
    void wake(const std::string& queue) override;
    void tick() override;

  private:
    struct Line;   // what this process keeps of a queue
    struct Found;  // by one look at the front of a queue

    [[nodiscard]] Line& line(const std::string& queue);
    [[nodiscard]] const Retry& retry_of(std::string_view queue) const;
    [[nodiscard]] base::Task<Found> look(const Receive* ask);
    [[nodiscard]] base::Task<std::vector<Message>> lease(
        const Receive* ask, std::vector<json::Object> rows
    );
    [[nodiscard]] base::Task<std::size_t> change_held(
        std::vector<Message> messages, std::optional<std::int64_t> until
    );
    [[nodiscard]] base::Task<> set_aside(std::string queue, std::vector<json::Object> rows);
    [[nodiscard]] base::Task<bool> replay_row(std::string queue, json::Object row);

    table::Store& store_;
    const base::Clock& clock_;
    TableQueueOptions options_;
    std::mutex mutex_;  // of lines_
    std::map<std::string, std::unique_ptr<Line>, std::less<>> lines_;
};

}  // namespace queue
