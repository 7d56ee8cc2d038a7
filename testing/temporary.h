// A directory that is there while a test needs it, and gone with all in it afterwards.
//
//   const testing::TemporaryDirectory data;   data.path() / "tables.db"
#pragma once

#include <filesystem>

namespace testing {

class TemporaryDirectory {
  public:
    TemporaryDirectory();
    ~TemporaryDirectory();
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

}  // namespace testing
