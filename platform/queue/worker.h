// Does the work of one queue: a function a kind, several at once, each a coroutine.
//
//   queue::Worker mail(queue, clock, "mail", {.at_once = 4});
//   mail.on("receipt", [&](queue::Message* message) { return send_receipt(message); });
//   server.spawn(0, [&] { return mail.run(); });
//   …; mail.stop(); mail.wait(10s);                    // what has begun ends, nothing new begins
//
// Messages are leased and ended many in one write, as they gather while the write before is made. A
// function that throws is logged once a try, and its message comes again after the queue's delay; so does
// one whose kind nobody does here, as a newer version may. While a function runs its lease is kept alive,
// so a lease may be short, and what a killed process had in hand comes again soon. A function that puts
// done_in() into its own transaction needs nothing more. Everything runs on the executor of run(): what
// computes long belongs into a base::Pool. Call tick() about once a second.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "platform/base/clock.h"
#include "platform/queue/bell.h"
#include "platform/queue/queue.h"

namespace queue {

struct WorkerOptions {
    std::size_t at_once = 16;
    std::int64_t lease_ms = 30'000;
    std::int64_t wait_ms = 2000;  // between looks for what other processes added
};

class Worker {
  public:
    // The message is there until the function returns.
    using Work = std::function<base::Task<>(Message* message)>;

    Worker(Queue& queue, const base::Clock& clock, std::string name, WorkerOptions options = {});
    // Before the first run() or drain().
    void on(std::string kind, Work work) { work_[std::move(kind)] = std::move(work); }

    // Until stop(). Only one run() or drain() at a time.
    [[nodiscard]] base::Task<> run();
    // Does what is there now, and what that adds; returns how many messages it ended. For commands, functions
    // called from outside, and tests.
    [[nodiscard]] base::Task<std::size_t> drain();
    // Thread-safe. After it run() returns as soon as all that has begun has ended.
    void stop();
    // Blocks until run() has returned; false if it has not after that time. Not on its own thread.
    [[nodiscard]] bool wait(std::chrono::milliseconds at_most);
    void tick();

    struct Numbers {
        std::uint64_t done = 0, failed = 0;  // tries, since the start
        std::size_t running = 0;
    };
    [[nodiscard]] Numbers numbers() const;

  private:
    using Held = std::list<Message>;

    [[nodiscard]] base::Task<> loop(bool until_empty);
    [[nodiscard]] base::Task<> take(bool until_empty);
    [[nodiscard]] base::Task<std::vector<Message>> fetch(std::size_t most, bool waits);
    [[nodiscard]] base::Task<> work_on(Held::iterator message);
    [[nodiscard]] base::Task<> give_back(Message message, std::string cause);
    [[nodiscard]] base::Task<> end_finished();
    [[nodiscard]] base::Task<> keep_alive();

    Queue& queue_;
    const base::Clock& clock_;
    const std::string name_;
    const WorkerOptions options_;
    std::map<std::string, Work, std::less<>> work_;

    // On the executor of run() only.
    Held held_;                      // those that functions work on
    std::vector<Message> finished_;  // worked on, not yet ended in the queue
    bool ending_ = false;            // end_finished() runs
    bool pulsing_ = false;           // keep_alive() runs
    std::size_t coroutines_ = 0;     // that loop() waits for

    Bell changed_;  // rings when a coroutine ended
    Bell pulse_;    // of keep_alive()
    std::atomic<bool> stopping_ = false;
    std::atomic<bool> over_ = false;  // keep_alive() is to end
    std::atomic<std::uint64_t> done_ = 0, failed_ = 0;
    std::atomic<std::size_t> running_ = 0;

    std::mutex mutex_;
    std::condition_variable ended_;
    bool active_ = false;
};

}  // namespace queue
