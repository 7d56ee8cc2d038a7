// What watches the program: alive, ready, metrics, and the API document.
//
// GET /healthz        200 while the process answers
// GET /readyz         200 when a read and the writer work, else 503 with the cause
// GET /metrics        Prometheus text; from this machine, or with the metrics token
// GET /openapi.json   OpenAPI 3.1
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "platform/auth/passwords.h"
#include "platform/base/clock.h"
#include "platform/http/router.h"
#include "platform/http/server.h"
#include "platform/observe/metrics.h"
#include "platform/table/sqlite_table.h"

namespace program {

class Health {
  public:
    struct Parts {
        const base::Clock& clock;
        table::SqliteStore& store;
        const http::Server& server;
        const auth::Passwords& passwords;
        std::string openapi;        // the document
        std::string metrics_token;  // "": only this machine reads the metrics
    };
    explicit Health(Parts parts);
    void add_routes(http::Router& router);
    // For the application's own numbers, before the server starts.
    [[nodiscard]] observe::Registry& registry() { return registry_; }

    [[nodiscard]] base::Task<http::Response> healthz(http::Request request);
    [[nodiscard]] base::Task<http::Response> readyz(http::Request request);
    [[nodiscard]] base::Task<http::Response> metrics(http::Request request);
    [[nodiscard]] base::Task<http::Response> openapi(http::Request request);

  private:
    void register_metrics();

    Parts parts_;
    observe::Registry registry_;
    std::atomic<std::int64_t> ready_ms_ = 0;  // when it was ready last
};

}  // namespace program
