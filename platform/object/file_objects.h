// Objects as files in a directory, for one node.
//
//   <directory>/objects/<segment>/<segment>   the object: its bytes, then what is known of it
//   <directory>/uploads/<uuid>                on its way in; renamed when whole, removed when it can't be
// object_file.h says what is in a file. Before the rename it is on the disk, after it so is its directory.
//
// Everything that touches the disk runs on the pool's threads; the pool and the clock outlive the store.
// One process a directory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "platform/base/clock.h"
#include "platform/base/digest.h"
#include "platform/base/pool.h"
#include "platform/object/object.h"
#include "platform/object/object_file.h"
#include "platform/object/signing.h"

namespace object {

class FileObjects;

// An object that comes in pieces. Gone without a trace unless finish() returns. Blocks: on a pool's thread.
class Upload {
  public:
    ~Upload();
    Upload(const Upload&) = delete;
    Upload& operator=(const Upload&) = delete;

    void append(std::string_view bytes);
    [[nodiscard]] std::uint64_t size() const { return size_; }
    Head finish(const std::string& key, const std::string& type);

  private:
    friend class FileObjects;
    Upload(FileObjects& objects, std::filesystem::path path);

    FileObjects& objects_;
    std::filesystem::path path_;
    Descriptor file_;
    base::Sha256 digest_;
    std::uint64_t size_ = 0;
};

class FileObjects final : public Store {
  public:
    // Makes the directory and removes uploads that a crash has left. Throws base::Error.
    FileObjects(
        std::filesystem::path directory, std::string_view secret, base::Pool& pool,
        const base::Clock& clock, std::uint64_t bytes_max = std::uint64_t{1} << 30U
    );

    base::Task<Head> put(std::string key, std::string bytes, std::string type) override;
    base::Task<Head> put_file(std::string key, std::filesystem::path file, std::string type)
        override;
    base::Task<std::optional<Got>> get(std::string key, Range range) override;
    base::Task<std::optional<Head>> head(std::string key) override;
    base::Task<bool> remove(std::string key) override;
    base::Task<Listed> list(std::string prefix, std::string cursor, std::size_t limit) override;
    base::Task<bool> copy(std::string from, std::string to) override;
    base::Task<bool> move(std::string from, std::string to) override;
    base::Task<std::size_t> expire(std::string prefix, std::int64_t older_than_ms) override;
    base::Task<std::string> presign_get(std::string key, GetLink link) override;
    base::Task<PostForm> presign_post(std::string key, PostLink link) override;

    // For file_routes.h: these block, on a pool's thread.
    [[nodiscard]] std::unique_ptr<Upload> begin_upload();
    [[nodiscard]] std::optional<OpenObject> open(const std::string& key) const;
    [[nodiscard]] const Signing& signing() const { return signing_; }
    [[nodiscard]] base::Pool& pool() const { return pool_; }
    [[nodiscard]] const base::Clock& clock() const { return clock_; }

  private:
    friend class Upload;
    [[nodiscard]] std::filesystem::path path_of(std::string_view key) const;
    void place(const std::filesystem::path& file, const std::string& key);
    bool remove_now(const std::string& key);
    bool copy_now(const std::string& from, const std::string& to);
    bool move_now(const std::string& from, const std::string& to);
    [[nodiscard]] Listed list_now(
        const std::string& prefix, const std::string& after, std::size_t limit
    ) const;

    const std::filesystem::path objects_;
    const std::filesystem::path uploads_;
    const Signing signing_;
    base::Pool& pool_;
    const base::Clock& clock_;
    const std::uint64_t bytes_max_;
};

}  // namespace object
