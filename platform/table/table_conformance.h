// The adapters that the conformance tests cover, and what those tests share.
//
// A new adapter is one more line in adapters(); table_conformance_test.cc and
// table_agreement_test.cc then hold it to what table.h promises.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "platform/base/clock.h"
#include "platform/base/error.h"
#include "platform/table/sqlite_table.h"
#include "platform/table/table.h"
#include "testing/run.h"
#include "testing/temporary.h"

namespace table::conformance {

class SetClock final : public base::Clock {
  public:
    [[nodiscard]] std::int64_t now_ms() const override { return ms; }
    std::atomic<std::int64_t> ms = 1'800'000'000'000;
};

inline const table::Schema people{
    .name = "people",
    .key = "person_id",
    .indexes =
        {{"team-index", "team", "name"},
         {"team_only-index", "team", ""},
         {"city-index", "city", "person_id"}},
};
inline const table::Schema pairs{
    .name = "pairs",
    .key = "pk",
    .sort_key = "sk",
    .indexes = {{"day-index", "day", "sk"}, {"owner-index", "owner", "label"}},
    .ttl = "ttl",
};

struct Opened {
    SetClock clock;
    testing::TemporaryDirectory directory;
    std::unique_ptr<table::Store> store;
};

struct Adapter {
    std::string name;
    std::function<void(Opened&)> open;
};
inline void PrintTo(const Adapter& adapter, std::ostream* out) { *out << adapter.name; }

inline std::vector<Adapter> adapters() {
    return {{"sqlite", [](Opened& opened) {
                 opened.store = std::make_unique<table::SqliteStore>(
                     opened.directory.path(), std::vector<table::SchemaRef>{&people, &pairs},
                     table::SqliteOptions{
                         .prefix = "test_", .system = &pairs, .clock = &opened.clock
                     }
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
    void SetUp() override { GetParam().open(opened_); }
    table::Store& store() { return *opened_.store; }
    auto write(Write what) { return testing::run(store().write(std::move(what))); }
    void put(table::SchemaRef schema, json::Object item) {
        ASSERT_TRUE(write({{Put{schema, std::move(item), {}}}, {}}).has_value());
    }
    std::optional<json::Object> item(table::SchemaRef schema, Key key) {
        const auto record = testing::run(store().get(schema, std::move(key)));
        return record ? std::optional(record->item()) : std::nullopt;
    }
    base::Code code_of(const std::function<void()>& action) {
        try {
            action();
        } catch (const base::Error& error) {
            return error.code;
        }
        return base::Code::not_implemented;  // nothing was thrown
    }
    Opened opened_;
};

}  // namespace table::conformance
