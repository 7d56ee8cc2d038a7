#include "platform/object/object_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <system_error>
#include <utility>

#include "platform/base/error.h"
#include "platform/base/json.h"

namespace object {
namespace {

constexpr std::string_view magic = "object1\n";
constexpr std::size_t digits = 8;
constexpr std::size_t tail_bytes = digits + magic.size();
constexpr std::size_t description_bytes_max = 4096;

Head head_of(const Descriptor& file, std::string key) {
    struct stat known{};
    if (::fstat(file.number(), &known) != 0) failed("stat", key);
    const auto all = static_cast<std::uint64_t>(known.st_size);
    const std::size_t last = std::min<std::uint64_t>(all, description_bytes_max + tail_bytes);
    const std::string end = read_at(file.number(), all - last, last);
    std::size_t length = description_bytes_max + 1;
    if (end.size() >= tail_bytes && end.ends_with(magic)) {
        const char* const from = end.data() + end.size() - tail_bytes;
        std::from_chars(from, from + digits, length, 16);
    }
    if (length > description_bytes_max || length + tail_bytes > end.size())
        throw base::Error(
            base::Code::internal, "The file could not be read.", "no object of this program: " + key
        );
    const json::Object about =
        json::parse_stored(std::string_view(end).substr(end.size() - tail_bytes - length, length));
    return {
        .key = std::move(key),
        .size = all - length - tail_bytes,
        .type = std::string(about.text("type")),
        .etag = std::string(about.text("etag")),
        .modified_ms = about.integer("modified"),
    };
}

}  // namespace

void failed(const std::string& what, const std::filesystem::path& path) {
    const int code = errno;
    const std::string detail =
        what + " " + path.string() + ": " + std::generic_category().message(code);
    if (code == ENOSPC || code == EDQUOT)
        throw base::Error(
            base::Code::storage_full, "The disk is full. Nothing was kept of the file.", detail
        );
    throw base::Error(base::Code::internal, "The file could not be kept or read.", detail);
}

// A new directory lasts only when the one above it is on the disk too.
void sync_directory(const std::filesystem::path& directory) {
    const Descriptor open(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!open || ::fsync(open.number()) != 0) failed("sync", directory);
}

void make_directories(const std::filesystem::path& directory) {
    if (::mkdir(directory.c_str(), 0700) == 0) return sync_directory(directory.parent_path());
    if (errno == EEXIST) return;
    if (errno == ENOTDIR)
        throw base::Error::conflict("There is an object whose key this one's would go on from.");
    if (errno != ENOENT) failed("mkdir", directory);
    make_directories(directory.parent_path());
    if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) failed("mkdir", directory);
    sync_directory(directory.parent_path());
}

void write_all(const Descriptor& file, std::string_view bytes, const std::filesystem::path& path) {
    while (!bytes.empty()) {
        const ssize_t count = ::write(file.number(), bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) failed("write", path);
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
}

std::string read_at(int file, std::uint64_t first, std::size_t count) {
    std::string out(count, '\0');
    std::size_t have = 0;
    while (have < count) {
        const ssize_t got =
            ::pread(file, out.data() + have, count - have, static_cast<off_t>(first + have));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) failed("read", "an object");
        if (got == 0) break;
        have += static_cast<std::size_t>(got);
    }
    out.resize(have);
    return out;
}

std::string description(const std::string& type, const std::string& etag, std::int64_t now_ms) {
    std::string text =
        json::write(json::Object{{"type", type}, {"etag", etag}, {"modified", now_ms}});
    char length[digits + 1];
    std::snprintf(length, sizeof length, "%08zx", text.size());
    return text + length + std::string(magic);
}

std::optional<OpenObject> open_at(const std::filesystem::path& path, std::string key) {
    Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) {
        if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
        failed("open", path);
    }
    struct stat known{};
    if (::fstat(file.number(), &known) == 0 && S_ISDIR(known.st_mode)) return std::nullopt;
    Head head = head_of(file, std::move(key));
    return OpenObject{.head = std::move(head), .file = std::move(file)};
}

Descriptor::~Descriptor() {
    if (number_ >= 0) ::close(number_);
}
Descriptor::Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
}

std::string OpenObject::read(Range range) const {
    if (range.first >= head.size) return {};
    const std::uint64_t count = std::min(range.count, head.size - range.first);
    return read_at(file.number(), range.first, static_cast<std::size_t>(count));
}

}  // namespace object
