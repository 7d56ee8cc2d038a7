// The Upgraded of a real connection: see upgrade.h.
#pragma once

#include <memory>

#include "platform/http/connection.h"
#include "platform/http/upgrade.h"

namespace http {

// Its coroutines hold the connection themselves, so it may be destroyed while they are suspended.
class UpgradedConnection final : public Upgraded {
  public:
    explicit UpgradedConnection(std::shared_ptr<Connection> connection);
    ~UpgradedConnection() override;
    UpgradedConnection(const UpgradedConnection&) = delete;
    UpgradedConnection& operator=(const UpgradedConnection&) = delete;

    [[nodiscard]] Request request() override;
    [[nodiscard]] base::Task<std::size_t> read_some(char* into, std::size_t size) override;
    [[nodiscard]] std::size_t try_write(std::string_view bytes) override;
    [[nodiscard]] base::Task<bool> write(std::string_view bytes) override;
    [[nodiscard]] base::Task<> refuse(Response response) override;
    void close() override;
    void spawn(std::function<base::Task<>()> work) override;
    [[nodiscard]] unsigned thread() const override;
    [[nodiscard]] std::function<void()> after_ms(std::int64_t ms, std::function<void()> work)
        override;

  private:
    void count(int status);

    std::shared_ptr<Connection> connection_;
    bool counted_ = false;
};

}  // namespace http
