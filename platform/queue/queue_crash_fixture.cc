// Adds messages and works on them until it is killed, and says on standard output what it did.
//   queue_crash_fixture <directory> <first number>
// A line "a <number>" follows the commit of a message, "w <number>" the work on it.
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <string>
#include <vector>

#include "platform/base/run.h"
#include "platform/queue/table_queue.h"
#include "platform/queue/worker.h"
#include "platform/table/sqlite_table.h"

namespace {

std::atomic<int> next_number;

void say(char what, int number) {
    // One write call a line, so that a kill tears none.
    const std::string line = std::string(1, what) + " " + std::to_string(number) + "\n";
    if (::write(STDOUT_FILENO, line.data(), line.size()) < 0) std::abort();
}

base::Task<> adds(journal::Journal* log, queue::Queue* queues) {
    while (true) {
        const int number = next_number++;
        journal::Transaction change({}, "added", "test");
        queues->add(change, {.queue = "test", .kind = "count", .payload = {{"number", number}}});
        const auto done = co_await log->commit(std::move(change));
        if (!done) std::abort();
        say('a', number);
    }
}

base::Task<> work_on(queue::Message* message) {
    say('w', static_cast<int>(message->payload.integer("number")));
    co_return;
}

}  // namespace

int main(int count, char** arguments) {
    if (count < 3) return 2;
    next_number = std::atoi(arguments[2]);
    const base::SystemClock clock;
    table::SqliteStore store(
        arguments[1], {&journal::system_table()},
        {.system = &journal::system_table(), .clock = &clock, .checkpoint_pages = 100}
    );
    journal::Journal log(store, clock, {});
    queue::TableQueue queues(store, clock);
    queue::Worker worker(queues, clock, "test", {.lease_ms = 1000});
    worker.on("count", work_on);
    std::vector<base::Task<>> tasks;
    tasks.push_back(worker.run());
    for (int i = 0; i < 5; ++i) tasks.push_back(adds(&log, &queues));
    base::run_together(std::move(tasks), 2);
    return 0;
}
