// Files by name, outside the tables: receipts, reports. On the own disk, or in an object store such as S3.
//
// A Store outlives every request that uses it and may be called from any I/O thread. Writing is all or
// nothing: whoever reads an object gets it whole as it was before or as it is after, also when the process
// is killed; what put() has returned for is on the disk. Absence is not a failure. Everything else throws
// base::Error: storage_full, too_large, invalid (a key, see key.h), internal.
//   (void)co_await objects.put("reports/42/report-month-2026-11.pdf", bytes, "application/pdf");
//   auto found = co_await objects.get("reports/42/report-month-2026-11.pdf");
// A browser reads and writes objects without the application in between, by an address that is signed and
// good for one key and a time: presign_get(), presign_post(). Nothing else reaches an object from outside.
// A key may not go on where another one ends: "a" and "a/b" can't both be there (409).
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "platform/base/task.h"

namespace object {

struct Head {
    std::string key;
    std::uint64_t size = 0;
    std::string type;  // of the content, such as "image/jpeg"
    std::string etag;  // changes with the content; files: its SHA-256 in hex
    std::int64_t modified_ms = 0;
};

struct Range {
    std::uint64_t first = 0;
    std::uint64_t count = std::numeric_limits<std::uint64_t>::max();
};

struct Got {
    Head head;          // of the whole object
    std::string bytes;  // of the range, as far as the object goes
};

struct Listed {
    std::vector<Head> heads;  // by key, in the order of its bytes; type and etag may be ""
    std::string cursor;       // "" when there are no more
};

struct GetLink {
    std::int64_t seconds = 300;
    std::string download_name;  // for whoever saves it; "" for the key's last part
    bool shown = false;         // in the browser, where its type is safe to; else it is saved
};

struct PostLink {
    std::string type;           // the only type that is taken
    std::size_t bytes_max = 0;  // at least one byte, at most these
    std::int64_t seconds = 300;
};

// What a browser posts as multipart/form-data: the fields in their order, then the file as "file". In the
// shape of S3's POST policy.
struct PostForm {
    std::string url;
    std::vector<std::pair<std::string, std::string>> fields;
};

inline constexpr std::size_t list_limit_max = 1000;

class Store {
  public:
    virtual ~Store() = default;
    [[nodiscard]] virtual base::Task<Head> put(
        std::string key, std::string bytes, std::string type
    ) = 0;
    // Takes the bytes from a file that the caller wrote, for what does not fit into memory.
    [[nodiscard]] virtual base::Task<Head> put_file(
        std::string key, std::filesystem::path file, std::string type
    ) = 0;
    [[nodiscard]] virtual base::Task<std::optional<Got>> get(std::string key, Range range = {}) = 0;
    [[nodiscard]] virtual base::Task<std::optional<Head>> head(std::string key) = 0;
    // False when it was not there.
    [[nodiscard]] virtual base::Task<bool> remove(std::string key) = 0;
    // Keys that begin with the prefix.
    [[nodiscard]] virtual base::Task<Listed> list(
        std::string prefix, std::string cursor, std::size_t limit
    ) = 0;
    // Replace what was at `to`; false when `from` is not there. On S3 move is a copy and a removal.
    [[nodiscard]] virtual base::Task<bool> copy(std::string from, std::string to) = 0;
    [[nodiscard]] virtual base::Task<bool> move(std::string from, std::string to) = 0;
    // Removes what has that prefix and is older; returns how many. On S3 a lifecycle rule does it.
    [[nodiscard]] virtual base::Task<std::size_t> expire(
        std::string prefix, std::int64_t older_than_ms
    ) = 0;

    [[nodiscard]] virtual base::Task<std::string> presign_get(std::string key, GetLink link) = 0;
    [[nodiscard]] virtual base::Task<PostForm> presign_post(std::string key, PostLink link) = 0;
};

}  // namespace object
