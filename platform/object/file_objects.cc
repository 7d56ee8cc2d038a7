#include "platform/object/file_objects.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/random.h"
#include "platform/base/text.h"
#include "platform/object/key.h"
#include "platform/object/object_file.h"

namespace object {
namespace {

constexpr std::size_t copy_bytes = 256 * 1024;
constexpr int placing_tries_max = 100;

void check_type(std::string_view type) {
    const bool plain = std::ranges::all_of(type, [](char c) { return c >= 0x20 && c < 0x7F; });
    if (type.empty() || type.size() > 200 || !plain)
        throw base::Error::invalid("type", "This is no type of content.");
}

// One walk over the files in the order of their keys.
struct Walk {
    const std::string& prefix;
    const std::string& after;
    std::size_t limit;
    Listed out;

    // True when there is enough.
    bool go(const std::filesystem::path& directory, const std::string& before) {
        std::vector<std::pair<std::string, bool>> entries;  // as in keys, directories with a slash
        std::error_code gone;
        for (const auto& entry : std::filesystem::directory_iterator(directory, gone)) {
            std::error_code vanished;
            const bool is_directory = entry.is_directory(vanished);
            auto segment = segment_of(entry.path().filename().string());
            if (segment) entries.emplace_back(*segment + (is_directory ? "/" : ""), is_directory);
        }
        std::ranges::sort(entries);
        for (const auto& [name, is_directory] : entries) {
            const std::string key = before + name;
            const bool all_before = key <= after && !after.starts_with(key);
            if (is_directory) {
                if (all_before || !(key.starts_with(prefix) || prefix.starts_with(key))) continue;
                const auto below = directory / file_name(name.substr(0, name.size() - 1));
                if (go(below, key)) return true;
            } else if (key > after && key.starts_with(prefix)) {
                if (out.heads.size() == limit) {
                    out.cursor = base::base64url(out.heads.back().key);
                    return true;
                }
                auto object = open_at(directory / file_name(name), key);
                if (object) out.heads.push_back(std::move(object->head));
            }
        }
        return false;
    }
};

}  // namespace

Upload::Upload(FileObjects& objects, std::filesystem::path path)
    : objects_(objects),
      path_(std::move(path)),
      file_(::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)) {
    if (!file_) failed("create", path_);
}

Upload::~Upload() {
    if (!path_.empty()) ::unlink(path_.c_str());
}

void Upload::append(std::string_view bytes) {
    size_ += bytes.size();
    if (size_ > objects_.bytes_max_)
        throw base::Error(base::Code::too_large, "The file is too large.");
    write_all(file_, bytes, path_);
    digest_.add(bytes);
}

Head Upload::finish(const std::string& key, const std::string& type) {
    check_key(key);
    check_type(type);
    Head head{
        .key = key,
        .size = size_,
        .type = type,
        .etag = base::hex(digest_.end()),
        .modified_ms = objects_.clock_.now_ms(),
    };
    write_all(file_, description(type, head.etag, head.modified_ms), path_);
    if (::fsync(file_.number()) != 0) failed("sync", path_);
    objects_.place(path_, key);
    path_.clear();
    return head;
}

FileObjects::FileObjects(
    std::filesystem::path directory, std::string_view secret, base::Pool& pool,
    const base::Clock& clock, std::uint64_t bytes_max
)
    : objects_(directory / "objects"),
      uploads_(directory / "uploads"),
      signing_(secret),
      pool_(pool),
      clock_(clock),
      bytes_max_(bytes_max) {
    std::error_code failure;
    std::filesystem::remove_all(uploads_, failure);
    std::filesystem::create_directories(directory, failure);
    make_directories(objects_);
    make_directories(uploads_);
}

std::filesystem::path FileObjects::path_of(std::string_view key) const {
    check_key(key);
    std::filesystem::path path = objects_;
    for (const std::string_view segment : base::split(key, '/')) path /= file_name(segment);
    return path;
}

std::unique_ptr<Upload> FileObjects::begin_upload() {
    const auto path = uploads_ / base::uuid_v7(clock_.now_ms());
    return std::unique_ptr<Upload>(new Upload(*this, path));
}

std::optional<OpenObject> FileObjects::open(const std::string& key) const {
    return open_at(path_of(key), key);
}

// A removal beside this may take the directory away between its making and its use.
void FileObjects::place(const std::filesystem::path& file, const std::string& key) {
    const auto path = path_of(key);
    for (int tries = 0; tries < placing_tries_max; ++tries) {
        make_directories(path.parent_path());
        if (::rename(file.c_str(), path.c_str()) == 0) return sync_directory(path.parent_path());
        if (errno == EISDIR || errno == ENOTDIR || errno == ENOTEMPTY || errno == EEXIST)
            throw base::Error::conflict("There are objects whose keys go on from this one's.");
        if (errno != ENOENT) break;
    }
    failed("rename to", path);
}

