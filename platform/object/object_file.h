// The file of one object, and what the disk is asked for. Everything here blocks: on a pool's thread.
//
// The object's own bytes come first, so that the file opens in a viewer; behind them a JSON text {"type",
// "etag", "modified"}, that text's length in 8 hexadecimal digits, and "object1\n". So one rename changes
// bytes and description together. Failures throw base::Error: storage_full, conflict, internal.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "platform/object/object.h"

namespace object {

class Descriptor {  // of an open file; closes it
  public:
    Descriptor() = default;
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor();
    Descriptor(Descriptor&& other) noexcept;
    Descriptor& operator=(Descriptor&& other) noexcept;
    [[nodiscard]] int number() const { return number_; }
    [[nodiscard]] explicit operator bool() const { return number_ >= 0; }

  private:
    int number_ = -1;
};

// An object that is being read: it stays as it was when it was opened.
struct OpenObject {
    Head head;
    Descriptor file;
    [[nodiscard]] std::string read(Range range) const;
};

// nullopt when there is none, or a directory.
[[nodiscard]] std::optional<OpenObject> open_at(const std::filesystem::path& path, std::string key);
// What stands behind the bytes.
[[nodiscard]] std::string description(
    const std::string& type, const std::string& etag, std::int64_t now_ms
);

// What errno says of the last call.
[[noreturn]] void failed(const std::string& what, const std::filesystem::path& path);
void write_all(const Descriptor& file, std::string_view bytes, const std::filesystem::path& path);
[[nodiscard]] std::string read_at(int file, std::uint64_t first, std::size_t count);
// Each is on the disk when it returns.
void make_directories(const std::filesystem::path& directory);
void sync_directory(const std::filesystem::path& directory);

}  // namespace object
