// The college in numbers: /api/stats and the dashboard, from kept counters only.
//
// The body is made once a commit and shared by all who ask until the next; nothing here scans.
//
// GET /api/stats    Stats::stats        admin, faculty
// GET /             Stats::dashboard    page "dashboard"; a student goes to /me
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "platform/base/json.h"
#include "platform/base/task.h"
#include "platform/http/response.h"
#include "platform/journal/journal.h"
#include "platform/web/call.h"
#include "studentcore/courses.h"
#include "studentcore/settings.h"

namespace studentcore {

class Stats {
  public:
    Stats(journal::Journal& journal, const Settings& settings, Courses& courses)
        : journal_(journal), store_(journal.store()), settings_(settings), courses_(courses) {}

    [[nodiscard]] base::Task<http::Response> stats(web::Call call);
    [[nodiscard]] base::Task<http::Response> dashboard(web::Call call);

  private:
    struct Made {
        std::uint64_t commit = 0;
        json::Object model;
        std::shared_ptr<const std::string> body;
    };
    [[nodiscard]] base::Task<std::shared_ptr<const Made>> current();
    [[nodiscard]] base::Task<json::Object> count();
    // A lecturer's own classes, today's first.
    [[nodiscard]] base::Task<json::Array> own_classes(web::Identity who);

    journal::Journal& journal_;
    table::Store& store_;
    const Settings& settings_;
    Courses& courses_;
    std::mutex mutex_;
    std::shared_ptr<const Made> made_;
};

}  // namespace studentcore
