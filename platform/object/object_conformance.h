// The adapters that the object stores' tests cover, and what those tests share.
//
// A new adapter is one more line in adapters(); object_conformance_test.cc then holds it to object.h.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "platform/base/clock.h"
#include "platform/base/pool.h"
#include "platform/object/file_objects.h"
#include "platform/object/object.h"
#include "testing/run.h"
#include "testing/temporary.h"

namespace object::conformance {

class SetClock final : public base::Clock {
  public:
    [[nodiscard]] std::int64_t now_ms() const override { return ms; }
    std::atomic<std::int64_t> ms = 1'800'000'000'000;
};

inline constexpr std::uint64_t bytes_max = 100'000;

struct Opened {
    SetClock clock;
    testing::TemporaryDirectory directory;
    base::Pool pool{2};
    std::unique_ptr<Store> store;
};

struct Adapter {
    std::string name;
    std::function<std::unique_ptr<Store>(Opened&)> open;
};
inline void PrintTo(const Adapter& adapter, std::ostream* out) { *out << adapter.name; }

inline std::vector<Adapter> adapters() {
    return {{"files", [](Opened& opened) {
                 return std::make_unique<FileObjects>(
                     opened.directory.path() / "objects", "a secret of the server", opened.pool,
                     opened.clock, bytes_max
                 );
             }}};
}

class Conformance : public testing::TestWithParam<Adapter> {
  protected:
    static void SetUpTestSuite() {
        std::cout << "Adapters covered:";
        for (const Adapter& adapter : adapters()) std::cout << ' ' << adapter.name;
        std::cout << '\n';
    }
    void SetUp() override { opened_.store = GetParam().open(opened_); }
    Store& store() { return *opened_.store; }

    Head put(std::string key, std::string bytes, std::string type = "text/plain") {
        return testing::run(store().put(std::move(key), std::move(bytes), std::move(type)));
    }
    std::optional<std::string> bytes(std::string key, Range range = {}) {
        auto got = testing::run(store().get(std::move(key), range));
        return got ? std::optional(std::move(got->bytes)) : std::nullopt;
    }
    std::vector<std::string> keys(const std::string& prefix = "", std::size_t limit = 1000) {
        std::vector<std::string> out;
        std::string cursor;
        do {
            const Listed page = testing::run(store().list(prefix, cursor, limit));
            EXPECT_LE(page.heads.size(), limit);
            for (const Head& head : page.heads) out.push_back(head.key);
            cursor = page.cursor;
        } while (!cursor.empty());
        return out;
    }

    Opened opened_;
};

}  // namespace object::conformance
