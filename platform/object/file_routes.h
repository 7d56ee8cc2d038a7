// Reading and writing of objects by signed addresses, for files: what S3 does by itself.
//
//   GET, HEAD /objects/<key>?…     as presign_get() gives it; Range is answered
//   POST /objects                  multipart/form-data as presign_post() gives it: fields, then "file"
// Nobody needs to be signed in: the signature says it all. A body is written as it comes and never in memory as
// a whole; one that is too large, of another type or cut off leaves nothing behind. What is answered can do
// no harm in a browser: only images and PDF are shown, everything else is saved, and nothing is ever HTML.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "platform/http/router.h"
#include "platform/object/file_objects.h"

namespace object {

struct FileRoutesOptions {
    std::size_t bytes_max = 10 * 1024 * 1024;  // of any upload, whatever a form allows
    unsigned upload_seconds_max = 300;
};

class FileRoutes {
  public:
    explicit FileRoutes(FileObjects& objects, FileRoutesOptions options = {})
        : objects_(objects), options_(options) {}
    // Outlives the router's requests.
    void add_to(http::Router& router);

  private:
    [[nodiscard]] base::Task<http::Response> get(http::Request request);
    [[nodiscard]] base::Task<http::Response> post(http::Request request);

    FileObjects& objects_;
    const FileRoutesOptions options_;
};

// As a header's value: the name in ASCII, and as it is (RFC 6266, RFC 8187).
[[nodiscard]] std::string content_disposition(bool shown, std::string_view name);

}  // namespace object