bool FileObjects::remove_now(const std::string& key) {
    const auto path = path_of(key);
    if (::unlink(path.c_str()) != 0) {
        // A directory is no object.
        if (errno == ENOENT || errno == ENOTDIR || errno == EISDIR || errno == EPERM) return false;
        failed("remove", path);
    }
    auto directory = path.parent_path();
    while (directory != objects_ && ::rmdir(directory.c_str()) == 0)
        directory = directory.parent_path();
    sync_directory(directory);
    return true;
}

bool FileObjects::copy_now(const std::string& from, const std::string& to) {
    check_key(to);
    const auto object = open(from);
    if (!object) return false;
    const auto upload = begin_upload();
    for (std::uint64_t at = 0; at < object->head.size; at += copy_bytes)
        upload->append(object->read({.first = at, .count = copy_bytes}));
    (void)upload->finish(to, object->head.type);
    return true;
}

bool FileObjects::move_now(const std::string& from, const std::string& to) {
    check_key(to);
    if (!open(from)) return false;
    if (from == to) return true;
    place(path_of(from), to);
    auto directory = path_of(from).parent_path();
    while (directory != objects_ && ::rmdir(directory.c_str()) == 0)
        directory = directory.parent_path();
    sync_directory(directory);
    return true;
}

Listed FileObjects::list_now(const std::string& prefix, const std::string& after, std::size_t limit)
    const {
    Walk walk{.prefix = prefix, .after = after, .limit = limit, .out = {}};
    // Straight to the directory that all of them are in.
    std::filesystem::path directory = objects_;
    const std::size_t slash = prefix.rfind('/');
    const std::string before = slash == std::string::npos ? "" : prefix.substr(0, slash + 1);
    if (!before.empty()) {
        if (!key_error(before.substr(0, slash)).empty()) return {};
        directory = path_of(before.substr(0, slash));
    }
    (void)walk.go(directory, before);
    return std::move(walk.out);
}

base::Task<Head> FileObjects::put(std::string key, std::string bytes, std::string type) {
    check_key(key);
    co_return co_await pool_.run([&] {
        const auto upload = begin_upload();
        upload->append(bytes);
        return upload->finish(key, type);
    });
}

base::Task<Head> FileObjects::put_file(
    std::string key, std::filesystem::path file, std::string type
) {
    check_key(key);
    co_return co_await pool_.run([&] {
        const Descriptor source(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
        if (!source) failed("open", file);
        const auto upload = begin_upload();
        while (true) {
            const std::string piece = read_at(source.number(), upload->size(), copy_bytes);
            if (piece.empty()) break;
            upload->append(piece);
        }
        return upload->finish(key, type);
    });
}

base::Task<std::optional<Got>> FileObjects::get(std::string key, Range range) {
    check_key(key);
    co_return co_await pool_.run([&]() -> std::optional<Got> {
        const auto object = open(key);
        if (!object) return std::nullopt;
        return Got{.head = object->head, .bytes = object->read(range)};
    });
}

base::Task<std::optional<Head>> FileObjects::head(std::string key) {
    check_key(key);
    co_return co_await pool_.run([&]() -> std::optional<Head> {
        auto object = open(key);
        if (!object) return std::nullopt;
        return std::move(object->head);
    });
}

base::Task<bool> FileObjects::remove(std::string key) {
    check_key(key);
    co_return co_await pool_.run([&] { return remove_now(key); });
}

base::Task<Listed> FileObjects::list(std::string prefix, std::string cursor, std::size_t limit) {
    std::string after;
    if (!base::base64url_decode(cursor, after))
        throw base::Error::invalid("cursor", "This is not a cursor of this list.");
    limit = std::clamp<std::size_t>(limit, 1, list_limit_max);
    co_return co_await pool_.run([&] { return list_now(prefix, after, limit); });
}

base::Task<bool> FileObjects::copy(std::string from, std::string to) {
    co_return co_await pool_.run([&] { return copy_now(from, to); });
}

base::Task<bool> FileObjects::move(std::string from, std::string to) {
    co_return co_await pool_.run([&] { return move_now(from, to); });
}

base::Task<std::size_t> FileObjects::expire(std::string prefix, std::int64_t older_than_ms) {
    const std::int64_t before = clock_.now_ms() - older_than_ms;
    std::size_t count = 0;
    std::string cursor;
    do {
        std::string asked = cursor;
        const Listed page = co_await list(prefix, std::move(asked), list_limit_max);
        for (const Head& head : page.heads) {
            if (head.modified_ms >= before) continue;
            std::string key = head.key;
            if (co_await remove(std::move(key))) ++count;
        }
        cursor = page.cursor;
    } while (!cursor.empty());
    co_return count;
}

base::Task<std::string> FileObjects::presign_get(std::string key, GetLink link) {
    check_key(key);
    co_return signing_.get_address(key, link, clock_.now_ms());
}

base::Task<PostForm> FileObjects::presign_post(std::string key, PostLink link) {
    check_key(key);
    check_type(link.type);
    co_return signing_.post_form(key, link, clock_.now_ms());
}

}  // namespace object
