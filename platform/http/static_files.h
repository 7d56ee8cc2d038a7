// Files that are compiled into the program (cmake/embed.cmake) and served under /assets/.
//
// The address of a file names the version of the whole set, /assets/<version>/<name>, so that it may
// be kept for ever while files may still refer to each other by relative addresses. Any other
// version, as an old page asks for it, gets today's file, to be asked for again each time; so does
// /assets/<name>. Compressed once, when the program is built. Immutable after construction.
//   http::StaticFiles files(studentcore_assets());
//   files.add_to(router);
//   files.url("app.js")  // "/assets/3f9c…/app.js"
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/task.h"
#include "platform/http/request.h"
#include "platform/http/response.h"
#include "platform/http/router.h"

namespace http {

struct Asset {
    std::string_view name;  // relative to its folder, such as "app.js" or "fonts/inter.woff2"
    std::string_view bytes;
    std::string_view gzip;  // empty when it would not be smaller
    std::string_view hash;  // of the bytes
};

class StaticFiles {
  public:
    explicit StaticFiles(std::span<const Asset> assets);

    void add_to(Router& router) const;  // this outlives the router's use
    // For addresses that are fixed by others: add_at(router, "/favicon.ico", "favicon.ico").
    void add_at(Router& router, std::string path, std::string name) const;

    [[nodiscard]] std::string url(std::string_view name) const;  // std::logic_error when unknown
    [[nodiscard]] const Asset* find(std::string_view name) const;
    [[nodiscard]] const std::string& version() const { return version_; }

  private:
    base::Task<Response> serve(Request request) const;
    base::Task<Response> serve_named(std::string name) const;
    [[nodiscard]] Response response(std::string_view name, bool immutable) const;

    std::vector<Asset> assets_;  // by name
    std::string version_;
};

// By the name's ending; application/octet-stream when unknown.
[[nodiscard]] std::string_view content_type_of(std::string_view name);

}  // namespace http
