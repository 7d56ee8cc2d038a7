// What the SQLite store does in a second on this machine, beside what the disk and SQLite allow.
//   table_bench [directory] [students] [MiB to map]
// Prints one line a case. The disk's own figures are taken before and after, as disks are unsteady.
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "platform/base/random.h"
#include "platform/base/run.h"
#include "platform/table/sqlite_handle.h"
#include "platform/table/sqlite_table.h"

namespace {

using clock_type = std::chrono::steady_clock;
using table::Condition;
using table::Put;
using table::Query;
using table::Write;

const table::Schema students{
    .name = "students",
    .key = "student_id",
    .indexes =
        {{"program-index", "program", "full_name"},
         {"student_code-index", "student_code", ""},
         {"user_id-index", "user_id", ""},
         {"name-index", "shard", "full_name"}},
};
const table::Schema results{
    .name = "results",
    .key = "result_id",
    .indexes = {{"student_id-index", "student_id", ""}, {"course_id-index", "course_id", ""}},
};
const table::Schema kept{
    .name = "system",
    .key = "pk",
    .sort_key = "sk",
    .indexes = {{"log_day-index", "log_day", "sk"}},
    .ttl = "ttl",
};

double seconds_since(clock_type::time_point start) {
    return std::chrono::duration<double>(clock_type::now() - start).count();
}

double cpu_seconds() {
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    const auto of = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return of(used.ru_utime) + of(used.ru_stime);
}

long resident_kib() {
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    return used.ru_maxrss;
}

struct Timed {
    clock_type::time_point start = clock_type::now();
    double cpu = cpu_seconds();
    void say(const char* what, std::size_t times) const {
        const double wall = seconds_since(start);
        const double n = static_cast<double>(times);
        std::printf(
            "%-42s %9.0f/s  %8.2f us each  %8.2f us CPU\n", what, n / wall, wall / n * 1e6,
            (cpu_seconds() - cpu) / n * 1e6
        );
        std::fflush(stdout);
    }
};

void raw_disk(const std::filesystem::path& directory) {
    const auto file = directory / "raw";
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT, 0600);
    const std::string page(4096, 'x');
    std::vector<double> each;
    for (int i = 0; i < 300; ++i) {
        const auto start = clock_type::now();
        if (::pwrite(descriptor, page.data(), page.size(), static_cast<off_t>(i % 64) * 4096) < 0)
            std::abort();
        ::fdatasync(descriptor);
        each.push_back(seconds_since(start) * 1e6);
    }
    ::close(descriptor);
    std::ranges::sort(each);
    std::printf(
        "%-42s p50 %.0f us, p95 %.0f us, p99 %.0f us\n", "raw 4 KiB write + fdatasync", each[150],
        each[285], each[297]
    );
}

void raw_sqlite(const std::filesystem::path& directory) {
    table::sqlite::Connection connection(
        directory / "raw.db", table::sqlite::Connection::Access::read_write
    );
    connection.execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t(a,b)");
    auto insert = connection.prepare("INSERT INTO t VALUES(?1,?2)");
    const std::string text(456, 'x');
    const Timed timed;
    for (int i = 0; i < 1000; ++i) {
        insert.bind(1, std::int64_t{i});
        insert.bind(2, text);
        insert.run();
    }
    timed.say("raw SQLite commit of one row", 1000);
}

std::string student_id(std::size_t number) {
    return base::uuid_v5("student " + std::to_string(number));
}

json::Object student(std::size_t number) {
    const std::string n = std::to_string(number);
    return {
        {"student_id", student_id(number)},
        {"student_code", "S" + n},
        {"full_name", "Name" + std::to_string(number * 7919 % 100003) + " Family" + n},
        {"program", "Program " + std::to_string(number % 12)},
        {"user_id", base::uuid_v5("user " + n)},
        {"status", "active"},
        {"email", "someone" + n + "@college.example"},
        {"enrolled_courses", json::Array{base::uuid_v5("c1"), base::uuid_v5("c2")}},
        {"shard", std::to_string(number % 4)},
        {"version", 1},
        {"updated_at", "2026-11-22T11:59:03.123Z"},
    };
}

json::Object log_entry(const std::string& subject, const std::string& id) {
    return {
        {"pk", "log#" + subject},
        {"sk", id},
        {"log_day", "2026-11-22"},
        {"what", std::string(600, 'x')}
    };
}

// A student as an import writes one: the record, three system rows, a log entry, two counters.
Write enrolment(std::size_t number, std::int64_t now) {
    const std::string id = student_id(number);
    const std::string n = std::to_string(number);
    Write write;
    write.operations.emplace_back(Put{&students, student(number), {Condition::absent()}});
    write.operations.emplace_back(
        Put{&kept,
            {{"pk", "unique#students.student_code#s" + n}, {"sk", "-"}, {"owner", id}},
            {Condition::absent()}}
    );
    for (const std::string& word : {"name" + std::to_string(number * 7919 % 100003), "family" + n})
        write.operations.emplace_back(
            Put{&kept, {{"pk", "word#students#" + word.substr(0, 2)}, {"sk", word + "#" + id}}, {}}
        );
    write.operations.emplace_back(Put{&kept, log_entry("student:" + id, base::uuid_v7(now)), {}});
    write.counters = {
        {"students", "all", 1}, {"students.program", "Program " + std::to_string(number % 12), 1}
    };
    return write;
}

