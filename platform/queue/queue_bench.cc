// How many messages a second go through a queue on this machine.
//   queue_bench [directory] [messages]
// Adding: 50 writers, a journal commit each (a log entry and the message). Working: at once 64.
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "platform/base/run.h"
#include "platform/queue/table_queue.h"
#include "platform/queue/worker.h"
#include "platform/table/sqlite_table.h"

namespace {

using clock_type = std::chrono::steady_clock;

double seconds_since(clock_type::time_point start) {
    return std::chrono::duration<double>(clock_type::now() - start).count();
}

struct Bench {
    explicit Bench(const std::filesystem::path& directory)
        : store(
              directory, {&journal::system_table()},
              {.system = &journal::system_table(), .clock = &clock}
          ),
          log(store, clock, {}),
          queues(store, clock),
          worker(queues, clock, "bench", {.at_once = 64}) {
        worker.on("count", [](queue::Message*) -> base::Task<> { co_return; });
    }
    base::SystemClock clock;
    table::SqliteStore store;
    journal::Journal log;
    queue::TableQueue queues;
    queue::Worker worker;
    std::atomic<int> left = 0;
};

base::Task<> adds(Bench* bench, bool with_message) {
    while (bench->left-- > 0) {
        journal::Transaction change({"somebody", "Somebody"}, "expense_added", "user:somebody");
        change.note(std::string(200, 'x'));
        if (with_message)
            bench->queues.add(
                change, {.queue = "bench",
                         .kind = "count",
                         .payload = {{"expense_id", "0190163d-8694-739b-aea5-966c26f8ad91"}}}
            );
        const auto done = co_await bench->log.commit(std::move(change));
        if (!done) std::abort();
    }
}

base::Task<> drain(Bench* bench, std::size_t* ended) { *ended = co_await bench->worker.drain(); }

void add(Bench& bench, int count, bool with_message, const char* what) {
    bench.left = count;
    std::vector<base::Task<>> tasks;
    for (int i = 0; i < 50; ++i) tasks.push_back(adds(&bench, with_message));
    const auto start = clock_type::now();
    base::run_together(std::move(tasks), 2);
    std::printf("%-44s %9.0f/s\n", what, count / seconds_since(start));
}

// Adding and working at the same time, until all is done.
void both(Bench& bench, int count) {
    bench.left = count;
    std::vector<base::Task<>> tasks;
    for (int i = 0; i < 50; ++i) tasks.push_back(adds(&bench, true));
    const auto before = bench.worker.numbers().done;
    const auto start = clock_type::now();
    std::jthread working([&] { base::run(bench.worker.run()); });
    base::run_together(std::move(tasks), 2);
    const double added = seconds_since(start);
    const auto by_then = bench.worker.numbers().done - before;
    while (base::run(bench.queues.numbers("bench")).waiting > 0) std::this_thread::yield();
    std::printf(
        "%-44s %9.0f/s added, all done %.0f ms later\n", "both at once", count / added,
        (seconds_since(start) - added) * 1000
    );
    std::printf(
        "%-44s %9.1f%% done when the last was added\n", "",
        100.0 * static_cast<double>(by_then) / count
    );
    bench.worker.stop();
}

}  // namespace

int main(int count, char** arguments) {
    const std::filesystem::path directory =
        count > 1 ? arguments[1] : std::filesystem::temp_directory_path() / "queue_bench";
    const int messages = count > 2 ? std::atoi(arguments[2]) : 50'000;
    std::filesystem::remove_all(directory);
    Bench bench(directory);
    add(bench, messages, false, "commit without a message, 50 writers");
    add(bench, messages, true, "commit with a message, 50 writers");
    std::size_t ended = 0;
    const auto before = bench.store.numbers();
    const auto start = clock_type::now();
    base::run(drain(&bench, &ended));
    const double seconds = seconds_since(start);
    const auto after = bench.store.numbers();
    std::printf(
        "%-44s %9.0f/s, %.1f messages a write\n", "worked on, 64 at once",
        static_cast<double>(ended) / seconds,
        static_cast<double>(ended) / static_cast<double>(after.writes - before.writes)
    );
    both(bench, messages);
    std::filesystem::remove_all(directory);
    return 0;
}
