// Which function answers which request. Filled before the server starts, then only read.
//
// A pattern is a path whose segments may be {names}: "/api/students/{student_id}". A path that is
// known under another method answers 405 with Allow; HEAD is answered by GET; OPTIONS by Allow.
// Where a path fits two patterns, the one with the earlier plain segment wins: "/api/students/{id}"
// before "/api/{table}/export.csv", so such a route is added for each table. Two routes of the same
// method and shape are a mistake that add() reports (std::logic_error).
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/task.h"
#include "platform/http/request.h"
#include "platform/http/response.h"

namespace http {

using Handler = std::function<base::Task<Response>(Request)>;

struct RouteOptions {
    std::size_t body_bytes_max = 1024 * 1024;
    unsigned request_seconds_max = 30;  // to send the whole request
    bool streamed = false;              // the handler takes the body by Request::read()
};

struct Route {
    Method method = Method::get;
    std::string pattern;
    Handler handler;
    RouteOptions options;
    std::size_t index = 0;  // its place in Router::routes()
};

class Router {
  public:
    Router();
    ~Router();
    Router(const Router&) = delete;
    Router& operator=(const Router&) = delete;

    void add(Method method, std::string pattern, Handler handler, RouteOptions options = {});
    // Fills request.parameters and route. Null when nothing matches; then `allowed` holds the
    // methods that the path knows, if any.
    const Route* find(RequestData& request, std::string& allowed) const;
    [[nodiscard]] const std::vector<std::unique_ptr<Route>>& routes() const;

  private:
    struct Tree;
    std::unique_ptr<Tree> tree_;
};

}  // namespace http