void import(table::SqliteStore& store, std::size_t count) {
    constexpr std::size_t chunk = 4000;
    const Timed timed;
    for (std::size_t start = 0; start < count; start += chunk) {
        std::vector<Write> writes;
        for (std::size_t i = start; i < std::min(count, start + chunk); ++i)
            writes.push_back(enrolment(i, 1'800'000'000'000 + static_cast<std::int64_t>(i)));
        static_cast<void>(store.write_all_now(std::move(writes)));
    }
    timed.say("import of a student (5 rows, 2 counters)", count);
}

Write result(std::size_t number, std::size_t students_there) {
    const std::string id = base::uuid_v7(1'800'000'000'000 + static_cast<std::int64_t>(number));
    const std::string student = student_id(number % students_there);
    const std::string course = base::uuid_v5("course " + std::to_string(number % 40));
    Write write;
    write.operations.emplace_back(
        Put{&results,
            {{"result_id", id},
             {"student_id", student},
             {"course_id", course},
             {"marks", json::Number{"87.50"}},
             {"max_marks", 100},
             {"percent", json::Number{"87.50"}},
             {"grade", "A"},
             {"exam_type", "Final"},
             {"student_name", "Name Family"},
             {"course_name", "Distributed Systems"},
             {"version", 1},
             {"updated_at", "2026-11-22T11:59:03.123Z"}},
            {Condition::absent()}}
    );
    write.operations.emplace_back(Put{&kept, log_entry("course:" + course, id), {}});
    write.counters = {
        {"results", "all", 1},
        {"results.grade", "A", 1},
        {"results.course", course, 1},
        {"results.day", "2026-11-22", 1}
    };
    return write;
}

base::Task<> writer(
    table::SqliteStore* store, std::size_t first, std::size_t count, std::size_t there
) {
    for (std::size_t i = first; i < first + count; ++i) {
        Write one = result(i, there);
        static_cast<void>(co_await store->write(std::move(one)));
    }
}

void write_results(
    table::SqliteStore& store, std::size_t writers, std::size_t each, std::size_t there
) {
    static std::size_t made = 0;
    std::vector<base::Task<>> tasks;
    for (std::size_t i = 0; i < writers; ++i) {
        tasks.push_back(writer(&store, made, each, there));
        made += each;
    }
    const auto before = store.numbers();
    const Timed timed;
    base::run_together(std::move(tasks), writers == 1 ? 1 : 2);
    const auto after = store.numbers();
    timed.say(writers == 1 ? "result, 1 writer" : "result, 50 writers", writers * each);
    std::printf(
        "%-42s %.1f writes a commit\n", "",
        static_cast<double>(writers * each) / static_cast<double>(after.commits - before.commits)
    );
}

base::Task<> getter(
    table::SqliteStore* store, const std::vector<std::string>* ids, std::size_t count
) {
    for (std::size_t i = 0; i < count; ++i) {
        const auto found = co_await store->get(&students, {(*ids)[i % ids->size()], {}});
        if (!found) std::abort();
    }
}

base::Task<> lister(
    table::SqliteStore* store, std::vector<std::string> partitions, std::size_t count
) {
    for (std::size_t i = 0; i < count; ++i) {
        Query query{.table = &students, .index = "name-index", .partitions = partitions};
        query.from = "Name" + std::to_string(i % 9);
        const auto page = co_await store->query(std::move(query));
        if (page.records.empty()) std::abort();
    }
}

void read(table::SqliteStore& store, std::size_t there) {
    std::mt19937 engine(7);
    std::vector<std::string> ids;
    for (int i = 0; i < 20'000; ++i) ids.push_back(student_id(engine() % there));
    const std::vector<std::string> few(ids.begin(), ids.begin() + 100);
    for (int round = 0; round < 3; ++round) {
        const Timed any;
        base::run(getter(&store, &ids, 200'000));
        any.say("get, any student", 200'000);
        const Timed same;
        base::run(getter(&store, &few, 200'000));
        same.say("get, one of 100 students", 200'000);
    }
    const Timed one;
    base::run(lister(&store, {"1"}, 5000));
    one.say("list of 50, one partition", 5000);
    const Timed four;
    base::run(lister(&store, {"0", "1", "2", "3"}, 5000));
    four.say("list of 50, merged from four", 5000);
}

}  // namespace

int main(int count, char** arguments) {
    const std::filesystem::path base =
        count > 1 ? arguments[1] : std::filesystem::temp_directory_path();
    const std::size_t there = count > 2 ? std::strtoul(arguments[2], nullptr, 10) : 100'000;
    const auto directory = base / ("table-bench-" + std::to_string(getpid()));
    std::filesystem::create_directories(directory);
    raw_disk(directory);
    raw_sqlite(directory);
    {
        table::SqliteOptions options{.system = &kept};
        if (count > 3) options.mmap_bytes = std::strtoll(arguments[3], nullptr, 10) << 20U;
        table::SqliteStore store(directory, {&students, &results, &kept}, options);
        import(store, there);
        write_results(store, 1, 1000, there);
        write_results(store, 50, 1000, there);
        write_results(store, 50, 1000, there);
        read(store, there);
        const auto numbers = store.numbers();
        std::printf(
            "file %llu MiB, greatest log %llu pages, %llu checkpoints, resident at most %ld MiB\n",
            static_cast<unsigned long long>(numbers.file_bytes >> 20U),
            static_cast<unsigned long long>(numbers.log_pages_max),
            static_cast<unsigned long long>(numbers.checkpoints), resident_kib() / 1024
        );
    }
    raw_disk(directory);
    std::filesystem::remove_all(directory);
    return 0;
}
