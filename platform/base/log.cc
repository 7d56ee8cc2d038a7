#include "platform/base/log.h"

#include <poll.h>
#include <pthread.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <mutex>
#include <thread>

#include "platform/base/clock.h"
#include "platform/base/text.h"

namespace base {
namespace {

constexpr std::size_t log_bytes_max = 1024 * 1024;  // debug and info lines are dropped beyond
constexpr std::size_t log_bytes_hard_max = 4 * log_bytes_max;  // warnings wait beyond
constexpr auto gather_time = std::chrono::milliseconds(100);

std::string_view level_name(Level level) {
    static constexpr std::array<std::string_view, 4> names = {"debug", "info", "warning", "error"};
    return names[static_cast<std::size_t>(level)];
}

// A peer's bytes may stand in a field: what is no UTF-8 becomes U+FFFD, or the line were no JSON.
std::string repaired(std::string_view line) {
    std::string out;
    for (std::size_t i = 0; i < line.size();) {
        const auto c = static_cast<unsigned char>(line[i]);
        const std::size_t wanted = c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
        const std::string_view point = line.substr(i, wanted);
        if (point.size() == wanted && is_utf8(point)) {
            out.append(point);
            i += wanted;
        } else {
            out += "\xEF\xBF\xBD";
            ++i;
        }
    }
    return out;
}

std::string line_of(Level level, std::string_view event, LogFields fields) {
    std::string line = "{\"time\":\"" + timestamp(SystemClock().now_ms()) + "\",\"level\":\"";
    line += level_name(level);
    line += "\",\"event\":";
    json::append_quoted(line, event);
    for (const auto& [name, value] : fields) {
        line += ',';
        json::append_quoted(line, name);
        line += ':';
        json::append(line, value);
    }
    line += '}';
    return is_utf8(line) ? line : repaired(line);
}

// Made at the first line and never destroyed, as other statics may log while the program ends.
class Writer {
  public:
    static Writer& instance() {
        static Writer* const writer = [] {
            auto* made = new Writer;
            // One thread only: the others would each be asked to handle signals.
            made->thread_ = std::thread([made] { made->run(); });
            std::atexit([] { instance().stop(); });
            return made;
        }();
        return *writer;
    }

    void add(Level level, std::string_view line) {
        const bool urgent = level >= Level::warning;
        std::unique_lock lock(mutex_);
        if (buffer_.size() + line.size() >= log_bytes_max && !urgent) {
            ++dropped_;
            return;
        }
        if (urgent)
            room_.wait(lock, [&] { return buffer_.size() < log_bytes_hard_max || stopped_; });
        const bool first = buffer_.empty();
        buffer_.append(line);
        buffer_ += '\n';
        if (stopped_) {
            write_all(std::exchange(buffer_, {}));
            return;
        }
        const bool hurry = urgent || buffer_.size() > log_bytes_max / 4;
        const bool newly = hurry && !hurry_;
        hurry_ = hurry_ || hurry;
        lock.unlock();
        if (first || newly) wake_.notify_one();
    }

    void flush() {
        std::unique_lock lock(mutex_);
        if (stopped_) return;
        hurry_ = true;
        wake_.notify_one();
        room_.wait(lock, [&] {
            return (buffer_.empty() && dropped_ == 0 && !writing_) || stopped_;
        });
    }

    void stop() {
        {
            const std::scoped_lock lock(mutex_);
            if (stopped_ || stopping_) return;
            stopping_ = true;
        }
        wake_.notify_one();
        thread_.join();
    }

    std::atomic<Level> least = Level::info;
    std::atomic<int> descriptor = STDERR_FILENO;

  private:
    void run() {
        sigset_t all;
        sigfillset(&all);
        pthread_sigmask(SIG_BLOCK, &all, nullptr);
        pthread_setname_np(pthread_self(), "log");
        std::string batch;
        std::unique_lock lock(mutex_);
        for (;;) {
            wake_.wait(lock, [&] {
                return !buffer_.empty() || dropped_ > 0 || hurry_ || stopping_;
            });
            wake_.wait_for(lock, gather_time, [&] { return hurry_ || stopping_; });
            hurry_ = false;
            batch.clear();
            std::swap(batch, buffer_);
            const std::uint64_t dropped = std::exchange(dropped_, 0);
            if (batch.empty() && dropped == 0 && stopping_) break;
            writing_ = true;
            lock.unlock();
            if (dropped > 0) {
                batch += line_of(Level::warning, "log_lines_dropped", {{"count", dropped}});
                batch += '\n';
            }
            write_all(batch);
            lock.lock();
            writing_ = false;
            room_.notify_all();
        }
        stopped_ = true;
        room_.notify_all();
    }

    // What can't be written is lost: a log that is full must not stop the program.
    void write_all(std::string_view bytes) const {
        const int to = descriptor.load();
        while (!bytes.empty()) {
            const ssize_t wrote = ::write(to, bytes.data(), bytes.size());
            if (wrote >= 0) {
                bytes.remove_prefix(static_cast<std::size_t>(wrote));
            } else if (errno == EAGAIN) {
                pollfd wait{.fd = to, .events = POLLOUT, .revents = 0};
                ::poll(&wait, 1, 1000);
            } else if (errno != EINTR) {
                return;
            }
        }
    }

    std::mutex mutex_;
    std::condition_variable wake_;  // the writer: there is something to do
    std::condition_variable room_;  // the others: something was written
    std::string buffer_;
    std::uint64_t dropped_ = 0;
    bool hurry_ = false;
    bool writing_ = false;
    bool stopping_ = false;
    bool stopped_ = false;
    std::thread thread_;
};

}  // namespace

void log(Level level, std::string_view event, LogFields fields) {
    Writer& writer = Writer::instance();
    if (level < writer.least.load(std::memory_order_relaxed)) return;
    writer.add(level, line_of(level, event, fields));
}

void log_raw(std::string_view line) {
    Writer& writer = Writer::instance();
    if (writer.least.load(std::memory_order_relaxed) > Level::info) return;
    if (is_utf8(line))
        writer.add(Level::info, line);
    else
        writer.add(Level::info, repaired(line));
}

void set_log_level(Level least) { Writer::instance().least = least; }
void set_log_file(int descriptor) {
    Writer::instance().flush();
    Writer::instance().descriptor = descriptor;
}
void flush_log() { Writer::instance().flush(); }

}  // namespace base
