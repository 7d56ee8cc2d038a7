#include "platform/observe/metrics.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <mutex>
#include <variant>

#include "platform/base/error.h"

namespace observe {
namespace {

using CounterRead = std::function<std::uint64_t()>;
using GaugeRead = std::function<double()>;

struct Series {
    std::string labels;  // as text, without braces
    std::variant<
        std::unique_ptr<Counter>, std::unique_ptr<Gauge>, std::unique_ptr<Histogram>, CounterRead,
        GaugeRead>
        number;
};

struct Family {
    std::string help;
    const char* type = "";
    std::vector<std::unique_ptr<Series>> series;
};

bool is_name(std::string_view name, bool colon) {
    if (name.empty() || (name[0] >= '0' && name[0] <= '9')) return false;
    return std::ranges::all_of(name, [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || (colon && c == ':');
    });
}

std::string escaped(std::string_view text, bool quotes) {
    std::string out;
    for (const char c : text) {
        if (c == '\\')
            out += "\\\\";
        else if (c == '\n')
            out += "\\n";
        else if (c == '"' && quotes)
            out += "\\\"";
        else
            out += c;
    }
    return out;
}

std::string text_of(const Labels& labels) {
    std::string out;
    for (const auto& [name, value] : labels) {
        if (!is_name(name, false) || name.starts_with("__") || name == "le")
            throw base::Error(base::Code::internal, "\"" + name + "\" is no name of a label.");
        if (!out.empty()) out += ',';
        out += name + "=\"" + escaped(value, true) + '"';
    }
    return out;
}

void append_number(std::string& out, double value) {
    std::array<char, 32> digits{};
    const auto result = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    out.append(digits.data(), result.ptr);
}

void append_line(
    std::string& out, std::string_view name, std::string_view labels, std::string_view value
) {
    out += name;
    if (!labels.empty()) {
        out += '{';
        out += labels;
        out += '}';
    }
    out += ' ';
    out += value;
    out += '\n';
}

std::string number_text(double value) {
    std::string out;
    append_number(out, value);
    return out;
}

void append_histogram(
    std::string& out, const std::string& name, const std::string& labels, const Histogram& histogram
) {
    std::uint64_t below = 0;
    const std::string before = labels.empty() ? "" : labels + ",";
    for (std::size_t i = 0; i <= histogram.bounds().size(); ++i) {
        below += histogram.in_bucket(i);
        const std::string bound =
            i < histogram.bounds().size() ? number_text(histogram.bounds()[i]) : "+Inf";
        append_line(out, name + "_bucket", before + "le=\"" + bound + "\"", std::to_string(below));
    }
    append_line(out, name + "_sum", labels, number_text(histogram.sum()));
    append_line(out, name + "_count", labels, std::to_string(below));
}

void append_series(std::string& out, const std::string& name, const Series& series) {
    if (const auto* counter = std::get_if<std::unique_ptr<Counter>>(&series.number))
        append_line(out, name, series.labels, std::to_string((*counter)->value()));
    else if (const auto* gauge = std::get_if<std::unique_ptr<Gauge>>(&series.number))
        append_line(out, name, series.labels, number_text((*gauge)->value()));
    else if (const auto* histogram = std::get_if<std::unique_ptr<Histogram>>(&series.number))
        append_histogram(out, name, series.labels, **histogram);
    else if (const auto* count = std::get_if<CounterRead>(&series.number))
        append_line(out, name, series.labels, std::to_string((*count)()));
    else if (const auto* read = std::get_if<GaugeRead>(&series.number))
        append_line(out, name, series.labels, number_text((*read)()));
}

}  // namespace

std::size_t Counter::place() {
    static std::atomic<std::size_t> next = 0;
    thread_local const std::size_t mine = next.fetch_add(1, std::memory_order_relaxed) % places;
    return mine;
}

Histogram::Histogram(std::vector<double> bounds)
    : bounds_(std::move(bounds)),
      buckets_(std::make_unique<std::atomic<std::uint64_t>[]>(bounds_.size() + 1)) {
    if (!std::ranges::is_sorted(bounds_, std::ranges::less_equal()) || bounds_.empty())
        throw base::Error(base::Code::internal, "A histogram's bounds must rise.");
}

void Histogram::observe(double value) {
    const auto bucket =
        static_cast<std::size_t>(std::ranges::lower_bound(bounds_, value) - bounds_.begin());
    buckets_[bucket].fetch_add(1, std::memory_order_relaxed);
    sum_.fetch_add(value, std::memory_order_relaxed);
}

std::uint64_t Histogram::count() const {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i <= bounds_.size(); ++i) sum += in_bucket(i);
    return sum;
}

