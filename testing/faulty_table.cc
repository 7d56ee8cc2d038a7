#include "testing/faulty_table.h"

namespace testing {

using base::Code;
using base::Error;

void FaultyStore::fail_at(std::uint64_t n, Code code) {
    calls_ = 0;
    failed_ = 0;
    after_ = false;
    always_ = false;
    code_ = code;
    at_ = n;
}

void FaultyStore::fail_after(std::uint64_t n) {
    fail_at(n, Code::timeout);
    after_ = true;
}

void FaultyStore::fail_always(Code code) {
    fail_at(0, code);
    always_ = true;
}

void FaultyStore::before_each(std::function<void(std::string_view)> action) {
    before_ = std::move(action);
}

bool FaultyStore::begin(std::string_view call) {
    if (before_) before_(call);
    const bool fails = ++calls_ == at_ || always_;
    if (!fails) return false;
    ++failed_;
    if (after_) return true;
    throw Error(code_, "The data can't be reached just now.", "made to fail: " + std::string(call));
}

void FaultyStore::lose_answer() {
    throw Error(Code::timeout, "The data took too long.", "made to lose its answer");
}

base::Task<std::optional<table::Record>> FaultyStore::get(table::SchemaRef table, table::Key key) {
    const bool lost = begin("get");
    auto found = co_await real_.get(table, std::move(key));
    if (lost) lose_answer();
    co_return found;
}

base::Task<std::vector<std::optional<table::Record>>> FaultyStore::get_many(
    table::SchemaRef table, std::vector<table::Key> keys
) {
    const bool lost = begin("get_many");
    auto found = co_await real_.get_many(table, std::move(keys));
    if (lost) lose_answer();
    co_return found;
}

base::Task<table::Page> FaultyStore::query(table::Query query) {
    const bool lost = begin("query");
    auto page = co_await real_.query(std::move(query));
    if (lost) lose_answer();
    co_return page;
}

base::Task<table::Page> FaultyStore::scan(
    table::SchemaRef table, std::string cursor, std::size_t limit
) {
    const bool lost = begin("scan");
    auto page = co_await real_.scan(table, std::move(cursor), limit);
    if (lost) lose_answer();
    co_return page;
}

base::Task<std::expected<table::Committed, table::Refused>> FaultyStore::write(table::Write write) {
    const bool lost = begin("write");
    auto outcome = co_await real_.write(std::move(write));
    if (lost) lose_answer();
    co_return outcome;
}

base::Task<std::vector<table::Counter>> FaultyStore::counters(std::string group) {
    const bool lost = begin("counters");
    auto found = co_await real_.counters(std::move(group));
    if (lost) lose_answer();
    co_return found;
}

base::Task<> FaultyStore::set_counters(std::string group, std::vector<table::Counter> counters) {
    const bool lost = begin("set_counters");
    co_await real_.set_counters(std::move(group), std::move(counters));
    if (lost) lose_answer();
}

}  // namespace testing
