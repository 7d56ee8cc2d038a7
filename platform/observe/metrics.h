// Numbers for Prometheus: counters, gauges and histograms by name and labels, as text.
//
// Registered at start, kept as references, counted from any thread without locks; text() reads them.
//   observe::Registry metrics;
//   observe::Counter& saved = metrics.counter("results_saved_total", "Results written.");
//   saved.add();
//   metrics.also([&] { std::string out; http::append_prometheus(out, server.snapshot()); return out; });
// The same name and labels give the same number again. A bad name, or one that is of another kind
// already, throws base::Error (internal) at registration. Labels must be few and bounded: never an
// id, never a person. Text format 0.0.4.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace observe {

using Labels = std::vector<std::pair<std::string, std::string>>;

inline constexpr std::string_view metrics_type = "text/plain; version=0.0.4; charset=utf-8";

// Only grows. Threads count in places of their own, so that they don't wait for a shared line.
class Counter {
  public:
    void add(std::uint64_t count = 1) {
        places_[place()].value.fetch_add(count, std::memory_order_relaxed);
    }
    [[nodiscard]] std::uint64_t value() const {
        std::uint64_t sum = 0;
        for (const Place& one : places_) sum += one.value.load(std::memory_order_relaxed);
        return sum;
    }

  private:
    static constexpr std::size_t places = 8;
    struct alignas(64) Place {
        std::atomic<std::uint64_t> value = 0;
    };
    [[nodiscard]] static std::size_t place();
    std::array<Place, places> places_;
};

class Gauge {
  public:
    void set(double value) { value_.store(value, std::memory_order_relaxed); }
    void add(double value) { value_.fetch_add(value, std::memory_order_relaxed); }
    [[nodiscard]] double value() const { return value_.load(std::memory_order_relaxed); }

  private:
    std::atomic<double> value_ = 0;
};

class Histogram {
  public:
    explicit Histogram(std::vector<double> bounds);
    void observe(double value);
    [[nodiscard]] std::uint64_t count() const;
    [[nodiscard]] double sum() const { return sum_.load(std::memory_order_relaxed); }
    [[nodiscard]] const std::vector<double>& bounds() const { return bounds_; }
    // Of one bucket alone; the last is of what is above all bounds.
    [[nodiscard]] std::uint64_t in_bucket(std::size_t bucket) const {
        return buckets_[bucket].load(std::memory_order_relaxed);
    }

  private:
    std::vector<double> bounds_;
    std::unique_ptr<std::atomic<std::uint64_t>[]> buckets_;
    std::atomic<double> sum_ = 0;
};

// From half a millisecond to ten seconds.
[[nodiscard]] std::vector<double> seconds_bounds();

class Registry {
  public:
    Registry();
    ~Registry();
    Registry(const Registry&) = delete;
    Registry& operator=(const Registry&) = delete;

    Counter& counter(std::string_view name, std::string_view help, const Labels& labels = {});
    Gauge& gauge(std::string_view name, std::string_view help, const Labels& labels = {});
    Histogram& histogram(
        std::string_view name, std::string_view help, std::vector<double> bounds = seconds_bounds(),
        const Labels& labels = {}
    );
    // Read when asked: what something else counts already. Called by text(), from any thread.
    void counter_of(
        std::string_view name, std::string_view help, std::function<std::uint64_t()> read,
        const Labels& labels = {}
    );
    void gauge_of(
        std::string_view name, std::string_view help, std::function<double()> read,
        const Labels& labels = {}
    );
    // More text in the same format, put behind ours.
    void also(std::function<std::string()> text);

    // All of it, families by name, with what the process uses (append_process).
    [[nodiscard]] std::string text() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

// process_cpu_seconds_total, process_resident_memory_bytes, process_virtual_memory_bytes,
// process_open_fds, process_max_fds, process_threads, process_start_time_seconds: of Linux's /proc.
void append_process(std::string& out);

}  // namespace observe