std::vector<double> seconds_bounds() {
    return {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};
}

struct Registry::State {
    mutable std::mutex mutex;  // of registration and of text(), never of counting
    std::map<std::string, Family, std::less<>> families;
    std::vector<std::function<std::string()>> more;

    // The series, made by `make` unless it is there.
    template <class Make>
    Series& series(
        std::string_view name, std::string_view help, const char* type, const Labels& labels,
        const Make& make
    ) {
        if (!is_name(name, true))
            throw base::Error(
                base::Code::internal, "\"" + std::string(name) + "\" is no name of a metric."
            );
        std::string text = text_of(labels);
        const std::scoped_lock lock(mutex);
        Family& family = families[std::string(name)];
        if (family.series.empty()) {
            family.help = help;
            family.type = type;
        } else if (std::string_view(family.type) != type) {
            throw base::Error(
                base::Code::internal,
                "The metric " + std::string(name) + " is a " + family.type + "."
            );
        }
        for (const auto& there : family.series)
            if (there->labels == text) return *there;
        family.series.push_back(
            std::make_unique<Series>(Series{.labels = std::move(text), .number = make()})
        );
        return *family.series.back();
    }
    // The number, when it is of that kind; else the name is taken by a function.
    template <class T>
    static T& number_of(Series& series, std::string_view name) {
        auto* number = std::get_if<std::unique_ptr<T>>(&series.number);
        if (number == nullptr)
            throw base::Error(
                base::Code::internal, "The metric " + std::string(name) + " is read elsewhere."
            );
        return **number;
    }
};

Registry::Registry() : state_(std::make_unique<State>()) {}
Registry::~Registry() = default;

Counter& Registry::counter(std::string_view name, std::string_view help, const Labels& labels) {
    Series& series =
        state_->series(name, help, "counter", labels, [] { return std::make_unique<Counter>(); });
    return State::number_of<Counter>(series, name);
}

Gauge& Registry::gauge(std::string_view name, std::string_view help, const Labels& labels) {
    Series& series =
        state_->series(name, help, "gauge", labels, [] { return std::make_unique<Gauge>(); });
    return State::number_of<Gauge>(series, name);
}

Histogram& Registry::histogram(
    std::string_view name, std::string_view help, std::vector<double> bounds, const Labels& labels
) {
    Series& series = state_->series(name, help, "histogram", labels, [&] {
        return std::make_unique<Histogram>(std::move(bounds));
    });
    return State::number_of<Histogram>(series, name);
}

void Registry::counter_of(
    std::string_view name, std::string_view help, std::function<std::uint64_t()> read,
    const Labels& labels
) {
    state_->series(name, help, "counter", labels, [&] { return std::move(read); });
}

void Registry::gauge_of(
    std::string_view name, std::string_view help, std::function<double()> read, const Labels& labels
) {
    state_->series(name, help, "gauge", labels, [&] { return std::move(read); });
}

void Registry::also(std::function<std::string()> text) {
    const std::scoped_lock lock(state_->mutex);
    state_->more.push_back(std::move(text));
}

std::string Registry::text() const {
    std::string out;
    const std::scoped_lock lock(state_->mutex);
    for (const auto& [name, family] : state_->families) {
        out += "# HELP " + name + " " + escaped(family.help, false) + "\n";
        out += "# TYPE " + name + " " + family.type + "\n";
        for (const auto& series : family.series) append_series(out, name, *series);
    }
    for (const auto& more : state_->more) out += more();
    append_process(out);
    return out;
}

}  // namespace observe
