#include "platform/http/metrics.h"

#include <algorithm>
#include <cstdio>

namespace http {
namespace {

void append_value(std::string& out, double value) {
    std::array<char, 32> text{};
    const int size = std::snprintf(text.data(), text.size(), "%.9g", value);
    out.append(text.data(), static_cast<std::size_t>(size));
}

void append_head(
    std::string& out, std::string_view name, std::string_view type, std::string_view help
) {
    out.append("# HELP ").append(name).append(" ").append(help).append("\n# TYPE ");
    out.append(name).append(" ").append(type).append("\n");
}

// Patterns hold no quotes or backslashes (they are written in the program).
std::string labels_of(const RouteNumbers& numbers) {
    std::string labels = "method=\"";
    labels.append(numbers.method).append("\",route=\"").append(numbers.route).append("\"");
    return labels;
}

void append_routes(std::string& out, const Snapshot& snapshot) {
    append_head(out, "http_requests_total", "counter", "Requests by route and class of status.");
    for (const RouteNumbers& numbers : snapshot.routes)
        for (std::size_t i = 0; i < numbers.by_class.size(); ++i) {
            if (numbers.by_class[i] == 0) continue;
            out.append("http_requests_total{").append(labels_of(numbers)).append(",status=\"");
            out.append(std::to_string(i + 1)).append("xx\"} ");
            out.append(std::to_string(numbers.by_class[i])).append("\n");
        }
    append_head(
        out, "http_request_seconds", "histogram", "Time from the request's head to its answer."
    );
    for (const RouteNumbers& numbers : snapshot.routes) {
        const std::string labels = labels_of(numbers);
        std::uint64_t total = 0;
        for (std::size_t i = 0; i < numbers.by_seconds.size(); ++i) {
            total += numbers.by_seconds[i];
            out.append("http_request_seconds_bucket{").append(labels).append(",le=\"");
            if (i < seconds_bounds.size())
                append_value(out, seconds_bounds[i]);
            else
                out.append("+Inf");
            out.append("\"} ").append(std::to_string(total)).append("\n");
        }
        out.append("http_request_seconds_sum{").append(labels).append("} ");
        append_value(out, numbers.seconds);
        out.append("\nhttp_request_seconds_count{").append(labels).append("} ");
        out.append(std::to_string(total)).append("\n");
    }
}

}  // namespace

void append_prometheus(std::string& out, const Snapshot& snapshot) {
    append_routes(out, snapshot);
    struct Line {
        std::string_view name, type, help;
        std::uint64_t value;
    };
    const Line lines[] = {
        {"http_received_bytes_total", "counter", "Bytes read from clients.", snapshot.bytes_in},
        {"http_sent_bytes_total", "counter", "Bytes of answers.", snapshot.bytes_out},
        {"http_connections_total", "counter", "Connections accepted.", snapshot.connections},
        {"http_connections_open", "gauge", "Connections open now.", snapshot.open},
        {"http_connections_refused_total", "counter", "Turned away by a limit.", snapshot.refused},
        {"http_requests_malformed_total", "counter", "Requests not readable.", snapshot.malformed},
        {"http_timeouts_total", "counter", "Connections that were too slow.", snapshot.timeouts},
        {"http_upgraded_total", "counter", "Connections upgraded to WebSocket.", snapshot.upgraded},
    };
    for (const Line& line : lines) {
        append_head(out, line.name, line.type, line.help);
        out.append(line.name).append(" ").append(std::to_string(line.value)).append("\n");
    }
}

ThreadMetrics::ThreadMetrics(std::size_t routes_count)
    : count_(routes_count), routes_(std::make_unique<PerRoute[]>(routes_count)) {}

void ThreadMetrics::count(std::size_t route, int status, std::uint64_t nanoseconds) {
    PerRoute& numbers = routes_[std::min(route, count_ - 1)];
    numbers.by_class[static_cast<std::size_t>(std::clamp(status / 100, 1, 5) - 1)].add();
    const double seconds = static_cast<double>(nanoseconds) * 1e-9;
    std::size_t bucket = 0;
    while (bucket < seconds_bounds.size() && seconds > seconds_bounds[bucket]) ++bucket;
    numbers.by_seconds[bucket].add();
    numbers.nanoseconds.add(nanoseconds);
}

void ThreadMetrics::add_to(Snapshot& snapshot) const {
    for (std::size_t i = 0; i < count_; ++i) {
        RouteNumbers& sum = snapshot.routes[i];
        for (std::size_t j = 0; j < sum.by_class.size(); ++j) {
            sum.by_class[j] += routes_[i].by_class[j].value();
            snapshot.requests += routes_[i].by_class[j].value();
        }
        for (std::size_t j = 0; j < sum.by_seconds.size(); ++j)
            sum.by_seconds[j] += routes_[i].by_seconds[j].value();
        sum.seconds += static_cast<double>(routes_[i].nanoseconds.value()) * 1e-9;
    }
    snapshot.bytes_in += bytes_in.value();
    snapshot.bytes_out += bytes_out.value();
    snapshot.connections += connections.value();
    snapshot.open += connections.value() - std::min(closed.value(), connections.value());
    snapshot.refused += refused.value();
    snapshot.malformed += malformed.value();
    snapshot.timeouts += timeouts.value();
    snapshot.upgraded += upgraded.value();
}

}  // namespace http
