// Writes under load until it is killed, and says on standard output what was acknowledged.
//   table_crash_fixture <directory> <first number>
// Each write is a pair of items and a counter; a line "<number>" follows its acknowledgement.
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <string>
#include <vector>

#include "platform/base/run.h"
#include "platform/table/sqlite_table.h"

namespace {

const table::Schema rows{
    .name = "rows", .key = "pk", .sort_key = "sk", .indexes = {{"part-index", "part", "sk"}}
};

std::atomic<int> next_number;

table::Write pair_of(int number) {
    const std::string id = std::to_string(number);
    table::Write write;
    for (const char* part : {"left", "right"})
        write.operations.emplace_back(table::Put{
            &rows,
            {{"pk", id}, {"sk", part}, {"part", part}, {"filler", std::string(300, 'x')}},
            {table::Condition::absent()}
        });
    write.counters = {{"pairs", "all", 1}};
    return write;
}

base::Task<> writes(table::SqliteStore* store) {
    while (true) {
        const int number = next_number++;
        table::Write write = pair_of(number);
        const auto done = co_await store->write(std::move(write));
        if (!done) std::abort();
        // One write call a line, so that a kill tears none.
        const std::string line = std::to_string(number) + "\n";
        if (::write(STDOUT_FILENO, line.data(), line.size()) < 0) co_return;
    }
}

}  // namespace

int main(int count, char** arguments) {
    if (count < 3) return 2;
    next_number = std::atoi(arguments[2]);
    // A small log, so that kills meet checkpoints too.
    table::SqliteStore store(arguments[1], {&rows}, {.system = &rows, .checkpoint_pages = 100});
    std::vector<base::Task<>> tasks;
    for (int i = 0; i < 8; ++i) tasks.push_back(writes(&store));
    base::run_together(std::move(tasks), 2);
    return 0;
}
