// SHA-256 of what comes in pieces, such as a file that is being received.
//
//   Sha256 digest; digest.add(piece); …; std::string etag = base::hex(digest.end());
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace base {

class Sha256 {
  public:
    Sha256();
    ~Sha256();
    Sha256(Sha256&&) noexcept;
    Sha256& operator=(Sha256&&) noexcept;

    void add(std::string_view bytes);
    [[nodiscard]] std::string end();  // 32 bytes; nothing can be added after it

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace base
